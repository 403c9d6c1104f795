"""LocalStack's look at what phones and devices got, and at subscription tokens."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests import boto
from tests.control.calls import call
from tests.server import RunningServer

PHONE = "+15550100"


class Looker:
    """Asks for the messages of one account."""

    def __init__(self, server: RunningServer, account: str) -> None:
        self.url = f"{server.url}/_aws/sns"
        self.account = account

    def get(self, path: str, **query: str) -> tuple[int, Any]:
        return call(f"{self.url}/{path}?{urlencode({'accountId': self.account} | query)}")

    def delete(self, path: str, **query: str) -> None:
        url = f"{self.url}/{path}?{urlencode({'accountId': self.account} | query)}"
        assert call(url, method="DELETE") == (204, None)


@pytest.fixture
def looker(server: RunningServer, account: str) -> Looker:
    return Looker(server, account)


def device(sns: Any, token: str = "token") -> str:
    application = sns.create_platform_application(Name="app", Platform="GCM", Attributes={"PlatformCredential": "key"})
    arn = application["PlatformApplicationArn"]
    return str(sns.create_platform_endpoint(PlatformApplicationArn=arn, Token=token)["EndpointArn"])


def test_text_messages_are_shown_by_number(looker: Looker, sns: Any) -> None:
    attributes = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "me"}}
    message_id = sns.publish(PhoneNumber=PHONE, Message="Hello World", MessageAttributes=attributes)["MessageId"]
    topic = sns.create_topic(Name="topic")["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15550101")["SubscriptionArn"]
    published = sns.publish(TopicArn=topic, Message="to all")["MessageId"]
    direct = {
        "PhoneNumber": PHONE,
        "TopicArn": None,
        "SubscriptionArn": None,
        "MessageId": message_id,
        "Message": "Hello World",
        "MessageAttributes": attributes,
        "MessageStructure": None,
        "Subject": None,
    }
    by_topic = {
        "PhoneNumber": "+15550101",
        "TopicArn": topic,
        "SubscriptionArn": subscription,
        "MessageId": published,
        "Message": "to all",
        "MessageAttributes": {},
        "MessageStructure": None,
        "Subject": None,
    }
    assert looker.get("sms-messages") == (
        200,
        {"sms_messages": {PHONE: [direct], "+15550101": [by_topic]}, "region": "us-east-1"},
    )
    _, one = looker.get("sms-messages", phoneNumber="+15550101")
    assert one["sms_messages"] == {"+15550101": [by_topic]}


def test_push_notifications_are_shown_as_they_were_published(looker: Looker, sns: Any) -> None:
    endpoint = device(sns)
    message = json.dumps({"default": "hi", "GCM": json.dumps({"data": {"text": "hi"}})})
    message_id = sns.publish(TargetArn=endpoint, Message=message, MessageStructure="json")["MessageId"]
    assert looker.get("platform-endpoint-messages") == (
        200,
        {
            "platform_endpoint_messages": {
                endpoint: [
                    {
                        "TargetArn": endpoint,
                        "TopicArn": None,
                        "SubscriptionArn": None,
                        "MessageId": message_id,
                        "Message": message,
                        "MessageAttributes": None,
                        "MessageStructure": "json",
                        "Subject": None,
                    }
                ]
            },
            "region": "us-east-1",
        },
    )
    _, others = looker.get("platform-endpoint-messages", endpointArn=f"{endpoint}-2")
    assert others["platform_endpoint_messages"] == {}


def test_push_notification_by_a_topic_is_shown_as_the_device_got_it(looker: Looker, sns: Any) -> None:
    endpoint = device(sns)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="application", Endpoint=endpoint)
    sns.publish(TopicArn=topic, Message="hi")
    _, shown = looker.get("platform-endpoint-messages")
    [message] = shown["platform_endpoint_messages"][endpoint]
    assert (message["TopicArn"], json.loads(message["Message"])) == (topic, {"data": {"message": "hi"}})


def test_account_and_region_without_being_named_are_the_default_ones(server: RunningServer, looker: Looker) -> None:
    boto.client("sns", server.url, account=looker.account, region="eu-west-1").publish(PhoneNumber=PHONE, Message="far")
    assert looker.get("sms-messages")[1]["sms_messages"] == {}
    _, far = looker.get("sms-messages", region="eu-west-1")
    assert (list(far["sms_messages"]), far["region"]) == ([PHONE], "eu-west-1")
    boto.client("sns", server.url).publish(PhoneNumber="+15550177", Message="near")
    _, default = call(f"{looker.url}/sms-messages?phoneNumber=%2B15550177")
    assert [message["Message"] for message in default["sms_messages"]["+15550177"]] == ["near"]


def test_messages_can_be_forgotten_by_the_same_filters(looker: Looker, sns: Any) -> None:
    endpoint = device(sns)
    for number in (PHONE, "+15550101"):
        sns.publish(PhoneNumber=number, Message="hello")
    sns.publish(TargetArn=endpoint, Message="hello")
    looker.delete("sms-messages", phoneNumber=PHONE)
    assert list(looker.get("sms-messages")[1]["sms_messages"]) == ["+15550101"]
    looker.delete("sms-messages")
    assert looker.get("sms-messages") == (200, {"sms_messages": {}, "region": "us-east-1"})
    assert list(looker.get("platform-endpoint-messages")[1]["platform_endpoint_messages"]) == [endpoint]
    looker.delete("platform-endpoint-messages", endpointArn=endpoint)
    assert looker.get("platform-endpoint-messages")[1]["platform_endpoint_messages"] == {}


def test_token_confirms_a_subscription(looker: Looker, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    subscribed = sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint="someone@example.com", ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    url = f"{looker.url}/subscription-tokens/{subscribed}"
    status, answer = call(url)
    assert (status, answer["subscription_arn"]) == (200, subscribed)
    sns.confirm_subscription(TopicArn=topic, Token=answer["subscription_token"])
    assert call(url) == (200, answer)


def test_subscription_without_a_token_is_not_found(looker: Looker, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{looker.account}:queue"
    needs_none = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
    for arn in (needs_none, f"{topic}:nowhere"):
        complaint = {"error": f"No token of a subscription {arn}."}
        assert call(f"{looker.url}/subscription-tokens/{arn}") == (404, complaint)


def test_wrong_query_is_refused(looker: Looker) -> None:
    status, answer = looker.get("sms-messages", accountId="me")
    assert (status, answer["error"]) == (400, "Expected `str` matching regex '^[0-9]{12}$' - at `$.accountId`")
    assert looker.get("sms-messages", phone="1")[0] == 400
