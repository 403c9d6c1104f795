"""A request that is to get no answer, at a server that does not let applications end connections."""

import asyncio
from typing import Any

from emulator.configuration.settings import Settings
from emulator.faults.faults import Faults
from emulator.faults.rule import Rule
from emulator.serving.app import Emulator
from tests import patience


def test_application_says_nothing_and_returns() -> None:
    emulator = Emulator(Settings())
    emulator.world.faults.add(Rule(action="ListQueues", cut="before"))
    sent: list[Any] = []
    incoming = [{"type": "http.request", "body": b""}]

    async def receive() -> Any:
        if incoming:
            return incoming.pop()
        return await asyncio.Event().wait()

    async def send(event: Any) -> None:
        sent.append(event)

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"Action=ListQueues", "headers": []}
    asyncio.run(asyncio.wait_for(emulator(scope, receive, send), patience.SECONDS))
    assert sent == []


def test_faults_are_not_imported_before_the_first_one_is_added() -> None:
    emulator = Emulator(Settings())
    emulator.world.reset()
    emulator.close()
    assert not any(isinstance(part, Faults) for part in emulator.world.parts())
