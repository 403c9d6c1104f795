"""The query protocol of SQS, which older SDKs and hand-written clients speak."""

from emulator.conformance.caller import FORM, Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.mismatch import same

_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html"
_GO_789 = "https://github.com/aws/aws-sdk-go/issues/789"
_GO_178 = "https://github.com/aws/aws-sdk-go/issues/178"
_GO_173 = "https://github.com/aws/aws-sdk-go/issues/173"
_JAVA_2524 = "https://github.com/aws/aws-sdk-java-v2/issues/2524"
_RFC = "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1"
_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"
_NAMELESS = "The request must contain non-empty message attribute name."
_ONLY = ("query",)

Form = dict[str, str]


# -- The answer ----------------------------------------------------------------------------


@case("sqs/Wire/query-success", "A success is XML in the namespace of SQS.", _GUIDE, "modeled", protocols=_ONLY)
def _(aws: Caller) -> None:
    answer = aws.form("sqs", {"Action": "GetQueueUrl", "QueueName": aws.queue().rpartition("/")[2]})
    same(answer.http.status, 200, "the status")
    response = answer.http.xml["GetQueueUrlResponse"]
    same(response["@xmlns"], _NAMESPACE, "the namespace")
    same(response["ResponseMetadata"]["RequestId"], str, "RequestId")
    same(answer.http.headers["content-type"].partition(";")[0], "text/xml", "Content-Type")


@case(
    "sqs/Wire/query-no-output",
    "An operation without output has no Result element.",
    _GUIDE,
    "modeled",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    answer = aws.form("sqs", {"Action": "TagQueue", "QueueUrl": aws.queue(), "Tag.1.Key": "a", "Tag.1.Value": "b"})
    response = answer.http.xml["TagQueueResponse"]
    same([name for name in response if not name.startswith(("@", "#"))], ["ResponseMetadata"])


@case(
    "sqs/Wire/query-error",
    "An error has type, code, message and an empty Detail.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    answer = aws.form("sqs", {"Action": "GetQueueUrl", "QueueName": aws.name()})
    same(answer.http.status, 400, "the status")
    response = answer.http.xml["ErrorResponse"]
    same(response["@xmlns"], _NAMESPACE, "the namespace")
    same(response["RequestId"], str, "RequestId")
    expected = {
        "Type": "Sender",
        "Code": "AWS.SimpleQueueService.NonExistentQueue",
        "Message": "The specified queue does not exist for this wsdl version.",
        "Detail": None,
    }
    same({name: response["Error"][name] for name in expected}, expected)


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
    "Behind a first entry without number there may be others.",
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
    "The plural that older SDKs wrote is understood.",
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
    queue = aws.sqs("CreateQueue", QueueName=name).result["QueueUrl"]
    aws.sqs("DeleteQueue", QueueUrl=queue).succeeds()
    again = aws.name()
    aws.form("sqs", {"Action": "CreateQueue", "QueueName": again, "Tags.1.Key": "a", "Tags.1.Value": "b"}).succeeds()
    made = aws.sqs("CreateQueue", QueueName=again).result["QueueUrl"]
    aws.sqs("ListQueueTags", QueueUrl=made).gives(Tags={"a": "b"})


for suffix, names in (
    ("list", {"AttributeName.1": "DelaySeconds"}),
    ("list-without-number", {"AttributeName": "DelaySeconds"}),
    ("list-in-the-plural", {"AttributeNames.1": "DelaySeconds"}),
):

    @case(f"sqs/Wire/query-{suffix}", "A list may be written so.", _GUIDE, "reported", protocols=_ONLY)
    def _(aws: Caller, names: Form = names) -> None:
        answer = aws.form("sqs", {"Action": "GetQueueAttributes", "QueueUrl": aws.queue(), **names})
        answer.gives(Attributes={"DelaySeconds": "0"})


_SENT = {"Value.DataType": "String", "Value.StringValue": "v"}
for suffix, prefix in (
    ("", "MessageAttribute.1"),
    ("-without-number", "MessageAttribute"),
    ("-in-the-plural", "MessageAttributes.1"),
):

    @case(
        f"sqs/Wire/query-message-attribute{suffix}",
        "A message attribute may be written so.",
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
    "A number is no parameter.",
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
        "A number that is none is refused.",
        {"Action": "ListQueues", "MaxResults": value},
        "MalformedInput",
        str,
        _GUIDE,
        "assumed",
    )

# -- Action, method and headers ------------------------------------------------------------

for suffix, params, code in (
    ("no-action", {}, "MissingAction"),
    ("unknown-action", {"Action": "FooBar"}, "InvalidAction"),
):

    @case(
        f"sqs/Wire/query-{suffix}",
        "A request without a known action is refused.",
        _GUIDE,
        "documented",
        protocols=_ONLY,
    )
    def _(aws: Caller, params: Form = params, code: str = code) -> None:
        aws.form("sqs", params).refused(code)


@case(
    "sqs/Wire/query-get-on-the-path-of-a-queue",
    "A GET on the path of a queue needs neither Version nor QueueUrl.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    path = "/" + "/".join(aws.queue().split("/")[-2:])
    answer = aws.http("sqs", "GET", f"{path}?Action=GetQueueAttributes&AttributeName.1=DelaySeconds")
    same(answer.status, 200, "the status")
    attribute = answer.xml["GetQueueAttributesResponse"]["GetQueueAttributesResult"]["Attribute"]
    same(attribute, {"Name": "DelaySeconds", "Value": "0"})


@case(
    "sqs/Wire/query-path-of-a-queue-without-action",
    "A GET on the path of a queue without action is 404 UnknownOperationException.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    path = "/" + "/".join(aws.queue().split("/")[-2:])
    for headers in ({}, {"Accept": "application/json"}):
        answer = aws.http("sqs", "GET", path, headers)
        same((answer.status, "<UnknownOperationException" in answer.text), (404, True), "status and error")


@case(
    "sqs/Wire/query-action-of-the-account-on-a-queue",
    "An action of the account is not valid on the path of a queue.",
    RECORDED,
    "recorded",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    path = "/" + "/".join(aws.queue().split("/")[-2:])
    answer = aws.form("sqs", {"Action": "CreateQueue", "QueueName": aws.name()}, target=path)
    answer.refused("InvalidAction", "The action CreateQueue is not valid for this endpoint.")


@case(
    "sqs/Wire/query-form-with-a-target",
    "A form is a query request although X-Amz-Target stands beside it.",
    "https://metacpan.org/dist/Amazon-SQS-Simple",
    "reported",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    headers = {"X-Amz-Target": "AmazonSQSv20121105.ListQueues"}
    form = {"Action": "ListQueues", "QueueNamePrefix": aws.name()}
    aws.form("sqs", form, headers=headers).succeeds()


@case(
    "sqs/Wire/query-media-type-in-capitals",
    "Media types are compared without regard to case.",
    _RFC,
    "documented",
    protocols=_ONLY,
)
def _(aws: Caller) -> None:
    form = {"Action": "ListQueues", "QueueNamePrefix": aws.name()}
    for media_type in (FORM.title(), "APPLICATION/X-WWW-FORM-URLENCODED"):
        aws.form("sqs", form, headers={"Content-Type": media_type}).succeeds()


for suffix, accept in (("", "application/json"), ("-in-capitals", "Application/JSON")):

    @case(
        f"sqs/Wire/query-answer-as-json{suffix}",
        "A query request that accepts JSON is answered in JSON.",
        RECORDED,
        "recorded" if not suffix else "documented",
        protocols=_ONLY,
    )
    def _(aws: Caller, accept: str = accept) -> None:
        form = {"Action": "GetQueueAttributes", "QueueUrl": aws.queue(), "AttributeName.1": "DelaySeconds"}
        answer = aws.form("sqs", form, headers={"Accept": accept}).http.document
        result = answer["GetQueueAttributesResponse"]["GetQueueAttributesResult"]
        same(result, {"Attributes": [{"Name": "DelaySeconds", "Value": "0"}]})
