"""What is answered while a store is read."""

import asyncio
import json
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.serving.asgi import Event
from emulator.store.starting import Starting


async def ask(application: Any, path: str) -> tuple[int, Any]:
    """The answer to a GET."""
    events: list[Event] = []

    async def receive() -> Event:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(event: Event) -> None:
        events.append(event)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")]}
    await application(scope, receive, send)
    return events[0]["status"], json.loads(events[1]["body"])


@pytest.mark.parametrize("path", ["/_emulator/health", "/_localstack/health"])
def test_health_is_answered_at_once_and_everything_else_when_the_store_has_been_read(path: str) -> None:
    async def scenario() -> None:
        starting = Starting(Emulator(Settings()))
        other = asyncio.create_task(ask(starting, "/_emulator/queues"))
        status, answer = await ask(starting, path)
        assert status == 503
        assert answer.get("status", "starting") == "starting"
        assert not other.done()
        starting.end()
        assert (await ask(starting, path))[0] == 200
        assert await other == (200, {"queues": []})

    asyncio.run(scenario())
