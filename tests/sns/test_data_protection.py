import json
from collections.abc import Mapping

import pytest

from emulator.aws.principals import caller_principal
from emulator.aws.sns_errors import SnsAuthorizationError, SnsInvalidParameter
from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.sns.data_protection import AuditRecord, DataProtection, Detection, protection_of
from emulator.sns.data_protection.protection import AUDIT_RECORDS_KEPT
from emulator.sns.direct_message import Sending
from emulator.sns.events import Withheld
from emulator.sns.notification import Notification
from emulator.sns.publication import Publication, compose
from emulator.sns.service import SnsService
from emulator.sns.topic import Topic
from tests.recorder import into
from tests.sns.world import ACCOUNT, NOW, QUEUE, REGION, RecordingSink, World, message

FRIEND = "222222222222"
ME = caller_principal(ACCOUNT, REGION)
MASK = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
REDACT: dict[str, object] = {"Deidentify": {"RedactConfig": {}}}
DENY: dict[str, object] = {"Deny": {}}


def audit(*destinations: str, rate: str = "99") -> dict[str, object]:
    return {"Audit": {"SampleRate": rate, **{destination: {} for destination in destinations}}}


def statement(
    operation: Mapping[str, object],
    *identifiers: str,
    direction: str = "Inbound",
    principals: tuple[str, ...] = ("*",),
) -> dict[str, object]:
    return {
        "DataDirection": direction,
        "Principal": list(principals),
        "DataIdentifier": [
            f"arn:aws:dataprotection::aws:data-identifier/{name}" for name in identifiers or ("EmailAddress",)
        ],
        "Operation": operation,
    }


def protection(*statements: dict[str, object]) -> DataProtection:
    return DataProtection(json.dumps({"Name": "policy", "Version": "2021-06-01", "Statement": statements}))


@pytest.fixture
def topic(world: World) -> Topic:
    return world.topic()


def notification(topic: Topic, text: str, structure: str | None = None) -> Notification:
    publication = Publication(text, {}, structure=structure)
    return compose(topic, publication, Sending("id", ACCOUNT, REGION, NOW))


def admitted(topic: Topic, text: str, *statements: dict[str, object], by: str = ME) -> str:
    return protection(*statements).admit(notification(topic, text), by).message


# In.


def test_masking_keeps_the_length(topic: Topic) -> None:
    text = "ssn: 123-45-6789, mail: a@b.cd."
    assert admitted(topic, text, statement(MASK, "Ssn-US", "EmailAddress")) == "ssn: ###########, mail: ######."


def test_redacting_takes_the_data_out(topic: Topic) -> None:
    text = "My credit card number is 4539894458086459"
    assert admitted(topic, text, statement(REDACT, "CreditCardNumber")) == "My credit card number is "


def test_statements_work_together(topic: Topic) -> None:
    statements = [statement(MASK, "Ssn-US"), statement(REDACT, "EmailAddress")]
    assert admitted(topic, "ssn 123-45-6789 of a@b.cd!", *statements) == "ssn ########### of !"


def test_data_found_twice_are_masked_once(topic: Topic) -> None:
    statements = [statement(MASK, "PhoneNumber", "PhoneNumber-US"), statement(MASK, "PhoneNumber-US")]
    assert admitted(topic, "call +1 206 555 0100 now", *statements) == "call ############### now"


def test_harmless_message_is_not_changed(topic: Topic) -> None:
    before = notification(topic, "nothing to see")
    everything = protection(statement(DENY), statement(MASK))
    assert everything.admit(before, ME) == before


def test_every_text_of_a_structured_message_is_protected(topic: Topic) -> None:
    structured = json.dumps({"default": "to a@b.cd", "sqs": "and c@d.ef", "lambda": "none"})
    changed = protection(statement(MASK)).admit(notification(topic, structured, "json"), ME)
    assert changed.message == "to ######"
    assert changed.by_protocol == {"default": "to ######", "sqs": "and ######", "lambda": "none"}


def test_denied_message_is_refused_in_aws_words(topic: Topic) -> None:
    with pytest.raises(SnsAuthorizationError) as refused:
        admitted(topic, "mail a@b.cd", statement(DENY))
    assert refused.value.status == 403
    assert refused.value.message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/emulator is not authorized to perform: SNS:Publish "
        f"on resource: {topic.arn} with an explicit deny in a data protection policy"
    )


def test_deny_looks_at_the_message_as_it_was_published(topic: Topic) -> None:
    for statements in ([statement(MASK), statement(DENY)], [statement(DENY), statement(MASK)]):
        with pytest.raises(SnsAuthorizationError):
            admitted(topic, "mail a@b.cd", *statements)


def test_deny_looks_at_every_text_of_a_structured_message(topic: Topic) -> None:
    structured = notification(topic, '{"default":"x","sqs":"a@b.cd"}', "json")
    with pytest.raises(SnsAuthorizationError):
        protection(statement(DENY)).admit(structured, ME)


@pytest.mark.parametrize("operation", [MASK, REDACT])
@pytest.mark.parametrize("text", ["a@b.cd", " a@b.cd\n", "a@b.cd c@d.ef"])
def test_message_that_is_all_sensitive_is_refused(topic: Topic, operation: dict[str, object], text: str) -> None:
    with pytest.raises(SnsAuthorizationError):
        admitted(topic, text, statement(operation))


def test_statement_about_another_account_does_not_matter(topic: Topic) -> None:
    about_friend = statement(DENY, principals=(f"arn:aws:iam::{FRIEND}:role/Publisher",))
    assert admitted(topic, "mail a@b.cd", about_friend) == "mail a@b.cd"
    with pytest.raises(SnsAuthorizationError):
        admitted(topic, "mail a@b.cd", about_friend, by=caller_principal(FRIEND, REGION))


def test_outbound_statement_does_not_concern_the_publisher(topic: Topic) -> None:
    assert admitted(topic, "a@b.cd", statement(DENY, direction="Outbound")) == "a@b.cd"


# The audit.


def test_audit_records_where_data_was_found_and_changes_nothing(topic: Topic) -> None:
    protected = protection(statement(audit("FindingsDestination"), "EmailAddress", "Ssn-US"))
    text = "ssn 123-45-6789, a@b.cd"
    assert protected.admit(notification(topic, text), ME).message == text
    detections = (Detection("EmailAddress", 17, 23), Detection("Ssn-US", 4, 15))
    assert list(protected.audit_records) == [AuditRecord("id", NOW, ME, topic.arn, detections)]


@pytest.mark.parametrize(
    ("destinations", "found"),
    [
        (("FindingsDestination",), [1]),
        (("NoFindingsDestination",), [0]),
        (("FindingsDestination", "NoFindingsDestination"), [1, 0]),
    ],
)
def test_audit_keeps_what_has_a_destination(topic: Topic, destinations: tuple[str, ...], found: list[int]) -> None:
    protected = protection(statement(audit(*destinations)))
    for text in ("mail a@b.cd", "nothing"):
        protected.admit(notification(topic, text), ME)
    assert [len(record.detections) for record in protected.audit_records] == found


def test_audit_comes_before_a_deny(topic: Topic) -> None:
    protected = protection(statement(DENY), statement(audit("FindingsDestination")))
    with pytest.raises(SnsAuthorizationError):
        protected.admit(notification(topic, "mail a@b.cd"), ME)
    assert len(protected.audit_records) == 1


def test_sample_rate_zero_audits_nothing(topic: Topic) -> None:
    protected = protection(statement(audit("FindingsDestination", rate="0")))
    protected.admit(notification(topic, "mail a@b.cd"), ME)
    assert not protected.audit_records


def test_oldest_audit_records_are_forgotten(topic: Topic) -> None:
    protected = protection(statement(audit("NoFindingsDestination")))
    for number in range(AUDIT_RECORDS_KEPT + 1):
        publication = Publication("x", {})
        protected.admit(compose(topic, publication, Sending(str(number), ACCOUNT, REGION, NOW)), ME)
    assert len(protected.audit_records) == AUDIT_RECORDS_KEPT
    assert protected.audit_records[0].message_id == "1"


# Out.


def other_queue(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{FRIEND}:{name}"


def delivered(world: World, topic: Topic, text: str, *statements: dict[str, object]) -> dict[str, str]:
    """What each queue gets: one of the topic's own account, one of a friend's."""
    topic.data_protection = protection(*statements)
    world.subscribe_raw(topic)
    world.subscribe(topic, other_queue("friend"), owner=FRIEND, RawMessageDelivery="true")
    world.publish(topic, message(text))
    return {sent.queue_arn: sent.body for sent in world.sink.sent}


def test_denied_subscriber_gets_nothing_and_the_others_do(world: World, topic: Topic) -> None:
    friend = statement(DENY, direction="Outbound", principals=(FRIEND,))
    assert delivered(world, topic, "mail a@b.cd", friend) == {QUEUE: "mail a@b.cd"}


def test_denied_message_goes_to_no_dead_letter_queue(world: World, topic: Topic) -> None:
    dead_letters = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters"
    world.subscribe(topic, QUEUE, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_letters}))
    topic.data_protection = protection(statement(DENY, direction="Outbound"))
    world.publish(topic, message("mail a@b.cd"))
    assert world.sink.sent == []


def test_denied_message_is_reported_in_aws_words() -> None:
    events: list[Event] = []
    sink = RecordingSink()
    world = World(sink, SnsService(sink, Ids(seed=0), Observer(into(events))))
    topic = world.topic()
    topic.data_protection = protection(statement(DENY, direction="Outbound"))
    subscription = world.subscribe_raw(topic)
    receipt = world.publish(topic, message("mail a@b.cd"))
    reason = f"The topic's data protection policy prohibits this message from being delivered to {subscription.arn}"
    assert events[1:] == [Withheld(NOW, receipt.message_id, subscription, None, reason)]


def test_subscriber_gets_the_message_without_sensitive_data(world: World, topic: Topic) -> None:
    friend = statement(MASK, direction="Outbound", principals=(FRIEND,))
    assert delivered(world, topic, "mail a@b.cd", friend) == {
        QUEUE: "mail a@b.cd",
        other_queue("friend"): "mail ######",
    }


def test_message_that_is_all_sensitive_is_still_delivered_masked(world: World, topic: Topic) -> None:
    assert delivered(world, topic, "a@b.cd", statement(MASK, direction="Outbound"))[QUEUE] == "######"


def test_inbound_statement_does_not_concern_subscribers(world: World, topic: Topic) -> None:
    friend = statement(DENY, principals=(FRIEND,))
    assert delivered(world, topic, "mail a@b.cd", friend) == dict.fromkeys(
        (QUEUE, other_queue("friend")), "mail a@b.cd"
    )


def test_filter_policy_sees_what_the_subscriber_would_get(world: World, topic: Topic) -> None:
    topic.data_protection = protection(statement(MASK, direction="Outbound"))
    world.subscribe_raw(topic, QUEUE, FilterPolicyScope="MessageBody", FilterPolicy='{"to":["a@b.cd"]}')
    world.subscribe_raw(topic, f"{QUEUE}2", FilterPolicyScope="MessageBody", FilterPolicy='{"to":["######"]}')
    world.publish(topic, message('{"to":"a@b.cd"}'))
    assert [sent.queue_arn for sent in world.sink.sent] == [f"{QUEUE}2"]


# Setting it.


def test_empty_policy_is_none() -> None:
    assert protection_of("", fifo=False) is None
    assert protection_of("", fifo=True) is None


def test_fifo_topic_cannot_have_a_policy() -> None:
    with pytest.raises(
        SnsInvalidParameter,
        match=r"^Invalid parameter: DataProtectionPolicy Reason: is not supported for FIFO topics$",
    ):
        protection_of("{}", fifo=True)
