import pytest

from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, message, receive_one, send


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds."""
    return world.standard()


# -- Order -----------------------------------------------------------------------------------


def test_messages_come_in_the_order_in_which_they_were_sent(queue: Queue) -> None:
    send(queue, "a", "b", "c")
    assert bodies(queue.receive(10, None, 1)) == ["a", "b", "c"]


def test_receive_returns_at_most_as_many_messages_as_asked_for(queue: Queue) -> None:
    send(queue, "a", "b", "c")
    assert bodies(queue.receive(2, None, 1)) == ["a", "b"]
    assert bodies(queue.receive(2, None, 1)) == ["c"]


def test_an_empty_queue_returns_nothing(queue: Queue) -> None:
    assert queue.receive(10, None, 1) == []


def test_a_message_whose_timeout_ended_comes_ahead_of_later_ones(queue: Queue) -> None:
    send(queue, "a", "b")
    receive_one(queue, 1)
    send(queue, "c", now=2)
    assert bodies(queue.receive(10, None, 31)) == ["a", "b", "c"]


def test_a_delayed_message_lines_up_when_its_delay_ends(queue: Queue) -> None:
    send(queue, "delayed", delay=10)
    send(queue, "before", now=9)
    send(queue, "after", now=11)
    assert bodies(queue.receive(10, None, 11)) == ["before", "delayed", "after"]


def test_messages_whose_delays_ended_unseen_come_in_the_order_of_those_ends(queue: Queue) -> None:
    send(queue, "late", delay=20)
    send(queue, "early", delay=10)
    assert bodies(queue.receive(10, None, 100)) == ["early", "late"]


# -- Delay -----------------------------------------------------------------------------------


def test_a_message_is_received_from_the_very_moment_its_delay_ends(queue: Queue) -> None:
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


# -- Counting and purging --------------------------------------------------------------------


def test_counters_tell_messages_by_state(queue: Queue) -> None:
    send(queue, "a", "b", "c")
    send(queue, "d", delay=100)
    receive_one(queue, 0)
    assert queue.counts(1) == (2, 1, 1)
    assert queue.counts(30) == (3, 1, 0)
    assert queue.counts(100) == (4, 0, 0)


def test_a_purge_deletes_messages_in_every_state(queue: Queue) -> None:
    send(queue, "visible", "in flight")
    send(queue, "delayed", delay=10)
    handle = receive_one(queue, 0).receipt_handle
    queue.purge(1)
    assert queue.purged_at == 1
    assert queue.counts(1_000) == (0, 0, 0)
    assert queue.receive(10, None, 1_000) == []
    assert queue.next_due() is None
    queue.delete(handle, 1)


def test_a_message_sent_right_after_a_purge_stays(queue: Queue) -> None:
    send(queue, "before")
    queue.purge(1)
    send(queue, "after", now=1)
    assert bodies(queue.receive(10, None, 1)) == ["after"]


def test_no_more_messages_are_in_flight_than_the_limit_allows(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
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
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 1)
    send(queue, "a", "b", "c")
    first = receive_one(queue, 0, visibility_timeout=1)
    queue.change_visibility(first.receipt_handle, 1, 0)
    receive_one(queue, 1)
    queue.change_visibility(first.receipt_handle, 10, 1)
    assert queue.receive(10, None, 1) == []


# -- What others are told --------------------------------------------------------------------


def test_the_next_due_time_is_that_of_the_first_message_to_become_visible(queue: Queue) -> None:
    assert queue.next_due() is None
    send(queue, "a", "b")
    delivery = receive_one(queue, 0)
    assert queue.next_due() == 30
    send(queue, "c", delay=10)
    assert queue.next_due() == 10
    queue.advance(10)
    assert queue.next_due() == 30
    queue.delete(delivery.receipt_handle, 11)


def test_the_next_due_time_follows_a_changed_timeout(queue: Queue) -> None:
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    queue.change_visibility(handle, 100, 0)
    assert queue.next_due() == 100
    queue.change_visibility(handle, 20, 0)
    assert queue.next_due() == 20


def test_whoever_listens_is_told_when_a_receive_may_find_something(world: World, queue: Queue) -> None:
    told: list[int] = []
    queue.on_change = lambda: told.append(queue.receivable(0))
    send(queue, "a")
    assert told[-1] == 1
    handle = receive_one(queue, 0).receipt_handle
    assert told[-1] == 0
    queue.change_visibility(handle, 0, 0)
    assert told[-1] == 1
    queue.adopt(message("b"), "arn:aws:sqs:us-east-1:000000000000:other", 0)
    assert told[-1] == 2
    queue.close()
    assert told[-1] == 0


def test_a_closed_queue_is_empty(queue: Queue) -> None:
    send(queue, "a")
    queue.close()
    assert queue.deleted
    assert queue.counts(0) == (0, 0, 0)
