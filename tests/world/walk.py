"""Random calls of every operation, of the control interface, deliveries and the passing of time, in one world."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any

from msgspec.structs import replace

from emulator.cloudformation.stack_record import EventRecord, Source, StackRecord
from emulator.control.clock import ClockMove, move_clock
from emulator.control.faults import add_fault, clear_faults
from emulator.control.localstack_sns import PushQuery, TextQuery, forget_push_messages, forget_text_messages
from emulator.control.parameters import AccountQuery
from emulator.control.queues import Chaos, QueuePath, set_chaos
from emulator.control.refusals import NotFoundError
from emulator.control.reset import Reset, reset
from emulator.faults.rule import Rule
from emulator.functions.mapping import EventSourceMapping
from emulator.sns.delivery.answer import Answer, NoAnswer
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.queues import MessageHeader, QueueMessage
from tests.sns.walk import RESTORE, Walk
from tests.state.world import ACCOUNT, NOW, OTHER, REGION, World, queue_arn, topic_arn

QUEUES = ("queue", "jobs", "dead", "queue.fifo", "dead.fifo")
ATTRIBUTES: tuple[dict[str, str], ...] = (
    {"DelaySeconds": "5"},
    {"DelaySeconds": "0"},
    {"MessageRetentionPeriod": "60"},
    {"MessageRetentionPeriod": "345600"},
    {"VisibilityTimeout": "10"},
)
Request = dict[str, Any]


class WorldWalk:
    """One emulator, and random steps in it. Endpoints answer at random."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.world = World(post=self._post)
        self.notifications = Walk(seed, self.world)
        self.handles: list[tuple[str, str]] = []
        self.tasks: list[str] = []
        self.bodies = 0

    def begin(self) -> None:
        """Make the queues, those for dead letters first."""
        for name in sorted(QUEUES):
            self.world.sqs("CreateQueue", QueueName=name, Attributes=_kind(name))

    async def _post(self, message: HttpMessage) -> Answer:
        del message
        kind = self.chance.random()
        if kind < 0.2:
            raise NoAnswer("the connection was refused")
        return Answer(200 if kind < 0.5 else 500, b"")

    async def step(self) -> str:
        """Do something; its name."""
        kind = self.chance.random()
        if kind < 0.35:
            name = self.notifications.step()
        elif kind < 0.8:
            name = self.chance.choice(_ROUND)
            self.sqs(name, SQS[name](self))
        else:
            name = self.chance.choice(sorted(CONTROL))
            await CONTROL[name](self)
        return name

    def sqs(self, action: str, request: Request) -> None:
        """Call an operation, and remember the handles that it gives."""
        answer = json.loads(self.world.sqs(action, **request).body or b"{}")
        if action == "ReceiveMessage":
            self.handles += [(request["QueueUrl"], each["ReceiptHandle"]) for each in answer.get("Messages", [])]
        elif "TaskHandle" in answer:
            self.tasks.append(answer["TaskHandle"])

    # Arguments.

    def queue(self) -> Request:
        return {"QueueUrl": self.chance.choice(QUEUES)}

    def message(self, queue: str) -> Request:
        self.bodies += 1
        message: Request = {"MessageBody": self.chance.choice(("again", f"body {self.bodies}"))}
        if self.chance.random() < 0.5:
            message["MessageAttributes"] = {"store": {"DataType": "String", "StringValue": "a"}}
        if queue.endswith(".fifo"):
            message["MessageDeduplicationId"] = str(self.chance.randrange(20))
        elif self.chance.random() < 0.3:
            message["DelaySeconds"] = self.chance.choice((0, 5))
        if queue.endswith(".fifo") or self.chance.random() < 0.5:
            message["MessageGroupId"] = self.chance.choice("gh")
        return message

    def handle(self) -> Request:
        queue, handle = self.chance.choice(self.handles[-10:] or [("queue", "nonsense")])
        return {"QueueUrl": queue, "ReceiptHandle": handle}

    def account(self) -> str | None:
        return self.chance.choice((None, ACCOUNT, OTHER))


def _kind(name: str) -> dict[str, str]:
    attributes = {}
    if name.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    if not name.startswith("dead"):
        dead = queue_arn("dead.fifo" if name.endswith(".fifo") else "dead")
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 2})
    return attributes


def _create(walk: WorldWalk) -> Request:
    name = walk.chance.choice(QUEUES)
    return {"QueueName": name, "Attributes": _kind(name), "tags": {"a": "b"}}


def _send(walk: WorldWalk) -> Request:
    queue = walk.queue()
    return queue | walk.message(queue["QueueUrl"])


def _send_batch(walk: WorldWalk) -> Request:
    queue = walk.queue()
    return queue | {"Entries": [{"Id": str(number)} | walk.message(queue["QueueUrl"]) for number in range(3)]}


def _receive(walk: WorldWalk) -> Request:
    request = walk.queue() | {"MaxNumberOfMessages": walk.chance.choice((1, 3, 10))}
    if walk.chance.random() < 0.5:
        request["VisibilityTimeout"] = walk.chance.choice((0, 5, 300))
    if request["QueueUrl"].endswith(".fifo") and walk.chance.random() < 0.5:
        request["ReceiveRequestAttemptId"] = walk.chance.choice("ab")
    return request


def _batch_of_one(request: Request) -> Request:
    return {"QueueUrl": request.pop("QueueUrl"), "Entries": [{"Id": "1"} | request]}


def _hide(walk: WorldWalk) -> Request:
    return walk.handle() | {"VisibilityTimeout": walk.chance.choice((0, 5, 100))}


def _start_task(walk: WorldWalk) -> Request:
    rate = {"MaxNumberOfMessagesPerSecond": 1} if walk.chance.random() < 0.5 else {}
    return {"SourceArn": queue_arn(walk.chance.choice(("dead", "dead.fifo")))} | rate


SQS: dict[str, Callable[[WorldWalk], Request]] = {
    "AddPermission": lambda walk: walk.queue() | {"Label": "l", "AWSAccountIds": [OTHER], "Actions": ["SendMessage"]},
    "CancelMessageMoveTask": lambda walk: {"TaskHandle": (walk.tasks or ["nonsense"])[-1]},
    "ChangeMessageVisibility": _hide,
    "ChangeMessageVisibilityBatch": lambda walk: _batch_of_one(_hide(walk)),
    "CreateQueue": _create,
    "DeleteMessage": WorldWalk.handle,
    "DeleteMessageBatch": lambda walk: _batch_of_one(walk.handle()),
    "DeleteQueue": WorldWalk.queue,
    "GetQueueAttributes": lambda walk: walk.queue() | {"AttributeNames": ["All"]},
    "GetQueueUrl": lambda walk: {"QueueName": walk.chance.choice(QUEUES)},
    "ListDeadLetterSourceQueues": WorldWalk.queue,
    "ListMessageMoveTasks": lambda _: {"SourceArn": queue_arn("dead")},
    "ListQueueTags": WorldWalk.queue,
    "ListQueues": lambda _: {},
    "PurgeQueue": WorldWalk.queue,
    "ReceiveMessage": _receive,
    "RemovePermission": lambda walk: walk.queue() | {"Label": "l"},
    "SendMessage": _send,
    "SendMessageBatch": _send_batch,
    "SetQueueAttributes": lambda walk: walk.queue() | {"Attributes": walk.chance.choice(ATTRIBUTES)},
    "StartMessageMoveTask": _start_task,
    "TagQueue": lambda walk: walk.queue() | {"Tags": {"a": walk.chance.choice("bc")}},
    "UntagQueue": lambda walk: walk.queue() | {"TagKeys": ["a"]},
}
_OFTEN = {"SendMessage": 8, "SendMessageBatch": 4, "ReceiveMessage": 10, "CreateQueue": 6, "DeleteMessage": 4}
_ROUND = [name for name in sorted(SQS) for _ in range(_OFTEN.get(name, 1))]


async def _move_clock(walk: WorldWalk) -> None:
    seconds = walk.chance.choice((1.0, 20.0, 300.0, 3_600.0))
    await move_clock(walk.world.control, ClockMove(advance=seconds, account=walk.account()))


async def _run_and_freeze(walk: WorldWalk) -> None:
    """Let a clock run and stop it at once: what depends on how fast this machine is would not repeat."""
    account = walk.account()
    for freeze in (False, True):
        await move_clock(walk.world.control, ClockMove(freeze=freeze, account=account))


async def _deliver(_: WorldWalk) -> None:
    """Give endpoints that are being called the time to answer."""
    for _turn in range(5):
        await asyncio.sleep(0)


async def _disturb(walk: WorldWalk) -> None:
    effect = walk.chance.choice((Rule(drop_delivery=True, first=1), Rule(double_delivery=True, first=1)))
    add_fault(walk.world.control, effect)


async def _clear_faults(walk: WorldWalk) -> None:
    clear_faults(walk.world.control, AccountQuery())


async def _chaos(walk: WorldWalk) -> None:
    with suppress(NotFoundError):
        await set_chaos(walk.world.control, QueuePath(ACCOUNT, REGION, "jobs"), Chaos(walk.chance.choice((None, 1))))


async def _fan_out(walk: WorldWalk) -> None:
    """Publish to a topic with queues, of which one may be raw, and one may be gone and have a dead-letter queue."""
    kind = walk.chance.choice(("", ".fifo"))
    topic, sns = topic_arn(f"fan-out{kind}"), walk.world.sns
    fifo = {"Attributes_entry_1_key": "FifoTopic", "Attributes_entry_1_value": "true"} if kind else {}
    sns("CreateTopic", Name=f"fan-out{kind}", **fifo)
    redrive = json.dumps({"deadLetterTargetArn": queue_arn(f"dead{kind}")})
    for name in (f"queue{kind}", f"dead{kind}", f"gone{kind}"):
        sns(
            "Subscribe",
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue_arn(name),
            Attributes_entry_1_key="RedrivePolicy",
            Attributes_entry_1_value=redrive,
        )
    raw = walk.chance.choice(list(walk.notifications.sns.subscriptions)).arn
    raw_delivery = {"AttributeName": "RawMessageDelivery", "AttributeValue": walk.chance.choice(("true", "false"))}
    sns("SetSubscriptionAttributes", SubscriptionArn=raw, **raw_delivery)
    version = walk.chance.choice("12")
    sns("SetTopicAttributes", TopicArn=topic, AttributeName="SignatureVersion", AttributeValue=version)
    message = walk.notifications.message() | {"MessageGroupId": "g"}
    if not kind:
        message.pop("MessageDeduplicationId", None)
    sns("Publish", TopicArn=topic, **message)


async def _forget(walk: WorldWalk) -> None:
    forget_push_messages(walk.world.control, PushQuery())
    forget_text_messages(walk.world.control, TextQuery())


async def _reset(walk: WorldWalk) -> None:
    region = walk.chance.choice((None, REGION, "eu-west-1"))
    if walk.chance.random() < 0.15:
        await reset(walk.world.control, Reset(walk.account(), region, walk.chance.choice((None, "sqs", "sns"))))


async def _restore(walk: WorldWalk) -> None:
    account = walk.account()
    walk.world.restore(walk.world.export(account), account)


async def _transfer(walk: WorldWalk) -> None:
    """Let a message wait for a queue of another account, or let that account take what waits."""
    transfers, chance = walk.world.control.transfers, walk.chance
    waiting = transfers.waiting()
    if waiting and chance.random() < 0.5:
        portion = transfers.next(*chance.choice(waiting))
        assert portion is not None, "something waits"
        queues = walk.world.control.notifications.queues
        transfers.take(portion, lambda arn, sent: queues.send(sent.header, [(arn, sent.body, sent.attributes)])[0])
        if chance.random() < 0.7:
            transfers.end(portion)
    else:
        account, other = chance.sample((ACCOUNT, OTHER), 2)
        arn = f"arn:aws:sqs:{REGION}:{other}:{chance.choice(QUEUES)}"
        message = QueueMessage(MessageHeader(topic_arn("t").replace(ACCOUNT, account)), "text", {})
        transfers.add(account, arn, "", message, "notification")


async def _mapping(walk: WorldWalk) -> None:
    """Make an event source mapping of a function that is not there, or change or delete one."""
    mappings, chance = walk.world.control.mappings, walk.chance
    account = chance.choice((ACCOUNT, OTHER))
    found = chance.choice([*mappings, None])
    if found is None:
        function = f"arn:aws:lambda:{REGION}:{account}:function:f"
        uuid = f"{chance.randrange(10**12):012}"
        mappings.put(EventSourceMapping(uuid, queue_arn(chance.choice(QUEUES)), function, NOW))
    elif chance.random() < 0.5:
        mappings.put(replace(found, batch_size=found.batch_size + 1))
    else:
        mappings.delete(found)


async def _stack(walk: WorldWalk) -> None:
    """Make a stack, or change or delete one."""
    stacks, chance = walk.world.control.stacks, walk.chance
    name, account = chance.choice("abc"), chance.choice((ACCOUNT, OTHER))
    found = stacks.find(account, REGION, name)
    now = float(chance.randrange(1_000_000_000))
    if found is None:
        arn = f"arn:aws:cloudformation:{REGION}:{account}:stack/{name}/{chance.randrange(10**12):012}"
        found = StackRecord(name, arn, "CREATE_COMPLETE", now, Source("{}", {"Stage": "dev"}))
    event = EventRecord(str(now), name, found.id, "AWS::CloudFormation::Stack", "UPDATE_COMPLETE", now)
    gone = now if chance.random() < 0.3 else None
    stacks.put(replace(found, updated_at=now, deleted_at=gone, events=(*found.events, event)))


CONTROL: dict[str, Callable[[WorldWalk], Awaitable[None]]] = {
    RESTORE: _restore,
    "a fan-out": _fan_out,
    "a fault": _disturb,
    "a move of the clock": _move_clock,
    "a reset": _reset,
    "a stack": _stack,
    "a transfer": _transfer,
    "an event source mapping": _mapping,
    "chaos": _chaos,
    "endpoints answer": _deliver,
    "faults are cleared": _clear_faults,
    "the clock runs and stops": _run_and_freeze,
    "LocalStack's way to clear the outbox": _forget,
}
