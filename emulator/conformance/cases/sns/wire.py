"""The query protocol of SNS: forms in, XML or JSON out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from emulator.conformance.caller import VERSIONS, Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API
from emulator.conformance.mismatch import Mismatch, has, same

_MODEL = f"{SNS_API}/sns-api.pdf"
_BOTO = "https://github.com/boto/boto/blob/develop/boto/sns/connection.py"
_GATEWAY = "https://github.com/YelpArchive/elastalert/issues/674"
_NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"

Params = dict[str, str]


def _succeeding(aws: Caller, params: Params, headers: Params | None = None) -> Any:
    """The HTTP answer to a form, which is a success."""
    answer = aws.form("sns", params, headers=headers).http
    if answer.status != 200:
        raise Mismatch(f"{params['Action']} was refused with {answer.status}: {answer.text[:600]}")
    return answer


# -- XML -------------------------------------------------------------------------------------


@case("sns/Wire/success", "An answer is XML, with its request id in the body and in a header.", _MODEL, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    answer = _succeeding(aws, {"Action": "ListTagsForResource", "ResourceArn": topic})
    same(answer.headers["content-type"].startswith("text/xml"), True, "whether the content type is text/xml")
    root = answer.xml["ListTagsForResourceResponse"]
    same(root["@xmlns"], _NAMESPACE, "the namespace")
    has(root, {"ListTagsForResourceResult": {"Tags": None}, "ResponseMetadata": {"RequestId": str}})
    same(answer.headers["x-amzn-requestid"], root["ResponseMetadata"]["RequestId"], "the request id in the header")


@case("sns/Wire/layout", "Each element is on a line of its own, indented by its depth.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    body = _succeeding(aws, {"Action": "Publish", "TopicArn": aws.topic(), "Message": "hello"}).text
    lines = [line.partition(">")[0] for line in body.split("\n")]
    expected = [
        f'<PublishResponse xmlns="{_NAMESPACE}"',
        *("  <PublishResult", "    <MessageId", "  </PublishResult"),
        *("  <ResponseMetadata", "    <RequestId", "  </ResponseMetadata"),
        *("</PublishResponse", ""),
    ]
    same(lines, expected, "the beginnings of the lines")


_EMPTY: dict[str, tuple[Callable[[str], Params], bool]] = {
    "RemovePermission": (lambda topic: {"TopicArn": topic, "Label": "x"}, False),
    "SetTopicAttributes": (
        lambda topic: {"TopicArn": topic, "AttributeName": "DisplayName", "AttributeValue": "x"},
        False,
    ),
    "Unsubscribe": (lambda topic: {"SubscriptionArn": f"{topic}:00000000-0000-0000-0000-000000000000"}, False),
    "PutDataProtectionPolicy": (lambda topic: {"ResourceArn": topic, "DataProtectionPolicy": ""}, False),
    "DeleteTopic": (lambda topic: {"TopicArn": f"{topic}-gone"}, False),
    "TagResource": (lambda topic: {"ResourceArn": topic, "Tags.member.1.Key": "k", "Tags.member.1.Value": "v"}, True),
    "UntagResource": (lambda topic: {"ResourceArn": topic, "TagKeys.member.1": "k"}, True),
}
for _operation, (_params, _with_result) in _EMPTY.items():

    @case(
        f"sns/Wire/result-of-{_operation.lower()}",
        "An operation without members in its answer has no result element, unless the model has one.",
        f"{SNS_API}/API_{_operation}.html",
        "modeled",
    )
    def _(
        aws: Caller,
        operation: str = _operation,
        params: Callable[[str], Params] = _params,
        with_result: bool = _with_result,
    ) -> None:
        root = _succeeding(aws, {"Action": operation, **params(aws.topic())}).xml[f"{operation}Response"]
        elements = {f"{operation}Result", "ResponseMetadata"} if with_result else {"ResponseMetadata"}
        same({name for name in root if name[0] not in "@#"}, elements, "the elements")


@case("sns/Wire/error", "An error has a type (Sender or Receiver), a code and a message.", _MODEL, "documented")
def _(aws: Caller) -> None:
    answer = aws.form("sns", {"Action": "GetTopicAttributes", "TopicArn": aws.arn_of_no_topic()}).http
    same(answer.status, 404, "the status")
    root = answer.xml["ErrorResponse"]
    same(root["@xmlns"], _NAMESPACE, "the namespace")
    has(root["Error"], {"Type": "Sender", "Code": "NotFound", "Message": "Topic does not exist"})
    same(root["RequestId"], str, "the request id")


@case("sns/Wire/get", "An operation can be called by GET, with its parameters in the URL.", _MODEL, "documented")
def _(aws: Caller) -> None:
    query = urlencode({"Version": VERSIONS["sns"], "Action": "GetTopicAttributes", "TopicArn": aws.topic()})
    answer = aws.http("sns", "GET", f"/?{query}")
    same(answer.status, 200, "the status")
    same("GetTopicAttributesResponse" in answer.xml, True, "whether it is answered")


@case("sns/Wire/unknown-action", "An unknown action is refused.", f"{SNS_API}/CommonErrors.html", "documented")
def _(aws: Caller) -> None:
    aws.form("sns", {"Action": "NoSuchAction"}).refused("InvalidAction")


@case("sns/Wire/sqs-action", "An action of SQS is unknown to SNS.", f"{SNS_API}/CommonErrors.html", "documented")
def _(aws: Caller) -> None:
    aws.form("sns", {"Action": "ListQueues"}).refused("InvalidAction")


@case("sns/Wire/numbers-with-gaps", "The numbers of a list's members need not be without gaps.", _MODEL, "assumed")
def _(aws: Caller) -> None:
    topic = aws.topic()
    params = {
        "Tags.member.7.Key": "b",
        "Tags.member.7.Value": "2",
        "Tags.member.3.Key": "a",
        "Tags.member.3.Value": "1",
    }
    _succeeding(aws, {"Action": "TagResource", "ResourceArn": topic, **params})
    tags = aws.sns("ListTagsForResource", ResourceArn=topic).result["Tags"]
    same({tag["Key"]: tag["Value"] for tag in tags}, {"a": "1", "b": "2"}, "the tags")


@case("sns/Wire/empty-list", "An empty list is its bare name, as SDKs send it.", _MODEL, "modeled")
def _(aws: Caller) -> None:
    topic = aws.topic()
    _succeeding(aws, {"Action": "UntagResource", "ResourceArn": topic, "TagKeys": ""})


@case("sns/Wire/characters-of-xml", "Characters that XML reserves come back as they were.", _MODEL, "documented")
def _(aws: Caller) -> None:
    name = "<a> & \"b\" 'c' ]]> \N{GREEK SMALL LETTER OMEGA} \N{GRINNING FACE}"
    topic = aws.topic({"DisplayName": name})
    shown = aws.sns("GetTopicAttributes", TopicArn=topic).result["Attributes"]
    same(shown["DisplayName"], name, "the display name")


# -- JSON ------------------------------------------------------------------------------------

_ACCEPT = {
    "application/json": True,
    "application/json, text/plain, */*": True,
    "Application/JSON": True,
    "*/*": False,
    "text/xml": False,
}
for _number, (_accept, _json) in enumerate(_ACCEPT.items(), 1):

    @case(
        f"sns/Wire/accept-{_number}",
        f"To a request with Accept: {_accept} the answer is {'JSON' if _json else 'XML'}.",
        REPORTED,
        "reported" if _json else "documented",
    )
    def _(aws: Caller, accept: str = _accept, json: bool = _json) -> None:
        answer = _succeeding(aws, {"Action": "GetTopicAttributes", "TopicArn": aws.topic()}, {"Accept": accept})
        wanted = "application/json" if json else "text/xml"
        same(answer.headers["content-type"].partition(";")[0], wanted, "the content type")
        same("GetTopicAttributesResponse" in (answer.document if json else answer.xml), True, "whether it is answered")


_REQUEST_ID = {"RequestId": str}
_TopicParams = Callable[[str], Params]
# By the action: its parameters, and the result; None if the answer has none.
_RESULTS: dict[str, tuple[_TopicParams, dict[str, Any] | None]] = {
    "Publish": (
        lambda topic: {"TopicArn": topic, "Message": "hello"},
        {"MessageId": str, "SequenceNumber": None},
    ),
    "GetTopicAttributes": (
        lambda topic: {"TopicArn": topic},
        {"Attributes": lambda shown: shown["DisplayName"] == "" and shown["SubscriptionsPending"] == "0"},
    ),
    "ListSubscriptionsByTopic": (lambda topic: {"TopicArn": topic}, {"Subscriptions": [], "NextToken": None}),
    "ListTagsForResource": (lambda topic: {"ResourceArn": topic}, {"Tags": []}),
    "Subscribe": (
        lambda topic: {"TopicArn": topic, "Protocol": "email", "Endpoint": "nobody@example.com"},
        {"SubscriptionArn": "pending confirmation"},
    ),
    "GetDataProtectionPolicy": (lambda topic: {"ResourceArn": topic}, {"DataProtectionPolicy": ""}),
    **{name: (params, {} if with_result else None) for name, (params, with_result) in _EMPTY.items()},
}
for _operation, (_params, _result) in _RESULTS.items():
    for _how, _more, _headers in (
        ("accept", {}, {"Accept": "application/json"}),
        ("contenttype", {"ContentType": "JSON"}, {}),
    ):

        @case(
            f"sns/Wire/json-of-{_operation.lower()}-by-{_how}",
            "SNS answers in JSON if the header Accept or the parameter ContentType asks for it.",
            _BOTO if _how == "contenttype" else REPORTED,
            "reported",
        )
        def _(
            aws: Caller,
            operation: str = _operation,
            params: _TopicParams = _params,
            result: dict[str, Any] | None = _result,
            more: Params = _more,
            headers: Params = _headers,
        ) -> None:
            answer = _succeeding(aws, {"Action": operation, **params(aws.topic()), **more}, headers)
            same(answer.headers["content-type"].partition(";")[0], "application/json", "the content type")
            content = {"ResponseMetadata": _REQUEST_ID}
            if result is not None:
                content[f"{operation}Result"] = result
            same(answer.document, {f"{operation}Response": content})


_REFUSED: dict[str, tuple[Params, int, str]] = {
    "unknown-topic": ({"Action": "GetTopicAttributes"}, 404, "NotFound"),
    "unknown-action": ({"Action": "NoSuchAction"}, 400, "InvalidAction"),
    "missing-member": ({"Action": "SetTopicAttributes"}, 400, "ValidationError"),
}
for _what, (_given, _status, _code) in _REFUSED.items():
    for _how, _more, _headers in (
        ("accept", {}, {"Accept": "application/json"}),
        ("contenttype", {"ContentType": "JSON"}, {}),
    ):

        @case(
            f"sns/Wire/json-error-of-{_what}-by-{_how}",
            "Errors are answered in JSON too.",
            _GATEWAY,
            "reported",
        )
        def _(
            aws: Caller,
            given: Params = _given,
            status: int = _status,
            code: str = _code,
            more: Params = _more,
            headers: Params = _headers,
        ) -> None:
            params = {**given, "TopicArn": aws.arn_of_no_topic(), **more}
            answer = aws.form("sns", params, headers=headers).http
            same(answer.status, status, "the status")
            error = {"Code": code, "Message": str, "Type": "Sender"}
            same(answer.document, {"Error": error, "RequestId": str})
