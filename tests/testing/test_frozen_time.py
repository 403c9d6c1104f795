"""Tests that freeze or move time with freezegun or time-machine: nothing hangs, and in process the emulator follows."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine
from freezegun import freeze_time

from emulator.testing import EmulatedAccount, ExpectationError, emulated_aws
from emulator.testing.real_time import time
from emulator.testing.server_process import ServerProcess
from tests.delivery.subscriber import answering, in_turn, running_subscriber
from tests.testing.pytest_runs import Run

pytest_plugins = ["pytester"]

START = datetime(2030, 1, 1, tzinfo=UTC)
DEADLINE = 60

Freeze = Callable[[datetime], AbstractContextManager[Any]]
WAYS: dict[str, Freeze] = {
    "freezegun": freeze_time,
    "freezegun that ticks": lambda when: freeze_time(when, tick=True),
    "freezegun that ticks with each look": lambda when: freeze_time(when, auto_tick_seconds=1),
    "freezegun with real asyncio": lambda when: freeze_time(when, real_asyncio=True),
    "time-machine that stands still": lambda when: time_machine.travel(when, tick=False),
    "time-machine": lambda when: time_machine.travel(when, tick=True),
}
STANDING_STILL = ("freezegun", "time-machine that stands still")


@pytest.fixture(params=WAYS)
def freeze(request: pytest.FixtureRequest) -> Freeze:
    return WAYS[request.param]


@pytest.fixture(params=STANDING_STILL)
def stop_time(request: pytest.FixtureRequest) -> Freeze:
    return WAYS[request.param]


def jump(frozen: Any, seconds: float) -> None:
    """With either library."""
    if hasattr(frozen, "tick"):
        frozen.tick(timedelta(seconds=seconds))
    else:
        frozen.shift(seconds)


def new_queue(aws: EmulatedAccount, **attributes: str) -> str:
    return str(aws.sqs.create_queue(QueueName="orders", Attributes=attributes)["QueueUrl"])


def test_waits_for_what_does_not_come_end(aws: EmulatedAccount, freeze: Freeze) -> None:
    new_queue(aws)
    with freeze(START):
        started = time.monotonic()
        with pytest.raises(ExpectationError, match=r"within 0\.2 s"):
            aws.wait_for_message("orders", timeout=0.2)
        aws.expect_no_message("orders", within=0.2)
        assert time.monotonic() - started >= 0.4


def test_wait_ends_when_the_message_comes(aws: EmulatedAccount, freeze: Freeze) -> None:
    url = new_queue(aws)
    with freeze(START), ThreadPoolExecutor() as threads:
        waiting = threads.submit(aws.wait_for_message, "orders", timeout=DEADLINE)
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
        assert waiting.result().body == "coffee"


def test_empty_long_poll_ends(aws: EmulatedAccount, freeze: Freeze) -> None:
    url = new_queue(aws)
    with freeze(START):
        assert "Messages" not in aws.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


def test_long_poll_is_woken_by_a_send(aws: EmulatedAccount, freeze: Freeze) -> None:
    url = new_queue(aws)
    with freeze(START), ThreadPoolExecutor() as threads:
        received = threads.submit(aws.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
        assert received.result(DEADLINE)["Messages"][0]["Body"] == "coffee"


def test_settling_ends(aws: EmulatedAccount, freeze: Freeze) -> None:
    with running_subscriber() as subscriber:
        topic = aws.sns.create_topic(Name="sales")["TopicArn"]
        with freeze(START):
            aws.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
            aws.settle(timeout=DEADLINE)
        assert subscriber.requests.qsize() == 1


def test_settling_fails_when_its_real_seconds_are_over(stop_time: Freeze) -> None:
    with running_subscriber() as subscriber, emulated_aws() as aws:
        subscriber.behave = answering(500)
        topic = aws.sns.create_topic(Name="sales")["TopicArn"]
        with stop_time(START):
            aws.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
            with pytest.raises(ExpectationError, match="still on their way"):
                aws.settle(timeout=0.5)


def test_frozen_before_the_use_begins(freeze: Freeze) -> None:
    with freeze(START), emulated_aws() as aws:
        url = new_queue(aws, VisibilityTimeout="30")
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
        message = aws.wait_for_message("orders")
        assert timedelta() <= message.sent_at - START < timedelta(minutes=30)
        assert "Messages" in aws.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)


def test_server_starts_and_ends_in_frozen_time(freeze: Freeze) -> None:
    with freeze(START), emulated_aws(server=True) as aws:
        url = new_queue(aws)
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
        assert aws.wait_for_message("orders").body == "coffee"
        assert aws.clock.now() < START  # a server has a time of its own


def test_server_that_does_not_end_is_killed_in_frozen_time(stop_time: Freeze, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ServerProcess()
    process = vars(server)["_process"]
    monkeypatch.setattr(process, "terminate", lambda: None)
    monkeypatch.setattr("emulator.testing.server_process._STOP_SECONDS", 0.1)
    with stop_time(START):
        server.close()
    assert process.returncode == -9


def test_visibility_timeout_and_delay_follow_the_frozen_time(stop_time: Freeze) -> None:
    with emulated_aws() as aws, stop_time(START) as frozen:
        url = new_queue(aws, VisibilityTimeout="30")
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
        aws.sqs.send_message(QueueUrl=url, MessageBody="tea", DelaySeconds=60)
        aws.sqs.receive_message(QueueUrl=url)
        jump(frozen, 29)
        assert [message.state for message in aws.peek("orders")] == ["in_flight", "delayed"]
        jump(frozen, 1)
        assert [message.state for message in aws.peek("orders")] == ["visible", "delayed"]
        frozen.move_to(START + timedelta(seconds=60))
        assert [message.state for message in aws.peek("orders")] == ["visible", "visible"]
        assert aws.clock.now() == START + timedelta(seconds=60)


def test_parked_long_poll_gets_what_falls_due_when_time_is_moved(stop_time: Freeze) -> None:
    with emulated_aws() as aws, stop_time(START) as frozen, ThreadPoolExecutor() as threads:
        url = new_queue(aws)
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee", DelaySeconds=900)
        jump(frozen, 895)
        received = threads.submit(aws.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        while not wait([received], timeout=0.05).done:
            jump(frozen, 1)
        assert received.result(DEADLINE)["Messages"][0]["Body"] == "coffee"


def test_moved_time_lets_a_parked_long_poll_end(stop_time: Freeze) -> None:
    with emulated_aws() as aws, stop_time(START) as frozen:
        url = new_queue(aws)
        received: list[Any] = []
        poll = threading.Thread(
            target=lambda: received.append(aws.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20))
        )
        started = time.monotonic()
        poll.start()
        while poll.is_alive() and time.monotonic() < started + DEADLINE:
            jump(frozen, 20)
            poll.join(0.05)
        assert time.monotonic() - started < 20
        assert "Messages" not in received[0]


def test_retry_of_a_delivery_is_made_when_time_is_moved(stop_time: Freeze) -> None:
    with running_subscriber() as subscriber, emulated_aws() as aws, stop_time(START) as frozen:
        subscriber.behave = in_turn(answering(500), answering(200))
        topic = aws.sns.create_topic(Name="sales")["TopicArn"]
        aws.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
        settling = threading.Thread(target=aws.settle, args=(DEADLINE,))
        started = time.monotonic()
        settling.start()
        while settling.is_alive() and time.monotonic() < started + DEADLINE:
            jump(frozen, 60)
            settling.join(0.05)
        assert subscriber.requests.qsize() == 2


def test_time_that_is_moved_back_neither_hangs_nor_loses_messages(stop_time: Freeze) -> None:
    with emulated_aws() as aws:
        url = new_queue(aws)
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
        with stop_time(datetime(2020, 1, 1, tzinfo=UTC)):
            aws.sqs.send_message(QueueUrl=url, MessageBody="tea")
            received = [aws.sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] for _ in range(2)]
            assert sorted(received) == ["coffee", "tea"]
            assert "Messages" not in aws.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


def test_own_clock_moves_upon_frozen_time(stop_time: Freeze) -> None:
    with stop_time(START), emulated_aws() as aws:
        aws.clock.advance(60)
        assert aws.clock.now() == START + timedelta(seconds=60)
        aws.clock.freeze()
        aws.clock.resume()
        assert aws.clock.now() == START + timedelta(seconds=60)


@freeze_time(START)
@emulated_aws
def frozen_function() -> datetime:
    return clock_of_the_emulator()


@emulated_aws
@freeze_time(START)
async def frozen_coroutine() -> datetime:
    return clock_of_the_emulator()


@time_machine.travel(START, tick=False)
@emulated_aws
async def travelling_coroutine() -> datetime:
    return clock_of_the_emulator()


async def awaited(result: Awaitable[datetime]) -> datetime:
    return await result


def clock_of_the_emulator() -> datetime:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])["Attributes"]
    return datetime.fromtimestamp(int(attributes["CreatedTimestamp"]), UTC)


def test_decorators_go_together() -> None:
    assert frozen_function() == START
    assert asyncio.run(awaited(frozen_coroutine())) == START
    assert asyncio.run(awaited(travelling_coroutine())) == START


_FROZEN_FROM_THE_START = """
from freezegun import freeze_time

with freeze_time("2030-01-01") as frozen:
    from datetime import datetime, UTC
    from emulator.testing import emulated_aws

    for server in (False, True):
        with emulated_aws(server=server) as aws:
            url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
            topic = aws.sns.create_topic(Name="sales")["TopicArn"]
            arn = f"arn:aws:sqs:us-east-1:{aws.account_id}:orders"
            aws.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
            message_id = aws.sns.publish(TopicArn=topic, Message="sold")["MessageId"]
            assert aws.wait_for_message("orders").json()["Message"] == "sold"
            assert aws.trace.of(message_id).at
            aws.sns.publish(PhoneNumber="+15550100", Message="code")
            assert aws.outbox.entries()[0].at
            aws.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
            assert aws.pending_subscriptions()[0].expires_at
            aws.restore_state(aws.export_state())
            aws.clock.set(datetime(2031, 1, 1, tzinfo=UTC))
            aws.faults.add(action="SendMessage", error="ServiceUnavailable")
            assert "orders" in aws.describe()
            aws.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
print(aws.account_id)
"""


@pytest.mark.thorough
def test_all_is_imported_while_time_is_frozen() -> None:
    command = [sys.executable, "-c", _FROZEN_FROM_THE_START]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert (done.returncode, done.stdout) == (0, "000000000000\n"), done.stderr


def test_fixture_works_in_frozen_time(run_here: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pytest, time_machine
        from freezegun import freeze_time

        @pytest.fixture(autouse=True, params=["freezegun", "time-machine"])
        def frozen(request):
            with freeze_time("2030-01-01") if request.param == "freezegun" else time_machine.travel(0, tick=False):
                yield

        def test_frozen(frozen, emulator):
            url = emulator.sqs.create_queue(QueueName="orders")["QueueUrl"]
            assert "Messages" not in emulator.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
            emulator.sqs.send_message(QueueUrl=url, MessageBody="coffee", DelaySeconds=60)
            emulator.expect_no_message("orders", "tea", within=0.1)
            emulator.clock.advance(60)
            assert emulator.wait_for_message("orders").body == "coffee"
    """
    pytester.makepyfile(tests)
    run_here("-p", "no:randomly").assert_outcomes(passed=2)
