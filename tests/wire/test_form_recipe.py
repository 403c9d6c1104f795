"""Forms of known names are read by a recipe, with the same result as without."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from api_shapes import sns, sqs
from api_shapes.operation import Operation, Shape
from emulator.aws.errors import MalformedInput, ServiceError
from emulator.wire import form_recipe, query
from emulator.wire.form_recipe import recipe_of
from emulator.wire.form_request import read_request
from tests.examples import examples
from tests.wire.aws_models import OPERATIONS, operation_model, params, query_model

AnyOperation = Operation[Any, Any]

PUBLISH = {
    "Action": "Publish",
    "TopicArn": "arn:aws:sns:us-east-1:000000000000:topic",
    "Message": "hello",
    "MessageAttributes.entry.2.Name": "color",
    "MessageAttributes.entry.2.Value.DataType": "String",
    "MessageAttributes.entry.2.Value.StringValue": "red",
    "MessageAttributes.entry.1.Name": "picture",
    "MessageAttributes.entry.1.Value.DataType": "Binary",
    "MessageAttributes.entry.1.Value.BinaryValue": "AAE=",
}


def outcome(operation: AnyOperation, form: Mapping[str, str], *, plainly: bool) -> tuple[str, object]:
    try:
        if plainly:
            return "read", read_request(operation.service, operation.request, form)
        return "read", query.decode_request(operation, form)
    except ServiceError as error:
        return "refused", (error.code, error.message)


@settings(max_examples=examples(600))
@given(operation=st.sampled_from(OPERATIONS), data=st.data())
def test_form_is_read_by_a_recipe_as_without_one(operation: AnyOperation, data: st.DataObject) -> None:
    model = operation_model(query_model(operation.service), operation)
    texts = st.sampled_from(["", "1", "true", "AAE=", "a"]) | st.text(max_size=3)
    request = data.draw(params(model.input_shape, texts))
    serializer = create_serializer("query", include_validation=False)
    form = {name: str(value) for name, value in serializer.serialize_to_request(request, model)["body"].items()}
    names = list(form)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=2, unique=True)):
        value = form.pop(name)
        other = [name, name + ".1", name.rpartition(".")[0], name.replace("1", "2"), name + "s"]
        form[data.draw(st.sampled_from(other))] = data.draw(st.just(value) | texts)
    expected = outcome(operation, form, plainly=True)
    for _ in ("first", "again"):
        assert outcome(operation, form, plainly=False) == expected
    for name in form:  # the same names with other values, with a recipe that is known by now
        form[name] = data.draw(st.just(form[name]) | texts)
    assert outcome(operation, form, plainly=False) == outcome(operation, form, plainly=True)


def test_form_of_an_sdk_has_a_recipe() -> None:
    read = recipe_of(sns.PublishInput, tuple(PUBLISH))
    assert read is not None
    assert read(PUBLISH) == read_request("sns", sns.PublishInput, PUBLISH)


def test_elements_come_in_the_order_of_their_indexes() -> None:
    form = {"QueueUrl": "url", "AttributeName.10": "All", "AttributeName.9": "Policy"}
    read = recipe_of(sqs.GetQueueAttributesRequest, tuple(form))
    assert read is not None
    assert read(form).attribute_names == ["Policy", "All"]


def test_key_that_is_there_twice_is_refused() -> None:
    form = PUBLISH | {"MessageAttributes.entry.2.Name": "picture"}
    read = recipe_of(sns.PublishInput, tuple(form))
    assert read is not None
    with pytest.raises(MalformedInput, match="entry has picture twice"):
        read(form)


@pytest.mark.parametrize(
    ("shape", "form"),
    [
        (sns.PublishInput, {"TopicArn": "arn"}),  # Message is missing
        (sns.PublishInput, PUBLISH | {"MessageAttributes.entry.3.Name": "empty"}),
        (sns.PublishInput, PUBLISH | {"Unknown.1": "?"}),
        (sns.PublishInput, {"Message": "hello", "MessageAttributes": ""}),
        (sqs.ReceiveMessageRequest, {"QueueUrl": "url", "AttributeName": "All"}),
        (sqs.ReceiveMessageRequest, {"QueueUrl": "url", "AttributeName.1": "All", "AttributeName.1.1": "All"}),
        (sqs.ReceiveMessageRequest, {"QueueUrl": "url", "AttributeName.1": "All", "AttributeNames.1": "All"}),
    ],
)
def test_irregular_form_has_none(shape: type[Shape], form: Mapping[str, str]) -> None:
    assert recipe_of(shape, tuple(form)) is None


def test_number_of_recipes_is_bounded() -> None:
    for number in range(2000):
        recipe_of(sns.PublishInput, ("Message", f"Other{number}"))
    assert len(form_recipe.RECIPES) <= form_recipe.RECIPES_MAX


def test_long_names_are_not_kept() -> None:
    names = ("Message", "x" * 10_000)
    assert recipe_of(sns.PublishInput, names) is None
    assert (sns.PublishInput, names) not in form_recipe.RECIPES
