"""Calls HTTP endpoints. No other module sends anything to a subscriber's HTTP endpoint.

There is one client, with a pool of connections that are kept open. Redirects are not followed, and only the beginning
of an answer is read. What an endpoint may send is bounded (``http_answer.py``), and so is where connections may lead
(``destinations.py``).
"""

import asyncio
import re
import ssl
from base64 import b64encode
from typing import TYPE_CHECKING

from emulator.foundation.lazy import Lazy
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.destinations import Destinations
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_pool import ConnectionPool
from emulator.sns.delivery.http_target import Origin, Target
from emulator.sns.delivery.resolver import Resolver
from emulator.sns.protocols import redacted

if TYPE_CHECKING:
    from emulator.sns.delivery.http_connection import HttpConnection

_NEXT_ADDRESS_SECONDS = 2.0  # after which the next address of a host is tried
_HANDSHAKE_SECONDS = 15.0
_UNAUTHORIZED = 401
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class HttpClient:
    """Posts messages. By default the certificate of an endpoint must be from a CA that this machine trusts."""

    def __init__(
        self, ca_bundle: str | None = None, *, verify: bool = True, destinations: Destinations | None = None
    ) -> None:
        """``ca_bundle`` is a file of further trusted CAs, in PEM. Without ``destinations`` the default rules apply."""
        self._ca_bundle = ca_bundle
        self._verify = verify
        self._destinations = destinations or Destinations()
        self._tls = Lazy(self._new_tls)
        self._resolver = Resolver()
        self._pool = ConnectionPool()

    async def post(self, message: HttpMessage) -> Answer:
        """The endpoint's answer, whatever its status. Raises NoAnswer if there is none.

        How long that may take is up to the caller: when the call is canceled, the connection is closed.
        """
        try:
            target = Target.of(message.url)
            answer, challenge = await self._exchanged(target, message)
            if answer.status == _UNAUTHORIZED and target.user is not None and challenge.lower().startswith("basic"):
                credentials = b64encode(f"{target.user}:{target.password}".encode()).decode()
                answer, _ = await self._exchanged(target, message, f"Authorization: Basic {credentials}")
        except ValueError as error:
            raise NoAnswer(redacted(str(error), message.url)) from error
        return answer

    async def close(self) -> None:
        """Close all connections that are kept."""
        self._pool.close()

    async def _exchanged(self, target: Target, message: HttpMessage, *fields: str) -> tuple[Answer, str]:
        """The answer, and the authentication challenge in it. ``fields`` are header lines besides the message's.

        A server may close a kept connection while it is being used: then the request is made once more, on another
        one.
        """
        from emulator.sns.delivery.http_connection import ConnectionLost

        request = _request(target, message, fields)
        while True:
            kept = self._pool.take(target.origin)
            connection = kept or await self._connect(target.origin)
            try:
                answer = await connection.exchange(request, message.content_bytes)
            except ConnectionLost as lost:
                if kept is None or lost.begun:
                    raise
            else:
                self._pool.keep(target.origin, connection)
                return answer, connection.challenge

    async def _connect(self, origin: Origin) -> "HttpConnection":
        """A new connection, to the first of the allowed addresses that accepts one. Raises NoAnswer."""
        addresses = self._destinations.allowed(origin, await self._resolver.resolve(origin.host))
        for address in addresses[:-1]:
            try:
                async with asyncio.timeout(_NEXT_ADDRESS_SECONDS):
                    return await self._connect_to(address, origin)
            except (NoAnswer, TimeoutError):
                pass  # the next one may do
        return await self._connect_to(addresses[-1], origin)

    async def _connect_to(self, address: str, origin: Origin) -> "HttpConnection":
        # Imported with the first delivery, because it imports the HTTP parser.
        from emulator.sns.delivery.http_connection import HttpConnection

        tls = origin.scheme == "https"
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                HttpConnection,
                address,
                origin.port,
                ssl=self._tls.get() if tls else None,
                server_hostname=origin.host if tls else None,
                ssl_handshake_timeout=_HANDSHAKE_SECONDS if tls else None,
            )
        except OSError as error:
            raise NoAnswer(f"cannot connect to {origin}: {error.strerror or error or type(error).__name__}") from error
        return connection

    def _new_tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_bundle is not None:
            context.load_verify_locations(self._ca_bundle)
        if not self._verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _request(target: Target, message: HttpMessage, fields: tuple[str, ...]) -> bytes:
    """The request as it is sent. Raises ValueError if a header has a control character, such as a line break."""
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        *(f"{name}: {value}" for name, value in message.headers.items()),
        *fields,
        f"Content-Length: {len(message.body)}",
    ]
    if any(map(_CONTROL_CHARACTER.search, lines)):
        raise ValueError("a header of the request has a control character")
    return "\r\n".join([*lines, "", ""]).encode() + message.body
