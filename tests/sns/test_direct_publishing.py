from dataclasses import dataclass, field

import pytest

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sns_errors import SnsEndpointDisabled, SnsInvalidParameter, SnsPlatformApplicationDisabled
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.sns.delivery.fan_out import FanOut
from emulator.sns.delivery.signing import Signer
from emulator.sns.direct_message import DirectMessage, Sending
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.publication import Publication
from emulator.sns.publishing import Publisher
from emulator.sns.sms import UNREACHABLE_NUMBER, Sms
from tests.sns.world import ACCOUNT, NOW, REGION, RecordingSink

NUMBER = "+15550100"
SENDING = Sending("id", ACCOUNT, REGION, NOW)
ATTRIBUTES = {"AWS.SNS.SMS.SenderID": MessageAttribute("String", "sender")}


@dataclass
class Receivers:
    """Phones and devices that keep what they get."""

    messages: list[DirectMessage] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)  # reasons

    def deliver(self, message: DirectMessage) -> None:
        self.messages.append(message)

    def drop(self, message: DirectMessage, reason: str) -> None:
        self.dropped.append(reason)

    def texts(self) -> list[str]:
        return [message.text for message in self.messages]


@dataclass
class Senders:
    sms: Sms
    applications: PlatformApplications
    publisher: Publisher

    def device(self, platform: str = "GCM", token: str = "aa") -> str:
        application = self.applications.create(
            "app",
            platform,
            account=ACCOUNT,
            region=REGION,
            attributes={"PlatformPrincipal": "id", "PlatformCredential": "secret"},
        )
        return self.applications.create_endpoint(application, token, user_data=None, attributes={}).arn


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture
def senders(receivers: Receivers) -> Senders:
    ids = Ids(seed=0)
    sms, applications = Sms(ids), PlatformApplications(ids)
    observer = Observer()
    fan_out = FanOut(RecordingSink(), observer)
    publisher = Publisher(
        fan_out, Signer(ids), observer, sms, applications, receivers, lambda _account, _now: None, lambda _: True
    )
    return Senders(sms, applications, publisher)


def text(message: str, structure: str | None = None) -> Publication:
    return Publication(message, {}, structure=structure)


def test_phone_gets_the_message_with_its_attributes(senders: Senders, receivers: Receivers) -> None:
    senders.publisher.to_phone(NUMBER, Publication("hello", ATTRIBUTES, subject="hi"), SENDING)
    assert receivers.messages == [DirectMessage(SENDING, "sms", NUMBER, "hello", "hi", ATTRIBUTES, "hello", None)]


def test_phone_gets_the_text_for_phones(senders: Senders, receivers: Receivers) -> None:
    senders.publisher.to_phone(NUMBER, text('{"default":"all","sms":"phones"}', "json"), SENDING)
    senders.publisher.to_phone(NUMBER, text('{"default":"all","sms":1}', "json"), SENDING)
    assert receivers.texts() == ["phones", "all"]


@pytest.mark.parametrize("number", ["", "nope", "+1", "+0123456", "+15550100x"])
def test_bad_number_is_refused(senders: Senders, receivers: Receivers, number: str) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        senders.publisher.to_phone(number, text("hello"), SENDING)
    assert refused.value.message == f"Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to"


@pytest.mark.parametrize(
    ("publication", "message"),
    [
        (text(""), "Invalid parameter: Empty message"),
        (text("x" * 1601), "Invalid parameter: Message too long"),
        (text("{", "json"), "Invalid parameter: Message Structure - JSON message body failed to parse"),
        (text('{"sms":"x"}', "json"), "Invalid parameter: Message Structure - No default entry in JSON message body"),
    ],
)
def test_bad_text_message_is_refused(
    senders: Senders, receivers: Receivers, publication: Publication, message: str
) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        senders.publisher.to_phone(NUMBER, publication, SENDING)
    assert refused.value.message == message
    assert receivers.messages == []


def test_text_message_may_have_1600_characters(senders: Senders, receivers: Receivers) -> None:
    senders.publisher.to_phone(NUMBER, text("ä" * 1600), SENDING)
    assert receivers.texts() == ["ä" * 1600]


def test_message_to_a_number_that_opted_out_is_accepted_and_not_sent(senders: Senders, receivers: Receivers) -> None:
    senders.sms.of(ACCOUNT, REGION).opt_outs.opt_out(NUMBER)
    senders.publisher.to_phone(NUMBER, text("hello"), SENDING)
    assert receivers.messages == []
    assert receivers.dropped == [UNREACHABLE_NUMBER]


def test_message_from_the_sandbox_to_an_unverified_number_is_accepted_and_not_sent(
    senders: Senders, receivers: Receivers
) -> None:
    senders.sms.of(ACCOUNT, REGION).sandbox.confine(True)
    senders.publisher.to_phone(NUMBER, text("hello"), SENDING)
    assert receivers.messages == []


def test_device_gets_a_plain_message_wrapped_for_its_platform(senders: Senders, receivers: Receivers) -> None:
    for platform in ("GCM", "APNS", "ADM", "BAIDU", "WNS"):
        senders.publisher.to_device(senders.device(platform), text('say "ä"'), SENDING)
    assert receivers.texts() == [
        '{"data":{"message":"say \\"ä\\""}}',
        '{"aps":{"alert":"say \\"ä\\""}}',
        '{"data":{"message":"say \\"ä\\""}}',
        '{"title":"say \\"ä\\"","description":"say \\"ä\\""}',
        'say "ä"',
    ]


def test_device_gets_the_text_for_its_platform_as_it_is(senders: Senders, receivers: Receivers) -> None:
    device = senders.device("APNS_SANDBOX")
    published = '{"APNS":"no","APNS_SANDBOX":"{\\"aps\\":1}"}'
    senders.publisher.to_device(device, text(published, "json"), SENDING)
    assert receivers.messages == [
        DirectMessage(SENDING, "application", device, '{"aps":1}', None, {}, published, "json")
    ]


def test_device_without_a_text_for_its_platform_gets_the_default(senders: Senders, receivers: Receivers) -> None:
    senders.publisher.to_device(senders.device(), text('{"default":"all","APNS":"no"}', "json"), SENDING)
    assert receivers.texts() == ['{"data":{"message":"all"}}']


@pytest.mark.parametrize("structured", ["{}", "[]", '{"APNS":"x"}', '{"default":1,"GCM":{}}'])
def test_message_without_any_text_for_the_device_is_refused(
    senders: Senders, receivers: Receivers, structured: str
) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        senders.publisher.to_device(senders.device(), text(structured, "json"), SENDING)
    assert refused.value.message == "Invalid parameter: JSON must contain an entry for 'default' or 'GCM'."
    assert receivers.messages == []


def test_message_that_is_no_json_is_refused(senders: Senders) -> None:
    with pytest.raises(SnsInvalidParameter, match="JSON message body failed to parse"):
        senders.publisher.to_device(senders.device(), text("{", "json"), SENDING)


def test_empty_message_is_refused(senders: Senders) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Empty message$"):
        senders.publisher.to_device(senders.device(), text(""), SENDING)


@pytest.mark.parametrize("arn", ["endpoint/GCM/app/x", "endpoint/GCM/other/x", "endpoint/x", "endpoint/"])
def test_unknown_endpoint_is_named_as_the_target(senders: Senders, arn: str) -> None:
    senders.device()
    with pytest.raises(SnsInvalidParameter) as refused:
        senders.publisher.to_device(f"arn:aws:sns:{REGION}:{ACCOUNT}:{arn}", text("hello"), SENDING)
    assert refused.value.message == (
        "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified"
    )


def test_endpoint_of_another_region_is_refused(senders: Senders) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: TargetArn$"):
        senders.publisher.to_device(senders.device(), text("hello"), Sending("id", ACCOUNT, "us-east-1", NOW))


def test_disabled_endpoint_is_sent_nothing(senders: Senders, receivers: Receivers) -> None:
    device = senders.device()
    application, endpoint = senders.applications.find_endpoint(device, region=REGION)
    application.set_endpoint_attributes(endpoint, {"Enabled": "false"})
    with pytest.raises(SnsEndpointDisabled):
        senders.publisher.to_device(device, text("hello"), SENDING)
    application.set_attributes({"Enabled": "false"})
    with pytest.raises(SnsPlatformApplicationDisabled):
        senders.publisher.to_device(device, text("hello"), SENDING)
    assert receivers.messages == []
