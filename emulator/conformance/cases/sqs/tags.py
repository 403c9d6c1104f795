"""TagQueue, UntagQueue and ListQueueTags."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API, SQS_GUIDE
from emulator.conformance.fixtures import NAME, QUEUE
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_TAG = f"{SQS_API}/API_TagQueue.html"
_UNTAG = f"{SQS_API}/API_UntagQueue.html"
_LIST = f"{SQS_API}/API_ListQueueTags.html"
_LIMITS = f"{SQS_GUIDE}/sqs-queue-tags.html"


def _tags(aws: Caller, queue: str) -> object:
    return aws.sqs("ListQueueTags", QueueUrl=queue).result.get("Tags")


accepted(
    "sqs/ListQueueTags/none",
    "The answer has no Tags where there are none.",
    {"QueueUrl": QUEUE},
    {"Tags": ABSENT},
    source=RECORDED,
    certainty="recorded",
)


@case(
    "sqs/TagQueue/merges",
    "Tags are added to those there are; a key that is there already gets the new value.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    same(aws.sqs("TagQueue", QueueUrl=queue, Tags={"tag1": "value1", "tag2": "value2", "tag3": ""}).result, {})
    aws.sqs("TagQueue", QueueUrl=queue, Tags={"tag2": "other", "tag4": "value4"}).succeeds()
    same(_tags(aws, queue), {"tag1": "value1", "tag2": "other", "tag3": "", "tag4": "value4"})


@case("sqs/TagQueue/keys-are-case-sensitive", "Keys that differ in case are two tags.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    aws.sqs("TagQueue", QueueUrl=queue, Tags={"MyTag": "foo", "mytag": "bar"}).succeeds()
    same(_tags(aws, queue), {"MyTag": "foo", "mytag": "bar"})


for suffix, key, value in (
    ("key-of-128-characters", "k" * 128, "v"),
    ("value-of-256-characters", "k", "v" * 256),
    ("value-empty", "k", ""),
    ("special-characters", "_.:/=+-@ 0", "_.:/=+-@ 0"),
    ("letters-beyond-ascii", "schlüssel", "鍵"),
    ("aws-inside-the-key", "my aws:tag", "v"),
    ("aws-without-a-colon", "aws", "v"),
    ("value-that-begins-with-aws", "k", "aws:v"),
):

    @case(f"sqs/TagQueue/{suffix}", "Such a tag is accepted and returned.", _LIMITS, "documented")
    def _(aws: Caller, key: str = key, value: str = value) -> None:
        queue = aws.queue()
        aws.sqs("TagQueue", QueueUrl=queue, Tags={key: value}).succeeds()
        same(_tags(aws, queue), {key: value})


for suffix, key, value in (
    ("key-empty", "", "v"),
    ("key-of-129-characters", "k" * 129, "v"),
    ("value-of-257-characters", "k", "v" * 257),
    ("key-that-begins-with-aws", "aws:tag", "v"),
    ("key-that-begins-with-aws-in-capitals", "AWS:tag", "v"),
    ("key-with-semicolon", "a;b", "v"),
):
    for operation, params in (
        ("TagQueue", {"QueueUrl": QUEUE, "Tags": {"good": "tag", key: value}}),
        ("CreateQueue", {"QueueName": NAME, "tags": {"good": "tag", key: value}}),
    ):
        refused(
            f"sqs/{operation}/tag-{suffix}",
            "An invalid tag is refused.",
            params,
            "InvalidParameterValue",
            source=_LIMITS,
            certainty="documented",
        )
refused(
    "sqs/TagQueue/no-tags",
    "A request without tags is refused.",
    {"QueueUrl": QUEUE, "Tags": {}},
    "MissingParameter",
    source=_TAG,
    certainty="modeled",
)


@case("sqs/UntagQueue/removes", "The tags of the keys are removed, others stay.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue(tags={"tag1": "a", "tag2": "b", "tag3": "c"})
    same(aws.sqs("UntagQueue", QueueUrl=queue, TagKeys=["tag1", "tag3"]).result, {})
    same(_tags(aws, queue), {"tag2": "b"})


@case("sqs/UntagQueue/unknown-key", "An unknown key makes no difference.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue(tags={"tag1": "a"})
    aws.sqs("UntagQueue", QueueUrl=queue, TagKeys=["tag2", "TAG1"]).succeeds()
    same(_tags(aws, queue), {"tag1": "a"})


@case("sqs/ListQueueTags/last-removed", "Tags is left out again after the last tag was removed.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue(tags={"tag1": "a"})
    aws.sqs("UntagQueue", QueueUrl=queue, TagKeys=["tag1"]).succeeds()
    same(_tags(aws, queue), None)


@case("sqs/ListQueueTags/of-one-queue", "A queue has its own tags only.", _LIST, "documented")
def _(aws: Caller) -> None:
    first, second = aws.queue(tags={"a": "b"}), aws.queue()
    same((_tags(aws, first), _tags(aws, second)), ({"a": "b"}, None))


accepted(
    "sqs/UntagQueue/key-that-begins-with-aws",
    "A key that no queue can have makes no difference.",
    {"QueueUrl": QUEUE, "TagKeys": ["aws:tag"]},
    source=_LIMITS,
    certainty="assumed",
)
refused(
    "sqs/UntagQueue/no-keys",
    "A request without keys is refused.",
    {"QueueUrl": QUEUE, "TagKeys": []},
    "MissingParameter",
    source=_UNTAG,
    certainty="modeled",
)
