"""Slots of answers that are complete when they come, at once or later."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from emulator.http.channel import Channel
from emulator.http.slot import Slot
from emulator.serving.gateway import Gateway
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered

logger = logging.getLogger(__name__)

Answer = HttpResponse | Unanswered


class AnswerSlot(Slot):
    """A slot that is filled with one answer, before its turn or after it. Unanswered ends the connection instead."""

    __slots__ = ("_abandoned", "_answer", "_channel", "_task")

    def __init__(self, channel: Channel, *, keep_alive: bool) -> None:
        super().__init__(keep_alive=keep_alive)
        self._channel = channel
        self._answer: Answer | None = None
        self._task: asyncio.Task[None] | None = None
        self._abandoned = False

    def fill(self, answer: Answer) -> None:
        """Set the answer. It is sent now or, if other answers come first, in its turn."""
        self._answer = answer
        if self.begun:
            self._send(answer)

    def fill_later(self, answer: Coroutine[Any, Any, Answer]) -> None:
        """Fill the slot with the result of ``answer``, which is canceled if the client hangs up first."""
        self._task = self._channel.start(self._wait_for(answer))
        self._task.add_done_callback(lambda _: answer.close())  # if the task was canceled before it began

    def begin(self) -> None:
        if self._answer is not None:
            self._send(self._answer)

    def abandon(self) -> None:
        self._abandoned = True
        if self._task is not None:
            self._task.cancel()

    async def _wait_for(self, coming: Coroutine[Any, Any, Answer]) -> None:
        try:
            answer: Answer = await coming
        except asyncio.CancelledError:
            if self._abandoned:
                raise
            answer = self._failure()  # the server is shutting down
        except Exception:
            logger.exception("A request could not be answered")
            answer = self._failure()
        self._task = None
        self.fill(answer)

    def _failure(self) -> HttpResponse:
        self.keep_alive = False
        return plain_text(500, "Internal Server Error")

    def _send(self, answer: Answer) -> None:
        if self._abandoned:
            return
        if isinstance(answer, Unanswered):
            self._channel.end()
        else:
            self._channel.send(answer, self.keep_alive)
            self._channel.finish(self)


class CallSlot(AnswerSlot):
    """The slot of an AWS call that is performed when its turn has come."""

    __slots__ = ("_gateway", "_request")

    def __init__(self, channel: Channel, gateway: Gateway, request: HttpRequest, *, keep_alive: bool) -> None:
        super().__init__(channel, keep_alive=keep_alive)
        self._gateway = gateway
        self._request: HttpRequest | None = request

    def begin(self) -> None:
        request, self._request = self._request, None
        assert request is not None, "a slot is begun once"
        outcome = self._gateway.answer(request)
        if isinstance(outcome, HttpResponse):
            self.fill(outcome)
        else:
            self.fill_later(outcome)


def plain_text(status: int, text: str) -> HttpResponse:
    """An answer of the server itself."""
    head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(text)
    return HttpResponse(status, head, text.encode("ascii"))
