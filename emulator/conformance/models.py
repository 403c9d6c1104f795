"""botocore's models of the services, and the model of SQS from the time when its SDKs used the query protocol."""

from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from api_shapes.operation import AnyService, FlatList, FlatMap
from api_shapes.sqs_query import TRAITS
from emulator.conformance.protocols import Protocol

SQS_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"


@cache
def model(service: AnyService, protocol: Protocol) -> ServiceModel:
    """The model of a service. SQS has two: that of the JSON protocol, and the older one of the query protocol."""
    load = query_description if protocol == "query" else _description
    return ServiceModel(load(service), service)


def _description(service: AnyService) -> dict[str, Any]:
    description: dict[str, Any] = Loader().load_service_model(service, "service-2")
    return description


def query_description(service: AnyService) -> dict[str, Any]:
    """SNS and STS as they are; SQS as it was modeled when its SDKs used the query protocol."""
    description = _description(service)
    if service == "sqs":
        description["metadata"] |= {"protocol": "query", "protocols": ["query"], "xmlNamespace": SQS_NAMESPACE}
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
