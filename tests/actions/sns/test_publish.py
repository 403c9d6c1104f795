import json
import re
import urllib.request
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests import boto
from tests.actions.sns.inbox import Inbox
from tests.actions.sns.publications import NUMBER, subscribe
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


def test_queue_of_another_region_is_reached(elsewhere: Any, inbox: Inbox) -> None:
    topic_arn = elsewhere.create_topic(Name="topic")["TopicArn"]
    subscribe(elsewhere, topic_arn, inbox)
    elsewhere.publish(TopicArn=topic_arn, Message="hello")
    assert [envelope["TopicArn"] for envelope in inbox.envelopes()] == [topic_arn]


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


def test_trace_header_reaches_the_queue(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    subscribe(sns, topic_arn, inbox)
    with boto.handling(
        sns, "before-send.sns.Publish", lambda request, **_: request.headers.update({"X-Amzn-Trace-Id": header})
    ):
        sns.publish(TopicArn=topic_arn, Message="hello")
    [message] = inbox.messages()
    assert system_attributes(message) == {"AWSTraceHeader": header}


def test_sender_is_a_session_of_a_role_of_sns(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    sns.publish(TopicArn=topic_arn, Message="hello")
    [message] = inbox.messages()
    assert re.fullmatch("AROA[A-Z0-9]{17}:AWS-CLOUDCAST", message["Attributes"]["SenderId"])


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
