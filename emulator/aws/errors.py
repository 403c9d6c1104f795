"""What every error is that the services answer with, and those of the front end they share.

The errors of each service stand in ``sqs_errors.py`` and ``sns_errors.py``. One class is one row: the names, status
and fault of an error on both protocols. JSON answers carry ``namespace#shape`` in ``__type`` and ``code`` in
``x-amzn-query-error``; XML answers carry ``code``. The sources are the service models and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and
https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html.

No code compares message texts: to react to an error, catch its class.
"""

from typing import ClassVar, Literal

Fault = Literal["Sender", "Receiver"]


class ServiceError(Exception):
    """An answer in AWS's error form. Raised by actions and domain, caught by the gateway alone."""

    shape: ClassVar[str]
    code: ClassVar[str]
    status: ClassVar[int] = 400
    namespace: ClassVar[str]
    fault: ClassVar[Fault] = "Sender"
    default_message: ClassVar[str] = ""

    def __init__(self, message: str | None = None) -> None:
        self.message = self.default_message if message is None else message
        super().__init__(self.message)

    @property
    def query_message(self) -> str:
        """The text of the XML form, where AWS words it differently there."""
        return self.message

    @property
    def batch_code(self) -> str:
        """The code as the failed entry of a batch carries it."""
        return self.code

    @property
    def batch_message(self) -> str:
        """The text as the failed entry of a batch carries it."""
        return self.message


class CommonError(ServiceError):
    """An error of the protocol front end, which no service model lists."""

    namespace = "com.amazon.coral.service"


class InvalidParameterValue(CommonError):
    shape = "InvalidParameterValueException"
    code = "InvalidParameterValue"

    @classmethod
    def of(cls, parameter: str, value: object, reason: str) -> "InvalidParameterValue":
        """The usual wording; ``value`` is echoed as it came."""
        return cls(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


class MissingParameter(CommonError):
    shape = "MissingRequiredParameterException"
    code = "MissingParameter"

    @classmethod
    def of(cls, parameter: str) -> "MissingParameter":
        return cls(f"The request must contain the parameter {parameter}.")


class SerializationError(CommonError):
    """A JSON request that is no JSON, or whose members have the wrong types."""

    shape = "SerializationException"
    code = "SerializationException"


class MalformedInput(CommonError):
    """A query parameter that cannot be read as the type it must have."""

    shape = "MalformedInputException"
    code = "MalformedInput"


class ValidationError(CommonError):
    """The framework's own check of constraints, as SNS words it."""

    shape = "ValidationError"
    code = "ValidationError"

    @classmethod
    def null(cls, path: str) -> "ValidationError":
        return cls(
            f"1 validation error detected: Value null at '{path}' failed to satisfy constraint: Member must not be null"
        )


class UnknownOperation(CommonError):
    """A JSON request for an operation that does not exist."""

    shape = "UnknownOperationException"
    code = "UnknownOperationException"


class InvalidAction(CommonError):
    """A query request for an action that does not exist at this endpoint."""

    shape = "InvalidAction"
    code = "InvalidAction"

    @classmethod
    def of(cls, action: str) -> "InvalidAction":
        return cls(f"The action {action} is not valid for this endpoint.")


class NoOperation(CommonError):
    """A query request on a queue's path that names no action; its XML form is an empty element."""

    shape = "UnknownOperationException"
    code = "UnknownOperationException"
    status = 404


class MissingAction(CommonError):
    shape = "MissingAction"
    code = "MissingAction"
    default_message = "The request must contain the parameter Action."


class NotImplementedYet(CommonError):
    """An AWS operation which this emulator does not have. SDKs do not try again after its status."""

    shape = "NotImplemented"
    code = "NotImplemented"
    status = 501
    fault = "Receiver"

    @classmethod
    def of_service(cls, service: str, action: str | None) -> "NotImplementedYet":
        """For a request to ``service``, which is none of those that are emulated."""
        what = f"{action} of {service}" if action else f"The service {service}"
        return cls(
            f"{what} is not emulated: this emulator has SQS and SNS only. With AWS_ENDPOINT_URL_SQS and "
            "AWS_ENDPOINT_URL_SNS in place of AWS_ENDPOINT_URL, SDKs send requests to other services elsewhere."
        )

    @classmethod
    def of_sts(cls, action: str) -> "NotImplementedYet":
        return cls(
            f"{action} of sts is not emulated: this emulator has SQS and SNS only, and GetCallerIdentity of STS."
        )


class MalformedQueryString(CommonError):
    shape = "MalformedQueryString"
    code = "MalformedQueryString"
    status = 404
    default_message = "The query string contains a syntax error."


class RequestEntityTooLarge(CommonError):
    shape = "RequestEntityTooLargeException"
    code = "RequestEntityTooLarge"
    status = 413
    default_message = "The request is too large."


class InternalFailure(CommonError):
    shape = "InternalFailure"
    code = "InternalFailure"
    status = 500
    fault = "Receiver"
    default_message = "The request processing has failed because of an unknown error, exception or failure."


class AccessDenied(CommonError):
    shape = "AccessDeniedException"
    code = "AccessDenied"
    status = 403


# The errors below no action raises: they come where a fault asks for them.


class Throttling(CommonError):
    shape = "ThrottlingException"
    code = "Throttling"
    default_message = "Rate exceeded"


class ServiceUnavailable(CommonError):
    shape = "ServiceUnavailableException"
    code = "ServiceUnavailable"
    status = 503
    fault = "Receiver"
    default_message = "The request has failed due to a temporary failure of the server."


class IncompleteSignature(CommonError):
    shape = "IncompleteSignatureException"
    code = "IncompleteSignature"
    default_message = "The request signature does not conform to AWS standards."


class SignatureDoesNotMatch(CommonError):
    shape = "InvalidSignatureException"
    code = "SignatureDoesNotMatch"
    status = 403
    default_message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )


class InvalidClientTokenId(CommonError):
    shape = "UnrecognizedClientException"
    code = "InvalidClientTokenId"
    status = 403
    default_message = "The security token included in the request is invalid."


class MissingAuthenticationToken(CommonError):
    shape = "MissingAuthenticationTokenException"
    code = "MissingAuthenticationToken"
    status = 403
    default_message = "Request is missing Authentication Token"


class ExpiredToken(CommonError):
    shape = "ExpiredTokenException"
    code = "ExpiredToken"
    status = 403
    default_message = "The security token included in the request is expired"


class RequestExpired(CommonError):
    shape = "RequestExpired"
    code = "RequestExpired"
    default_message = "Request has expired."


class OptInRequired(CommonError):
    shape = "OptInRequired"
    code = "OptInRequired"
    status = 403
    default_message = "The AWS access key ID needs a subscription for the service."
