"""Calls of handlers by an emulator inside this process, which needs no socket for them."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from emulator.sns.delivery.answer import Answer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.testing.handlers import Function, Functions

Result = TypeVar("Result")


class HandlerCalls:
    """Calls functions by their URLs, which begin with ``handler:``, each call in a thread of its own."""

    def __init__(self) -> None:
        self._functions = Functions()

    def url_of(self, function: Function) -> str:
        """The URL of ``function`` from now on."""
        return f"handler://{self._functions.add(function)}"

    async def post(self, message: HttpMessage) -> Answer:
        function = self._functions.find(urlsplit(message.url).netloc)
        assert function is not None, "it was added"
        body, error = await _in_thread(partial(function.invoke, message.body))
        return Answer(200, body, error)


async def _in_thread(call: Callable[[], Result]) -> Result:
    """The result of ``call``, in a thread that does not hinder the end of the process."""
    future: concurrent.futures.Future[Result] = concurrent.futures.Future()

    def run() -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            future.set_exception(error)
        else:
            if not future.cancelled():
                future.set_result(result)

    threading.Thread(target=run, name="emulated-function", daemon=True).start()
    return await asyncio.wrap_future(future)
