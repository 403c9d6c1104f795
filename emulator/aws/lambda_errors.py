"""The errors of AWS Lambda; see ``errors.py`` for how they are written."""

from typing import ClassVar

from emulator.aws.errors import ServiceError


class LambdaError(ServiceError):
    """An error of Lambda. ``member`` is the name of its text in the answer, which differs between errors."""

    namespace = "com.amazonaws.lambda"
    member: ClassVar[str] = "Message"


class ResourceNotFound(LambdaError):
    shape = "ResourceNotFoundException"
    code = "ResourceNotFoundException"
    status = 404
    default_message = "The resource you requested does not exist."


class ResourceConflict(LambdaError):
    shape = "ResourceConflictException"
    code = "ResourceConflictException"
    status = 409
    member = "message"


class InvalidParameterValue(LambdaError):
    shape = "InvalidParameterValueException"
    code = "InvalidParameterValueException"
    member = "message"


class ValidationError(LambdaError):
    """A value breaks a constraint of the model."""

    shape = "ValidationException"
    code = "ValidationException"
    member = "message"

    @classmethod
    def of(cls, value: object, member: str, constraint: str) -> "ValidationError":
        return cls(
            f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must "
            f"{constraint}"
        )


class InvalidRequestContent(LambdaError):
    """The body is no JSON, or a member has another type."""

    shape = "InvalidRequestContentException"
    code = "InvalidRequestContentException"
    member = "message"


class PathNotFound(LambdaError):
    """There is no operation at this path."""

    shape = "AccessDeniedException"
    code = "AccessDeniedException"
    status = 403
