"""Refused and reading calls leave the state as it was: random requests, and the exported state before and after.

python -m tests.attack.refusals --requests 1000000

No change may be recorded while a refused or a reading request is answered. Besides, there is a replica of the emulator,
which only gets the changes that are recorded for the requests that are carried out. So its state document is the one
that there would be without the others, and after every 250 requests both must be equal byte for byte. Also, no answer
is a 500. Prints what was found, and ends with 1 if anything was.
"""

import asyncio
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random
from typing import Any, NamedTuple

import click
import msgspec

from emulator.actions.registry import TRAITS
from emulator.aws.place import EVERYWHERE
from emulator.control.routing import Route
from emulator.foundation.changes import Change
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.state.exporting import export
from emulator.testing.in_process import call
from emulator.timing.clock import Clock
from emulator.wire.http import HttpResponse
from tests.attack.generated import Generator
from tests.state.lived_in import lived_in
from tests.state.world import World

_REQUESTS_OF_A_WORLD = 5_000
_REQUESTS_OF_A_RUN = 250
_CONTROL_SHARE = 0.05
# AWS limits how often a one-time password can be tried, so a wrong one is remembered.
_COUNTED = ("VerifySMSSandboxPhoneNumber",)
_READING = ("explain_filter_policy", "peek", "peek_by_path")  # with any method
_NO_FAULTS = (501, 503)  # not implemented; not ready yet
_TURNS = 3  # of the event loop, in which what a request began comes to rest


class Broken(AssertionError):
    """A request changed something and was refused or only reads, or it was answered with a 500."""


class Seen(NamedTuple):
    """A request and its answer."""

    what: str
    headers: dict[bytes, bytes]
    body: bytes
    status: int
    answer: bytes

    def __str__(self) -> str:
        return f"{self.what} {self.headers} {self.body[:2000]!r} -> {self.status} {self.answer[:300]!r}"


class Walk:
    """Random requests to one emulator after another."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.counts: Counter[str] = Counter()
        self.renew()

    def renew(self) -> None:
        """Begin with another world."""
        self._world = lived_in(World(seed=None, post=no_post))  # a seed's state has the number of all requests
        self._generator = Generator(self.chance, _known(self._world))
        self._replica = World(seed=None, post=no_post)
        self._replica.restore(self._world.export())
        self._changes: list[Change] = []
        self._world.control.ledger.keep(self._changes.append)
        self._age = 0
        self._since: list[Seen] = []  # the quiet requests since the last comparison

    async def step(self) -> None:
        """Make one request. Raises Broken."""
        if self.chance.random() < _CONTROL_SHARE:
            await self.control_step()
        else:
            await self._judge(*await self._aws())

    async def control_step(self) -> tuple[Route, int]:
        """As ``step``, to the control interface or to LocalStack's. The route, and the status of the answer."""
        route, request = self._generator.control_request()
        answer = await call(self._world.emulator, request)
        reads = request.method == "GET" or route.handler.__name__ in _READING
        seen = Seen(f"{request.method} {request.url}", {}, request.body, answer.status, answer.body)
        await self._judge(seen, reads)
        return route, seen.status

    async def _judge(self, seen: Seen, reads: bool) -> None:
        """Check what a request has done. Raises Broken."""
        status = seen.status
        if status >= 500 and status not in _NO_FAULTS:
            raise Broken(f"a fault: {seen}")
        if (status >= 400 and seen.what not in _COUNTED) or reads:
            self.counts["refused" if status >= 400 else "only reads"] += 1
            self._since.append(seen)
            if self._changes:
                raise Broken(f"changes {self._changes} by {seen}")
        else:
            self.counts["carried out"] += 1
            await self._rest()
            self._follow()
        self._age += 1
        if self._age % _REQUESTS_OF_A_RUN == 0:
            self.check()
        if self._age >= _REQUESTS_OF_A_WORLD:
            self.renew()

    async def _rest(self) -> None:
        """Let everything happen that a request began, and stop the clocks, which it may have moved or let run."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        self._world.control.clocks.move(None, Clock.freeze)
        self._world.control.advance(EVERYWHERE)

    def _follow(self) -> None:
        """Let the replica make the changes of a request that was carried out."""
        for change in self._changes:
            self._replica.control.apply(self._replica.control.read_change(msgspec.json.encode(change)))
        self._changes.clear()

    def check(self) -> None:
        """Compare the two documents. Raises Broken."""
        document, expected = (_document_of(each) for each in (self._world, self._replica))
        if document != expected:
            raise Broken("\n".join([f"{_difference(expected, document)} after one of:", *map(str, self._since)]))
        self._since = []

    async def _aws(self) -> tuple[Seen, bool]:
        operation, request = self._generator.request()
        answer: Any = self._world.emulator.gateway.answer(request)
        response: HttpResponse = answer if isinstance(answer, HttpResponse) else await answer
        reads = TRAITS[operation.service, operation.name].reads
        return Seen(operation.name, dict(request.headers), request.body, response.status, response.body), reads


def _document_of(world: World) -> bytes:
    return msgspec.json.encode(export(world.control, None))


def _known(world: World) -> dict[str, Sequence[str]]:
    """What exists in this world under a random name."""
    handles = []
    for queue in ("jobs", "line.fifo"):
        request = {"QueueUrl": queue, "MaxNumberOfMessages": 2, "VisibilityTimeout": 1000}
        handles += [each["ReceiptHandle"] for each in world.told("ReceiveMessage", **request).get("Messages", [])]
    subscriptions = tuple(each.arn for each in world.control.sns.subscriptions)
    endpoints = tuple(arn for each in world.control.sns.applications for arn in each.endpoints)
    tokens = tuple(each.token for each in world.control.sns.subscriptions if each.token is not None)
    return {
        "ReceiptHandle": tuple(handles) or ("none",),
        "SubscriptionArn": subscriptions,
        "EndpointArn": endpoints,
        "arn": subscriptions,
        "endpointArn": endpoints,
        "message_id": ("none",),
        "Token": tokens or ("none",),
    }


def _difference(before: bytes, after: bytes) -> str:
    at = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return f"the document has {after[max(0, at - 100) : at + 200]!r} for {before[max(0, at - 100) : at + 200]!r}"


async def no_post(message: HttpMessage) -> Answer:
    """No endpoint answers."""
    raise NoAnswer("the connection was refused")


async def walk(seed: int, requests: int) -> Counter[str]:
    """Make so many requests; how many were of which kind. Raises Broken."""
    random_walk = Walk(seed)
    for _ in range(requests):
        await random_walk.step()
    random_walk.check()
    return random_walk.counts


def _walk(seed: int, requests: int) -> Counter[str] | str:
    """As ``walk``, or what was found."""
    logging.disable()
    try:
        return asyncio.run(walk(seed, requests))
    except Broken as broken:
        return f"With the seed {seed}: {broken}"


@click.command(help=__doc__)
@click.option("--requests", default=100_000, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Of the first process; the next one has the next seed.")
@click.option("--processes", default=1, show_default=True)
def main(requests: int, seed: int, processes: int) -> None:
    since = time.perf_counter()
    share = -(-requests // processes)
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(_walk, range(seed, seed + processes), [share] * processes):
            if isinstance(found, str):
                print(found)
                sys.exit(1)
            counts += found
    requests, seconds = share * processes, time.perf_counter() - since
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
    print(f"{requests:,} requests in {seconds:.0f} s, {requests / seconds:,.0f} a second: {kinds}; nothing found")


if __name__ == "__main__":
    main()
