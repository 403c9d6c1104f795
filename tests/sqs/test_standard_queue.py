from collections.abc import Callable

import pytest

from emulator.aws.errors import InvalidParameterValue, ReceiptHandleExpired, ReceiptHandleIsInvalid
from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.sqs.standard_queue import StandardQueue
from tests.sqs.world import World, bodies, message, receive_one, redrive, send

DAY = 86_400


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def queue(world: World) -> StandardQueue:
    """A queue with a visibility timeout of 30 seconds."""
    return world.standard()


# -- Order -----------------------------------------------------------------------------------


def test_messages_come_in_the_order_in_which_they_were_sent(queue: StandardQueue) -> None:
    send(queue, "a", "b", "c")
    assert bodies(queue.receive(10, None, 1)) == ["a", "b", "c"]


def test_receive_returns_at_most_as_many_messages_as_asked_for(queue: StandardQueue) -> None:
    send(queue, "a", "b", "c")
    assert bodies(queue.receive(2, None, 1)) == ["a", "b"]
    assert bodies(queue.receive(2, None, 1)) == ["c"]


def test_an_empty_queue_returns_nothing(queue: StandardQueue) -> None:
    assert queue.receive(10, None, 1) == []


def test_a_message_whose_timeout_ended_comes_ahead_of_later_ones(queue: StandardQueue) -> None:
    send(queue, "a", "b")
    receive_one(queue, 1)
    send(queue, "c", now=2)
    assert bodies(queue.receive(10, None, 31)) == ["a", "b", "c"]


def test_a_delayed_message_lines_up_when_its_delay_ends(queue: StandardQueue) -> None:
    send(queue, "delayed", delay=10)
    send(queue, "before", now=9)
    send(queue, "after", now=11)
    assert bodies(queue.receive(10, None, 11)) == ["before", "delayed", "after"]


def test_messages_whose_delays_ended_unseen_come_in_the_order_of_those_ends(queue: StandardQueue) -> None:
    send(queue, "late", delay=20)
    send(queue, "early", delay=10)
    assert bodies(queue.receive(10, None, 100)) == ["early", "late"]


# -- Delay -----------------------------------------------------------------------------------


def test_a_message_is_received_from_the_very_moment_its_delay_ends(queue: StandardQueue) -> None:
    send(queue, "a", delay=10)
    assert queue.receive(1, None, 9.999) == []
    assert bodies(queue.receive(1, None, 10)) == ["a"]


def test_the_queues_delay_holds_for_messages_that_name_none(world: World) -> None:
    queue = world.standard(DelaySeconds=10)
    send(queue, "queue's")
    send(queue, "own", delay=5)
    send(queue, "none", delay=0)
    assert bodies(queue.receive(10, None, 4)) == ["none"]
    assert bodies(queue.receive(10, None, 5)) == ["own"]
    assert bodies(queue.receive(10, None, 10)) == ["queue's"]


def test_a_new_delay_does_not_touch_messages_that_are_delayed_already(world: World) -> None:
    queue = world.standard(DelaySeconds=10)
    send(queue, "a")
    world.set(queue, 1, DelaySeconds=0)
    assert queue.receive(1, None, 9) == []
    assert bodies(queue.receive(1, None, 10)) == ["a"]


# -- Visibility ------------------------------------------------------------------------------


def test_a_received_message_is_hidden_until_its_visibility_timeout_ends(queue: StandardQueue) -> None:
    send(queue, "a")
    receive_one(queue, 0)
    assert queue.receive(1, None, 29.999) == []
    assert bodies(queue.receive(1, None, 30)) == ["a"]


def test_a_receive_can_say_its_own_visibility_timeout(queue: StandardQueue) -> None:
    send(queue, "a")
    receive_one(queue, 0, visibility_timeout=5)
    assert queue.receive(1, None, 4) == []
    assert bodies(queue.receive(1, None, 5)) == ["a"]


def test_a_message_received_with_timeout_zero_is_visible_to_the_next_receive(queue: StandardQueue) -> None:
    send(queue, "a")
    first = receive_one(queue, 0, visibility_timeout=0)
    second = receive_one(queue, 0, visibility_timeout=0)
    assert second.message is first.message
    assert second.message.receive_count == 2
    assert second.receipt_handle != first.receipt_handle


def test_one_receive_with_timeout_zero_returns_each_message_once(queue: StandardQueue) -> None:
    send(queue, "a", "b")
    assert bodies(queue.receive(10, 0, 0)) == ["a", "b"]


def test_every_receive_counts_and_the_first_one_is_remembered(queue: StandardQueue) -> None:
    send(queue, "a")
    receive_one(queue, 7, visibility_timeout=1)
    delivery = receive_one(queue, 9)
    assert (delivery.message.receive_count, delivery.message.first_received_at) == (2, 7)


def test_a_changed_timeout_counts_from_the_change(queue: StandardQueue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 30, 20)
    assert queue.receive(1, None, 49) == []
    assert bodies(queue.receive(1, None, 50)) == ["a"]


def test_a_timeout_can_be_renewed_again_and_again(queue: StandardQueue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    for now in range(20, 200, 20):
        assert queue.receive(1, None, now) == []
        queue.change_visibility(delivery.receipt_handle, 30, now)
    assert queue.counts(209).in_flight == 1
    assert queue.counts(210).visible == 1


def test_a_timeout_can_be_shortened(queue: StandardQueue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 3, 10)
    assert bodies(queue.receive(1, None, 13)) == ["a"]


def test_a_changed_timeout_does_not_hold_for_later_receives(queue: StandardQueue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 100, 0)
    receive_one(queue, 100)
    assert queue.receive(1, None, 129) == []
    assert bodies(queue.receive(1, None, 130)) == ["a"]


def test_timeout_zero_makes_a_message_visible_at_once(queue: StandardQueue) -> None:
    send(queue, "a", "b")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 0, 1)
    assert bodies(queue.receive(10, None, 1)) == ["a", "b"]


def test_a_message_that_is_visible_again_can_be_hidden_by_its_old_handle(queue: StandardQueue) -> None:
    send(queue, "a")
    delivery = receive_one(queue, 0)
    queue.change_visibility(delivery.receipt_handle, 10, 40)
    assert queue.receive(1, None, 49) == []
    assert bodies(queue.receive(10, None, 50)) == ["a"]


def test_an_old_handle_still_exposes_what_a_newer_receive_hid(queue: StandardQueue) -> None:
    send(queue, "a")
    first = receive_one(queue, 0)
    receive_one(queue, 30)
    queue.change_visibility(first.receipt_handle, 0, 31)
    assert bodies(queue.receive(1, None, 31)) == ["a"]


def test_a_visibility_timeout_ends_within_twelve_hours_of_the_receive(queue: StandardQueue) -> None:
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


def test_the_twelve_hours_start_anew_with_every_receive(queue: StandardQueue) -> None:
    send(queue, "a")
    receive_one(queue, 0)
    delivery = receive_one(queue, 40_000)
    queue.change_visibility(delivery.receipt_handle, 43_195, 40_000)
    assert queue.counts(83_194).in_flight == 1


def test_visibility_of_a_deleted_message_cannot_be_changed(queue: StandardQueue) -> None:
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


def test_a_deleted_message_does_not_come_back(queue: StandardQueue) -> None:
    send(queue, "a")
    queue.delete(receive_one(queue, 0).receipt_handle, 1)
    assert queue.receive(1, None, 1_000) == []


def test_a_handle_deletes_after_its_visibility_timeout(queue: StandardQueue) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 40)
    assert queue.receive(1, None, 41) == []


def test_the_handle_of_an_earlier_receive_deletes_too(queue: StandardQueue) -> None:
    send(queue, "a")
    first = receive_one(queue, 0)
    receive_one(queue, 30)
    queue.delete(first.receipt_handle, 31)
    assert queue.counts(1_000) == (0, 0, 0)


def test_deleting_twice_is_no_error(queue: StandardQueue) -> None:
    send(queue, "a", "b")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 1)
    queue.delete(handle, 2)
    assert queue.counts(2) == (1, 0, 0)


def test_a_visible_message_deleted_by_its_old_handle_leaves_the_line(queue: StandardQueue) -> None:
    send(queue, "a", "b")
    handle = receive_one(queue, 0).receipt_handle
    queue.delete(handle, 30)
    assert queue.receivable(30) == 1
    assert bodies(queue.receive(10, None, 30)) == ["b"]


@pytest.mark.parametrize("act", [StandardQueue.delete, lambda queue, handle, now: queue.change_visibility(handle, 1, now)])
def test_what_is_no_handle_of_this_queue_is_refused(
    world: World, queue: StandardQueue, act: Callable[[StandardQueue, str, float], None]
) -> None:
    other = world.standard("other")
    send(queue, "a")
    send(other, "a")
    receive_one(queue, 0)
    for handle in ("", "nonsense", receive_one(other, 0).receipt_handle):
        with pytest.raises(ReceiptHandleIsInvalid):
            act(queue, handle, 1)


@pytest.mark.parametrize("act", [StandardQueue.delete, lambda queue, handle, now: queue.change_visibility(handle, 1, now)])
def test_a_handle_expires_twelve_hours_after_its_receive(
    queue: StandardQueue, act: Callable[[StandardQueue, str, float], None]
) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    with pytest.raises(ReceiptHandleExpired):
        act(queue, handle, VISIBILITY_TIMEOUT_MAX + 1)
    assert queue.counts(VISIBILITY_TIMEOUT_MAX + 1) == (1, 0, 0)


# -- Retention -------------------------------------------------------------------------------


def test_a_visible_message_is_gone_at_the_end_of_its_retention(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a")
    assert queue.counts(59.9) == (1, 0, 0)
    assert queue.counts(60) == (0, 0, 0)
    assert queue.receive(1, None, 60) == []


def test_a_delayed_message_is_gone_at_the_end_of_its_retention(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60, DelaySeconds=900)
    send(queue, "a")
    assert queue.counts(59.9) == (0, 1, 0)
    assert queue.counts(60) == (0, 0, 0)
    assert queue.receive(1, None, 900) == []


def test_a_message_in_flight_is_gone_at_the_end_of_its_retention(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a")
    handle = receive_one(queue, 50).receipt_handle
    assert queue.counts(59.9) == (0, 0, 1)
    assert queue.counts(60) == (0, 0, 0)
    queue.delete(handle, 61)


def test_retention_counts_from_the_send_and_not_from_the_end_of_a_delay(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a", delay=50)
    assert queue.counts(55) == (1, 0, 0)
    assert queue.counts(60) == (0, 0, 0)


def test_a_new_retention_period_holds_for_stored_messages(world: World, queue: StandardQueue) -> None:
    send(queue, "a")
    world.set(queue, 100, MessageRetentionPeriod=120)
    assert queue.counts(119) == (1, 0, 0)
    assert queue.counts(120) == (0, 0, 0)


def test_a_longer_retention_period_does_not_bring_expired_messages_back(world: World) -> None:
    queue = world.standard(MessageRetentionPeriod=60)
    send(queue, "a")
    world.set(queue, 70, MessageRetentionPeriod=120)
    assert queue.counts(70) == (0, 0, 0)


def test_messages_are_kept_for_four_days_by_default(queue: StandardQueue) -> None:
    send(queue, "a")
    assert queue.counts(4 * DAY - 1) == (1, 0, 0)
    assert queue.counts(4 * DAY) == (0, 0, 0)


# -- Counting and purging --------------------------------------------------------------------


def test_counters_tell_messages_by_state(queue: StandardQueue) -> None:
    send(queue, "a", "b", "c")
    send(queue, "d", delay=100)
    receive_one(queue, 0)
    assert queue.counts(1) == (2, 1, 1)
    assert queue.counts(30) == (3, 1, 0)
    assert queue.counts(100) == (4, 0, 0)


def test_a_purge_deletes_messages_in_every_state(queue: StandardQueue) -> None:
    send(queue, "visible", "in flight")
    send(queue, "delayed", delay=10)
    handle = receive_one(queue, 0).receipt_handle
    queue.purge(1)
    assert queue.purged_at == 1
    assert queue.counts(1_000) == (0, 0, 0)
    assert queue.receive(10, None, 1_000) == []
    assert queue.next_due() is None
    queue.delete(handle, 1)


def test_a_message_sent_right_after_a_purge_stays(queue: StandardQueue) -> None:
    send(queue, "before")
    queue.purge(1)
    send(queue, "after", now=1)
    assert bodies(queue.receive(10, None, 1)) == ["after"]


def test_no_more_messages_are_in_flight_than_the_limit_allows(
    queue: StandardQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 3)
    send(queue, "a", "b", "c", "d")
    assert bodies(queue.receive(2, None, 0)) == ["a", "b"]
    assert not queue.full
    delivery = receive_one(queue, 0)
    assert queue.full
    assert queue.receivable(0) == 0
    assert queue.receive(10, None, 0) == []
    queue.delete(delivery.receipt_handle, 0)
    assert bodies(queue.receive(10, None, 0)) == ["d"]


def test_hiding_a_visible_message_by_its_old_handle_passes_over_the_limit_in_flight(
    queue: StandardQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 1)
    send(queue, "a", "b", "c")
    first = receive_one(queue, 0, visibility_timeout=1)
    queue.change_visibility(first.receipt_handle, 1, 0)
    receive_one(queue, 1)
    queue.change_visibility(first.receipt_handle, 10, 1)
    assert queue.receive(10, None, 1) == []


# -- What others are told --------------------------------------------------------------------


def test_the_next_due_time_is_that_of_the_first_message_to_become_visible(queue: StandardQueue) -> None:
    assert queue.next_due() is None
    send(queue, "a", "b")
    delivery = receive_one(queue, 0)
    assert queue.next_due() == 30
    send(queue, "c", delay=10)
    assert queue.next_due() == 10
    queue.advance(10)
    assert queue.next_due() == 30
    queue.delete(delivery.receipt_handle, 11)


def test_the_next_due_time_follows_a_changed_timeout(queue: StandardQueue) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.change_visibility(handle, 100, 0)
    assert queue.next_due() == 100
    queue.change_visibility(handle, 20, 0)
    assert queue.next_due() == 20


def test_whoever_listens_is_told_when_a_receive_may_find_something(world: World, queue: StandardQueue) -> None:
    told: list[int] = []
    queue.on_change = lambda: told.append(queue.receivable(0))
    send(queue, "a")
    assert told[-1] == 1
    handle = receive_one(queue, 0).receipt_handle
    assert told[-1] == 0
    queue.change_visibility(handle, 0, 0)
    assert told[-1] == 1
    queue.adopt(message("b"), 0)
    assert told[-1] == 2
    queue.close()
    assert told[-1] == 0


def test_a_closed_queue_is_empty(queue: StandardQueue) -> None:
    send(queue, "a")
    queue.close()
    assert queue.deleted
    assert queue.counts(0) == (0, 0, 0)


# -- Dead letters ----------------------------------------------------------------------------


def test_the_receive_after_the_last_allowed_one_moves_the_message(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 2))
    send(queue, "a")
    receive_one(queue, 0)
    receive_one(queue, 30)
    assert queue.counts(60) == (1, 0, 0)
    assert dead.counts(60) == (0, 0, 0)
    assert queue.receive(1, None, 60) == []
    assert queue.counts(60) == (0, 0, 0)
    assert dead.counts(60) == (1, 0, 0)


def test_a_receive_goes_on_to_the_next_message_after_a_move(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", "b", "c")
    queue.receive(2, 0, 0)
    assert bodies(queue.receive(1, None, 1)) == ["c"]
    assert bodies(dead.receive(10, None, 1)) == ["a", "b"]


def test_a_moved_message_keeps_what_it_was_sent_with_and_its_count(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a", now=5)
    sent = receive_one(queue, 7, visibility_timeout=0).message
    queue.receive(1, None, 8)
    moved = receive_one(dead, 9).message
    assert (moved.id, moved.body, moved.sent_at, moved.first_received_at) == (sent.id, "a", 5, 7)
    assert moved.receive_count == 2
    assert moved.dead_letter_source == queue.arn


def test_the_retention_of_a_moved_message_runs_on(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead", MessageRetentionPeriod=60)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    queue.receive(1, None, 50)
    assert dead.counts(59) == (1, 0, 0)
    assert dead.counts(60) == (0, 0, 0)


def test_a_message_older_than_the_retention_of_its_dead_letter_queue_is_gone(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead", MessageRetentionPeriod=60)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    queue.receive(1, None, 70)
    assert dead.counts(70) == (0, 0, 0)


def test_handles_of_the_source_queue_mean_nothing_after_the_move(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.receive(1, None, 30)
    queue.delete(handle, 31)
    with pytest.raises(ReceiptHandleIsInvalid):
        dead.delete(handle, 31)
    assert dead.counts(31) == (1, 0, 0)


def test_a_message_stays_where_its_dead_letter_queue_was_deleted(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    world.queues.delete(dead, 1)
    assert bodies(queue.receive(1, None, 30)) == ["a"]
    world.standard("dead")
    assert queue.receive(1, None, 60) == []


def test_a_dead_letter_queue_can_have_its_own(world: World, queue: StandardQueue) -> None:
    last = world.standard("last")
    dead = world.standard("dead", RedrivePolicy=redrive(last, 2))
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "a")
    receive_one(queue, 0)
    queue.receive(1, None, 30)
    receive_one(dead, 40)
    assert dead.receive(1, None, 70) == []
    moved = receive_one(last, 70).message
    assert (moved.receive_count, moved.dead_letter_source) == (3, dead.arn)


def test_two_queues_may_be_each_others_dead_letter_queue(world: World, queue: StandardQueue) -> None:
    other = world.standard("other", RedrivePolicy=redrive(queue, 1))
    world.set(queue, RedrivePolicy=redrive(other, 1))
    send(queue, "a")
    receive_one(queue, 0)
    assert queue.receive(1, None, 30) == []
    assert other.receive(1, None, 30) == []
    assert queue.counts(30) == (1, 0, 0)


def test_a_queue_that_names_itself_keeps_its_messages(world: World, queue: StandardQueue) -> None:
    world.set(queue, RedrivePolicy=redrive(queue, 1))
    send(queue, "a")
    receive_one(queue, 0)
    assert bodies(queue.receive(1, None, 30)) == ["a"]


def test_a_lowered_limit_holds_from_the_next_receive(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 10))
    send(queue, "a")
    receive_one(queue, 0, visibility_timeout=0)
    receive_one(queue, 1, visibility_timeout=0)
    world.set(queue, 2, RedrivePolicy=redrive(dead, 2))
    assert queue.receive(1, None, 2) == []
    assert dead.counts(2) == (1, 0, 0)


def test_without_a_policy_messages_are_never_moved(world: World, queue: StandardQueue) -> None:
    dead = world.standard("dead")
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    world.set(queue, RedrivePolicy="")
    send(queue, "a")
    for now in range(0, 3_000, 30):
        receive_one(queue, now)


# -- Bounds ----------------------------------------------------------------------------------
