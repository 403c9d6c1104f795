"""The outbox over the wire: what receivers that do not exist here would have got."""

import json
import urllib.request
from typing import Any
from urllib.parse import quote

import pytest

from tests import boto, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.server import RunningServer

NUMBER = "+15550100"
ADDRESS = "someone@example.com"
APPLE_TOKEN = "ab" * 32
STORE = {"store": {"DataType": "String", "StringValue": "a"}}


class Mailroom:
    """A topic of one account, and its outbox."""

    def __init__(self, server: RunningServer, account: str, sns: Any) -> None:
        self.server_url = server.url
        self.url = f"{server.url}/_emulator/outbox"
        self.account = account
        self.sns = sns
        self.topic = self.new_topic()

    def new_topic(self, name: str = "topic", **attributes: str) -> str:
        return str(self.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"])

    def function(self, name: str = "f") -> str:
        return f"arn:aws:lambda:us-east-1:{self.account}:function:{name}"

    def subscribe(self, protocol: str, endpoint: str, **attributes: str) -> str:
        subscribed = self.sns.subscribe(
            TopicArn=self.topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return str(subscribed["SubscriptionArn"])

    def device(self, platform: str = "APNS", token: str = APPLE_TOKEN) -> str:
        credentials = {"PlatformPrincipal": "certificate", "PlatformCredential": "key"}
        application = self.sns.create_platform_application(Name="app", Platform=platform, Attributes=credentials)
        endpoint = self.sns.create_platform_endpoint(
            PlatformApplicationArn=application["PlatformApplicationArn"], Token=token
        )
        return str(endpoint["EndpointArn"])

    def publish(self, message: str = "hello", **more: Any) -> str:
        target = {} if "PhoneNumber" in more or "TargetArn" in more else {"TopicArn": self.topic}
        return str(self.sns.publish(Message=message, **target, **more)["MessageId"])

    def entries(self, query: str = "") -> list[Any]:
        status, answer = call(f"{self.url}?account={self.account}{query}")
        assert status == 200
        return list(answer["entries"])

    def steps(self, message_id: str) -> list[Any]:
        """What the trace says became of a message at its only subscription."""
        _, trace = call(f"{self.server_url}/_emulator/trace/{message_id}")
        [subscription] = trace["subscriptions"]
        return list(subscription["steps"])


@pytest.fixture
def mailroom(server: RunningServer, account: str, sns: Any) -> Mailroom:
    return Mailroom(server, account, sns)


def test_text_message_is_kept_as_the_phone_would_have_shown_it(mailroom: Mailroom, clock: AccountClock) -> None:
    arn = mailroom.subscribe("sms", NUMBER)
    clock.freeze()
    message_id = mailroom.publish(MessageAttributes=STORE)
    [entry] = mailroom.entries()
    [step] = mailroom.steps(message_id)
    assert step == {"at": entry["at"], "event": "stored", "outbox_entry": entry["id"]}
    assert entry == {
        "id": entry["id"],
        "at": entry["at"],
        "account": mailroom.account,
        "type": "Notification",
        "protocol": "sms",
        "endpoint": NUMBER,
        "message_id": message_id,
        "body": "hello",
        "topic": mailroom.topic,
        "subscription": arn,
        "details": {"SMSType": "Promotional"},
        "attributes": STORE,
    }


def test_text_message_begins_with_the_display_name_and_has_a_sender(mailroom: Mailroom) -> None:
    mailroom.topic = mailroom.new_topic("named", DisplayName="My Little Shop")
    mailroom.subscribe("sms", NUMBER)
    mailroom.sns.set_sms_attributes(attributes={"DefaultSenderID": "Shop", "DefaultSMSType": "Transactional"})
    mailroom.publish()
    sender = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Other"}}
    mailroom.publish(MessageAttributes=sender)
    first, second = mailroom.entries()
    assert first["body"] == "MY LITTLE> hello"
    assert first["details"] == {"SMSType": "Transactional", "SenderID": "Shop"}
    assert second["details"]["SenderID"] == "Other"


def test_text_message_to_a_number_is_kept_and_traced(mailroom: Mailroom) -> None:
    message_id = mailroom.publish(PhoneNumber=NUMBER)
    [entry] = mailroom.entries()
    assert (entry["endpoint"], entry["body"], entry["message_id"]) == (NUMBER, "hello", message_id)
    assert "topic" not in entry
    _, trace = call(f"{mailroom.server_url}/_emulator/trace/{message_id}")
    assert (trace["topic"], trace["target"], trace["subscriptions"]) == (None, NUMBER, [])
    assert [(step["event"], step["outbox_entry"]) for step in trace["steps"]] == [("stored", entry["id"])]


def test_mail_waits_for_the_confirmation_that_the_outbox_holds(mailroom: Mailroom) -> None:
    arn = mailroom.subscribe("email", ADDRESS)
    mailroom.publish("too early")
    [asked] = mailroom.entries()
    assert (asked["type"], asked["endpoint"], asked["subscription"]) == ("SubscriptionConfirmation", ADDRESS, arn)
    assert asked["subject"] == "AWS Notification - Subscription Confirmation"
    assert asked["subscribe_url"] in asked["body"]
    mailroom.sns.confirm_subscription(TopicArn=mailroom.topic, Token=asked["token"])
    mailroom.publish("in time", Subject="News")
    [_, mail] = mailroom.entries()
    assert (mail["subject"], mail["details"]) == ("News", {"From": "AWS Notifications <no-reply@sns.amazonaws.com>"})
    text, footer = mail["body"].split("\n\n--\n")
    assert text == "in time"
    assert f"{mailroom.server_url}/?Action=Unsubscribe&SubscriptionArn={arn}\n" in footer


def test_confirmation_can_be_given_by_visiting_the_link(mailroom: Mailroom) -> None:
    arn = mailroom.subscribe("email-json", ADDRESS)
    [asked] = mailroom.entries()
    assert json.loads(asked["body"])["SubscribeURL"] == asked["subscribe_url"]
    urllib.request.urlopen(asked["subscribe_url"], timeout=patience.SECONDS).close()
    mailroom.publish()
    [_, mail] = mailroom.entries()
    body = json.loads(mail["body"])
    assert (body["Type"], body["Message"]) == ("Notification", "hello")
    assert body["UnsubscribeURL"].endswith(arn)
    assert mail["subject"] == "AWS Notification Message"


def test_mail_is_from_the_topics_display_name(mailroom: Mailroom) -> None:
    mailroom.topic = mailroom.new_topic("named", DisplayName="Shop")
    mailroom.subscribe("email", ADDRESS)
    [asked] = mailroom.entries()
    assert asked["details"] == {"From": "Shop <no-reply@sns.amazonaws.com>"}


@pytest.mark.parametrize("subject", [None, "News"])
def test_function_gets_the_event_lambda_would_hand_it(mailroom: Mailroom, subject: str | None) -> None:
    arn = mailroom.subscribe("lambda", mailroom.function())
    attributes = {
        **STORE,
        "n": {"DataType": "Number", "StringValue": "1"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"},
    }
    message_id = mailroom.publish("ü", MessageAttributes=attributes, **({"Subject": subject} if subject else {}))
    [entry] = mailroom.entries()
    [record] = json.loads(entry["body"])["Records"]
    assert list(record) == ["EventSource", "EventVersion", "EventSubscriptionArn", "Sns"]
    assert (record["EventSource"], record["EventVersion"], record["EventSubscriptionArn"]) == ("aws:sns", "1.0", arn)
    content = record["Sns"]
    assert list(content) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertUrl",
        "UnsubscribeUrl",
        "MessageAttributes",
    ]
    assert (content["MessageId"], content["Subject"], content["Message"]) == (message_id, subject, "ü")
    assert content["UnsubscribeUrl"].endswith(f"/?Action=Unsubscribe&SubscriptionArn={arn}")
    assert content["MessageAttributes"] == {
        "store": {"Type": "String", "Value": "a"},
        "n": {"Type": "String", "Value": "1"},
        "b": {"Type": "Binary", "Value": "AgME"},
    }


def test_event_of_a_function_has_attributes_even_if_the_message_has_none(mailroom: Mailroom) -> None:
    mailroom.topic = mailroom.new_topic("signed", SignatureVersion="2")
    mailroom.subscribe("lambda", mailroom.function())
    mailroom.publish()
    [entry] = mailroom.entries()
    content = json.loads(entry["body"])["Records"][0]["Sns"]
    assert content["MessageAttributes"] == {}
    assert content["SignatureVersion"] == "1"


def test_stream_gets_one_line_without_a_signature_or_raw_the_message_alone(mailroom: Mailroom) -> None:
    stream = f"arn:aws:firehose:us-east-1:{mailroom.account}:deliverystream/"
    role = f"arn:aws:iam::{mailroom.account}:role/r"
    mailroom.subscribe("firehose", f"{stream}enveloped", SubscriptionRoleArn=role)
    mailroom.subscribe("firehose", f"{stream}raw", SubscriptionRoleArn=role, RawMessageDelivery="true")
    mailroom.publish(MessageAttributes=STORE)
    enveloped, raw = mailroom.entries()
    assert raw["body"] == "hello"
    assert enveloped["body"].startswith('{"Type":"Notification","MessageId":"')
    record = json.loads(enveloped["body"])
    names = ["Type", "MessageId", "TopicArn", "Message", "Timestamp", "UnsubscribeURL", "MessageAttributes"]
    assert list(record) == names
    assert record["MessageAttributes"] == {"store": {"Type": "String", "Value": "a"}}


def test_each_protocol_gets_its_own_text(mailroom: Mailroom) -> None:
    mailroom.subscribe("sms", NUMBER)
    mailroom.subscribe("lambda", mailroom.function())
    mailroom.subscribe("application", mailroom.device())
    texts = {"default": "d", "sms": "s", "lambda": "l", "APNS": '{"aps":{"content-available":1}}'}
    mailroom.publish(json.dumps(texts), MessageStructure="json")
    sms, function, push = mailroom.entries()
    assert sms["body"] == "s"
    assert json.loads(function["body"])["Records"][0]["Sns"]["Message"] == "l"
    assert push["body"] == texts["APNS"]
    assert push["details"]["apns-push-type"] == "background"


def test_plain_text_is_wrapped_for_the_push_service(mailroom: Mailroom) -> None:
    mailroom.subscribe("application", mailroom.device())
    mailroom.publish("ü")
    [entry] = mailroom.entries()
    assert entry["body"] == '{"aps":{"alert":"ü"}}'
    assert entry["details"] == {"Platform": "APNS", "Token": APPLE_TOKEN, "apns-push-type": "alert"}


def test_push_type_can_be_given(mailroom: Mailroom) -> None:
    attributes = {"AWS.SNS.MOBILE.APNS.PUSH_TYPE": {"DataType": "String", "StringValue": "voip"}}
    mailroom.publish(TargetArn=mailroom.device(), MessageAttributes=attributes)
    [entry] = mailroom.entries()
    assert entry["details"]["apns-push-type"] == "voip"


def test_message_straight_to_a_device_is_kept(mailroom: Mailroom) -> None:
    device = mailroom.device("ADM", "token")
    message_id = mailroom.publish(TargetArn=device)
    [entry] = mailroom.entries()
    assert (entry["protocol"], entry["endpoint"], entry["message_id"]) == ("application", device, message_id)
    assert (entry["body"], entry["details"]) == (
        '{"data":{"message":"hello"}}',
        {"Platform": "ADM", "Token": "token"},
    )


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("endpoint", "the platform endpoint is disabled"),
        ("application", "the platform application is disabled"),
        ("deleted", "there is no such platform endpoint"),
    ],
)
def test_device_that_cannot_be_reached_fails(mailroom: Mailroom, broken: str, reason: str) -> None:
    device = mailroom.device()
    application = device.rpartition("/")[0].replace(":endpoint/", ":app/")
    mailroom.subscribe("application", device)
    if broken == "endpoint":
        mailroom.sns.set_endpoint_attributes(EndpointArn=device, Attributes={"Enabled": "false"})
    elif broken == "application":
        mailroom.sns.set_platform_application_attributes(
            PlatformApplicationArn=application, Attributes={"Enabled": "false"}
        )
    else:
        mailroom.sns.delete_endpoint(EndpointArn=device)
    message_id = mailroom.publish()
    assert mailroom.entries() == []
    assert [(step["event"], step["reason"]) for step in mailroom.steps(message_id)] == [("failed", reason)]


def test_too_long_text_message_goes_to_the_dead_letter_queue(mailroom: Mailroom, json_sqs: Any) -> None:
    dead = f"arn:aws:sqs:us-east-1:{mailroom.account}:dead"
    url = json_sqs.create_queue(QueueName="dead")["QueueUrl"]
    mailroom.subscribe("sms", NUMBER, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead}))
    message_id = mailroom.publish("x" * 1_601)
    assert mailroom.entries() == []
    assert [step["event"] for step in mailroom.steps(message_id)] == ["failed", "dead_lettered"]
    [message] = json_sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["MessageId"] == message_id


def test_function_of_another_account_is_asked_to_confirm(mailroom: Mailroom) -> None:
    mailroom.subscribe("lambda", f"arn:aws:lambda:us-east-1:9{mailroom.account[1:]}:function:f")
    [asked] = mailroom.entries()
    assert asked["type"] == "SubscriptionConfirmation"
    assert json.loads(asked["body"])["Token"] == asked["token"]


def test_entries_can_be_asked_for_by_what_they_are(mailroom: Mailroom) -> None:
    mailroom.subscribe("sms", NUMBER)
    mailroom.subscribe("lambda", mailroom.function())
    first, second = mailroom.publish("first"), mailroom.publish("second")
    other = mailroom.topic = mailroom.new_topic("other")
    mailroom.subscribe("sms", NUMBER)
    third = mailroom.publish("third")

    def ids(query: str) -> list[str]:
        return [entry["message_id"] for entry in mailroom.entries(query)]

    assert ids("&protocol=sms") == [first, second, third]
    assert ids(f"&endpoint={quote(mailroom.function())}") == [first, second]
    assert ids(f"&topic={quote(other)}") == [third]
    assert ids(f"&message_id={second}") == [second, second]
    assert ids("&limit=2") == [second, third]
    assert ids("&protocol=sms&limit=2") == [second, third]


@pytest.mark.parametrize("how", ["clear", "reset"])
def test_clearing_an_account_leaves_the_others_alone(server: RunningServer, mailroom: Mailroom, how: str) -> None:
    other = Mailroom(
        server, f"9{mailroom.account[1:]}", boto.client("sns", server.url, account=f"9{mailroom.account[1:]}")
    )
    for room in (mailroom, other):
        room.publish(PhoneNumber=NUMBER)
    if how == "clear":
        assert call(f"{mailroom.url}?account={mailroom.account}", method="DELETE")[0] == 200
    else:
        call(f"{server.url}/_emulator/reset", {"account": mailroom.account})
    assert mailroom.entries() == []
    assert [entry["body"] for entry in other.entries()] == ["hello"]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        (
            "protocol=sqs",
            "Invalid enum value 'sqs' - at `$.protocol`; "
            "allowed: application, email, email-json, firehose, lambda, sms",
        ),
        ("limit=0", "Expected `int` >= 1 - at `$.limit`"),
        ("account=me", "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ("queue=x", "Object contains unknown field `queue`"),
    ],
)
def test_wrong_query_is_refused(server: RunningServer, query: str, complaint: str) -> None:
    assert call(f"{server.url}/_emulator/outbox?{query}") == (400, {"error": complaint})


def test_clearing_takes_no_other_filter_than_the_account(server: RunningServer, mailroom: Mailroom) -> None:
    mailroom.publish(PhoneNumber=NUMBER)
    answer = call(f"{mailroom.url}?protocol=sms", method="DELETE")
    assert answer == (400, {"error": "Object contains unknown field `protocol`"})
    assert len(mailroom.entries()) == 1
