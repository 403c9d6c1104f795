"""LocalStack's look into a queue, ``/_aws/sqs/messages``, in LocalStack's form.

It answers as ReceiveMessage would, with all messages at once, and touches none. So it speaks the protocols of SQS: an
SDK can have it as its endpoint.

https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints
"""

import re

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api_shapes import sqs
from emulator.aws.checksums import md5_of_attributes
from emulator.aws.errors import InvalidAction, MissingParameter, ServiceError
from emulator.control.queues import QueuePath
from emulator.control.world import World
from emulator.settings import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue
from emulator.sqs.queue_urls import parse_queue_url
from emulator.sqs.system_attributes import SYSTEM_ATTRIBUTES
from emulator.wire import json10, query_json
from emulator.wire import query as query_xml
from emulator.wire.call import Call, Caller, protocol_of, read_call
from emulator.wire.http import HttpRequest

_OPERATION = sqs.RECEIVE_MESSAGE
_RECEIPT_HANDLE = "SQS/BACKDOOR/ACCESS"  # good for nothing
_NEVER_RECEIVED = {"ApproximateFirstReceiveTimestamp": "0"}
_REGION = re.compile(r"[/.]([a-z]{2,3}(?:-[a-z]+)+-\d)[/.]")


class PeekQuery(msgspec.Struct, rename="pascal"):
    """Which messages to show besides the visible ones. What else ReceiveMessage takes is passed over."""

    show_invisible: bool = False
    show_delayed: bool = False


async def peek(world: World, query: PeekQuery, request: Request) -> Response:
    """The messages of the queue that ``QueueUrl`` names."""
    answer = _Answer(world, await _http_request(request))
    return answer.to(query)


async def peek_by_path(world: World, path: QueuePath, query: PeekQuery, request: Request) -> Response:
    """The messages of the queue that the path names."""
    answer = _Answer(world, await _http_request(request), path)
    return answer.to(query)


async def _http_request(request: Request) -> HttpRequest:
    return HttpRequest(
        method=request.method,
        scheme=request.url.scheme,
        path=request.url.path,
        query=request.scope["query_string"],
        headers=dict(request.scope["headers"]),
        body=await request.body(),
    )


class _Answer:
    """The answer to one request, in the protocol in which it came."""

    def __init__(self, world: World, request: HttpRequest, path: QueuePath | None = None) -> None:
        self._world = world
        self._request = request
        self._path = path
        self._protocol = protocol_of(request)
        self._wants_json = b"application/json" in request.headers.get(b"accept", b"").lower()
        self._id = world.ids.uuid()

    def to(self, query: PeekQuery) -> Response:
        try:
            queue = self._queue(read_call(self._request, self._protocol, Caller(DEFAULT_ACCOUNT, DEFAULT_REGION)))
        except ServiceError as error:
            return self._refusal(error)
        return self._success(_messages(queue, query, self._world.clocks.now_of(queue.identity.account)))

    def _queue(self, call: Call) -> Queue:
        """The queue that is meant; the errors of ReceiveMessage where there is none."""
        if call.action not in (None, _OPERATION.name):
            raise InvalidAction.of(call.action or "")
        if self._path is not None:
            return self._world.queues.get(self._path.account, self._path.region, self._path.name)
        if call.protocol == "json":
            url: str | None = json10.decode_request(_OPERATION, self._request.body).queue_url
        else:
            url = call.params.get("QueueUrl")
        if not url:
            raise MissingParameter.of("QueueUrl")
        address = parse_queue_url(url)
        before_account = url.rsplit("/", 2)[0] + "/"
        region = _REGION.search(before_account)
        return self._world.queues.get(
            address.account or call.caller.account, region[1] if region else call.caller.region, address.name
        )

    def _success(self, messages: list[sqs.Message]) -> Response:
        result = sqs.ReceiveMessageResult(messages=messages or None)
        if self._protocol == "json":
            return Response(json10.encode_result(result), media_type="application/x-amz-json-1.0")
        if self._wants_json:
            return Response(_as_json(messages, self._id), media_type="application/json")
        return Response(query_xml.encode_result(_OPERATION, result, self._id), media_type="text/xml")

    def _refusal(self, error: ServiceError) -> Response:
        if self._protocol == "json":
            headers = {"x-amzn-query-error": f"{error.code};{error.fault}"}
            return Response(json10.encode_error(error), error.status, headers, "application/x-amz-json-1.0")
        if self._wants_json:
            return Response(query_json.encode_error(error, self._id), error.status, media_type="application/json")
        return Response(query_xml.encode_error("sqs", error, self._id), error.status, media_type="text/xml")


def _messages(queue: Queue, query: PeekQuery, now: float) -> list[sqs.Message]:
    queue.advance(now)
    wanted = {MessageState.VISIBLE}
    if query.show_invisible:
        wanted.add(MessageState.IN_FLIGHT)
    if query.show_delayed:
        wanted.add(MessageState.DELAYED)
    tells_state = query.show_invisible or query.show_delayed
    return [_shown(message, tells_state=tells_state) for message in queue.messages() if message.state in wanted]


def _shown(message: Message, *, tells_state: bool) -> sqs.Message:
    read = {name: read(message) for name, read in SYSTEM_ATTRIBUTES.items()}
    attributes = _NEVER_RECEIVED | {name: value for name, value in read.items() if value is not None}
    if tells_state:
        attributes["IsVisible"] = _boolean(message.state == MessageState.VISIBLE)
        attributes["IsDelayed"] = _boolean(message.state == MessageState.DELAYED)
    return sqs.Message(
        message_id=message.id,
        receipt_handle=_RECEIPT_HANDLE,
        md5_of_body=message.body_md5,
        body=message.body,
        attributes=attributes,
        md5_of_message_attributes=md5_of_attributes(message.attributes),
        message_attributes={
            name: sqs.MessageAttributeValue(
                string_value=value.string_value, binary_value=value.binary_value, data_type=value.data_type
            )
            for name, value in message.attributes.items()
        }
        or None,
    )


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _as_json(messages: list[sqs.Message], request_id: str) -> bytes:
    """The XML answer, element by element: a list where there can be several of a name."""
    result = {"Message": [_json_message(message) for message in messages]}
    answer = {"ReceiveMessageResult": result, "ResponseMetadata": {"RequestId": request_id}}
    return msgspec.json.encode({"ReceiveMessageResponse": answer})


def _json_message(message: sqs.Message) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(message)
    for plural, name in (("Attributes", "Attribute"), ("MessageAttributes", "MessageAttribute")):
        if plural in fields:
            values = fields.pop(plural)
            assert isinstance(values, dict), "both are maps"
            fields[name] = [{"Name": key, "Value": value} for key, value in values.items()]
    return fields
