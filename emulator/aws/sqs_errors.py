"""The errors of Amazon SQS; see ``errors.py`` for how they are written."""

from emulator.aws.errors import InvalidParameterValue, ServiceError

CODE_PREFIX = "AWS.SimpleQueueService."


class SqsError(ServiceError):
    """An error that the SQS model has."""

    namespace = "com.amazonaws.sqs"

    @property
    def batch_code(self) -> str:
        return self.code.removeprefix(CODE_PREFIX)


class QueueDoesNotExist(SqsError):
    shape = "QueueDoesNotExist"
    code = CODE_PREFIX + "NonExistentQueue"
    default_message = "The specified queue does not exist."

    @property
    def query_message(self) -> str:
        return "The specified queue does not exist for this wsdl version."


class QueueNameExists(SqsError):
    shape = "QueueNameExists"
    code = "QueueAlreadyExists"


class QueueDeletedRecently(SqsError):
    shape = "QueueDeletedRecently"
    code = CODE_PREFIX + "QueueDeletedRecently"
    default_message = (
        "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    )


class PurgeQueueInProgress(SqsError):
    shape = "PurgeQueueInProgress"
    code = CODE_PREFIX + "PurgeQueueInProgress"
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


class RefusedByQueue(InvalidParameterValue):
    """A parameter that passes every check and that the queue refuses. A batch entry has the bare reason."""

    @classmethod
    def of(cls, parameter: str, value: object, reason: str) -> "RefusedByQueue":
        return cls(f"Value {value} for parameter {parameter} is invalid.", reason)

    def __init__(self, problem: str, reason: str) -> None:
        super().__init__(f"{problem} Reason: {reason}")
        self._reason = reason

    @property
    def batch_message(self) -> str:
        return self._reason.removesuffix(".")


class MessageTooLong(InvalidParameterValue):
    """A message larger than the queue's MaximumMessageSize. AWS words it differently for a batch entry."""

    def __init__(self, limit: int) -> None:
        self._reason = f"Message must be shorter than {limit} bytes."
        super().__init__(f"One or more parameters are invalid. Reason: {self._reason}")

    @property
    def batch_message(self) -> str:
        return f"One or more parameters cannot be validated. Reason: {self._reason}"


class ReceiptHandleRefused(RefusedByQueue):
    """A receipt handle of the queue that is no longer good. In a batch the error has a code of its own."""

    @classmethod
    def gone(cls, handle: str) -> "ReceiptHandleRefused":
        """The message was deleted, or moved to another queue."""
        reason = "Message does not exist or is not available for visibility timeout change."
        return cls(f"Value {handle} for parameter ReceiptHandle is invalid.", reason)

    @property
    def batch_code(self) -> str:
        return ReceiptHandleIsInvalid.code


class ReceiptHandleExpired(ReceiptHandleRefused):
    """A FIFO receipt handle was used after its visibility timeout."""

    @classmethod
    def of_handle(cls, handle: str) -> "ReceiptHandleExpired":
        return cls(f"Value {handle} for parameter ReceiptHandle is invalid.", "The receipt handle has expired.")


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
    code = CODE_PREFIX + "EmptyBatchRequest"


class TooManyEntriesInBatchRequest(SqsError):
    shape = "TooManyEntriesInBatchRequest"
    code = CODE_PREFIX + "TooManyEntriesInBatchRequest"


class BatchEntryIdsNotDistinct(SqsError):
    shape = "BatchEntryIdsNotDistinct"
    code = CODE_PREFIX + "BatchEntryIdsNotDistinct"


class InvalidBatchEntryId(SqsError):
    shape = "InvalidBatchEntryId"
    code = CODE_PREFIX + "InvalidBatchEntryId"
    default_message = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )


class BatchRequestTooLong(SqsError):
    shape = "BatchRequestTooLong"
    code = CODE_PREFIX + "BatchRequestTooLong"


class OverLimit(SqsError):
    shape = "OverLimit"
    code = "OverLimit"
    status = 403


class UnsupportedOperation(SqsError):
    shape = "UnsupportedOperation"
    code = CODE_PREFIX + "UnsupportedOperation"


class ResourceNotFound(SqsError):
    shape = "ResourceNotFoundException"
    code = "ResourceNotFoundException"
    status = 404


# No action raises the errors below: only faults do.


class InternalError(SqsError):
    shape = "InternalError"
    code = "InternalError"
    status = 500
    fault = "Receiver"
    default_message = "We encountered an internal error. Please try again."


class RequestThrottled(SqsError):
    shape = "RequestThrottled"
    code = "RequestThrottled"
    status = 403
    default_message = "The request was denied due to request throttling."


class InvalidAddress(SqsError):
    shape = "InvalidAddress"
    code = "InvalidAddress"
    status = 404
    default_message = "The address is not valid for this endpoint."


class InvalidSecurity(SqsError):
    shape = "InvalidSecurity"
    code = "InvalidSecurity"
    status = 403
    default_message = "The request was not made over HTTPS or did not use SigV4 for signing."


class InvalidIdFormat(SqsError):
    shape = "InvalidIdFormat"
    code = "InvalidIdFormat"


class MessageNotInflight(SqsError):
    shape = "MessageNotInflight"
    code = CODE_PREFIX + "MessageNotInflight"


class KmsAccessDenied(SqsError):
    shape = "KmsAccessDenied"
    code = "KMS.AccessDeniedException"
    default_message = (
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, "
        "or you are not allowed to access."
    )


class KmsDisabled(SqsError):
    shape = "KmsDisabled"
    code = "KMS.DisabledException"


class KmsInvalidKeyUsage(SqsError):
    shape = "KmsInvalidKeyUsage"
    code = "KMS.InvalidKeyUsageException"


class KmsInvalidState(SqsError):
    shape = "KmsInvalidState"
    code = "KMS.InvalidStateException"


class KmsNotFound(SqsError):
    shape = "KmsNotFound"
    code = "KMS.NotFoundException"


class KmsOptInRequired(SqsError):
    shape = "KmsOptInRequired"
    code = "KMS.OptInRequired"
    status = 403


class KmsThrottled(SqsError):
    shape = "KmsThrottled"
    code = "KMS.ThrottlingException"
