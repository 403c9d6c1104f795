import json
from datetime import datetime, timedelta
from typing import Any

from tests.actions.sns.refusals import Refusal, invalid, refusal


def test_value_may_be_left_out_to_remove_an_attribute(sns: Any, topic_arn: str) -> None:
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="DisplayName", AttributeValue="Name")
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="DisplayName")
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["DisplayName"] == ""


def test_policy_is_shown_in_the_form_of_aws(sns: Any, topic_arn: str) -> None:
    statement = {"Action": ["SNS:Publish"], "Effect": "Allow", "Principal": {"AWS": ["*"]}}
    policy = json.dumps({"Statement": [statement], "Version": "2012-10-17"})
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy)
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["Policy"] == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"SNS:Publish"}]}'
    )


def test_archive_is_kept_while_there_is_a_policy_for_it(sns: Any, fifo_topic_arn: str, clock: Any) -> None:
    def set_policy(policy: str) -> dict[str, str]:
        sns.set_topic_attributes(TopicArn=fifo_topic_arn, AttributeName="ArchivePolicy", AttributeValue=policy)
        attributes = sns.get_topic_attributes(TopicArn=fifo_topic_arn)["Attributes"]
        return {name: attributes[name] for name in ("ArchivePolicy", "BeginningArchiveTime") if name in attributes}

    shown = set_policy('{"MessageRetentionPeriod": 1}')
    assert shown["ArchivePolicy"] == '{"MessageRetentionPeriod":"1"}'
    begun = datetime.fromisoformat(shown["BeginningArchiveTime"])
    clock.advance(2 * 86_400)
    later = sns.get_topic_attributes(TopicArn=fifo_topic_arn)["Attributes"]["BeginningArchiveTime"]
    assert timedelta(days=1) <= datetime.fromisoformat(later) - begun < timedelta(days=1, minutes=1)
    assert set_policy("{}") == {}


def test_archive_is_for_one_to_365_days_of_a_fifo_topic(sns: Any, topic_arn: str, fifo_topic_arn: str) -> None:
    def answer(arn: str, policy: str) -> Refusal:
        return refusal(sns.set_topic_attributes, TopicArn=arn, AttributeName="ArchivePolicy", AttributeValue=policy)

    complaint = "ArchivePolicy: MessageRetentionPeriod must be an integer from 1 to 365"
    for days in ("0", "366"):
        assert answer(fifo_topic_arn, f'{{"MessageRetentionPeriod":"{days}"}}') == invalid(complaint)
    complaint = "ArchivePolicy: can only be set for FIFO topics"
    assert answer(topic_arn, '{"MessageRetentionPeriod":"1"}') == invalid(complaint)
