"""Recognizes requests of browsers: those that a web page sends, and those of a person who opens an address.

Any page that a developer has open in a browser can send requests to localhost. Such requests are recognized by headers
that a page can neither leave out nor forge: Origin, on all requests except plain GETs, and Sec-Fetch-Site, on GETs too.
https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/
"""

import re
from collections.abc import Collection, Mapping

Headers = Mapping[bytes, bytes]  # names in lower case

ICON_PATH = "/favicon.ico"  # which browsers ask for by themselves

_HTML = b"text/html"
_AWS_PARAMETER = re.compile(rb"(?:^|&)(?:Action|X-Amz-[A-Za-z-]+|AWSAccessKeyId)=")

# A request with one of these comes from a browser.
BROWSER_HEADERS = frozenset({b"origin", b"sec-fetch-site"})


def origin_of(headers: Headers) -> str | None:
    """The origin of the page, in lower case; "null" if the browser hides it; None if the request has no origin."""
    origin = headers.get(b"origin")
    return None if origin is None else origin.decode("latin-1").lower()


def is_embedded_elsewhere(headers: Headers, welcome: Collection[bytes]) -> bool:
    """Whether a page makes this request for an image, a script or a frame, without an Origin.

    It is not, if ``welcome`` has the value of Sec-Fetch-Site, or if a person follows a link.
    """
    site = headers.get(b"sec-fetch-site")
    return site is not None and site not in welcome and headers.get(b"sec-fetch-user") != b"?1"


def is_visit(method: str, path: str, query: bytes, headers: Headers) -> bool:
    """Whether a person opens an address in a browser, rather than a client that calls AWS.

    Links that confirm or end a subscription have an Action, so they are calls of AWS.
    """
    if method not in ("GET", "HEAD") or b"authorization" in headers or _AWS_PARAMETER.search(query):
        return False
    return path == ICON_PATH or _HTML in headers.get(b"accept", b"")
