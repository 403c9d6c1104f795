"""One connection to an HTTP endpoint, used for one request after the other."""

import asyncio
from typing import cast

from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.http_answer import AnswerReader
from emulator.sns.delivery.http_messages import CONTENT_BYTES


class ConnectionLost(NoAnswer):
    """The endpoint closed the connection. ``begun`` is whether it had sent a part of an answer."""

    def __init__(self, reason: str, *, begun: bool) -> None:
        super().__init__(reason)
        self.begun = begun


class HttpConnection(asyncio.Protocol):
    """A connection to an endpoint. What the endpoint sends while it owes no answer closes the connection."""

    def __init__(self) -> None:
        self.challenge = ""  # the header WWW-Authenticate of the last answer
        self._transport: asyncio.Transport | None = None  # None: closed, or not open yet
        self._reader: AnswerReader | None = None  # of the answer that is owed
        self._outcome: asyncio.Future[Answer] | None = None
        self._spoke_first = False

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes, content_bytes: int = CONTENT_BYTES) -> Answer:
        """Send a request; its answer, with so much of its body. Raises NoAnswer.

        If it is canceled, the connection is closed.
        """
        if self._transport is None or not self.is_open:
            if self._spoke_first:
                raise NoAnswer("the endpoint sent something before it was sent a request", excessive=True)
            raise ConnectionLost("the endpoint closed the connection", begun=False)
        reader = self._reader = AnswerReader(content_bytes)
        self._outcome = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._outcome
        finally:
            unfinished = self._reader is not None
            self._reader = self._outcome = None
            reader.close()
            if unfinished:
                self.close()

    def close(self) -> None:
        """Close at once. An endpoint may not take what is left to be sent, and may not say goodbye."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    # -- What the transport calls ----------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports do not inherit from asyncio's

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        if reader is None:
            self._spoke_first = True
            self.close()
            return
        try:
            answer = reader.feed(data)
        except NoAnswer as error:
            self._end(error)
            return
        if answer is not None:
            self.challenge = reader.challenge
            self._end(answer, keep=reader.keeps_alive and self._is_sent())

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        reader = self._reader
        if reader is not None:
            answer = reader.end()
            reason = f"the endpoint closed the connection{f': {exc}' if exc else ''}"
            self._end(answer or ConnectionLost(reason, begun=reader.begun))

    def _is_sent(self) -> bool:
        """Whether the endpoint has been sent the whole request."""
        return self._transport is not None and not self._transport.get_write_buffer_size()

    def _end(self, outcome: Answer | NoAnswer, *, keep: bool = False) -> None:
        self._reader = None
        if not keep:
            self.close()
        future = self._outcome
        if future is None or future.done():
            return
        if isinstance(outcome, Answer):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
