"""Calls HTTP endpoints. No other module sends anything to a subscriber's HTTP endpoint.

There is one client, with a pool of connections that are kept alive. Redirects are not followed, and only the beginning
of an answer is read.
"""

import ssl
import zlib
from base64 import b64encode
from types import SimpleNamespace
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.lazy import Lazy
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.protocols import redacted

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession, TraceConnectionReuseconnParams
    from yarl import URL

ANSWER_BYTES = 4_096  # the rest of a longer answer is not read

_IDLE_SECONDS = 4.0  # an idle connection is closed after this time, sooner than common servers close it
_AUTOMATIC_HEADERS = ("Accept", "Accept-Encoding")  # headers that AWS does not send, or sends in another form
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_UNAUTHORIZED = 401


class Answer(Struct, frozen=True):
    status: int
    beginning: bytes


class NoAnswer(Exception):
    """The endpoint did not answer; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class HttpClient:
    """Posts messages. By default the certificate of an endpoint must be from a CA that this machine trusts."""

    def __init__(self, ca_bundle: str | None = None, *, verify: bool = True) -> None:
        """``ca_bundle`` is a file of further trusted CAs, in PEM."""
        self._ca_bundle = ca_bundle
        self._verify = verify
        self._session = Lazy(self._new_session)

    async def post(self, message: HttpMessage) -> Answer:
        """The endpoint's answer, whatever its status; NoAnswer if the connection fails or the answer is not HTTP."""
        from aiohttp import ClientError
        from yarl import URL

        try:
            url = URL(message.url)
            bare = url.with_user(None)
            answer, challenge = await self._exchanged(bare, message, {})
            if answer.status == _UNAUTHORIZED and url.user is not None and challenge.lower().startswith("basic"):
                credentials = b64encode(f"{url.user}:{url.password or ''}".encode()).decode()
                answer, _ = await self._exchanged(bare, message, {"Authorization": f"Basic {credentials}"})
        except (ClientError, OSError, ValueError) as error:
            raise NoAnswer(redacted(f"{type(error).__name__}: {error}", message.url)) from error
        return answer

    async def close(self) -> None:
        """Close all connections."""
        if self._session.made:
            session, self._session = self._session.get(), Lazy(self._new_session)
            await session.close()

    async def _exchanged(self, url: "URL", message: HttpMessage, more_headers: dict[str, str]) -> tuple[Answer, str]:
        """The answer, and the authentication challenge in it.

        A server may close a kept connection while it is being used: then the request is made once more, on another
        one.
        """
        from aiohttp import ClientOSError, ServerDisconnectedError

        while True:
            exchange = SimpleNamespace(on_used_connection=False)
            request = self._session.get().post(
                url,
                data=message.body,
                headers={**message.headers, **more_headers},
                allow_redirects=False,
                trace_request_ctx=exchange,
            )
            try:
                async with request as response:
                    return await _read(response), response.headers.get("WWW-Authenticate", "")
            except (ClientOSError, ServerDisconnectedError):
                if not exchange.on_used_connection:
                    raise

    def _new_session(self) -> "ClientSession":
        # Imported here because importing aiohttp takes as long as the whole start.
        import aiohttp

        tracing = aiohttp.TraceConfig()
        tracing.on_connection_reuseconn.append(_note_use)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS, ssl=self._tls()),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # the caller decides how long to wait
            skip_auto_headers=_AUTOMATIC_HEADERS,
            auto_decompress=False,
            read_bufsize=ANSWER_BYTES,
            trace_configs=[tracing],
        )

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_bundle is not None:
            context.load_verify_locations(self._ca_bundle)
        if not self._verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


async def _read(response: "ClientResponse") -> Answer:
    """The answer. If more than its beginning was sent, the connection is closed."""
    beginning = b""
    while len(beginning) < ANSWER_BYTES:
        chunk = await response.content.read(ANSWER_BYTES - len(beginning))
        if not chunk:
            break
        beginning += chunk
    else:
        response.close()
    return Answer(response.status, _decompressed(beginning, response.headers.get("Content-Encoding", "")))


def _decompressed(beginning: bytes, encoding: str) -> bytes:
    """The beginning of an answer, decompressed if it is in one of the encodings we offer and well-formed; else as it
    came.
    """
    if encoding.lower() not in ("gzip", "deflate"):
        return beginning
    try:
        return zlib.decompressobj(_GZIP_OR_ZLIB).decompress(beginning, ANSWER_BYTES)
    except zlib.error:
        return beginning


async def _note_use(_: "ClientSession", context: SimpleNamespace, __: "TraceConnectionReuseconnParams") -> None:
    context.trace_request_ctx.on_used_connection = True
