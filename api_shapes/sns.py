"""Amazon SNS: its structures and operations.

Generated from the service model of botocore 1.44.5 by ``python -m api_shapes.generate``.
Do not edit.
"""

from datetime import datetime
from typing import Annotated, Any

from msgspec import field

from api_shapes.operation import EntryMap, Operation, Shape

API_VERSION = "2010-03-31"
XML_NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"


class AddPermissionInput(Shape, kw_only=True):
    topic_arn: str
    label: str
    aws_account_id: list[str] = field(name="AWSAccountId")
    action_name: list[str]


class CheckIfPhoneNumberIsOptedOutInput(Shape, kw_only=True):
    phone_number: str = field(name="phoneNumber")


class ConfirmSubscriptionInput(Shape, kw_only=True):
    topic_arn: str
    token: str
    authenticate_on_unsubscribe: str | None = None


class CreatePlatformApplicationInput(Shape, kw_only=True):
    name: str
    platform: str
    attributes: dict[str, str]


class CreatePlatformEndpointInput(Shape, kw_only=True):
    platform_application_arn: str
    token: str
    custom_user_data: str | None = None
    attributes: dict[str, str] | None = None


class CreateSMSSandboxPhoneNumberInput(Shape, kw_only=True):
    phone_number: str
    language_code: str | None = None


class Tag(Shape, kw_only=True):
    key: str
    value: str


class CreateTopicInput(Shape, kw_only=True):
    name: str
    attributes: dict[str, str] | None = None
    tags: list[Tag] | None = None
    data_protection_policy: str | None = None


class DeleteEndpointInput(Shape, kw_only=True):
    endpoint_arn: str


class DeletePlatformApplicationInput(Shape, kw_only=True):
    platform_application_arn: str


class DeleteSMSSandboxPhoneNumberInput(Shape, kw_only=True):
    phone_number: str


class DeleteTopicInput(Shape, kw_only=True):
    topic_arn: str


class GetDataProtectionPolicyInput(Shape, kw_only=True):
    resource_arn: str


class GetEndpointAttributesInput(Shape, kw_only=True):
    endpoint_arn: str


class GetPlatformApplicationAttributesInput(Shape, kw_only=True):
    platform_application_arn: str


class GetSMSAttributesInput(Shape, kw_only=True):
    attributes: list[str] | None = field(default=None, name="attributes")


class GetSMSSandboxAccountStatusInput(Shape, kw_only=True):
    pass


class GetSubscriptionAttributesInput(Shape, kw_only=True):
    subscription_arn: str


class GetTopicAttributesInput(Shape, kw_only=True):
    topic_arn: str


class ListEndpointsByPlatformApplicationInput(Shape, kw_only=True):
    platform_application_arn: str
    next_token: str | None = None


class ListOriginationNumbersRequest(Shape, kw_only=True):
    next_token: str | None = None
    max_results: int | None = None


class ListPhoneNumbersOptedOutInput(Shape, kw_only=True):
    next_token: str | None = field(default=None, name="nextToken")


class ListPlatformApplicationsInput(Shape, kw_only=True):
    next_token: str | None = None


class ListSMSSandboxPhoneNumbersInput(Shape, kw_only=True):
    next_token: str | None = None
    max_results: int | None = None


class ListSubscriptionsInput(Shape, kw_only=True):
    next_token: str | None = None


class ListSubscriptionsByTopicInput(Shape, kw_only=True):
    topic_arn: str
    next_token: str | None = None


class ListTagsForResourceRequest(Shape, kw_only=True):
    resource_arn: str


class ListTopicsInput(Shape, kw_only=True):
    next_token: str | None = None


class OptInPhoneNumberInput(Shape, kw_only=True):
    phone_number: str = field(name="phoneNumber")


class MessageAttributeValue(Shape, kw_only=True):
    data_type: str
    string_value: str | None = None
    binary_value: bytes | None = None


class PublishInput(Shape, kw_only=True):
    topic_arn: str | None = None
    target_arn: str | None = None
    phone_number: str | None = None
    message: str
    subject: str | None = None
    message_structure: str | None = None
    message_attributes: Annotated[dict[str, MessageAttributeValue] | None, EntryMap(key="Name", value="Value")] = None
    message_deduplication_id: str | None = None
    message_group_id: str | None = None


class PublishBatchRequestEntry(Shape, kw_only=True):
    id: str
    message: str
    subject: str | None = None
    message_structure: str | None = None
    message_attributes: Annotated[dict[str, MessageAttributeValue] | None, EntryMap(key="Name", value="Value")] = None
    message_deduplication_id: str | None = None
    message_group_id: str | None = None


class PublishBatchInput(Shape, kw_only=True):
    topic_arn: str
    publish_batch_request_entries: list[PublishBatchRequestEntry]


class PutDataProtectionPolicyInput(Shape, kw_only=True):
    resource_arn: str
    data_protection_policy: str


class RemovePermissionInput(Shape, kw_only=True):
    topic_arn: str
    label: str


class SetEndpointAttributesInput(Shape, kw_only=True):
    endpoint_arn: str
    attributes: dict[str, str]


class SetPlatformApplicationAttributesInput(Shape, kw_only=True):
    platform_application_arn: str
    attributes: dict[str, str]


class SetSMSAttributesInput(Shape, kw_only=True):
    attributes: dict[str, str] = field(name="attributes")


class SetSubscriptionAttributesInput(Shape, kw_only=True):
    subscription_arn: str
    attribute_name: str
    attribute_value: str | None = None


class SetTopicAttributesInput(Shape, kw_only=True):
    topic_arn: str
    attribute_name: str
    attribute_value: str | None = None


class SubscribeInput(Shape, kw_only=True):
    topic_arn: str
    protocol: str
    endpoint: str | None = None
    attributes: dict[str, str] | None = None
    return_subscription_arn: bool | None = None


class TagResourceRequest(Shape, kw_only=True):
    resource_arn: str
    tags: list[Tag]


class UnsubscribeInput(Shape, kw_only=True):
    subscription_arn: str


class UntagResourceRequest(Shape, kw_only=True):
    resource_arn: str
    tag_keys: list[str]


class VerifySMSSandboxPhoneNumberInput(Shape, kw_only=True):
    phone_number: str
    one_time_password: str


class CheckIfPhoneNumberIsOptedOutResponse(Shape, kw_only=True):
    is_opted_out: bool | None = field(default=None, name="isOptedOut")


class ConfirmSubscriptionResponse(Shape, kw_only=True):
    subscription_arn: str | None = None


class CreatePlatformApplicationResponse(Shape, kw_only=True):
    platform_application_arn: str | None = None


class CreateEndpointResponse(Shape, kw_only=True):
    endpoint_arn: str | None = None


class CreateSMSSandboxPhoneNumberResult(Shape, kw_only=True):
    pass


class CreateTopicResponse(Shape, kw_only=True):
    topic_arn: str | None = None


class DeleteSMSSandboxPhoneNumberResult(Shape, kw_only=True):
    pass


class GetDataProtectionPolicyResponse(Shape, kw_only=True):
    data_protection_policy: str | None = None


class GetEndpointAttributesResponse(Shape, kw_only=True):
    attributes: dict[str, str] | None = None


class GetPlatformApplicationAttributesResponse(Shape, kw_only=True):
    attributes: dict[str, str] | None = None


class GetSMSAttributesResponse(Shape, kw_only=True):
    attributes: dict[str, str] | None = field(default=None, name="attributes")


class GetSMSSandboxAccountStatusResult(Shape, kw_only=True):
    is_in_sandbox: bool | None = None


class GetSubscriptionAttributesResponse(Shape, kw_only=True):
    attributes: dict[str, str] | None = None


class GetTopicAttributesResponse(Shape, kw_only=True):
    attributes: dict[str, str] | None = None


class Endpoint(Shape, kw_only=True):
    endpoint_arn: str | None = None
    attributes: dict[str, str] | None = None


class ListEndpointsByPlatformApplicationResponse(Shape, kw_only=True):
    endpoints: list[Endpoint] | None = None
    next_token: str | None = None


class PhoneNumberInformation(Shape, kw_only=True):
    created_at: datetime | None = None
    phone_number: str | None = None
    status: str | None = None
    iso2_country_code: str | None = None
    route_type: str | None = None
    number_capabilities: list[str] | None = None


class ListOriginationNumbersResult(Shape, kw_only=True):
    next_token: str | None = None
    phone_numbers: list[PhoneNumberInformation] | None = None


class ListPhoneNumbersOptedOutResponse(Shape, kw_only=True):
    phone_numbers: list[str] | None = field(default=None, name="phoneNumbers")
    next_token: str | None = field(default=None, name="nextToken")


class PlatformApplication(Shape, kw_only=True):
    platform_application_arn: str | None = None
    attributes: dict[str, str] | None = None


class ListPlatformApplicationsResponse(Shape, kw_only=True):
    platform_applications: list[PlatformApplication] | None = None
    next_token: str | None = None


class SMSSandboxPhoneNumber(Shape, kw_only=True):
    phone_number: str | None = None
    status: str | None = None


class ListSMSSandboxPhoneNumbersResult(Shape, kw_only=True):
    phone_numbers: list[SMSSandboxPhoneNumber] | None = None
    next_token: str | None = None


class Subscription(Shape, kw_only=True):
    subscription_arn: str | None = None
    owner: str | None = None
    protocol: str | None = None
    endpoint: str | None = None
    topic_arn: str | None = None


class ListSubscriptionsResponse(Shape, kw_only=True):
    subscriptions: list[Subscription] | None = None
    next_token: str | None = None


class ListSubscriptionsByTopicResponse(Shape, kw_only=True):
    subscriptions: list[Subscription] | None = None
    next_token: str | None = None


class ListTagsForResourceResponse(Shape, kw_only=True):
    tags: list[Tag] | None = None


class Topic(Shape, kw_only=True):
    topic_arn: str | None = None


class ListTopicsResponse(Shape, kw_only=True):
    topics: list[Topic] | None = None
    next_token: str | None = None


class OptInPhoneNumberResponse(Shape, kw_only=True):
    pass


class PublishResponse(Shape, kw_only=True):
    message_id: str | None = None
    sequence_number: str | None = None


class PublishBatchResultEntry(Shape, kw_only=True):
    id: str | None = None
    message_id: str | None = None
    sequence_number: str | None = None


class BatchResultErrorEntry(Shape, kw_only=True):
    id: str | None = None
    code: str | None = None
    message: str | None = None
    sender_fault: bool | None = None


class PublishBatchResponse(Shape, kw_only=True):
    successful: list[PublishBatchResultEntry] | None = None
    failed: list[BatchResultErrorEntry] | None = None


class SetSMSAttributesResponse(Shape, kw_only=True):
    pass


class SubscribeResponse(Shape, kw_only=True):
    subscription_arn: str | None = None


class TagResourceResponse(Shape, kw_only=True):
    pass


class UntagResourceResponse(Shape, kw_only=True):
    pass


class VerifySMSSandboxPhoneNumberResult(Shape, kw_only=True):
    pass


ADD_PERMISSION: Operation[AddPermissionInput, None] = Operation(
    service="sns",
    name="AddPermission",
    request=AddPermissionInput,
    result=None,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

CHECK_IF_PHONE_NUMBER_IS_OPTED_OUT: Operation[
    CheckIfPhoneNumberIsOptedOutInput, CheckIfPhoneNumberIsOptedOutResponse
] = Operation(
    service="sns",
    name="CheckIfPhoneNumberIsOptedOut",
    request=CheckIfPhoneNumberIsOptedOutInput,
    result=CheckIfPhoneNumberIsOptedOutResponse,
    errors=("ThrottledException", "InternalErrorException", "AuthorizationErrorException", "InvalidParameterException"),
)

CONFIRM_SUBSCRIPTION: Operation[ConfirmSubscriptionInput, ConfirmSubscriptionResponse] = Operation(
    service="sns",
    name="ConfirmSubscription",
    request=ConfirmSubscriptionInput,
    result=ConfirmSubscriptionResponse,
    errors=(
        "SubscriptionLimitExceededException",
        "InvalidParameterException",
        "NotFoundException",
        "InternalErrorException",
        "AuthorizationErrorException",
        "FilterPolicyLimitExceededException",
        "ReplayLimitExceededException",
    ),
)

CREATE_PLATFORM_APPLICATION: Operation[CreatePlatformApplicationInput, CreatePlatformApplicationResponse] = Operation(
    service="sns",
    name="CreatePlatformApplication",
    request=CreatePlatformApplicationInput,
    result=CreatePlatformApplicationResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException"),
)

CREATE_PLATFORM_ENDPOINT: Operation[CreatePlatformEndpointInput, CreateEndpointResponse] = Operation(
    service="sns",
    name="CreatePlatformEndpoint",
    request=CreatePlatformEndpointInput,
    result=CreateEndpointResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

CREATE_SMS_SANDBOX_PHONE_NUMBER: Operation[CreateSMSSandboxPhoneNumberInput, CreateSMSSandboxPhoneNumberResult] = (
    Operation(
        service="sns",
        name="CreateSMSSandboxPhoneNumber",
        request=CreateSMSSandboxPhoneNumberInput,
        result=CreateSMSSandboxPhoneNumberResult,
        errors=(
            "AuthorizationErrorException",
            "InternalErrorException",
            "InvalidParameterException",
            "OptedOutException",
            "UserErrorException",
            "ThrottledException",
        ),
    )
)

CREATE_TOPIC: Operation[CreateTopicInput, CreateTopicResponse] = Operation(
    service="sns",
    name="CreateTopic",
    request=CreateTopicInput,
    result=CreateTopicResponse,
    errors=(
        "InvalidParameterException",
        "TopicLimitExceededException",
        "InternalErrorException",
        "AuthorizationErrorException",
        "InvalidSecurityException",
        "TagLimitExceededException",
        "StaleTagException",
        "TagPolicyException",
        "ConcurrentAccessException",
    ),
)

DELETE_ENDPOINT: Operation[DeleteEndpointInput, None] = Operation(
    service="sns",
    name="DeleteEndpoint",
    request=DeleteEndpointInput,
    result=None,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException"),
)

DELETE_PLATFORM_APPLICATION: Operation[DeletePlatformApplicationInput, None] = Operation(
    service="sns",
    name="DeletePlatformApplication",
    request=DeletePlatformApplicationInput,
    result=None,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException"),
)

DELETE_SMS_SANDBOX_PHONE_NUMBER: Operation[DeleteSMSSandboxPhoneNumberInput, DeleteSMSSandboxPhoneNumberResult] = (
    Operation(
        service="sns",
        name="DeleteSMSSandboxPhoneNumber",
        request=DeleteSMSSandboxPhoneNumberInput,
        result=DeleteSMSSandboxPhoneNumberResult,
        errors=(
            "AuthorizationErrorException",
            "InternalErrorException",
            "InvalidParameterException",
            "ResourceNotFoundException",
            "UserErrorException",
            "ThrottledException",
        ),
    )
)

DELETE_TOPIC: Operation[DeleteTopicInput, None] = Operation(
    service="sns",
    name="DeleteTopic",
    request=DeleteTopicInput,
    result=None,
    errors=(
        "InvalidParameterException",
        "InvalidStateException",
        "InternalErrorException",
        "AuthorizationErrorException",
        "NotFoundException",
        "StaleTagException",
        "TagPolicyException",
        "ConcurrentAccessException",
    ),
)

GET_DATA_PROTECTION_POLICY: Operation[GetDataProtectionPolicyInput, GetDataProtectionPolicyResponse] = Operation(
    service="sns",
    name="GetDataProtectionPolicy",
    request=GetDataProtectionPolicyInput,
    result=GetDataProtectionPolicyResponse,
    errors=(
        "InvalidParameterException",
        "InternalErrorException",
        "NotFoundException",
        "AuthorizationErrorException",
        "InvalidSecurityException",
    ),
)

GET_ENDPOINT_ATTRIBUTES: Operation[GetEndpointAttributesInput, GetEndpointAttributesResponse] = Operation(
    service="sns",
    name="GetEndpointAttributes",
    request=GetEndpointAttributesInput,
    result=GetEndpointAttributesResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

GET_PLATFORM_APPLICATION_ATTRIBUTES: Operation[
    GetPlatformApplicationAttributesInput, GetPlatformApplicationAttributesResponse
] = Operation(
    service="sns",
    name="GetPlatformApplicationAttributes",
    request=GetPlatformApplicationAttributesInput,
    result=GetPlatformApplicationAttributesResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

GET_SMS_ATTRIBUTES: Operation[GetSMSAttributesInput, GetSMSAttributesResponse] = Operation(
    service="sns",
    name="GetSMSAttributes",
    request=GetSMSAttributesInput,
    result=GetSMSAttributesResponse,
    errors=("ThrottledException", "InternalErrorException", "AuthorizationErrorException", "InvalidParameterException"),
)

GET_SMS_SANDBOX_ACCOUNT_STATUS: Operation[GetSMSSandboxAccountStatusInput, GetSMSSandboxAccountStatusResult] = (
    Operation(
        service="sns",
        name="GetSMSSandboxAccountStatus",
        request=GetSMSSandboxAccountStatusInput,
        result=GetSMSSandboxAccountStatusResult,
        errors=("AuthorizationErrorException", "InternalErrorException", "ThrottledException"),
    )
)

GET_SUBSCRIPTION_ATTRIBUTES: Operation[GetSubscriptionAttributesInput, GetSubscriptionAttributesResponse] = Operation(
    service="sns",
    name="GetSubscriptionAttributes",
    request=GetSubscriptionAttributesInput,
    result=GetSubscriptionAttributesResponse,
    errors=("InvalidParameterException", "InternalErrorException", "NotFoundException", "AuthorizationErrorException"),
)

GET_TOPIC_ATTRIBUTES: Operation[GetTopicAttributesInput, GetTopicAttributesResponse] = Operation(
    service="sns",
    name="GetTopicAttributes",
    request=GetTopicAttributesInput,
    result=GetTopicAttributesResponse,
    errors=(
        "InvalidParameterException",
        "InternalErrorException",
        "NotFoundException",
        "AuthorizationErrorException",
        "InvalidSecurityException",
    ),
)

LIST_ENDPOINTS_BY_PLATFORM_APPLICATION: Operation[
    ListEndpointsByPlatformApplicationInput, ListEndpointsByPlatformApplicationResponse
] = Operation(
    service="sns",
    name="ListEndpointsByPlatformApplication",
    request=ListEndpointsByPlatformApplicationInput,
    result=ListEndpointsByPlatformApplicationResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

LIST_ORIGINATION_NUMBERS: Operation[ListOriginationNumbersRequest, ListOriginationNumbersResult] = Operation(
    service="sns",
    name="ListOriginationNumbers",
    request=ListOriginationNumbersRequest,
    result=ListOriginationNumbersResult,
    errors=(
        "InternalErrorException",
        "AuthorizationErrorException",
        "ThrottledException",
        "InvalidParameterException",
        "ValidationException",
    ),
)

LIST_PHONE_NUMBERS_OPTED_OUT: Operation[ListPhoneNumbersOptedOutInput, ListPhoneNumbersOptedOutResponse] = Operation(
    service="sns",
    name="ListPhoneNumbersOptedOut",
    request=ListPhoneNumbersOptedOutInput,
    result=ListPhoneNumbersOptedOutResponse,
    errors=("ThrottledException", "InternalErrorException", "AuthorizationErrorException", "InvalidParameterException"),
)

LIST_PLATFORM_APPLICATIONS: Operation[ListPlatformApplicationsInput, ListPlatformApplicationsResponse] = Operation(
    service="sns",
    name="ListPlatformApplications",
    request=ListPlatformApplicationsInput,
    result=ListPlatformApplicationsResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException"),
)

LIST_SMS_SANDBOX_PHONE_NUMBERS: Operation[ListSMSSandboxPhoneNumbersInput, ListSMSSandboxPhoneNumbersResult] = (
    Operation(
        service="sns",
        name="ListSMSSandboxPhoneNumbers",
        request=ListSMSSandboxPhoneNumbersInput,
        result=ListSMSSandboxPhoneNumbersResult,
        errors=(
            "AuthorizationErrorException",
            "InternalErrorException",
            "InvalidParameterException",
            "ResourceNotFoundException",
            "ThrottledException",
        ),
    )
)

LIST_SUBSCRIPTIONS: Operation[ListSubscriptionsInput, ListSubscriptionsResponse] = Operation(
    service="sns",
    name="ListSubscriptions",
    request=ListSubscriptionsInput,
    result=ListSubscriptionsResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException"),
)

LIST_SUBSCRIPTIONS_BY_TOPIC: Operation[ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse] = Operation(
    service="sns",
    name="ListSubscriptionsByTopic",
    request=ListSubscriptionsByTopicInput,
    result=ListSubscriptionsByTopicResponse,
    errors=("InvalidParameterException", "InternalErrorException", "NotFoundException", "AuthorizationErrorException"),
)

LIST_TAGS_FOR_RESOURCE: Operation[ListTagsForResourceRequest, ListTagsForResourceResponse] = Operation(
    service="sns",
    name="ListTagsForResource",
    request=ListTagsForResourceRequest,
    result=ListTagsForResourceResponse,
    errors=(
        "ResourceNotFoundException",
        "TagPolicyException",
        "InvalidParameterException",
        "AuthorizationErrorException",
        "ConcurrentAccessException",
    ),
)

LIST_TOPICS: Operation[ListTopicsInput, ListTopicsResponse] = Operation(
    service="sns",
    name="ListTopics",
    request=ListTopicsInput,
    result=ListTopicsResponse,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException"),
)

OPT_IN_PHONE_NUMBER: Operation[OptInPhoneNumberInput, OptInPhoneNumberResponse] = Operation(
    service="sns",
    name="OptInPhoneNumber",
    request=OptInPhoneNumberInput,
    result=OptInPhoneNumberResponse,
    errors=("ThrottledException", "InternalErrorException", "AuthorizationErrorException", "InvalidParameterException"),
)

PUBLISH: Operation[PublishInput, PublishResponse] = Operation(
    service="sns",
    name="Publish",
    request=PublishInput,
    result=PublishResponse,
    errors=(
        "InvalidParameterException",
        "InvalidParameterValueException",
        "InternalErrorException",
        "NotFoundException",
        "EndpointDisabledException",
        "PlatformApplicationDisabledException",
        "AuthorizationErrorException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
        "KMSOptInRequired",
        "KMSThrottlingException",
        "KMSAccessDeniedException",
        "InvalidSecurityException",
        "ValidationException",
    ),
)

PUBLISH_BATCH: Operation[PublishBatchInput, PublishBatchResponse] = Operation(
    service="sns",
    name="PublishBatch",
    request=PublishBatchInput,
    result=PublishBatchResponse,
    errors=(
        "InvalidParameterException",
        "InvalidParameterValueException",
        "InternalErrorException",
        "NotFoundException",
        "EndpointDisabledException",
        "PlatformApplicationDisabledException",
        "AuthorizationErrorException",
        "BatchEntryIdsNotDistinctException",
        "BatchRequestTooLongException",
        "EmptyBatchRequestException",
        "InvalidBatchEntryIdException",
        "TooManyEntriesInBatchRequestException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
        "KMSOptInRequired",
        "KMSThrottlingException",
        "KMSAccessDeniedException",
        "InvalidSecurityException",
        "ValidationException",
    ),
)

PUT_DATA_PROTECTION_POLICY: Operation[PutDataProtectionPolicyInput, None] = Operation(
    service="sns",
    name="PutDataProtectionPolicy",
    request=PutDataProtectionPolicyInput,
    result=None,
    errors=(
        "InvalidParameterException",
        "InternalErrorException",
        "NotFoundException",
        "AuthorizationErrorException",
        "InvalidSecurityException",
    ),
)

REMOVE_PERMISSION: Operation[RemovePermissionInput, None] = Operation(
    service="sns",
    name="RemovePermission",
    request=RemovePermissionInput,
    result=None,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

SET_ENDPOINT_ATTRIBUTES: Operation[SetEndpointAttributesInput, None] = Operation(
    service="sns",
    name="SetEndpointAttributes",
    request=SetEndpointAttributesInput,
    result=None,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

SET_PLATFORM_APPLICATION_ATTRIBUTES: Operation[SetPlatformApplicationAttributesInput, None] = Operation(
    service="sns",
    name="SetPlatformApplicationAttributes",
    request=SetPlatformApplicationAttributesInput,
    result=None,
    errors=("InvalidParameterException", "InternalErrorException", "AuthorizationErrorException", "NotFoundException"),
)

SET_SMS_ATTRIBUTES: Operation[SetSMSAttributesInput, SetSMSAttributesResponse] = Operation(
    service="sns",
    name="SetSMSAttributes",
    request=SetSMSAttributesInput,
    result=SetSMSAttributesResponse,
    errors=("InvalidParameterException", "ThrottledException", "InternalErrorException", "AuthorizationErrorException"),
)

SET_SUBSCRIPTION_ATTRIBUTES: Operation[SetSubscriptionAttributesInput, None] = Operation(
    service="sns",
    name="SetSubscriptionAttributes",
    request=SetSubscriptionAttributesInput,
    result=None,
    errors=(
        "InvalidParameterException",
        "FilterPolicyLimitExceededException",
        "ReplayLimitExceededException",
        "InternalErrorException",
        "NotFoundException",
        "AuthorizationErrorException",
    ),
)

SET_TOPIC_ATTRIBUTES: Operation[SetTopicAttributesInput, None] = Operation(
    service="sns",
    name="SetTopicAttributes",
    request=SetTopicAttributesInput,
    result=None,
    errors=(
        "InvalidParameterException",
        "InternalErrorException",
        "NotFoundException",
        "AuthorizationErrorException",
        "InvalidSecurityException",
    ),
)

SUBSCRIBE: Operation[SubscribeInput, SubscribeResponse] = Operation(
    service="sns",
    name="Subscribe",
    request=SubscribeInput,
    result=SubscribeResponse,
    errors=(
        "SubscriptionLimitExceededException",
        "FilterPolicyLimitExceededException",
        "ReplayLimitExceededException",
        "InvalidParameterException",
        "InternalErrorException",
        "NotFoundException",
        "AuthorizationErrorException",
        "InvalidSecurityException",
    ),
)

TAG_RESOURCE: Operation[TagResourceRequest, TagResourceResponse] = Operation(
    service="sns",
    name="TagResource",
    request=TagResourceRequest,
    result=TagResourceResponse,
    errors=(
        "ResourceNotFoundException",
        "TagLimitExceededException",
        "StaleTagException",
        "TagPolicyException",
        "InvalidParameterException",
        "AuthorizationErrorException",
        "ConcurrentAccessException",
    ),
)

UNSUBSCRIBE: Operation[UnsubscribeInput, None] = Operation(
    service="sns",
    name="Unsubscribe",
    request=UnsubscribeInput,
    result=None,
    errors=(
        "InvalidParameterException",
        "InternalErrorException",
        "AuthorizationErrorException",
        "NotFoundException",
        "InvalidSecurityException",
    ),
)

UNTAG_RESOURCE: Operation[UntagResourceRequest, UntagResourceResponse] = Operation(
    service="sns",
    name="UntagResource",
    request=UntagResourceRequest,
    result=UntagResourceResponse,
    errors=(
        "ResourceNotFoundException",
        "TagLimitExceededException",
        "StaleTagException",
        "TagPolicyException",
        "InvalidParameterException",
        "AuthorizationErrorException",
        "ConcurrentAccessException",
    ),
)

VERIFY_SMS_SANDBOX_PHONE_NUMBER: Operation[VerifySMSSandboxPhoneNumberInput, VerifySMSSandboxPhoneNumberResult] = (
    Operation(
        service="sns",
        name="VerifySMSSandboxPhoneNumber",
        request=VerifySMSSandboxPhoneNumberInput,
        result=VerifySMSSandboxPhoneNumberResult,
        errors=(
            "AuthorizationErrorException",
            "InternalErrorException",
            "InvalidParameterException",
            "ResourceNotFoundException",
            "VerificationException",
            "ThrottledException",
        ),
    )
)

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation
    for operation in (
        ADD_PERMISSION,
        CHECK_IF_PHONE_NUMBER_IS_OPTED_OUT,
        CONFIRM_SUBSCRIPTION,
        CREATE_PLATFORM_APPLICATION,
        CREATE_PLATFORM_ENDPOINT,
        CREATE_SMS_SANDBOX_PHONE_NUMBER,
        CREATE_TOPIC,
        DELETE_ENDPOINT,
        DELETE_PLATFORM_APPLICATION,
        DELETE_SMS_SANDBOX_PHONE_NUMBER,
        DELETE_TOPIC,
        GET_DATA_PROTECTION_POLICY,
        GET_ENDPOINT_ATTRIBUTES,
        GET_PLATFORM_APPLICATION_ATTRIBUTES,
        GET_SMS_ATTRIBUTES,
        GET_SMS_SANDBOX_ACCOUNT_STATUS,
        GET_SUBSCRIPTION_ATTRIBUTES,
        GET_TOPIC_ATTRIBUTES,
        LIST_ENDPOINTS_BY_PLATFORM_APPLICATION,
        LIST_ORIGINATION_NUMBERS,
        LIST_PHONE_NUMBERS_OPTED_OUT,
        LIST_PLATFORM_APPLICATIONS,
        LIST_SMS_SANDBOX_PHONE_NUMBERS,
        LIST_SUBSCRIPTIONS,
        LIST_SUBSCRIPTIONS_BY_TOPIC,
        LIST_TAGS_FOR_RESOURCE,
        LIST_TOPICS,
        OPT_IN_PHONE_NUMBER,
        PUBLISH,
        PUBLISH_BATCH,
        PUT_DATA_PROTECTION_POLICY,
        REMOVE_PERMISSION,
        SET_ENDPOINT_ATTRIBUTES,
        SET_PLATFORM_APPLICATION_ATTRIBUTES,
        SET_SMS_ATTRIBUTES,
        SET_SUBSCRIPTION_ATTRIBUTES,
        SET_TOPIC_ATTRIBUTES,
        SUBSCRIBE,
        TAG_RESOURCE,
        UNSUBSCRIBE,
        UNTAG_RESOURCE,
        VERIFY_SMS_SANDBOX_PHONE_NUMBER,
    )
}
