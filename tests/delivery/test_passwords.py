"""A password in the URL of an HTTP endpoint is shown by GetSubscriptionAttributes and the state document alone."""

import asyncio
import json
from typing import Any
from urllib.request import urlopen

import pytest

from emulator.sns.delivery.answer import NoAnswer
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_messages import HttpMessage
from tests.control.calls import call
from tests.control.event_reader import EventReader, reading
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import Subscriber
from tests.server import RunningServer


@pytest.fixture
def url(subscriber: Subscriber) -> str:
    return subscriber.url.replace("://", "://user:secret@")


@pytest.fixture
def shown(subscriber: Subscriber) -> str:
    """The URL as it is shown."""
    return subscriber.url.replace("://", "://user:****@")


def test_lists_show_asterisks_and_attributes_the_password(
    sns: Any, topic_arn: str, subscribe: Subscribe, url: str, shown: str
) -> None:
    arn = subscribe(url)
    for listed in (sns.list_subscriptions(), sns.list_subscriptions_by_topic(TopicArn=topic_arn)):
        assert [subscription["Endpoint"] for subscription in listed["Subscriptions"]] == [shown]
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["Endpoint"] == url


def test_control_interface_shows_asterisks(
    sns: Any, server: RunningServer, account: str, topic_arn: str, subscribe: Subscribe, url: str, shown: str
) -> None:
    pending = "http://user:{}@127.0.0.1:9/pending"
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=pending.format("secret"))
    subscribe(url)
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    control = f"{server.url}/_emulator"
    pages = {
        page: json.dumps(call(f"{control}/{page}")[1])
        for page in (
            f"topics/{account}/us-east-1/topic",
            f"topology?account={account}",
            f"subscriptions/pending?account={account}",
            f"trace/{message_id}",
        )
    }
    assert [name for name, text in pages.items() if "secret" in text] == []
    expected = [pending.format("****") if name.startswith("subscriptions") else shown for name in pages]
    assert [name for name, endpoint in zip(pages, expected, strict=True) if endpoint not in pages[name]] == []
    with urlopen(f"{control}/topology?account={account}&format=mermaid") as answer:
        chart = answer.read().decode()
    assert "secret" not in chart
    assert "127.0.0.1" in chart


def test_event_stream_shows_asterisks(
    sns: Any, server: RunningServer, account: str, topic_arn: str, subscribe: Subscribe, url: str, shown: str
) -> None:
    with reading(server.url, account=account) as reader:
        subscribe(url)
        sns.publish(TopicArn=topic_arn, Message="hello")
        assert endpoints_until(reader, "attempted") == {shown}


def endpoints_until(reader: EventReader, last: str) -> set[str]:
    """The endpoints in the events up to the first of this type."""
    found: set[str] = set()
    while True:
        event = reader.next()
        assert "secret" not in json.dumps(event.data)
        found |= {event.data["endpoint"]} if "endpoint" in event.data else set()
        if event.type == last:
            return found


@pytest.mark.parametrize("pattern", ["{url}", "{shown}", "http://127.0.0.1:*"])
def test_fault_is_for_an_endpoint_with_a_password_however_it_is_written(
    sns: Any,
    server: RunningServer,
    account: str,
    topic_arn: str,
    subscribe: Subscribe,
    url: str,
    shown: str,
    pattern: str,
) -> None:
    subscribe(url)
    rule = {"account": account, "endpoint": pattern.format(url=url, shown=shown), "drop_delivery": True}
    fault = call(f"{server.url}/_emulator/faults", rule)[1]["id"]
    sns.publish(TopicArn=topic_arn, Message="hello")
    history = call(f"{server.url}/_emulator/faults/{fault}")[1]
    assert [firing["endpoint"] for firing in history["firings"]] == [shown]


def test_state_keeps_the_password(
    sns: Any, server: RunningServer, account: str, subscribe: Subscribe, url: str
) -> None:
    arn = subscribe(url)
    state = f"{server.url}/_emulator/state?account={account}"
    document = call(state)[1]
    assert [subscription["endpoint"] for subscription in document["subscriptions"]] == [url]
    assert call(state, document, "PUT")[0] == 204
    assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["Endpoint"] == url


def test_reason_why_there_was_no_answer_has_no_password() -> None:
    message = HttpMessage("http://user:secret@h\N{ACCOUNT OF}/", {}, b"")
    with pytest.raises(NoAnswer) as failed:
        asyncio.run(HttpClient().post(message))
    assert "user:****@h" in failed.value.reason
    assert "secret" not in failed.value.reason
