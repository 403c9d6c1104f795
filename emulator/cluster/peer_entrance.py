"""A connection from another process of a cluster."""

from emulator.cluster.peers import CLIENT
from emulator.http.aws_connection import AwsConnection


class PeerEntrance(AwsConnection):
    """A connection from another process. Its requests are those of clients, whose addresses a header has."""

    def _read_head(self, method: bytes) -> bool:
        read = super()._read_head(method)
        client = self._names.headers(self._fields).get(CLIENT)
        if client is not None:
            scheme, _, address = client.decode("latin-1").partition(" ")
            host, _, port = address.partition(" ")
            self._scheme = "https" if scheme == "https" else "http"
            self._client = host, int(port) if port.isdecimal() else 0
        return read
