import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.foundation.changes import Ledger
from emulator.sqs.attempts import ReceiveAttempts
from emulator.sqs.message import Delivery, MessageState
from tests.sqs.dead_letters import remembered
from tests.sqs.world import message


def delivery(sequence: int) -> Delivery:
    """A message as a receive leaves it."""
    delivered = message(group="g")
    delivered.sequence = sequence
    delivered.state = MessageState.IN_FLIGHT
    delivered.receive_count = 1
    return Delivery(delivered, f"handle {sequence}")


def test_an_attempt_finds_what_it_got() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    got = [delivery(1), delivery(2)]
    attempts.remember("id", got, 0)
    assert attempts.find("id", 0) == got
    assert attempts.find("other", 0) is None


def test_nothing_is_not_remembered() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    attempts.remember("id", [], 0)
    assert attempts.find("id", 0) is None


def test_an_attempt_holds_only_while_all_its_messages_are_in_flight() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    got = [delivery(1), delivery(2)]
    attempts.remember("id", got, 0)
    got[1].message.state = MessageState.VISIBLE
    assert attempts.find("id", 0) is None


def test_an_attempt_does_not_hold_once_a_message_was_received_again() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    got = [delivery(1)]
    attempts.remember("id", got, 0)
    got[0].message.receive_count += 1
    assert attempts.find("id", 0) is None


def test_a_message_that_was_changed_voids_every_attempt_that_got_it_and_no_other() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    changed = delivery(2)
    attempts.remember("id", [delivery(1), changed], 0)
    attempts.remember("later", [changed], 50)
    attempts.remember("other", [delivery(3)], 60)
    attempts.void(2)
    attempts.void(99)
    for attempt_id in ("id", "later"):
        with pytest.raises(InvalidParameterValue, match="not retryable"):
            attempts.find(attempt_id, 0)
    assert attempts.find("other", 0) is not None


def test_the_latest_receive_under_an_id_counts() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    attempts.remember("id", [delivery(1)], 0)
    latest = [delivery(2)]
    attempts.remember("id", latest, 100)
    attempts.void(1)
    attempts.forget(399)
    assert attempts.find("id", 399) == latest
    attempts.forget(400)
    assert attempts.find("id", 399) is None


def test_attempts_are_forgotten_after_five_minutes() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    attempts.remember("old", [delivery(1)], 0)
    attempts.remember("void", [delivery(2)], 0)
    attempts.remember("new", [delivery(3)], 1)
    attempts.void(2)
    attempts.forget(300)
    assert attempts.find("old", 0) is None
    assert attempts.find("void", 0) is None
    assert attempts.find("new", 0) is not None


def test_an_attempt_whose_message_moved_to_another_queue_is_forgotten_whole() -> None:
    attempts = ReceiveAttempts("arn:aws:sqs:eu-west-1:111111111111:queue.fifo", Ledger())
    moved = delivery(1)
    attempts.remember("id", [moved], 0)
    moved.message.sequence = 7
    attempts.forget(300)
    assert remembered(attempts, "_by_message") == 0
