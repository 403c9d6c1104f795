"""Deliveries within the test's own event loop, under a clock that stands still until the test moves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from emulator.sns.delivery.delivery import Attempt, Delivery, DeliveryContent
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.delivery.timeouts import Timeouts
from emulator.timing.clock import Clocks
from tests import patience

ACCOUNT = "111111111111"
NOW = 1_700_000_000.0
TWENTY_SECONDS = HttpPolicy((20.0, 20.0, 20.0), 0.0, "text/plain")


def delivery_to(
    subscription_arn: str,
    url: str = "http://nowhere.invalid/",
    body: str = "hello",
    *,
    policy: HttpPolicy = TWENTY_SECONDS,
    account: str = ACCOUNT,
    owner: str | None = None,
) -> Delivery:
    """A delivery that has not begun."""
    request = HttpMessage(url, {"Content-Type": policy.content_type}, body.encode())
    owner = owner or account
    return Delivery(
        DeliveryContent(
            "Notification", account, owner, subscription_arn, request, policy.retry_delays, policy.seconds_between
        )
    )


class Postroom:
    def __init__(self, client: HttpClient, seconds: float, real_seconds: float) -> None:
        self.clocks = Clocks(frozen_at=NOW)
        self.clock = self.clocks.of(ACCOUNT)
        self.dispatch = Dispatch(self.clocks, client.post, Timeouts(seconds, real_seconds))

    def send(
        self, url: str, body: str = "hello", *, policy: HttpPolicy = TWENTY_SECONDS, account: str = ACCOUNT
    ) -> list[Attempt]:
        """Start the delivery of a message, and return it; it has the attempts made so far."""
        delivery = delivery_to(f"subscription-of-{url}", url, body, policy=policy, account=account)
        assert self.dispatch.add(delivery)
        return delivery.attempts

    async def settle(self) -> list[Delivery]:
        """Wait until no call is under way; returns the deliveries that wait for the clock."""
        left = await self.dispatch.settle(None, patience.SECONDS)
        assert all(delivery.waits for delivery in left), "an attempt has not come to an end"
        return left


@asynccontextmanager
async def postroom(
    ca_bundle: str | None = None,
    *,
    verify: bool = True,
    seconds: float = 15.0,
    real_seconds: float = patience.SECONDS,
) -> AsyncIterator[Postroom]:
    """Afterwards nothing is left behind.

    ``seconds`` is how long an endpoint may take. ``real_seconds`` is what it has when the clock jumps; an endpoint that
    never answers needs next to none.
    """
    before = asyncio.all_tasks()
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(fault))
    client = HttpClient(ca_bundle, verify=verify)
    room = Postroom(client, seconds, real_seconds)
    try:
        yield room
    finally:
        await room.dispatch.finish()
        await client.close()
    assert asyncio.all_tasks() == before
    assert faults == []
