"""The order of checks of Publish and PublishBatch."""

from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.cases.order.sns_faults import SHORT_TOPIC_ARN, arn, bad, constraint, elsewhere, null, unknown
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import FIFO_TOPIC, NO_TOPIC, TOPIC, Fixture
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, Known, order, says
from emulator.conformance.push import ENDPOINT, NO_ENDPOINT, application, endpoint

_UNKNOWN_TOPIC = unknown("TopicArn", NO_TOPIC, "Topic does not exist", source=RECORDED)
_BAD_TYPE = {"DataType": "Text", "StringValue": "a"}
_NO_MESSAGE = null("Message", "message", "https://github.com/nickpack/keycloak-sms-authenticator-sns/issues/11")
_TOO_LONG = "a" * 262_145
_GROUP_MISSING = "The MessageGroupId parameter is required for FIFO topics"
_DEDUPLICATION_MISSING = "The topic should either have ContentBasedDeduplication enabled"


def _recorded(earlier: str, later: str) -> Known:
    return Known(earlier, later, RECORDED, "recorded")


def _disabled_endpoint(aws: Caller) -> str:
    """The ARN of an endpoint of a device that is disabled."""
    disabled = endpoint(aws, application(aws))
    aws.sns("SetEndpointAttributes", EndpointArn=disabled, Attributes={"Enabled": "false"}).succeeds()
    return disabled


_DISABLED_ENDPOINT = Fixture("DISABLED_ENDPOINT", _disabled_endpoint)


def _message(prefix: str = "") -> tuple[Fault, ...]:
    """The faults of a message to a topic of either type; ``prefix`` leads to it."""
    return (
        Fault(
            "attribute-type-unknown",
            {f"{prefix}MessageAttributes.t": _BAD_TYPE},
            "ParameterValueInvalid",
            says("The message attribute 't'"),
            certainty="recorded",
            source=RECORDED,
        ),
        bad(
            "structure-illegal",
            {f"{prefix}MessageStructure": "json"},
            "Message Structure - JSON message body failed to parse",
            certainty="recorded",
            source=RECORDED,
        ),
    )


def _fifo_ids(prefix: str = "") -> tuple[Fault, ...]:
    return (
        bad(
            "group-id-missing",
            {f"{prefix}MessageGroupId": ABSENT},
            _GROUP_MISSING,
            certainty="recorded",
            source=RECORDED,
        ),
        bad(
            "deduplication-id-missing",
            {f"{prefix}MessageDeduplicationId": ABSENT},
            _DEDUPLICATION_MISSING,
            certainty="recorded",
            source=RECORDED,
        ),
    )


def _subject(prefix: str = "", entry: str | None = None) -> Fault:
    """The last check. In a batch it fails only the entry with the id ``entry``."""
    return bad("subject-illegal", {f"{prefix}Subject": "two\nlines"}, "Subject", certainty="assumed", entry=entry)


_FIFO: dict[str, Any] = {"Message": "hello", "MessageGroupId": "g", "MessageDeduplicationId": "d"}
_STRUCTURE_BEFORE_IDS = (
    _recorded("structure-illegal", "group-id-missing"),
    _recorded("structure-illegal", "deduplication-id-missing"),
    _recorded("group-id-missing", "deduplication-id-missing"),
)

order(
    "sns/Publish",
    {"TopicArn": TOPIC, "Message": "hello"},
    arn("TopicArn", SHORT_TOPIC_ARN),
    elsewhere("TopicArn"),
    _NO_MESSAGE,
    _UNKNOWN_TOPIC,
    bad("message-empty", {"Message": ""}, "Empty message", certainty="assumed"),
    _message()[0],
    bad("message-too-long", {"Message": _TOO_LONG}, "Message too long"),
    *_message()[1:],
    bad("deduplication-id-on-standard-topic", {"MessageDeduplicationId": "d"}, "MessageDeduplicationId"),
    _subject(),
)
order(
    "sns/Publish",
    {"TopicArn": FIFO_TOPIC, **_FIFO},
    *_message(),
    *_fifo_ids(),
    _subject(),
    known=_STRUCTURE_BEFORE_IDS,
    variant="fifo",
)
order(
    "sns/Publish",
    {"TargetArn": ENDPOINT, "Message": "hello"},
    arn("TargetArn"),
    _NO_MESSAGE,
    Fault(
        "endpoint-unknown",
        {"TargetArn": NO_ENDPOINT},
        "InvalidParameter",
        says("No endpoint found for the target arn specified"),
        certainty="recorded",
        source=RECORDED,
    ),
    Fault("endpoint-disabled", {"TargetArn": _DISABLED_ENDPOINT}, "EndpointDisabled"),
    *_message(),
    _subject(),
    known=(_recorded("endpoint-disabled", "structure-illegal"),),
    variant="endpoint",
)
order(
    "sns/Publish",
    {"PhoneNumber": "+15550100", "Message": "hello"},
    _NO_MESSAGE,
    bad("number-illegal", {"PhoneNumber": "phone"}, "PhoneNumber"),
    *_message(),
    _subject(),
    variant="phone",
)
order("sns/Publish", {"Message": "hello"}, bad("target-missing", {}, "TopicArn or TargetArn"), variant="nowhere")

# -- PublishBatch --------------------------------------------------------------------------


def _entries(good: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Id": f"e{number}", **good} for number in range(10)]


def _batch(good: dict[str, Any]) -> tuple[Fault, ...]:
    """The faults for which a batch is refused before its messages are checked."""
    return (
        Fault(
            "eleven-entries",
            {"PublishBatchRequestEntries.10": {"Id": "e10", **good}},
            "TooManyEntriesInBatchRequest",
            certainty="recorded",
            source=RECORDED,
        ),
        Fault(
            "id-illegal",
            {"PublishBatchRequestEntries.1.Id": "e 1"},
            "InvalidBatchEntryId",
            certainty="recorded",
            source=RECORDED,
        ),
        Fault(
            "id-repeated",
            {"PublishBatchRequestEntries.2.Id": "e3"},
            "BatchEntryIdsNotDistinct",
            certainty="recorded",
            source=RECORDED,
        ),
    )


_GOOD = {"Message": "hello"}
_ENTRY = "PublishBatchRequestEntries.6."
_LONG_ENTRY = Fault(
    "too-long-in-total",
    {"PublishBatchRequestEntries.5.Message": _TOO_LONG},
    "BatchRequestTooLong",
    certainty="recorded",
    source=RECORDED,
)
order(
    "sns/PublishBatch",
    {"TopicArn": TOPIC, "PublishBatchRequestEntries": _entries(_GOOD)},
    arn("TopicArn", SHORT_TOPIC_ARN),
    null("PublishBatchRequestEntries", "entries"),
    constraint(
        "entry-without-message",
        {"PublishBatchRequestEntries.7.Message": ABSENT},
        "publishBatchRequestEntries.8.member.message",
    ),
    _UNKNOWN_TOPIC,
    *_batch(_GOOD),
    _LONG_ENTRY,
    *_message(_ENTRY),
    bad(
        "deduplication-id-on-standard-topic",
        {f"{_ENTRY}MessageDeduplicationId": "d"},
        "MessageDeduplicationId",
    ),
    _subject(_ENTRY, "e6"),
)
order(
    "sns/PublishBatch",
    {"TopicArn": FIFO_TOPIC, "PublishBatchRequestEntries": _entries(_FIFO)},
    *_batch(_FIFO),
    _LONG_ENTRY,
    _message(_ENTRY)[1],
    *_fifo_ids(_ENTRY),
    _subject(_ENTRY, "e6"),
    known=(
        _recorded("eleven-entries", "group-id-missing"),
        _recorded("id-repeated", "group-id-missing"),
        _recorded("eleven-entries", "deduplication-id-missing"),
        _recorded("id-repeated", "deduplication-id-missing"),
        *_STRUCTURE_BEFORE_IDS,
    ),
    variant="fifo",
)
