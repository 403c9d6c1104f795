"""CreateQueue: names, and what happens if a queue of the name exists."""

from collections.abc import Callable

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import FIFO_NAME, NAME, Fixture
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SQS_API}/API_CreateQueue.html"
_FIFO = {"FifoQueue": "true"}

_STANDARD_RULE = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
_FIFO_RULE = (
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
    "must end with .fifo suffix and be 1 to 80 in length."
)


def _name(make: Callable[[str], str]) -> Fixture:
    """A name made of an unused one."""
    return Fixture("NAME", lambda aws: make(aws.name()))


# -- Names ---------------------------------------------------------------------------------

accepted(
    "sqs/CreateQueue/answer",
    "The answer has the URL of the queue, which ends in the account and the name.",
    {"QueueName": NAME},
    {"QueueUrl": lambda url: url.startswith("http") and len(url.split("/")) >= 4},
    source=_PAGE,
    certainty="documented",
)
for suffix, what, name in (
    ("name-of-80-characters", "80 characters long", _name(lambda unused: unused.ljust(80, "a"))),
    ("name-of-all-kinds-of-characters", "of letters, digits, - and _", _name(lambda unused: f"{unused}-_aZ09")),
):
    accepted(
        f"sqs/CreateQueue/{suffix}",
        f"A name {what} is accepted.",
        {"QueueName": name},
        source=_PAGE,
        certainty="documented",
    )
accepted(
    "sqs/CreateQueue/fifo-name-of-80-characters",
    "The suffix .fifo counts towards the 80 characters of a name.",
    {"QueueName": _name(lambda unused: unused.ljust(75, "a") + ".fifo"), "Attributes": _FIFO},
    source=_PAGE,
    certainty="documented",
)
for suffix, what, name in (
    ("name-empty", "An empty name", _name(lambda _: "")),
    ("name-of-81-characters", "A name of 81 characters", _name(lambda unused: unused.ljust(81, "a"))),
    ("name-with-space", "A name with a space", _name(lambda unused: f"{unused} a")),
    ("name-with-dot", "A name with a dot", _name(lambda unused: f"{unused}.a")),
    ("name-with-slash", "A name with a slash", _name(lambda unused: f"{unused}/a")),
    ("name-with-umlaut", "A name with a letter beyond ASCII", _name(lambda unused: f"{unused}ü")),
    ("name-of-fifo-without-attribute", "A name that ends in .fifo, without FifoQueue=true,", FIFO_NAME),
):
    refused(
        f"sqs/CreateQueue/{suffix}",
        f"{what} is refused.",
        {"QueueName": name},
        "InvalidParameterValue",
        _STANDARD_RULE,
        source="https://github.com/aws/aws-sdk-php/issues/1331",
        certainty="reported",
        shape="InvalidParameterValueException",
    )
for suffix, what, name in (
    ("fifo-without-suffix", "A FIFO queue whose name does not end in .fifo", NAME),
    ("fifo-of-81-characters", "A name of 81 characters", _name(lambda unused: unused.ljust(76, "a") + ".fifo")),
    ("fifo-with-dot", "A FIFO name with a second dot", _name(lambda unused: f"{unused}.a.fifo")),
    ("fifo-suffix-in-capitals", "A FIFO name with .FIFO", _name(lambda unused: f"{unused}.FIFO")),
    ("fifo-suffix-alone", "The suffix alone", _name(lambda _: ".fifo")),
):
    refused(
        f"sqs/CreateQueue/{suffix}",
        f"{what} is refused.",
        {"QueueName": name, "Attributes": _FIFO},
        "InvalidParameterValue",
        _FIFO_RULE,
        source="https://github.com/aws/aws-cdk/issues/11041",
        certainty="reported",
        shape="InvalidParameterValueException",
    )
refused(
    "sqs/CreateQueue/name-missing",
    "A request without QueueName is refused.",
    {},
    "MissingParameter",
    "The request must contain the parameter QueueName.",
    source=_PAGE,
    certainty="reported",
)


@case("sqs/CreateQueue/names-are-case-sensitive", "Names that differ in case are two queues.", _PAGE, "documented")
def _(aws: Caller) -> None:
    name = aws.name("-a")
    first = aws.sqs("CreateQueue", QueueName=name).result["QueueUrl"]
    second = aws.sqs("CreateQueue", QueueName=name[:-1] + "A").result["QueueUrl"]
    same(first == second, False, "whether both have one URL")


# -- An existing queue ---------------------------------------------------------------------


def _again(
    suffix: str,
    sentence: str,
    first: dict[str, str],
    second: dict[str, str],
    certainty: Certainty = "recorded",
    source: str = RECORDED,
) -> None:
    @case(f"sqs/CreateQueue/{suffix}", sentence, source, certainty)
    def run(aws: Caller) -> None:
        name = aws.name(".fifo" if "FifoQueue" in first else "")
        url = aws.sqs("CreateQueue", QueueName=name, Attributes=first).result["QueueUrl"]
        given = {"Attributes": second} if second else {}
        aws.sqs("CreateQueue", QueueName=name, **given).gives(QueueUrl=url)


_again(
    "again-without-attributes",
    "If no attributes are given, an existing queue is returned, whatever attributes it has.",
    {"DelaySeconds": "7"},
    {},
)
_again(
    "again-with-some-attributes",
    "Only the attributes that are given are compared with the existing queue.",
    {"DelaySeconds": "7", "VisibilityTimeout": "9"},
    {"VisibilityTimeout": "9"},
)
_again(
    "again-with-a-default",
    "An attribute that is given is compared with the default of the existing queue.",
    {"DelaySeconds": "7"},
    {"DelaySeconds": "7", "VisibilityTimeout": "30"},
    certainty="assumed",
    source=_PAGE,
)
_again(
    "again-with-booleans-in-another-case",
    "Booleans are compared whatever their case.",
    {"FifoQueue": "true", "ContentBasedDeduplication": "True"},
    {"FifoQueue": "True", "ContentBasedDeduplication": "TRUE"},
)


@case(
    "sqs/CreateQueue/again-with-another-value",
    "An existing queue that has another value of an attribute is an error that names the attribute.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    name = aws.name()
    attributes = {"ReceiveMessageWaitTimeSeconds": "1", "DelaySeconds": "1"}
    aws.sqs("CreateQueue", QueueName=name, Attributes=attributes).succeeds()
    aws.sqs("CreateQueue", QueueName=name, Attributes=attributes | {"DelaySeconds": "2"}).refused(
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
        shape="QueueNameExists",
    )


@case(
    "sqs/CreateQueue/fifo-again-with-another-value",
    "An existing FIFO queue that has another value of an attribute is an error that names the attribute.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    name = aws.name(".fifo")
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    aws.sqs("CreateQueue", QueueName=name, Attributes=attributes).succeeds()
    changed = attributes | {"ContentBasedDeduplication": "false"}
    aws.sqs("CreateQueue", QueueName=name, Attributes=changed).refused(
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute ContentBasedDeduplication",
        shape="QueueNameExists",
    )


@case(
    "sqs/CreateQueue/again-after-a-change",
    "A repeated call is compared with what the attributes are now, not with what they were at creation.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    name = aws.name()
    url = aws.sqs("CreateQueue", QueueName=name, Attributes={"DelaySeconds": "1"}).result["QueueUrl"]
    aws.sqs("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "2"}).succeeds()
    aws.sqs("CreateQueue", QueueName=name, Attributes={"DelaySeconds": "2"}).gives(QueueUrl=url)
    aws.sqs("CreateQueue", QueueName=name, Attributes={"DelaySeconds": "1"}).refused("QueueAlreadyExists")


@case(
    "sqs/CreateQueue/again-with-messages",
    "Messages in an existing queue make no difference.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    name = aws.name()
    url = aws.sqs("CreateQueue", QueueName=name, Attributes={"DelaySeconds": "0"}).result["QueueUrl"]
    aws.sqs("SendMessage", QueueUrl=url, MessageBody="hello").succeeds()
    aws.sqs("CreateQueue", QueueName=name, Attributes={"DelaySeconds": "0"}).gives(QueueUrl=url)


@case("sqs/CreateQueue/tags", "Tags of the request are tags of the queue.", _PAGE, "documented")
def _(aws: Caller) -> None:
    queue = aws.queue(tags={"Env": "test", "env": ""})
    aws.sqs("ListQueueTags", QueueUrl=queue).gives(Tags={"Env": "test", "env": ""})


_TAGS_COMPARED = "https://github.com/Bogdanp/dramatiq_sqs/pull/13"

for suffix, has, given, sentence in (
    ("another-value-of-a-tag", {"a": "1"}, {"a": "2"}, "A tag that is given must have the value that the queue has."),
    ("another-tag", {"a": "1"}, {"a": "1", "b": "2"}, "A tag that is given must be a tag of the existing queue."),
    ("tags-of-a-queue-without", {}, {"a": "1"}, "A queue without tags is not given any by a repeated call."),
):

    @case(f"sqs/CreateQueue/again-with-{suffix}", sentence, _TAGS_COMPARED, "reported")
    def _(aws: Caller, has: dict[str, str] = has, given: dict[str, str] = given) -> None:
        name = aws.name()
        url = aws.sqs("CreateQueue", QueueName=name, **({"tags": has} if has else {})).result["QueueUrl"]
        aws.sqs("CreateQueue", QueueName=name, tags=given).refused("QueueAlreadyExists", shape="QueueNameExists")
        aws.sqs("ListQueueTags", QueueUrl=url).gives(Tags=has or ABSENT)


for suffix, given in (("the-same-tags", {"a": "1", "b": "2"}), ("some-of-its-tags", {"b": "2"}), ("no-tags", {})):

    @case(
        f"sqs/CreateQueue/again-with-{suffix}",
        "Only the tags that are given are compared with those of the existing queue.",
        _TAGS_COMPARED,
        "assumed",
    )
    def _(aws: Caller, given: dict[str, str] = given) -> None:
        name = aws.name()
        url = aws.sqs("CreateQueue", QueueName=name, tags={"a": "1", "b": "2"}).result["QueueUrl"]
        aws.sqs("CreateQueue", QueueName=name, **({"tags": given} if given else {})).gives(QueueUrl=url)
        aws.sqs("ListQueueTags", QueueUrl=url).gives(Tags={"a": "1", "b": "2"})


@case(
    "sqs/CreateQueue/again-after-another-tag",
    "A repeated call is compared with what the tags are now, not with what they were at creation.",
    _TAGS_COMPARED,
    "assumed",
)
def _(aws: Caller) -> None:
    name = aws.name()
    url = aws.sqs("CreateQueue", QueueName=name, tags={"a": "1"}).result["QueueUrl"]
    aws.sqs("TagQueue", QueueUrl=url, Tags={"a": "2"}).succeeds()
    aws.sqs("CreateQueue", QueueName=name, tags={"a": "2"}).gives(QueueUrl=url)
    aws.sqs("CreateQueue", QueueName=name, tags={"a": "1"}).refused("QueueAlreadyExists", shape="QueueNameExists")
