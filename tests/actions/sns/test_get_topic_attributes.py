import json
from typing import Any

from tests.actions.sns.refusals import NO_TOPIC, invalid, refusal


def test_standard_topic_shows_its_attributes(sns: Any, topic_arn: str, account: str) -> None:
    attributes = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    policy = json.loads(attributes.pop("Policy"))
    assert policy["Statement"][0]["Resource"] == topic_arn
    assert policy["Statement"][0]["Condition"] == {"StringEquals": {"AWS:SourceOwner": account}}
    assert json.loads(attributes.pop("EffectiveDeliveryPolicy"))["http"]["disableSubscriptionOverrides"] is False
    assert attributes == {
        "TopicArn": topic_arn,
        "Owner": account,
        "DisplayName": "",
        "SubscriptionsConfirmed": "0",
        "SubscriptionsPending": "0",
        "SubscriptionsDeleted": "0",
    }


def test_fifo_topic_shows_its_type(sns: Any, fifo_topic_arn: str) -> None:
    attributes = sns.get_topic_attributes(TopicArn=fifo_topic_arn)["Attributes"]
    assert (attributes["FifoTopic"], attributes["ContentBasedDeduplication"]) == ("true", "false")


def test_standard_topic_does_not_show_its_type(sns: Any) -> None:
    arn = sns.create_topic(Name="t", Attributes={"FifoTopic": "false"})["TopicArn"]
    assert "FifoTopic" not in sns.get_topic_attributes(TopicArn=arn)["Attributes"]


def test_topic_that_does_not_exist_is_not_found(sns: Any, topic_arn: str) -> None:
    assert refusal(sns.get_topic_attributes, TopicArn=f"{topic_arn}-not") == NO_TOPIC


def test_topic_of_another_region_is_refused(elsewhere: Any, topic_arn: str) -> None:
    assert refusal(elsewhere.get_topic_attributes, TopicArn=topic_arn) == invalid("TopicArn")


def test_malformed_arn_is_refused(sns: Any) -> None:
    reason = "TopicArn Reason: An ARN must have at least 6 elements, not 1"
    assert refusal(sns.get_topic_attributes, TopicArn="topic") == invalid(reason)
