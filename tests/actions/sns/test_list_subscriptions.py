from typing import Any

from tests.actions.sns.inbox import Inbox


def test_no_subscriptions_are_an_empty_list(sns: Any) -> None:
    answer = sns.list_subscriptions()
    assert answer["Subscriptions"] == []
    assert "NextToken" not in answer


def test_subscriptions_of_all_topics_are_listed(sns: Any, topic_arn: str, inbox: Inbox, account: str) -> None:
    other_topic = sns.create_topic(Name="other")["TopicArn"]
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=inbox.arn)["SubscriptionArn"]
    sns.subscribe(TopicArn=other_topic, Protocol="email", Endpoint="a@b.c")
    assert sns.list_subscriptions()["Subscriptions"] == [
        {
            "SubscriptionArn": arn,
            "Owner": account,
            "Protocol": "sqs",
            "Endpoint": inbox.arn,
            "TopicArn": topic_arn,
        },
        {
            "SubscriptionArn": "PendingConfirmation",
            "Owner": account,
            "Protocol": "email",
            "Endpoint": "a@b.c",
            "TopicArn": other_topic,
        },
    ]


def test_each_region_and_account_has_its_own(sns: Any, elsewhere: Any, stranger: Any, topic_arn: str) -> None:
    sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint="+15551234567")
    assert elsewhere.list_subscriptions()["Subscriptions"] == []
    assert stranger.list_subscriptions()["Subscriptions"] == []


def test_pages_have_a_hundred_subscriptions(sns: Any, topic_arn: str) -> None:
    numbers = [f"+1555{number:07}" for number in range(101)]
    for number in numbers:
        sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint=number)
    first = sns.list_subscriptions()
    last = sns.list_subscriptions(NextToken=first["NextToken"])
    listed = [entry["Endpoint"] for entry in first["Subscriptions"] + last["Subscriptions"]]
    assert (len(first["Subscriptions"]), listed) == (100, numbers)
    assert "NextToken" not in last


def test_pending_subscriptions_vanish_after_two_days(sns: Any, topic_arn: str, clock: Any) -> None:
    sns.subscribe(TopicArn=topic_arn, Protocol="email", Endpoint="a@b.c")
    clock.advance(172_790)
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1
    clock.advance(11)
    assert sns.list_subscriptions()["Subscriptions"] == []
