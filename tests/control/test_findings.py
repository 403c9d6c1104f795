"""What looks wrong, by the control interface."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.control.calls import call
from tests.server import RunningServer


class Inspector:
    def __init__(self, server: RunningServer, account: str) -> None:
        self.url = f"{server.url}/_emulator"
        self.account = account

    def page(self, **query: object) -> Any:
        status, answer = call(f"{self.url}/findings?{urlencode({'account': self.account} | query)}")
        assert status == 200, answer
        return answer

    def rules(self, **query: object) -> list[str]:
        return [finding["rule"] for finding in self.page(**query)["findings"]]


@pytest.fixture
def inspector(server: RunningServer, account: str) -> Inspector:
    return Inspector(server, account)


def test_finding_says_what_is_wrong_and_its_call_mends_it(inspector: Inspector, json_sqs: Any, sns: Any) -> None:
    assert inspector.page() == {"findings": [], "cursor": None}
    json_sqs.create_queue(QueueName="queue")
    topic = sns.create_topic(Name="topic")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{inspector.account}:queue"
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
    [finding] = inspector.page()["findings"]
    assert finding["rule"] == "queue-policy-keeps-sns-out"
    assert (finding["severity"], finding["account"], finding["region"]) == ("error", inspector.account, "us-east-1")
    assert (finding["resource"], finding["related"]) == (subscription, [topic, queue])
    status, answer = call(f"{inspector.url}/call", finding["call"])
    assert (status, answer["error"]) == (200, None)
    assert inspector.rules() == []


def test_findings_are_filtered_and_paged(inspector: Inspector, sns: Any) -> None:
    for number in range(3):
        topic = sns.create_topic(Name=f"topic-{number}")["TopicArn"]
        sns.publish(TopicArn=topic, Message="x")
    assert inspector.rules(rule="no-subscribers") == ["no-subscribers"] * 3
    assert inspector.rules(rule="dead-letters") == []
    assert inspector.rules(region="eu-west-3") == []
    first = inspector.page(limit=2)
    rest = inspector.page(limit=2, cursor=first["cursor"])
    found = [finding["resource"].rpartition(":")[2] for page in (first, rest) for finding in page["findings"]]
    assert found == ["topic-0", "topic-1", "topic-2"]
    assert rest["cursor"] is None


def test_unknown_rule_is_refused(inspector: Inspector) -> None:
    status, answer = call(f"{inspector.url}/findings?rule=none")
    assert status == 400
    assert answer["error"].startswith("rule: there is no rule `none`. Known: dead-letter-queue-missing, ")
