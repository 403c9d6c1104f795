"""The sockets on which the server listens."""

import socket
from typing import NamedTuple

from emulator.configuration.values import ANY_HOSTS
from emulator.serving.start_errors import AddressUnavailableError

_BACKLOG = 2048


class Listeners(NamedTuple):
    """The listening sockets: of AWS and, if they have ports of their own, of the control interface and of HTTPS."""

    aws: socket.socket
    control: socket.socket | None = None
    https: socket.socket | None = None


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; AddressUnavailableError says in one line why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        reason = text.partition(" (while attempting")[0].rstrip(".")  # what Python adds repeats the address
        raise AddressUnavailableError(f"Cannot listen on {host} port {port}: {reason}.") from error


def url_of(listener: socket.socket, *, tls: bool) -> str:
    """A URL that reaches ``listener`` from this machine."""
    host, port = listener.getsockname()[:2]
    if host in ANY_HOSTS:
        host = "localhost"
    scheme = "https" if tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
