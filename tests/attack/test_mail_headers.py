"""Texts of callers that get into the headers of mails: what cannot be there is refused when it is set."""

import json
from email.parser import BytesParser
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.errors import ServiceError
from emulator.sns.delivery.smtp import _mail
from emulator.sns.outbox_entry import Entry
from emulator.sns.protocols import check_endpoint
from emulator.sns.rejections import RejectedValue
from emulator.sns.topic_attributes import checked
from tests.examples import examples
from tests.state.world import World, topic_arn

BAD_NAMES = (
    "a\rb",
    "a\nb",
    "a\r\nBcc: all@example.test",
    "\x00",
    "a\x1b[0m",
    "\x7f",
    "a\x85b",
    "a\u2028b",
    "a\u2029b",
    "\t",
)
BAD_ADDRESSES = (
    "a\r\nBcc: b@example.test",
    "a\n@example.test",
    "a@example.test\n",
    "a@example.test\x00",
    "a\x1b@example.test",
    "a\x7f@example.test",
    "a@example.test,b@example.test",
    "<a@example.test>",
    "a <b@example.test>",
    '"a b"@example.test',
    "a(b)@example.test",
    "ü@example.test",
    "a@exämple.test",
    "a..b@example.test",
    ".a@example.test",
    "a@.test",
    "a@b@example.test",
    "a;b@example.test",
    "a\\b@example.test",
)
GOOD_ADDRESSES = ("a@example.test", "a.b+c@example.test", "a_b@localhost", "o'neill@example.test", "x=1/2@a-b.test")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.text("a.@ <>,\"\r\n\\'", max_size=12)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_display_name_that_cannot_be_in_a_header_is_refused_and_changes_nothing(name: str) -> None:
    world = World(seed=None)
    attribute = {"Attributes_entry_1_key": "DisplayName", "Attributes_entry_1_value": name}
    created = world.sns("CreateTopic", Name="new", **attribute)
    assert (created.status, b"Invalid parameter: Attributes Reason: DisplayName" in created.body) == (400, True)
    assert world.sns("CreateTopic", Name="topic").status == 200
    before = world.export()
    changed = world.sns(
        "SetTopicAttributes", TopicArn=topic_arn("topic"), AttributeName="DisplayName", AttributeValue=name
    )
    assert (changed.status, b"Invalid parameter: DisplayName" in changed.body) == (400, True)
    assert world.export() == before
    before["topics"][0]["settings"] = {"DisplayName": name}
    with pytest.raises(Exception, match="DisplayName"):
        world.restore(before)


@pytest.mark.parametrize("protocol", ["email", "email-json"])
@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_address_that_cannot_be_in_a_header_is_refused_and_changes_nothing(protocol: str, address: str) -> None:
    world = World(seed=None)
    topic = topic_arn("topic")
    world.sns("CreateTopic", Name="topic")
    before = world.export()
    answer = world.sns("Subscribe", TopicArn=topic, Protocol=protocol, Endpoint=address)
    assert (answer.status, b"Invalid parameter: Email address" in answer.body) == (400, True)
    assert world.export() == before
    world.sns("Subscribe", TopicArn=topic, Protocol=protocol, Endpoint="a@example.test")
    document = json.loads(json.dumps(world.export()))
    document["subscriptions"][0]["endpoint"] = address
    with pytest.raises(Exception, match="Email address"):
        world.restore(document)


@pytest.mark.parametrize("address", GOOD_ADDRESSES)
def test_usual_addresses_are_accepted(address: str) -> None:
    assert check_endpoint("email", address, fifo_topic=False) == address


@settings(max_examples=examples(300))
@given(name=TEXTS, address=st.sampled_from(GOOD_ADDRESSES) | TEXTS)
def test_whatever_is_accepted_arrives_as_one_sender_and_one_receiver(name: str, address: str) -> None:
    try:
        kept = checked("DisplayName", name, fifo=False) or "AWS Notifications"
        endpoint = check_endpoint("email", address, fifo_topic=False)
    except (ServiceError, RejectedValue):
        return
    details = {"From": f"{kept} <no-reply@sns.amazonaws.com>"}
    entry = Entry(
        "1",
        0.0,
        "111111111111",
        "us-east-1",
        "Notification",
        "email",
        endpoint,
        "id",
        "x",
        subject="s",
        details=details,
    )
    mail = BytesParser(policy=SMTP).parsebytes(_mail(entry).as_bytes(policy=SMTP))
    assert [each.addr_spec for each in mail["To"].addresses] == [endpoint]
    assert [each.addr_spec for each in mail["From"].addresses] == ["no-reply@sns.amazonaws.com"]
    assert set(mail.keys()) <= {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }
