import json
from datetime import datetime, timedelta
from typing import Any

from tests.actions.sns.refusals import NO_TOPIC, Refusal, invalid, refusal

DEFAULT_RETRY = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}


def delivery_policies(sns: Any, topic_arn: str) -> tuple[Any, Any]:
    """The stored document, None if there is none, and the effective one."""
    attributes = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    stored = attributes.get("DeliveryPolicy")
    return stored and json.loads(stored), json.loads(attributes["EffectiveDeliveryPolicy"])


def test_delivery_policy_is_replaced_emptied_and_removed(sns: Any) -> None:
    request_policy = {"headerContentType": "application/json"}
    default_request = {"headerContentType": "text/plain; charset=UTF-8"}
    arn = sns.create_topic(
        Name="t.fifo",
        Attributes={
            "DisplayName": "TestTopic",
            "SignatureVersion": "2",
            "FifoTopic": "true",
            "DeliveryPolicy": json.dumps({"http": {"defaultRequestPolicy": request_policy}}),
        },
    )["TopicArn"]

    def effective(retry: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        http = {"defaultHealthyRetryPolicy": {**DEFAULT_RETRY, **retry}, "disableSubscriptionOverrides": False}
        return {"http": {**http, "defaultRequestPolicy": request}}

    assert delivery_policies(sns, arn) == (
        {"http": {"disableSubscriptionOverrides": False, "defaultRequestPolicy": request_policy}},
        effective({}, request_policy),
    )
    retry = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
    for given, stored, retried in (
        ({"http": {"defaultHealthyRetryPolicy": retry}}, {"defaultHealthyRetryPolicy": retry}, retry),
        ({"http": {"defaultHealthyRetryPolicy": None}}, {}, {}),
    ):
        sns.set_topic_attributes(TopicArn=arn, AttributeName="DeliveryPolicy", AttributeValue=json.dumps(given))
        kept = {"http": {**stored, "disableSubscriptionOverrides": False}}
        assert delivery_policies(sns, arn) == (kept, effective(retried, default_request))
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DeliveryPolicy", AttributeValue="")
    assert delivery_policies(sns, arn) == (None, effective({}, default_request))


def test_feedback_attributes_are_shown_once_set(sns: Any, topic_arn: str) -> None:
    role = "arn:aws:iam::111111111111:role/feedback"
    set_to = {"LambdaSuccessFeedbackRoleArn": role, "LambdaSuccessFeedbackSampleRate": "100"}
    before = sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]
    for name, value in set_to.items():
        sns.set_topic_attributes(TopicArn=topic_arn, AttributeName=name, AttributeValue=value)
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"] == {**before, **set_to}


def test_value_may_be_left_out_to_remove_an_attribute(sns: Any, topic_arn: str) -> None:
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="DisplayName", AttributeValue="Name")
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="DisplayName")
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["DisplayName"] == ""


def test_attribute_that_cannot_be_set_is_refused(sns: Any, topic_arn: str) -> None:
    for name in ("FifoTopic", "TopicArn", "Nope"):
        answer = refusal(sns.set_topic_attributes, TopicArn=topic_arn, AttributeName=name, AttributeValue="false")
        assert answer == invalid("AttributeName")


def test_malformed_policy_is_refused(sns: Any, topic_arn: str) -> None:
    answer = refusal(sns.set_topic_attributes, TopicArn=topic_arn, AttributeName="Policy", AttributeValue="{")
    assert answer == invalid("Policy Error: null")


def policy(principal: str = "*", action: str = "SNS:Publish") -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_policy_is_shown_as_given(sns: Any, topic_arn: str) -> None:
    sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy())
    assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["Policy"] == policy()


def test_policy_needs_known_principals_and_actions_of_a_topic(sns: Any, topic_arn: str) -> None:
    def answer(document: str) -> Refusal:
        return refusal(sns.set_topic_attributes, TopicArn=topic_arn, AttributeName="Policy", AttributeValue=document)

    assert answer(policy(principal="nobody")) == invalid("Policy Error: PrincipalNotFound")
    out_of_scope = invalid("Policy statement action out of service scope!")
    assert answer(policy(action="SNS:SetSubscriptionAttributes")) == out_of_scope


def test_topic_must_exist_in_this_region(sns: Any, elsewhere: Any, topic_arn: str) -> None:
    arguments = {"AttributeName": "DisplayName", "AttributeValue": "x"}
    assert refusal(sns.set_topic_attributes, TopicArn=f"{topic_arn}-not", **arguments) == NO_TOPIC
    assert refusal(elsewhere.set_topic_attributes, TopicArn=topic_arn, **arguments) == invalid("TopicArn")


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
