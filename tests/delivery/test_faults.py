"""Faults of calls of HTTP endpoints."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import Subscriber, answering
from tests.server import RunningServer

FIFTY_ATTEMPTS = json.dumps(
    {"healthyRetryPolicy": {"numRetries": 49, "minDelayTarget": 1, "maxDelayTarget": 1, "numNoDelayRetries": 0}}
)


@pytest.fixture
def faults(server: RunningServer, account: str) -> Iterator[str]:
    yield f"{server.url}/_emulator/faults"
    call(f"{server.url}/_emulator/faults?account={account}", method="DELETE")


@pytest.fixture
def settle_url(server: RunningServer, account: str) -> str:
    return f"{server.url}/_emulator/settle?account={account}"


def steps(server: RunningServer, message_id: str) -> list[dict[str, Any]]:
    [subscription] = call(f"{server.url}/_emulator/trace/{message_id}")[1]["subscriptions"]
    return list(subscription["steps"])


def test_every_third_of_fifty_attempts_fails_before_it_reaches_the_endpoint(
    server: RunningServer,
    sns: Any,
    account: str,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    clock: AccountClock,
    faults: str,
    settle_url: str,
) -> None:
    clock.freeze()
    subscribe(DeliveryPolicy=FIFTY_ATTEMPTS)
    subscriber.behave = answering(500)
    fault = call(faults, {"fail_delivery": 503, "every": 3, "account": account, "protocol": "http"})[1]
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    clock.advance(3_600)
    assert call(settle_url, {}) == (200, {"under_way": []})
    attempts = [step for step in steps(server, message_id) if "attempt" in step]
    assert [step["attempt"] for step in attempts] == list(range(1, 51))
    by_fault = [step["attempt"] for step in attempts if step["answer"] == f"asked for by {fault['id']}"]
    assert by_fault == list(range(3, 51, 3))
    assert [step["status"] for step in attempts] == [503 if number % 3 == 0 else 500 for number in range(1, 51)]
    assert subscriber.requests.qsize() == 50 - 16
    told = call(f"{faults}/{fault['id']}")[1]
    assert (told["matched"], told["fired"]) == (50, 16)
    assert told["firings"][0].keys() == {"at", "account", "resource", "message_id", "endpoint"}


def test_refused_connection_is_tried_again(
    server: RunningServer,
    sns: Any,
    account: str,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    clock: AccountClock,
    faults: str,
    settle_url: str,
) -> None:
    clock.freeze()
    fault = call(faults, {"fail_delivery": "refused", "first": 1, "account": account})[1]
    subscribe()  # is confirmed all the same: only what was published is concerned
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert call(settle_url, {})[0] == 408
    clock.advance(20)
    assert call(settle_url, {}) == (200, {"under_way": []})
    _, failed, delivered = steps(server, message_id)
    assert (failed["event"], delivered["event"]) == ("attempt_failed", "delivered")
    assert failed["answer"] == f"connection refused: asked for by {fault['id']}"
    assert "status" not in failed
    assert subscriber.next().document["Message"] == "hello"
    assert subscriber.requests.empty()


def test_delivery_to_an_endpoint_can_be_delayed_and_others_are_left_alone(
    server: RunningServer,
    sns: Any,
    account: str,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    clock: AccountClock,
    faults: str,
    settle_url: str,
) -> None:
    clock.freeze()
    subscribe()
    call(faults, {"fail_delivery": 500, "endpoint": "https://*", "account": account})
    call(faults, {"delay_delivery": 60, "endpoint": f"{subscriber.url}*", "account": account})
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert call(settle_url, {}) == (200, {"under_way": []}), "it is not on its way yet"
    assert subscriber.requests.empty()
    clock.advance(60)
    assert call(settle_url, {}) == (200, {"under_way": []})
    assert subscriber.next().document["Message"] == "hello"
    assert [step["event"] for step in steps(server, message_id)] == ["delayed", "dispatched", "delivered"]
