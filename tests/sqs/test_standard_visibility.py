from collections.abc import Callable

import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.aws.sqs_errors import ReceiptHandleExpired, ReceiptHandleIsInvalid
from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, receive_one, send


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds."""
    return world.standard()


# -- Visibility ------------------------------------------------------------------------------


def test_a_received_message_is_hidden_until_its_visibility_timeout_ends(queue: Queue) -> None:
    send(queue, "a")
    receive_one(queue, 0)
    assert queue.receive(1, None, 29.999) == []
    assert bodies(queue.receive(1, None, 30)) == ["a"]


def test_a_receive_can_say_its_own_visibility_timeout(queue: Queue) -> None:
    send(queue, "a")
    receive_one(queue, 0, visibility_timeout=5)
    assert queue.receive(1, None, 4) == []
    assert bodies(queue.receive(1, None, 5)) == ["a"]


def test_a_message_received_with_timeout_zero_is_visible_to_the_next_receive(queue: Queue) -> None:
    send(queue, "a")
    first = receive_one(queue, 0, visibility_timeout=0)
    second = receive_one(queue, 0, visibility_timeout=0)
    assert second.message is first.message
    assert second.message.receive_count == 2
    assert second.receipt_handle != first.receipt_handle


def test_one_receive_with_timeout_zero_returns_each_message_once(queue: Queue) -> None:
    send(queue, "a", "b")
    assert bodies(queue.receive(10, 0, 0)) == ["a", "b"]


def test_every_receive_counts_and_the_first_one_is_remembered(queue: Queue) -> None:
    send(queue, "a")
    receive_one(queue, 7, visibility_timeout=1)
    delivery = receive_one(queue, 9)
    assert (delivery.message.receive_count, delivery.message.first_received_at) == (2, 7)


def test_a_changed_timeout_counts_from_the_change(queue: Queue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 30, 20)
    assert queue.receive(1, None, 49) == []
    assert bodies(queue.receive(1, None, 50)) == ["a"]


def test_a_timeout_can_be_renewed_again_and_again(queue: Queue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    for now in range(20, 200, 20):
        assert queue.receive(1, None, now) == []
        queue.change_visibility(delivery.receipt_handle, 30, now)
    assert queue.counts(209).in_flight == 1
    assert queue.counts(210).visible == 1


def test_a_timeout_can_be_shortened(queue: Queue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 3, 10)
    assert bodies(queue.receive(1, None, 13)) == ["a"]


def test_a_changed_timeout_does_not_hold_for_later_receives(queue: Queue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 100, 0)
    receive_one(queue, 100)
    assert queue.receive(1, None, 129) == []
    assert bodies(queue.receive(1, None, 130)) == ["a"]


def test_timeout_zero_makes_a_message_visible_at_once(queue: Queue) -> None:
    send(queue, "a", "b")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 0, 1)
    assert bodies(queue.receive(10, None, 1)) == ["a", "b"]


def test_a_message_that_is_visible_again_can_be_hidden_by_its_old_handle(queue: Queue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 10, 40)
    assert queue.receive(1, None, 49) == []
    assert bodies(queue.receive(10, None, 50)) == ["a"]


def test_an_old_handle_still_exposes_what_a_newer_receive_hid(queue: Queue) -> None:
    send(queue, "a")
    first = receive_one(queue, 0)
    receive_one(queue, 30)
    queue.change_visibility(first.receipt_handle, 0, 31)
    assert bodies(queue.receive(1, None, 31)) == ["a"]


def test_a_visibility_timeout_ends_within_twelve_hours_of_the_receive(queue: Queue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    with pytest.raises(InvalidParameterValue) as refusal:
        queue.change_visibility(delivery.receipt_handle, VISIBILITY_TIMEOUT_MAX, 0)
    assert refusal.value.message == (
        "Value 43200 for parameter VisibilityTimeout is invalid. "
        "Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."
    )
    queue.change_visibility(delivery.receipt_handle, 43_195, 0)
    with pytest.raises(InvalidParameterValue):
        queue.change_visibility(delivery.receipt_handle, 3_200, 40_000)
    queue.change_visibility(delivery.receipt_handle, 3_195, 40_000)
    assert queue.counts(43_194).in_flight == 1


def test_the_twelve_hours_start_anew_with_every_receive(queue: Queue) -> None:
    send(queue, "a")
    receive_one(queue, 0)
    delivery = receive_one(queue, 40_000)
    queue.change_visibility(delivery.receipt_handle, 43_195, 40_000)
    assert queue.counts(83_194).in_flight == 1


def test_visibility_of_a_deleted_message_cannot_be_changed(queue: Queue) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 1)
    with pytest.raises(InvalidParameterValue) as refusal:
        queue.change_visibility(handle, 10, 2)
    assert refusal.value.message == (
        f"Value {handle} for parameter ReceiptHandle is invalid. "
        "Reason: Message does not exist or is not available for visibility timeout change."
    )


# -- Deleting and handles --------------------------------------------------------------------


def test_a_deleted_message_does_not_come_back(queue: Queue) -> None:
    send(queue, "a")
    queue.delete(receive_one(queue, 0).receipt_handle, 1)
    assert queue.receive(1, None, 1_000) == []


def test_a_handle_deletes_after_its_visibility_timeout(queue: Queue) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 40)
    assert queue.receive(1, None, 41) == []


def test_the_handle_of_an_earlier_receive_deletes_too(queue: Queue) -> None:
    send(queue, "a")
    first = receive_one(queue, 0)
    receive_one(queue, 30)
    queue.delete(first.receipt_handle, 31)
    assert queue.counts(1_000) == (0, 0, 0)


def test_deleting_twice_is_no_error(queue: Queue) -> None:
    send(queue, "a", "b")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 1)
    queue.delete(handle, 2)
    assert queue.counts(2) == (1, 0, 0)


def test_a_visible_message_deleted_by_its_old_handle_leaves_the_line(queue: Queue) -> None:
    send(queue, "a", "b")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 30)
    assert queue.receivable(30) == 1
    assert bodies(queue.receive(10, None, 30)) == ["b"]


def hide(queue: Queue, handle: str, now: float) -> None:
    queue.change_visibility(handle, 1, now)


@pytest.mark.parametrize("act", [Queue.delete, hide])
def test_what_is_no_handle_of_this_queue_is_refused(
    world: World, queue: Queue, act: Callable[[Queue, str, float], None]
) -> None:
    other = world.standard("other")
    send(queue, "a")
    send(other, "a")
    receive_one(queue, 0)
    for handle in ("", "nonsense", receive_one(other, 0).receipt_handle):
        with pytest.raises(ReceiptHandleIsInvalid):
            act(queue, handle, 1)


@pytest.mark.parametrize("act", [Queue.delete, hide])
def test_a_handle_expires_twelve_hours_after_its_receive(
    queue: Queue, act: Callable[[Queue, str, float], None]
) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    with pytest.raises(ReceiptHandleExpired):
        act(queue, handle, VISIBILITY_TIMEOUT_MAX + 1)
    assert queue.counts(VISIBILITY_TIMEOUT_MAX + 1) == (1, 0, 0)
