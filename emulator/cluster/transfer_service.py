"""Carries messages to the queues of other accounts: the way of ``transfers.py`` from process to process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import msgspec

from emulator.sns.delivery.transfers import Portion, Reply
from emulator.world.world import World

logger = logging.getLogger(__name__)

PATH: Final = "/_emulator/cluster/transfers"

_LOOK_EVERY_SECONDS = 1.0
_AGAIN_SECONDS = 0.2

IsHere = Callable[[str], bool]
Settle = Callable[[], Awaitable[None]]  # waits until all that was recorded is kept; raises ConnectionError
# Posts to the process where an account lives: the body of its answer. None: it is here. Raises ConnectionError.
Post = Callable[[str, str, bytes], Awaitable[bytes | None]]


class TransferService:
    """Sends what waits in the accounts of this process, and takes what comes for them."""

    def __init__(self, world: World, is_here: IsHere, post: Post, settle: Settle) -> None:
        self._world = world
        self._is_here = is_here
        self._post = post
        self._settle = settle
        self._sending: dict[tuple[str, str], asyncio.Task[None]] = {}  # by the accounts of the stream
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Send from now on."""
        self._world.transfers.on_begin = self._wake
        self._watch = asyncio.create_task(self._look())

    async def close(self) -> None:
        """Send no more. What was sent may have been taken."""
        tasks = [*self._sending.values(), *([] if self._watch is None else [self._watch])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def end(self, account: str) -> None:
        """Send no more for an account, until it lives here again."""
        tasks = [task for (source, _), task in self._sending.items() if source == account]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def take(self, portion: Portion) -> list[Reply]:
        """Put messages into the queues of an account that lives here."""
        queues = self._world.notifications.queues
        return self._world.transfers.take(
            portion, lambda arn, message: queues.send(message.header, [(arn, message.body, message.attributes)])[0]
        )

    def _wake(self, account: str, to: str) -> None:
        if (account, to) not in self._sending:
            task = asyncio.create_task(self._send_all(account, to))
            self._sending[account, to] = task
            task.add_done_callback(lambda _: self._sending.pop((account, to)))

    async def _look(self) -> None:
        """Send what is left from before: where an account has come here, or could not be reached."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            for account, to in self._world.transfers.waiting():
                if self._is_here(account):
                    self._wake(account, to)

    async def _send_all(self, account: str, to: str) -> None:
        transfers = self._world.transfers
        while self._is_here(account) and (portion := transfers.next(account, to)) is not None:
            with suppress(ConnectionError):
                # What is not kept yet may be forgotten, and its number be given to another message.
                await self._settle()
                if self._is_here(account):
                    replies = await self._exchanged(portion)
                    if self._is_here(account):
                        self._world.notifications.end_transfers(portion, replies)
                        continue
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _exchanged(self, portion: Portion) -> list[Reply]:
        """What the other account has answered, when that is kept there. Raises ConnectionError."""
        answer = await self._post(portion.to, PATH, msgspec.json.encode(portion))
        if answer is not None:
            return msgspec.json.decode(answer, type=list[Reply])
        if not self._is_here(portion.to):
            raise ConnectionError
        replies = self.take(portion)
        await self._settle()
        return replies
