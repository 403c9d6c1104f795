import json
from collections import Counter

import pytest
from msgspec.structs import replace

from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.sns.audience import Audience
from emulator.sns.delivery.envelope import Envelopes, Sender
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.publication import Publication
from emulator.sns.service import SnsService
from emulator.sns.topic import Topic
from tests.recorder import Recorder, into
from tests.sns.world import (
    ACCOUNT,
    DEAD_LETTERS,
    ENDPOINT,
    FIFO_QUEUE,
    NOW,
    QUEUE,
    REGION,
    RecordingSink,
    Sent,
    World,
    message,
    set_topic_attribute,
)

NUMBER = MessageAttribute("Number", "99.12")
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
BINARY = MessageAttribute("Binary", None, b"\x02\x03\x04")


def with_attributes(**attributes: MessageAttribute) -> Publication:
    return Publication("hello", attributes)


def redrive(queue_arn: str) -> str:
    return json.dumps({"deadLetterTargetArn": queue_arn})


def test_every_subscriber_gets_the_message_by_one_id(world: World) -> None:
    topic = world.topic()
    queues = [f"{QUEUE}-{number}" for number in range(3)]
    for queue in queues:
        world.subscribe(topic, queue)
    receipt = world.publish(topic, message())
    assert [sent.queue_arn for sent in world.sink.sent] == queues
    assert {json.loads(body)["MessageId"] for body in world.bodies()} == {receipt.message_id}
    assert receipt.sequence_number is None


def test_queues_of_other_regions_and_accounts_are_reached(world: World) -> None:
    topic = world.topic()
    elsewhere = f"arn:aws:sqs:us-east-2:{ACCOUNT}:queue"
    others = f"arn:aws:sqs:{REGION}:222222222222:queue"
    world.subscribe_raw(topic, elsewhere)
    world.subscribe(topic, others, owner="222222222222", RawMessageDelivery="true")
    world.publish(topic, message())
    assert [sent.queue_arn for sent in world.sink.sent] == [elsewhere, others]


def test_pending_subscribers_get_nothing(world: World) -> None:
    topic = world.topic()
    world.subscribe_raw(topic, f"arn:aws:sqs:{REGION}:222222222222:queue")
    world.sink.sent.clear()  # the request to confirm
    world.publish(topic, message())
    assert world.sink.sent == []


def test_raw_delivery_is_the_message_with_its_attributes(world: World) -> None:
    topic = world.topic()
    world.subscribe_raw(topic)
    world.publish(topic, replace(with_attributes(n=NUMBER, b=BINARY), subject="dropped"))
    assert world.sink.sent == [Sent(QUEUE, "hello", {"n": NUMBER, "b": BINARY}, None, None, None)]


def test_envelope_holds_the_attributes_so_the_queue_message_has_none(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.publish(topic, with_attributes(n=NUMBER))
    [sent] = world.sink.sent
    assert sent.attributes == {}
    assert json.loads(sent.body)["MessageAttributes"] == {"n": {"Type": "Number", "Value": "99.12"}}


def test_queue_gets_the_text_for_its_protocol(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.subscribe_raw(topic, f"{QUEUE}-raw")
    world.publish(topic, Publication('{"default":"d","sqs":"for queues"}', {}, structure="json"))
    enveloped, raw = world.bodies()
    assert json.loads(enveloped)["Message"] == raw == "for queues"


def test_filter_policy_decides_who_gets_a_message(world: World) -> None:
    topic = world.topic()
    world.subscribe_raw(topic, QUEUE, FilterPolicy='{"store":["a"]}')
    world.subscribe_raw(topic, f"{QUEUE}-all", RedrivePolicy=redrive(DEAD_LETTERS))
    world.subscribe_raw(topic, f"{QUEUE}-none", FilterPolicy='{"store":["b"]}', RedrivePolicy=redrive(DEAD_LETTERS))
    world.publish(topic, with_attributes(store=MessageAttribute("String", "a")))
    assert [sent.queue_arn for sent in world.sink.sent] == [QUEUE, f"{QUEUE}-all"]


def test_filter_on_the_body_reads_the_text_the_subscriber_would_get(world: World) -> None:
    topic = world.topic()
    world.subscribe_raw(topic, FilterPolicy='{"store":["a"]}', FilterPolicyScope="MessageBody")
    texts = {"default": "no json", "sqs": '{"store":"a"}'}
    world.publish(topic, Publication(json.dumps(texts), {}, structure="json"))
    world.publish(topic, message("no json"))
    assert world.bodies() == ['{"store":"a"}']


def test_message_for_a_queue_that_is_gone_goes_to_the_dead_letter_queue(world: World) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic, RedrivePolicy=redrive(DEAD_LETTERS))
    world.subscribe_raw(topic, f"{QUEUE}-2")
    world.publish(topic, message())
    world.sink.missing.add(QUEUE)
    world.publish(topic, message())
    before, _, other, after = world.sink.sent
    assert (before.queue_arn, after.queue_arn, other.queue_arn) == (QUEUE, DEAD_LETTERS, f"{QUEUE}-2")
    assert json.loads(after.body).keys() == json.loads(before.body).keys()
    assert json.loads(after.body)["UnsubscribeURL"].endswith(subscription.arn)
    assert after.attributes == {}


def test_message_for_a_queue_that_is_gone_is_lost_without_a_dead_letter_queue(world: World) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.sink.missing.add(QUEUE)
    assert world.publish(topic, message()).message_id
    assert world.sink.sent == []
    assert len(topic.subscriptions) == 1


def test_message_is_lost_when_the_dead_letter_queue_is_gone_too(world: World) -> None:
    topic = world.topic()
    world.subscribe_raw(topic, RedrivePolicy=redrive(DEAD_LETTERS))
    world.subscribe_raw(topic, f"{QUEUE}-2")
    world.sink.missing |= {QUEUE, DEAD_LETTERS}
    world.publish(topic, message())
    assert [sent.queue_arn for sent in world.sink.sent] == [f"{QUEUE}-2"]


def test_eleven_attributes_do_not_fit_into_a_raw_message(world: World) -> None:
    topic = world.topic()
    world.subscribe_raw(topic, RedrivePolicy=redrive(DEAD_LETTERS))
    world.subscribe_raw(topic, f"{QUEUE}-2")
    world.subscribe(topic, f"{QUEUE}-3")
    world.publish(topic, with_attributes(**{f"a{number}": NUMBER for number in range(10)}))
    assert [sent.queue_arn for sent in world.sink.sent] == [QUEUE, f"{QUEUE}-2", f"{QUEUE}-3"]
    world.sink.sent.clear()
    world.publish(topic, with_attributes(**{f"a{number}": NUMBER for number in range(11)}))
    assert [sent.queue_arn for sent in world.sink.sent] == [DEAD_LETTERS, f"{QUEUE}-3"]


def test_trace_header_travels_along(world: World, signer: Signer) -> None:
    topic = world.topic()
    world.subscribe(topic)
    world.subscribe_raw(topic, f"{QUEUE}-raw")
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    notification = replace(envelopes(world, topic, signer).notification, trace_header=header)
    world.sns.publisher.deliver(topic, notification, world.sending())
    assert [sent.trace_header for sent in world.sink.sent] == [header, header]


def envelopes(world: World, topic: Topic, signer: Signer) -> Envelopes:
    return Envelopes(world.composed(topic, message()), Sender(signer, ENDPOINT))


class TestFifo:
    def test_fifo_queue_gets_group_and_deduplication_id(self, world: World) -> None:
        topic = world.fifo_topic()
        world.subscribe_raw(topic, FIFO_QUEUE)
        world.publish(topic, message(group="g", deduplication="d"))
        assert world.sink.sent == [Sent(FIFO_QUEUE, "hello", {}, "g", "d", None)]

    def test_content_decides_what_is_a_duplicate(self, world: World) -> None:
        topic = world.fifo_topic(ContentBasedDeduplication="true")
        world.subscribe_raw(topic, FIFO_QUEUE)
        world.publish(topic, message("Test", group="g"))
        [sent] = world.sink.sent
        assert sent.deduplication_id == "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25"

    def test_standard_queue_gets_neither_id_and_no_duplicates(self, world: World) -> None:
        topic = world.fifo_topic()
        world.subscribe_raw(topic, QUEUE)
        for _ in range(2):
            world.publish(topic, message(group="g", deduplication="d"))
        assert world.sink.sent == [Sent(QUEUE, "hello", {}, None, None, None)]

    def test_group_of_a_standard_topic_reaches_standard_queues(self, world: World) -> None:
        topic = world.topic()
        world.subscribe_raw(topic)
        world.publish(topic, message(group="g"))
        assert world.sink.sent == [Sent(QUEUE, "hello", {}, "g", None, None)]

    def test_fifo_dead_letter_queue_gets_both_ids(self, world: World) -> None:
        topic = world.fifo_topic()
        dead_letters = f"{DEAD_LETTERS}.fifo"
        world.subscribe_raw(topic, FIFO_QUEUE, RedrivePolicy=redrive(dead_letters))
        world.sink.missing.add(FIFO_QUEUE)
        world.publish(topic, message(group="g", deduplication="d"))
        assert world.sink.sent == [Sent(dead_letters, "hello", {}, "g", "d", None)]

    def test_duplicate_is_answered_like_the_first_for_five_minutes(self, world: World) -> None:
        topic = world.fifo_topic()
        world.subscribe_raw(topic, FIFO_QUEUE)
        first = world.publish(topic, message("first", group="g", deduplication="d"))
        world.now = NOW + 299
        again = world.publish(topic, message("again", group="other", deduplication="d"))
        assert again == first
        assert world.bodies() == ["first"]
        world.now = NOW + 300
        later = world.publish(topic, message("later", group="g", deduplication="d"))
        assert later != first
        assert world.bodies() == ["first", "later"]

    def test_duplicates_can_be_counted_by_group(self, world: World) -> None:
        topic = world.fifo_topic(FifoThroughputScope="MessageGroup")
        world.subscribe_raw(topic, FIFO_QUEUE)
        for group in ("a", "b", "a"):
            world.publish(topic, message(group, group=group, deduplication="d"))
        assert world.bodies() == ["a", "b"]

    def test_sequence_numbers_grow(self, world: World) -> None:
        topic = world.fifo_topic()
        world.subscribe(topic, FIFO_QUEUE)
        receipts = [world.publish(topic, message(group="g", deduplication=str(number))) for number in range(3)]
        numbers = [receipt.sequence_number or "" for receipt in receipts]
        assert [len(number) for number in numbers] == [20, 20, 20]
        assert numbers == sorted(set(numbers))
        assert [json.loads(body)["SequenceNumber"] for body in world.bodies()] == numbers

    def test_duplicate_is_found_before_filters_look(self, world: World) -> None:
        topic = world.fifo_topic()
        subscription = world.subscribe_raw(topic, FIFO_QUEUE, FilterPolicy='{"store":["a"]}')
        world.publish(topic, message(group="g", deduplication="d"))
        world.set_attribute(topic, subscription, "FilterPolicy", "")
        world.publish(topic, message(group="g", deduplication="d"))
        assert world.bodies() == []


@pytest.mark.parametrize(("protocol", "endpoint"), [("sms", "+15551234567"), ("lambda", FUNCTION)])
def test_protocols_without_a_deliverer_do_not_affect_other_subscribers(
    world: World, protocol: str, endpoint: str
) -> None:
    topic = world.topic()
    world.subscribe(topic, endpoint, protocol=protocol)
    world.subscribe_raw(topic)
    world.publish(topic, message())
    assert world.bodies() == ["hello"]


def test_deliverers_are_independent_of_each_other(world: World, signer: Signer) -> None:
    topic = world.topic()
    subscriptions = [world.subscribe(topic, f"{QUEUE}-{number}") for number in range(2)]
    sink = RecordingSink(missing={f"{QUEUE}-0"})
    FanOut(sink, Observer()).deliver(envelopes(world, topic, signer), Audience(subscriptions))
    assert [sent.queue_arn for sent in sink.sent] == [f"{QUEUE}-1"]


def test_sender_is_that_of_the_topic_at_the_time_and_of_the_address_that_was_called(world: World) -> None:
    topic, other = world.topic(), world.topic("other")
    world.subscribe(topic)
    world.subscribe(other, f"{QUEUE}-other")
    set_topic_attribute(other, "SignatureVersion", "2", now=NOW)
    seen: list[tuple[str, bool]] = []
    for to, address in ((topic, "http://a"), (topic, "http://a"), (topic, "http://b"), (other, ENDPOINT)):
        sending = replace(world.sending(), reached_at=address)
        world.sns.publisher.to_topic(to, message(), sending)
        body = json.loads(world.bodies()[-1])
        seen.append((body["SignatureVersion"], body["UnsubscribeURL"].startswith(address)))
    set_topic_attribute(other, "SignatureVersion", "1", now=NOW)
    world.publish(other, message())
    assert seen == [("1", True), ("1", True), ("1", True), ("2", True)]
    assert json.loads(world.bodies()[-1])["SignatureVersion"] == "1"


@pytest.mark.parametrize("attributes", [{}, {"n": NUMBER, "b": BINARY}, {f"a{number}": NUMBER for number in range(11)}])
def test_queues_get_the_same_together_as_in_turn(attributes: dict[str, MessageAttribute]) -> None:
    worlds = []
    for watched in (False, True):
        events: list[Event] = []
        observer = Observer(into(events))
        sink = RecordingSink(missing={f"{QUEUE}-missing", f"{QUEUE}-missing-too"})
        world = World(sink, SnsService(sink, Ids(seed=1), observer))
        if watched:
            observer.watch(Recorder([]))
        topic = world.topic()
        world.subscribe(topic, f"{QUEUE}-enveloped")
        world.subscribe_raw(topic, f"{QUEUE}-raw", RedrivePolicy=redrive(DEAD_LETTERS))
        world.subscribe(topic, f"{QUEUE}-filtered", FilterPolicy='{"n": [{"numeric": ["=", 99.12]}]}')
        world.subscribe(topic, f"{QUEUE}-missing", RedrivePolicy=redrive(DEAD_LETTERS))
        world.subscribe(topic, f"{QUEUE}-missing-too")
        world.subscribe(topic, FUNCTION, protocol="lambda")
        world.publish(topic, with_attributes(**attributes))
        totals = {name: getattr(topic.totals, name) for name in topic.totals.__slots__}
        worlds.append((sorted(map(repr, sink.sent)), Counter(type(event) for event in events), totals))
    assert worlds[0] == worlds[1]
