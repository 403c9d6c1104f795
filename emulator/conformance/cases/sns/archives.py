"""Archives of FIFO topics, which ArchivePolicy turns on and off."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import SNS_GUIDE
from emulator.conformance.mismatch import same

_ARCHIVE = f"{SNS_GUIDE}/message-archiving-and-replay-topic-owner.html"
_POLICY = '{"MessageRetentionPeriod":"30"}'


def _set_archive(aws: Caller, topic: str, policy: str) -> None:
    aws.sns("SetTopicAttributes", TopicArn=topic, AttributeName="ArchivePolicy", AttributeValue=policy).succeeds()


@case(
    "sns/DeleteTopic/topic-with-an-archive",
    "A topic with an ArchivePolicy cannot be deleted, until the policy is {}.",
    _ARCHIVE,
    "reported",
)
def _(aws: Caller) -> None:
    topic = aws.fifo_topic({"ArchivePolicy": _POLICY})
    try:
        answer = aws.sns("DeleteTopic", TopicArn=topic)
        answer.refused("InvalidState", "Invalid state: Cannot delete a topic with an ArchivePolicy")
    finally:
        _set_archive(aws, topic, "{}")
    aws.sns("DeleteTopic", TopicArn=topic).succeeds()


for _what, _given in {"text": _POLICY, "integer": '{"MessageRetentionPeriod":30}'}.items():

    @case(
        f"sns/SetTopicAttributes/archive-policy-with-{_what}",
        "A topic with an ArchivePolicy shows it, and since when messages are kept.",
        _ARCHIVE,
        "documented",
    )
    def _(aws: Caller, given: str = _given) -> None:
        topic = aws.fifo_topic()
        _set_archive(aws, topic, given)
        try:
            shown = aws.sns("GetTopicAttributes", TopicArn=topic).result["Attributes"]
            days = {"MessageRetentionPeriod": lambda days: str(days) == "30"}
            same(json.loads(shown["ArchivePolicy"]), days, "the ArchivePolicy")
            same("BeginningArchiveTime" in shown, True, "whether BeginningArchiveTime is shown")
        finally:
            _set_archive(aws, topic, "{}")
        shown = aws.sns("GetTopicAttributes", TopicArn=topic).result["Attributes"]
        same("BeginningArchiveTime" in shown, False, "whether BeginningArchiveTime is still shown")


_BAD_POLICIES = {
    "0-days": '{"MessageRetentionPeriod":"0"}',
    "366-days": '{"MessageRetentionPeriod":"366"}',
    "an-unknown-member": '{"MessageRetentionPeriod":"30","x":1}',
    "text-that-is-not-an-object": "30",
}
for _what, _given in _BAD_POLICIES.items():

    @case(
        f"sns/SetTopicAttributes/archive-policy-of-{_what}",
        "An archive keeps messages for 1 to 365 days.",
        _ARCHIVE,
        "documented",
    )
    def _(aws: Caller, given: str = _given) -> None:
        topic = aws.fifo_topic()
        answer = aws.sns("SetTopicAttributes", TopicArn=topic, AttributeName="ArchivePolicy", AttributeValue=given)
        answer.refused("InvalidParameter")


@case(
    "sns/SetTopicAttributes/empty-archive-policy",
    "An empty text does not end an archive: it is refused.",
    _ARCHIVE,
    "reported",
)
def _(aws: Caller) -> None:
    topic = aws.fifo_topic({"ArchivePolicy": _POLICY})
    try:
        answer = aws.sns("SetTopicAttributes", TopicArn=topic, AttributeName="ArchivePolicy", AttributeValue="")
        answer.refused("InvalidParameter")
        same("ArchivePolicy" in aws.sns("GetTopicAttributes", TopicArn=topic).result["Attributes"], True)
    finally:
        _set_archive(aws, topic, "{}")


@case(
    "sns/CreateTopic/empty-archive-policy",
    "An empty text is not an ArchivePolicy.",
    _ARCHIVE,
    "reported",
)
def _(aws: Caller) -> None:
    attributes = {"FifoTopic": "true", "ArchivePolicy": ""}
    aws.sns("CreateTopic", Name=aws.name(".fifo"), Attributes=attributes).refused("InvalidParameter")
