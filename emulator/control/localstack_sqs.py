"""LocalStack's look into a queue, ``/_aws/sqs/messages``, in LocalStack's form.

It answers as ReceiveMessage would, with all messages at once, and touches none. So it speaks the protocols of SQS: an
SDK can have it as its endpoint.

https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints
"""

import re
from collections.abc import AsyncIterator, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api_shapes import sqs
from emulator.aws.checksums import md5_of_attributes
from emulator.aws.errors import InvalidAction, MissingParameter, ServiceError
from emulator.configuration.values import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.control.localstack_answer import LocalStackJson
from emulator.control.queues import QueuePath
from emulator.sqs.catching_up import Budget
from emulator.sqs.content_text import body_md5_of
from emulator.sqs.contents import Contents
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.queue_urls import parse_queue_url
from emulator.sqs.system_attributes import SYSTEM_ATTRIBUTES
from emulator.timing.turns import PORTION, next_turn
from emulator.wire.call import Call
from emulator.wire.call_reader import CallReader
from emulator.wire.caller import Caller
from emulator.wire.callers import Callers
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.world.world import World

_OPERATION = sqs.RECEIVE_MESSAGE
_ROWS_AT_ONCE = 100  # messages
_BYTES_AT_ONCE = 1 << 18  # of their bodies
_RECEIPT_HANDLE = "SQS/BACKDOOR/ACCESS"  # good for nothing
_NEVER_RECEIVED = {"ApproximateFirstReceiveTimestamp": "0"}
_REGION = re.compile(r"[/.]([a-z]{2,3}(?:-[a-z]+)+-\d)[/.]")


class PeekQuery(msgspec.Struct, rename="pascal"):
    """Which messages to show besides the visible ones. What else ReceiveMessage takes is passed over."""

    show_invisible: bool = False
    show_delayed: bool = False


_READER = CallReader(Callers(Caller(DEFAULT_ACCOUNT, DEFAULT_REGION)), LocalStackJson())


async def peek(world: World, query: PeekQuery, request: Request) -> Response:
    """The messages of the queue that ``QueueUrl`` names."""
    return await _answer(world, query, await _call(world, request), _queue_named)


async def peek_by_path(world: World, path: QueuePath, query: PeekQuery, request: Request) -> Response:
    """The messages of the queue that the path names."""

    def queue_at_path(world: World, _: Call) -> Queue:
        return world.sqs.queues.get(path.account, path.region, path.name)

    return await _answer(world, query, await _call(world, request), queue_at_path)


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


async def _answer(world: World, query: PeekQuery, call: Call, find: Callable[[World, Call], Queue]) -> Response:
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
        return _response(call.protocol.write_error(call, error))
    while not queue.catch_up(world.clocks.now_of(queue.identity.account), Budget()):
        await next_turn()
    wanted = _Wanted(query)
    if len(queue.contents.messages) <= PORTION:
        return _response(_written(call, [wanted.shown(each) for each in queue if each.state in wanted.states]))
    portions = _portions(call, queue.contents, wanted)
    await anext(portions)  # what is shown is the state at this moment
    headers = _headers(_written(call, []))
    del headers["content-length"]
    return StreamingResponse(portions, 200, headers)


def _written(call: Call, messages: list[sqs.Message]) -> HttpResponse:
    return call.protocol.write_result(_OPERATION, call, sqs.ReceiveMessageResult(messages=messages or None))


def _response(answer: HttpResponse) -> Response:
    return Response(answer.body, answer.status, _headers(answer))


def _headers(answer: HttpResponse) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in answer.headers}


async def _portions(call: Call, contents: Contents, wanted: "_Wanted") -> AsyncIterator[bytes]:
    """The body of the answer in portions, the first of which is empty. All of it shows the moment of that one."""
    with contents.snapshot() as snapshot:
        yield b""
        end = b""
        while rows := snapshot.next(_ROWS_AT_ONCE):
            left = [wanted.shown(message) for message in rows if message.state in wanted.states]
            while left:
                some = _some(left)
                begin, elements, after, comma = _split(_written(call, some).body)
                yield (comma if end else begin) + elements
                end = after
                await next_turn()
            await next_turn()
        yield end or _written(call, []).body


def _some(left: list[sqs.Message]) -> list[sqs.Message]:
    """Take the first messages out of ``left``, until they have some bytes."""
    some: list[sqs.Message] = []
    size = 0
    while left and size < _BYTES_AT_ONCE:
        some.append(left.pop(0))
        size += len(some[-1].body or "")
    return some


def _split(body: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """An answer with messages: what is before them, the messages, what is after them, and what stands between two."""
    if body.startswith(b"<"):
        first, last, comma = body.index(b"<Message>"), body.rindex(b"</Message>") + len(b"</Message>"), b""
    else:
        first, last, comma = body.index(b"[") + 1, body.rindex(b"]"), b","
    return body[:first], body[first:last], body[last:], comma


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


class _Wanted:
    """Which messages a look shows, and how."""

    def __init__(self, query: PeekQuery) -> None:
        self.states = {MessageState.VISIBLE}
        if query.show_invisible:
            self.states.add(MessageState.IN_FLIGHT)
        if query.show_delayed:
            self.states.add(MessageState.DELAYED)
        self._tells_state = query.show_invisible or query.show_delayed

    def shown(self, message: Message) -> sqs.Message:
        return _shown(message, tells_state=self._tells_state)


def _shown(message: Message, *, tells_state: bool) -> sqs.Message:
    read = {name: read(message) for name, read in SYSTEM_ATTRIBUTES.items()}
    attributes = _NEVER_RECEIVED | {name: value for name, value in read.items() if value is not None}
    if tells_state:
        attributes["IsVisible"] = _boolean(message.state == MessageState.VISIBLE)
        attributes["IsDelayed"] = _boolean(message.state == MessageState.DELAYED)
    return sqs.Message(
        message_id=message.id,
        receipt_handle=_RECEIPT_HANDLE,
        md5_of_body=body_md5_of(message.content),
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
