"""What a move of the clock answers: HTTP deliveries that fell due have been made."""

from typing import Any

import pytest

from tests import boto
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import Subscriber, answering, hang
from tests.server import RunningServer, running_server


@pytest.fixture
def clock_url(server: RunningServer) -> str:
    return f"{server.url}/_emulator/clock"


def test_all_retries_have_been_made_when_the_move_is_answered(
    clock_url: str, account: str, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe()
    subscriber.behave = answering(500)
    sns.publish(TopicArn=topic_arn, Message="hello")
    status, moved = call(clock_url, {"advance": 3_600, "account": account})
    assert (status, "under_way" in moved) == (200, False)
    assert subscriber.requests.qsize() == 4  # by AWS's default policy


def test_move_lists_an_endpoint_that_has_not_answered(account: str, subscriber: Subscriber) -> None:
    with running_server("--clock-move-timeout", "0.1", "--auto-confirm") as server:
        sns = boto.client("sns", server.url, account=account)
        topic_arn = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        AccountClock(server.url, account).freeze()
        subscriber.behave = hang
        message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
        _, moved = call(f"{server.url}/_emulator/clock", {"advance": 5, "account": account})
    assert [(delivery["message_id"], delivery["endpoint"]) for delivery in moved["under_way"]] == [
        (message_id, subscriber.url)
    ]
