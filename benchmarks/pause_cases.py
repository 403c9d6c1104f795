"""What is asked of a server while the pauses of other callers are measured: how it is filled, and the call."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from emulator.aws.message_attribute import MessageAttribute
from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.sns.data_protection.identifiers import DETECTORS
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue
from emulator.state.exporting import export
from emulator.wire.http import HttpRequest

ACCOUNT, REGION = "000000000000", "us-east-1"
_SQS, _SNS = f"arn:aws:sqs:{REGION}:{ACCOUNT}:", f"arn:aws:sns:{REGION}:{ACCOUNT}:"
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/x-amz-json-1.0"
_NO_ATTRIBUTES: Mapping[str, MessageAttribute] = {}


class Scale(NamedTuple):
    """How many messages, and how many queues, topics or subscriptions."""

    messages: int
    resources: int


class Call(NamedTuple):
    """One HTTP request."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Case(NamedTuple):
    """How the emulator is filled, and what is asked of it. ``of`` says what there is a great number of."""

    of: str  # "messages" or "resources"
    fill: Callable[[Emulator, Scale], None]
    call: Call | Callable[[Scale], Call]
    then: Call | None = None  # asked next, where the first call leaves work to the next caller
    wait: Callable[[Emulator, Scale], list[Any]] | None = None  # begins requests that wait, in the event loop

    def calls(self, scale: Scale) -> list[Call]:
        """What is asked, in this order."""
        call = self.call if isinstance(self.call, Call) else self.call(scale)
        return [call] if self.then is None else [call, self.then]


def sqs(action: str, **request: Any) -> Call:
    headers = {"content-type": _JSON, "x-amz-target": f"AmazonSQS.{action}"}
    return Call("POST", "/", json.dumps(request).encode(), headers)


def sns(action: str, **request: str) -> Call:
    """Members of maps are spelled as the query protocol has them, with _ for the dots."""
    form = {"Action": action, "Version": "2010-03-31"} | {
        name.replace("_", "."): value for name, value in request.items()
    }
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/sns/aws4_request"
    return Call("POST", "/", urlencode(form).encode(), {"content-type": _FORM, "authorization": scope})


def get(path: str, **headers: str) -> Call:
    return Call("GET", path, headers=headers)


def post(path: str, body: object = None) -> Call:
    text = b"" if body is None else json.dumps(body).encode()
    return Call("POST", path, text, {"content-type": "application/json"})


def told(emulator: Emulator, call: Call) -> None:
    """Make a call at once, which is not refused."""
    answer: Any = begun(emulator, call)
    assert answer.status == 200, answer.body


def begun(emulator: Emulator, call: Call) -> object:
    """Make a call. The answer, or a coroutine of it."""
    headers = {name.encode(): value.encode() for name, value in call.headers.items()} | {b"host": b"localhost"}
    return emulator.gateway.answer(HttpRequest(call.method, "http", call.path, b"", headers, call.body))


def queue(emulator: Emulator, name: str, **attributes: str) -> Queue:
    """A new queue."""
    told(emulator, sqs("CreateQueue", QueueName=name, Attributes=attributes))
    return emulator.world.sqs.queues.get(ACCOUNT, REGION, name)


def fill(into: Queue, messages: int) -> None:
    now = 1_900_000_000.0
    for number in range(messages):
        id = f"{number:08x}-0000-4000-8000-000000000000"
        group = f"group {number % 1000}" if into.fifo else None
        into.send(Message(id, Content("body", "AIDA", _NO_ATTRIBUTES), group, id if into.fifo else None), now)


def _advance(emulator: Emulator, seconds: float) -> None:
    emulator.world.clocks.move(None, lambda clock: clock.advance(seconds))


def _deep(**attributes: str) -> Callable[[Emulator, Scale], None]:
    def make(emulator: Emulator, scale: Scale) -> None:
        fill(queue(emulator, "deep", **attributes), scale.messages)

    return make


def _due(**attributes: str) -> Callable[[Emulator, Scale], None]:
    def make(emulator: Emulator, scale: Scale) -> None:
        _deep(**attributes)(emulator, scale)
        _advance(emulator, 60)

    return make


def _deep_fifo(**attributes: str) -> Callable[[Emulator, Scale], None]:
    def make(emulator: Emulator, scale: Scale) -> None:
        fill(queue(emulator, "deep.fifo", FifoQueue="true", **attributes), scale.messages)

    return make


def _reached(emulator: Emulator, scale: Scale) -> None:
    """A topic whose subscriber is a queue in which all messages expire."""
    _deep(MessageRetentionPeriod="60")(emulator, scale)
    told(emulator, sns("CreateTopic", Name="topic"))
    told(emulator, sns("Subscribe", TopicArn=f"{_SNS}topic", Protocol="sqs", Endpoint=f"{_SQS}deep"))
    _advance(emulator, 60)


def _dead_letters(emulator: Emulator, scale: Scale) -> None:
    """A dead-letter queue that a task can move messages out of."""
    _deep()(emulator, scale)
    policy = json.dumps({"deadLetterTargetArn": f"{_SQS}deep", "maxReceiveCount": 1})
    queue(emulator, "source", RedrivePolicy=policy)
    queue(emulator, "destination")


def _received_too_often(emulator: Emulator, scale: Scale) -> None:
    """A queue whose next receive moves every message to the dead-letter queue."""
    deep = queue(emulator, "deep")
    fill(deep, scale.messages)
    for _ in range(0, scale.messages, 10):
        deep.receive(10, 30, 1_900_000_000.0)
    _advance(emulator, 30)
    deep.advance(1_900_000_030.0)
    queue(emulator, "dead")
    policy = json.dumps({"deadLetterTargetArn": f"{_SQS}dead", "maxReceiveCount": 1})
    told(emulator, sqs("SetQueueAttributes", QueueUrl="deep", Attributes={"RedrivePolicy": policy}))


def _queues(emulator: Emulator, scale: Scale) -> None:
    for number in range(scale.resources):
        fill(queue(emulator, f"queue-{number}"), 3)


def _topics(emulator: Emulator, scale: Scale) -> None:
    """As many topics, each with a subscription."""
    for number in range(scale.resources):
        told(emulator, sns("CreateTopic", Name=f"topic-{number}"))
        endpoint = f"{_SQS}queue-{number}"
        told(emulator, sns("Subscribe", TopicArn=f"{_SNS}topic-{number}", Protocol="sqs", Endpoint=endpoint))


def _subscriptions(emulator: Emulator, scale: Scale) -> None:
    """As many queues that subscribe to one topic."""
    told(emulator, sns("CreateTopic", Name="topic"))
    for number in range(scale.resources):
        queue(emulator, f"queue-{number}")
        endpoint = f"{_SQS}queue-{number}"
        told(emulator, sns("Subscribe", TopicArn=f"{_SNS}topic", Protocol="sqs", Endpoint=endpoint))


def _publishes(emulator: Emulator, scale: Scale) -> None:
    """As many publishes as the trace keeps, to fifty queues."""
    _subscriptions(emulator, Scale(0, 50))
    for _ in range(min(1_000, scale.messages)):
        told(emulator, sns("Publish", TopicArn=f"{_SNS}topic", Message="text"))


def _archive(emulator: Emulator, scale: Scale) -> None:
    """A topic with an archive, as large as archives become."""
    attributes = {"FifoTopic": "true", "ArchivePolicy": '{"MessageRetentionPeriod":"30"}'}
    form = {
        f"Attributes_entry_{number}_{key}": text
        for number, (name, value) in enumerate(attributes.items(), 1)
        for key, text in (("key", name), ("value", value))
    }
    told(emulator, sns("CreateTopic", Name="topic.fifo", **form))
    for number in range(min(70_000, scale.messages)):
        told(
            emulator,
            sns(
                "Publish",
                TopicArn=f"{_SNS}topic.fifo",
                Message="t",
                MessageGroupId="g",
                MessageDeduplicationId=str(number),
            ),
        )


def _archive_and_queue(emulator: Emulator, scale: Scale) -> None:
    _archive(emulator, scale)
    queue(emulator, "queue.fifo", FifoQueue="true")


def _protected(emulator: Emulator, _: Scale) -> None:
    """A topic whose data protection policy is about all kinds of sensitive data."""
    identifiers = [f"arn:aws:dataprotection::aws:data-identifier/{name}" for name in DETECTORS]
    mask = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
    statement = {"DataDirection": "Inbound", "Principal": ["*"], "DataIdentifier": identifiers, "Operation": mask}
    policy = json.dumps({"Name": "all", "Version": "2021-06-01", "Statement": [statement]})
    told(emulator, sns("CreateTopic", Name="topic", DataProtectionPolicy=policy))
    told(emulator, sns("Publish", TopicArn=f"{_SNS}topic", Message=_SENSITIVE))  # patterns are compiled at first use


def _nothing(_: Emulator, __: Scale) -> None:
    """The emulator is empty."""


def _import(fill: Callable[[Emulator, Scale], None]) -> Callable[[Scale], Call]:
    """The import of what is exported of an emulator that was filled so."""

    def call(scale: Scale) -> Call:
        emulator = Emulator(Settings(clock_at=1_900_000_000.0))
        fill(emulator, scale)
        document = msgspec.json.encode(export(emulator.world, None))
        return Call("PUT", "/_emulator/state", document, {"content-type": "application/json"})

    return call


def _long_polls(queues: Callable[[Scale], int]) -> Callable[[Emulator, Scale], list[Any]]:
    """As many long polls as there are resources, spread over some ``queues``."""

    def wait(emulator: Emulator, scale: Scale) -> list[Any]:
        polls = [
            sqs("ReceiveMessage", QueueUrl=f"queue-{number % queues(scale)}", WaitTimeSeconds=20)
            for number in range(scale.resources)
        ]
        return [begun(emulator, poll) for poll in polls]

    return wait


def _empty_queues(queues: Callable[[Scale], int]) -> Callable[[Emulator, Scale], None]:
    def make(emulator: Emulator, scale: Scale) -> None:
        for number in range(queues(scale)):
            queue(emulator, f"queue-{number}")

    return make


def _one(_: Scale) -> int:
    return 1


def _each(scale: Scale) -> int:
    return scale.resources


def _replay(_: Scale) -> Call:
    policy = json.dumps({"PointType": "Timestamp", "StartingPoint": "2030-03-17T17:46:40Z"})
    form = {"Attributes_entry_1_key": "ReplayPolicy", "Attributes_entry_1_value": policy}
    return sns("Subscribe", TopicArn=f"{_SNS}topic.fifo", Protocol="sqs", Endpoint=f"{_SQS}queue.fifo", **form)


def _ids_that_leave(emulator: Emulator, scale: Scale) -> None:
    _deep_fifo()(emulator, scale)
    _advance(emulator, 300)


_LOOK = "/_aws/sqs/messages?QueueUrl=" + quote(f"http://sqs.{REGION}.localhost:4566/{ACCOUNT}/deep", safe="")
_ARNS = {"SourceArn": f"{_SQS}deep", "DestinationArn": f"{_SQS}destination"}
_SENSITIVE = "card number 4012 8888 8888 1881, phone 212-555-0123, 123 45 6789, a@example.com; "
_JUMP = post("/_emulator/clock", {"advance": 30})
_ATTRIBUTES = sqs("GetQueueAttributes", QueueUrl="deep", AttributeNames=["All"])

CASES: Mapping[str, Case] = {
    "messages expire together": Case("messages", _due(MessageRetentionPeriod="60"), _ATTRIBUTES),
    "delays end together": Case("messages", _due(DelaySeconds="60"), _ATTRIBUTES),
    "Publish to a queue whose messages expire": Case(
        "messages", _reached, sns("Publish", TopicArn=f"{_SNS}topic", Message="text")
    ),
    "StartMessageMoveTask": Case("messages", _dead_letters, sqs("StartMessageMoveTask", **_ARNS), _ATTRIBUTES),
    "ReceiveMessage that moves all to the dead-letter queue": Case(
        "messages", _received_too_often, sqs("ReceiveMessage", QueueUrl="deep")
    ),
    "a new delay of a FIFO queue": Case(
        "messages",
        _deep_fifo(DelaySeconds="900"),
        sqs("SetQueueAttributes", QueueUrl="deep.fifo", Attributes={"DelaySeconds": "800"}),
        sqs("GetQueueAttributes", QueueUrl="deep.fifo", AttributeNames=["All"]),
    ),
    "PurgeQueue": Case("messages", _deep(), sqs("PurgeQueue", QueueUrl="deep")),
    "PurgeQueue of a FIFO queue": Case("messages", _deep_fifo(), sqs("PurgeQueue", QueueUrl="deep.fifo")),
    "DeleteQueue": Case("messages", _deep(), sqs("DeleteQueue", QueueUrl="deep")),
    "reset": Case("messages", _deep(), post("/_emulator/reset")),
    "the end of an archive": Case(
        "messages",
        _archive,
        sns("SetTopicAttributes", TopicArn=f"{_SNS}topic.fifo", AttributeName="ArchivePolicy", AttributeValue="{}"),
    ),
    "LocalStack's look": Case("messages", _deep(), get(_LOOK, accept="application/json")),
    "export": Case("messages", _deep(), get("/_emulator/state")),
    "export of a FIFO queue": Case("messages", _deep_fifo(), get("/_emulator/state")),
    "export after deduplication ids have expired": Case("messages", _ids_that_leave, get("/_emulator/state")),
    "trace of a message in a queue": Case("messages", _deep(), get("/_emulator/trace/no-such-message")),
    "traces of the newest publishes": Case("messages", _publishes, get("/_emulator/trace?limit=1000")),
    "ListQueues": Case("resources", _queues, sqs("ListQueues", MaxResults=1000)),
    "ListTopics": Case("resources", _topics, sns("ListTopics")),
    "ListSubscriptions": Case("resources", _topics, sns("ListSubscriptions")),
    "ListSubscriptionsByTopic": Case(
        "resources", _subscriptions, sns("ListSubscriptionsByTopic", TopicArn=f"{_SNS}topic")
    ),
    "Publish to all queues": Case("resources", _subscriptions, sns("Publish", TopicArn=f"{_SNS}topic", Message="text")),
    "DeleteTopic": Case("resources", _subscriptions, sns("DeleteTopic", TopicArn=f"{_SNS}topic")),
    "/_emulator/queues": Case("resources", _queues, get("/_emulator/queues")),
    "/_emulator/topics": Case("resources", _topics, get("/_emulator/topics")),
    "/_emulator/topology": Case("resources", _topics, get("/_emulator/topology")),
    "/_emulator/topology as Mermaid": Case("resources", _topics, get("/_emulator/topology?format=mermaid")),
    "/_emulator/metrics": Case("resources", _queues, get("/_emulator/metrics")),
    "/_emulator/metrics of topics": Case("resources", _topics, get("/_emulator/metrics")),
    "the start page": Case("resources", _queues, get("/_emulator", accept="text/html")),
    "export of queues": Case("resources", _queues, get("/_emulator/state")),
    "export of topics": Case("resources", _topics, get("/_emulator/state")),
    "reset of queues": Case("resources", _queues, post("/_emulator/reset")),
    "reset of topics": Case("resources", _topics, post("/_emulator/reset")),
    "import": Case("messages", _nothing, _import(_deep())),
    "import of a FIFO queue": Case("messages", _nothing, _import(_deep_fifo())),
    "import of queues": Case("resources", _queues, _import(_queues)),
    "import of topics": Case("resources", _topics, _import(_topics)),
    "import of an archive": Case("messages", _nothing, _import(_archive)),
    "replay of an archive": Case("messages", _archive_and_queue, _replay),
    "long polls of a queue end together": Case("resources", _empty_queues(_one), _JUMP, wait=_long_polls(_one)),
    "long polls of many queues end together": Case("resources", _empty_queues(_each), _JUMP, wait=_long_polls(_each)),
    "Publish of 256 KB with data protection": Case(
        "resources",
        _protected,
        sns("Publish", TopicArn=f"{_SNS}topic", Message=_SENSITIVE * (262_000 // len(_SENSITIVE))),
    ),
    "a search in a queue": Case(
        "messages", _deep(), get(f"/_emulator/queues/{ACCOUNT}/{REGION}/deep/messages?text=nothing")
    ),
    "a search for messages": Case("messages", _deep(), get("/_emulator/messages?text=nothing")),
    "the preview of a publish": Case(
        "resources",
        _subscriptions,
        post(f"/_emulator/topics/{ACCOUNT}/{REGION}/topic/preview", {"message": "text", "limit": 1000}),
    ),
    "the preview of a reset": Case("resources", _topics, post("/_emulator/reset/preview")),
    "what falls due next": Case("resources", _queues, get("/_emulator/clock/next")),
    "findings": Case("resources", _subscriptions, get("/_emulator/findings?limit=1000")),
    "findings after many publishes": Case("messages", _publishes, get("/_emulator/findings")),
    "a jump of the clock": Case("resources", _queues, post("/_emulator/clock", {"advance": 3600})),
}
