"""Deliveries within the test's own event loop, under a clock that stands still until the test moves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp  # noqa: F401 - the first attempt of a run is not to wait until it is imported

from emulator.clock import Clocks
from emulator.sns.delivery.delivery import Attempt, Delivery
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.delivery.patience import Patience

ACCOUNT = "111111111111"
NOW = 1_700_000_000.0
TWENTY_SECONDS = HttpPolicy((20.0, 20.0, 20.0), 0.0, "text/plain")
SETTLE_SECONDS = 10
PATIENCE = Patience(seconds=15.0, real_seconds=0.1)


class Postroom:
    def __init__(self, client: HttpClient) -> None:
        self.clocks = Clocks(frozen_at=NOW)
        self.clock = self.clocks.of(ACCOUNT)
        self.dispatch = Dispatch(self.clocks, client.post, PATIENCE)

    def send(
        self, url: str, body: str = "hello", *, policy: HttpPolicy = TWENTY_SECONDS, account: str = ACCOUNT
    ) -> list[Attempt]:
        """Send a message on its way; the attempts that have been made stand in what comes back."""
        attempts: list[Attempt] = []
        message = HttpMessage(url, {"Content-Type": policy.content_type}, body.encode())
        assert self.dispatch.add(Delivery(account, f"subscription-of-{url}", message, policy, attempts.append))
        return attempts

    async def settle(self) -> list[Delivery]:
        """Let happen what can: what waits for the clock comes back."""
        left = await self.dispatch.settle(None, SETTLE_SECONDS)
        assert all(delivery.waits for delivery in left), "an attempt has not come to an end"
        return left


@asynccontextmanager
async def postroom(ca_bundle: str | None = None, *, verify: bool = True) -> AsyncIterator[Postroom]:
    """Afterwards nothing is left behind."""
    before = asyncio.all_tasks()
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    client = HttpClient(ca_bundle, verify=verify)
    room = Postroom(client)
    try:
        yield room
    finally:
        await room.dispatch.close()
        await client.close()
    assert asyncio.all_tasks() == before
    assert faults == []
