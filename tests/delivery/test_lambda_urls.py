"""Lambda functions that have a URL."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests import boto, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.subscriber import Connection, Request, Subscriber, answering, in_turn
from tests.server import RunningServer, running_server

ACCOUNT = boto.ACCOUNT
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:resize"


@pytest.fixture
def server(subscriber: Subscriber) -> Iterator[RunningServer]:
    """A server that knows the URL of the function."""
    with running_server("--lambda-url", f"{FUNCTION}={subscriber.url}", "--log-level", "error") as server:
        yield server


@pytest.fixture
def sns(server: RunningServer) -> Any:
    return boto.client("sns", server.url)


@pytest.fixture
def topic_arn(sns: Any) -> str:
    """A topic with the function as its subscriber."""
    topic_arn = str(sns.create_topic(Name="topic")["TopicArn"])
    sns.subscribe(TopicArn=topic_arn, Protocol="lambda", Endpoint=FUNCTION)
    return topic_arn


def forwardings(server: RunningServer, message_id: str, count: int) -> list[Any]:
    """The first ``count`` steps of the trace after the entry was stored; they come later than Publish's answer."""
    deadline = time.monotonic() + patience.SECONDS
    while time.monotonic() < deadline:
        _, trace = call(f"{server.url}/_emulator/trace/{message_id}")
        [subscription] = trace["subscriptions"]
        if len(subscription["steps"]) > count:
            return list(subscription["steps"][1:])
    raise AssertionError(f"not yet: {subscription['steps']}")


def test_function_gets_its_event_and_the_outbox_keeps_it(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    request = subscriber.next()
    assert request.headers["Content-Type"] == "application/json"
    [record] = request.document["Records"]
    assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "hello")
    _, outbox = call(f"{server.url}/_emulator/outbox?protocol=lambda")
    assert [entry["body"] for entry in outbox["entries"]] == [request.text]
    [step] = forwardings(server, message_id, 1)
    assert (step["event"], step["destination"]) == ("forwarded", subscriber.url)


def test_function_without_a_url_is_not_called(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    other = sns.create_topic(Name="other")["TopicArn"]
    sns.subscribe(TopicArn=other, Protocol="lambda", Endpoint=f"{FUNCTION}-other")
    sns.publish(TopicArn=other, Message="to the outbox alone")
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert subscriber.next().document["Records"][0]["Sns"]["Message"] == "hello"
    assert subscriber.requests.empty()


def test_function_that_fails_is_called_again_after_one_minute_and_after_two_more(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    clock = AccountClock(server.url, ACCOUNT)
    clock.freeze()
    subscriber.behave = in_turn(answering(500), answering(500), answering(200))
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    subscriber.next()
    [failed] = forwardings(server, message_id, 1)
    assert (failed["event"], failed["reason"]) == ("forwarding_failed", "attempt 1: the function answered with 500")
    clock.advance(61)
    subscriber.next()
    assert len(forwardings(server, message_id, 2)) == 2
    clock.advance(121)
    subscriber.next()
    last = forwardings(server, message_id, 3)[-1]
    assert last["event"] == "forwarded"


def test_function_that_cuts_the_connection_does_not_affect_others(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    def cut(connection: Connection, _: Request) -> bool:
        connection.reset()
        return False

    subscriber.behave = cut
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    [failed] = forwardings(server, message_id, 1)
    assert failed["event"] == "forwarding_failed"


def test_message_for_a_function_that_does_not_exist_is_a_dead_letter(
    server: RunningServer, sns: Any, subscriber: Subscriber
) -> None:
    sqs = boto.client("sqs", server.url)
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    topic = sns.create_topic(Name="redriven")["TopicArn"]
    policy = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"})
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION, Attributes={"RedrivePolicy": policy})
    subscriber.behave = in_turn(answering(404, b"Function not found"), answering(500))
    sns.publish(TopicArn=topic, Message="lost")
    subscriber.next()
    [message] = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=20)["Messages"]
    envelope = json.loads(message["Body"])
    assert (envelope["Type"], envelope["Message"]) == ("Notification", "lost")
    sns.publish(TopicArn=topic, Message="tried again")  # a function that fails has had its event
    subscriber.next()
    assert "Messages" not in sqs.receive_message(QueueUrl=dead)
    _, outbox = call(f"{server.url}/_emulator/outbox?protocol=lambda")
    assert len(outbox["entries"]) == 2


def test_function_that_raises_is_called_again_though_its_status_is_200(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    clock = AccountClock(server.url, ACCOUNT)
    clock.freeze()
    error = b'{"errorType":"ValueError","errorMessage":"no"}'
    subscriber.behave = in_turn(answering(200, error), answering(200))
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    subscriber.next()
    clock.advance(60)
    subscriber.next()
    steps = forwardings(server, message_id, 2)
    assert [step["event"] for step in steps] == ["forwarding_failed", "forwarded"]
    assert steps[0]["reason"] == "attempt 1: ValueError: no"
