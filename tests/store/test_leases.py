"""Accounts of several members in one database. Each member has a World of its own in this process."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import psycopg
import pytest

from emulator.cluster import shared_leases
from emulator.cluster.residence import Kept, Residence
from emulator.cluster.store import SharedStore
from emulator.store.postgresql import Lease
from tests import patience
from tests.state.world import ACCOUNT, OTHER, World
from tests.store.shared import count, kept, settled, shared


class Member:
    """A member, and what it is asked."""

    def __init__(self, world: World, store: SharedStore) -> None:
        self.world = world
        self.store = store
        self.leases = store.leases

    async def sqs(self, action: str, account: str = ACCOUNT, **request: Any) -> Any:
        """Call an action, as a request does that came to this member. None if the account is elsewhere."""
        if await self.leases.owner(account) is not None:
            return None
        response = self.world.sqs(action, account, **request)
        await self.store.settle()
        return response

    def queues(self) -> list[str]:
        """Names of the queues in memory."""
        return [queue.identity.name for queue in self.world.control.sqs.queues]


Scenario = Callable[..., Awaitable[None]]


def with_members(url: str, scenario: Scenario, *names: str) -> None:
    """Run ``scenario`` with members that share a database."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            members = []
            for name in names:
                world = World()
                store = await stack.enter_async_context(shared(world.control, url, name))
                members.append(Member(world, store))
            await scenario(*members)

    asyncio.run(run())


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(patience.SECONDS):
        while not condition():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, options="-c search_path=sqs_sns_emulator") as connection:
        connection.execute(statement)


def take_for_dead(url: str, member: Member) -> None:
    """Let the others take a member for dead, which does not renew its lease until it is asked something."""
    running = member.leases._running  # noqa: SLF001 - as if the process were stopped
    assert running is not None
    running.cancel()
    execute(url, f"DELETE FROM members WHERE name = '{member.leases.name}'")


def test_account_is_with_the_member_that_was_asked_first(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        assert await second.leases.owner(ACCOUNT) == "http://first"
        assert await second.leases.owner(OTHER) is None
        assert await first.leases.owner(OTHER) == "http://second"
        assert (set(first.leases.owned()), set(second.leases.owned())) == ({ACCOUNT}, {OTHER})
        members = await second.leases.members()
        assert sorted((each.address, each.accounts) for each in members) == [
            ("http://first", (ACCOUNT,)),
            ("http://second", (OTHER,)),
        ]

    with_members(postgresql_url, scenario, "first", "second")


def test_account_that_is_released_goes_on_elsewhere(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        await first.sqs("SendMessage", QueueUrl="jobs", MessageBody="hello")
        await first.leases.release(ACCOUNT, second.leases.name)
        assert first.queues() == []
        assert await first.leases.owner(ACCOUNT) == "http://second"
        received = await second.sqs("ReceiveMessage", QueueUrl="jobs")
        assert b"hello" in received.body
        await second.leases.release(ACCOUNT, first.leases.name)
        assert await first.sqs("ReceiveMessage", QueueUrl="jobs") is not None

    with_members(postgresql_url, scenario, "first", "second")


def test_large_account_is_not_seen_before_all_of_it_is_there(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        for number in range(100):
            first.world.sqs("SendMessage", QueueUrl="jobs", MessageBody=f"{number}" * 1_000)
        await first.sqs("DeleteQueue", QueueUrl="nothing")
        await first.leases.release(ACCOUNT, second.leases.name)
        seen: set[int] = set()
        asked = asyncio.create_task(second.leases.owner(ACCOUNT))
        while not asked.done():
            seen.add(sum(len(queue.contents.messages) for queue in second.world.control.sqs.queues))
            await asyncio.sleep(0)
        assert await asked is None
        assert seen <= {0, 100}
        assert len(next(iter(second.world.control.sqs.queues)).contents.messages) == 100

    with_members(postgresql_url, scenario, "first", "second")


def test_account_comes_when_the_database_can_be_read_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, failures = Residence.read, [ConnectionError(), ConnectionError()]

    async def fail_first(self: Residence, lease: Lease) -> Kept:
        if failures:
            raise failures.pop()
        return await read(self, lease)

    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        monkeypatch.setattr(Residence, "read", fail_first)
        await first.leases.release(ACCOUNT, second.leases.name)
        assert await second.leases.owner(ACCOUNT) is None
        assert second.queues() == ["jobs"]

    with_members(postgresql_url, scenario, "first", "second")


def test_account_that_is_damaged_is_refused(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        execute(postgresql_url, "UPDATE changes SET content = E'no change\\n'")
        await first.leases.release(ACCOUNT, second.leases.name)
        with pytest.raises(ConnectionError, match=f"account {ACCOUNT}: Change 1 since the snapshot cannot be made"):
            await second.leases.owner(ACCOUNT)

    with_members(postgresql_url, scenario, "first", "second")


def test_member_that_was_taken_for_dead_can_write_nothing_and_drops_its_accounts(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        take_for_dead(postgresql_url, first)
        assert await second.leases.owner(ACCOUNT) is None
        before = count(postgresql_url, "changes")
        first.world.sqs("CreateQueue", QueueName="too-late")
        with pytest.raises(ConnectionError):
            await first.store.settle()
        assert count(postgresql_url, "changes") == before
        await until(lambda: not first.queues())
        assert await first.leases.owner(ACCOUNT) == "http://second"
        assert second.queues() == ["jobs"]

    with_members(postgresql_url, scenario, "first", "second")


def test_snapshot_of_a_member_that_was_taken_for_dead_does_not_count(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        database = first.store.database
        snapshot = database.begin_snapshot(ACCOUNT)
        snapshot.write(b"{}")
        take_for_dead(postgresql_url, first)
        assert await second.leases.owner(ACCOUNT) is None
        for step in (snapshot.finish, lambda: snapshot.write(b"{}"), lambda: database.begin_snapshot(ACCOUNT)):
            with pytest.raises(Exception, match="Other processes have the accounts"):
                step()
        assert (await second.sqs("ListQueues")).body.count(b"jobs") == 1

    with_members(postgresql_url, scenario, "first", "second")


def test_accounts_of_a_member_that_is_gone_are_taken_by_the_others(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        for number in range(10):
            await first.sqs("CreateQueue", f"{number:012}", QueueName="jobs")
        # What remains of a process that was killed: its connection is gone.
        execute(postgresql_url, f"UPDATE members SET lock = 1 WHERE name = '{first.leases.name}'")
        execute(postgresql_url, f"UPDATE members SET expires = now() WHERE name = '{first.leases.name}'")
        await until(lambda: len(second.queues()) >= 5)

    with_members(postgresql_url, scenario, "first", "second")


def test_member_that_joins_gets_a_fair_share(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_leases, "_IDLE_SECONDS", 0)

    async def scenario(first: Member) -> None:
        for number in range(9):
            await first.sqs("CreateQueue", f"{number:012}", QueueName="jobs")
        async with shared((second := World()).control, postgresql_url, "second") as store:
            await until(lambda: len(store.leases.owned()) == 4)
            await asyncio.sleep(0.1)
            assert len(first.leases.owned()) == 5
            assert len(list(second.control.sqs.queues)) == 4
        await until(lambda: len(first.leases.owned()) == 9)
        assert len(first.queues()) == 9

    with_members(postgresql_url, scenario, "first")


def test_receive_that_waits_ends_where_its_account_leaves(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        context = first.world.control
        queue = next(iter(context.sqs.queues))
        waiting = asyncio.create_task(context.sqs.waiting.wait(queue, context.clocks.of(ACCOUNT), 3_600, list))
        await asyncio.sleep(0)
        async with asyncio.timeout(patience.SECONDS):
            await first.leases.release(ACCOUNT, second.leases.name)
        assert await waiting == []

    with_members(postgresql_url, scenario, "first", "second")


def test_clock_of_accounts_yet_to_come_is_that_of_all_members(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        await first.sqs("CreateQueue", QueueName="jobs")
        first.world.control.clocks.move(None, lambda clock: clock.advance(3_600))
        await settled(first.store)
        everyone = second.world.control.clocks.everyone
        await until(lambda: everyone.setting == first.world.control.clocks.everyone.setting)

    with_members(postgresql_url, scenario, "first", "second")


def test_all_members_sign_with_one_key(postgresql_url: str) -> None:
    async def scenario(first: Member, second: Member) -> None:
        names = [each.world.control.sns.signer.certificate_name for each in (first, second)]
        assert names[0] == names[1]

    with_members(postgresql_url, scenario, "first", "second")


def test_snapshot_takes_the_place_of_the_changes_of_its_account(postgresql_url: str) -> None:
    async def scenario(first: Member) -> None:
        for account in (ACCOUNT, OTHER):
            for number in range(20):
                await first.sqs("CreateQueue", account, QueueName=f"queue-{number}")
        await first.store.compaction(first.world.control).make(ACCOUNT)
        await first.sqs("CreateQueue", QueueName="later")
        assert count(postgresql_url, "changes") == 1 + 20 + 1  # the others' are of the other account, with its clock

    with_members(postgresql_url, scenario, "first")
    with_members(postgresql_url, _has_all, "second")


async def _has_all(member: Member) -> None:
    assert len(member.queues()) == 41
    assert len(kept(member.store.url)) == 2
