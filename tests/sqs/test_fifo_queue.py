from collections.abc import Callable

import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.aws.sqs_errors import ReceiptHandleExpired
from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, line_of, message, receive_one, send, send_in_groups


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds, without delay."""
    return world.fifo()


# -- Order and groups ------------------------------------------------------------------------


def test_messages_of_a_group_come_in_the_order_in_which_they_were_sent(queue: Queue) -> None:
    send(queue, "a", "b", "c", group="g")
    assert bodies(queue.receive(10, None, 0)) == ["a", "b", "c"]


def test_a_group_stays_locked_until_its_message_is_deleted(queue: Queue) -> None:
    send(queue, "a", "b", group="g")
    delivery = receive_one(queue, 0)
    assert queue.receive(10, None, 1) == []
    assert queue.receivable(1) == 0
    queue.delete(delivery.receipt_handle, 1)
    assert queue.receivable(1) == 1
    assert bodies(queue.receive(10, None, 1)) == ["b"]


def test_a_group_stays_locked_until_all_its_messages_in_flight_are_deleted(queue: Queue) -> None:
    send(queue, "a", "b", "c", group="g")
    first, second = queue.receive(2, None, 0)
    queue.delete(first.receipt_handle, 1)
    assert queue.receive(10, None, 1) == []
    queue.delete(second.receipt_handle, 1)
    assert bodies(queue.receive(10, None, 1)) == ["c"]


def test_deleting_the_later_message_first_keeps_the_group_locked(queue: Queue) -> None:
    send(queue, "a", "b", "c", group="g")
    _, second = queue.receive(2, None, 0)
    queue.delete(second.receipt_handle, 1)
    assert queue.receive(10, None, 1) == []
    assert bodies(queue.receive(10, None, 30)) == ["a", "c"]


def test_a_message_sent_to_a_locked_group_waits(queue: Queue) -> None:
    send(queue, "a", group="g")
    receive_one(queue, 0)
    send(queue, "b", now=1, group="g")
    assert queue.receive(10, None, 1) == []


def test_a_locked_group_does_not_hinder_another(queue: Queue) -> None:
    send_in_groups(queue, "g", "g", "h")
    assert bodies(queue.receive(1, None, 0)) == ["g1"]
    assert bodies(queue.receive(10, None, 0)) == ["h1"]


def test_a_receive_fills_up_from_one_group_first(queue: Queue) -> None:
    send_in_groups(queue, "g", "h", "g", "h", "g")
    assert bodies(queue.receive(2, None, 0)) == ["g1", "g2"]
    assert bodies(queue.receive(10, None, 0)) == ["h1", "h2"]


def test_a_receive_goes_on_to_further_groups(queue: Queue) -> None:
    send_in_groups(queue, "g", "h", "g", "i")
    assert bodies(queue.receive(10, None, 0)) == ["g1", "g2", "h1", "i1"]


def test_the_group_whose_first_message_is_oldest_comes_first(queue: Queue) -> None:
    send_in_groups(queue, "g", "h", "g")
    queue.delete(receive_one(queue, 0).receipt_handle, 0)
    assert bodies(queue.receive(1, None, 0)) == ["h1"]
    assert bodies(queue.receive(1, None, 0)) == ["g2"]


def test_after_expiry_messages_return_in_their_order(queue: Queue) -> None:
    send(queue, "a", "b", "c", group="g")
    queue.receive(2, None, 0)
    assert bodies(queue.receive(10, None, 30)) == ["a", "b", "c"]


def test_messages_that_expire_one_by_one_return_in_their_order(queue: Queue) -> None:
    send(queue, "a", "b", "c", group="g")
    first, second = queue.receive(2, None, 0)
    queue.change_visibility(second.receipt_handle, 0, 1)
    assert queue.receive(10, None, 1) == []
    queue.change_visibility(first.receipt_handle, 0, 2)
    assert bodies(queue.receive(10, None, 2)) == ["a", "b", "c"]


@pytest.mark.parametrize("timeout", [0, 5])
def test_a_message_that_is_back_is_received_though_later_ones_are_in_flight(queue: Queue, timeout: int) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html"""
    send(queue, "a", "b", "c", "d", group="g")
    first, second, third = queue.receive(3, None, 0)
    queue.change_visibility(first.receipt_handle, timeout, 1)
    assert queue.receivable(1 + timeout) == 1
    assert bodies(queue.receive(10, None, 1 + timeout)) == ["a"]
    queue.delete(second.receipt_handle, 7)
    queue.delete(third.receipt_handle, 7)
    assert queue.receive(10, None, 7) == []


def test_a_message_whose_timeout_was_extended_keeps_back_only_later_ones(queue: Queue) -> None:
    send(queue, "a", "b", "c", "d", group="g")
    _, _, third = queue.receive(3, None, 0)
    queue.change_visibility(third.receipt_handle, 100, 1)
    assert bodies(queue.receive(10, 200, 30)) == ["a", "b"]
    assert queue.receive(10, None, 101) == []


def test_a_message_between_two_in_flight_waits_for_the_earlier_one(queue: Queue) -> None:
    send(queue, "a", "b", "c", "d", group="g")
    first, second, _ = queue.receive(3, None, 0)
    queue.change_visibility(second.receipt_handle, 0, 1)
    assert queue.receivable(1) == 0
    queue.delete(first.receipt_handle, 2)
    assert bodies(queue.receive(10, None, 2)) == ["b"]


def test_a_group_that_was_received_from_goes_behind_those_that_were_not(queue: Queue) -> None:
    send_in_groups(queue, "g", "h", "h", "i", "g")
    assert bodies(queue.receive(3, 0, 0)) == ["g1", "g2", "h1"]
    assert bodies(queue.receive(10, None, 0)) == ["i1", "g1", "g2", "h1", "h2"]


def test_groups_stand_in_line_by_when_their_first_message_became_available(queue: Queue) -> None:
    send_in_groups(queue, "g", "h", "i", "g", "h")
    first, second = queue.receive(1, None, 0) + queue.receive(1, None, 0)
    queue.delete(second.receipt_handle, 1)
    queue.delete(first.receipt_handle, 2)
    assert line_of(queue) == ["i", "h", "g"]
    assert bodies(queue.receive(10, None, 2)) == ["i1", "h2", "g2"]


def test_what_fell_due_happens_in_order_of_time(world: World) -> None:
    """A group freed by the end of a retention period stands where it would if it had been looked at in time."""
    queue = world.fifo(MessageRetentionPeriod=60)
    send(queue, "a", group="g")
    send(queue, "b", now=10, group="g")
    send(queue, "c", now=10, group="h")
    queue.receive(1, 1_000, 10)
    queue.receive(1, 45, 10)
    assert line_of(queue) == []
    queue.advance(62)
    assert line_of(queue) == ["h", "g"]


def test_the_end_of_retention_of_the_message_in_flight_unlocks_its_group(world: World) -> None:
    queue = world.fifo(MessageRetentionPeriod=60)
    send(queue, "a", group="g")
    send(queue, "b", now=50, group="g")
    receive_one(queue, 50, visibility_timeout=1_000)
    assert queue.receive(1, None, 59) == []
    assert queue.next_due() == 60
    assert bodies(queue.receive(1, None, 60)) == ["b"]


def test_an_expired_first_message_leaves_the_lead_to_the_second(world: World) -> None:
    queue = world.fifo(MessageRetentionPeriod=60)
    send(queue, "a", group="g")
    send(queue, "b", now=10, group="g")
    assert queue.receivable(60) == 1
    assert bodies(queue.receive(10, None, 60)) == ["b"]


def test_a_group_can_be_used_again_after_it_was_emptied(queue: Queue) -> None:
    for now in range(5):
        send(queue, str(now), now=now, group="g")
        delivery = receive_one(queue, now)
        assert delivery.message.body == str(now)
        queue.delete(delivery.receipt_handle, now)


def test_nothing_is_receivable_while_every_group_is_locked(queue: Queue) -> None:
    send_in_groups(queue, "g", "g", "h", "h")
    queue.receive(1, None, 0)
    queue.receive(1, None, 0)
    assert queue.receivable(0) == 0
    assert queue.counts(0) == (2, 0, 2)


def test_beyond_the_limit_in_flight_a_receive_returns_nothing(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 2)
    send_in_groups(queue, "g", "h", "i")
    assert bodies(queue.receive(10, None, 0)) == ["g1", "h1"]
    assert queue.full
    assert queue.receivable(0) == 0
    assert queue.receive(10, None, 0) == []
    assert bodies(queue.receive(10, None, 30)) == ["i1", "g1"]


# -- Handles ---------------------------------------------------------------------------------


def too_late(queue: Queue, act: Callable[[], None], handle: str, now: float) -> None:
    before = queue.counts(now)
    with pytest.raises(ReceiptHandleExpired) as refusal:
        act()
    assert refusal.value.message == (
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    )
    assert (refusal.value.batch_code, refusal.value.batch_message) == (
        "ReceiptHandleIsInvalid",
        "The receipt handle has expired",
    )
    assert queue.counts(now) == before


def test_a_message_cannot_be_deleted_after_its_visibility_timeout(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    too_late(queue, lambda: queue.delete(handle, 30), handle, 30)


def test_a_message_can_be_deleted_within_an_extended_timeout(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    queue.change_visibility(handle, 60, 20)
    queue.delete(handle, 79)
    assert queue.counts(79) == (0, 0, 0)


def test_the_handle_of_an_earlier_receive_is_refused_while_a_newer_one_holds(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    receive_one(queue, 30)
    too_late(queue, lambda: queue.delete(handle, 31), handle, 31)
    too_late(queue, lambda: queue.change_visibility(handle, 0, 31), handle, 31)


def test_visibility_cannot_be_changed_after_the_timeout(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    too_late(queue, lambda: queue.change_visibility(handle, 10, 30), handle, 30)


def test_a_message_received_with_timeout_zero_cannot_be_deleted(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0, visibility_timeout=0).receipt_handle
    too_late(queue, lambda: queue.delete(handle, 0), handle, 0)


def test_deleting_a_deleted_message_is_no_error(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 1)
    queue.delete(handle, 2)


def test_a_visibility_timeout_ends_within_twelve_hours_of_the_receive(queue: Queue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    with pytest.raises(InvalidParameterValue):
        queue.change_visibility(handle, VISIBILITY_TIMEOUT_MAX, 0)
    assert queue.counts(29).in_flight == 1
    assert queue.counts(30).visible == 1


# -- Delay -----------------------------------------------------------------------------------


def test_the_delay_is_always_the_queues(world: World) -> None:
    queue = world.fifo(DelaySeconds=10)
    send(queue, "a", group="g", delay=0)
    assert queue.counts(9) == (0, 1, 0)
    assert bodies(queue.receive(1, None, 10)) == ["a"]


def test_a_new_delay_holds_for_messages_that_are_delayed_already(world: World) -> None:
    queue = world.fifo(DelaySeconds=100)
    send(queue, "a", group="g")
    world.set(queue, 5, DelaySeconds=20)
    assert queue.next_due() == 20
    assert queue.counts(19) == (0, 1, 0)
    assert queue.counts(20) == (1, 0, 0)


def test_a_longer_delay_holds_for_messages_that_are_delayed_already(world: World) -> None:
    queue = world.fifo(DelaySeconds=10)
    send(queue, "a", group="g")
    world.set(queue, 5, DelaySeconds=20)
    assert queue.counts(19) == (0, 1, 0)
    assert queue.counts(20) == (1, 0, 0)


def test_a_delay_that_is_over_after_a_change_ends_at_once(world: World) -> None:
    queue = world.fifo(DelaySeconds=100)
    send(queue, "a", "b", group="g")
    world.set(queue, 50, DelaySeconds=0)
    assert bodies(queue.receive(10, None, 50)) == ["a", "b"]


def test_a_new_delay_does_not_hide_messages_that_are_visible(world: World, queue: Queue) -> None:
    send(queue, "a", group="g")
    world.set(queue, 1, DelaySeconds=100)
    assert bodies(queue.receive(1, None, 1)) == ["a"]


def test_a_delayed_message_does_not_hinder_a_visible_one_of_its_group(world: World, queue: Queue) -> None:
    send(queue, "visible", group="g")
    world.set(queue, DelaySeconds=100)
    send(queue, "delayed", now=1, group="g")
    delivery = receive_one(queue, 2)
    queue.delete(delivery.receipt_handle, 2)
    assert queue.receive(1, None, 100) == []
    assert bodies(queue.receive(1, None, 101)) == ["delayed"]


# -- Sequence numbers ------------------------------------------------------------------------


def test_sequence_numbers_grow_and_have_twenty_digits(queue: Queue) -> None:
    sequences = [queue.send(message(str(number), group="g"), 0).sequence_number for number in range(20)]
    assert all(sequence is not None and sequence.isdigit() and len(sequence) == 20 for sequence in sequences)
    assert sequences == sorted(set(sequences), key=str)


def test_sequence_numbers_go_on_after_a_purge(queue: Queue) -> None:
    before = queue.send(message("a", group="g"), 0).sequence_number
    queue.purge(1)
    after = queue.send(message("b", group="g"), 1).sequence_number
    assert before is not None
    assert after is not None
    assert int(after) > int(before)
