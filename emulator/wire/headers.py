"""What is read from the headers of a request besides the caller: address, host, endpoint and media type."""

from typing import Final

from emulator.wire.http import Headers, HttpRequest

# The headers that calls of AWS are read from, in lower case. Others are left out of their requests.
READ_HEADERS: Final = frozenset(
    (
        b"accept",
        b"authorization",
        b"content-length",
        b"content-type",
        b"host",
        b"referer",
        b"smithy-protocol",
        b"user-agent",
        b"x-amz-target",
        b"x-amzn-trace-id",
    )
)

# Caches keep results only for texts of clients up to this length: any client can send long ones, and fill memory.
KEPT_BYTES: Final = 256


def source_ip_of(request: HttpRequest) -> str:
    """The caller's IP address; 127.0.0.1 for callers in this process. An IPv4-mapped IPv6 address is given as IPv4."""
    host = str(request.client[0]) if request.client else "127.0.0.1"
    return host.removeprefix("::ffff:") if "." in host else host.partition("%")[0]


def host_of(headers: Headers) -> str:
    """The host by which the caller reached us, in lower case, with its port."""
    return headers.get(b"host", b"").decode("latin-1").lower()


def endpoint_of(request: HttpRequest) -> str:
    """Scheme, host and port by which the caller reached us."""
    host = request.headers.get(b"host", b"localhost")
    return _ENDPOINTS[request.scheme].get(host) or _new_endpoint(request.scheme, host)


# By scheme and host. A plain dictionary, as _MEDIA_TYPES: every request looks into it, and an lru_cache costs a call.
_ENDPOINTS: Final[dict[str, dict[bytes, str]]] = {"http": {}, "https": {}}
_MOST_ENDPOINTS: Final = 1_000


def _new_endpoint(scheme: str, host: bytes) -> str:
    endpoint = f"{scheme}://{host.decode('latin-1')}"
    known = _ENDPOINTS[scheme]
    if len(host) <= KEPT_BYTES and len(known) < _MOST_ENDPOINTS:
        known[host] = endpoint
    return endpoint


_MEDIA_TYPES: Final = {  # as SDKs write them
    each: each.partition(b";")[0]
    for each in (
        b"application/x-amz-json-1.0",
        b"application/x-www-form-urlencoded",
        b"application/x-www-form-urlencoded; charset=utf-8",
        b"application/x-www-form-urlencoded; charset=UTF-8",
    )
}


def media_type_of(content_type: bytes) -> bytes:
    """The media type that a header Content-Type names, in lower case.

    https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
    """
    return _MEDIA_TYPES.get(content_type) or content_type.partition(b";")[0].strip().lower()
