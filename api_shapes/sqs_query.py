"""The query protocol's names for the lists and maps of SQS.

The published model of SQS describes only the JSON protocol. The service still speaks the query protocol,
with the names it always had: every list and map is flattened and has a singular name. See the query
examples in https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/.
``python -m api_shapes.generate`` writes these traits into ``sqs.py``.
"""

from api_shapes.operation import FlatList, FlatMap

# Members that the model requires, and that the service itself looks for, in each message of a batch alone.
CHECKED_BY_THE_SERVICE = frozenset((("MessageAttributeValue", "DataType"), ("MessageSystemAttributeValue", "DataType")))

# By the name of the list or map shape in the service model.
TRAITS: dict[str, FlatList | FlatMap] = {
    "AWSAccountIdList": FlatList("AWSAccountId"),
    "ActionNameList": FlatList("ActionName"),
    "AttributeNameList": FlatList("AttributeName"),
    "BatchResultErrorEntryList": FlatList("BatchResultErrorEntry"),
    "BinaryList": FlatList("BinaryListValue"),
    "ChangeMessageVisibilityBatchRequestEntryList": FlatList("ChangeMessageVisibilityBatchRequestEntry"),
    "ChangeMessageVisibilityBatchResultEntryList": FlatList("ChangeMessageVisibilityBatchResultEntry"),
    "DeleteMessageBatchRequestEntryList": FlatList("DeleteMessageBatchRequestEntry"),
    "DeleteMessageBatchResultEntryList": FlatList("DeleteMessageBatchResultEntry"),
    "ListMessageMoveTasksResultEntryList": FlatList("ListMessageMoveTasksResultEntry"),
    "MessageAttributeNameList": FlatList("MessageAttributeName"),
    "MessageBodyAttributeMap": FlatMap("MessageAttribute", key="Name", value="Value"),
    "MessageBodySystemAttributeMap": FlatMap("MessageSystemAttribute", key="Name", value="Value"),
    "MessageList": FlatList("Message"),
    "MessageSystemAttributeList": FlatList("AttributeName"),  # shares its name with AttributeNameList
    "MessageSystemAttributeMap": FlatMap("Attribute", key="Name", value="Value"),
    "QueueAttributeMap": FlatMap("Attribute", key="Name", value="Value"),
    "QueueUrlList": FlatList("QueueUrl"),
    "SendMessageBatchRequestEntryList": FlatList("SendMessageBatchRequestEntry"),
    "SendMessageBatchResultEntryList": FlatList("SendMessageBatchResultEntry"),
    "StringList": FlatList("StringListValue"),
    "TagKeyList": FlatList("TagKey"),
    "TagMap": FlatMap("Tag", key="Key", value="Value"),
}
