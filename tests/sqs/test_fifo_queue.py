import itertools
from collections.abc import Callable
from hashlib import sha256

import pytest

from emulator.aws.errors import InvalidParameterValue, ReceiptHandleExpired
from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.sqs.fifo_queue import FifoQueue, sequence_number
from emulator.sqs.message import Accepted
from tests.sqs.world import World, bodies, message, receive_one, redrive, send


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def queue(world: World) -> FifoQueue:
    """A queue with a visibility timeout of 30 seconds, without delay."""
    return world.fifo()


def send_in_groups(queue: FifoQueue, *group_of_each: str, now: float = 0) -> None:
    """One message per argument, in that group; bodies are ``{group}{number in the group}``."""
    numbers = {group: itertools.count(1) for group in group_of_each}
    for group in group_of_each:
        send(queue, f"{group}{next(numbers[group])}", now=now, group=group)


# -- Order and groups ------------------------------------------------------------------------


def test_messages_of_a_group_come_in_the_order_in_which_they_were_sent(queue: FifoQueue) -> None:
    send(queue, "a", "b", "c", group="g")
    assert bodies(queue.receive(10, None, 0)) == ["a", "b", "c"]


def test_a_group_stays_locked_until_its_message_is_deleted(queue: FifoQueue) -> None:
    send(queue, "a", "b", group="g")
    delivery = receive_one(queue, 0)
    assert queue.receive(10, None, 1) == []
    assert queue.receivable(1) == 0
    queue.delete(delivery.receipt_handle, 1)
    assert queue.receivable(1) == 1
    assert bodies(queue.receive(10, None, 1)) == ["b"]


def test_a_group_stays_locked_until_all_its_messages_in_flight_are_deleted(queue: FifoQueue) -> None:
    send(queue, "a", "b", "c", group="g")
    first, second = queue.receive(2, None, 0)
    queue.delete(first.receipt_handle, 1)
    assert queue.receive(10, None, 1) == []
    queue.delete(second.receipt_handle, 1)
    assert bodies(queue.receive(10, None, 1)) == ["c"]


def test_deleting_the_later_message_first_keeps_the_group_locked(queue: FifoQueue) -> None:
    send(queue, "a", "b", "c", group="g")
    _, second = queue.receive(2, None, 0)
    queue.delete(second.receipt_handle, 1)
    assert queue.receive(10, None, 1) == []
    assert bodies(queue.receive(10, None, 30)) == ["a", "c"]


def test_a_message_sent_to_a_locked_group_waits(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    receive_one(queue, 0)
    send(queue, "b", now=1, group="g")
    assert queue.receive(10, None, 1) == []


def test_a_locked_group_does_not_hinder_another(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "g", "h")
    assert bodies(queue.receive(1, None, 0)) == ["g1"]
    assert bodies(queue.receive(10, None, 0)) == ["h1"]


def test_a_receive_fills_up_from_one_group_first(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "h", "g", "h", "g")
    assert bodies(queue.receive(2, None, 0)) == ["g1", "g2"]
    assert bodies(queue.receive(10, None, 0)) == ["h1", "h2"]


def test_a_receive_goes_on_to_further_groups(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "h", "g", "i")
    assert bodies(queue.receive(10, None, 0)) == ["g1", "g2", "h1", "i1"]


def test_the_group_whose_first_message_is_oldest_comes_first(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "h", "g")
    queue.delete(receive_one(queue, 0).receipt_handle, 0)
    assert bodies(queue.receive(1, None, 0)) == ["h1"]
    assert bodies(queue.receive(1, None, 0)) == ["g2"]


def test_after_expiry_messages_return_in_their_order(queue: FifoQueue) -> None:
    send(queue, "a", "b", "c", group="g")
    queue.receive(2, None, 0)
    assert bodies(queue.receive(10, None, 30)) == ["a", "b", "c"]


def test_messages_that_expire_one_by_one_return_in_their_order(queue: FifoQueue) -> None:
    send(queue, "a", "b", "c", group="g")
    first, second = queue.receive(2, None, 0)
    queue.change_visibility(second.receipt_handle, 0, 1)
    assert queue.receive(10, None, 1) == []
    queue.change_visibility(first.receipt_handle, 0, 2)
    assert bodies(queue.receive(10, None, 2)) == ["a", "b", "c"]


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


def test_a_group_can_be_used_again_after_it_was_emptied(queue: FifoQueue) -> None:
    for now in range(5):
        send(queue, str(now), now=now, group="g")
        delivery = receive_one(queue, now)
        assert delivery.message.body == str(now)
        queue.delete(delivery.receipt_handle, now)


def test_nothing_is_receivable_while_every_group_is_locked(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "g", "h", "h")
    queue.receive(1, None, 0)
    queue.receive(1, None, 0)
    assert queue.receivable(0) == 0
    assert queue.counts(0) == (2, 0, 2)


def test_beyond_the_limit_in_flight_a_receive_returns_nothing(
    queue: FifoQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 2)
    send_in_groups(queue, "g", "h", "i")
    assert bodies(queue.receive(10, None, 0)) == ["g1", "h1"]
    assert queue.full
    assert queue.receivable(0) == 0
    assert queue.receive(10, None, 0) == []
    assert bodies(queue.receive(10, None, 30)) == ["g1", "h1"]


# -- Handles ---------------------------------------------------------------------------------


def too_late(queue: FifoQueue, act: Callable[[], None], handle: str, now: float) -> None:
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


def test_a_message_cannot_be_deleted_after_its_visibility_timeout(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    too_late(queue, lambda: queue.delete(handle, 30), handle, 30)


def test_a_message_can_be_deleted_within_an_extended_timeout(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    queue.change_visibility(handle, 60, 20)
    queue.delete(handle, 79)
    assert queue.counts(79) == (0, 0, 0)


def test_the_handle_of_an_earlier_receive_is_refused_while_a_newer_one_holds(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    receive_one(queue, 30)
    too_late(queue, lambda: queue.delete(handle, 31), handle, 31)
    too_late(queue, lambda: queue.change_visibility(handle, 0, 31), handle, 31)


def test_visibility_cannot_be_changed_after_the_timeout(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    too_late(queue, lambda: queue.change_visibility(handle, 10, 30), handle, 30)


def test_a_message_received_with_timeout_zero_cannot_be_deleted(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0, visibility_timeout=0).receipt_handle
    too_late(queue, lambda: queue.delete(handle, 0), handle, 0)


def test_deleting_a_deleted_message_is_no_error(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 1)
    queue.delete(handle, 2)


def test_a_visibility_timeout_ends_within_twelve_hours_of_the_receive(queue: FifoQueue) -> None:
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


def test_a_new_delay_does_not_hide_messages_that_are_visible(world: World, queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    world.set(queue, 1, DelaySeconds=100)
    assert bodies(queue.receive(1, None, 1)) == ["a"]


def test_a_delayed_message_does_not_hinder_a_visible_one_of_its_group(world: World, queue: FifoQueue) -> None:
    send(queue, "visible", group="g")
    world.set(queue, DelaySeconds=100)
    send(queue, "delayed", now=1, group="g")
    delivery = receive_one(queue, 2)
    queue.delete(delivery.receipt_handle, 2)
    assert queue.receive(1, None, 100) == []
    assert bodies(queue.receive(1, None, 101)) == ["delayed"]


# -- Deduplication ---------------------------------------------------------------------------


def test_a_duplicate_is_accepted_and_not_delivered(queue: FifoQueue) -> None:
    first = message("a", group="g", dedup="id")
    accepted = queue.send(first, 0)
    assert accepted == Accepted(first.id, sequence_number(first))
    assert queue.send(message("b", group="g", dedup="id"), 299) == accepted
    assert queue.counts(299) == (1, 0, 0)


def test_a_deduplication_id_can_be_used_again_after_five_minutes(queue: FifoQueue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="g", dedup="id"), 300)
    assert bodies(queue.receive(10, None, 300)) == ["a", "b"]


def test_a_duplicate_does_not_prolong_the_five_minutes(queue: FifoQueue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="g", dedup="id"), 200)
    queue.send(message("c", group="g", dedup="id"), 300)
    assert bodies(queue.receive(10, None, 300)) == ["a", "c"]


def test_a_duplicate_of_a_deleted_message_is_still_one(queue: FifoQueue) -> None:
    first = queue.send(message("a", group="g", dedup="id"), 0)
    queue.delete(receive_one(queue, 1).receipt_handle, 2)
    assert queue.send(message("a", group="g", dedup="id"), 3) == first
    assert queue.counts(3) == (0, 0, 0)


def test_messages_without_an_id_deduplicate_by_the_hash_of_their_body(queue: FifoQueue) -> None:
    send(queue, "a", "a", "b", group="g")
    delivered = queue.receive(10, None, 0)
    assert bodies(delivered) == ["a", "b"]
    assert delivered[0].message.deduplication_id == sha256(b"a").hexdigest()


def test_an_explicit_id_goes_before_the_hash(queue: FifoQueue) -> None:
    queue.send(message("a", group="g", dedup="1"), 0)
    queue.send(message("a", group="g", dedup="2"), 0)
    assert queue.counts(0).visible == 2


def test_an_explicit_id_equal_to_the_hash_is_a_duplicate(queue: FifoQueue) -> None:
    queue.send(message("a", group="g", dedup=sha256(b"b").hexdigest()), 0)
    queue.send(message("b", group="g"), 0)
    assert bodies(queue.receive(10, None, 0)) == ["a"]


def test_ids_count_across_groups_by_default(queue: FifoQueue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="h", dedup="id"), 0)
    assert bodies(queue.receive(10, None, 0)) == ["a"]


def test_ids_count_within_a_group_under_the_scope_message_group(world: World) -> None:
    queue = world.fifo(DeduplicationScope="messageGroup")
    for group in "ghg":
        queue.send(message(group, group=group, dedup="id"), 0)
    assert bodies(queue.receive(10, None, 0)) == ["g", "h"]


def test_after_a_change_of_scope_ids_of_other_groups_are_no_duplicates(world: World) -> None:
    queue = world.fifo(DeduplicationScope="messageGroup")
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="h", dedup="id"), 0)
    world.set(queue, 1, DeduplicationScope="queue")
    queue.send(message("c", group="i", dedup="id"), 2)
    assert bodies(queue.receive(10, None, 2)) == ["a", "b", "c"]


def test_a_purge_forgets_deduplication_ids(queue: FifoQueue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.purge(1)
    queue.send(message("b", group="g", dedup="id"), 1)
    assert bodies(queue.receive(10, None, 1)) == ["b"]


def test_a_purge_unlocks_every_group(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    receive_one(queue, 0)
    queue.purge(1)
    send(queue, "b", now=1, group="g")
    assert bodies(queue.receive(10, None, 1)) == ["b"]


# -- Sequence numbers ------------------------------------------------------------------------


def test_sequence_numbers_grow_and_have_twenty_digits(queue: FifoQueue) -> None:
    sequences = [queue.send(message(str(number), group="g"), 0).sequence_number for number in range(20)]
    assert all(sequence is not None and sequence.isdigit() and len(sequence) == 20 for sequence in sequences)
    assert sequences == sorted(set(sequences), key=str)


def test_sequence_numbers_go_on_after_a_purge(queue: FifoQueue) -> None:
    before = queue.send(message("a", group="g"), 0).sequence_number
    queue.purge(1)
    after = queue.send(message("b", group="g"), 1).sequence_number
    assert before is not None
    assert after is not None
    assert int(after) > int(before)


# -- Dead letters ----------------------------------------------------------------------------


def test_a_moved_message_frees_its_group_for_the_next_one(world: World, queue: FifoQueue) -> None:
    dead = world.fifo("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send_in_groups(queue, "g", "g", "g", "h")
    queue.receive(2, None, 0)
    assert bodies(queue.receive(2, None, 30)) == ["g3", "h1"]
    assert bodies(dead.receive(10, None, 30)) == ["g1", "g2"]


def test_a_group_all_of_whose_messages_are_moved_is_empty(world: World, queue: FifoQueue) -> None:
    dead = world.fifo("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", group="g")
    receive_one(queue, 0)
    assert queue.receivable(30) == 1
    assert queue.receive(10, None, 30) == []
    send(queue, "b", now=31, group="g")
    assert bodies(queue.receive(10, None, 31)) == ["b"]


def test_the_retention_of_a_moved_message_starts_anew(world: World, queue: FifoQueue) -> None:
    dead = world.fifo("dead", MessageRetentionPeriod=60)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", group="g")
    receive_one(queue, 0)
    queue.receive(1, None, 1_000)
    assert dead.counts(1_059) == (1, 0, 0)
    assert dead.counts(1_060) == (0, 0, 0)


def test_the_deduplication_id_of_a_moved_message_is_its_message_id(world: World, queue: FifoQueue) -> None:
    dead = world.fifo("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    queue.send(message("a", group="g", dedup="id"), 0)
    receive_one(queue, 0)
    queue.receive(1, None, 30)
    moved = receive_one(dead, 30).message
    assert moved.deduplication_id == moved.id
    assert (moved.group_id, moved.receive_count, moved.dead_letter_source) == ("g", 2, queue.arn)


def test_messages_of_two_sources_with_one_deduplication_id_are_both_kept(world: World, queue: FifoQueue) -> None:
    dead = world.fifo("dead")
    other = world.fifo("other", RedrivePolicy=redrive(dead, 1))
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    for source in (queue, other):
        source.send(message("a", group="g", dedup="id"), 0)
        receive_one(source, 0)
        source.receive(1, None, 30)
    assert dead.counts(30).visible == 2


def test_a_moved_message_keeps_its_place_behind_delayed_ones_of_its_group(world: World, queue: FifoQueue) -> None:
    dead = world.fifo("dead", DelaySeconds=100)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(dead, "earlier", group="g")
    send(queue, "moved", group="g")
    receive_one(queue, 0)
    queue.receive(1, None, 30)
    assert dead.receive(10, None, 99) == []
    assert bodies(dead.receive(10, None, 130)) == ["earlier", "moved"]


# -- Receive attempts ------------------------------------------------------------------------


def test_a_repeated_attempt_gets_the_same_messages_and_handles(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "g", "h", "i")
    first = queue.receive(3, None, 0, "attempt")
    assert bodies(first) == ["g1", "g2", "h1"]
    assert queue.receive(3, None, 1, "attempt") == first
    assert [delivery.message.receive_count for delivery in first] == [1, 1, 1]


def test_an_attempt_under_another_id_gets_other_messages(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "h")
    assert bodies(queue.receive(1, None, 0, "attempt")) == ["g1"]
    assert bodies(queue.receive(1, None, 0, "other")) == ["h1"]
    assert bodies(queue.receive(1, None, 0)) == []


def test_a_repeated_attempt_resets_the_visibility_timeout(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    (delivery,) = queue.receive(1, None, 0, "attempt")
    queue.receive(1, 100, 20, "attempt")
    assert queue.counts(119) == (0, 0, 1)
    queue.delete(delivery.receipt_handle, 119)
    assert queue.counts(120) == (0, 0, 0)


def test_an_attempt_that_found_nothing_can_be_repeated(queue: FifoQueue) -> None:
    assert queue.receive(1, None, 0, "attempt") == []
    send(queue, "a", group="g", now=1)
    assert bodies(queue.receive(1, None, 1, "attempt")) == ["a"]


def delete_first(queue: FifoQueue, handle: str) -> None:
    queue.delete(handle, 1)


def change_first(queue: FifoQueue, handle: str) -> None:
    queue.change_visibility(handle, 5, 1)


def change_first_to_the_same_time(queue: FifoQueue, handle: str) -> None:
    queue.change_visibility(handle, 29, 1)


@pytest.mark.parametrize("act", [delete_first, change_first, change_first_to_the_same_time])
def test_an_attempt_is_void_once_one_of_its_messages_was_deleted_or_changed(
    queue: FifoQueue, act: Callable[[FifoQueue, str], None]
) -> None:
    send_in_groups(queue, "g", "g", "h", "i")
    first, *_ = queue.receive(3, None, 0, "attempt")
    act(queue, first.receipt_handle)
    assert bodies(queue.receive(10, None, 1, "attempt")) == ["i1"]


def test_an_attempt_is_void_once_its_messages_are_visible_again(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    (first,) = queue.receive(1, None, 0, "attempt")
    (second,) = queue.receive(1, None, 30, "attempt")
    assert second.receipt_handle != first.receipt_handle
    assert second.message.receive_count == 2


def test_an_attempt_is_void_once_somebody_else_received_its_messages(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    queue.receive(1, None, 0, "attempt")
    queue.receive(1, None, 30)
    assert queue.receive(1, None, 31, "attempt") == []


def test_an_attempt_can_be_repeated_for_five_minutes_from_its_receive(queue: FifoQueue) -> None:
    send_in_groups(queue, "g", "h")
    first = queue.receive(1, 1_000, 0, "attempt")
    assert queue.receive(1, 1_000, 299, "attempt") == first
    assert bodies(queue.receive(1, 1_000, 300, "attempt")) == ["h1"]


def test_a_purge_voids_attempts(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    queue.receive(1, None, 0, "attempt")
    queue.purge(1)
    assert queue.receive(1, None, 1, "attempt") == []


def test_a_refused_change_leaves_an_attempt_as_it_is(queue: FifoQueue) -> None:
    send(queue, "a", group="g")
    first = queue.receive(1, None, 0, "attempt")
    with pytest.raises(InvalidParameterValue):
        queue.change_visibility(first[0].receipt_handle, VISIBILITY_TIMEOUT_MAX, 0)
    assert queue.receive(1, None, 0, "attempt") == first
