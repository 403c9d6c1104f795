from collections.abc import Callable

import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, send, send_in_groups

NOT_RETRYABLE = (
    r"^Value attempt for parameter ReceiveRequestAttemptId is invalid\. Reason: "
    r"The receiveRequestAttemptId is not valid anymore since the receive call is not retryable\.$"
)


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds, without delay."""
    return world.fifo()


def test_a_repeated_attempt_gets_the_same_messages_and_handles(queue: Queue) -> None:
    send_in_groups(queue, "g", "g", "h", "i")
    first = queue.receive(3, None, 0, "attempt")
    assert bodies(first) == ["g1", "g2", "h1"]
    assert queue.receive(3, None, 1, "attempt") == first
    assert [delivery.message.receive_count for delivery in first] == [1, 1, 1]


def test_an_attempt_under_another_id_gets_other_messages(queue: Queue) -> None:
    send_in_groups(queue, "g", "h")
    assert bodies(queue.receive(1, None, 0, "attempt")) == ["g1"]
    assert bodies(queue.receive(1, None, 0, "other")) == ["h1"]
    assert bodies(queue.receive(1, None, 0)) == []


def test_a_repeated_attempt_resets_the_visibility_timeout(queue: Queue) -> None:
    send(queue, "a", group="g")
    (delivery,) = queue.receive(1, None, 0, "attempt")
    queue.receive(1, 100, 20, "attempt")
    assert queue.counts(119) == (0, 0, 1)
    queue.delete(delivery.receipt_handle, 119)
    assert queue.counts(120) == (0, 0, 0)


def test_an_attempt_that_found_nothing_can_be_repeated(queue: Queue) -> None:
    assert queue.receive(1, None, 0, "attempt") == []
    send(queue, "a", group="g", now=1)
    assert bodies(queue.receive(1, None, 1, "attempt")) == ["a"]


def delete_first(queue: Queue, handle: str) -> None:
    queue.delete(handle, 1)


def change_first(queue: Queue, handle: str) -> None:
    queue.change_visibility(handle, 5, 1)


def change_first_to_the_same_time(queue: Queue, handle: str) -> None:
    queue.change_visibility(handle, 29, 1)


@pytest.mark.parametrize("act", [delete_first, change_first, change_first_to_the_same_time])
def test_an_attempt_is_refused_for_its_five_minutes_once_one_of_its_messages_was_deleted_or_changed(
    queue: Queue, act: Callable[[Queue, str], None]
) -> None:
    send_in_groups(queue, "g", "g", "h", "i")
    first, *_ = queue.receive(3, None, 0, "attempt")
    act(queue, first.receipt_handle)
    for now in (1, 299):
        with pytest.raises(InvalidParameterValue, match=NOT_RETRYABLE):
            queue.receive(10, None, now, "attempt")
    assert "i1" in bodies(queue.receive(10, None, 300, "attempt"))


def test_an_attempt_is_void_once_its_messages_are_visible_again(queue: Queue) -> None:
    send(queue, "a", group="g")
    (first,) = queue.receive(1, None, 0, "attempt")
    (second,) = queue.receive(1, None, 30, "attempt")
    assert second.receipt_handle != first.receipt_handle
    assert second.message.receive_count == 2


def test_an_attempt_is_void_once_somebody_else_received_its_messages(queue: Queue) -> None:
    send(queue, "a", group="g")
    queue.receive(1, None, 0, "attempt")
    queue.receive(1, None, 30)
    assert queue.receive(1, None, 31, "attempt") == []


def test_an_attempt_is_refused_once_somebody_else_deleted_one_of_its_messages(queue: Queue) -> None:
    send_in_groups(queue, "g", "h")
    queue.receive(2, None, 0, "attempt")
    other, *_ = queue.receive(2, None, 30, "other")
    queue.delete(other.receipt_handle, 31)
    for attempt_id in ("attempt", "other"):
        with pytest.raises(InvalidParameterValue, match="not retryable"):
            queue.receive(2, None, 32, attempt_id)


def test_an_id_that_is_refused_does_not_keep_others_from_the_queue(queue: Queue) -> None:
    send_in_groups(queue, "g", "h")
    (first,) = queue.receive(1, None, 0, "attempt")
    queue.delete(first.receipt_handle, 1)
    assert bodies(queue.receive(1, None, 1, "other")) == ["h1"]
    assert bodies(queue.receive(1, None, 31)) == ["h1"]


def test_an_attempt_can_be_repeated_for_five_minutes_from_its_receive(queue: Queue) -> None:
    send_in_groups(queue, "g", "h")
    first = queue.receive(1, 1_000, 0, "attempt")
    assert queue.receive(1, 1_000, 299, "attempt") == first
    assert bodies(queue.receive(1, 1_000, 300, "attempt")) == ["h1"]


def test_a_purge_voids_attempts(queue: Queue) -> None:
    send(queue, "a", group="g")
    queue.receive(1, None, 0, "attempt")
    queue.purge(1)
    assert queue.receive(1, None, 1, "attempt") == []


def test_a_refused_change_leaves_an_attempt_as_it_is(queue: Queue) -> None:
    send(queue, "a", group="g")
    first = queue.receive(1, None, 0, "attempt")
    with pytest.raises(InvalidParameterValue):
        queue.change_visibility(first[0].receipt_handle, VISIBILITY_TIMEOUT_MAX, 0)
    assert queue.receive(1, None, 0, "attempt") == first
