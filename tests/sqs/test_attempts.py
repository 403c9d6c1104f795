from emulator.sqs.attempts import ReceiveAttempts
from emulator.sqs.message import Delivery, MessageState
from tests.sqs.world import message


def delivery(handle: str) -> Delivery:
    """A message as a receive leaves it."""
    delivered = message(group="g")
    delivered.state = MessageState.IN_FLIGHT
    delivered.receive_count = 1
    return Delivery(delivered, handle)


def test_an_attempt_finds_what_it_got() -> None:
    attempts = ReceiveAttempts()
    got = [delivery("1"), delivery("2")]
    attempts.remember("id", got, 0)
    assert attempts.find("id") == got
    assert attempts.find("other") is None


def test_nothing_is_not_remembered() -> None:
    attempts = ReceiveAttempts()
    attempts.remember("id", [], 0)
    assert attempts.find("id") is None


def test_an_attempt_holds_only_while_all_its_messages_are_in_flight() -> None:
    attempts = ReceiveAttempts()
    got = [delivery("1"), delivery("2")]
    attempts.remember("id", got, 0)
    got[1].message.state = MessageState.VISIBLE
    assert attempts.find("id") is None


def test_an_attempt_does_not_hold_once_a_message_was_received_again() -> None:
    attempts = ReceiveAttempts()
    got = [delivery("1")]
    attempts.remember("id", got, 0)
    got[0].message.receive_count += 1
    assert attempts.find("id") is None


def test_a_voided_handle_voids_the_whole_attempt_and_no_other() -> None:
    attempts = ReceiveAttempts()
    attempts.remember("id", [delivery("1"), delivery("2")], 0)
    attempts.remember("other", [delivery("3")], 0)
    attempts.void("2")
    attempts.void("unknown")
    assert attempts.find("id") is None
    assert attempts.find("other") is not None


def test_the_latest_receive_under_an_id_counts() -> None:
    attempts = ReceiveAttempts()
    attempts.remember("id", [delivery("1")], 0)
    latest = [delivery("2")]
    attempts.remember("id", latest, 100)
    attempts.void("1")
    attempts.forget(399)
    assert attempts.find("id") == latest
    attempts.forget(400)
    assert attempts.find("id") is None


def test_attempts_are_forgotten_after_five_minutes() -> None:
    attempts = ReceiveAttempts()
    attempts.remember("old", [delivery("1")], 0)
    attempts.remember("new", [delivery("2")], 1)
    attempts.forget(300)
    assert attempts.find("old") is None
    assert attempts.find("new") is not None
