"""Requests of browsers: those that a web page sends, which the browser marks, and those of a person who looks.

Whoever develops with the emulator also reads the web, and a page can send requests to localhost. So what a page sends
is told apart, by headers that no page can leave out or forge: Origin, on everything but plain GETs, and
Sec-Fetch-Site, on those too.
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
    """The origin of the page, in lower case; "null" where the browser keeps it to itself."""
    origin = headers.get(b"origin")
    return None if origin is None else origin.decode("latin-1").lower()


def is_embedded_elsewhere(headers: Headers, welcome: Collection[bytes]) -> bool:
    """Whether this is a GET without an Origin that a page makes, for an image, a script or a frame.

    ``welcome`` says for which values of Sec-Fetch-Site it may. A person who follows a link may do so anywhere.
    """
    site = headers.get(b"sec-fetch-site")
    return site is not None and site not in welcome and headers.get(b"sec-fetch-user") != b"?1"


def is_visit(method: str, path: str, query: bytes, headers: Headers) -> bool:
    """Whether a person opens an address in a browser, and no client calls AWS by it.

    Links that confirm or end a subscription have an Action, and so call AWS.
    """
    if method not in ("GET", "HEAD") or b"authorization" in headers or _AWS_PARAMETER.search(query):
        return False
    return path == ICON_PATH or _HTML in headers.get(b"accept", b"")
