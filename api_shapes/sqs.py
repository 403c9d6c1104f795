"""Amazon SQS: its structures and operations.

Generated from the service model of botocore 1.44.5 by ``python -m api_shapes.generate``.
Do not edit.
"""

from typing import Annotated, Any

from msgspec import field

from api_shapes.operation import FlatList, FlatMap, Operation, Shape

API_VERSION = "2012-11-05"
XML_NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/"
TARGET_PREFIX = "AmazonSQS"


class AddPermissionRequest(Shape, kw_only=True):
    queue_url: str
    label: str
    aws_account_ids: Annotated[list[str], FlatList("AWSAccountId")] = field(name="AWSAccountIds")
    actions: Annotated[list[str], FlatList("ActionName")]


class CancelMessageMoveTaskRequest(Shape, kw_only=True):
    task_handle: str


class ChangeMessageVisibilityRequest(Shape, kw_only=True):
    queue_url: str
    receipt_handle: str
    visibility_timeout: int


class ChangeMessageVisibilityBatchRequestEntry(Shape, kw_only=True):
    id: str
    receipt_handle: str
    visibility_timeout: int | None = None


class ChangeMessageVisibilityBatchRequest(Shape, kw_only=True):
    queue_url: str
    entries: Annotated[
        list[ChangeMessageVisibilityBatchRequestEntry], FlatList("ChangeMessageVisibilityBatchRequestEntry")
    ]


class CreateQueueRequest(Shape, kw_only=True):
    queue_name: str
    attributes: Annotated[dict[str, str] | None, FlatMap("Attribute", key="Name", value="Value")] = None
    tags: Annotated[dict[str, str] | None, FlatMap("Tag", key="Key", value="Value")] = field(default=None, name="tags")


class DeleteMessageRequest(Shape, kw_only=True):
    queue_url: str
    receipt_handle: str


class DeleteMessageBatchRequestEntry(Shape, kw_only=True):
    id: str
    receipt_handle: str


class DeleteMessageBatchRequest(Shape, kw_only=True):
    queue_url: str
    entries: Annotated[list[DeleteMessageBatchRequestEntry], FlatList("DeleteMessageBatchRequestEntry")]


class DeleteQueueRequest(Shape, kw_only=True):
    queue_url: str


class GetQueueAttributesRequest(Shape, kw_only=True):
    queue_url: str
    attribute_names: Annotated[list[str] | None, FlatList("AttributeName")] = None


class GetQueueUrlRequest(Shape, kw_only=True):
    queue_name: str
    queue_owner_aws_account_id: str | None = field(default=None, name="QueueOwnerAWSAccountId")


class ListDeadLetterSourceQueuesRequest(Shape, kw_only=True):
    queue_url: str
    next_token: str | None = None
    max_results: int | None = None


class ListMessageMoveTasksRequest(Shape, kw_only=True):
    source_arn: str
    max_results: int | None = None


class ListQueueTagsRequest(Shape, kw_only=True):
    queue_url: str


class ListQueuesRequest(Shape, kw_only=True):
    queue_name_prefix: str | None = None
    next_token: str | None = None
    max_results: int | None = None


class PurgeQueueRequest(Shape, kw_only=True):
    queue_url: str


class ReceiveMessageRequest(Shape, kw_only=True):
    queue_url: str
    attribute_names: Annotated[list[str] | None, FlatList("AttributeName")] = None
    message_system_attribute_names: Annotated[list[str] | None, FlatList("AttributeName")] = None
    message_attribute_names: Annotated[list[str] | None, FlatList("MessageAttributeName")] = None
    max_number_of_messages: int | None = None
    visibility_timeout: int | None = None
    wait_time_seconds: int | None = None
    receive_request_attempt_id: str | None = None


class RemovePermissionRequest(Shape, kw_only=True):
    queue_url: str
    label: str


class MessageAttributeValue(Shape, kw_only=True):
    string_value: str | None = None
    binary_value: bytes | None = None
    string_list_values: Annotated[list[str] | None, FlatList("StringListValue")] = None
    binary_list_values: Annotated[list[bytes] | None, FlatList("BinaryListValue")] = None
    data_type: str | None = None


class MessageSystemAttributeValue(Shape, kw_only=True):
    string_value: str | None = None
    binary_value: bytes | None = None
    string_list_values: Annotated[list[str] | None, FlatList("StringListValue")] = None
    binary_list_values: Annotated[list[bytes] | None, FlatList("BinaryListValue")] = None
    data_type: str | None = None


class SendMessageRequest(Shape, kw_only=True):
    queue_url: str
    message_body: str
    delay_seconds: int | None = None
    message_attributes: Annotated[
        dict[str, MessageAttributeValue] | None, FlatMap("MessageAttribute", key="Name", value="Value")
    ] = None
    message_system_attributes: Annotated[
        dict[str, MessageSystemAttributeValue] | None, FlatMap("MessageSystemAttribute", key="Name", value="Value")
    ] = None
    message_deduplication_id: str | None = None
    message_group_id: str | None = None


class SendMessageBatchRequestEntry(Shape, kw_only=True):
    id: str
    message_body: str
    delay_seconds: int | None = None
    message_attributes: Annotated[
        dict[str, MessageAttributeValue] | None, FlatMap("MessageAttribute", key="Name", value="Value")
    ] = None
    message_system_attributes: Annotated[
        dict[str, MessageSystemAttributeValue] | None, FlatMap("MessageSystemAttribute", key="Name", value="Value")
    ] = None
    message_deduplication_id: str | None = None
    message_group_id: str | None = None


class SendMessageBatchRequest(Shape, kw_only=True):
    queue_url: str
    entries: Annotated[list[SendMessageBatchRequestEntry], FlatList("SendMessageBatchRequestEntry")]


class SetQueueAttributesRequest(Shape, kw_only=True):
    queue_url: str
    attributes: Annotated[dict[str, str], FlatMap("Attribute", key="Name", value="Value")]


class StartMessageMoveTaskRequest(Shape, kw_only=True):
    source_arn: str
    destination_arn: str | None = None
    max_number_of_messages_per_second: int | None = None


class TagQueueRequest(Shape, kw_only=True):
    queue_url: str
    tags: Annotated[dict[str, str], FlatMap("Tag", key="Key", value="Value")]


class UntagQueueRequest(Shape, kw_only=True):
    queue_url: str
    tag_keys: Annotated[list[str], FlatList("TagKey")]


class CancelMessageMoveTaskResult(Shape, kw_only=True):
    approximate_number_of_messages_moved: int | None = None


class ChangeMessageVisibilityBatchResultEntry(Shape, kw_only=True):
    id: str | None = None


class BatchResultErrorEntry(Shape, kw_only=True):
    id: str | None = None
    sender_fault: bool | None = None
    code: str | None = None
    message: str | None = None


class ChangeMessageVisibilityBatchResult(Shape, kw_only=True):
    successful: Annotated[
        list[ChangeMessageVisibilityBatchResultEntry] | None, FlatList("ChangeMessageVisibilityBatchResultEntry")
    ] = None
    failed: Annotated[list[BatchResultErrorEntry] | None, FlatList("BatchResultErrorEntry")] = None


class CreateQueueResult(Shape, kw_only=True):
    queue_url: str | None = None


class DeleteMessageBatchResultEntry(Shape, kw_only=True):
    id: str | None = None


class DeleteMessageBatchResult(Shape, kw_only=True):
    successful: Annotated[list[DeleteMessageBatchResultEntry] | None, FlatList("DeleteMessageBatchResultEntry")] = None
    failed: Annotated[list[BatchResultErrorEntry] | None, FlatList("BatchResultErrorEntry")] = None


class GetQueueAttributesResult(Shape, kw_only=True):
    attributes: Annotated[dict[str, str] | None, FlatMap("Attribute", key="Name", value="Value")] = None


class GetQueueUrlResult(Shape, kw_only=True):
    queue_url: str | None = None


class ListDeadLetterSourceQueuesResult(Shape, kw_only=True):
    queue_urls: Annotated[list[str] | None, FlatList("QueueUrl")] = field(default=None, name="queueUrls")
    next_token: str | None = None


class ListMessageMoveTasksResultEntry(Shape, kw_only=True):
    task_handle: str | None = None
    status: str | None = None
    source_arn: str | None = None
    destination_arn: str | None = None
    max_number_of_messages_per_second: int | None = None
    approximate_number_of_messages_moved: int | None = None
    approximate_number_of_messages_to_move: int | None = None
    failure_reason: str | None = None
    started_timestamp: int | None = None


class ListMessageMoveTasksResult(Shape, kw_only=True):
    results: Annotated[list[ListMessageMoveTasksResultEntry] | None, FlatList("ListMessageMoveTasksResultEntry")] = None


class ListQueueTagsResult(Shape, kw_only=True):
    tags: Annotated[dict[str, str] | None, FlatMap("Tag", key="Key", value="Value")] = None


class ListQueuesResult(Shape, kw_only=True):
    queue_urls: Annotated[list[str] | None, FlatList("QueueUrl")] = None
    next_token: str | None = None


class Message(Shape, kw_only=True):
    message_id: str | None = None
    receipt_handle: str | None = None
    md5_of_body: str | None = field(default=None, name="MD5OfBody")
    body: str | None = None
    attributes: Annotated[dict[str, str] | None, FlatMap("Attribute", key="Name", value="Value")] = None
    md5_of_message_attributes: str | None = field(default=None, name="MD5OfMessageAttributes")
    message_attributes: Annotated[
        dict[str, MessageAttributeValue] | None, FlatMap("MessageAttribute", key="Name", value="Value")
    ] = None


class ReceiveMessageResult(Shape, kw_only=True):
    messages: Annotated[list[Message] | None, FlatList("Message")] = None


class SendMessageResult(Shape, kw_only=True):
    md5_of_message_body: str | None = field(default=None, name="MD5OfMessageBody")
    md5_of_message_attributes: str | None = field(default=None, name="MD5OfMessageAttributes")
    md5_of_message_system_attributes: str | None = field(default=None, name="MD5OfMessageSystemAttributes")
    message_id: str | None = None
    sequence_number: str | None = None


class SendMessageBatchResultEntry(Shape, kw_only=True):
    id: str | None = None
    message_id: str | None = None
    md5_of_message_body: str | None = field(default=None, name="MD5OfMessageBody")
    md5_of_message_attributes: str | None = field(default=None, name="MD5OfMessageAttributes")
    md5_of_message_system_attributes: str | None = field(default=None, name="MD5OfMessageSystemAttributes")
    sequence_number: str | None = None


class SendMessageBatchResult(Shape, kw_only=True):
    successful: Annotated[list[SendMessageBatchResultEntry] | None, FlatList("SendMessageBatchResultEntry")] = None
    failed: Annotated[list[BatchResultErrorEntry] | None, FlatList("BatchResultErrorEntry")] = None


class StartMessageMoveTaskResult(Shape, kw_only=True):
    task_handle: str | None = None


ADD_PERMISSION: Operation[AddPermissionRequest, None] = Operation(
    service="sqs",
    name="AddPermission",
    request=AddPermissionRequest,
    result=None,
    errors=(
        "OverLimit",
        "RequestThrottled",
        "QueueDoesNotExist",
        "InvalidAddress",
        "InvalidSecurity",
        "UnsupportedOperation",
    ),
)

CANCEL_MESSAGE_MOVE_TASK: Operation[CancelMessageMoveTaskRequest, CancelMessageMoveTaskResult] = Operation(
    service="sqs",
    name="CancelMessageMoveTask",
    request=CancelMessageMoveTaskRequest,
    result=CancelMessageMoveTaskResult,
    errors=(
        "ResourceNotFoundException",
        "RequestThrottled",
        "InvalidAddress",
        "InvalidSecurity",
        "UnsupportedOperation",
    ),
)

CHANGE_MESSAGE_VISIBILITY: Operation[ChangeMessageVisibilityRequest, None] = Operation(
    service="sqs",
    name="ChangeMessageVisibility",
    request=ChangeMessageVisibilityRequest,
    result=None,
    errors=(
        "MessageNotInflight",
        "ReceiptHandleIsInvalid",
        "RequestThrottled",
        "QueueDoesNotExist",
        "UnsupportedOperation",
        "InvalidAddress",
        "InvalidSecurity",
    ),
)

CHANGE_MESSAGE_VISIBILITY_BATCH: Operation[ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult] = (
    Operation(
        service="sqs",
        name="ChangeMessageVisibilityBatch",
        request=ChangeMessageVisibilityBatchRequest,
        result=ChangeMessageVisibilityBatchResult,
        errors=(
            "TooManyEntriesInBatchRequest",
            "EmptyBatchRequest",
            "BatchEntryIdsNotDistinct",
            "InvalidBatchEntryId",
            "RequestThrottled",
            "QueueDoesNotExist",
            "UnsupportedOperation",
            "InvalidAddress",
            "InvalidSecurity",
        ),
    )
)

CREATE_QUEUE: Operation[CreateQueueRequest, CreateQueueResult] = Operation(
    service="sqs",
    name="CreateQueue",
    request=CreateQueueRequest,
    result=CreateQueueResult,
    errors=(
        "QueueDeletedRecently",
        "QueueNameExists",
        "RequestThrottled",
        "InvalidAddress",
        "InvalidAttributeName",
        "InvalidAttributeValue",
        "UnsupportedOperation",
        "InvalidSecurity",
    ),
)

DELETE_MESSAGE: Operation[DeleteMessageRequest, None] = Operation(
    service="sqs",
    name="DeleteMessage",
    request=DeleteMessageRequest,
    result=None,
    errors=(
        "InvalidIdFormat",
        "ReceiptHandleIsInvalid",
        "RequestThrottled",
        "QueueDoesNotExist",
        "UnsupportedOperation",
        "InvalidSecurity",
        "InvalidAddress",
    ),
)

DELETE_MESSAGE_BATCH: Operation[DeleteMessageBatchRequest, DeleteMessageBatchResult] = Operation(
    service="sqs",
    name="DeleteMessageBatch",
    request=DeleteMessageBatchRequest,
    result=DeleteMessageBatchResult,
    errors=(
        "TooManyEntriesInBatchRequest",
        "EmptyBatchRequest",
        "BatchEntryIdsNotDistinct",
        "InvalidBatchEntryId",
        "RequestThrottled",
        "QueueDoesNotExist",
        "UnsupportedOperation",
        "InvalidAddress",
        "InvalidSecurity",
    ),
)

DELETE_QUEUE: Operation[DeleteQueueRequest, None] = Operation(
    service="sqs",
    name="DeleteQueue",
    request=DeleteQueueRequest,
    result=None,
    errors=("RequestThrottled", "QueueDoesNotExist", "InvalidAddress", "UnsupportedOperation", "InvalidSecurity"),
)

GET_QUEUE_ATTRIBUTES: Operation[GetQueueAttributesRequest, GetQueueAttributesResult] = Operation(
    service="sqs",
    name="GetQueueAttributes",
    request=GetQueueAttributesRequest,
    result=GetQueueAttributesResult,
    errors=(
        "InvalidAttributeName",
        "RequestThrottled",
        "QueueDoesNotExist",
        "UnsupportedOperation",
        "InvalidSecurity",
        "InvalidAddress",
    ),
)

GET_QUEUE_URL: Operation[GetQueueUrlRequest, GetQueueUrlResult] = Operation(
    service="sqs",
    name="GetQueueUrl",
    request=GetQueueUrlRequest,
    result=GetQueueUrlResult,
    errors=("RequestThrottled", "QueueDoesNotExist", "InvalidAddress", "InvalidSecurity", "UnsupportedOperation"),
)

LIST_DEAD_LETTER_SOURCE_QUEUES: Operation[ListDeadLetterSourceQueuesRequest, ListDeadLetterSourceQueuesResult] = (
    Operation(
        service="sqs",
        name="ListDeadLetterSourceQueues",
        request=ListDeadLetterSourceQueuesRequest,
        result=ListDeadLetterSourceQueuesResult,
        errors=("QueueDoesNotExist", "RequestThrottled", "InvalidSecurity", "InvalidAddress", "UnsupportedOperation"),
    )
)

LIST_MESSAGE_MOVE_TASKS: Operation[ListMessageMoveTasksRequest, ListMessageMoveTasksResult] = Operation(
    service="sqs",
    name="ListMessageMoveTasks",
    request=ListMessageMoveTasksRequest,
    result=ListMessageMoveTasksResult,
    errors=(
        "ResourceNotFoundException",
        "RequestThrottled",
        "InvalidAddress",
        "InvalidSecurity",
        "UnsupportedOperation",
    ),
)

LIST_QUEUE_TAGS: Operation[ListQueueTagsRequest, ListQueueTagsResult] = Operation(
    service="sqs",
    name="ListQueueTags",
    request=ListQueueTagsRequest,
    result=ListQueueTagsResult,
    errors=("RequestThrottled", "QueueDoesNotExist", "UnsupportedOperation", "InvalidAddress", "InvalidSecurity"),
)

LIST_QUEUES: Operation[ListQueuesRequest, ListQueuesResult] = Operation(
    service="sqs",
    name="ListQueues",
    request=ListQueuesRequest,
    result=ListQueuesResult,
    errors=("RequestThrottled", "InvalidSecurity", "InvalidAddress", "UnsupportedOperation"),
)

PURGE_QUEUE: Operation[PurgeQueueRequest, None] = Operation(
    service="sqs",
    name="PurgeQueue",
    request=PurgeQueueRequest,
    result=None,
    errors=(
        "QueueDoesNotExist",
        "PurgeQueueInProgress",
        "RequestThrottled",
        "InvalidAddress",
        "InvalidSecurity",
        "UnsupportedOperation",
    ),
)

RECEIVE_MESSAGE: Operation[ReceiveMessageRequest, ReceiveMessageResult] = Operation(
    service="sqs",
    name="ReceiveMessage",
    request=ReceiveMessageRequest,
    result=ReceiveMessageResult,
    errors=(
        "UnsupportedOperation",
        "OverLimit",
        "RequestThrottled",
        "QueueDoesNotExist",
        "InvalidSecurity",
        "KmsDisabled",
        "KmsInvalidState",
        "KmsNotFound",
        "KmsOptInRequired",
        "KmsThrottled",
        "KmsAccessDenied",
        "KmsInvalidKeyUsage",
        "InvalidAddress",
    ),
)

REMOVE_PERMISSION: Operation[RemovePermissionRequest, None] = Operation(
    service="sqs",
    name="RemovePermission",
    request=RemovePermissionRequest,
    result=None,
    errors=("InvalidAddress", "RequestThrottled", "QueueDoesNotExist", "InvalidSecurity", "UnsupportedOperation"),
)

SEND_MESSAGE: Operation[SendMessageRequest, SendMessageResult] = Operation(
    service="sqs",
    name="SendMessage",
    request=SendMessageRequest,
    result=SendMessageResult,
    errors=(
        "InvalidMessageContents",
        "UnsupportedOperation",
        "RequestThrottled",
        "QueueDoesNotExist",
        "InvalidSecurity",
        "KmsDisabled",
        "KmsInvalidState",
        "KmsNotFound",
        "KmsOptInRequired",
        "KmsThrottled",
        "KmsAccessDenied",
        "KmsInvalidKeyUsage",
        "InvalidAddress",
    ),
)

SEND_MESSAGE_BATCH: Operation[SendMessageBatchRequest, SendMessageBatchResult] = Operation(
    service="sqs",
    name="SendMessageBatch",
    request=SendMessageBatchRequest,
    result=SendMessageBatchResult,
    errors=(
        "TooManyEntriesInBatchRequest",
        "EmptyBatchRequest",
        "BatchEntryIdsNotDistinct",
        "BatchRequestTooLong",
        "InvalidBatchEntryId",
        "UnsupportedOperation",
        "RequestThrottled",
        "QueueDoesNotExist",
        "InvalidSecurity",
        "KmsDisabled",
        "KmsInvalidState",
        "KmsNotFound",
        "KmsOptInRequired",
        "KmsThrottled",
        "KmsAccessDenied",
        "KmsInvalidKeyUsage",
        "InvalidAddress",
    ),
)

SET_QUEUE_ATTRIBUTES: Operation[SetQueueAttributesRequest, None] = Operation(
    service="sqs",
    name="SetQueueAttributes",
    request=SetQueueAttributesRequest,
    result=None,
    errors=(
        "InvalidAttributeName",
        "InvalidAttributeValue",
        "RequestThrottled",
        "QueueDoesNotExist",
        "UnsupportedOperation",
        "OverLimit",
        "InvalidAddress",
        "InvalidSecurity",
    ),
)

START_MESSAGE_MOVE_TASK: Operation[StartMessageMoveTaskRequest, StartMessageMoveTaskResult] = Operation(
    service="sqs",
    name="StartMessageMoveTask",
    request=StartMessageMoveTaskRequest,
    result=StartMessageMoveTaskResult,
    errors=(
        "ResourceNotFoundException",
        "RequestThrottled",
        "InvalidAddress",
        "InvalidSecurity",
        "UnsupportedOperation",
    ),
)

TAG_QUEUE: Operation[TagQueueRequest, None] = Operation(
    service="sqs",
    name="TagQueue",
    request=TagQueueRequest,
    result=None,
    errors=("InvalidAddress", "RequestThrottled", "QueueDoesNotExist", "InvalidSecurity", "UnsupportedOperation"),
)

UNTAG_QUEUE: Operation[UntagQueueRequest, None] = Operation(
    service="sqs",
    name="UntagQueue",
    request=UntagQueueRequest,
    result=None,
    errors=("InvalidAddress", "RequestThrottled", "QueueDoesNotExist", "InvalidSecurity", "UnsupportedOperation"),
)

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation
    for operation in (
        ADD_PERMISSION,
        CANCEL_MESSAGE_MOVE_TASK,
        CHANGE_MESSAGE_VISIBILITY,
        CHANGE_MESSAGE_VISIBILITY_BATCH,
        CREATE_QUEUE,
        DELETE_MESSAGE,
        DELETE_MESSAGE_BATCH,
        DELETE_QUEUE,
        GET_QUEUE_ATTRIBUTES,
        GET_QUEUE_URL,
        LIST_DEAD_LETTER_SOURCE_QUEUES,
        LIST_MESSAGE_MOVE_TASKS,
        LIST_QUEUE_TAGS,
        LIST_QUEUES,
        PURGE_QUEUE,
        RECEIVE_MESSAGE,
        REMOVE_PERMISSION,
        SEND_MESSAGE,
        SEND_MESSAGE_BATCH,
        SET_QUEUE_ATTRIBUTES,
        START_MESSAGE_MOVE_TASK,
        TAG_QUEUE,
        UNTAG_QUEUE,
    )
}
