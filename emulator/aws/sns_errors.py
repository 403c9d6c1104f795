"""The errors of Amazon SNS; see ``errors.py`` for how they are written."""

from emulator.aws.errors import ServiceError


class SnsError(ServiceError):
    """An error that the SNS model has."""

    namespace = "com.amazonaws.sns"


class SnsInvalidParameter(SnsError):
    shape = "InvalidParameterException"
    code = "InvalidParameter"

    @classmethod
    def of(cls, parameter: str, reason: str | None = None) -> "SnsInvalidParameter":
        """An error in the usual wording: the parameter, or what is wrong with it, and the reason if there is one."""
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


# No action raises the errors below: only faults do.


class SnsInternalError(SnsError):
    shape = "InternalErrorException"
    code = "InternalError"
    status = 500
    fault = "Receiver"


class SnsThrottled(SnsError):
    shape = "ThrottledException"
    code = "Throttled"
    status = 429
    default_message = "Rate exceeded"


class SnsInvalidSecurity(SnsError):
    shape = "InvalidSecurityException"
    code = "InvalidSecurity"
    status = 403


class SnsConcurrentAccess(SnsError):
    shape = "ConcurrentAccessException"
    code = "ConcurrentAccess"


class SnsStaleTag(SnsError):
    shape = "StaleTagException"
    code = "StaleTag"


class SnsTagPolicy(SnsError):
    shape = "TagPolicyException"
    code = "TagPolicy"


class SnsReplayLimitExceeded(SnsError):
    shape = "ReplayLimitExceededException"
    code = "ReplayLimitExceeded"
    status = 403


class SnsValidation(SnsError):
    shape = "ValidationException"
    code = "ValidationException"


class SnsKmsAccessDenied(SnsError):
    shape = "KMSAccessDeniedException"
    code = "KMSAccessDenied"


class SnsKmsDisabled(SnsError):
    shape = "KMSDisabledException"
    code = "KMSDisabled"


class SnsKmsInvalidState(SnsError):
    shape = "KMSInvalidStateException"
    code = "KMSInvalidState"


class SnsKmsNotFound(SnsError):
    shape = "KMSNotFoundException"
    code = "KMSNotFound"


class SnsKmsOptInRequired(SnsError):
    shape = "KMSOptInRequired"
    code = "KMSOptInRequired"
    status = 403


class SnsKmsThrottling(SnsError):
    shape = "KMSThrottlingException"
    code = "KMSThrottling"
