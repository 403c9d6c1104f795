"""The wire protocols of the emulated services, one object each."""

from collections.abc import Mapping
from typing import Any, Final

from api_shapes.operation import Operation, Shape
from emulator.aws.errors import InvalidAction, MissingAction, NoOperation, ServiceError, UnknownOperation
from emulator.wire import json10, query, query_json
from emulator.wire.call import Call, WireProtocol, response
from emulator.wire.http import Headers, HttpResponse
from emulator.wire.services import is_on_queue

_JSON10: Final = b"application/x-amz-json-1.0"
_JSON10_HEAD: Final = b"x-amzn-requestid: %b\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: %d\r\n"
_JSON: Final = b"application/json"
_XML: Final = b"text/xml"
_XML_HEAD: Final = b"x-amzn-requestid: %b\r\ncontent-type: text/xml\r\ncontent-length: %d\r\n"


class Json10(WireProtocol):
    """AWS JSON 1.0: all of SQS, by current clients."""

    name = "json"

    def read(self, operation: Operation[Any, Any], call: Call) -> Shape:
        shape: Shape = json10.decode_request(operation, call.request.body)
        return shape

    def no_operation(self, call: Call) -> ServiceError:
        return UnknownOperation()

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        body = json10.encode_result(result)
        return HttpResponse(200, _JSON10_HEAD % (call.request_id.encode(), len(body)), body)

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        code = f"x-amzn-query-error: {error.code};{error.fault}\r\n".encode()
        return response(call, error.status, _JSON10, json10.encode_error(error), code)

    def members_of(self, call: Call) -> Mapping[str, object]:
        return json10.members(call.request.body)


class QueryXml(WireProtocol):
    """The query protocol: all of SNS and STS, and SQS by older clients."""

    name = "query"

    def read(self, operation: Operation[Any, Any], call: Call) -> Shape:
        shape: Shape = query.decode_request(operation, call.params)
        return shape

    def no_operation(self, call: Call) -> ServiceError:
        if call.action is not None:
            return InvalidAction.of(call.action)
        return NoOperation() if is_on_queue(call.request.path) else MissingAction()

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        request_id = call.request_id
        body = query.encode_result(operation, result, request_id)
        return HttpResponse(200, _XML_HEAD % (request_id.encode(), len(body)), body)

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        if isinstance(error, NoOperation):
            body = f"<{error.shape}/>".encode()
        else:
            body = query.encode_error(call.service or "sns", error, call.request_id)
        return response(call, error.status, _XML, body)

    def message_of(self, error: ServiceError) -> str:
        return error.query_message


class QueryJson(QueryXml):
    """The query protocol with answers in JSON, for clients that ask for it."""

    def is_asked_for(self, headers: Headers, params: Mapping[str, str]) -> bool:
        """By the header Accept, or the older parameter ContentType."""
        accept = headers.get(b"accept")
        if accept is not None and self.is_accepted(accept.lower()):
            return True
        return "ContentType" in params and params["ContentType"].upper() == "JSON"

    def is_accepted(self, accept: bytes) -> bool:
        """Whether the header Accept, in lower case, asks for JSON."""
        return accept.startswith(_JSON)

    def write_result(self, operation: Operation[Any, Any], call: Call, result: Shape | None) -> HttpResponse:
        return response(call, 200, _JSON, query_json.encode_result(operation, result, call.request_id))

    def write_error(self, call: Call, error: ServiceError) -> HttpResponse:
        if isinstance(error, NoOperation):  # an empty element of XML, whatever was asked for
            return super().write_error(call, error)
        return response(call, error.status, _JSON, query_json.encode_error(error, call.request_id))


JSON10: Final = Json10()
QUERY_XML: Final = QueryXml()
QUERY_JSON: Final = QueryJson()
