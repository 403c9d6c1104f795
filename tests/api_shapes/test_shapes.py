"""The generated shapes say what botocore's models say."""

import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from api_shapes import sns, sqs
from api_shapes.generate import snake_case
from api_shapes.operation import Operation, Service

ROOT = Path(sqs.__file__).parents[1]
MODULES = {"sqs": sqs, "sns": sns}
MODELS = {
    service: ServiceModel(Loader().load_service_model(service, "service-2"), service) for service in get_args(Service)
}


each_operation = pytest.mark.parametrize(
    ("operation", "model"),
    [
        pytest.param(operation, MODELS[service].operation_model(name), id=f"{service}-{name}")
        for service, module in MODULES.items()
        for name, operation in module.OPERATIONS.items()
    ],
)


def members(shape: type[msgspec.Struct]) -> dict[str, bool]:
    """Whether each member is required, by wire name."""
    return {field.encode_name: field.required for field in msgspec.structs.fields(shape)}


@pytest.mark.parametrize(("service", "count"), [("sqs", 23), ("sns", 42)])
def test_every_operation_of_the_service_is_there(service: Service, count: int) -> None:
    assert len(MODULES[service].OPERATIONS) == count
    assert set(MODULES[service].OPERATIONS) == set(MODELS[service].operation_names)


@each_operation
def test_operation_has_its_names_and_errors(operation: Operation[Any, Any], model: OperationModel) -> None:
    module = MODULES[operation.service]
    assert getattr(module, snake_case(operation.name).upper()) is operation
    assert operation.request.__name__ == model.input_shape.name
    assert (operation.result and operation.result.__name__) == (model.output_shape and model.output_shape.name)
    assert operation.errors == tuple(shape.name for shape in model.error_shapes)


@each_operation
def test_request_has_the_members_of_the_model(operation: Operation[Any, Any], model: OperationModel) -> None:
    shape = model.input_shape
    assert members(operation.request) == {name: name in shape.required_members for name in shape.members}


@each_operation
def test_result_has_the_members_of_the_model_and_may_leave_out_all(
    operation: Operation[Any, Any], model: OperationModel
) -> None:
    if operation.result is not None:
        assert members(operation.result) == dict.fromkeys(model.output_shape.members, False)


@pytest.mark.parametrize(
    ("wire", "attribute"),
    [
        ("QueueUrl", "queue_url"),
        ("queueUrls", "queue_urls"),
        ("MD5OfMessageBody", "md5_of_message_body"),
        ("AWSAccountIds", "aws_account_ids"),
        ("QueueOwnerAWSAccountId", "queue_owner_aws_account_id"),
        ("Iso2CountryCode", "iso2_country_code"),
        ("isOptedOut", "is_opted_out"),
    ],
)
def test_attribute_is_the_wire_name_in_snake_case(wire: str, attribute: str) -> None:
    assert snake_case(wire) == attribute


def test_shapes_load_without_botocore() -> None:
    program = "import sys, api_shapes.sqs, api_shapes.sns; sys.exit('botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
