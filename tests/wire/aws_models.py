"""botocore's service models, one of them in an older form, and the requests and results they allow."""

from datetime import UTC
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from hypothesis import strategies as st

from api_shapes import sns, sqs
from api_shapes.operation import FlatList, FlatMap, Operation, Service
from api_shapes.sqs_query import TRAITS

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


@cache
def json_model(service: Service) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@cache
def query_model(service: Service) -> ServiceModel:
    return ServiceModel(query_description(service), service)


def query_description(service: Service) -> dict[str, Any]:
    """SNS as it is; SQS as it was modelled while its SDKs spoke the query protocol."""
    description: dict[str, Any] = Loader().load_service_model(service, "service-2")
    if service == "sqs":
        description["metadata"] |= {"protocol": "query", "protocols": ["query"], "xmlNamespace": sqs.XML_NAMESPACE}
        for operation in description["operations"].values():
            if "output" in operation:
                operation["output"]["resultWrapper"] = f"{operation['name']}Result"
        for name, shape in description["shapes"].items():
            _spell_collection(name, shape)
            for member in shape.get("members", {}).values():
                _spell_map_member(member)
    return description


def _spell_collection(name: str, shape: dict[str, Any]) -> None:
    match TRAITS.get(name):
        case FlatList(item):
            shape["flattened"] = True
            shape["member"]["locationName"] = item
        case FlatMap(_, key, value):
            shape["flattened"] = True
            shape["key"]["locationName"], shape["value"]["locationName"] = key, value


def _spell_map_member(member: dict[str, Any]) -> None:
    trait = TRAITS.get(member["shape"])
    if isinstance(trait, FlatMap):
        member["locationName"] = trait.name


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
