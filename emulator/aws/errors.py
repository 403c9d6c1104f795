"""The base of all errors that the services return, and the errors of the front end that both services have.

``sqs_errors.py`` and ``sns_errors.py`` have the errors of each service. A class is a row: the names, the status and
the fault of an error in both protocols. JSON answers have ``namespace#shape`` in ``__type`` and ``code`` in
``x-amzn-query-error``; XML answers have ``code``. The sources are the service models and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and
https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html.

No code compares message texts: to react to an error, catch its class.
"""

from typing import ClassVar, Literal

from emulator.foundation.wording import count

Fault = Literal["Sender", "Receiver"]


class ServiceError(Exception):
    """An error that AWS returns. Raised by actions and the domain, and caught only by the gateway."""

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
        """The message in XML answers, if AWS words it differently there."""
        return self.message

    @property
    def log_message(self) -> str | None:
        """The message in the log, if that in the answer has what no log should have."""
        return None

    @property
    def batch_code(self) -> str:
        """The code in the failed entry of a batch."""
        return self.code

    @property
    def batch_message(self) -> str:
        """The message in the failed entry of a batch."""
        return self.message


class CommonError(ServiceError):
    """An error of the protocol front end, which no service model lists."""

    namespace = "com.amazon.coral.service"


class InvalidParameterValue(CommonError):
    shape = "InvalidParameterValueException"
    code = "InvalidParameterValue"

    @classmethod
    def of(cls, parameter: str, value: object, reason: str) -> "InvalidParameterValue":
        """An error in the usual wording; ``value`` is echoed unchanged."""
        return cls(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")

    @classmethod
    def of_incomplete_attribute(cls, name: str, lacks: Literal["type", "value"]) -> "InvalidParameterValue":
        """The error of SQS for a message attribute that lacks its type, or both.

        https://github.com/aws/aws-sdk-java/issues/1692, https://github.com/boto/boto/pull/3348
        """
        return cls(f"The message attribute '{name}' must contain non-empty message attribute {lacks}.")


class MissingParameter(CommonError):
    shape = "MissingRequiredParameterException"
    code = "MissingParameter"

    @classmethod
    def of(cls, parameter: str) -> "MissingParameter":
        return cls(f"The request must contain the parameter {parameter}.")


class SerializationError(CommonError):
    """The body of a JSON request is not JSON, or its members have the wrong types."""

    shape = "SerializationException"
    code = "SerializationException"


class MalformedInput(CommonError):
    """A query parameter cannot be read as its type."""

    shape = "MalformedInputException"
    code = "MalformedInput"


class ValidationError(CommonError):
    """A constraint of AWS's framework is broken, as SNS words it."""

    shape = "ValidationError"
    code = "ValidationError"

    @classmethod
    def null(cls, *paths: str) -> "ValidationError":
        """The error for members that are absent."""
        return cls.of(
            *(f"Value null at '{path}' failed to satisfy constraint: Member must not be null" for path in paths)
        )

    @classmethod
    def of(cls, *details: str) -> "ValidationError":
        """The error for broken constraints, of which each has its detail."""
        return cls(f"{count(len(details), 'validation error')} detected: {'; '.join(details)}")


class UnknownOperation(CommonError):
    """A JSON request for an unknown operation."""

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
    """A query request on a queue's path without an action. Its XML answer is an empty element."""

    shape = "UnknownOperationException"
    code = "UnknownOperationException"
    status = 404


class MissingAction(CommonError):
    shape = "MissingAction"
    code = "MissingAction"
    default_message = "The request must contain the parameter Action."


class NotImplementedYet(CommonError):
    """An AWS operation that this emulator does not have. SDKs do not retry on its status."""

    shape = "NotImplemented"
    code = "NotImplemented"
    status = 501
    fault = "Receiver"

    @classmethod
    def of_service(cls, service: str, action: str | None) -> "NotImplementedYet":
        """For a request to ``service``, which the emulator does not have."""
        what = f"{action} of {service}" if action else f"The service {service}"
        return cls(
            f"{what} is not emulated: this emulator has SQS and SNS only. With AWS_ENDPOINT_URL_SQS and "
            "AWS_ENDPOINT_URL_SNS in place of AWS_ENDPOINT_URL, SDKs send requests to other services elsewhere."
        )

    @classmethod
    def of_action(cls, service: str, action: str) -> "NotImplementedYet":
        """For a request to a ``service`` of which the emulator has some actions."""
        return cls(
            f"{action} of {service} is not emulated: this emulator has SQS and SNS only, and some actions of STS, "
            "CloudFormation and Lambda."
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


class MalformedPolicyDocument(CommonError):
    """A session policy is none."""

    shape = "MalformedPolicyDocumentException"
    code = "MalformedPolicyDocument"


class MissingAuthenticationToken(CommonError):
    shape = "MissingAuthenticationTokenException"
    code = "MissingAuthenticationToken"
    status = 403
    default_message = "Request is missing Authentication Token"


class ServiceUnavailable(CommonError):
    shape = "ServiceUnavailableException"
    code = "ServiceUnavailable"
    status = 503
    fault = "Receiver"
    default_message = "The request has failed due to a temporary failure of the server."


# The errors of signatures, where these are verified.


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

    @classmethod
    def of(cls, canonical_request: str, string_to_sign: str) -> "SignatureDoesNotMatch":
        """With what should have been signed. That has the headers of the request, also those that are secret."""
        error = cls(
            f"{cls.default_message}\n\n"
            f"The Canonical String for this request should have been\n'{canonical_request}'\n\n"
            f"The String-to-Sign should have been\n'{string_to_sign}'\n"
        )
        error._has_request = True
        return error

    _has_request = False

    @property
    def log_message(self) -> str | None:
        return self.default_message if self._has_request else None


class InvalidClientTokenId(CommonError):
    shape = "UnrecognizedClientException"
    code = "InvalidClientTokenId"
    status = 403
    default_message = "The security token included in the request is invalid."


class ExpiredToken(CommonError):
    shape = "ExpiredTokenException"
    code = "ExpiredToken"
    status = 403
    default_message = "The security token included in the request is expired"


class RequestExpired(CommonError):
    shape = "RequestExpired"
    code = "RequestExpired"
    default_message = "Request has expired."


# No action raises the errors below: only faults do.


class Throttling(CommonError):
    shape = "ThrottlingException"
    code = "Throttling"
    default_message = "Rate exceeded"


class OptInRequired(CommonError):
    shape = "OptInRequired"
    code = "OptInRequired"
    status = 403
    default_message = "The AWS access key ID needs a subscription for the service."
