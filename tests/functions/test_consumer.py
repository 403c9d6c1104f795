"""Which messages a function gets, when, and what becomes of them."""

import json
from typing import Any

import pytest

from emulator.functions import consumer as consumers
from emulator.functions.concurrency import START
from emulator.functions.events import FunctionAnswered, Invoked, RejectedByFilter
from emulator.sqs.events import Deleted
from tests.functions.world import FUNCTION, NOW, World, bodies


def test_processed_messages_are_deleted() -> None:
    world = World()
    world.send("a", "b")
    [batch] = world.take()
    assert bodies(batch) == ["a", "b"]
    assert world.left() == ["a", "b"]
    world.process(batch)
    assert world.left() == []
    assert world.consumer.last_result == "OK"


def test_messages_of_a_failed_batch_are_visible_again_after_their_visibility_timeout() -> None:
    world = World(visibility=30)
    world.send("a", "b")
    [batch] = world.take()
    world.fail(batch)
    assert world.take() == []
    assert world.consumer.next_due(world.now) == NOW + 30
    world.now += 30
    [again] = world.take()
    assert bodies(again) == ["a", "b"]
    assert [json.loads(each.record)["attributes"]["ApproximateReceiveCount"] for each in again.entries] == ["2", "2"]
    assert world.consumer.last_result == "PROBLEM: Function call failed"


def test_only_what_the_function_reports_as_failed_stays() -> None:
    world = World()
    world.send("a", "b", "c")
    [batch] = world.take()
    world.process(batch, "b")
    assert world.left() == ["b"]


def test_message_that_fails_too_often_goes_to_the_dead_letter_queue() -> None:
    world = World(receives=2)
    world.send("a")
    for _ in range(2):
        [batch] = world.take()
        world.fail(batch)
        world.now += 30
    assert world.take() == []
    assert (world.left(), world.left(world.dead)) == ([], ["a"])


def test_batch_has_as_many_messages_as_the_mapping_says() -> None:
    world = World(batch_size=3)
    world.send(*map(str, range(7)))
    assert [len(batch.entries) for batch in world.take()] == [3, 3, 1]


def test_batching_window_gathers_messages_until_it_ends() -> None:
    world = World(batch_size=20, window_seconds=5)
    world.send("a")
    assert world.take() == []
    assert world.consumer.next_due(world.now) == NOW + 5
    world.now += 4
    world.send("b")
    assert world.take() == []
    assert world.consumer.next_due(world.now) == NOW + 5
    world.now += 1
    [batch] = world.take()
    assert bodies(batch) == ["a", "b"]
    assert (
        world.consumer.next_due(world.now) == NOW + 30
    )  # they are visible then, if the function does not process them


def test_full_batch_does_not_wait_for_the_window() -> None:
    world = World(batch_size=2, window_seconds=5)
    world.send("a", "b", "c")
    [batch] = world.take()
    assert bodies(batch) == ["a", "b"]
    world.now += 5
    assert [bodies(each) for each in world.take()] == [["c"]]


def test_window_longer_than_the_visibility_timeout_gives_each_message_once() -> None:
    world = World(batch_size=20, window_seconds=60, visibility=10)
    world.send("a")
    for _ in range(6):
        assert world.take() == []
        world.now += 10
    [batch] = world.take()
    assert bodies(batch) == ["a"]


def test_event_never_exceeds_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "EVENT_BYTES_MAX", 2_000)
    world = World(batch_size=10, window_seconds=5)
    world.send("a" * 900, "b" * 900, "c" * 3_000)
    first = world.take()
    world.now += 5
    batches = first + world.take()
    world.now += 5
    batches += world.take()
    assert [[body[0] for body in bodies(batch)] for batch in batches] == [["a"], ["b"], ["c"]]


def test_delayed_message_is_taken_when_its_delay_is_over() -> None:
    world = World()
    world.send("late", delay=7)
    assert world.take() == []
    assert world.consumer.next_due(world.now) == NOW + 7
    world.now += 7
    assert [bodies(each) for each in world.take()] == [["late"]]


def test_many_messages_are_taken_in_turns() -> None:
    world = World(batch_size=1_000, window_seconds=1)
    world.send(*map(str, range(500)))
    turns = 1
    world.consumer.take(world.now)
    while world.consumer.again:
        world.consumer.take(world.now)
        turns += 1
    assert turns == 3
    world.now += 1
    [batch] = world.take()
    assert len(batch.entries) == 500


def test_concurrency_begins_with_five_grows_with_time_and_ends_at_the_maximum() -> None:
    world = World(batch_size=1, maximum_concurrency=8)
    world.send(*map(str, range(20)))
    assert len(world.take()) == START
    assert world.consumer.next_due(world.now) == pytest.approx(NOW + 0.2)
    world.now += 0.2
    assert len(world.take()) == 1
    world.now += 60
    assert len(world.take()) == 2
    assert world.consumer.next_due(world.now) is None


def test_failures_make_it_back_off_and_success_lets_it_grow_again() -> None:
    world = World(batch_size=1)
    world.send(*map(str, range(30)))
    batches = world.take()
    for batch in batches:
        world.fail(batch)
    [alone] = world.take()
    world.process(alone)
    assert len(world.take()) == 2


def test_throttled_batch_is_tried_again_until_its_messages_are_visible() -> None:
    world = World(visibility=5)
    world.send("a")
    [batch] = world.take()
    world.fail(batch, throttled=True)
    assert world.take() == []
    assert world.consumer.next_due(world.now) == NOW + 1
    world.now += 1
    assert world.take() == [batch]
    world.fail(batch, throttled=True)
    world.now += 2
    assert world.take() == [batch]
    world.fail(batch, throttled=True)  # the next try would be too late
    assert world.consumer.next_due(world.now) == NOW + 5
    world.now = NOW + 5
    [again] = world.take()
    assert again.entries[0].receive_count == 2


def test_throttled_batch_whose_time_is_over_is_let_go() -> None:
    world = World(visibility=5)
    world.send("a")
    [batch] = world.take()
    world.fail(batch, throttled=True)
    world.now += 6
    [other] = world.take()
    assert other is not batch
    assert other.entries[0].receive_count == 2


# -- FIFO queues -------------------------------------------------------------------------------


def test_groups_of_a_fifo_queue_are_processed_beside_each_other_and_each_in_its_order() -> None:
    world = World(fifo=True, batch_size=2)
    world.send("g1", "g2", "g3", group="g")
    world.send("h1", group="h")
    first, second = world.take()
    assert (bodies(first), bodies(second)) == (["g1", "g2"], ["h1"])
    world.process(second)
    assert world.take() == []
    world.process(first)
    assert [bodies(each) for each in world.take()] == [["g3"]]


def test_group_whose_batch_has_failed_waits_for_its_messages() -> None:
    world = World(fifo=True, batch_size=1)
    world.send("g1", "g2", group="g")
    [batch] = world.take()
    world.fail(batch)
    assert world.take() == []
    world.now += 30
    assert [bodies(each) for each in world.take()] == [["g1"]]


def test_group_is_in_one_batch_also_if_the_function_takes_longer_than_the_visibility_timeout() -> None:
    world = World(fifo=True, visibility=10, batch_size=1)
    world.send("g1", "g2", group="g")
    [slow] = world.take()
    world.now += 10
    assert world.take() == []
    world.process(slow)  # too late: the handle has expired
    assert world.left() == ["g1", "g2"]
    answered = [event for event in _history(world, slow.message_ids[0]) if isinstance(event, FunctionAnswered)]
    assert [event.result for event in answered] == ["processed", "not_deleted"]
    [again] = world.take()
    assert bodies(again) == ["g1"]
    world.process(again)
    assert world.left() == ["g2"]


def test_held_message_that_is_visible_again_is_not_taken_twice() -> None:
    world = World(fifo=True, visibility=10, batch_size=1)
    world.send("g1", group="g")
    [slow] = world.take()
    world.now += 10
    assert world.take() == []
    world.now += 10
    world.fail(slow)
    [again] = world.take()
    assert again.entries[0].receive_count == 3


# -- Filters, events and warnings --------------------------------------------------------------


def test_message_that_no_filter_matches_is_deleted() -> None:
    world = World(filters=('{"body":{"kind":["order"]}}',))
    world.send('{"kind":"order"}', '{"kind":"other"}', "text")
    [batch] = world.take()
    assert bodies(batch) == ['{"kind":"order"}']
    assert world.left() == ['{"kind":"order"}']


def test_history_of_a_message_says_what_the_function_did() -> None:
    world = World(filters=('{"body":["a","b"]}',))
    world.send("a", "b", "c")
    [batch] = world.take()
    world.process(batch, "b")
    a, b, c = (_history(world, each) for each in world.sent)
    assert [type(event) for event in a][2:] == [Invoked, FunctionAnswered, Deleted]
    assert [type(event) for event in b][2:] == [Invoked, FunctionAnswered]
    assert [type(event) for event in c][2:] == [RejectedByFilter, Deleted]
    assert (a[2].function, a[2].batch_size, a[3].result, b[3].result) == (FUNCTION, 2, "processed", "failed")
    [warning] = world.warnings
    assert isinstance(warning, FunctionAnswered)
    assert warning.message_id == batch.message_ids[1]


def _history(world: World, message_id: str) -> list[Any]:
    return list(world.queues.history.of([message_id]))


def test_nothing_is_taken_from_a_queue_that_was_deleted() -> None:
    world = World()
    world.send("a")
    [batch] = world.take()
    world.queues.delete(world.queue, world.now)
    assert world.take() == []
    world.process(batch)
    assert world.consumer.under_way == 0


def test_changed_mapping_keeps_what_is_under_way() -> None:
    world = World(batch_size=1)
    world.send("a", "b")
    assert len(world.take()) == 2
    world.consumer.change(world.mapping)
    assert world.consumer.under_way == 2
