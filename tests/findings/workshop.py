"""An emulator without a server, in which a test makes something that looks wrong, or does not."""

import asyncio
import json
from typing import Any

import msgspec

from api_shapes import sqs
from emulator.aws.place import EVERYWHERE
from emulator.configuration.settings import Settings
from emulator.findings.search import RULES, Finding, search
from emulator.serving.app import Emulator
from emulator.sqs.queue import Queue
from emulator.testing.in_process import Request, call
from emulator.timing.turns import at_once

ACCOUNT = "111111111111"
REGION = "us-east-1"
URL = "http://localhost:4566"
START = 1_700_000_000.0


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


class Workshop:
    """Calls of actions, the clock, and the findings."""

    def __init__(self) -> None:
        self.emulator = Emulator(Settings(clock_at=START))
        self.world = self.emulator.world

    def __call__(self, action: str, *, account: str = ACCOUNT, **parameters: Any) -> Any:
        """The answer of an action, which must succeed."""
        service = "sqs" if action in sqs.OPERATIONS else "sns"
        return self._post({"service": service, "action": action, "account": account, "parameters": parameters})

    def _post(self, body: dict[str, Any]) -> Any:
        request = Request("POST", f"{URL}/_emulator/call", (), json.dumps({"region": REGION} | body).encode())
        answer = json.loads(asyncio.run(call(self.emulator, request)).body)
        assert answer.get("error") is None, answer
        return answer["answer"]

    def queue(self, name: str, **attributes: str) -> Queue:
        self("CreateQueue", QueueName=name, Attributes=attributes)
        return self.world.sqs.queues.get(ACCOUNT, REGION, name)

    def send(self, queue: str, body: str = "body", **more: Any) -> None:
        self("SendMessage", QueueUrl=queue, MessageBody=body, **more)

    def receive(self, queue: str, **more: Any) -> Any:
        return self("ReceiveMessage", QueueUrl=queue, **more)["Messages"]

    def delete(self, queue: str, message: Any) -> None:
        self("DeleteMessage", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    def advance(self, seconds: float) -> None:
        self.world.clocks.of(ACCOUNT).advance(seconds)

    def topic(self, name: str, **attributes: str) -> str:
        return str(self("CreateTopic", Name=name, Attributes=attributes)["TopicArn"])

    def subscribe(self, topic: str, endpoint: str, protocol: str = "sqs", **attributes: str) -> str:
        subscription: dict[str, Any] = {
            "TopicArn": topic,
            "Protocol": protocol,
            "Endpoint": endpoint,
            "Attributes": attributes,
        }
        return str(self("Subscribe", **subscription, ReturnSubscriptionArn=True)["SubscriptionArn"])

    def findings(self, rule: str | None = None) -> list[Finding]:
        rules = {each.id for each in RULES if rule in (None, each.id)}
        return at_once(search(self.world, EVERYWHERE, URL, rules, 0, 1_000)).findings

    def found(self, rule: str) -> Finding:
        """The one finding of a rule."""
        [finding] = self.findings(rule)
        return finding

    def mend(self, finding: Finding) -> None:
        """Do what a finding says."""
        assert finding.call is not None
        self._post(msgspec.to_builtins(finding.call))


def redrive(name: str, count: int = 1) -> str:
    return json.dumps({"deadLetterTargetArn": queue_arn(name), "maxReceiveCount": count})
