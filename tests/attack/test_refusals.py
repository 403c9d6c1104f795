"""Calls that are refused, and calls that read, leave the exported state as it was, byte for byte."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from botocore.model import Shape
from botocore.serialize import create_serializer

from emulator.actions import TRAITS
from emulator.state.exporting import export
from tests.state.world import NOW, OTHER, queue_arn, topic_arn
from tests.state.world import World as BareWorld
from tests.wire.aws_models import OPERATIONS, json_model, operation_model, query_model

QUEUE, TOPIC = queue_arn("queue"), topic_arn("topic")
REGIONS = ("us-east-1", "us-east-1", "us-east-1", "eu-west-1")
ACCOUNTS = ("111111111111", "111111111111", OTHER)
APPLICATION = "arn:aws:sns:us-east-1:111111111111:app/GCM/app"
NUMBERS = ("+15550100", "+15550101", "+15550102", "15550100", "rubbish", "")

# What leads somewhere in the world below, or nearly so.
ARNS = (TOPIC, topic_arn("topic.fifo"), QUEUE, APPLICATION, topic_arn("nowhere"), topic_arn("topic", OTHER), "rubbish")
PLACES = {
    "QueueUrl": ("queue", "queue.fifo", "nowhere"),
    "QueueName": ("queue", "queue.fifo", "new", "bad name"),
    "SourceArn": (QUEUE, queue_arn("dead"), "rubbish"),
    "Name": ("topic", "topic.fifo", "new", "bad name", ""),
    **dict.fromkeys(("TopicArn", "TargetArn", "ResourceArn", "SubscriptionArn"), ARNS),
    **dict.fromkeys(("PlatformApplicationArn", "EndpointArn"), ARNS),
    **dict.fromkeys(("PhoneNumber", "phoneNumber"), NUMBERS),
    "LanguageCode": ("en-US", "rubbish"),
    "OneTimePassword": ("123456", "rubbish"),
    "Protocol": ("sqs", "email", "sms", "pigeon"),
    "Endpoint": (QUEUE, "me@example.test", "+15550100", "rubbish"),
    "Platform": ("GCM", "rubbish"),
    "AttributeName": ("DisplayName", "Policy", "DeliveryPolicy", "FilterPolicy", "RedrivePolicy", "Enabled", "rubbish"),
    "Label": ("label", "bad label"),
    "Message": ("hello", "x" * 300_000, ""),
}
TEXTS = (
    "",
    "a",
    "\ufffe",
    "DelaySeconds",
    "Policy",
    "RedrivePolicy",
    "DisplayName",
    "MonthlySpendLimit",
    "-1",
    "0",
    "{}",
)
REQUESTS = 60  # of each operation


class World(BareWorld):
    """An emulator with a little of everything."""

    def __init__(self) -> None:
        super().__init__(seed=None, clock_at=NOW)  # with a seed, the state says how many request ids were taken
        for name in ("dead", "queue", "queue.fifo"):
            redrive = json.dumps({"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 1})
            kind = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
            self.told(
                "CreateQueue", QueueName=name, Attributes=kind | ({"RedrivePolicy": redrive} if name == "queue" else {})
            )
        self.told("SendMessage", QueueUrl="queue", MessageBody="body")
        self.do("CreateTopic", Name="topic")
        self.do("CreateTopic", Name="topic.fifo", Attributes_entry_1_key="FifoTopic", Attributes_entry_1_value="true")
        for protocol, endpoint in (("sqs", QUEUE), ("email", "me@example.test")):
            self.do("Subscribe", TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint)
        self.do("CreateSMSSandboxPhoneNumber", PhoneNumber="+15550101")
        credential = {"Attributes_entry_1_key": "PlatformCredential", "Attributes_entry_1_value": "key"}
        self.do("CreatePlatformApplication", Name="app", Platform="GCM", **credential)
        self.do("CreatePlatformEndpoint", PlatformApplicationArn=APPLICATION, Token="token")
        self.control.sns.sms.of("111111111111", "us-east-1").opt_outs.opt_out("+15550100")

    def do(self, action: str, **request: str) -> None:
        answer = self.sns(action, **request)
        assert answer.status == 200, answer.body

    def state(self) -> bytes:
        return msgspec.json.encode(export(self.control, None))

    def check(self, operation: Any, account: str, region: str, headers: dict[bytes, bytes], body: bytes) -> None:
        before = self.state()
        answer = self._answer(operation.service, account, region, headers, body)
        assert answer.status != 500
        if b"VerificationException" in answer.body:
            return  # AWS keeps a number for 24 hours after each attempt to verify it, whether or not that succeeds
        if answer.status >= 400 or TRAITS[operation.service, operation.name].reads:
            assert self.state() == before, (answer.status, body)


class Guesser:
    """Makes requests that mean something to the world, as often as not."""

    def __init__(self, seed: str) -> None:
        self.chance = Random(seed)

    def members(self, shape: Shape | None) -> dict[str, Any]:
        """What a structure may hold; now and then without a member that is required."""
        if shape is None:
            return {}
        wanted = frozenset(shape.required_members)
        return {
            name: self.chance.choice(PLACES[name]) if name in PLACES else self.value(member)
            for name, member in shape.members.items()
            if self.chance.random() < (0.95 if name in wanted else 0.3)
        }

    def value(self, shape: Shape) -> Any:
        chance = self.chance
        match shape.type_name:
            case "structure":
                return self.members(shape)
            case "list":
                return [self.value(shape.member) for _ in range(chance.randrange(3))]
            case "map":
                return {chance.choice(TEXTS): self.value(shape.value) for _ in range(chance.randrange(3))}
            case "integer" | "long":
                return chance.choice((-1, 0, 1, 10, 2**31))
            case "boolean":
                return chance.random() < 0.5
            case "blob":
                return b"\x00"
            case "timestamp":
                return datetime(2030, 1, 1, tzinfo=UTC)
        return chance.choice(TEXTS)


@pytest.fixture(scope="module")
def world() -> World:
    """One for all operations: only calls that succeed change it."""
    return World()


@pytest.mark.parametrize("operation", OPERATIONS, ids=[f"{each.service}-{each.name}" for each in OPERATIONS])
def test_refused_and_reading_calls_leave_the_exported_state_as_it_was(world: World, operation: Any) -> None:
    guesser = Guesser(operation.name)
    protocols = ("json", "query") if operation.service == "sqs" else ("query",)
    for number in range(REQUESTS):
        protocol = protocols[number % len(protocols)]
        model = operation_model((json_model if protocol == "json" else query_model)(operation.service), operation)
        given = guesser.members(model.input_shape)
        body = create_serializer(protocol, include_validation=False).serialize_to_request(given, model)["body"]
        headers = {b"content-type": b"application/x-www-form-urlencoded"}
        if protocol == "json":
            target = f"AmazonSQS.{operation.name}".encode()
            headers = {b"x-amz-target": target, b"content-type": b"application/x-amz-json-1.0"}
        else:
            body = urlencode(body).encode()
        account, region = guesser.chance.choice(ACCOUNTS), guesser.chance.choice(REGIONS)
        world.check(operation, account, region, headers, body)
