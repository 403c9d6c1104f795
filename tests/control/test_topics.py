"""Topics and their subscriptions, seen from outside."""

import json
from typing import Any

from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.server import RunningServer


def test_topics_are_listed_by_account_and_region(server: RunningServer, account: str, sns: Any) -> None:
    arn = sns.create_topic(Name="topic.fifo", Attributes={"FifoTopic": "true"}, Tags=[{"Key": "a", "Value": "b"}])
    sns.subscribe(TopicArn=arn["TopicArn"], Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account}:q.fifo")
    status, listed = call(f"{server.url}/_emulator/topics?account={account}")
    assert status == 200
    [topic] = listed["topics"]
    assert topic.pop("attributes")["SubscriptionsConfirmed"] == "1"
    assert topic == {
        "account": account,
        "region": "us-east-1",
        "name": "topic.fifo",
        "arn": arn["TopicArn"],
        "fifo": True,
        "confirmed": 1,
        "pending": 0,
        "tags": {"a": "b"},
    }
    assert call(f"{server.url}/_emulator/topics?account={account}&region=eu-west-1") == (200, {"topics": []})


def test_topic_is_shown_with_its_subscriptions(
    server: RunningServer, account: str, sns: Any, clock: AccountClock
) -> None:
    topic_arn = sns.create_topic(Name="topic")["TopicArn"]
    queue, dead = (f"arn:aws:sqs:us-east-1:{account}:{name}" for name in ("queue", "dead"))
    attributes = {
        "RawMessageDelivery": "true",
        "FilterPolicy": '{"store": ["a", {"prefix": "b"}]}',
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead}),
    }
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue, Attributes=attributes)["SubscriptionArn"]
    sns.subscribe(TopicArn=topic_arn, Protocol="email", Endpoint="someone@example.com")
    url = f"{server.url}/_emulator/topics/{account}/us-east-1/topic"
    _, topic = call(url)
    assert (topic["arn"], topic["confirmed"], topic["pending"], topic["omitted"]) == (topic_arn, 1, 1, 0)
    to_queue, to_mail = topic["subscriptions"]
    assert to_queue.pop("attributes")["FilterPolicyScope"] == "MessageAttributes"
    assert to_queue == {
        "arn": arn,
        "protocol": "sqs",
        "endpoint": queue,
        "owner": account,
        "confirmed": True,
        "raw": True,
        "filter_policy": {"store": ["a", {"prefix": "b"}]},
        "filter_policy_scope": "MessageAttributes",
        "dead_letter_queue": dead,
    }
    assert (to_mail["confirmed"], to_mail["filter_policy"], to_mail["dead_letter_queue"]) == (False, None, None)
    _, cut = call(f"{url}?limit=1")
    assert ([shown["arn"] for shown in cut["subscriptions"]], cut["omitted"]) == ([arn], 1)
    clock.advance(3 * 24 * 3600)
    _, later = call(url)
    assert [shown["protocol"] for shown in later["subscriptions"]] == ["sqs"]


def test_unknown_topic_and_wrong_limit_are_refused(server: RunningServer, account: str) -> None:
    url = f"{server.url}/_emulator/topics/{account}/us-east-1/nowhere"
    assert call(url) == (404, {"error": f"No topic nowhere in {account}, us-east-1."})
    assert call(f"{url}?limit=-1")[0] == 400
