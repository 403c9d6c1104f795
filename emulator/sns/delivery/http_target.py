"""Where a request goes: the parts of an endpoint's URL."""

from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

_PORTS = {"http": 80, "https": 443}
# Characters that stay as they are in a path and a query; "%", so that what is escaped is not escaped twice.
_KEPT = "%/:=&?~#+!$,;'@()*[]|"


class Origin(Struct, frozen=True):
    """A server: connections to it can be used for any of its URLs. ``host`` is in ASCII and in lower case."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"


class Target(Struct, frozen=True):
    """``path`` has the query. ``user`` and ``password`` are without escapes; None: the URL has none."""

    origin: Origin
    path: str
    user: str | None = None
    password: str = ""

    @staticmethod
    @lru_cache(1024)
    def of(url: str) -> "Target":
        """The parts of ``url``. Raises ValueError if it is no URL of HTTP."""
        parts = urlsplit(url)
        scheme, host = parts.scheme.lower(), parts.hostname
        if scheme not in _PORTS or not host:
            raise ValueError("the URL has no host, or is not one of HTTP")
        port = _PORTS[scheme] if parts.port is None else parts.port
        if port == 0:
            raise ValueError("no server has the port 0")
        path = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
        user = None if parts.username is None else unquote(parts.username)
        return Target(Origin(scheme, _ascii(host), port), path, user, unquote(parts.password or ""))

    @property
    def host_header(self) -> str:
        """The value of the header Host."""
        _, host, port = self.origin.scheme, self.origin.host, self.origin.port
        name = f"[{host.partition('%')[0]}]" if ":" in host else host
        return name if port == _PORTS[self.origin.scheme] else f"{name}:{port}"


def _ascii(host: str) -> str:
    """A host name as DNS has it. Raises ValueError if it cannot be one."""
    name = host if host.isascii() else host.encode("idna").decode("ascii")
    if not name.isprintable() or " " in name:
        raise ValueError("the URL's host has characters that no host name has")
    return name.lower()
