"""The trace of messages that were sent to queues, without a server."""

import asyncio
import itertools
import json
from typing import Any

import pytest

from emulator.aws.place import Place as ResetPlace
from emulator.configuration.settings import Settings
from emulator.control.message_trace import trace_of_message
from emulator.control.refusals import NotFoundError
from emulator.control.trace import TracePath, trace_of_one
from emulator.control.trace_shapes import PublishTrace
from emulator.serving.app import Emulator
from emulator.sqs.history import History
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.timing.turns import at_once
from tests.query_client import ACCOUNT, TOPIC, QueryClient

_numbers = itertools.count(1)


class Place:
    """An emulator whose clock stands still, and what its trace tells."""

    def __init__(self, entries_max: int = 50_000) -> None:
        self.emulator = Emulator(Settings(clock_at=1_000.0))
        self.emulator.world.sqs.queues.history = History(entries_max)

    @property
    def now(self) -> float:
        return self.emulator.world.clocks.now_of(ACCOUNT)

    def advance(self, seconds: float) -> None:
        self.emulator.world.clocks.move(None, lambda clock: clock.advance(seconds))

    def queue(self, name: str = "queue", **attributes: object) -> Queue:
        given = {key: str(value) for key, value in attributes.items()}
        return self.emulator.world.sqs.queues.create(name, ACCOUNT, "us-east-1", given, {}, self.now)

    def send(
        self,
        queue: Queue,
        body: str = "body",
        *,
        delay: int | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
    ) -> str:
        message_id = f"message-{next(_numbers)}"
        message = Message(message_id, Content(body, "AIDA"), group_id, deduplication_id)
        return queue.send(message, self.now, delay).message_id

    def receive(self, queue: Queue, timeout: int | None = None) -> str:
        [delivery] = queue.receive(1, timeout, self.now)
        return delivery.receipt_handle

    def trace(self, message_id: str) -> PublishTrace:
        found = at_once(trace_of_message(self.emulator.world, message_id))
        assert found is not None
        return found

    def events(self, message_id: str) -> list[tuple[str, str]]:
        """The seconds since the start, and what happened then."""
        return [(step.at[17:19], step.event) for step in self.trace(message_id).steps]


@pytest.fixture
def place() -> Place:
    return Place()


def redrive(target: Queue, count: int) -> str:
    return json.dumps({"deadLetterTargetArn": target.arn, "maxReceiveCount": count})


def test_life_of_a_message_from_sending_to_deletion(place: Place) -> None:
    queue = place.queue()
    message_id = place.send(queue, "hello")
    place.advance(1)
    handle = place.receive(queue, 10)
    place.advance(1)
    queue.change_visibility(handle, 20, place.now)
    place.advance(1)
    queue.delete(handle, place.now)
    place.advance(100)
    assert place.events(message_id) == [
        ("40", "sent"),
        ("41", "received"),
        ("42", "visibility_changed"),
        ("43", "deleted"),
    ]
    trace = place.trace(message_id)
    assert (trace.message, trace.message_length, trace.queue, trace.in_queue) == ("hello", 5, queue.arn, None)
    assert trace.steps[1].receive_count == 1
    assert trace.steps[1].visible_at == "1970-01-01T00:16:51.000Z"
    assert (trace.account, trace.at, trace.omitted) == (ACCOUNT, "1970-01-01T00:16:40.000Z", 0)


def test_message_that_was_not_deleted_is_visible_again_when_its_timeout_is_over(place: Place) -> None:
    queue = place.queue()
    message_id = place.send(queue)
    place.receive(queue, 5)
    place.advance(4)
    assert place.events(message_id) == [("40", "sent"), ("40", "received")]
    assert place.trace(message_id).in_queue.state == "in_flight"  # type: ignore[union-attr]
    place.advance(1)
    assert place.events(message_id)[2:] == [("45", "visible")]
    place.advance(2)
    queue.change_visibility(place.receive(queue, 5), 0, place.now)
    assert place.events(message_id)[2:] == [
        ("45", "visible"),
        ("47", "received"),
        ("47", "visibility_changed"),
        ("47", "visible"),
    ]
    trace = place.trace(message_id)
    assert trace.steps[2].reason == "its visibility timeout was over, and it had not been deleted"
    assert trace.in_queue is not None
    assert (trace.in_queue.state, trace.in_queue.receive_count) == ("visible", 2)


def test_delayed_message_becomes_visible_when_its_delay_is_over(place: Place) -> None:
    message_id = place.send(place.queue(), delay=5)
    trace = place.trace(message_id)
    assert trace.steps[0].visible_at == "1970-01-01T00:16:45.000Z"
    assert trace.in_queue is not None
    assert trace.in_queue.state == "delayed"
    place.advance(5)
    assert place.events(message_id) == [("40", "sent"), ("45", "visible")]
    assert place.trace(message_id).steps[1].reason == "its delay was over"


def test_message_is_followed_into_the_dead_letter_queue_and_back_under_all_of_its_ids(place: Place) -> None:
    dead = place.queue("dead")
    queue = place.queue(RedrivePolicy=redrive(dead, 1))
    message_id = place.send(queue)
    place.receive(queue, 0)
    assert queue.receive(1, None, place.now) == []
    place.emulator.world.sqs.move_tasks.start(dead, None, None, place.now)
    [moved] = queue
    assert moved.id != message_id
    steps = place.trace(message_id).steps
    names = ["sent", "received", "visible", "moved_to_dead_letter_queue", "moved"]
    assert [step.event for step in steps] == names
    assert (steps[3].queue, steps[3].moved_to, steps[3].receive_count) == (queue.arn, dead.arn, 1)
    assert (steps[4].queue, steps[4].moved_to, steps[4].new_queue_message_id) == (dead.arn, queue.arn, moved.id)
    assert place.trace(moved.id).steps == steps
    queue.delete(place.receive(queue), place.now)
    assert [step.event for step in place.trace(moved.id).steps] == [*names, "received", "deleted"]


def test_expired_message_has_expired_even_if_its_queue_was_not_used(place: Place) -> None:
    message_id = place.send(place.queue(MessageRetentionPeriod=60))
    place.advance(75)
    assert place.events(message_id) == [("40", "sent"), ("40", "expired")]
    assert place.trace(message_id).in_queue is None


@pytest.mark.parametrize("end", ["purged", "queue_deleted"])
def test_message_goes_with_its_queue_and_not_with_what_was_before_it(place: Place, end: str) -> None:
    queue = place.queue()
    queue.purge(place.now)  # at the same time, but before
    message_id = place.send(queue)
    assert place.events(message_id) == [("40", "sent")]
    if end == "purged":
        queue.purge(place.now)
    else:
        place.emulator.world.sqs.queues.delete(queue, place.now)
    other = place.send(place.queue())
    assert place.events(message_id) == [("40", "sent"), ("40", end)]
    assert place.events(other) == [("40", "sent")]


def test_trace_of_a_fifo_message_has_its_group_and_duplicates(place: Place) -> None:
    queue = place.queue("queue.fifo", FifoQueue="true")
    first = place.send(queue, group_id="g", deduplication_id="d")
    assert place.send(queue, group_id="g", deduplication_id="d") == first
    trace = place.trace(first)
    assert (trace.group_id, trace.deduplication_id, len(trace.sequence_number or "")) == ("g", "d", 20)
    assert [step.event for step in trace.steps] == ["sent", "duplicate"]
    assert f"a duplicate of the message {first}, which had the deduplication id d" in (trace.steps[1].reason or "")


def test_message_whose_group_is_locked_says_by_which_message(place: Place) -> None:
    queue = place.queue("queue.fifo", FifoQueue="true")
    first, second = (place.send(queue, group_id="g", deduplication_id=name) for name in "ab")
    other = place.send(queue, group_id="h", deduplication_id="c")
    place.receive(queue)
    state = place.trace(second).in_queue
    assert state is not None
    assert (state.group_in_flight, state.locked_by) == (True, first)
    for message_id in (first, other):
        state = place.trace(message_id).in_queue
        assert state is not None
        assert (state.group_in_flight, state.locked_by) == (False, None)


def test_repeated_receive_attempt_hides_the_message_anew(place: Place) -> None:
    queue = place.queue("queue.fifo", FifoQueue="true")
    message_id = place.send(queue, group_id="g", deduplication_id="d")
    queue.receive(1, 5, place.now, "attempt")
    place.advance(3)
    queue.receive(1, 5, place.now, "attempt")
    place.advance(3)
    assert place.events(message_id) == [("40", "sent"), ("40", "received"), ("43", "visibility_changed")]


def test_history_is_bounded_and_a_message_that_is_still_there_is_found_all_the_same() -> None:
    place = Place(entries_max=4)
    queue, other = place.queue(), place.queue("other")
    message_id = place.send(queue, "kept", group_id="g")
    place.receive(queue, 0)
    for _ in range(10):
        place.send(other)
    trace = place.trace(message_id)
    assert (trace.message, trace.queue, trace.group_id, trace.steps, trace.omitted) == ("kept", queue.arn, "g", [], 2)
    place.receive(queue, 0)
    trace = place.trace(message_id)
    assert ([step.event for step in trace.steps], trace.omitted) == (["received", "visible"], 2)
    queue.purge(place.now)
    for _ in range(10):
        place.send(other)
    assert at_once(trace_of_message(place.emulator.world, message_id)) is None


def test_long_body_is_cut_off_once_the_message_is_gone(place: Place) -> None:
    queue = place.queue()
    message_id = place.send(queue, "x" * 5_000)
    assert (len(place.trace(message_id).message), place.trace(message_id).message_length) == (4_096, 5_000)
    queue.delete(place.receive(queue), place.now)
    assert (place.trace(message_id).message, place.trace(message_id).message_length) == ("x" * 256, 5_000)


def test_reset_forgets_one_account_also_where_its_queue_was_deleted_before(place: Place) -> None:
    queue = place.queue()
    gone, kept = place.send(queue), None
    place.emulator.world.sqs.queues.delete(queue, place.now)
    other = place.emulator.world.sqs.queues.create("queue", "111111111111", "us-east-1", {}, {}, place.now)
    kept = place.send(other)
    place.emulator.world.reset(ResetPlace(ACCOUNT))
    assert at_once(trace_of_message(place.emulator.world, gone)) is None
    assert place.events(kept) == [("40", "sent")]
    place.emulator.world.reset()
    assert at_once(trace_of_message(place.emulator.world, kept)) is None


def test_message_of_a_topic_leads_to_its_publish_by_its_id_in_the_queue(place: Place) -> None:
    world = place.emulator.world
    published, in_queue = publish(place)
    assert asyncio.run(trace_of_one(world, TracePath(in_queue))).message_id == published
    with pytest.raises(NotFoundError, match="No trace of the message nothing"):
        asyncio.run(trace_of_one(world, TracePath("nothing")))


def test_trace_of_a_publish_shows_what_became_of_a_message_that_was_not_deleted(place: Place) -> None:
    published, _ = publish(place)
    queue = place.emulator.world.sqs.queues.get(ACCOUNT, "us-east-1", "queue")
    handle = place.receive(queue, 5)
    place.advance(7)
    queue.change_visibility(handle, 5, place.now)
    place.advance(1)
    queue.purge(place.now)
    assert subscription_steps(place, published) == ["delivered", "received", "visible", "visibility_changed", "purged"]


def test_publish_whose_message_is_a_duplicate_in_the_queue_says_of_which(place: Place) -> None:
    queue = place.queue("queue.fifo", FifoQueue="true")
    first = place.send(queue, "first", group_id="g", deduplication_id="d")
    published, in_queue = publish(place, "topic.fifo", queue, MessageGroupId="g", MessageDeduplicationId="d")
    assert in_queue == first
    place.receive(queue)
    queue.purge(place.now)
    assert subscription_steps(place, published) == ["delivered", "duplicate"]
    [subscription] = asyncio.run(trace_of_one(place.emulator.world, TracePath(published))).subscriptions
    assert f"a duplicate of the message {first}" in (subscription.steps[1].reason or "")


def publish(place: Place, name: str = "topic", queue: Queue | None = None, **ids: str) -> tuple[str, str]:
    """The ids of a message: that of its publish, and the one in its queue."""
    queue = queue or place.queue()
    client = QueryClient(place.emulator)
    topic = TOPIC.replace("sales", name)
    fifo = {"Attributes.entry.1.key": "FifoTopic", "Attributes.entry.1.value": "true"} if ids else {}
    client.call("CreateTopic", Name=name, **fifo)
    client.call("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    published = client.publish(TopicArn=topic, **ids)
    step: Any = asyncio.run(trace_of_one(place.emulator.world, TracePath(published))).subscriptions[0].steps[0]
    return published, step.queue_message_id


def subscription_steps(place: Place, published: str) -> list[str]:
    [subscription] = asyncio.run(trace_of_one(place.emulator.world, TracePath(published))).subscriptions
    return [step.event for step in subscription.steps]
