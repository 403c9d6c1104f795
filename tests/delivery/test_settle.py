"""Settling: the control call that waits until deliveries to HTTP endpoints have ended."""

from collections.abc import Mapping
from threading import Event
from typing import Any

import pytest

from tests import boto
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import OK, Behavior, Connection, Request, Subscriber, answering, hang
from tests.server import RunningServer

PATIENCE_SECONDS = 60
AT_ONCE = 0.01


def settle(server: RunningServer, arguments: Mapping[str, object], query: str = "") -> tuple[int, Any]:
    return call(f"{server.url}/_emulator/settle{query}", arguments)


@pytest.fixture
def other(account: str) -> str:
    """Another account."""
    return f"9{account[1:]}"


def when(released: Event) -> Behavior:
    """Answers once the test lets it."""

    def behave(connection: Connection, request: Request) -> bool:
        assert released.wait(PATIENCE_SECONDS)
        return OK(connection, request)

    return behave


@pytest.mark.parametrize("as_query", [False, True])
def test_arguments_come_in_the_body_or_in_the_query(
    server: RunningServer, account: str, sns: Any, topic_arn: str, subscriber: Subscriber, as_query: bool
) -> None:
    subscriber.behave = hang
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    if as_query:
        status, answer = settle(server, {}, f"?account={account}&timeout={AT_ONCE}")
    else:
        status, answer = settle(server, {"account": account, "timeout": AT_ONCE})
    assert (status, [delivery["account"] for delivery in answer["under_way"]]) == (408, [account])
    assert settle(server, {"account": f"8{account[1:]}", "timeout": AT_ONCE}) == (200, {"under_way": []})


def test_arguments_can_be_divided_between_body_and_query(
    server: RunningServer, account: str, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    subscriber.behave = hang
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    assert settle(server, {"timeout": AT_ONCE}, f"?account={account}")[0] == 408


@pytest.mark.parametrize(
    ("arguments", "query", "complaint"),
    [
        ({"timeout": 1}, "?timeout=1", "`timeout` is given twice: in the body and in the query string."),
        (
            {"account": "1" * 12},
            f"?account={'1' * 12}",
            "`account` is given twice: in the body and in the query string.",
        ),
        ({"acount": "1" * 12}, "", "Object contains unknown field `acount`"),
        ({}, "?acount=1", "Object contains unknown field `acount`"),
        ({"timeout": -1}, "", "Expected `float` >= 0.0 - at `$.timeout`"),
        ({"timeout": 3_601}, "", "Expected `float` <= 3600.0 - at `$.timeout`"),
        ({"timeout": "10"}, "", "Expected `float | null`, got `str` - at `$.timeout`"),
        ({"account": "me"}, "", "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
    ],
)
def test_wrong_arguments_are_refused(
    server: RunningServer, arguments: Mapping[str, object], query: str, complaint: str
) -> None:
    assert settle(server, arguments, query) == (400, {"error": complaint})


def test_request_to_confirm_is_waited_for(
    server: RunningServer, account: str, sns: Any, topic_arn: str, subscriber: Subscriber
) -> None:
    released = Event()
    subscriber.behave = when(released)
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    status, answer = settle(server, {"account": account, "timeout": AT_ONCE})
    assert (status, [delivery["type"] for delivery in answer["under_way"]]) == (408, ["SubscriptionConfirmation"])
    assert "stuck" not in answer
    released.set()
    assert settle(server, {"account": account, "timeout": PATIENCE_SECONDS}) == (200, {"under_way": []})
    assert subscriber.next().kind == "SubscriptionConfirmation"


def test_what_waits_for_a_frozen_clock_is_not_waited_for(
    server: RunningServer, account: str, sns: Any, topic_arn: str, subscriber: Subscriber, clock: AccountClock
) -> None:
    clock.freeze()
    subscriber.behave = answering(503)
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    status, answer = settle(server, {"account": account, "timeout": 3_600})
    assert (status, answer["stuck"], len(answer["under_way"])) == (408, True, 1)


@pytest.mark.parametrize("confirmed", [False, True])
def test_account_waits_for_its_subscriptions_to_topics_of_others(
    server: RunningServer,
    account: str,
    other: str,
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    confirmed: bool,
) -> None:
    stranger = boto.client("sns", server.url, account=other)
    released = Event()
    if confirmed:
        stranger.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        stranger.confirm_subscription(TopicArn=topic_arn, Token=subscriber.next().document["Token"])
        subscriber.behave = when(released)
        sns.publish(TopicArn=topic_arn, Message="hello")
    else:
        subscriber.behave = when(released)
        stranger.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    for concerned in (account, other):
        status, answer = settle(server, {"account": concerned, "timeout": AT_ONCE})
        assert (status, [delivery["account"] for delivery in answer["under_way"]]) == (408, [account])
    released.set()
    assert settle(server, {"account": other, "timeout": PATIENCE_SECONDS}) == (200, {"under_way": []})


def test_account_does_not_wait_for_other_subscribers_of_anothers_topic(
    server: RunningServer, other: str, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe()
    subscriber.behave = hang
    stranger = boto.client("sns", server.url, account=other)
    stranger.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint="+15550100")
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert settle(server, {"account": other, "timeout": AT_ONCE}) == (200, {"under_way": []})


def test_clock_of_the_topics_owner_decides_whether_anything_is_stuck(
    server: RunningServer, account: str, other: str, topic_arn: str, subscriber: Subscriber, clock: AccountClock
) -> None:
    subscriber.behave = answering(503)
    clock.freeze()
    stranger = boto.client("sns", server.url, account=other)
    stranger.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    assert settle(server, {"account": other, "timeout": 3_600})[1]["stuck"] is True
