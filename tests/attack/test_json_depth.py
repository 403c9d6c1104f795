"""JSON that is nested deeply, or has huge numbers, wherever a request can hold it: refused or taken, never a fault."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.testing.in_process import Request, call
from tests.examples import is_quick
from tests.state.lived_in import lived_in
from tests.state.world import ACCOUNT, World, topic_arn

FEW_DEPTHS = (3, 500, 995, 1001, 5000)
DEPTHS = FEW_DEPTHS if is_quick() else (240, 320, 480, 960, 985, 990, 1000, 30_000, *FEW_DEPTHS)

Nest = Callable[[int], str]

NESTS: dict[str, Nest] = {
    "arrays": lambda depth: "[" * depth + "]" * depth,
    "objects": lambda depth: '{"a":' * depth + "1" + "}" * depth,
    "objects in arrays": lambda depth: '[{"a":' * (depth // 2) + "1" + "}]" * (depth // 2),
    "alternatives": lambda depth: '{"$or":[{"a":["x"]},' * depth + '{"b":["x"]}' + "]}" * depth,
    "statements": lambda depth: '{"Statement":' * depth + "1" + "}" * depth,
    "a deep member": lambda depth: '{"Version":"2012-10-17","Statement":' + "[" * depth + "]" * depth + "}",
    "a deep principal": lambda depth: (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":{"AWS":'
        + "[" * depth
        + "]" * depth
        + "}}]}"
    ),
    "a deep condition": lambda depth: (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*",'
        '"Condition":{"StringLike":{"aws:SourceArn":' + "[" * depth + "]" * depth + "}}}]}"
    ),
    "a deep target": lambda depth: '{"maxReceiveCount":1,"deadLetterTargetArn":' + "[" * depth + "]" * depth + "}",
    "a deep default": lambda depth: '{"default":"x","sqs":' + "[" * depth + "]" * depth + "}",
    "an escape": lambda depth: '{"a":' * depth + '"\\ud800"' + "}" * depth,
    "digits": lambda depth: '{"a":[' + "9" * depth + "]}",
    "an exponent": lambda depth: '{"maxReceiveCount":1e' + "9" * (depth // 100) + ',"default":1e999}',
}
QUEUE_ATTRIBUTES = ("Policy", "RedrivePolicy", "RedriveAllowPolicy", "VisibilityTimeout")
TOPIC_ATTRIBUTES = ("Policy", "DeliveryPolicy", "ArchivePolicy", "DataProtectionPolicy", "SignatureVersion")
SUBSCRIPTION_ATTRIBUTES = ("FilterPolicy", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy")


@pytest.fixture(scope="module")
def world() -> World:
    return lived_in(World(seed=None))


@pytest.mark.parametrize("name", NESTS)
def test_deep_json_in_a_request_is_no_fault(world: World, name: str) -> None:
    topic = topic_arn("topic")
    subscription = next(each.arn for each in world.control.sns.subscriptions if each.arn.startswith(topic))
    world.sns("SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName="FilterPolicyScope",
              AttributeValue="MessageBody")  # fmt: skip
    for depth in DEPTHS:
        text = NESTS[name](depth)
        answers = [
            world.sqs("SetQueueAttributes", QueueUrl="jobs", Attributes={each: text}) for each in QUEUE_ATTRIBUTES
        ]
        answers += [world.sqs("CreateQueue", QueueName="jobs", Attributes={each: text}) for each in QUEUE_ATTRIBUTES]
        for each in TOPIC_ATTRIBUTES:
            attribute = {"AttributeName": each, "AttributeValue": text}
            answers.append(world.sns("SetTopicAttributes", TopicArn=topic, **attribute))
            given = {"Attributes_entry_1_key": each, "Attributes_entry_1_value": text}
            answers.append(world.sns("CreateTopic", Name="topic", **given))
        answers.append(world.sns("PutDataProtectionPolicy", ResourceArn=topic, DataProtectionPolicy=text))
        answers.append(world.sns("CreateTopic", Name="topic", DataProtectionPolicy=text))
        for each in SUBSCRIPTION_ATTRIBUTES:
            attribute = {"AttributeName": each, "AttributeValue": text}
            answers.append(world.sns("SetSubscriptionAttributes", SubscriptionArn=subscription, **attribute))
        answers.append(world.sns("Publish", TopicArn=topic, Message=text))
        answers.append(world.sns("Publish", TopicArn=topic, Message=text, MessageStructure="json"))
        array = {"Name": "a", "Value_DataType": "String.Array", "Value_StringValue": text}
        members = {f"MessageAttributes_entry_1_{key}": value for key, value in array.items()}
        answers.append(world.sns("Publish", TopicArn=topic, Message="x", **members))
        assert [answer.body for answer in answers if answer.status >= 500] == [], depth


@pytest.mark.parametrize("name", NESTS)
def test_deep_body_of_a_json_request_is_no_fault(world: World, name: str) -> None:
    for depth in DEPTHS:
        document: Any = (
            '{"QueueUrl":"jobs","Attributes":' + NESTS[name](depth) + ',"MessageBody":' + NESTS[name](depth) + "}"
        )
        for action in ("SendMessage", "SetQueueAttributes", "ListQueues"):
            headers = {b"x-amz-target": f"AmazonSQS.{action}".encode(), b"content-type": b"application/x-amz-json-1.0"}
            answer = world._answer("sqs", ACCOUNT, "us-east-1", headers, document.encode())  # noqa: SLF001
            assert answer.status < 500, (depth, answer.body)


PATHS = (
    "clock",
    "faults",
    "reset",
    "filter-policy/explain",
    "sms",
    "settle",
    "queues/111111111111/us-east-1/jobs/chaos",
)


@pytest.mark.parametrize("name", NESTS)
@pytest.mark.parametrize("path", PATHS)
def test_deep_body_for_the_control_interface_is_refused(world: World, path: str, name: str) -> None:
    async def statuses() -> set[int]:
        found = set()
        for depth in DEPTHS:
            deep = NESTS[name](depth)
            policy = '{"scope":"MessageBody","policy":%s,"message":%s}'
            for body in (
                deep,
                f'{{"account":{deep}}}',
                policy % (deep, json.dumps(deep)),
                policy % ('{"a":["x"]}', json.dumps(deep)),
            ):
                request = Request(
                    "POST", f"http://localhost/_emulator/{path}", [("content-type", "application/json")], body.encode()
                )
                found.add((await call(world.emulator, request)).status)
        return found

    assert asyncio.run(statuses()) <= {200, 400, 413}


@pytest.mark.parametrize("name", NESTS)
def test_deep_state_document_is_refused(name: str) -> None:
    async def status(body: str) -> int:
        request = Request(
            "PUT", "http://localhost/_emulator/state", [("content-type", "application/json")], body.encode()
        )
        return (await call(World(seed=None).emulator, request)).status

    for depth in DEPTHS:
        for body in (NESTS[name](depth), f'{{"version":1,"queues":{NESTS[name](depth)}}}'):
            assert asyncio.run(status(body)) == 400, depth
