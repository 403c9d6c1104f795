"""Recognizes requests of browsers: those that a web page sends, and those of a person who opens an address.

Any page that a developer has open in a browser can send requests to localhost. Such requests are recognized by headers
that a page can neither leave out nor forge: Origin, on all requests except plain GETs, and Sec-Fetch-Site, on GETs too.
https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/
"""

import re
from collections.abc import Mapping

Headers = Mapping[bytes, bytes]  # names in lower case

ICON_PATH = "/favicon.ico"  # which browsers ask for by themselves

_HTML = b"text/html"
_AWS_PARAMETER = re.compile(rb"(?:^|&)(?:Action|X-Amz-[A-Za-z-]+|AWSAccessKeyId)=")

# A request with one of these comes from a browser.
BROWSER_HEADERS = frozenset({b"origin", b"sec-fetch-site"})

# What links in messages and mails ask for, without a signature.
LINKED_ACTIONS = ("ConfirmSubscription", "Unsubscribe")

_OWN_SITES = (b"none", b"same-origin")  # of Sec-Fetch-Site: a person typed the address, or it is a page of ours
_LINK = re.compile(rb"(?:^|&)Action=(?:ConfirmSubscription|Unsubscribe)(?:&|$)")


def origin_of(headers: Headers) -> str | None:
    """The origin of the page, in lower case; "null" if the browser hides it; None if the request has no origin."""
    origin = headers.get(b"origin")
    return None if origin is None else origin.decode("latin-1").lower()


def is_from_elsewhere(headers: Headers, *, links: bool) -> bool:
    """Whether a page of another origin makes this request without an Origin: for an image, a script, a frame or a link.

    With ``links``, a link that a person follows does not count if it opens in a window or tab of its own. A frame may
    be hidden under something that the person means to click.
    """
    site = headers.get(b"sec-fetch-site")
    if site is None or site in _OWN_SITES:
        return False
    by_a_person = headers.get(b"sec-fetch-user") == b"?1"
    return not (links and by_a_person and headers.get(b"sec-fetch-dest", b"document") == b"document")


def is_link(query: bytes) -> bool:
    """Whether the address is one of those in messages and mails, which confirm or end a subscription."""
    return _LINK.search(query) is not None


def is_visit(method: str, path: str, query: bytes, headers: Headers) -> bool:
    """Whether a person opens an address in a browser, rather than a client that calls AWS.

    Links that confirm or end a subscription have an Action, so they are calls of AWS.
    """
    if method not in ("GET", "HEAD") or b"authorization" in headers or _AWS_PARAMETER.search(query):
        return False
    return path == ICON_PATH or _HTML in headers.get(b"accept", b"")
