"""botocore's service models, one of them in an older form, and the requests and results they allow."""

from datetime import UTC
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape
from hypothesis import strategies as st

from api_shapes import sns, sqs
from api_shapes.operation import AnyService, Operation
from emulator.conformance.models import model

Params = dict[str, Any]

SQS_OPERATIONS = list(sqs.OPERATIONS.values())
SNS_OPERATIONS = list(sns.OPERATIONS.values())
OPERATIONS = SQS_OPERATIONS + SNS_OPERATIONS

# Whatever XML 1.0 can carry: every result text is of these, and every text that SQS accepts.
XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r&<>\"'"),
    max_size=12,
)


def json_model(service: AnyService) -> ServiceModel:
    return model(service, "json")


def query_model(service: AnyService) -> ServiceModel:
    return model(service, "query")


def operation_model(model: ServiceModel, operation: Operation[Any, Any]) -> OperationModel:
    return model.operation_model(operation.name)


def params(shape: Shape | None, text: st.SearchStrategy[str], *, empty: bool = True) -> st.SearchStrategy[Params]:
    """What a structure may hold, by wire names; with empty lists and maps only if ``empty``."""
    if shape is None:
        return st.just({})
    required = {name: _values(shape.members[name], text, empty) for name in shape.required_members}
    optional = {name: _values(each, text, empty) for name, each in shape.members.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def _values(shape: Shape, text: st.SearchStrategy[str], empty: bool) -> st.SearchStrategy[Any]:
    least = 0 if empty else 1
    match shape.type_name:
        case "structure":
            return params(shape, text, empty=empty)
        case "list":
            return st.lists(_values(shape.member, text, empty), min_size=least, max_size=3)
        case "map":
            return st.dictionaries(text, _values(shape.value, text, empty), min_size=least, max_size=3)
        case scalar:
            return SCALARS.get(scalar, text)


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "blob": st.binary(max_size=12),
    "timestamp": st.datetimes(timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    ),
}
