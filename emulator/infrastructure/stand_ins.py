"""What stands for resources of types that are not emulated, where another resource names them.

The values have the form of real ones, so that AWS's checks accept them, and say that the resource is not emulated.
"""

from collections.abc import Mapping

from emulator.infrastructure.functions import Refused
from emulator.infrastructure.notices import NOT_EMULATED
from emulator.infrastructure.resource import Resource

FUNCTION_TYPES = ("AWS::Lambda::Function", "AWS::Serverless::Function")

# By type: how the resource part of an ARN begins, and whether the ARN has a region and an account.
_ARNS: Mapping[str, tuple[str, bool, bool]] = {
    "AWS::IAM::ManagedPolicy": ("policy/", False, True),
    "AWS::IAM::Role": ("role/", False, True),
    "AWS::IAM::User": ("user/", False, True),
    "AWS::KMS::Key": ("key/", True, True),
    "AWS::KinesisFirehose::DeliveryStream": ("deliverystream/", True, True),
    "AWS::Lambda::Function": ("function:", True, True),
    "AWS::S3::Bucket": ("", False, False),
    "AWS::Serverless::Function": ("function:", True, True),
    "AWS::Events::Rule": ("rule/", True, True),
}
_SERVICES = {"KinesisFirehose": "firehose", "Serverless": "lambda", "StepFunctions": "states"}
# Types of which Ref gives the ARN.
_REF_IS_ARN = ("AWS::IAM::ManagedPolicy", "AWS::StepFunctions::StateMachine", "AWS::SecretsManager::Secret")


def reference(resource: Resource, functions: Mapping[str, str]) -> str:
    """What Ref gives."""
    if resource.type in _REF_IS_ARN:
        return _arn(resource, functions)
    return _name(resource)


def attribute(resource: Resource, name: str, functions: Mapping[str, str]) -> str:
    """What Fn::GetAtt gives."""
    if name.endswith("Arn") or name == "Arn":
        return _arn(resource, functions)
    return f"{_name(resource)}-{name}"


def unknown(logical_id: str) -> str:
    """What stands for a resource that a transform would make."""
    return f"{NOT_EMULATED}-{logical_id}"


def _name(resource: Resource) -> str:
    """The name that the template gives, or one that says that the resource is not emulated."""
    kind = resource.type.rpartition("::")[2]
    try:
        given = resource.property(f"{kind}Name")
    except Refused:
        given = None
    if isinstance(given, str) and given:
        return given
    # `sam local start-lambda` knows functions by their logical ids.
    return resource.logical_id if resource.type in FUNCTION_TYPES else unknown(resource.logical_id)


def _arn(resource: Resource, functions: Mapping[str, str]) -> str:
    """``functions`` are the ARNs of functions that run somewhere, by their names."""
    name, stack = _name(resource), resource.stack
    if resource.type in FUNCTION_TYPES:
        for each in (name, resource.logical_id):
            if each in functions:
                return functions[each]
    service = resource.type.partition("::")[2].partition("::")[0]
    prefix, has_region, has_account = _ARNS.get(resource.type, ("", True, True))
    region, account = stack.region if has_region else "", stack.account if has_account else ""
    return f"arn:{stack.partition}:{_SERVICES.get(service, service.lower())}:{region}:{account}:{prefix}{name}"
