import json
import urllib.request
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.actions.sns.inbox import Inbox
from tests.actions.sns.publications import BAD_ATTRIBUTES, NUMBER, subscribe
from tests.actions.sns.refusals import NO_TOPIC, Refusal, invalid, refusal
from tests.server import RunningServer

BINARY = {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}
FIFO_IDS = {"MessageGroupId": "group", "MessageDeduplicationId": "id-1"}


def system_attributes(message: dict[str, Any]) -> dict[str, str]:
    """Those that depend on the publisher."""
    names = ("MessageGroupId", "MessageDeduplicationId", "AWSTraceHeader")
    return {name: message["Attributes"][name] for name in names if name in message["Attributes"]}


def test_message_waits_in_the_queue_when_publish_answers(
    sns: Any, topic_arn: str, inbox: Inbox, server: RunningServer
) -> None:
    subscription_arn = subscribe(sns, topic_arn, inbox)
    published = sns.publish(TopicArn=topic_arn, Message="hello", Subject="Hi", MessageAttributes={"attr1": NUMBER})
    assert "SequenceNumber" not in published
    [message] = inbox.messages()
    assert message["MessageId"] != published["MessageId"]
    assert "MessageAttributes" not in message
    assert system_attributes(message) == {}
    envelope = json.loads(message["Body"])
    assert envelope.pop("Signature")
    assert envelope.pop("SigningCertURL").startswith(f"{server.url}/SimpleNotificationService-")
    sent_at = datetime.fromisoformat(envelope.pop("Timestamp"))
    assert abs(sent_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert envelope == {
        "Type": "Notification",
        "MessageId": published["MessageId"],
        "TopicArn": topic_arn,
        "Subject": "Hi",
        "Message": "hello",
        "SignatureVersion": "1",
        "UnsubscribeURL": f"{server.url}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
        "MessageAttributes": {"attr1": {"Type": "Number", "Value": "99.12"}},
    }


@pytest.mark.parametrize(("version", "digest"), [("1", hashes.SHA1()), ("2", hashes.SHA256())])
def test_signature_verifies_against_the_certificate_of_the_server(
    sns: Any, topic_arn: str, inbox: Inbox, version: str, digest: hashes.HashAlgorithm
) -> None:
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="SignatureVersion", AttributeValue=version)
    subscribe(sns, topic_arn, inbox)
    sns.publish(TopicArn=topic_arn, Message="signed, with attributes", MessageAttributes={"attr1": NUMBER})
    [envelope] = inbox.envelopes()
    assert envelope["SignatureVersion"] == version
    with urllib.request.urlopen(envelope["SigningCertURL"]) as answer:
        key = x509.load_pem_x509_certificate(answer.read()).public_key()
    assert isinstance(key, RSAPublicKey)
    names = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")
    signed = "".join(f"{name}\n{envelope[name]}\n" for name in names)
    key.verify(b64decode(envelope["Signature"]), signed.encode(), PKCS1v15(), digest)


def test_raw_delivery_is_the_message_and_its_attributes(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox, RawMessageDelivery="true")
    attributes = {"an-attribute-key": {"DataType": "String", "StringValue": "an-attribute-value"}, "binary": BINARY}
    sns.publish(TopicArn=topic_arn, Message="text", Subject="dropped", MessageAttributes=attributes)
    [message] = inbox.messages()
    assert message["Body"] == "text"
    assert message["MessageAttributes"] == attributes


def test_envelope_writes_binary_attributes_in_base64(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    sns.publish(TopicArn=topic_arn, Message="text", MessageAttributes={"binary": BINARY})
    [envelope] = inbox.envelopes()
    assert envelope["MessageAttributes"] == {"binary": {"Type": "Binary", "Value": "AgME"}}


def test_target_arn_may_be_a_topic(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    sns.publish(TargetArn=topic_arn, Message="hello")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["hello"]


def test_target_that_does_not_exist_is_refused(sns: Any, topic_arn: str) -> None:
    endpoint = topic_arn.replace(":topic", ":endpoint/APNS/abcdef/0f7d5971-aa8b-4bd5-b585-0826e9f93a66")
    complaint = "TargetArn Reason: No endpoint found for the target arn specified"
    assert refusal(sns.publish, TargetArn=endpoint, Message="hello") == invalid(complaint)
    assert refusal(sns.publish, TargetArn=f"{topic_arn}-not", Message="hello") == NO_TOPIC
    assert refusal(sns.publish, Message="hello") == invalid(
        "TopicArn or TargetArn Reason: no value for required parameter"
    )


def test_phone_number_is_checked(sns: Any) -> None:
    assert sns.publish(PhoneNumber="+15551234567", Message="hello")["MessageId"]
    for number in ("+1", "call me", ""):
        complaint = f"PhoneNumber Reason: {number} is not valid to publish to"
        assert refusal(sns.publish, PhoneNumber=number, Message="hello") == invalid(complaint)


def test_topic_must_exist_in_this_region(sns: Any, elsewhere: Any, topic_arn: str) -> None:
    assert sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert refusal(sns.publish, TopicArn=f"{topic_arn}-not", Message="hello") == NO_TOPIC
    assert refusal(elsewhere.publish, TopicArn=topic_arn, Message="hello") == invalid("TopicArn")
    complaint = "TopicArn Reason: An ARN must have at least 6 elements, not 1"
    assert refusal(sns.publish, TopicArn="topic", Message="hello") == invalid(complaint)


def test_message_published_before_the_subscription_is_lost(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    assert sns.publish(TopicArn=topic_arn, Message="before", Subject="s")["MessageId"]
    subscribe(sns, topic_arn, inbox)
    sns.publish(TopicArn=topic_arn, Message="after", Subject="s")
    assert [envelope["Message"] for envelope in inbox.envelopes()] == ["after"]


def test_queue_of_another_region_is_reached(elsewhere: Any, inbox: Inbox) -> None:
    topic_arn = elsewhere.create_topic(Name="topic")["TopicArn"]
    subscribe(elsewhere, topic_arn, inbox)
    elsewhere.publish(TopicArn=topic_arn, Message="hello")
    assert [envelope["TopicArn"] for envelope in inbox.envelopes()] == [topic_arn]


def test_structure_gives_queues_a_text_of_their_own(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox, RawMessageDelivery="true")
    for texts in ({"default": "d", "sqs": "for queues"}, {"default": "d", "http": "for the web"}):
        sns.publish(TopicArn=topic_arn, Message=json.dumps(texts), MessageStructure="json")
    assert inbox.bodies() == ["for queues", "d"]


def test_structure_needs_json_with_a_default_text(sns: Any, topic_arn: str) -> None:
    def answer(message: str) -> Refusal:
        return refusal(sns.publish, TopicArn=topic_arn, Message=message, MessageStructure="json")

    no_default = invalid("Message Structure - No default entry in JSON message body")
    assert answer('{"sqs": "x"}') == answer('{"default": {"object": "x"}}') == no_default
    assert answer('{"default": "x"} }') == invalid("Message Structure - JSON message body failed to parse")
    twice = '{"default": "one", "default": "two"}'
    assert sns.publish(TopicArn=topic_arn, Message=twice, MessageStructure="json")["MessageId"]


def test_message_has_a_size(sns: Any, topic_arn: str) -> None:
    assert sns.publish(TopicArn=topic_arn, Message="x" * 262_144)["MessageId"]
    assert refusal(sns.publish, TopicArn=topic_arn, Message="x" * 262_145) == invalid("Message too long")
    assert refusal(
        sns.publish, TopicArn=topic_arn, Message="x" * 262_144, MessageAttributes={"attr1": NUMBER}
    ) == invalid("Message too long")


def test_empty_message_and_subject_are_refused(sns: Any, topic_arn: str) -> None:
    assert refusal(sns.publish, TopicArn=topic_arn, Message="") == invalid("Empty message")
    for subject in ("", "x" * 101, "two\nlines"):
        assert refusal(sns.publish, TopicArn=topic_arn, Message="x", Subject=subject) == invalid("Subject")


@pytest.mark.parametrize(("name", "attribute", "complaint"), BAD_ATTRIBUTES)
def test_bad_attribute_is_refused(
    sns: Any, topic_arn: str, name: str, attribute: dict[str, Any], complaint: str
) -> None:
    answer = refusal(sns.publish, TopicArn=topic_arn, Message="x", MessageAttributes={name: attribute})
    assert answer == Refusal("ParameterValueInvalid", complaint)


def test_attribute_needs_a_type(unchecked_sns: Any, topic_arn: str) -> None:
    attributes = {"attr1": {"StringValue": "x"}}
    answer = refusal(unchecked_sns.publish, TopicArn=topic_arn, Message="x", MessageAttributes=attributes)
    assert answer == Refusal(
        "ValidationError",
        "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' "
        "failed to satisfy constraint: Member must not be null",
    )


def test_fifo_ids_reach_a_fifo_queue(sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox) -> None:
    subscribe(sns, fifo_topic_arn, fifo_inbox)
    published = sns.publish(TopicArn=fifo_topic_arn, Message="Test", **FIFO_IDS)
    [message] = fifo_inbox.messages()
    assert system_attributes(message) == FIFO_IDS
    envelope = json.loads(message["Body"])
    assert (envelope["MessageId"], envelope["SequenceNumber"]) == (
        published["MessageId"],
        published["SequenceNumber"],
    )
    assert not envelope.keys() & {"Signature", "SignatureVersion", "SigningCertURL"}


def test_duplicate_succeeds_but_is_not_delivered(sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox, clock: Any) -> None:
    subscribe(sns, fifo_topic_arn, fifo_inbox, RawMessageDelivery="true")
    first = sns.publish(TopicArn=fifo_topic_arn, Message="first", **FIFO_IDS)
    again = sns.publish(TopicArn=fifo_topic_arn, Message="again", **FIFO_IDS)
    for name in ("MessageId", "SequenceNumber"):
        assert again[name] == first[name]
    assert fifo_inbox.bodies() == ["first"]
    clock.advance(301)
    sns.publish(TopicArn=fifo_topic_arn, Message="later", **FIFO_IDS)
    assert fifo_inbox.bodies() == ["later"]


def test_content_can_tell_duplicates(sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox) -> None:
    sns.set_topic_attributes(TopicArn=fifo_topic_arn, AttributeName="ContentBasedDeduplication", AttributeValue="true")
    subscribe(sns, fifo_topic_arn, fifo_inbox)
    for _ in range(2):
        sns.publish(TopicArn=fifo_topic_arn, Message="Test", MessageGroupId="group")
    [message] = fifo_inbox.messages()
    digest = "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25"
    assert message["Attributes"]["MessageDeduplicationId"] == digest


@pytest.mark.parametrize("raw", ["true", "false"])
def test_fifo_topic_reaches_a_standard_queue_without_ids(sns: Any, fifo_topic_arn: str, inbox: Inbox, raw: str) -> None:
    subscribe(sns, fifo_topic_arn, inbox, RawMessageDelivery=raw)
    for _ in range(2):
        sns.publish(TopicArn=fifo_topic_arn, Message="Test", **FIFO_IDS)
    [message] = inbox.messages()
    assert system_attributes(message) == {}


def test_fifo_topic_needs_group_and_deduplication(sns: Any, fifo_topic_arn: str, topic_arn: str) -> None:
    assert refusal(sns.publish, TopicArn=fifo_topic_arn, Message="x") == invalid(
        "The MessageGroupId parameter is required for FIFO topics"
    )
    assert refusal(sns.publish, TopicArn=fifo_topic_arn, Message="x", MessageGroupId="g") == invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
    )
    assert refusal(sns.publish, TopicArn=topic_arn, Message="x", MessageDeduplicationId="d") == invalid(
        "MessageDeduplicationId Reason: "
        "The request includes MessageDeduplicationId parameter that is not valid for this topic type"
    )


def test_group_of_a_standard_topic_reaches_the_queue(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    sns.publish(TopicArn=topic_arn, Message="hello", MessageGroupId="my-group-id-1")
    [message] = inbox.messages()
    assert system_attributes(message) == {"MessageGroupId": "my-group-id-1"}
    assert "MessageGroupId" not in json.loads(message["Body"])


def test_trace_header_reaches_the_queue(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    sns.meta.events.register(
        "before-send.sns.Publish", lambda request, **_: request.headers.update({"X-Amzn-Trace-Id": header})
    )
    subscribe(sns, topic_arn, inbox)
    sns.publish(TopicArn=topic_arn, Message="hello")
    [message] = inbox.messages()
    assert system_attributes(message) == {"AWSTraceHeader": header}


def test_deleted_queue_loses_messages_until_there_is_a_dead_letter_queue(
    sns: Any, topic_arn: str, inbox: Inbox, make_inbox: Any
) -> None:
    subscription_arn = subscribe(sns, topic_arn, inbox)
    inbox.delete()
    sns.publish(TopicArn=topic_arn, Message="lost")
    dead_letters = make_inbox("dead-letters")
    sns.set_subscription_attributes(
        SubscriptionArn=subscription_arn,
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": dead_letters.arn}),
    )
    sns.publish(TopicArn=topic_arn, Message="kept", MessageAttributes={"attr1": NUMBER})
    [message] = dead_letters.messages()
    assert "MessageAttributes" not in message
    envelope = json.loads(message["Body"])
    assert (envelope["Type"], envelope["Message"]) == ("Notification", "kept")
    assert envelope["UnsubscribeURL"].endswith(subscription_arn)
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]) == 1


@pytest.mark.parametrize("raw", ["true", "false"])
def test_fifo_dead_letter_queue_keeps_the_ids(
    sns: Any, fifo_topic_arn: str, fifo_inbox: Inbox, make_inbox: Any, raw: str
) -> None:
    dead_letters = make_inbox("dead-letters.fifo")
    policy = json.dumps({"deadLetterTargetArn": dead_letters.arn})
    subscribe(sns, fifo_topic_arn, fifo_inbox, RawMessageDelivery=raw, RedrivePolicy=policy)
    fifo_inbox.delete()
    sns.publish(TopicArn=fifo_topic_arn, Message="Test", MessageAttributes={"attr1": NUMBER}, **FIFO_IDS)
    [message] = dead_letters.messages()
    assert system_attributes(message) == FIFO_IDS
    if raw == "true":
        assert (message["Body"], message["MessageAttributes"]) == ("Test", {"attr1": NUMBER})
    else:
        assert json.loads(message["Body"])["Message"] == "Test"


def test_eleven_attributes_do_not_fit_into_a_raw_message(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox, RawMessageDelivery="true")
    for count in (10, 11):
        attributes = {f"attr{number}": NUMBER for number in range(count)}
        sns.publish(TopicArn=topic_arn, Message=str(count), MessageAttributes=attributes)
    assert inbox.bodies() == ["10"]
