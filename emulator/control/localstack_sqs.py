"""LocalStack's look into a queue, ``/_aws/sqs/messages``, in LocalStack's form.

It answers as ReceiveMessage would, with all messages at once, and touches none. So it speaks the protocols of SQS: an
SDK can have it as its endpoint.

https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api_shapes import sqs
from api_shapes.operation import Operation, Shape
from emulator.aws.checksums import md5_of_attributes
from emulator.aws.errors import InvalidAction, MissingParameter, ServiceError
from emulator.control.queues import QueuePath
from emulator.settings import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.queue_urls import parse_queue_url
from emulator.sqs.system_attributes import SYSTEM_ATTRIBUTES
from emulator.wire.call import Call, response
from emulator.wire.call_reader import CallReader
from emulator.wire.callers import Caller, Callers
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.wire.protocols import QueryJson
from emulator.world import World

_OPERATION = sqs.RECEIVE_MESSAGE
_RECEIPT_HANDLE = "SQS/BACKDOOR/ACCESS"  # good for nothing
_NEVER_RECEIVED = {"ApproximateFirstReceiveTimestamp": "0"}
_REGION = re.compile(r"[/.]([a-z]{2,3}(?:-[a-z]+)+-\d)[/.]")


class PeekQuery(msgspec.Struct, rename="pascal"):
    """Which messages to show besides the visible ones. What else ReceiveMessage takes is passed over."""

    show_invisible: bool = False
    show_delayed: bool = False


class _LocalStackJson(QueryJson):
    """The query protocol with answers in LocalStack's JSON: the XML answer, element by element."""

    def is_accepted(self, accept: bytes) -> bool:
        return b"application/json" in accept

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        assert isinstance(result, sqs.ReceiveMessageResult), "the answer of a look"
        messages = {"Message": [_json_message(message) for message in result.messages or ()]}
        answer = {"ReceiveMessageResult": messages, "ResponseMetadata": {"RequestId": call.request_id}}
        return response(call, 200, b"application/json", msgspec.json.encode({"ReceiveMessageResponse": answer}))


_READER = CallReader(Callers(Caller(DEFAULT_ACCOUNT, DEFAULT_REGION)), _LocalStackJson())


async def peek(world: World, query: PeekQuery, request: Request) -> Response:
    """The messages of the queue that ``QueueUrl`` names."""
    return _answer(world, query, await _call(world, request), _queue_named)


async def peek_by_path(world: World, path: QueuePath, query: PeekQuery, request: Request) -> Response:
    """The messages of the queue that the path names."""

    def queue_at_path(world: World, _: Call) -> Queue:
        return world.sqs.queues.get(path.account, path.region, path.name)

    return _answer(world, query, await _call(world, request), queue_at_path)


async def _call(world: World, request: Request) -> Call:
    call = _READER.identify(
        HttpRequest(
            method=request.method,
            scheme=request.url.scheme,
            path=request.url.path,
            query=request.scope["query_string"],
            headers=dict(request.scope["headers"]),
            body=await request.body(),
        )
    )
    call.request_id = world.ids.uuid()
    return call


def _answer(world: World, query: PeekQuery, call: Call, find: Callable[[World, Call], Queue]) -> Response:
    """The answer to one request, in the protocol in which it came; the errors are those of ReceiveMessage."""
    try:
        if call.error is not None:
            raise call.take_error()
        if call.action not in (None, _OPERATION.name):
            raise InvalidAction.of(call.action or "")
        if call.is_elsewhere:
            raise call.protocol.no_operation(call)
        queue = find(world, call)
    except ServiceError as error:
        answer = call.protocol.write_error(call, error)
    else:
        messages = _messages(queue, query, world.clocks.now_of(queue.identity.account))
        result = sqs.ReceiveMessageResult(messages=messages or None)
        answer = call.protocol.write_result(_OPERATION, call, result)
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, answer.status, headers)


def _queue_named(world: World, call: Call) -> Queue:
    """The queue that the request names."""
    shape = call.protocol.read(_OPERATION, call)
    assert isinstance(shape, sqs.ReceiveMessageRequest), "what the operation takes"
    if not shape.queue_url:
        raise MissingParameter.of("QueueUrl")
    address = parse_queue_url(shape.queue_url)
    before_account = shape.queue_url.rsplit("/", 2)[0] + "/"
    region = _REGION.search(before_account)
    return world.sqs.queues.get(
        address.account or call.caller.account, region[1] if region else call.caller.region, address.name
    )


def _messages(queue: Queue, query: PeekQuery, now: float) -> list[sqs.Message]:
    queue.advance(now)
    wanted = {MessageState.VISIBLE}
    if query.show_invisible:
        wanted.add(MessageState.IN_FLIGHT)
    if query.show_delayed:
        wanted.add(MessageState.DELAYED)
    tells_state = query.show_invisible or query.show_delayed
    return [_shown(message, tells_state=tells_state) for message in queue if message.state in wanted]


def _shown(message: Message, *, tells_state: bool) -> sqs.Message:
    read = {name: read(message) for name, read in SYSTEM_ATTRIBUTES.items()}
    attributes = _NEVER_RECEIVED | {name: value for name, value in read.items() if value is not None}
    if tells_state:
        attributes["IsVisible"] = _boolean(message.state == MessageState.VISIBLE)
        attributes["IsDelayed"] = _boolean(message.state == MessageState.DELAYED)
    return sqs.Message(
        message_id=message.id,
        receipt_handle=_RECEIPT_HANDLE,
        md5_of_body=message.content.body_md5,
        body=message.body,
        attributes=attributes,
        md5_of_message_attributes=md5_of_attributes(message.content.attributes),
        message_attributes={
            name: sqs.MessageAttributeValue(
                string_value=value.string_value, binary_value=value.binary_value, data_type=value.data_type
            )
            for name, value in message.content.attributes.items()
        }
        or None,
    )


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _json_message(message: sqs.Message) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(message)
    for plural, name in (("Attributes", "Attribute"), ("MessageAttributes", "MessageAttribute")):
        if plural in fields:
            values = fields.pop(plural)
            assert isinstance(values, dict), "both are maps"
            fields[name] = [{"Name": key, "Value": value} for key, value in values.items()]
    return fields
