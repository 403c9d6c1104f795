"""Every error the two services answer with: its names, status and fault on both protocols.

One class is one row. JSON answers carry ``namespace#shape`` in ``__type`` and ``code`` in
``x-amzn-query-error``; XML answers carry ``code``. The sources are the service models and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and
https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html.

No code compares message texts: to react to an error, catch its class.
"""

from typing import ClassVar, Literal

SQS_NAMESPACE = "com.amazonaws.sqs"
CORAL_NAMESPACE = "com.amazon.coral.service"
SQS_CODE_PREFIX = "AWS.SimpleQueueService."

Fault = Literal["Sender", "Receiver"]


class ServiceError(Exception):
    """An answer in AWS's error form. Raised by actions and domain, caught by the gateway alone."""

    shape: ClassVar[str]
    code: ClassVar[str]
    status: ClassVar[int] = 400
    namespace: ClassVar[str] = SQS_NAMESPACE
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
        return self.code.removeprefix(SQS_CODE_PREFIX)

    @property
    def batch_message(self) -> str:
        """The text as the failed entry of a batch carries it."""
        return self.message


# Both services and the front end they share. ------------------------------------------------


class CommonError(ServiceError):
    """An error of the protocol front end, which no service model lists."""

    namespace = CORAL_NAMESPACE


class InvalidParameterValue(CommonError):
    shape = "InvalidParameterValueException"
    code = "InvalidParameterValue"

    @classmethod
    def of(cls, parameter: str, value: object, reason: str) -> "InvalidParameterValue":
        """The usual wording; ``value`` is echoed as it came."""
        return cls(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


class RefusedByQueue(InvalidParameterValue):
    """A parameter that passes every check and is refused by the queue: a batch entry tells the bare reason."""

    @classmethod
    def of(cls, parameter: str, value: object, reason: str) -> "RefusedByQueue":
        return cls(f"Value {value} for parameter {parameter} is invalid.", reason)

    def __init__(self, problem: str, reason: str) -> None:
        super().__init__(f"{problem} Reason: {reason}")
        self._reason = reason

    @property
    def batch_message(self) -> str:
        return self._reason.removesuffix(".")


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
    """An AWS operation which this emulator does not have."""

    shape = "NotImplemented"
    code = "NotImplemented"
    status = 501
    fault = "Receiver"


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


# Amazon SQS. --------------------------------------------------------------------------------


class SqsError(ServiceError):
    """An error which the SQS model lists."""


class QueueDoesNotExist(SqsError):
    shape = "QueueDoesNotExist"
    code = SQS_CODE_PREFIX + "NonExistentQueue"
    default_message = "The specified queue does not exist."

    @property
    def query_message(self) -> str:
        return "The specified queue does not exist for this wsdl version."


class QueueNameExists(SqsError):
    shape = "QueueNameExists"
    code = "QueueAlreadyExists"


class QueueDeletedRecently(SqsError):
    shape = "QueueDeletedRecently"
    code = SQS_CODE_PREFIX + "QueueDeletedRecently"
    default_message = (
        "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    )


class PurgeQueueInProgress(SqsError):
    shape = "PurgeQueueInProgress"
    code = SQS_CODE_PREFIX + "PurgeQueueInProgress"
    status = 403


class ReceiptHandleIsInvalid(SqsError):
    shape = "ReceiptHandleIsInvalid"
    code = "ReceiptHandleIsInvalid"
    status = 404

    @classmethod
    def of(cls, handle: str) -> "ReceiptHandleIsInvalid":
        return cls(f'The input receipt handle "{handle}" is not a valid receipt handle.')

    @classmethod
    def of_another_queue(cls, handle: str) -> "ReceiptHandleIsInvalid":
        return cls(f'The receipt handle "{handle}" is not valid for this queue.')


class ReceiptHandleExpired(RefusedByQueue):
    """A FIFO handle used after its visibility timeout; in a batch it has a code of its own."""

    @classmethod
    def of_handle(cls, handle: str) -> "ReceiptHandleExpired":
        return cls(f"Value {handle} for parameter ReceiptHandle is invalid.", "The receipt handle has expired.")

    @property
    def batch_code(self) -> str:
        return ReceiptHandleIsInvalid.code


class InvalidAttributeName(SqsError):
    shape = "InvalidAttributeName"
    code = "InvalidAttributeName"


class InvalidAttributeValue(SqsError):
    shape = "InvalidAttributeValue"
    code = "InvalidAttributeValue"


class InvalidMessageContents(SqsError):
    shape = "InvalidMessageContents"
    code = "InvalidMessageContents"


class EmptyBatchRequest(SqsError):
    shape = "EmptyBatchRequest"
    code = SQS_CODE_PREFIX + "EmptyBatchRequest"


class TooManyEntriesInBatchRequest(SqsError):
    shape = "TooManyEntriesInBatchRequest"
    code = SQS_CODE_PREFIX + "TooManyEntriesInBatchRequest"


class BatchEntryIdsNotDistinct(SqsError):
    shape = "BatchEntryIdsNotDistinct"
    code = SQS_CODE_PREFIX + "BatchEntryIdsNotDistinct"


class InvalidBatchEntryId(SqsError):
    shape = "InvalidBatchEntryId"
    code = SQS_CODE_PREFIX + "InvalidBatchEntryId"
    default_message = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )


class BatchRequestTooLong(SqsError):
    shape = "BatchRequestTooLong"
    code = SQS_CODE_PREFIX + "BatchRequestTooLong"


class OverLimit(SqsError):
    shape = "OverLimit"
    code = "OverLimit"
    status = 403


class UnsupportedOperation(SqsError):
    shape = "UnsupportedOperation"
    code = SQS_CODE_PREFIX + "UnsupportedOperation"


class ResourceNotFound(SqsError):
    shape = "ResourceNotFoundException"
    code = "ResourceNotFoundException"
    status = 404


# Amazon SNS. --------------------------------------------------------------------------------


class SnsError(ServiceError):
    """An error which the SNS model lists."""

    namespace = "com.amazonaws.sns"


class SnsInvalidParameter(SnsError):
    shape = "InvalidParameterException"
    code = "InvalidParameter"

    @classmethod
    def of(cls, parameter: str, reason: str | None = None) -> "SnsInvalidParameter":
        """The usual wording: the parameter, or what is wrong with it, and the reason if there is one."""
        return cls(f"Invalid parameter: {parameter}" + (f" Reason: {reason}" if reason is not None else ""))


class SnsParameterValueInvalid(SnsError):
    shape = "InvalidParameterValueException"
    code = "ParameterValueInvalid"


class SnsNotFound(SnsError):
    shape = "NotFoundException"
    code = "NotFound"
    status = 404


class SnsResourceNotFound(SnsError):
    shape = "ResourceNotFoundException"
    code = "ResourceNotFound"
    status = 404


class SnsTopicLimitExceeded(SnsError):
    shape = "TopicLimitExceededException"
    code = "TopicLimitExceeded"
    status = 403


class SnsSubscriptionLimitExceeded(SnsError):
    shape = "SubscriptionLimitExceededException"
    code = "SubscriptionLimitExceeded"
    status = 403


class SnsTagLimitExceeded(SnsError):
    shape = "TagLimitExceededException"
    code = "TagLimitExceeded"
    default_message = "Could not complete request: tag quota of per resource exceeded"


class SnsFilterPolicyLimitExceeded(SnsError):
    shape = "FilterPolicyLimitExceededException"
    code = "FilterPolicyLimitExceeded"
    status = 403


class SnsEmptyBatchRequest(SnsError):
    shape = "EmptyBatchRequestException"
    code = "EmptyBatchRequest"
    default_message = "The batch request doesn't contain any entries."


class SnsTooManyEntriesInBatchRequest(SnsError):
    shape = "TooManyEntriesInBatchRequestException"
    code = "TooManyEntriesInBatchRequest"
    default_message = "The batch request contains more entries than permissible."


class SnsBatchEntryIdsNotDistinct(SnsError):
    shape = "BatchEntryIdsNotDistinctException"
    code = "BatchEntryIdsNotDistinct"
    default_message = "Two or more batch entries in the request have the same Id."


class SnsInvalidBatchEntryId(SnsError):
    shape = "InvalidBatchEntryIdException"
    code = "InvalidBatchEntryId"


class SnsBatchRequestTooLong(SnsError):
    shape = "BatchRequestTooLongException"
    code = "BatchRequestTooLong"
    default_message = "The length of all the messages put together is more than the limit."


class SnsInvalidState(SnsError):
    shape = "InvalidStateException"
    code = "InvalidState"


class SnsAuthorizationError(SnsError):
    shape = "AuthorizationErrorException"
    code = "AuthorizationError"
    status = 403


class SnsEndpointDisabled(SnsError):
    shape = "EndpointDisabledException"
    code = "EndpointDisabled"
    default_message = "Endpoint is disabled"


class SnsPlatformApplicationDisabled(SnsError):
    shape = "PlatformApplicationDisabledException"
    code = "PlatformApplicationDisabled"
    default_message = "Platform application is disabled"


class SnsOptedOut(SnsError):
    shape = "OptedOutException"
    code = "OptedOut"


class SnsUserError(SnsError):
    shape = "UserErrorException"
    code = "UserError"


class SnsVerification(SnsError):
    shape = "VerificationException"
    code = "VerificationException"
