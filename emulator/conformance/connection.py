"""Signed HTTP requests to one endpoint."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from emulator.conformance.answer import HttpAnswer
from emulator.conformance.protocols import Service

_TIMEOUT_SECONDS = 60
# Headers and body are sent in two writes. Without this option the second one waits for the acknowledgment of the first,
# which Linux delays by 40 ms. botocore's clients set it, its bare session does not.
_SOCKET_OPTIONS = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class EndpointError(Exception):
    """The endpoint cannot be reached, or the run has used up its requests. The text is one line."""


def http_session(verify: str | bool = True) -> URLLib3Session:
    """``verify`` may be a file of CAs."""
    return URLLib3Session(timeout=_TIMEOUT_SECONDS, verify=verify, socket_options=_SOCKET_OPTIONS)


class Session(Protocol):
    """Sends what botocore has prepared: its own session, or another with the same responses."""

    def send(self, request: AWSPreparedRequest) -> Any: ...


@dataclass(slots=True)
class Connection:
    """``endpoints`` has the base URL of each service; ``requests_left`` bounds the cost of a run."""

    endpoints: Mapping[Service, str]
    region: str
    credentials: Credentials
    requests_left: int
    session: Session = field(default_factory=http_session)
    _lock: Lock = field(default_factory=Lock)

    def send(
        self,
        service: Service,
        method: str = "POST",
        target: str = "/",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        signed: bool = True,
        counted: bool = True,
    ) -> HttpAnswer:
        """One request, without retries. ``target`` is a path with a query, or a whole URL of which these are used.

        A request that is not ``counted`` is made even if none are left, so that a run always cleans up.
        """
        if counted:
            self._count()
        parts = urlsplit(target)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request = AWSRequest(method, self.endpoints[service].rstrip("/") + path, dict(headers or {}), body)
        if signed:
            SigV4Auth(self.credentials, service, self.region).add_auth(request)
        try:
            response = self.session.send(request.prepare())
        except BotoCoreError as error:
            raise EndpointError(f"{self.endpoints[service]} does not answer: {error}") from error
        names = {str(name).lower(): str(value) for name, value in response.headers.items()}
        return HttpAnswer(response.status_code, names, response.content)

    def _count(self) -> None:
        with self._lock:
            if self.requests_left <= 0:
                raise EndpointError("the run has made as many requests as --max-requests allows.")
            self.requests_left -= 1
