from typing import Any

from tests.actions.sns.conftest import MakeInbox
from tests.actions.sns.inbox import Inbox
from tests.actions.sns.protection import DENY, MASK, policy
from tests.actions.sns.refusals import Refusal, refusal


def protect(sns: Any, topic_arn: str, text: str) -> None:
    sns.put_data_protection_policy(ResourceArn=topic_arn, DataProtectionPolicy=text)


def subscribe(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    attributes = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn, Attributes=attributes)


def denial(account: str, topic_arn: str) -> Refusal:
    return Refusal(
        "AuthorizationError",
        f"User: arn:aws:iam::{account}:user/emulator is not authorized to perform: SNS:Publish "
        f"on resource: {topic_arn} with an explicit deny in a data protection policy",
        403,
    )


def test_sensitive_data_are_masked_on_their_way_in(sns: Any, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    protect(sns, topic_arn, policy(MASK, "Ssn-US"))
    sns.publish(TopicArn=topic_arn, Message="ssn: 123-45-6789")
    assert inbox.bodies() == ["ssn: ###########"]


def test_denied_message_is_refused_and_goes_nowhere(sns: Any, account: str, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    protect(sns, topic_arn, policy(DENY))
    assert refusal(sns.publish, TopicArn=topic_arn, Message="mail a@b.cd") == denial(account, topic_arn)
    sns.publish(TopicArn=topic_arn, Message="nothing")
    assert inbox.bodies() == ["nothing"]


def test_denied_entry_of_a_batch_fails_alone(sns: Any, account: str, topic_arn: str, inbox: Inbox) -> None:
    subscribe(sns, topic_arn, inbox)
    protect(sns, topic_arn, policy(DENY))
    entries = [{"Id": "bad", "Message": "mail a@b.cd"}, {"Id": "good", "Message": "nothing"}]
    answer = sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
    assert answer["Failed"] == [
        {
            "Id": "bad",
            "Code": "AuthorizationError",
            "Message": denial(account, topic_arn).message,
            "SenderFault": True,
        }
    ]
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert inbox.bodies() == ["nothing"]


def test_policy_about_the_owner_does_not_bind_a_stranger(
    sns: Any, stranger: Any, account: str, topic_arn: str, inbox: Inbox
) -> None:
    subscribe(sns, topic_arn, inbox)
    protect(sns, topic_arn, policy(DENY, principal=account))
    stranger.publish(TopicArn=topic_arn, Message="mail a@b.cd")
    assert inbox.bodies() == ["mail a@b.cd"]


def test_each_subscriber_gets_what_is_released_to_it(
    sns: Any,
    stranger: Any,
    other_account: str,
    strangers_sqs: Any,
    topic_arn: str,
    inbox: Inbox,
    make_inbox: MakeInbox,
) -> None:
    strangers_inbox = make_inbox("queue", strangers_sqs)
    subscribe(sns, topic_arn, inbox)
    subscribe(stranger, topic_arn, strangers_inbox)
    protect(sns, topic_arn, policy(MASK, direction="Outbound", principal=other_account))
    sns.publish(TopicArn=topic_arn, Message="mail a@b.cd")
    protect(sns, topic_arn, policy(DENY, direction="Outbound", principal=other_account))
    sns.publish(TopicArn=topic_arn, Message="mail a@b.cd")
    assert inbox.bodies() == ["mail a@b.cd", "mail a@b.cd"]
    assert strangers_inbox.bodies() == ["mail ######"]
