"""The query protocol of SQS, which older SDKs and hand-written clients use: answers, actions and headers."""

from emulator.conformance.caller import FORM, Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.mismatch import same
from emulator.conformance.protocols import Protocol

_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html"
_RFC = "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1"
_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"
_ONLY: tuple[Protocol, ...] = ("query",)

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
    "A form is a query request even if the header X-Amz-Target is present.",
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
