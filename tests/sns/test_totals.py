"""What a topic counts."""

import json

from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.publication import Publication
from tests.sns.world import DEAD_LETTERS, QUEUE, World, message

REDRIVE = json.dumps({"deadLetterTargetArn": DEAD_LETTERS})


def test_messages_published_are_counted_with_their_bytes(world: World) -> None:
    topic = world.topic()
    world.publish(topic, message("ä"))
    world.publish(topic, Publication("abc", {"a": MessageAttribute("String", "bc")}))
    assert (topic.totals.published, topic.totals.published_bytes) == (2, 2 + 3 + 9)


def test_duplicate_is_not_published(world: World) -> None:
    topic = world.fifo_topic()
    for _ in range(2):
        world.publish(topic, message(group="g", deduplication="d"))
    assert topic.totals.published == 1


def test_each_subscriber_reached_counts_as_delivered(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.subscribe(topic, "+15550100", protocol="sms")
    world.publish(topic, message())
    assert (topic.totals.delivered, topic.totals.failed) == (2, 0)


def test_subscriber_that_cannot_be_reached_counts_as_failed(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.sink.missing.add(QUEUE)
    world.publish(topic, message())
    assert (topic.totals.delivered, topic.totals.failed, topic.totals.redriven) == (0, 1, 0)


def test_dead_letter_queue_counts_whether_it_got_the_message(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic, RedrivePolicy=REDRIVE)
    world.sink.missing.add(QUEUE)
    world.publish(topic, message())
    world.sink.missing.add(DEAD_LETTERS)
    world.publish(topic, message())
    totals = topic.totals
    assert (totals.failed, totals.redriven, totals.redrive_failed) == (2, 1, 1)


def test_filtered_out_counts_by_what_the_filter_looked_at(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic, FilterPolicy='{"a":["b"]}')
    world.subscribe(topic, f"{QUEUE}-2", FilterPolicy='{"a":["b"]}', FilterPolicyScope="MessageBody")
    world.publish(topic, message())
    world.publish(topic, Publication("{}", {"a": MessageAttribute("String", "c")}))
    world.publish(topic, Publication("{}", {"other": MessageAttribute("String", 'a "quoted" word')}))
    world.publish(topic, Publication('{"a":"b"}', {"other": MessageAttribute("Binary", None, b'"')}))
    totals = topic.totals
    assert totals.filtered_out == 7
    assert totals.filtered_out_by == {
        "NoMessageAttributes": 1,
        "MessageAttributes": 2,
        "InvalidAttributes": 1,
        "InvalidMessageBody": 1,
        "MessageBody": 2,
    }
    assert (totals.delivered, totals.failed) == (1, 0)


def test_pending_subscriber_counts_for_nothing(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic, "someone@example.com", protocol="email")
    world.publish(topic, message())
    assert (topic.totals.delivered, topic.totals.failed, topic.totals.filtered_out) == (0, 0, 0)
