"""A request is read once: its protocol, its caller, its operation, and the typed request or the error of AWS."""

import gc
import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api_shapes import sns, sqs, sts
from api_shapes.operation import Operation
from emulator.aws.errors import (
    InvalidAction,
    MalformedInput,
    MalformedQueryString,
    MissingAction,
    MissingParameter,
    NoOperation,
    NotImplementedYet,
    RequestEntityTooLarge,
    SerializationError,
    UnknownOperation,
)
from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.wire.call import Call, WireProtocol
from emulator.wire.call_reader import CallReader
from emulator.wire.caller import Caller
from emulator.wire.callers import MOST_SIGNERS, Callers
from emulator.wire.headers import KEPT_BYTES
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.wire.other_services import OtherService
from emulator.wire.protocols import JSON10, QUERY_JSON, QUERY_XML
from emulator.wire.services import SCOPED, operation_named, service_of_query
from tests.plain import replaces_functions

DEFAULT = Caller("000000000000", "us-east-1")
FORM = b"application/x-www-form-urlencoded"
JSON = b"application/x-amz-json-1.0"
SEND = {b"content-type": JSON, b"x-amz-target": b"AmazonSQS.SendMessage"}
QUEUE_PATH = "/111111111111/queue"


def signed(service: str, account: str = "111111111111", region: str = "eu-west-1") -> dict[bytes, bytes]:
    scope = f"{account}/20260101/{region}/{service}/aws4_request"
    return {b"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0".encode()}


def read(headers: dict[bytes, bytes], body: bytes = b"", path: str = "/", query: bytes = b"", **more: Any) -> Call:
    request = HttpRequest("POST", "http", path, query, {b"host": b"localhost"} | headers, body, **more)
    return CallReader(Callers(DEFAULT)).read(request)


@pytest.mark.parametrize(
    ("headers", "body", "protocol"),
    [
        (SEND, b"{}", JSON10),
        ({b"content-type": b"Application/X-Amz-JSON-1.0; charset=utf-8"}, b"{}", JSON10),
        ({b"x-amz-target": b"AmazonSQS.SendMessage"}, b"{}", JSON10),
        ({b"content-type": FORM, b"x-amz-target": b"AmazonSQS.SendMessage"}, b"", QUERY_XML),
        ({b"content-type": FORM}, b"", QUERY_XML),
        ({}, b"", QUERY_XML),
        ({b"accept": b"Application/JSON"}, b"", QUERY_JSON),
        ({b"accept": b"text/xml, application/json"}, b"", QUERY_XML),
        ({}, b"ContentType=json", QUERY_JSON),
        ({}, b"ContentType=XML", QUERY_XML),
        (SEND | {b"accept": b"application/json"}, b"{}", JSON10),
        ({b"accept": b"application/json"}, b"%zz", QUERY_JSON),
    ],
)
def test_protocol_of_the_answer_is_chosen_by_the_request(
    headers: dict[bytes, bytes], body: bytes, protocol: WireProtocol
) -> None:
    assert read(headers, body).protocol is protocol


def test_json_request_is_typed() -> None:
    call = read(SEND | signed("sqs"), b'{"QueueUrl": "q", "MessageBody": "b"}')
    assert call.error is None
    assert call.shape == sqs.SendMessageRequest(queue_url="q", message_body="b")
    assert (call.service, call.action, call.operation) == ("sqs", "SendMessage", sqs.SEND_MESSAGE)
    assert call.caller == Caller("111111111111", "eu-west-1", signed=True, access_key="111111111111")


def test_query_request_at_the_path_of_a_queue_is_typed() -> None:
    call = read({b"content-type": FORM}, b"Action=SendMessage&MessageBody=b", QUEUE_PATH)
    assert call.shape == sqs.SendMessageRequest(queue_url=QUEUE_PATH, message_body="b")
    assert call.caller == DEFAULT


def test_request_of_each_service_finds_its_operation() -> None:
    for service, operation in (("sns", sns.LIST_TOPICS), ("sts", sts.GET_CALLER_IDENTITY), ("sqs", sqs.LIST_QUEUES)):
        call = read({b"content-type": FORM} | signed(service), f"Action={operation.name}".encode())
        assert (call.service, call.operation, type(call.shape)) == (service, operation, operation.request)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (read(SEND, b"{"), SerializationError),
        (read(SEND, b"{}"), MissingParameter),
        (read(SEND | {b"x-amz-target": b"AmazonSQS.Fly"}, b"{}"), UnknownOperation),
        (read({b"content-type": JSON}, b"{}"), UnknownOperation),
        (read({}, b"Action=Fly&Version=2012-11-05"), InvalidAction),
        (read({}, b"Action=CreateQueue&QueueName=a", QUEUE_PATH), InvalidAction),
        (read({}, b"", QUEUE_PATH), NoOperation),
        (read({}, b""), MissingAction),
        (read({}, b"Action=%zz"), MalformedQueryString),
        (read({}, b"Action=GetQueueUrl&QueueName=a", query=b"QueueName=b"), MalformedInput),
        (read(SEND, b"", too_large=True), RequestEntityTooLarge),
        (read(signed("sts"), b"Action=AssumeRoot"), NotImplementedYet),
        (read(signed("sts") | {b"content-type": JSON, b"x-amz-target": b"A.AssumeRoot"}, b"{}"), NotImplementedYet),
        (read(signed("dynamodb"), b""), NotImplementedYet),
        (read(signed("dynamodb"), b"", too_large=True), NotImplementedYet),
        (read(signed("s3"), b"%zz"), NotImplementedYet),
        (read(signed("s3"), b"a=1", query=b"a=2"), NotImplementedYet),
    ],
)
def test_call_without_a_typed_request_has_the_error_of_aws(call: Call, error: type[Exception]) -> None:
    assert call.shape is None
    assert type(call.error) is error


@pytest.mark.parametrize("body", [b"Action=%zz", b"QueueName=a&QueueName=b"])
def test_request_that_cannot_be_taken_apart_still_has_its_caller_and_service(body: bytes) -> None:
    call = read({b"content-type": FORM} | signed("sqs"), body)
    assert (call.service, call.action) == ("sqs", None)
    assert call.caller == Caller("111111111111", "eu-west-1", signed=True, access_key="111111111111")


def test_answers_of_other_services_are_written_by_their_own_protocols() -> None:
    protocols = {
        service: read(signed(service), body).protocol
        for service, body in (("s3", b""), ("ec2", b""), ("iam", b"Action=ListUsers"), ("eks", b""))
    }
    assert all(isinstance(protocol, OtherService) for protocol in protocols.values())
    assert len(set(map(type, protocols.values()))) == 4


@pytest.mark.parametrize(
    "operation", [SCOPED[key] for key in sorted(SCOPED, key=str)], ids=lambda each: f"{each.service}-{each.name}"
)
def test_operation_found_by_one_look_up_is_that_of_the_plain_way(operation: Operation[Any, Any]) -> None:
    form = {"Action": operation.name, "Version": "2012-11-05"}
    request = HttpRequest("POST", "http", "/", b"", {b"host": b"sns.us-east-1.amazonaws.com"}, b"")
    service = service_of_query(request, form, operation.service)
    assert (service, operation_named(service, operation.name)) == (operation.service, operation)
    headers = {b"content-type": FORM} | signed(operation.service)
    call = CallReader(Callers(DEFAULT)).identify(
        HttpRequest("POST", "http", "/", b"", headers, b"Version=2012-11-05&Action=" + operation.name.encode())
    )
    assert (call.service, call.action, call.operation) == (service, operation.name, operation)


@pytest.mark.parametrize(("scope", "action"), [("sns", "SendMessage"), ("sqs", "Publish"), ("s3", "Publish")])
def test_operation_of_another_service_is_not_found_by_its_name(scope: str, action: str) -> None:
    call = read({b"content-type": FORM} | signed(scope), f"Action={action}".encode())
    assert (call.service, call.operation) == (scope, None)


CREDENTIALS = st.sampled_from(
    [
        b"",
        b"AWS4-HMAC-SHA256 Credential=111111111111/20260101/eu-west-1/sns/aws4_request",
        b"AWS4-HMAC-SHA256 Credential=222222222222/20260101/us-east-1/sqs/aws4_request",
        b"AWS4-HMAC-SHA256 Credential=key/20260101//sqs/aws4_request",
        b"Credential=key/20260101/sqs",
        b"AWS4-HMAC-SHA256 SignedHeaders=host",
        b"Credential=" + b"k" * 300 + b"/20260101/us-east-1/sqs/aws4_request",
    ]
)


@given(st.lists(st.tuples(CREDENTIALS, st.sampled_from([b"", b",", b", Signature=0"]), CREDENTIALS), max_size=6))
def test_caller_that_is_known_is_found_as_a_new_one(headers: list[tuple[bytes, bytes, bytes]]) -> None:
    callers = Callers(DEFAULT)
    for parts in headers:
        header = {b"authorization": b"".join(parts)}
        assert callers.signer_of(header, {}) == Callers(DEFAULT).signer_of(header, {})


def test_known_callers_are_bounded_and_their_keys_short() -> None:
    callers = Callers(DEFAULT)
    for number in range(MOST_SIGNERS + 5):
        callers.signer_of(signed("sqs", account=f"{number:012}"), {})
    callers.signer_of(signed("sqs", region="r" * 300), {})
    assert 0 < len(callers.known) <= MOST_SIGNERS
    assert max(map(len, callers.known)) <= KEPT_BYTES


def test_region_of_an_unsigned_request_is_that_of_its_host() -> None:
    assert read(SEND | {b"host": b"sqs.eu-central-1.amazonaws.com"}).caller == Caller("000000000000", "eu-central-1")


def test_caller_of_a_presigned_url_is_found_in_its_parameters() -> None:
    scope = b"222222222222%2F20260101%2Fap-south-1%2Fsns%2Faws4_request"
    call = read({}, query=b"Action=ListTopics&X-Amz-Credential=" + scope)
    assert (call.service, call.caller) == (
        "sns",
        Caller("222222222222", "ap-south-1", signed=True, access_key="222222222222"),
    )


def test_credential_may_stand_behind_other_parts_of_the_header() -> None:
    scope = b"222222222222/20260101/ap-south-1/sqs/aws4_request"
    header = {b"authorization": b"AWS4-HMAC-SHA256 SignedHeaders=host, Credential=" + scope}
    for _ in range(2):
        assert read(SEND | header, b"{}").caller.account == "222222222222"


def fault(*_: object) -> None:
    raise ZeroDivisionError


@replaces_functions
@pytest.mark.parametrize("place", ["query.decode_request", "json10.decode_request", "call_reader.parse_form"])
def test_fault_of_ours_while_a_request_is_read_is_an_internal_failure_and_logged(
    place: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(f"emulator.wire.{place}", fault)
    headers = SEND if place.startswith("json10") else {b"content-type": FORM}
    request = HttpRequest("POST", "http", "/", b"", headers, b"Action=ListTopics")
    with caplog.at_level(logging.ERROR):
        answer = Emulator(Settings()).gateway.answer(request)
    assert isinstance(answer, HttpResponse)
    assert (answer.status, b"InternalFailure" in answer.body) == (500, True)
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_contradicting_parameters_of_another_service_are_no_fault_of_ours() -> None:
    request = HttpRequest("POST", "http", "/", b"a=1", signed("iam") | {b"content-type": FORM}, b"a=2")
    answer = Emulator(Settings()).gateway.answer(request)
    assert isinstance(answer, HttpResponse)
    assert answer.status == 501
    assert b"is not emulated" in answer.body


def test_answer_of_every_protocol_carries_the_id_of_its_request() -> None:
    gateway = Emulator(Settings()).gateway
    for headers, body in (
        (SEND, b"{}"),
        ({}, b"Action=ListQueues&Version=2012-11-05"),
        ({b"accept": b"application/json"}, b"Action=ListQueues&Version=2012-11-05"),
        (signed("s3"), b""),
    ):
        answer = gateway.answer(HttpRequest("POST", "http", "/", b"", headers, body))
        assert isinstance(answer, HttpResponse)
        request_id = dict(answer.headers)[b"x-amzn-requestid"]
        assert len(request_id) == 36
        if b"json-1.0" not in dict(answer.headers)[b"content-type"]:
            assert request_id in answer.body or json.loads(answer.body)


REFUSED: tuple[tuple[dict[bytes, bytes], bytes], ...] = (
    (SEND, b"{"),
    (SEND, b"{}"),
    (SEND, b'{"QueueUrl": 5, "MessageBody": ""}'),
    (SEND, b'{"QueueUrl": "nowhere", "MessageBody": "b"}'),
    (SEND | {b"x-amz-target": b"AmazonSQS.Fly"}, b"{}"),
    ({}, b"Action=%zz"),
    ({}, b"Action=%ff"),
    ({}, b"Action=Publish&Version=2010-03-31"),
    ({}, b"Action=Subscribe&Version=2010-03-31&TopicArn=nonsense"),
    (signed("s3"), b"%zz"),
)


def test_refused_request_leaves_nothing_for_the_garbage_collector() -> None:
    """All in one test, because the first collection looks at everything that tests before have left."""
    gateway = Emulator(Settings()).gateway

    def ask(headers: dict[bytes, bytes], body: bytes) -> None:
        answer = gateway.answer(HttpRequest("POST", "http", "/", b"", headers, body))
        assert isinstance(answer, HttpResponse)
        assert answer.status >= 400

    def left(headers: dict[bytes, bytes], body: bytes) -> int:
        """How many objects the collector finds after a request: its own, and those of other threads meanwhile."""
        gc.collect(0)
        ask(headers, body)
        return gc.collect(0)

    for request in REFUSED:
        ask(*request)  # what is imported and cached for the first one
    gc.collect()
    gc.disable()
    try:
        for request in REFUSED:
            assert 0 in (left(*request) for _ in range(10)), request  # what a request leaves, it leaves each time
    finally:
        gc.enable()


@replaces_functions
def test_answer_that_cannot_be_written_is_an_internal_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.wire.protocols.Json10.write_result", fault)
    gateway = Emulator(Settings()).gateway
    answer = gateway.answer(
        HttpRequest("POST", "http", "/", b"", SEND | {b"x-amz-target": b"AmazonSQS.ListQueues"}, b"{}")
    )
    assert isinstance(answer, HttpResponse)
    assert answer.status == 500
    assert [answers.succeeded for _, answers in gateway.requests] == [0]
