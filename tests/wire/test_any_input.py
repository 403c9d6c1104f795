"""Whatever comes over the wire, there is an answer to it."""

import json
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from api_shapes.operation import Operation
from emulator.aws.errors import ServiceError
from emulator.wire import json10, query
from emulator.wire.form import parse_form
from tests.examples import examples
from tests.wire.aws_models import OPERATIONS, SQS_OPERATIONS, json_model, operation_model, params, query_model

AnyOperation = Operation[Any, Any]

many_examples = settings(max_examples=examples(300))

ANY_TEXT = st.text(max_size=4)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=2),
    max_leaves=3,
)


def json_answer(operation: AnyOperation, body: bytes) -> bytes:
    try:
        return json10.encode_result(json10.decode_request(operation, body))
    except ServiceError as error:
        return json10.encode_error(error)


def query_answer(operation: AnyOperation, form: bytes) -> bytes:
    try:
        return query.encode_result(operation, query.decode_request(operation, parse_form(form)), "id")
    except ServiceError as error:
        return query.encode_error(operation.service, error, "id")


def damaged(value: Any, data: st.DataObject) -> Any:
    """``value`` with some part of it replaced."""
    if isinstance(value, dict | list) and value and data.draw(st.integers(0, 4)):
        key = data.draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
        value[key] = damaged(value[key], data)
        return value
    return data.draw(ANY_JSON)


@many_examples
@given(operation=st.sampled_from(SQS_OPERATIONS), body=st.binary(max_size=40))
def test_any_json_body_has_an_answer(operation: AnyOperation, body: bytes) -> None:
    assert isinstance(json.loads(json_answer(operation, body)), dict)


@many_examples
@given(operation=st.sampled_from(SQS_OPERATIONS), data=st.data())
def test_damaged_json_request_has_an_answer(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(json_model("sqs"), operation)
    request = data.draw(params(model.input_shape, ANY_TEXT))
    body = create_serializer("json", include_validation=False).serialize_to_request(request, model)["body"]
    broken = json.dumps(damaged(json.loads(body), data)).encode()
    assert isinstance(json.loads(json_answer(operation, broken)), dict)


@many_examples
@given(operation=st.sampled_from(OPERATIONS), form=st.binary(max_size=40))
def test_any_form_has_an_answer(operation: AnyOperation, form: bytes) -> None:
    assert ElementTree.fromstring(query_answer(operation, form)).find(".//{*}RequestId") is not None


@many_examples
@given(operation=st.sampled_from(OPERATIONS), data=st.data())
def test_damaged_query_request_has_an_answer(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(query_model(operation.service), operation)
    request = data.draw(params(model.input_shape, ANY_TEXT))
    form = create_serializer("query", include_validation=False).serialize_to_request(request, model)["body"]
    for name in data.draw(st.lists(st.sampled_from(list(form)), max_size=2, unique=True)):
        value = form.pop(name)
        form[data.draw(st.sampled_from([name, name + ".1", name.rpartition(".")[0]]) | ANY_TEXT)] = data.draw(
            st.just(value) | ANY_TEXT
        )
    broken = urlencode(form).encode()
    assert ElementTree.fromstring(query_answer(operation, broken)).find(".//{*}RequestId") is not None
