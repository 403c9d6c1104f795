import json

from msgspec.structs import replace

from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.ids import Ids
from emulator.sns.delivery.envelope import Confirmation, Envelopes, Sender
from emulator.sns.delivery.signing import Signer
from emulator.sns.notification import Notification, timestamp
from tests.sns.world import ENDPOINT, NOW

TOPIC = "arn:aws:sns:eu-west-1:111111111111:topic"
SUBSCRIPTION = f"{TOPIC}:8b2c6f3c-1111-4222-8333-944455566677"
NOTIFICATION = Notification(
    message_id="dc1e94d9-56c5-5e96-808d-cc7f68faa162",
    topic_arn=TOPIC,
    published_at=NOW + 0.6558,
    message='Ünï "quoted" \\ / \n\t\x01 ✓',
    by_protocol={},
    attributes={"n": MessageAttribute("Number", "1"), "b": MessageAttribute("Binary", None, b"\x02\x03\x04")},
    subject="Test",
)


class CountingSigner(Signer):
    """Does not sign, but records what it was asked to sign."""

    def __init__(self) -> None:
        super().__init__(Ids(seed=0))
        self.asked: list[tuple[dict[str, str | None], str]] = []

    def sign(self, fields, version):  # type: ignore[no-untyped-def]
        self.asked.append((dict(fields), version))
        return f"signature-{len(self.asked)}"

    @property
    def certificate_name(self) -> str:
        return "cert.pem"


def rendered(notification: Notification, version: str = "1") -> str:
    return Envelopes(notification, Sender(CountingSigner(), ENDPOINT, version)).for_subscription(SUBSCRIPTION, "sqs")


def test_envelope_of_a_standard_topic_is_formatted_as_awss() -> None:
    assert rendered(NOTIFICATION) == (
        "{\n"
        '  "Type" : "Notification",\n'
        '  "MessageId" : "dc1e94d9-56c5-5e96-808d-cc7f68faa162",\n'
        f'  "TopicArn" : "{TOPIC}",\n'
        '  "Subject" : "Test",\n'
        '  "Message" : "Ünï \\"quoted\\" \\\\ / \\n\\t\\u0001 ✓",\n'
        '  "Timestamp" : "2023-11-14T22:13:20.655Z",\n'
        '  "SignatureVersion" : "1",\n'
        '  "Signature" : "signature-1",\n'
        f'  "SigningCertURL" : "{ENDPOINT}/cert.pem",\n'
        f'  "UnsubscribeURL" : "{ENDPOINT}/?Action=Unsubscribe&SubscriptionArn={SUBSCRIPTION}",\n'
        '  "MessageAttributes" : {\n'
        '    "n" : {"Type":"Number","Value":"1"},\n'
        '    "b" : {"Type":"Binary","Value":"AgME"}\n'
        "  }\n"
        "}"
    )


def test_subject_and_attributes_are_absent_when_not_given() -> None:
    body = rendered(replace(NOTIFICATION, subject=None, attributes={}))
    assert list(json.loads(body)) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
    ]


def test_envelope_of_a_fifo_topic_is_numbered_and_unsigned() -> None:
    body = json.loads(rendered(replace(NOTIFICATION, sequence_number="10000000000000000007")))
    assert list(body) == [
        "Type",
        "MessageId",
        "SequenceNumber",
        "TopicArn",
        "Subject",
        "Message",
        "Timestamp",
        "UnsubscribeURL",
        "MessageAttributes",
    ]
    assert body["SequenceNumber"] == "10000000000000000007"


def test_whatever_the_message_holds_comes_back_from_the_json() -> None:
    text = "".join(map(chr, range(0x100))) + "\u2028\ufffe\U0001f600</script>"
    assert json.loads(rendered(replace(NOTIFICATION, message=text)))["Message"] == text


def test_subscribers_share_one_signature() -> None:
    signer = CountingSigner()
    envelopes = Envelopes(NOTIFICATION, Sender(signer, ENDPOINT))
    first, second = (json.loads(envelopes.for_subscription(f"{TOPIC}:{number}", "sqs")) for number in range(2))
    assert len(signer.asked) == 1
    assert first.pop("UnsubscribeURL") != second.pop("UnsubscribeURL")
    assert first == second


def test_each_text_is_signed_once() -> None:
    signer = CountingSigner()
    notification = replace(NOTIFICATION, by_protocol={"sqs": "for queues", "http": "for the web"})
    envelopes = Envelopes(notification, Sender(signer, ENDPOINT))
    for protocol in ("sqs", "http", "https", "email-json", "sqs"):
        envelopes.for_subscription(SUBSCRIPTION, protocol)
    assert [fields["Message"] for fields, _ in signer.asked] == ["for queues", "for the web", NOTIFICATION.message]


def test_signature_covers_what_aws_signs_in_the_version_of_the_topic() -> None:
    signer = CountingSigner()
    Envelopes(NOTIFICATION, Sender(signer, ENDPOINT, "2")).for_subscription(SUBSCRIPTION, "sqs")
    [(fields, version)] = signer.asked
    assert version == "2"
    assert sorted(fields) == ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]


def test_nothing_is_signed_for_a_fifo_topic() -> None:
    signer = CountingSigner()
    notification = replace(NOTIFICATION, sequence_number="1")
    Envelopes(notification, Sender(signer, ENDPOINT)).for_subscription(SUBSCRIPTION, "sqs")
    assert signer.asked == []


def test_request_to_confirm_says_how() -> None:
    signer = CountingSigner()
    body = json.loads(
        Confirmation(message_id="id", topic_arn=TOPIC, token="abc", at=NOW, sender=Sender(signer, ENDPOINT)).as_json()
    )
    assert list(body) == [
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
    assert body["Message"] == (
        f"You have chosen to subscribe to the topic {TOPIC}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    assert body["SubscribeURL"] == f"{ENDPOINT}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
    [(fields, _)] = signer.asked
    assert sorted(fields) == ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]


def test_timestamps_are_utc_with_milliseconds() -> None:
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"
    assert timestamp(NOW + 0.9999) == "2023-11-14T22:13:20.999Z"
