"""The errors of Amazon SNS; ``errors.py`` says how to read them."""

from emulator.aws.errors import ServiceError


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
