import time
from datetime import timedelta

import pytest
from website import Website
from worker import Worker

from emulator.testing import EmulatedAccount

pytestmark = pytest.mark.emulator(templates=["template.yaml"])


def test_backlog_is_worked_off(emulator: EmulatedAccount) -> None:
    for booking in ("A17", "B4"):
        Website().cancel(booking)
    refunded: list[str] = []
    worker = Worker(refunded.append)
    assert worker.work() + worker.work() == 2
    assert sorted(refunded) == ["A17", "B4"]
    assert emulator.peek("cancellations") == []


def test_heartbeat_keeps_a_cancellation_from_a_second_worker(emulator: EmulatedAccount) -> None:
    def refund_for_minutes(_booking: str) -> None:
        for _ in range(5):
            emulator.clock.advance(45)
            wait_for_heartbeat(emulator)
            assert [message.state for message in emulator.peek("cancellations")] == ["in_flight"]

    Website().cancel("A17")
    assert Worker(refund_for_minutes, heartbeat_seconds=0.01).work() == 1
    assert emulator.peek("cancellations") == []


def test_cancellation_of_a_worker_that_dies_is_taken_by_another_one(emulator: EmulatedAccount) -> None:
    def die(_: str) -> None:
        raise KeyboardInterrupt

    Website().cancel("A17")
    with pytest.raises(KeyboardInterrupt):
        Worker(die).work()
    emulator.clock.advance(60)
    refunded: list[str] = []
    Worker(refunded.append).work()
    assert refunded == ["A17"]


def test_cancellation_that_fails_three_times_is_kept_apart_and_can_be_tried_again(emulator: EmulatedAccount) -> None:
    def fail(_: str) -> None:
        raise ValueError("account closed")

    Website().cancel("A17")
    for _ in range(3):
        assert Worker(fail).work() == 0
        emulator.clock.advance(60)
    emulator.sqs.receive_message(QueueUrl="cancellations", WaitTimeSeconds=0)
    assert [message.body for message in emulator.peek("failed-cancellations")] == ["A17"]

    failed = f"arn:aws:sqs:{emulator.region}:{emulator.account_id}:failed-cancellations"
    emulator.sqs.start_message_move_task(SourceArn=failed)
    emulator.clock.advance(1)
    refunded: list[str] = []
    Worker(refunded.append).work()
    assert refunded == ["A17"]


def wait_for_heartbeat(emulator: EmulatedAccount) -> None:
    """Until the visibility timeout has been extended, at the emulator's time that is now."""
    soon = emulator.clock.now() + timedelta(seconds=50)
    while not any(message.visible_at and message.visible_at > soon for message in emulator.peek("cancellations")):
        time.sleep(0.01)
