"""The valid values of a queue's attributes, in CreateQueue and in SetQueueAttributes."""

from collections.abc import Mapping

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import FIFO_NAME, FIFO_QUEUE, NAME, QUEUE
from emulator.conformance.mismatch import has, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_SetQueueAttributes.html"

_FIFO = {"FifoQueue": "true"}
_RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}


def _refused(
    suffix: str,
    sentence: str,
    attributes: Mapping[str, str],
    code: str,
    message: object = str,
    *,
    fifo: bool = False,
    source: str = _PAGE,
    certainty: Certainty = "assumed",
) -> None:
    """Registers two cases: CreateQueue and SetQueueAttributes refuse ``attributes``."""
    name, queue, kind = (FIFO_NAME, FIFO_QUEUE, _FIFO) if fifo else (NAME, QUEUE, {})
    for operation, params in (
        ("CreateQueue", {"QueueName": name, "Attributes": {**kind, **attributes}}),
        ("SetQueueAttributes", {"QueueUrl": queue, "Attributes": dict(attributes)}),
    ):
        refused(f"sqs/{operation}/{suffix}", sentence, params, code, message, source=source, certainty=certainty)


def _kept(
    suffix: str,
    sentence: str,
    attributes: Mapping[str, str],
    expected: Mapping[str, object],
    *,
    fifo: bool = False,
    source: str = _PAGE,
    certainty: Certainty = "documented",
) -> None:
    """Two cases: a queue that is given ``attributes``, when it is created or later, has ``expected``."""

    @case(f"sqs/CreateQueue/{suffix}", sentence, source, certainty)
    def create(aws: Caller) -> None:
        queue = aws.fifo_queue(attributes) if fifo else aws.queue(attributes)
        has(aws.attributes(queue), expected, "the attributes")

    @case(f"sqs/SetQueueAttributes/{suffix}", sentence, source, certainty)
    def change(aws: Caller) -> None:
        queue = aws.fifo_queue() if fifo else aws.queue()
        same(aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes=attributes).result, {})
        has(aws.attributes(queue), expected, "the attributes")


# -- Numbers -------------------------------------------------------------------------------

for attribute, (low, high) in _RANGES.items():
    word = attribute.lower()
    key = {"KmsMasterKeyId": "alias/aws/sqs"} if attribute.startswith("Kms") else {}
    for end, number in (("least", low), ("greatest", high)):
        given = {attribute: str(number), **key}
        _kept(f"{word}-{end}", f"{attribute} may be {number}.", given, {attribute: str(number)})
    for end, number in (("too-small", low - 1), ("too-great", high + 1)):
        _refused(
            f"{word}-{end}",
            f"{attribute} of {number} is refused.",
            {attribute: str(number), **key},
            "InvalidAttributeValue",
            f"Invalid value for the parameter {attribute}.",
            certainty="documented",
        )
for suffix, what, text in (
    ("number-empty", "An empty number", ""),
    ("number-in-words", "A number that is none", "many"),
    ("number-with-a-fraction", "A number with a fraction", "1.5"),
    ("number-with-an-exponent", "A number with an exponent", "1e1"),
):
    _refused(suffix, f"{what} is refused.", {"DelaySeconds": text}, "InvalidAttributeValue")

# -- Booleans and choices ------------------------------------------------------------------

_kept(
    "boolean-in-capitals",
    "Booleans are read in any case and returned in lower case.",
    {"ContentBasedDeduplication": "TRUE", "SqsManagedSseEnabled": "False"},
    {"ContentBasedDeduplication": "true", "SqsManagedSseEnabled": "false"},
    fifo=True,
    source=RECORDED,
    certainty="recorded",
)
_refused("boolean-as-number", "1 is not a boolean.", {"SqsManagedSseEnabled": "1"}, "InvalidAttributeValue")
_refused("boolean-empty", "An empty boolean is refused.", {"SqsManagedSseEnabled": ""}, "InvalidAttributeValue")
_refused(
    "deduplicationscope-unknown",
    "DeduplicationScope is queue or messageGroup.",
    {"DeduplicationScope": "Queue"},
    "InvalidAttributeValue",
    fifo=True,
)
_refused(
    "fifothroughputlimit-unknown",
    "FifoThroughputLimit is perQueue or perMessageGroupId.",
    {"FifoThroughputLimit": "perGroup"},
    "InvalidAttributeValue",
    fifo=True,
)
_refused(
    "throughput-by-group-with-scope-queue",
    "perMessageGroupId needs deduplication by message group.",
    {"FifoThroughputLimit": "perMessageGroupId"},
    "InvalidAttributeValue",
    fifo=True,
    certainty="modeled",
)
_kept(
    "high-throughput",
    "Deduplication and throughput by message group are one mode.",
    {"FifoThroughputLimit": "perMessageGroupId", "DeduplicationScope": "messageGroup"},
    {"FifoThroughputLimit": "perMessageGroupId", "DeduplicationScope": "messageGroup"},
    fifo=True,
    certainty="modeled",
)
_kept(
    "scope-by-group-alone",
    "Deduplication by message group needs no throughput setting.",
    {"DeduplicationScope": "messageGroup"},
    {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perQueue"},
    fifo=True,
    source=RECORDED,
    certainty="recorded",
)

# -- Names ---------------------------------------------------------------------------------

for attribute in ("Foo", "delayseconds", "QueueArn", "ApproximateNumberOfMessages", "CreatedTimestamp", "All"):
    _refused(
        f"unknown-attribute-{attribute.lower()}",
        f"{attribute} is not an attribute that can be set.",
        {attribute: "1"},
        "InvalidAttributeName",
        f"Unknown Attribute {attribute}.",
        certainty="modeled",
    )
for attribute, value in (("FifoQueue", "false"), ("ContentBasedDeduplication", "false")):
    _refused(
        f"standard-queue-with-{attribute.lower()}",
        f"A standard queue does not know {attribute}, not even as false.",
        {attribute: value},
        "InvalidAttributeName",
        f"Unknown Attribute {attribute}.",
        source=RECORDED,
        certainty="recorded",
    )
for attribute, value in (("DeduplicationScope", "queue"), ("FifoThroughputLimit", "perQueue")):
    _refused(
        f"standard-queue-with-{attribute.lower()}",
        f"A standard queue cannot have {attribute}.",
        {attribute: value},
        "InvalidAttributeName",
        f"You can specify the {attribute} only when FifoQueue is set to true.",
        source=RECORDED,
        certainty="recorded",
    )

# -- Encryption ----------------------------------------------------------------------------

_refused(
    "both-kinds-of-encryption",
    "A KMS key together with SqsManagedSseEnabled=true is refused.",
    {"KmsMasterKeyId": "alias/aws/sqs", "SqsManagedSseEnabled": "true"},
    "InvalidAttributeName",
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    source=RECORDED,
    certainty="recorded",
)
_kept(
    "kms-key",
    "A KMS key turns SQS's own encryption off; the key's reuse period is shown, too.",
    {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"},
    {"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000", "SqsManagedSseEnabled": "false"},
    source=RECORDED,
    certainty="recorded",
)
_kept(
    "kms-key-alone",
    "The reuse period of a KMS key is 300 seconds unless it is given.",
    {"KmsMasterKeyId": "alias/aws/sqs"},
    {"KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "300", "SqsManagedSseEnabled": "false"},
)


@case(
    "sqs/SetQueueAttributes/kms-key-removed",
    "An empty KmsMasterKeyId takes the key and its reuse period away; SQS's own encryption stays off.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue({"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"})
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"KmsMasterKeyId": ""}).succeeds()
    names = ("KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
    same(aws.attributes(queue, *names), {"SqsManagedSseEnabled": "false"})


@case(
    "sqs/SetQueueAttributes/sqs-encryption-on",
    "SqsManagedSseEnabled=true turns SQS's own encryption on.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue({"SqsManagedSseEnabled": "false"})
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"SqsManagedSseEnabled": "true"}).succeeds()
    same(aws.attributes(queue, "SqsManagedSseEnabled"), {"SqsManagedSseEnabled": "true"})


accepted(
    "sqs/CreateQueue/reuse-period-without-key",
    "A reuse period without a KMS key is accepted.",
    {"QueueName": NAME, "Attributes": {"KmsDataKeyReusePeriodSeconds": "600"}},
    source=_PAGE,
    certainty="reported",
)
