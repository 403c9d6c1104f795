"""One process of a cluster: its accounts, and the way of all other requests to the processes that own theirs.

An account lives in one process at a time, which has a lease of it. A call of an account that lives here is performed
here. Any other is passed on as it came to the owner, in one hop: a call that was passed on, and does not find its
account, is sent back, and the process that passed it on asks for the owner again.
"""

import asyncio
import logging
import socket
from collections.abc import Coroutine
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any, Final

from emulator.aws.errors import ServiceUnavailable
from emulator.cluster.addressed import account_of
from emulator.cluster.leases import Leases
from emulator.cluster.peer_connection import PeerLostError
from emulator.cluster.peers import CLIENT, CONNECT_SECONDS, Peers, as_bytes
from emulator.cluster.subscription_list import SubscriptionList
from emulator.cluster.transfer_service import Settle, TransferService
from emulator.foundation.ids import Ids
from emulator.serving.app import Emulator
from emulator.serving.gateway import Answer
from emulator.wire.call import Call
from emulator.wire.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

# https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20
MISDIRECTED: Final = HttpResponse(421, b"content-length: 0\r\n", b"")
_LOOK_EVERY_SECONDS = 0.5
_GIVE_UP_SECONDS = 10.0  # after which a call that finds no owner is refused
_ASK_AGAIN_SECONDS = 0.1


class Cluster:
    """What one process does for the others, and they for it."""

    def __init__(
        self,
        emulator: Emulator,
        leases: Leases,
        address: str,
        listener: socket.socket,
        settle: Settle,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        """The other members reach this one at ``address``, by ``listener``.

        ``settle`` waits until all that was recorded is kept. ``connect_seconds`` is how long another member has to
        accept a connection.
        """
        self.world = emulator.world
        self.address = address
        self.listener = listener
        self.leases = leases
        self.peers = Peers(connect_seconds)
        self._answer = emulator.gateway.answer
        self._ids = Ids(None)  # of requests that are refused here
        self._owners: dict[str, str] = {}  # addresses by account, as last known
        self._leaving: dict[str, asyncio.Event] = {}  # accounts that are moving away; set when they have moved
        self._pending: dict[str, int] = {}  # by account, the number of calls that wait
        self._watch: asyncio.Task[None] | None = None
        self.transfers = TransferService(emulator.world, self.is_here, self._post, settle)
        self.subscriptions = SubscriptionList(emulator.world, leases, self.peers, address)
        emulator.world.sns.ask_everywhere = self.subscriptions.ask_everywhere
        emulator.gateway.route, emulator.gateway.attend = self.route, self.attend

    def start(self) -> None:
        """Watch from now on which processes live."""
        self._watch = asyncio.create_task(self._watch_members())
        self.transfers.start()

    # -- What the gateway asks -------------------------------------------------------------

    def route(self, call: Call) -> Coroutine[Any, Any, Answer] | None:
        """None if ``call`` is performed here; else a coroutine that gets its answer from the owner of its account."""
        account = account_of(call)
        if account is None or self.is_here(account):
            return None
        return self._answer_sometime(call, account)

    async def attend(self, call: Call, later: Coroutine[Any, Any, Answer]) -> Answer:
        """The answer of a call that waits here. If its account is lost meanwhile, an error after which SDKs retry."""
        account = account_of(call)
        if account is None:
            return await later
        pending = self._pending
        pending[account] = pending.get(account, 0) + 1
        try:
            answer = await later
        finally:
            pending[account] -= 1
            if not pending[account]:
                del pending[account]
        return answer if account in self.leases.owned() else self._unavailable(call)

    def is_here(self, account: str) -> bool:
        """Whether the account lives here and is not moving away."""
        return account in self.leases.owned() and account not in self._leaving

    # -- Calls that are passed on ----------------------------------------------------------

    async def _answer_sometime(self, call: Call, account: str) -> Answer:
        request = call.request
        try:
            if CLIENT not in request.headers:
                answer = await self.send(account, request)
            else:
                answer = None if await self.find_owner(account) is None else MISDIRECTED
        except ConnectionError:
            return self._unavailable(call)
        return await self._perform(request) if answer is None else answer

    async def send(self, account: str, request: HttpRequest) -> HttpResponse | None:
        """The owner's answer to ``request``; None if the account is here. ConnectionError if there is no answer."""
        passed_on, loop = as_bytes(request), asyncio.get_running_loop()
        until = loop.time() + _GIVE_UP_SECONDS
        while loop.time() < until:
            owner = self._owners.get(account) or await self.find_owner(account)
            if owner is None:
                return None
            try:
                answer = await self.peers.send(owner, passed_on)
            except PeerLostError as lost:
                self._owners.pop(account, None)
                if lost.sent:  # it may have been performed
                    raise ConnectionError(str(lost)) from None
            else:
                if answer.status != MISDIRECTED.status:
                    return answer
                self._owners.pop(account, None)
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
        raise ConnectionError(f"nothing has the account {account}")

    async def find_owner(self, account: str) -> str | None:
        """The process that owns the account, as the leases say now; None if it is this one. Raises ConnectionError."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _GIVE_UP_SECONDS
        while loop.time() < until:
            leaving = self._leaving.get(account)
            if leaving is not None:
                await leaving.wait()
            owner = await self.leases.owner(account)
            if owner is not None:
                self._owners[account] = owner
                return owner
            if self.is_here(account):
                self._owners.pop(account, None)
                return None
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
        raise ConnectionError(f"nothing has the account {account}")

    async def takes(self, first: str, others: AbstractSet[str]) -> bool:
        """Whether what is declared for these accounts is made by this process: it has them, or no other process has.

        Where another process has the ``first`` account, it may have done so.
        """
        if await self.find_owner(first) is not None:
            return False
        elsewhere = [account for account in sorted(others - {first}) if await self.find_owner(account) is not None]
        if elsewhere:
            logger.warning(
                "Nothing of --config and --state is made: other processes of the cluster have the accounts %s. "
                "Use `sqs-sns-emulator import`, or declare one account.",
                ", ".join(elsewhere),
            )
        return not elsewhere

    async def _post(self, account: str, path: str, body: bytes) -> bytes | None:
        """Post to the process where an account lives; None if it is this one."""
        headers = {b"host": b"localhost", b"content-type": b"application/json"}
        answer = await self.send(account, HttpRequest("POST", "http", path, b"", headers, body))
        if answer is not None and answer.status != 200:
            raise ConnectionError(f"the owner of the account {account} has answered with {answer.status}")
        return None if answer is None else answer.body

    async def _perform(self, request: HttpRequest) -> Answer:
        outcome = self._answer(request)
        return outcome if isinstance(outcome, HttpResponse) else await outcome

    # -- Accounts that move ----------------------------------------------------------------

    async def hand_over(self, account: str, to: str | None = None) -> None:
        """Give an account up, to another member, by its name, if one is given. Calls that come go to the next owner."""
        if account in self._leaving:
            return
        left = self._leaving[account] = asyncio.Event()
        try:
            await self._end_waits(account)
            await self.transfers.end(account)
            await self.leases.release(account, to)
        finally:
            del self._leaving[account]
            left.set()

    async def leave(self) -> None:
        """Give all accounts up, in equal shares."""
        for account in self.leases.owned():
            self._leaving[account] = asyncio.Event()
        try:
            await asyncio.gather(*map(self._end_waits, self._leaving), self.transfers.close())
            await self.leases.release_all()
        finally:
            while self._leaving:
                self._leaving.popitem()[1].set()

    async def close(self) -> None:
        """Watch no more, and close the connections to other processes."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        self.peers.close()

    async def _end_waits(self, account: str) -> None:
        """End the long polls of an account, and wait for the rest of what waits there."""
        while self._pending.get(account):
            self.world.sqs.waiting.end_those_of(account)
            await asyncio.sleep(0.005)

    async def _watch_members(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            with suppress(ConnectionError):
                live = frozenset(each.address for each in await self.leases.members())
                self.peers.keep_only(live)
                self._owners = {account: owner for account, owner in self._owners.items() if owner in live}

    def _unavailable(self, call: Call) -> HttpResponse:
        """What SDKs repeat a call after."""
        call.request_id = self._ids.uuid()
        return call.protocol.write_error(call, ServiceUnavailable())
