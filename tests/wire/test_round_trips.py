"""What botocore sends we read as it was meant, and what we send botocore reads as it was meant."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from api_shapes.operation import Operation
from emulator.wire import json10, query
from emulator.wire.form import parse_form
from emulator.wire.form_writer import write_form
from tests.examples import examples
from tests.wire.aws_models import (
    OPERATIONS,
    SQS_OPERATIONS,
    XML_TEXT,
    Params,
    json_model,
    operation_model,
    params,
    query_model,
)

AnyOperation = Operation[Any, Any]

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.service}-{each.name}")
each_sqs_operation = pytest.mark.parametrize("operation", SQS_OPERATIONS, ids=lambda each: each.name)
some_examples = settings(max_examples=examples(20))

ANY_TEXT = st.text(max_size=12)


def parsed(answer: bytes, protocol: str, shape: Any) -> Params:
    response: Mapping[str, Any] = {"body": answer, "headers": {}, "status_code": 200}
    result: Params = create_parser(protocol).parse(response, shape)
    result.pop("ResponseMetadata")
    return result


@each_sqs_operation
@some_examples
@given(data=st.data())
def test_json_request_of_botocore_is_read_as_it_was_meant(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(json_model("sqs"), operation)
    wanted = data.draw(params(model.input_shape, ANY_TEXT))
    body = create_serializer("json", include_validation=False).serialize_to_request(wanted, model)["body"]
    assert json10.decode_request(operation, body) == msgspec.convert(wanted, operation.request)


@each_sqs_operation
@some_examples
@given(data=st.data())
def test_json_result_is_read_by_botocore_as_it_was_meant(operation: AnyOperation, data: st.DataObject) -> None:
    shape = operation_model(json_model("sqs"), operation).output_shape
    wanted = data.draw(params(shape, ANY_TEXT))
    result = None if operation.result is None else msgspec.convert(wanted, operation.result)
    assert parsed(json10.encode_result(result), "json", shape) == wanted


@each_operation
@some_examples
@given(data=st.data())
def test_query_request_of_botocore_is_read_as_it_was_meant(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(query_model(operation.service), operation)
    # botocore sends no empty map at all, and an empty list of SQS under a name of its own
    wanted = data.draw(params(model.input_shape, ANY_TEXT, empty=False))
    if operation.name == "ReceiveMessage" and "MessageSystemAttributeNames" in wanted:
        wanted["AttributeNames"] = wanted.pop("MessageSystemAttributeNames")  # one name for both on the wire
    body = create_serializer("query", include_validation=False).serialize_to_request(wanted, model)["body"]
    received = parse_form(urlencode(body).encode())
    assert query.decode_request(operation, received) == msgspec.convert(wanted, operation.request)


@each_operation
@some_examples
@given(data=st.data())
def test_form_that_is_written_is_read_as_it_was_meant(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(query_model(operation.service), operation)
    wanted = data.draw(params(model.input_shape, ANY_TEXT, empty=False))
    if operation.name == "ReceiveMessage":  # as above
        wanted.pop("AttributeNames", None)
        wanted.pop("MessageSystemAttributeNames", None)
    request = msgspec.convert(wanted, operation.request)
    form = parse_form(write_form(operation, request))
    assert form.pop("Action") == operation.name
    assert query.decode_request(operation, form) == request


@each_operation
@some_examples
@given(data=st.data())
def test_query_result_is_read_by_botocore_as_it_was_meant(operation: AnyOperation, data: st.DataObject) -> None:
    shape = operation_model(query_model(operation.service), operation).output_shape
    # a list without a wrapper cannot be empty and present
    wanted = data.draw(params(shape, XML_TEXT, empty=operation.service == "sns"))
    result = None if operation.result is None else msgspec.convert(wanted, operation.result)
    answer = query.encode_result(operation, result, "a-request-id")
    assert parsed(answer, "query", shape) == wanted
