"""The order of checks of the operations of SNS on topics, their permissions, tags and data protection."""

from emulator.conformance.caller import Caller
from emulator.conformance.cases.order.sns_faults import (
    SHORT_TOPIC_ARN,
    TOKEN_ILLEGAL,
    arn,
    bad,
    constraint,
    null,
    unknown,
)
from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import NAME, NO_TOPIC, TOPIC, Fixture
from emulator.conformance.order import Known, order

_NO_ARN = arn("TopicArn", SHORT_TOPIC_ARN)
_UNKNOWN_TOPIC = unknown("TopicArn", NO_TOPIC, "Topic does not exist")
_RECORDED_UNKNOWN_TOPIC = unknown("TopicArn", NO_TOPIC, "Topic does not exist", source=RECORDED)
_ACCOUNT = Fixture("ACCOUNT", lambda aws: aws.account)


def _taken_name(aws: Caller) -> str:
    return aws.topic({"DisplayName": "a"}).rpartition(":")[2]


def _labeled_topic(aws: Caller) -> str:
    """The ARN of a topic that has a permission with the label "l"."""
    topic = aws.topic()
    aws.sns("AddPermission", TopicArn=topic, Label="l", AWSAccountId=[aws.account], ActionName=["Publish"]).succeeds()
    return topic


order(
    "sns/CreateTopic",
    {"Name": NAME, "Tags": [{"Key": "a", "Value": "b"}]},
    null("Name", "name"),
    constraint("tag-key-too-long", {"Tags.0.Key": "a" * 129}, "tags.1.member.key"),
    bad("name-illegal", {"Name": "a b"}, "Topic Name", group="name", certainty="recorded", source=RECORDED),
    bad(
        "fifo-without-suffix",
        {"Attributes.FifoTopic": "true"},
        "Topic Name",
        group="name",
        certainty="recorded",
        source=RECORDED,
    ),
    bad("attribute-unknown", {"Attributes.Fly": "1"}, "Unknown attribute Fly"),
    bad(
        "name-taken",
        {"Name": Fixture("TAKEN_NAME", _taken_name), "Attributes.DisplayName": "b"},
        "Topic already exists with different attributes",
        certainty="recorded",
        source=RECORDED,
    ),
    known=(Known("fifo-without-suffix", "name-taken", RECORDED, "recorded"),),
)
order("sns/DeleteTopic", {"TopicArn": TOPIC}, _NO_ARN, null("TopicArn", "arn"))
order("sns/GetTopicAttributes", {"TopicArn": TOPIC}, _NO_ARN, null("TopicArn", "arn"), _RECORDED_UNKNOWN_TOPIC)
order(
    "sns/SetTopicAttributes",
    {"TopicArn": TOPIC, "AttributeName": "DisplayName", "AttributeValue": "a"},
    _NO_ARN,
    null("AttributeName", "name"),
    _RECORDED_UNKNOWN_TOPIC,
    bad("name-unknown", {"AttributeName": "Fly"}, "AttributeName", certainty="recorded", source=RECORDED),
    bad("value-illegal", {"AttributeName": "SignatureVersion", "AttributeValue": "3"}, "SignatureVersion"),
)
order("sns/ListTopics", {}, TOKEN_ILLEGAL)

# -- Permissions ---------------------------------------------------------------------------

order(
    "sns/AddPermission",
    {"TopicArn": TOPIC, "Label": "l", "AWSAccountId": [_ACCOUNT], "ActionName": ["Publish"]},
    _NO_ARN,
    null("Label", "label"),
    null("AWSAccountId", "accounts"),
    null("ActionName", "actions"),
    _UNKNOWN_TOPIC,
    bad("label-empty", {"Label": ""}, "Label", certainty="assumed"),
    bad("account-illegal", {"AWSAccountId": ["nobody"]}, "account ID", certainty="assumed"),
    bad("action-unknown", {"ActionName": ["Fly"]}, "Policy statement action out of service scope!"),
    bad(
        "label-taken",
        {"TopicArn": Fixture("LABELED_TOPIC", _labeled_topic)},
        "Statement already exists",
        certainty="assumed",
    ),
)
order(
    "sns/RemovePermission",
    {"TopicArn": TOPIC, "Label": "l"},
    _NO_ARN,
    null("Label", "label"),
    _UNKNOWN_TOPIC,
)

# -- Tags ----------------------------------------------------------------------------------

_UNKNOWN_RESOURCE = unknown("ResourceArn", NO_TOPIC, "Resource does not exist", "ResourceNotFound")
_TAG = {"Key": "a", "Value": "b"}

order(
    "sns/TagResource",
    {"ResourceArn": TOPIC, "Tags": [_TAG]},
    arn("ResourceArn"),
    null("Tags", "tags"),
    constraint("key-too-long", {"Tags.0.Key": "a" * 129}, "tags.1.member.key"),
    _UNKNOWN_RESOURCE,
)
order(
    "sns/UntagResource",
    {"ResourceArn": TOPIC, "TagKeys": ["a"]},
    arn("ResourceArn"),
    null("TagKeys", "keys"),
    _UNKNOWN_RESOURCE,
)
order(
    "sns/ListTagsForResource",
    {"ResourceArn": TOPIC},
    arn("ResourceArn"),
    null("ResourceArn", "arn"),
    _UNKNOWN_RESOURCE,
)

# -- Data protection -----------------------------------------------------------------------

_UNKNOWN_TOPIC = unknown("ResourceArn", NO_TOPIC, "Topic does not exist")

order(
    "sns/GetDataProtectionPolicy",
    {"ResourceArn": TOPIC},
    arn("ResourceArn"),
    null("ResourceArn", "arn"),
    _UNKNOWN_TOPIC,
)
order(
    "sns/PutDataProtectionPolicy",
    {"ResourceArn": TOPIC, "DataProtectionPolicy": ""},
    arn("ResourceArn"),
    null("DataProtectionPolicy", "policy"),
    _UNKNOWN_TOPIC,
    bad("policy-illegal", {"DataProtectionPolicy": "policy"}, "Invalid parameter"),
)
