"""The warnings in the log, of an emulator without a server."""

import json
import logging
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.observation import rate_limit
from emulator.serving.app import Emulator
from emulator.sns.filter_policy import Attribute, FilterPolicy, Verdict
from tests.query_client import ACCOUNT, TOPIC, QueryClient


class Client(QueryClient):
    """A client that also reads the warnings in the log."""

    def __init__(self, caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
        super().__init__(Emulator(settings))
        self._caplog = caplog

    def warnings(self) -> list[str]:
        return [record.getMessage() for record in self.records()]

    def records(self) -> list[Any]:
        return [record for record in self._caplog.records if record.levelno >= logging.WARNING]


def queue_arn(name: str, region: str = "us-east-1") -> str:
    return f"arn:aws:sqs:{region}:{ACCOUNT}:{name}"


def number(value: str, data_type: str = "String", name: str = "price") -> dict[str, str]:
    return {
        "MessageAttributes.entry.1.Name": name,
        "MessageAttributes.entry.1.Value.DataType": data_type,
        "MessageAttributes.entry.1.Value.StringValue": value,
    }


@pytest.fixture
def client(caplog: pytest.LogCaptureFixture) -> Client:
    return Client(caplog, Settings())


# -- Queues and topics that are elsewhere ----------------------------------------------------


def test_queue_in_another_region_is_named_where_it_is_missing(client: Client) -> None:
    client.call("CreateQueue", QueueName="orders", region="eu-west-1")
    client.call("SendMessage", QueueUrl="orders", MessageBody="one")
    assert client.warnings() == [
        f"The queue orders was not found in us-east-1 of account {ACCOUNT}; it exists in eu-west-1"
    ]


def test_queue_of_another_account_is_named_where_it_is_missing(client: Client) -> None:
    client.call("CreateQueue", QueueName="orders", account="111111111111")
    client.call("GetQueueUrl", QueueName="orders")
    assert client.warnings() == [
        f"The queue orders was not found in us-east-1 of account {ACCOUNT}; it exists in us-east-1 of account "
        "111111111111"
    ]


@pytest.mark.parametrize("action", ["StartMessageMoveTask", "ListMessageMoveTasks"])
def test_queue_that_is_named_by_its_arn_is_looked_for_too(client: Client, action: str) -> None:
    client.call("CreateQueue", QueueName="orders", region="eu-west-1")
    client.call(action, SourceArn=queue_arn("orders"))
    assert client.warnings() == [
        f"The queue orders was not found in us-east-1 of account {ACCOUNT}; it exists in eu-west-1"
    ]


def test_many_places_are_summed_up_the_own_account_first(client: Client) -> None:
    for account in ("111111111111", "222222222222"):
        client.call("CreateQueue", QueueName="orders", account=account)
    for region in ("eu-west-1", "eu-west-2", "eu-west-3"):
        client.call("CreateQueue", QueueName="orders", region=region)
    client.call("SendMessage", QueueUrl="orders", MessageBody="one")
    [warning] = client.warnings()
    assert warning.endswith("it exists in eu-west-1, eu-west-2, eu-west-3 and 2 other places")


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_topic_in_another_region_is_named_where_it_is_missing(client: Client, region: str) -> None:
    """Whether the ARN is wrong, or the caller signs for another region."""
    client.call("CreateTopic", Name="sales", region="us-east-1" if region == "eu-west-1" else "eu-west-1")
    client.call("Publish", TopicArn=TOPIC, Message="one", region=region)
    there = "us-east-1" if region == "eu-west-1" else "eu-west-1"
    assert client.warnings() == [
        f"The topic sales was not found in {region} of account {ACCOUNT}; it exists in {there}"
    ]


def test_nothing_is_said_of_what_exists_nowhere_or_here(client: Client) -> None:
    client.call("SendMessage", QueueUrl="orders", MessageBody="one")
    client.call("Publish", TopicArn=TOPIC, Message="one")
    client.call("CreateTopic", Name="sales")
    client.call("Publish", TopicArn=TOPIC, Message="")
    client.call("CreateQueue", QueueName="orders")
    client.call("SendMessage", QueueUrl="orders", MessageBody="\x01")
    client.call("Publish", PhoneNumber="+15550100")
    assert client.warnings() == []


def test_endpoint_of_a_subscription_is_looked_for_too(client: Client) -> None:
    client.call("CreateQueue", QueueName="orders", region="eu-west-1")
    client.subscribe(queue_arn("orders"))
    message_id = client.publish()
    assert client.warnings() == [
        f"The message {message_id} of the topic sales could not be delivered to {queue_arn('orders')}: "
        "no queue of this ARN can take it; it exists in eu-west-1"
    ]


# -- Messages that do not arrive -------------------------------------------------------------


def test_pending_subscription_is_warned_of_with_the_link_that_confirms(client: Client) -> None:
    arn = client.subscribe("someone@example.com", "email")
    message_id = client.publish()
    [warning] = client.warnings()
    start = f"The message {message_id} of the topic sales was not sent to someone@example.com: pending confirmation"
    assert warning.startswith(f"{start}; to confirm, GET http://localhost:4566/?Action=ConfirmSubscription&")
    [record] = client.records()
    assert (record.kind, record.subject, record.message_id) == ("withheld", arn, message_id)


def test_missing_permission_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(caplog, Settings(enforce_policies=True))
    client.call("CreateQueue", QueueName="orders")
    client.subscribe(queue_arn("orders"))
    client.publish()
    [warning] = client.warnings()
    assert "the queue's policy does not allow sqs:SendMessage to sns.amazonaws.com" in warning


def test_dead_letters_of_a_subscription_are_warned_of(client: Client) -> None:
    client.call("CreateQueue", QueueName="dead")
    client.subscribe(queue_arn("gone"), RedrivePolicy=json.dumps({"deadLetterTargetArn": queue_arn("dead")}))
    message_id = client.publish()
    failed, dead_lettered = client.warnings()
    assert failed.endswith("no queue of this ARN can take it")
    assert dead_lettered == (
        f"The message {message_id} of the topic sales to {queue_arn('gone')} was put into the dead-letter queue "
        f"{queue_arn('dead')} of the subscription"
    )


def test_dead_letters_of_a_queue_are_warned_of_without_sns(client: Client) -> None:
    client.call("CreateQueue", QueueName="dead")
    redrive = json.dumps({"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 2})
    attributes = {"Attribute__1__Name": "RedrivePolicy", "Attribute__1__Value": redrive}
    client.call("CreateQueue", QueueName="orders", **attributes)
    client.call("SendMessage", QueueUrl="orders", MessageBody="one")
    for _ in range(3):
        client.call("ReceiveMessage", QueueUrl="orders", VisibilityTimeout="0")
    [warning] = client.warnings()
    assert warning.endswith(
        f"was received 2 times from {queue_arn('orders')} without being deleted, and was moved to its dead-letter "
        f"queue {queue_arn('dead')}"
    )
    assert not client.emulator.world.has_sns


# -- Filter policies that can never match ------------------------------------------------------


@pytest.mark.parametrize("watched", [False, True])
def test_filter_that_can_never_match_the_type_is_warned_of(client: Client, watched: bool) -> None:
    if watched:
        client.emulator.world.observer.watch(Deaf())
    client.call("CreateQueue", QueueName="orders")
    arn = client.subscribe(queue_arn("orders"), FilterPolicy='{"price": [{"numeric": [">", 10]}]}')
    message_id = client.publish(**number("11"))
    assert client.warnings() == [
        f"The filter policy of {arn} cannot match the key price of the message {message_id}: "
        "a String never matches numeric: give it the DataType Number"
    ]


class Deaf:
    def observe(self, event: object) -> None: ...

    def end(self) -> None: ...


def test_filter_in_the_wrong_scope_is_warned_of(client: Client) -> None:
    client.call("CreateQueue", QueueName="orders")
    client.subscribe(queue_arn("orders"), FilterPolicy='{"store": ["oslo"]}')
    client.publish(Message='{"store": "oslo"}')
    [warning] = client.warnings()
    assert warning.endswith("the message body has this key, but the FilterPolicyScope is MessageAttributes")


def test_message_that_is_meant_to_be_filtered_out_is_no_news(client: Client) -> None:
    client.call("CreateQueue", QueueName="orders")
    client.subscribe(queue_arn("orders"), FilterPolicy='{"price": [{"numeric": [">", 10]}]}')
    for _ in range(100):
        client.publish(**number("9", "Number"))
    assert client.warnings() == []


def test_each_of_many_filter_policies_is_checked(client: Client) -> None:
    for name in ("price", "prize", "cost"):
        client.call("CreateQueue", QueueName=name)
        client.subscribe(queue_arn(name), FilterPolicy=f'{{"{name}": [{{"numeric": [">", 10]}}]}}')
    for name in ("price", "cost", "prize"):
        client.publish(**number("11", name=name))
    about = [re.findall("cannot match the key ([a-z]+)", warning) for warning in client.warnings()]
    assert about == [["price"], ["cost"], ["prize"]]


def test_each_subscription_is_checked_a_few_times_only(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    explained: list[str] = []
    explain = FilterPolicy.explain

    def counted(policy: FilterPolicy, message: str, attributes: Mapping[str, Attribute]) -> Verdict:
        explained.append(policy.text)
        return explain(policy, message, attributes)

    monkeypatch.setattr(FilterPolicy, "explain", counted)
    for name in ("a", "b", "c"):
        client.call("CreateQueue", QueueName=name)
        client.subscribe(queue_arn(name), FilterPolicy=f'{{"price": ["{name}"]}}')
    for value in ("a", "x") * 20:
        client.publish(**number(value))
    assert Counter(explained) == {f'{{"price": ["{name}"]}}': 8 for name in ("a", "b", "c")}


# -- The rate limit ----------------------------------------------------------------------------


def test_loop_does_not_drown_the_log_and_the_end_says_how_many_were_suppressed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "INTERVAL_SECONDS", 3_600.0)
    client.call("CreateQueue", QueueName="orders")
    client.subscribe("someone@example.com", "email")
    client.subscribe(queue_arn("orders"), FilterPolicy='{"price": [{"numeric": [">", 10]}]}')
    for _ in range(100):
        client.publish(**number("11"))
    assert len(client.warnings()) == 2
    client.emulator.close()
    withheld, never_matches = client.records()[2:]
    assert (withheld.kind, withheld.suppressed) == ("withheld", 99)
    assert withheld.getMessage().startswith("99 more warnings (withheld) about arn:aws:sns:")
    assert never_matches.kind == "never_matches"
    assert 0 < never_matches.suppressed <= 99


def test_warning_that_nobody_reads_suppresses_none(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "emulator")
    client.subscribe("someone@example.com", "email")
    client.publish()
    assert client.warnings() == []
    caplog.set_level(logging.WARNING, "emulator")
    client.publish()
    assert [record.suppressed for record in client.records()] == [0]
