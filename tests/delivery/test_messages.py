"""What subscribers get, header by header and field by field."""

import json
import re
from typing import Any

import pytest

from tests.control.calls import call
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import Subscriber
from tests.server import RunningServer

TEXT = "text/plain; charset=UTF-8"


def test_subscription_confirmation_has_its_headers_and_fields(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    answer = sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    assert answer["SubscriptionArn"] == "pending confirmation"
    request = subscriber.next()
    document = request.document
    assert request.line == "POST /hook HTTP/1.1"
    assert request.headers == {
        "Host": f"127.0.0.1:{subscriber.port}",
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-message-id": document["MessageId"],
        "x-amz-sns-topic-arn": topic_arn,
        "Content-Type": TEXT,
        "Content-Length": str(len(request.body)),
        "Connection": "Keep-Alive",
        "User-Agent": "Amazon Simple Notification Service Agent",
        "Accept-Encoding": "gzip,deflate",
    }
    assert list(document) == [
        "Type",
        "MessageId",
        "Token",
        "TopicArn",
        "Message",
        "SubscribeURL",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
    ]
    assert document["Type"] == "SubscriptionConfirmation"
    assert document["Message"] == (
        f"You have chosen to subscribe to the topic {topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    token = document["Token"]
    assert document["SubscribeURL"] == f"{server.url}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}"


def test_notification_has_its_headers_and_fields(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    arn = subscribe()
    attributes = {"number": {"DataType": "Number", "StringValue": "1"}}
    message_id = sns.publish(
        TopicArn=topic_arn, Message="hello \u00fc", Subject="greeting", MessageAttributes=attributes
    )["MessageId"]
    request = subscriber.next()
    assert request.headers == {
        "Host": f"127.0.0.1:{subscriber.port}",
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic_arn,
        "x-amz-sns-subscription-arn": arn,
        "Content-Type": TEXT,
        "Content-Length": str(len(request.body)),
        "Connection": "Keep-Alive",
        "User-Agent": "Amazon Simple Notification Service Agent",
        "Accept-Encoding": "gzip,deflate",
    }
    document = request.document
    assert list(document) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
        "MessageAttributes",
    ]
    assert document["UnsubscribeURL"] == f"{server.url}/?Action=Unsubscribe&SubscriptionArn={arn}"
    assert document["MessageAttributes"] == {"number": {"Type": "Number", "Value": "1"}}
    assert re.match(r'\{\n  "Type" : "Notification",\n  "MessageId" : "', request.text)
    assert '"Message" : "hello \u00fc"' in request.text


def test_raw_delivery_is_the_bare_text_and_says_so(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe(RawMessageDelivery="true")
    attributes = {"number": {"DataType": "Number", "StringValue": "1"}}
    sns.publish(TopicArn=topic_arn, Message="hello", Subject="lost", MessageAttributes=attributes)
    request = subscriber.next()
    assert request.headers["x-amz-sns-rawdelivery"] == "true"
    assert request.kind == "Notification"
    assert request.text == "hello"


def test_endpoint_gets_the_text_for_its_protocol(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe(RawMessageDelivery="true")
    texts = {"default": "for all", "http": "for http", "https": "for https"}
    sns.publish(TopicArn=topic_arn, Message=json.dumps(texts), MessageStructure="json")
    assert subscriber.next().text == "for http"


@pytest.mark.parametrize("of_topic", [True, False])
def test_content_type_is_that_of_the_delivery_policy(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe, of_topic: bool
) -> None:
    content_type = {"headerContentType": "application/json"}
    if of_topic:
        policy = json.dumps({"http": {"defaultRequestPolicy": content_type}})
        sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="DeliveryPolicy", AttributeValue=policy)
        subscribe()
    else:
        subscribe(DeliveryPolicy=json.dumps({"requestPolicy": content_type}))
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert subscriber.next().headers["Content-Type"] == "application/json"


def test_content_type_with_a_line_break_is_refused(sns: Any, topic_arn: str) -> None:
    policy = json.dumps({"http": {"defaultRequestPolicy": {"headerContentType": "text/plain; x\r\nEvil: 1"}}})
    with pytest.raises(sns.exceptions.InvalidParameterException) as refused:
        sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="DeliveryPolicy", AttributeValue=policy)
    assert "headerContentType is not a supported content type" in str(refused.value)


def test_filter_policy_keeps_messages_from_an_endpoint(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe(RawMessageDelivery="true", FilterPolicy='{"store":["a"]}')
    for store in ("b", "a"):
        attributes = {"store": {"DataType": "String", "StringValue": store}}
        sns.publish(TopicArn=topic_arn, Message=store, MessageAttributes=attributes)
    assert subscriber.next().text == "a"


def test_connection_is_kept(
    server: RunningServer, account: str, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe()
    connections = set()
    for _ in range(3):
        sns.publish(TopicArn=topic_arn, Message="hello")
        connections.add(subscriber.next().connection)
        assert call(f"{server.url}/_emulator/settle", {"account": account})[0] == 200  # until the answer has come
    assert len(connections) == 1
