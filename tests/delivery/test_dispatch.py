"""Deliveries as their clock moves."""

import asyncio
import logging

import pytest

from emulator.aws.place import Place
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.dispatch import Dispatch
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.timing.clock import Clocks
from tests import patience
from tests.delivery.postroom import ACCOUNT, NOW, delivery_to, postroom
from tests.delivery.subscriber import OK, Subscriber, answering, hang, in_turn
from tests.delivery.test_misbehavior import arrived, in_event_loop


@in_event_loop
async def test_retries_come_when_the_clock_says_so(subscriber: Subscriber) -> None:
    subscriber.behave = in_turn(answering(500, b"oops"), answering(429), OK)
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        await room.settle()
        room.clock.advance(19.9)
        await room.settle()
        assert [(attempt.status, attempt.answer, attempt.next_at) for attempt in attempts] == [(500, "oops", NOW + 20)]
        room.clock.advance(0.1)
        await room.settle()
        assert [attempt.status for attempt in attempts] == [500, 429]
        room.clock.advance(20)
        assert await room.settle() == []
        assert [(attempt.status, attempt.delivered) for attempt in attempts] == [
            (500, False),
            (429, False),
            (200, True),
        ]


@in_event_loop
async def test_one_jump_plays_the_whole_plan(subscriber: Subscriber) -> None:
    subscriber.behave = answering(503)
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        await room.settle()
        room.clock.advance(3_600)
        assert await room.settle() == []
        assert [attempt.at - NOW for attempt in attempts] == [0, 20, 40, 60]
        assert [attempt.next_at for attempt in attempts] == [NOW + 20, NOW + 40, NOW + 60, None]


@in_event_loop
async def test_endpoint_that_hangs_is_called_again_thirty_five_seconds_later(subscriber: Subscriber) -> None:
    subscriber.behave = hang
    async with postroom(real_seconds=0.1) as room:
        attempts = room.send(subscriber.url)
        await arrived(subscriber)
        room.clock.advance(3_600)
        assert await room.settle() == []
        assert [attempt.at - NOW for attempt in attempts] == [15, 50, 85, 120]


@in_event_loop
async def test_jump_makes_retries_in_order_of_time() -> None:
    calls: list[str] = []

    async def fail(message: HttpMessage) -> Answer:
        calls.append(message.body.decode())
        raise NoAnswer("nobody there")

    clocks = Clocks(frozen_at=NOW)
    dispatch = Dispatch(clocks, fail)
    for delay in (30, 10, 20):
        policy = HttpPolicy((float(delay),), 0.0, "text/plain")
        dispatch.add(delivery_to(f"subscription-{delay}", body=str(delay), policy=policy))
    await dispatch.settle(None, patience.SECONDS)
    calls.clear()
    clocks.of(ACCOUNT).advance(60)
    assert await dispatch.settle(None, patience.SECONDS) == []
    assert calls == ["10", "20", "30"]


@in_event_loop
async def test_running_clock_brings_retries_by_itself(subscriber: Subscriber) -> None:
    subscriber.behave = in_turn(answering(500), OK)
    async with postroom() as room:
        room.clock.resume()
        attempts = room.send(subscriber.url, policy=HttpPolicy((0.05,), 0.0, "text/plain"))
        assert await room.settle() == []
        assert [attempt.delivered for attempt in attempts] == [False, True]
        assert attempts[1].at - attempts[0].at >= 0.05


@in_event_loop
async def test_throttled_endpoint_gets_only_so_many_calls_a_second(subscriber: Subscriber) -> None:
    async with postroom() as room:
        for number in range(4):
            room.send(subscriber.url, str(number), policy=HttpPolicy((), 0.5, "text/plain"))
        assert len(await room.settle()) == 3
        room.clock.advance(0.5)
        assert len(await room.settle()) == 2
        room.clock.advance(1)
        assert await room.settle() == []
        assert [(await arrived(subscriber)).text for _ in range(2)] == ["0", "1"]


@in_event_loop
async def test_dropped_subscription_gets_no_more_retries(subscriber: Subscriber) -> None:
    subscriber.behave = answering(500)
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        [delivery] = await room.settle()
        room.dispatch.drop(delivery.account, delivery.subscription_arn)
        assert await room.settle() == []
        room.clock.advance(3_600)
        await room.settle()
        assert len(attempts) == 1


@in_event_loop
async def test_attempt_under_way_may_end_when_its_subscription_is_dropped(subscriber: Subscriber) -> None:
    async with postroom() as room:
        attempts = room.send(subscriber.url)
        [delivery] = room.dispatch.unfinished()
        room.dispatch.drop(delivery.account, delivery.subscription_arn)
        assert await room.settle() == []
        assert [attempt.delivered for attempt in attempts] == [True]


@in_event_loop
async def test_end_says_what_was_under_way_but_no_password(
    subscriber: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    subscriber.behave = hang
    url = subscriber.url.replace("://", "://user:secret@")
    with caplog.at_level(logging.WARNING):
        async with postroom() as room:
            room.send(url)
            await arrived(subscriber)
    assert [record.getMessage() for record in caplog.records] == [
        f"1 delivery was still under way, to {subscriber.url.replace('://', '://user:****@')}"
    ]


@in_event_loop
async def test_settling_waits_no_longer_than_its_timeout(subscriber: Subscriber) -> None:
    subscriber.behave = hang
    async with postroom() as room:
        room.send(subscriber.url)
        [delivery] = await room.dispatch.settle(None, 0.05)
        assert (delivery.waits, delivery.attempts) == (False, [])
        assert await room.dispatch.settle("222222222222", patience.SECONDS) == []


@in_event_loop
async def test_fault_of_our_own_is_logged_and_nothing_is_left_lying(caplog: pytest.LogCaptureFixture) -> None:
    async def post(_: HttpMessage) -> Answer:
        raise LookupError("a fault")

    dispatch = Dispatch(Clocks(frozen_at=NOW), post)
    dispatch.add(delivery_to("subscription"))
    assert await dispatch.settle(None, patience.SECONDS) == []
    assert [record.getMessage() for record in caplog.records] == ["A delivery to http://nowhere.invalid/ failed"]


class TestPassword:
    @in_event_loop
    async def test_is_sent_only_to_whom_asks_for_it(self, subscriber: Subscriber) -> None:
        subscriber.behave = in_turn(answering(401, b"", 'WWW-Authenticate: Basic realm="x"'), OK)
        async with postroom() as room:
            attempts = room.send(subscriber.url.replace("://", "://us%65r:p%40ss@"))
            await room.settle()
            assert [attempt.delivered for attempt in attempts] == [True]
            first, second = [await arrived(subscriber) for _ in range(2)]
            assert "Authorization" not in first.headers
            assert second.headers["Authorization"] == "Basic dXNlcjpwQHNz"

    @in_event_loop
    async def test_that_is_wrong_fails_the_delivery_for_good(self, subscriber: Subscriber) -> None:
        subscriber.behave = answering(401, b"", 'WWW-Authenticate: Basic realm="x"')
        async with postroom() as room:
            attempts = room.send(subscriber.url.replace("://", "://user:wrong@"))
            await room.settle()
            assert [(attempt.status, attempt.next_at) for attempt in attempts] == [(401, None)]
            assert subscriber.requests.qsize() == 2


def test_deliveries_of_one_event_loop_do_not_outlive_it() -> None:
    async def scenario() -> None:
        async with postroom() as room:
            room.send("http://127.0.0.1:9/")

    asyncio.run(scenario())


@in_event_loop
async def test_reset_of_a_region_drops_what_waits_for_its_subscribers() -> None:
    async def fail(_: HttpMessage) -> Answer:
        raise NoAnswer("nobody there")

    dispatch = Dispatch(Clocks(frozen_at=NOW), fail)
    for account in (ACCOUNT, "222222222222"):
        for region in ("us-east-1", "eu-west-1"):
            arn = f"arn:aws:sns:{region}:{account}:topic:id"
            dispatch.add(delivery_to(arn, account=account))
    await dispatch.settle(None, patience.SECONDS)
    dispatch.reset(Place(ACCOUNT, "eu-west-1"))
    dispatch.reset(Place(region="us-east-1"))
    left = [delivery.subscription_arn for delivery in dispatch.unfinished()]
    assert left == ["arn:aws:sns:eu-west-1:222222222222:topic:id"]
    await dispatch.finish()
