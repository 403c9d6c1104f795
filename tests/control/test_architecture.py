"""The routes that show the architecture of what runs, and the threats in it."""

import json
from typing import Any

from tests.control.calls import call
from tests.server import RunningServer


def _get(server: RunningServer, path: str, account: str) -> Any:
    status, answer = call(f"{server.url}/_emulator/{path}?account={account}")
    assert status == 200, answer
    return answer


def test_model_has_queues_topics_and_subscriptions_but_no_message_and_no_password(
    server: RunningServer, account: str, json_sqs: Any, sns: Any
) -> None:
    url = json_sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "7"}, tags={"team": "shop"})[
        "QueueUrl"
    ]
    arn = json_sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    json_sqs.send_message(QueueUrl=url, MessageBody="the secret body")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": '{"a": ["b"]}'})
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://ann:hunter2@localhost:9/?key=abcdef")
    model = _get(server, "architecture", account)
    (queue,) = model["queues"]
    assert (queue["arn"], queue["visibility_timeout"], queue["tags"]) == (arn, 7, {"team": "shop"})
    (found,) = model["topics"]
    assert found["arn"] == topic
    to_queue, to_web = model["subscriptions"]
    assert (to_queue["endpoint"], to_queue["filter_policy"]) == (arn, {"a": ["b"]})
    assert to_web["endpoint"] == "http://****@localhost:9/?key=****"
    assert not to_web.get("confirmed", True)
    text = json.dumps(model)
    assert not any(secret in text for secret in ("hunter2", "abcdef", "the secret body"))


def test_audit_of_what_runs_finds_threats_with_fixes_as_calls(
    server: RunningServer, account: str, json_sqs: Any
) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}]}
    json_sqs.create_queue(QueueName="orders", Attributes={"Policy": json.dumps(policy)})
    report = _get(server, "audit", account)
    worst = report["findings"][0]
    assert (worst["severity"], worst["shown"], worst["language"]) == ("high", "orders", "json")
    assert "public-principal" in {finding["rule"] for finding in report["findings"]}
    long = next(finding for finding in report["findings"] if finding["rule"] == "short-polling")
    call = json.loads(long["fix"])
    json_sqs.set_queue_attributes(
        QueueUrl=json_sqs.get_queue_url(QueueName="orders")["QueueUrl"],
        Attributes=call["SetQueueAttributes"]["Attributes"],
    )
    again = _get(server, "audit", account)
    assert "short-polling" not in {finding["rule"] for finding in again["findings"]}


def test_nothing_is_no_threat(server: RunningServer, account: str) -> None:
    report = _get(server, "audit", account)
    assert (report["findings"], report["suppressed"]) == ([], [])


def test_region_limits_the_model(server: RunningServer, account: str, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="orders")
    assert _get(server, "architecture", f"{account}&region=eu-west-1").get("queues", []) == []
