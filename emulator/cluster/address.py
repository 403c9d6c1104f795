"""Where the other processes of a cluster reach this one."""

import socket

from emulator.configuration.settings import Settings
from emulator.configuration.values import ANY_HOSTS


def url_for_peers(settings: Settings, listener: socket.socket) -> str:
    """The URL at which others reach ``listener``: that of the options, or one with an address of this machine."""
    host = settings.cluster_address[0] if settings.cluster_address else settings.host
    if host in ANY_HOSTS:
        host = socket.gethostbyname(socket.gethostname())
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
