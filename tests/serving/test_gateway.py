"""Whatever request comes in, there is an answer, no fault of ours, and a refused one has changed nothing."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

import emulator.world.notifications  # noqa: F401 - registers the actions of SNS, as the first request for one does
from api_shapes.operation import Operation
from emulator.actions.registry import REGISTRY
from emulator.configuration.settings import Settings
from emulator.foundation.ids import Ids
from emulator.serving.app import Emulator
from emulator.wire.headers import source_ip_of
from emulator.wire.http import HttpRequest, HttpResponse
from tests.examples import examples
from tests.fields import fields
from tests.wire.aws_models import OPERATIONS, json_model, operation_model, params, query_model

AnyOperation = Operation[Any, Any]

ACCOUNT = "000000000000"
QUEUE_ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue"
TOPIC_ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:topic"
FORM = b"application/x-www-form-urlencoded"
JSON10 = b"application/x-amz-json-1.0"

ACTIONS = [operation for operation in OPERATIONS if (operation.service, operation.name) in REGISTRY]

many_examples = settings(max_examples=examples(200))


def scope(service: str) -> bytes:
    return f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/{service}/aws4_request".encode()


def request(service: str, headers: dict[bytes, bytes], body: bytes, path: str = "/", query: bytes = b"") -> HttpRequest:
    defaults = {b"host": b"localhost:4566", b"authorization": scope(service)}
    return HttpRequest("POST", "http", path, query, defaults | headers, body)


def json_request(operation: AnyOperation, document: object) -> HttpRequest:
    headers = {b"x-amz-target": f"AmazonSQS.{operation.name}".encode(), b"content-type": JSON10}
    return request("sqs", headers, json.dumps(document).encode())


def query_request(service: str, form: dict[str, Any]) -> HttpRequest:
    return request(service, {b"content-type": FORM}, urlencode(form).encode("utf-8", "surrogatepass"))


# -- A small world to send requests to -----------------------------------------------------


class World:
    """An emulator whose time stands still, with a little of everything, where nobody waits."""

    def __init__(self) -> None:
        self.emulator = Emulator(Settings())
        self.emulator.world.clocks.move(None, lambda clock: clock.freeze())
        self.emulator.close()  # a long poll answers at once
        self.call("sqs", "CreateQueue", QueueName="queue")
        fifo = {"Attribute.1.Name": "FifoQueue", "Attribute.1.Value": "true"}
        self.call("sqs", "CreateQueue", QueueName="queue.fifo", **fifo)
        for number in range(3):
            self.call("sqs", "SendMessage", QueueUrl="queue", MessageBody=f"body {number}")
            fifo = {"MessageGroupId": "group", "MessageDeduplicationId": str(number)}
            self.call("sqs", "SendMessage", QueueUrl="queue.fifo", MessageBody=f"body {number}", **fifo)
        self.call("sqs", "SendMessage", QueueUrl="queue", MessageBody="delayed", DelaySeconds="900")
        self.handles = {HANDLE: self.receive("queue"), FIFO_HANDLE: self.receive("queue.fifo")}
        self.call("sns", "CreateTopic", Name="topic")
        self.call("sns", "Subscribe", TopicArn=TOPIC_ARN, Protocol="sqs", Endpoint=QUEUE_ARN)
        for operation in ACTIONS:  # what an account is given when it first asks for it
            if operation.service == "sns" and operation.name.startswith("List"):
                self.answer(query_request("sns", {"Action": operation.name}))

    def call(self, service: str, action: str, **params: str) -> ElementTree.Element:
        answer = self.answer(query_request(service, {"Action": action} | params))
        assert answer.status == 200, answer.body
        return ElementTree.fromstring(answer.body)

    def receive(self, queue: str) -> str:
        handle = self.call("sqs", "ReceiveMessage", QueueUrl=queue).findtext(".//{*}ReceiptHandle")
        assert handle is not None
        return handle

    def known(self, value: Any) -> Any:
        """``value`` with the handles of this world filled in."""
        match value:
            case dict():
                return {key: self.known(each) for key, each in value.items()}
            case list():
                return [self.known(each) for each in value]
            case str():
                return self.handles.get(value, value)
        return value

    def answer(self, request: HttpRequest) -> HttpResponse:
        outcome = self.emulator.gateway.answer(request)
        response = outcome if isinstance(outcome, HttpResponse) else asyncio.run(outcome)
        assert isinstance(response, HttpResponse), "there are no faults here"
        return response

    def check(self, request: HttpRequest) -> None:
        """Send ``request``: the answer is in one of AWS's forms, and a refusal leaves everything as it was."""
        before = self.state()
        answer = self.answer(request)
        assert answer.status != 500, request
        headers = dict(answer.headers)
        assert headers[b"content-length"] == str(len(answer.body)).encode()
        if b"json" in headers[b"content-type"]:
            assert isinstance(json.loads(answer.body or b"{}"), dict)
        elif b"cbor" in headers[b"content-type"]:
            assert answer.body.startswith(b"\xa2"), "a map of two members"
        else:
            ElementTree.fromstring(answer.body)
        if answer.status >= 400:
            assert self.state() == before, request

    def state(self) -> object:
        """All queues and topics, down to the last private list; but not what has been drawn of chance."""
        return [contents(each, set()) for each in (self.emulator.world.sqs.queues, self.emulator.world.sns)]


def contents(value: object, seen: set[int]) -> object:
    """What ``value`` holds, as plain lists, without what it only refers to."""
    match value:
        case str() | bytes() | int() | float() | None:
            return value
        case Ids():
            return None
    if callable(value) or id(value) in seen:
        return None
    seen.add(id(value))
    match value:
        case dict():
            return [(contents(key, seen), contents(each, seen)) for key, each in value.items()]
        case list() | tuple():
            return [contents(each, seen) for each in value]
        case set() | frozenset():
            return sorted(str(contents(each, seen)) for each in value)
    return [(name, contents(each, seen)) for name, each in fields(value)]


# -- Requests ------------------------------------------------------------------------------


HANDLE, FIFO_HANDLE = "<handle>", "<fifo handle>"  # in place of those of the world

# Texts that mean something to the world, and others.
WORDS = st.text(max_size=4) | st.sampled_from(
    [
        "queue",
        "queue.fifo",
        f"http://localhost/{ACCOUNT}/queue",
        QUEUE_ARN,
        TOPIC_ARN,
        HANDLE,
        FIFO_HANDLE,
        "All",
        "DelaySeconds",
        "RedrivePolicy",
        "FifoQueue",
        "true",
        "0",
        "-1",
        "String",
        "Number",
        "Binary.x",
        "{}",
        json.dumps({"deadLetterTargetArn": QUEUE_ARN, "maxReceiveCount": 1}),
        "",
        "\ufffe",
        "\r",
    ]
)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=3,
)
NAMES = st.sampled_from(
    [
        b"host",
        b"authorization",
        b"content-type",
        b"x-amz-target",
        b"accept",
        b"x-amzn-trace-id",
        b"smithy-protocol",
    ]
)
SCOPES = [scope(service) for service in ("sqs", "sns", "sts", "s3", "ec2", "lambda")]
VALUES = st.binary(max_size=12) | st.sampled_from(
    [b"", FORM, JSON10, b"application/json", b"AmazonSQS.SendMessage", b"Other.Do", *SCOPES, b"sqs.eu-west-1.aws"]
)
PATHS = st.sampled_from(["/", f"/{ACCOUNT}/queue", f"/{ACCOUNT}/queue.fifo/", "//", "/queue", "/service/A/operation/B"])
PATHS |= st.text(max_size=8)
METHODS = st.sampled_from(["POST", "GET", "PUT", "HEAD", "OPTIONS", "FOO"])


# What leads somewhere: where everything is drawn at random, hardly a request gets past its first member.
PLACES: dict[str, st.SearchStrategy[str]] = {
    "QueueUrl": st.sampled_from(["queue", "queue", "queue.fifo", "queue.fifo", "nowhere"]),
    "TopicArn": st.sampled_from([TOPIC_ARN, TOPIC_ARN, QUEUE_ARN]),
    "ReceiptHandle": st.sampled_from([HANDLE, FIFO_HANDLE, "garbage"]),
    "Id": st.sampled_from(["a", "b", "c", ""]),
}


def placed(value: Any, data: st.DataObject) -> Any:
    """``value`` with members that lead somewhere."""
    match value:
        case dict():
            return {
                name: data.draw(PLACES[name]) if name in PLACES else placed(each, data) for name, each in value.items()
            }
        case list():
            return [placed(each, data) for each in value]
    return value


def damaged(value: Any, data: st.DataObject) -> Any:
    """``value`` with some part of it replaced, or as it was."""
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 9)):
        key = data.draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
        value[key] = damaged(value[key], data)
        return value
    return data.draw(st.just(value) | st.just(value) | ANY_JSON)


@many_examples
@given(data=st.data())
def test_any_bytes_under_any_headers_have_an_answer(data: st.DataObject) -> None:
    headers = {b"host": b"localhost:4566"} | data.draw(st.dictionaries(NAMES, VALUES, max_size=4))
    body = data.draw(
        st.binary(max_size=60) | st.sampled_from([b"Action=SendMessage&QueueUrl=queue&MessageBody=", b"{"])
    )
    query = data.draw(st.binary(max_size=20) | st.just(b"Action=ReceiveMessage"))
    World().check(HttpRequest(data.draw(METHODS), "http", data.draw(PATHS), query, headers, body))


@many_examples
@given(operation=st.sampled_from([each for each in ACTIONS if each.service == "sqs"]), data=st.data())
def test_any_json_request_has_an_answer(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(json_model("sqs"), operation)
    given = placed(data.draw(params(model.input_shape, WORDS)), data)
    body = create_serializer("json", include_validation=False).serialize_to_request(given, model)["body"]
    world = World()
    world.check(json_request(operation, world.known(damaged(json.loads(body), data))))


@many_examples
@given(operation=st.sampled_from(ACTIONS), data=st.data())
def test_any_query_request_has_an_answer(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(query_model(operation.service), operation)
    given = placed(data.draw(params(model.input_shape, WORDS)), data)
    form = create_serializer("query", include_validation=False).serialize_to_request(given, model)["body"]
    for name in data.draw(st.lists(st.sampled_from(list(form)), max_size=2, unique=True)):
        value = form.pop(name)
        other_names = [name, name + ".1", name.rpartition(".")[0]]
        form[data.draw(st.sampled_from(other_names) | st.text(max_size=4))] = data.draw(st.just(value) | WORDS)
    world = World()
    world.check(query_request(operation.service, world.known(form)))


# -- Query requests that ask for JSON ------------------------------------------------------


@pytest.mark.parametrize("operation", ACTIONS, ids=[f"{each.service}-{each.name}" for each in ACTIONS])
@pytest.mark.parametrize("way", ["header", "parameter"])
def test_every_action_answers_in_json_where_it_is_asked_to(operation: AnyOperation, way: str) -> None:
    form = {"Action": operation.name} | ({"ContentType": "JSON"} if way == "parameter" else {})
    asked = query_request(operation.service, form)
    if way == "header":
        asked.headers = {**asked.headers, b"accept": b"Application/JSON, */*"}
    answer = World().answer(asked)
    assert dict(answer.headers)[b"content-type"] == b"application/json"
    document = json.loads(answer.body)
    assert document.keys() == ({f"{operation.name}Response"} if answer.status == 200 else {"Error", "RequestId"})


@pytest.mark.parametrize("service", ["sqs", "sns"])
@pytest.mark.parametrize("body", [b"Action=%zz", b"Action=NoSuchAction", b""])
def test_request_that_makes_no_sense_is_refused_in_json_where_it_asks_for_it(service: str, body: bytes) -> None:
    asked = request(service, {b"content-type": FORM, b"accept": b"application/json"}, body)
    answer = World().answer(asked)
    assert dict(answer.headers)[b"content-type"] == b"application/json"
    assert json.loads(answer.body)["Error"]["Type"] == "Sender"


@pytest.mark.parametrize(
    ("client", "source_ip"),
    [
        (("203.0.113.7", 1), "203.0.113.7"),
        (["::ffff:203.0.113.7", 1], "203.0.113.7"),
        (("2001:db8::7", 1), "2001:db8::7"),
        (("fe80::1%eth0", 1), "fe80::1"),
        (None, "127.0.0.1"),
    ],
)
def test_caller_has_the_address_of_the_other_end_of_the_connection(client: Any, source_ip: str) -> None:
    assert source_ip_of(HttpRequest("POST", "http", "/", b"", {}, b"", client=client)) == source_ip
