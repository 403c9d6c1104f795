"""What a publish would do: the preview says what a publish does, and does nothing itself."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.control.calls import call
from tests.server import RunningServer

FILTER = json.dumps({"store": ["oslo"]})
OSLO = {"store": {"DataType": "String", "StringValue": "oslo"}}
BERGEN = {"store": {"DataType": "String", "StringValue": "bergen"}}


class Theatre:
    """A topic and its subscriptions."""

    def __init__(self, server: RunningServer, account: str, sqs: Any, sns: Any) -> None:
        self.url = server.url
        self.account = account
        self.sqs = sqs
        self.sns = sns
        self.topic = ""

    def create(self, name: str = "topic", **attributes: str) -> None:
        self.topic = self.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]

    def queue(self, name: str, **attributes: str) -> str:
        self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:us-east-1:{self.account}:{name}"

    def subscribe(self, protocol: str, endpoint: str, **attributes: str) -> str:
        subscribed = self.sns.subscribe(
            TopicArn=self.topic,
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return str(subscribed["SubscriptionArn"])

    def ask(self, message: str, **more: object) -> tuple[int, Any]:
        name = self.topic.rpartition(":")[2]
        path = f"/_emulator/topics/{self.account}/us-east-1/{quote(name)}/preview"
        return call(self.url + path, {"message": message} | more)

    def preview(self, message: str, **more: object) -> Any:
        status, answer = self.ask(message, **more)
        assert status == 200, answer
        return answer

    def outcomes(self, message: str, **more: object) -> dict[str, str]:
        shown = self.preview(message, **more)["subscriptions"]
        return {each["endpoint"].rpartition(":")[2]: each["outcome"] for each in shown}

    def received(self, queue: str) -> str:
        [message] = self.sqs.receive_message(QueueUrl=queue)["Messages"]
        return str(message["Body"])


@pytest.fixture
def theatre(server: RunningServer, account: str, json_sqs: Any, sns: Any) -> Theatre:
    return Theatre(server, account, json_sqs, sns)


def test_preview_says_who_would_get_the_message_and_why_others_would_not(theatre: Theatre) -> None:
    theatre.create()
    theatre.subscribe("sqs", theatre.queue("all"))
    theatre.subscribe("sqs", theatre.queue("oslo"), FilterPolicy=FILTER)
    theatre.subscribe("email", "someone@example.com")
    theatre.subscribe("sqs", f"arn:aws:sqs:us-east-1:{theatre.account}:missing")
    preview = theatre.preview("one", attributes=BERGEN)
    counts = {name: preview[name] for name in ("delivered", "filtered_out", "withheld", "denied", "failed")}
    assert counts == {"delivered": 1, "filtered_out": 1, "withheld": 1, "denied": 0, "failed": 1}
    everyone, oslo, mail, missing = preview["subscriptions"]
    assert (everyone["outcome"], everyone["filter"], everyone["reason"]) == ("delivered", None, None)
    assert oslo["outcome"] == "filtered_out"
    assert oslo["body"] is None
    assert oslo["filter"]["failed"] == [
        {"key": "store", "value": "bergen", "conditions": ["oslo"], "reason": '"bergen" fails "oslo"'}
    ]
    assert (mail["outcome"], mail["reason"]) == ("withheld", "pending confirmation")
    assert (missing["outcome"], missing["reason"]) == ("failed", "no queue of this ARN can take it")
    assert preview["error"] is preview["duplicate_of"] is preview["cursor"] is None
    assert theatre.outcomes("one", attributes=OSLO)["oslo"] == "delivered"
    assert theatre.preview("one", attributes=OSLO)["subscriptions"][1]["filter"] == {"matches": True, "failed": []}


def test_preview_has_no_effect(theatre: Theatre) -> None:
    theatre.create("topic.fifo", FifoTopic="true", ContentBasedDeduplication="true")
    theatre.subscribe("sqs", theatre.queue("queue.fifo", FifoQueue="true"))
    for _ in range(2):
        preview = theatre.preview("one", group_id="a")
        assert (preview["delivered"], preview["duplicate_of"]) == (1, None)
    assert "Messages" not in theatre.sqs.receive_message(QueueUrl="queue.fifo")
    assert call(f"{theatre.url}/_emulator/trace?account={theatre.account}")[1] == {"publishes": []}
    published = theatre.sns.publish(TopicArn=theatre.topic, Message="one", MessageGroupId="a")
    assert published["SequenceNumber"] == "10000000000000000000"
    repeated = theatre.preview("one", group_id="a")
    assert repeated["duplicate_of"] == published["MessageId"]
    assert (repeated["delivered"], repeated["subscriptions"]) == (0, [])


def test_body_is_what_the_endpoint_gets(theatre: Theatre) -> None:
    theatre.create()
    theatre.subscribe("sqs", theatre.queue("raw"), RawMessageDelivery="true")
    theatre.subscribe("sqs", theatre.queue("envelope"))
    theatre.subscribe("sms", "+15550100")
    texts = json.dumps({"default": "for all", "sqs": "for queues", "sms": "for phones"})
    question: dict[str, Any] = {"message": texts, "structure": "json", "subject": "Greeting", "attributes": OSLO}
    theatre.subscribe("lambda", f"arn:aws:lambda:us-east-1:{theatre.account}:function:resize")
    raw, envelope, text, function = theatre.preview(**question)["subscriptions"]
    theatre.sns.publish(
        TopicArn=theatre.topic, Message=texts, MessageStructure="json", Subject="Greeting", MessageAttributes=OSLO
    )
    assert raw["body"] == theatre.received("raw") == "for queues"
    assert (raw["raw"], envelope["raw"]) == (True, False)
    assert text["body"] == "for phones"
    assert json.loads(function["body"])["Records"][0]["Sns"]["Message"] == "for all"
    previewed, received = json.loads(envelope["body"]), json.loads(theatre.received("envelope"))
    assert previewed.keys() == received.keys()
    made_later = {"MessageId", "Timestamp", "Signature", "SigningCertURL"}
    assert {name for name in received if previewed[name] != received[name]} == made_later


def test_message_that_publish_would_refuse_has_its_error(theatre: Theatre) -> None:
    theatre.create()
    theatre.subscribe("sqs", theatre.queue("queue"))
    empty = theatre.preview("")
    assert empty["error"] == {"code": "InvalidParameter", "message": "Invalid parameter: Empty message"}
    assert (empty["delivered"], empty["subscriptions"]) == (0, [])
    assert theatre.preview("{", structure="json")["error"]["code"] == "InvalidParameter"
    wrong = {"a": {"DataType": "Number", "StringValue": "x"}}
    assert theatre.preview("x", attributes=wrong)["error"]["code"] == "ParameterValueInvalid"


def test_preview_of_no_topic_or_with_an_unknown_member_is_refused(theatre: Theatre) -> None:
    theatre.topic = "none"
    assert theatre.ask("x")[0] == 404
    theatre.create()
    assert theatre.ask("x", group="a")[0] == 400
    assert theatre.ask("x", structure="xml")[0] == 400


def test_data_protection_counts(theatre: Theatre) -> None:
    def statement(direction: str, operation: object, principals: list[str]) -> object:
        identifier = "arn:aws:dataprotection::aws:data-identifier/EmailAddress"
        return {
            "DataDirection": direction,
            "Principal": principals,
            "DataIdentifier": [identifier],
            "Operation": operation,
        }

    def protect(*statements: object) -> None:
        policy = {"Name": "policy", "Version": "2021-06-01", "Statement": statements}
        theatre.sns.put_data_protection_policy(ResourceArn=theatre.topic, DataProtectionPolicy=json.dumps(policy))

    theatre.create()
    theatre.subscribe("sqs", theatre.queue("queue"), RawMessageDelivery="true")
    mask = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
    protect(statement("Inbound", mask, ["*"]))
    [masked] = theatre.preview("to a@example.com")["subscriptions"]
    assert masked["body"] == "to #############"
    protect(statement("Outbound", {"Deny": {}}, ["*"]))
    preview = theatre.preview("to a@example.com")
    assert preview["denied"] == 1
    assert preview["subscriptions"][0]["outcome"] == "denied"
    assert theatre.preview("to nobody")["delivered"] == 1
    protect(statement("Inbound", {"Deny": {}}, ["*"]))
    assert theatre.preview("to a@example.com")["error"]["code"] == "AuthorizationError"
    audit = call(f"{theatre.url}/_emulator/data-protection/audit?topic={theatre.topic}")[1]
    assert not any(audit.values())


def test_pages_show_every_subscription_once(theatre: Theatre) -> None:
    theatre.create()
    for number in range(5):
        theatre.subscribe("sqs", theatre.queue(f"queue-{number}"))
    shown: list[str] = []
    more: dict[str, object] = {"limit": 2}
    while True:
        page = theatre.preview("x", **more)
        assert page["delivered"] == 5
        shown += [each["endpoint"].rpartition(":")[2] for each in page["subscriptions"]]
        if page["cursor"] is None:
            break
        more["cursor"] = page["cursor"]
    assert shown == [f"queue-{number}" for number in range(5)]


@pytest.mark.parametrize("attributes", [{}, OSLO, BERGEN])
@pytest.mark.parametrize("fifo", [False, True])
def test_publish_does_what_the_preview_says(theatre: Theatre, attributes: Any, *, fifo: bool) -> None:
    suffix, more = (".fifo", {"FifoQueue": "true"}) if fifo else ("", {})
    theatre.create(f"topic{suffix}", **({"FifoTopic": "true", "ContentBasedDeduplication": "true"} if fifo else {}))
    in_body = {"FilterPolicy": FILTER, "FilterPolicyScope": "MessageBody"}
    for name, settings in (
        ("all", {}),
        ("oslo", {"FilterPolicy": FILTER}),
        ("body", in_body),
        ("raw", {"RawMessageDelivery": "true"}),
        ("absent", {"FilterPolicy": json.dumps({"store": [{"exists": False}]})}),
    ):
        theatre.subscribe("sqs", theatre.queue(f"{name}{suffix}", **more), **settings)
    theatre.subscribe("sqs", theatre.queue("gone"))
    theatre.sqs.delete_queue(QueueUrl="gone")
    message, group = json.dumps({"store": "oslo"}), {"MessageGroupId": "a"} if fifo else {}
    said = theatre.outcomes(message, attributes=attributes, **({"group_id": "a"} if fifo else {}))
    published = theatre.sns.publish(TopicArn=theatre.topic, Message=message, MessageAttributes=attributes, **group)[
        "MessageId"
    ]
    trace = call(f"{theatre.url}/_emulator/trace/{published}")[1]
    done = {each["endpoint"].rpartition(":")[2]: each["steps"][0]["event"] for each in trace["subscriptions"]}
    assert said == done
