"""Lists and maps in the query protocol of SQS: their spellings, and what cannot be parsed."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import SQS_API
from emulator.conformance.mismatch import same
from emulator.conformance.protocols import Protocol

_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html"
_GO_789 = "https://github.com/aws/aws-sdk-go/issues/789"
_GO_178 = "https://github.com/aws/aws-sdk-go/issues/178"
_GO_173 = "https://github.com/aws/aws-sdk-go/issues/173"
_JAVA_2524 = "https://github.com/aws/aws-sdk-java-v2/issues/2524"
_NAMELESS = "The request must contain non-empty message attribute name."
_ONLY: tuple[Protocol, ...] = ("query",)

Form = dict[str, str]

# -- Lists and maps ------------------------------------------------------------------------


def _sets(suffix: str, sentence: str, params: Form, expected: Form, source: str, certainty: Certainty) -> None:
    """A case: SetQueueAttributes with ``params`` gives a queue the ``expected`` attributes."""

    @case(f"sqs/Wire/query-{suffix}", sentence, source, certainty, protocols=_ONLY)
    def _(aws: Caller) -> None:
        queue = aws.queue()
        aws.form("sqs", {"Action": "SetQueueAttributes", "QueueUrl": queue, **params}).succeeds()
        same(aws.attributes(queue, *expected), expected)


_sets(
    "map",
    "The entries of a map are numbered from 1.",
    {
        "Attribute.1.Name": "VisibilityTimeout",
        "Attribute.1.Value": "40",
        "Attribute.2.Name": "DelaySeconds",
        "Attribute.2.Value": "4",
    },
    {"VisibilityTimeout": "40", "DelaySeconds": "4"},
    _GUIDE,
    "documented",
)
_sets(
    "map-out-of-order",
    "The numbers of entries may leave gaps and come in any order.",
    {
        "Attribute.7.Value": "4",
        "Attribute.2.Name": "VisibilityTimeout",
        "Attribute.7.Name": "DelaySeconds",
        "Attribute.2.Value": "40",
    },
    {"VisibilityTimeout": "40", "DelaySeconds": "4"},
    _GUIDE,
    "assumed",
)
_sets(
    "map-without-number",
    "The first entry of a map may have no number.",
    {"Attribute.Name": "VisibilityTimeout", "Attribute.Value": "40"},
    {"VisibilityTimeout": "40"},
    f"{SQS_API}/API_SetQueueAttributes.html",
    "reported",
)
_sets(
    "map-with-and-without-number",
    "A first entry without a number may be followed by others.",
    {
        "Attribute.Name": "VisibilityTimeout",
        "Attribute.Value": "40",
        "Attribute.2.Name": "DelaySeconds",
        "Attribute.2.Value": "4",
    },
    {"VisibilityTimeout": "40", "DelaySeconds": "4"},
    f"{SQS_API}/API_SetQueueAttributes.html",
    "assumed",
)
_sets(
    "map-in-the-plural",
    "The plural form that older SDKs sent is accepted.",
    {"Attributes.1.Name": "VisibilityTimeout", "Attributes.1.Value": "40"},
    {"VisibilityTimeout": "40"},
    _JAVA_2524,
    "reported",
)


def _tags(suffix: str, sentence: str, params: Form, source: str) -> None:
    """A case: TagQueue with ``params`` gives a queue the tag a=b."""

    @case(f"sqs/Wire/query-{suffix}", sentence, source, "reported", protocols=_ONLY)
    def _(aws: Caller) -> None:
        queue = aws.queue()
        aws.form("sqs", {"Action": "TagQueue", "QueueUrl": queue, **params}).succeeds()
        aws.sqs("ListQueueTags", QueueUrl=queue).gives(Tags={"a": "b"})


_tags("tag", "Tags are Tag.1.Key and Tag.1.Value.", {"Tag.1.Key": "a", "Tag.1.Value": "b"}, _GUIDE)
_tags("tag-without-number", "The first tag may have no number.", {"Tag.Key": "a", "Tag.Value": "b"}, _GUIDE)
_tags("tags-in-the-plural", "Tags.1.Key is Tag.1.Key.", {"Tags.1.Key": "a", "Tags.1.Value": "b"}, _JAVA_2524)


@case(
    "sqs/Wire/query-tags-of-a-new-queue-in-the-plural",
    "Tags.1.Key is Tag.1.Key in CreateQueue too.",
    _JAVA_2524,
    "reported",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    name = aws.name()
    aws.form("sqs", {"Action": "CreateQueue", "QueueName": name, "Tags.1.Key": "a", "Tags.1.Value": "b"}).succeeds()
    queue = aws.sqs("CreateQueue", QueueName=name).result["QueueUrl"]  # so that it is removed at the end
    aws.sqs("ListQueueTags", QueueUrl=queue).gives(Tags={"a": "b"})


for suffix, names in (
    ("list", {"AttributeName.1": "DelaySeconds"}),
    ("list-without-number", {"AttributeName": "DelaySeconds"}),
    ("list-in-the-plural", {"AttributeNames.1": "DelaySeconds"}),
):

    @case(f"sqs/Wire/query-{suffix}", "A list may be written in this form.", _GUIDE, "reported", protocols=_ONLY)
    def _(aws: Caller, names: Form = names) -> None:
        answer = aws.form("sqs", {"Action": "GetQueueAttributes", "QueueUrl": aws.queue(), **names})
        answer.gives(Attributes={"DelaySeconds": "0"})


for suffix, names in (
    ("", {"AttributeName.1": "SenderId", "AttributeName.2": "SentTimestamp"}),
    (
        "-by-their-newer-name",
        {"MessageSystemAttributeName.1": "SenderId", "MessageSystemAttributeName.2": "SentTimestamp"},
    ),
    ("-by-both-names", {"AttributeName.1": "SenderId", "MessageSystemAttributeName.1": "SentTimestamp"}),
):

    @case(
        f"sqs/Wire/query-system-attributes{suffix}",
        "The list of system attributes may be written in this form.",
        f"{SQS_API}/API_ReceiveMessage.html",
        "assumed" if suffix else "documented",
        protocols=_ONLY,
    )
    def _(aws: Caller, names: Form = names) -> None:
        queue = aws.queue()
        aws.sqs("SendMessage", QueueUrl=queue, MessageBody="a").succeeds()
        answer = aws.form("sqs", {"Action": "ReceiveMessage", "QueueUrl": queue, "WaitTimeSeconds": "5", **names})
        (message,) = answer.result["Messages"]
        same(sorted(message["Attributes"]), ["SenderId", "SentTimestamp"])


_SENT = {"Value.DataType": "String", "Value.StringValue": "v"}
for suffix, prefix in (
    ("", "MessageAttribute.1"),
    ("-without-number", "MessageAttribute"),
    ("-in-the-plural", "MessageAttributes.1"),
):

    @case(
        f"sqs/Wire/query-message-attribute{suffix}",
        "A message attribute may be written in this form.",
        _JAVA_2524 if "plural" in suffix else _GUIDE,
        "reported",
        protocols=_ONLY,
    )
    def _(aws: Caller, prefix: str = prefix) -> None:
        attribute = {f"{prefix}.{name}": value for name, value in {"Name": "k", **_SENT}.items()}
        message = {"Action": "SendMessage", "QueueUrl": aws.queue(), "MessageBody": "a", **attribute}
        aws.form("sqs", message).gives(MD5OfMessageAttributes=str)


@case(
    "sqs/Wire/query-batch-entry-without-number",
    "The first entry of a batch may have no number.",
    _GUIDE,
    "reported",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    entry = {"SendMessageBatchRequestEntry.Id": "a", "SendMessageBatchRequestEntry.MessageBody": "hello"}
    answer = aws.form("sqs", {"Action": "SendMessageBatch", "QueueUrl": aws.queue(), **entry})
    same([each["Id"] for each in answer.result["Successful"]], ["a"])


# -- What cannot be understood -------------------------------------------------------------


def _refuses(
    suffix: str, sentence: str, params: Form, code: str, message: object, source: str, certainty: Certainty
) -> None:
    @case(f"sqs/Wire/query-{suffix}", sentence, source, certainty, protocols=_ONLY)
    def _(aws: Caller) -> None:
        aws.form("sqs", {"QueueUrl": aws.queue(), **params}).refused(code, message)


_SEND = {"Action": "SendMessage", "MessageBody": "a"}
_SET = {"Action": "SetQueueAttributes"}
for suffix, params, source in (
    ("empty", {"MessageAttribute": ""}, _GO_789),
    ("with-key-for-name", {"MessageAttribute.1.key": "k", "MessageAttribute.1.value.DataType": "String"}, _GO_178),
    ("without-name", {"MessageAttribute.1.Value.DataType": "String"}, _GO_178),
):
    _refuses(
        f"message-attribute-{suffix}",
        "A message attribute without a name is refused.",
        _SEND | params,
        "InvalidParameterValue",
        _NAMELESS,
        source,
        "reported",
    )
_refuses(
    "number-at-the-top",
    "A number is not a parameter's name.",
    {"Action": "SendMessageBatch", "1.Id": "a"},
    "MalformedInput",
    "Top level element may not be treated as a list",
    _GO_173,
    "reported",
)
for suffix, params in (
    ("unknown-list", {"Unknown.1": "a"}),
    ("unknown-map", {"Attribut.1.Name": "DelaySeconds", "Attribut.1.Value": "1"}),
    ("index-in-words", {"Attribute.one.Name": "DelaySeconds", "Attribute.one.Value": "1"}),
    ("index-negative", {"Attribute.-1.Name": "DelaySeconds", "Attribute.-1.Value": "1"}),
    ("entry-without-name", {"Attribute.2.Value": "1"}),
    ("entry-without-value", {"Attribute.2.Name": "DelaySeconds"}),
    ("entry-with-more", {"Attribute.2.Name": "DelaySeconds", "Attribute.2.Value": "1", "Attribute.2.Unit": "s"}),
    ("entry-that-is-text", {"Attribute.2": "DelaySeconds"}),
    ("map-that-is-text", {"Attribute": "DelaySeconds"}),
    ("text-that-is-a-list", {"QueueUrl.1": "a"}),
):

    @case(
        f"sqs/Wire/query-{suffix}",
        "A parameter of a list or map that cannot be understood is not dropped in silence.",
        _GUIDE,
        "assumed",
        protocols=_ONLY,
    )
    def _(aws: Caller, params: Form = params) -> None:
        first = {"Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "40"}
        answer = aws.form("sqs", {**_SET, "QueueUrl": aws.queue(), **first, **params})
        same(answer.http.status, 400, "the status")


@case(
    "sqs/Wire/query-unknown-parameters",
    "Single parameters that the operation does not have are ignored.",
    _GUIDE,
    "assumed",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    aws.form(
        "sqs", {"Action": "ListQueues", "QueueNamePrefix": aws.name(), "AUTHPARAMS": "", "Unknown": "a"}
    ).succeeds()


for suffix, value in (("words", "many"), ("empty", ""), ("fraction", "1.5")):
    _refuses(
        f"number-{suffix}",
        "A malformed number is refused.",
        {"Action": "ListQueues", "MaxResults": value},
        "MalformedInput",
        str,
        _GUIDE,
        "assumed",
    )
