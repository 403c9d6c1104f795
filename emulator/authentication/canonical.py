"""The canonical form of a request, which is what Signature Version 4 signs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

from emulator.wire.http import Headers, HttpRequest

CONTENT_HASH = b"x-amz-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
SIGNATURE_PARAMETER = "X-Amz-Signature"  # the one that no presigned URL can sign

_UNRESERVED = "-_.~"


def canonical_requests(request: HttpRequest, signed_headers: Iterable[str]) -> list[str]:
    """The canonical form, and a second one where the query string is not encoded as AWS asks for.

    The second has the query string as it was sent, as SDKs sign that.
    """
    head = f"{request.method}\n{canonical_path(_raw_path(request))}\n"
    names = sorted(signed_headers)
    headers = "".join(f"{name}:{_header(request.headers, name)}\n" for name in names)
    tail = f"\n{headers}\n{';'.join(names)}\n{_content_hash(request)}"
    query = text_of(request.query)
    return [head + form + tail for form in dict.fromkeys((_encoded_query(query), _sent_query(query)))]


def text_of(content: bytes) -> str:
    """What a client meant that sends texts as UTF-8, as most do, or as Latin-1."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def canonical_path(path: str) -> str:
    """``path``, which is percent-encoded, without dot segments and empty ones, and encoded once more."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment and segment != ".":
            segments.append(segment)
    end = "/" if segments and path.endswith("/") else ""
    return quote(f"/{'/'.join(segments)}{end}", safe="/~")


def _raw_path(request: HttpRequest) -> str:
    return quote(request.path, safe="/~") if request.raw_path is None else text_of(request.raw_path)


def _encoded_query(query: str) -> str:
    """The parameters, decoded and encoded again, in their order."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return _in_order((_encoded(name), _encoded(value)) for name, _, value in pairs)


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=_UNRESERVED)


def _sent_query(query: str) -> str:
    if not query:
        return ""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return _in_order((name, value) for name, _, value in pairs)


def _in_order(pairs: Iterable[tuple[str, str]]) -> str:
    """Sorted by names and then by values, without the signature."""
    return "&".join(f"{name}={value}" for name, value in sorted(pairs) if name != SIGNATURE_PARAMETER)


def _header(headers: Headers, name: str) -> str:
    """A header's value without needless spaces; "" if it was not sent."""
    return " ".join(text_of(headers.get(name.encode("latin-1", "replace"), b"")).split())


def _content_hash(request: HttpRequest) -> str:
    """What stands for the body: the digest of what came, or that it is not signed. That in a header is not trusted."""
    given = request.headers.get(CONTENT_HASH, b"").decode("latin-1")
    return UNSIGNED_PAYLOAD if given == UNSIGNED_PAYLOAD else sha256(request.body).hexdigest()
