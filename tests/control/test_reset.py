"""Resets: of everything, or of an account, a region, a service, in any combination."""

import json
import time
from collections.abc import Iterator
from functools import cache
from itertools import product
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import boto
from tests.control.calls import call
from tests.delivery.subscriber import Subscriber, answering, running_subscriber
from tests.server import RunningServer, running_server

ACCOUNTS = ("111111111111", "222222222222")
REGIONS = ("us-east-1", "eu-north-1")
PLACES = tuple(product(ACCOUNTS, REGIONS))
EVERYWHERE = frozenset(PLACES)
SQS = ("queues", "messages", "move_tasks")
SNS = ("topics", "subscriptions", "opted_out", "sandbox", "applications", "endpoints", "outbox", "trace")

# How many of each noun there are in each place.
EACH = {
    "queues": 2,
    "messages": 3,
    "move_tasks": 1,
    "topics": 1,
    "subscriptions": 1,
    "applications": 1,
    "endpoints": 1,
    "opted_out": 1,
    "sandbox": 1,
    "outbox": 2,
    "trace": 2,
    "deliveries": 0,
    "faults": 0,
}
# The names in the answer to a reset, if they differ.
DROPPED = {
    "applications": "platform_applications",
    "endpoints": "platform_endpoints",
    "opted_out": "opted_out_numbers",
    "sandbox": "sandbox_numbers",
    "outbox": "outbox_entries",
    "trace": "traces",
}

Place = tuple[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server of this module's own, because the tests reset all accounts."""
    with running_server("--strict-timing") as server:
        yield server


@pytest.fixture(autouse=True)
def world(server: RunningServer) -> None:
    """A bit of everything in each place of an emulator that was empty."""
    assert call(f"{server.url}/_emulator/reset", {})[0] == 200
    for account, region in PLACES:
        fill(server, account, region)


@cache
def clients(url: str, account: str, region: str) -> tuple[Any, Any]:
    """Of SQS and of SNS."""
    sqs, sns = (boto.client(service, url, account=account, region=region) for service in ("sqs", "sns"))
    return sqs, sns


def fill(server: RunningServer, account: str, region: str) -> None:
    sqs, sns = clients(server.url, account, region)
    url = sqs.create_queue(QueueName="queue", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    arn = f"arn:aws:sqs:{region}:{account}:queue"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": redrive})
    sqs.start_message_move_task(SourceArn=arn)
    sqs.send_message(QueueUrl=url, MessageBody="in flight")
    sqs.receive_message(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="visible")
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=900)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    sns.publish(TopicArn=topic, Message="hello")
    sns.publish(PhoneNumber="+15550100", Message="hello")
    call(f"{server.url}/_emulator/sms", {"account": account, "region": region, "opt_out": ["+15550101"]})
    credentials = {"PlatformPrincipal": "certificate", "PlatformCredential": "key"}
    app = sns.create_platform_application(Name="app", Platform="APNS", Attributes=credentials)["PlatformApplicationArn"]
    sns.create_platform_endpoint(PlatformApplicationArn=app, Token="0" * 64)
    sns.create_sms_sandbox_phone_number(PhoneNumber="+15550103")


def contents(server: RunningServer, account: str, region: str) -> dict[str, int]:
    """How many of each noun there are in a place."""
    sqs, sns = clients(server.url, account, region)
    _, sms = call(f"{server.url}/_emulator/sms?account={account}&region={region}")
    return {
        "queues": len(sqs.list_queues().get("QueueUrls", [])),
        "topics": len(sns.list_topics()["Topics"]),
        "subscriptions": len(sns.list_subscriptions()["Subscriptions"]),
        "opted_out": len(sms["opted_out"]),
        "applications": len(sns.list_platform_applications()["PlatformApplications"]),
    }


def counted(server: RunningServer, account: str) -> dict[str, int]:
    """How many there are of the nouns that only an account has."""
    _, outbox = call(f"{server.url}/_emulator/outbox?account={account}")
    _, trace = call(f"{server.url}/_emulator/trace?account={account}")
    return {"outbox": len(outbox["entries"]), "trace": len(trace["publishes"])}


@pytest.mark.parametrize(
    ("body", "places", "nouns"),
    [
        ({}, EVERYWHERE, (*SQS, *SNS)),
        ({"account": ACCOUNTS[0]}, {PLACES[0], PLACES[1]}, (*SQS, *SNS)),
        ({"region": REGIONS[1]}, {PLACES[1], PLACES[3]}, (*SQS, *SNS)),
        ({"service": "sqs"}, EVERYWHERE, SQS),
        ({"service": "sns"}, EVERYWHERE, SNS),
        ({"account": ACCOUNTS[1], "region": REGIONS[0]}, {PLACES[2]}, (*SQS, *SNS)),
        ({"account": ACCOUNTS[1], "service": "sns"}, {PLACES[2], PLACES[3]}, SNS),
        ({"account": ACCOUNTS[0], "region": REGIONS[0], "service": "sqs"}, {PLACES[0]}, SQS),
        ({"account": "999999999999"}, frozenset(), ()),
    ],
)
def test_reset_empties_what_it_names_and_nothing_else(
    server: RunningServer, body: dict[str, str], places: set[Place], nouns: tuple[str, ...]
) -> None:
    before = {place: contents(server, *place) for place in PLACES}
    all_before = {account: counted(server, account) for account in ACCOUNTS}
    _, preview = call(f"{server.url}/_emulator/reset/preview", body)
    assert {place: contents(server, *place) for place in PLACES} == before
    status, answer = call(f"{server.url}/_emulator/reset", body)
    assert status == 200
    preview["dropped"] = preview.pop("would_drop")
    assert preview == answer
    assert answer == {
        **{scope: body.get(scope, "all") for scope in ("account", "region", "service")},
        "dropped": {DROPPED.get(noun, noun): EACH[noun] * len(places) if noun in nouns else 0 for noun in EACH},
    }
    for place in PLACES:
        expected = {noun: 0 if noun in nouns and place in places else n for noun, n in before[place].items()}
        assert contents(server, *place) == expected
    for account in ACCOUNTS:
        left = sum((account, region) not in places for region in REGIONS)  # of the two, each of which has as many
        expected = {noun: n * left // len(REGIONS) if noun in nouns else n for noun, n in all_before[account].items()}
        assert counted(server, account) == expected


def test_empty_body_is_a_reset_of_everything_and_the_answer_says_so(server: RunningServer) -> None:
    status, answer = call(f"{server.url}/_emulator/reset", method="POST")
    assert (status, answer["account"], answer["region"], answer["service"]) == (200, "all", "all", "all")
    assert answer["dropped"]["queues"] == EACH["queues"] * len(PLACES)


def test_expired_messages_were_not_there_to_be_dropped(server: RunningServer) -> None:
    call(f"{server.url}/_emulator/clock", {"advance": 30 * 86_400, "account": ACCOUNTS[0]})
    _, answer = call(f"{server.url}/_emulator/reset", {"account": ACCOUNTS[0]})
    assert (answer["dropped"]["queues"], answer["dropped"]["messages"]) == (2 * EACH["queues"], 0)


def test_faults_are_counted_where_they_are_dropped(server: RunningServer) -> None:
    for account in ACCOUNTS:
        rule = {"action": "SendMessage", "account": account, "error": "ServiceUnavailable"}
        assert call(f"{server.url}/_emulator/faults", rule)[0] == 200
    resets: tuple[dict[str, str], ...] = ({"account": ACCOUNTS[0], "service": "sqs"}, {"account": ACCOUNTS[0]}, {})
    for body, faults in zip(resets, (0, 1, 1), strict=True):
        previewed = call(f"{server.url}/_emulator/reset/preview", body)[1]["would_drop"]
        assert call(f"{server.url}/_emulator/reset", body)[1]["dropped"] == previewed
        assert previewed["faults"] == faults


@pytest.mark.parametrize(
    ("narrower", "goes_back"), [({}, True), ({"region": REGIONS[0]}, False), ({"service": "sqs"}, False)]
)
def test_clock_starts_again_only_with_all_of_the_account(
    server: RunningServer, narrower: dict[str, str], goes_back: bool
) -> None:
    call(f"{server.url}/_emulator/clock", {"advance": 86_400, "account": ACCOUNTS[0]})
    call(f"{server.url}/_emulator/reset", {"account": ACCOUNTS[0], **narrower})
    _, clock = call(f"{server.url}/_emulator/clock?account={ACCOUNTS[0]}")
    assert (clock["epoch"] < time.time() + 3_600) == goes_back


def test_name_of_a_queue_rests_no_longer_after_a_reset(server: RunningServer) -> None:
    for account in ACCOUNTS:
        sqs = boto.client("sqs", server.url, account=account)
        sqs.delete_queue(QueueUrl="queue")
    call(f"{server.url}/_emulator/reset", {"account": ACCOUNTS[0], "region": REGIONS[0], "service": "sqs"})
    boto.client("sqs", server.url, account=ACCOUNTS[0]).create_queue(QueueName="queue")
    with pytest.raises(ClientError, match="QueueDeletedRecently"):
        boto.client("sqs", server.url, account=ACCOUNTS[1]).create_queue(QueueName="queue")


def test_subscriptions_of_an_account_to_other_topics_are_reset_with_it(server: RunningServer) -> None:
    owner = boto.client("sns", server.url, account=ACCOUNTS[1])
    topics = {}
    for region in REGIONS:
        topics[region] = f"arn:aws:sns:{region}:{ACCOUNTS[1]}:topic"
        sns = boto.client("sns", server.url, account=ACCOUNTS[0], region=region)
        sns.subscribe(TopicArn=topics[region], Protocol="sms", Endpoint="+15550102")
    body = {"account": ACCOUNTS[0], "region": REGIONS[1]}
    previewed = call(f"{server.url}/_emulator/reset/preview", body)[1]["would_drop"]
    assert previewed["subscriptions"] == 2
    assert call(f"{server.url}/_emulator/reset", body)[1]["dropped"] == previewed
    assert endpoints(owner, topics[REGIONS[0]]) == ["someone@example.com", "+15550102"]
    elsewhere = boto.client("sns", server.url, account=ACCOUNTS[1], region=REGIONS[1])
    assert endpoints(elsewhere, topics[REGIONS[1]]) == ["someone@example.com"]


def endpoints(sns: Any, topic: str) -> list[str]:
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return [subscription["Endpoint"] for subscription in listed]


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with running_subscriber() as subscriber:
        subscriber.behave = answering(503)
        yield subscriber


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"service": "sqs"}, ["topic", "topic"]),
        ({"account": ACCOUNTS[0], "region": REGIONS[1]}, ["topic"]),
        ({"account": ACCOUNTS[0], "service": "sns"}, []),
    ],
)
def test_deliveries_under_way_are_given_up_with_their_subscriptions(
    server: RunningServer, subscriber: Subscriber, body: dict[str, str], left: list[str]
) -> None:
    call(f"{server.url}/_emulator/clock", {"freeze": True, "account": ACCOUNTS[0]})
    for region in REGIONS:
        sns = boto.client("sns", server.url, account=ACCOUNTS[0], region=region)
        topic = f"arn:aws:sns:{region}:{ACCOUNTS[0]}:topic"
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
        subscriber.next()
    settle = f"{server.url}/_emulator/settle?account={ACCOUNTS[0]}"
    assert len(call(settle, {})[1]["under_way"]) == 2
    previewed = call(f"{server.url}/_emulator/reset/preview", body)[1]["would_drop"]
    dropped = call(f"{server.url}/_emulator/reset", body)[1]["dropped"]
    assert dropped["deliveries"] == 2 - len(left)
    assert previewed == dropped
    under_way = call(settle, {})[1]["under_way"]
    assert [each["subscription"].split(":")[5] for each in under_way] == left
    call(f"{server.url}/_emulator/reset", {})


def test_parked_receive_ends_with_its_queue(server: RunningServer) -> None:
    sqs = boto.client("sqs", server.url, account=ACCOUNTS[0])
    refusals: list[str] = []

    def receive() -> None:
        try:
            sqs.receive_message(QueueUrl="source", WaitTimeSeconds=20)
        except ClientError as error:
            refusals.append(error.response["Error"]["Code"])

    parked = Thread(target=receive)
    parked.start()
    while parked.is_alive():  # it may not be parked yet when the first reset comes
        boto.client("sqs", server.url, account=ACCOUNTS[0]).create_queue(QueueName="source")
        call(f"{server.url}/_emulator/reset", {"account": ACCOUNTS[0], "region": REGIONS[0]})
        parked.join(0.05)
    assert refusals == ["AWS.SimpleQueueService.NonExistentQueue"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"service": "s3"}, "Invalid enum value 's3' - at `$.service`; allowed: sns, sqs"),
        ({"account": "mine"}, "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ({"region": 1}, "Expected `str | null`, got `int` - at `$.region`"),
        ({"queue": "queue"}, "Object contains unknown field `queue`"),
        ({"acount": ACCOUNTS[0]}, "Object contains unknown field `acount`"),
    ],
)
def test_wrong_reset_is_refused_and_changes_nothing(
    server: RunningServer, body: dict[str, object], complaint: str
) -> None:
    before = {place: contents(server, *place) for place in PLACES}
    status, answer = call(f"{server.url}/_emulator/reset", json.loads(json.dumps(body)))
    assert (status, answer) == (400, {"error": complaint})
    assert {place: contents(server, *place) for place in PLACES} == before
