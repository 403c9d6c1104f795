import re
from pathlib import Path
from types import ModuleType

import pytest
from botocore.session import get_session

from api_shapes import sns, sqs
from emulator.aws import errors, sns_errors, sqs_errors
from emulator.aws.error_names import ERRORS, shapes_of
from emulator.aws.errors import AccessDenied, ServiceError, ServiceUnavailable, Throttling

MODELS = {service: get_session().get_service_model(service) for service in ("sqs", "sns")}
MODELLED = [
    (operation.service, shape)
    for operation in (*sqs.OPERATIONS.values(), *sns.OPERATIONS.values())
    for shape in operation.errors
]


@pytest.mark.parametrize(("service", "shape"), sorted(set(MODELLED)))
def test_every_error_that_a_model_lists_is_there_with_the_code_and_status_of_the_model(
    service: str, shape: str
) -> None:
    error = ERRORS[service][shape]
    assert error.shape == shape
    modelled = MODELS[service].shape_for(shape).metadata.get("error")
    if modelled:  # the model of SQS, and one error of SNS, have neither
        fault = "Sender" if modelled.get("senderFault") else "Receiver"
        assert (error.code, error.status, error.fault) == (modelled["code"], modelled["httpStatusCode"], fault)


@pytest.mark.parametrize(
    ("service", "name", "error"),
    [
        ("sqs", "NonExistentQueue", sqs_errors.QueueDoesNotExist),
        ("sqs", "AWS.SimpleQueueService.NonExistentQueue", sqs_errors.QueueDoesNotExist),
        ("sqs", "KMS.ThrottlingException", sqs_errors.KmsThrottled),
        ("sns", "ParameterValueInvalid", sns_errors.SnsParameterValueInvalid),
        ("sns", "InvalidParameterValueException", sns_errors.SnsParameterValueInvalid),
        ("sns", "InternalError", sns_errors.SnsInternalError),
        ("sqs", "ThrottlingException", Throttling),
        ("sns", "ServiceUnavailable", ServiceUnavailable),
        ("sns", "AccessDenied", AccessDenied),
    ],
)
def test_error_goes_by_its_shape_and_by_its_code(service: str, name: str, error: type) -> None:
    assert ERRORS[service][name] is error


def test_what_aws_does_not_have_has_no_name() -> None:
    for service in ("sqs", "sns"):
        assert "NotImplemented" not in ERRORS[service]
        assert set(shapes_of(service)) < set(ERRORS[service])


PACKAGE = Path(errors.__file__).parent.parent
NAMED = {
    name
    for path in PACKAGE.rglob("*.py")
    if path.parent != PACKAGE / "aws"
    for name in re.findall(r'(?<!")\b[A-Z]\w+', path.read_text())  # not as a text
}
BASES = ("ServiceError", "CommonError", "SqsError", "SnsError")


@pytest.mark.parametrize("module", [errors, sqs_errors, sns_errors], ids=lambda module: module.__name__)
def test_every_error_is_raised_by_name_or_by_a_fault(module: ModuleType) -> None:
    text = Path(str(module.__file__)).read_text()
    only_by_faults = text.index("# No action raises the errors below: only faults do.")
    by_name = {kind for names in ERRORS.values() for kind in names.values()}
    for name, kind in vars(module).items():
        if isinstance(kind, type) and issubclass(kind, ServiceError) and kind.__module__ == module.__name__:
            if text.index(f"class {name}(") > only_by_faults:
                assert name not in NAMED, f"{name} is raised, so it belongs above the comment"
                assert kind in by_name, f"no fault can name {name}"
            elif name not in BASES:
                assert name in NAMED, f"{name} is raised nowhere"
