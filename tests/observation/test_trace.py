"""The trace without a server: what it follows, and that it stays small."""

import pytest

from emulator.aws.place import Place
from emulator.foundation.events import Event
from emulator.observation.trace import Bounds, Trace
from emulator.sns.audience import Audience
from emulator.sns.events import DeadLettered, Delivered, DeliveredTogether, Duplicate, Failed, Forwarded, Published
from emulator.sns.identity import identity_of
from emulator.sns.subscription import Subscription
from emulator.sqs.events import Deleted, Moved, Received
from emulator.timing.turns import at_once

ACCOUNT = "111111111111"
TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:topic"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:queue"
SUBSCRIPTION = Subscription(
    subscription_arn=f"{TOPIC}:1",
    topic=identity_of("topic", ACCOUNT, "eu-west-1"),
    protocol="sqs",
    endpoint=QUEUE,
    owner=ACCOUNT,
    serial=1,
    now=0,
)


def publish(
    trace: Trace, message_id: str, *, message: str = "hello", account: str = ACCOUNT, topic: str = TOPIC
) -> None:
    trace.observe(
        Published(
            0,
            message_id,
            account=account,
            region="eu-west-1",
            topic_arn=topic,
            target=None,
            subject=None,
            message=message,
            texts={},
            attributes={},
        )
    )


def delivered(message_id: str, queue_message_id: str) -> Delivered:
    return Delivered(0, message_id, SUBSCRIPTION, None, queue_message_id)


def received(published_as: str | None, count: int = 1) -> Received:
    return Received(1, QUEUE, "q", count, 31, origin=published_as)


def steps(trace: Trace, message_id: str) -> list[Event]:
    record = trace.find(message_id)
    assert record is not None
    return list(record.steps())


def ids(trace: Trace, limit: int = 100, *, topic_arn: str | None = None, account: str | None = None) -> list[str]:
    return [record.published.message_id for record in trace.newest(limit, topic_arn=topic_arn, account=account)]


@pytest.fixture
def trace() -> Trace:
    return Trace()


def test_message_is_followed_into_its_queue_and_out_of_it(trace: Trace) -> None:
    publish(trace, "m")
    events = [delivered("m", "q"), received("m"), Deleted(2, QUEUE, "q", origin="m")]
    for event in events:
        trace.observe(event)
    assert steps(trace, "m") == events


def test_message_that_a_move_task_made_is_followed_too(trace: Trace) -> None:
    publish(trace, "m")
    events = [
        Failed(0, "m", SUBSCRIPTION, None, "gone"),
        DeadLettered(0, "m", SUBSCRIPTION, None, f"{QUEUE}-dead", "q"),
        Moved(1, f"{QUEUE}-dead", "q", QUEUE, "q2", origin="m"),
        received("m"),
    ]
    for event in events:
        trace.observe(event)
    assert steps(trace, "m") == events


def test_what_concerns_no_known_publish_is_passed_over(trace: Trace) -> None:
    publish(trace, "m")
    for event in (
        delivered("other", "q"),
        received("other"),
        received(None),
        Event(0),
        Duplicate(0, "other", "topic"),
        Forwarded(0, "other", "111111111111", "1", "smtp://x"),
    ):
        trace.observe(event)
    assert steps(trace, "m") == []


def test_deliveries_of_one_publish_come_together(trace: Trace) -> None:
    publish(trace, "m")
    trace.observe(*[delivered("m", "q1"), delivered("m", "q2")])
    trace.observe(*[delivered("other", "q3")])
    trace.observe()
    assert steps(trace, "m") == [delivered("m", "q1"), delivered("m", "q2")]


def test_newest_publishes_are_kept() -> None:
    trace = Trace(Bounds(publishes=2))
    for message_id in ("a", "b", "c"):
        publish(trace, message_id)
        trace.observe(delivered(message_id, f"q-{message_id}"))
    assert ids(trace) == ["b", "c"]
    assert trace.find("a") is None
    trace.observe(received("a"))  # it was forgotten
    assert ids(trace) == ["b", "c"]


def test_steps_of_all_publishes_together_are_bounded() -> None:
    trace = Trace(Bounds(steps=3))
    for message_id in ("a", "b"):
        publish(trace, message_id)
        trace.observe(delivered(message_id, f"q-{message_id}"))
    trace.observe(received("b"))
    assert ids(trace) == ["a", "b"]
    trace.observe(received("b", 2))
    assert ids(trace) == ["b"]
    trace.observe(received("a"))
    assert len(steps(trace, "b")) == 3


def test_steps_that_come_together_make_as_much_room_as_they_need() -> None:
    trace = Trace(Bounds(steps=3))
    for message_id in ("a", "b", "c"):
        publish(trace, message_id)
        trace.observe(delivered(message_id, "q"))
    trace.observe(*[received("c", 1), received("c", 2)])
    assert ids(trace) == ["c"]
    trace.observe(*[received("c", count) for count in range(3, 9)])
    assert len(steps(trace, "c")) == 9


def test_publish_that_made_itself_be_forgotten_leaves_nothing_behind() -> None:
    trace = Trace(Bounds(steps=1))
    publish(trace, "a")
    publish(trace, "b")
    trace.observe(delivered("a", "q1"))
    trace.observe(delivered("a", "q2"))
    assert ids(trace) == ["b"]
    trace.observe(delivered("b", "q2"))
    trace.observe(received("b"))
    assert steps(trace, "b") == [delivered("b", "q2"), received("b")]


def test_steps_of_one_publish_are_bounded_and_the_others_counted() -> None:
    trace = Trace(Bounds(steps_of_a_publish=2))
    publish(trace, "m")
    trace.observe(delivered("m", "q"))
    for count in (1, 2, 3):
        trace.observe(received("m", count))
    record = trace.find("m")
    assert record is not None
    assert (list(record.steps()), record.omitted) == ([delivered("m", "q"), received("m", 1)], 2)
    trace.observe(*[received("m", 4), received("m", 5)])
    assert (len(list(record.steps())), record.omitted) == (2, 4)


def test_characters_of_messages_are_bounded_but_the_newest_is_kept() -> None:
    trace = Trace(Bounds(characters=10))
    publish(trace, "a", message="x" * 5)
    publish(trace, "b", message="x" * 5)
    assert ids(trace) == ["a", "b"]
    publish(trace, "c", message="x")
    assert ids(trace) == ["b", "c"]
    publish(trace, "d", message="x" * 11)
    assert ids(trace) == ["d"]
    publish(trace, "e", message="x" * 10)
    assert ids(trace) == ["e"]


def test_newest_come_last_of_a_topic_or_an_account(trace: Trace) -> None:
    for message_id, account in (("a", "1"), ("b", "2"), ("c", "1"), ("d", "1")):
        publish(trace, message_id, account=account, topic=f"{TOPIC}-{message_id}")
    assert ids(trace) == ["a", "b", "c", "d"]
    assert ids(trace, 2) == ["c", "d"]
    assert ids(trace, 2, account="1") == ["c", "d"]
    assert ids(trace, account="2") == ["b"]
    assert ids(trace, topic_arn=f"{TOPIC}-c") == ["c"]
    assert ids(trace, topic_arn=f"{TOPIC}-c", account="2") == []


def test_reset_forgets_one_account_or_all() -> None:
    trace = Trace(Bounds(steps=2))
    publish(trace, "a", account="1")
    publish(trace, "b", account="2")
    publish(trace, "c", account="2")
    trace.observe(delivered("a", "q"))
    trace.observe(delivered("b", "q2"))
    trace.reset(Place("1"))
    assert ids(trace) == ["b", "c"]
    trace.observe(received("a"))
    trace.observe(received("b"))  # there is room again for one more step
    assert ids(trace) == ["b", "c"]
    assert len(steps(trace, "b")) == 2
    trace.reset()
    assert ids(trace) == []
    trace.observe(received("b"))


def together(length: int) -> DeliveredTogether:
    topic = identity_of("topic", ACCOUNT, "us-east-1")
    audience = Audience(
        Subscription(subscription_arn=f"s-{each}", topic=topic, protocol="sqs", endpoint="q", owner=ACCOUNT, now=0)
        for each in range(length)
    )
    ids = tuple(f"q-{each}" for each in range(length))
    return DeliveredTogether(0, "m", audience, length, tuple(range(length)), ids)


def test_events_that_come_as_one_count_as_many() -> None:
    trace = Trace(Bounds(steps_of_a_publish=5))
    publish(trace, "m")
    trace.observe(together(3))
    trace.observe(together(4))
    trace.observe(delivered("m", "one-more"))
    record = trace.find("m")
    assert record is not None
    shown = [event.queue_message_id for event in record.steps() if isinstance(event, Delivered)]
    assert (shown, record.omitted) == (["q-0", "q-1", "q-2", "q-0", "q-1"], 3)


def test_steps_of_all_publishes_are_bounded_also_where_many_come_as_one() -> None:
    trace = Trace(Bounds(steps=5))
    publish(trace, "m")
    trace.observe(together(3))
    publish(trace, "n")
    trace.observe(delivered("n", "q"), delivered("n", "q"), delivered("n", "q"))
    assert trace.find("m") is None


def test_message_that_was_delivered_with_many_is_found_by_its_id_in_the_queue() -> None:
    trace = Trace()
    publish(trace, "m")
    trace.observe(together(3))
    assert at_once(trace.find_delivered("q-2")) is trace.find("m")
    assert at_once(trace.find_delivered("q-3")) is None
