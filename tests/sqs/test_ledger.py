"""The ledger of SQS: the state is different if and only if changes were recorded, and they make it again."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Union

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.aws.place import Place
from emulator.control.queues import Chaos, QueuePath, set_chaos
from emulator.foundation.changes import Change
from emulator.sqs import changes as sqs_changes
from emulator.sqs import replaying
from emulator.sqs.changes import SqsChange
from tests.examples import examples
from tests.state.world import ACCOUNT, REGION, World, queue_arn

STANDARD = ("jobs", "dead")
FIFO = ("line.fifo", "dead.fifo")
QUEUES = st.sampled_from((*STANDARD, *FIFO))
RECENT = st.integers(0, 5)
SQS_PARTS = ("queues", "resting_names", "move_tasks")

KINDS = [
    kind
    for kind in vars(sqs_changes).values()
    if isinstance(kind, type)
    and issubclass(kind, SqsChange)
    and kind.__struct_fields__ != SqsChange.__struct_fields__
    and kind is not sqs_changes.QueueChange
]
ENCODER = msgspec.json.Encoder()
DECODER: msgspec.json.Decoder[SqsChange] = msgspec.json.Decoder(Union[tuple(KINDS)])  # noqa: UP007 - made of a list


def sqs_state(world: World) -> str:
    document = world.export()
    return json.dumps({part: document.get(part, []) for part in SQS_PARTS})


class RecordedQueues(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.recorded: list[bytes] = []
        self.bodies = 0
        self.handles: list[tuple[str, str]] = []
        self.world.emulator.world.ledger.keep(self.record)
        self.state = sqs_state(self.world)

    def record(self, change: Change) -> None:
        if isinstance(change, SqsChange):  # not of clocks and ids
            self.recorded.append(ENCODER.encode(change))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """What is done inside records changes if and only if it changes the state."""
        recorded = len(self.recorded)
        yield
        state = sqs_state(self.world)
        assert (state != self.state) == (len(self.recorded) > recorded), self.recorded[recorded:]
        self.state = state

    def sqs(self, action: str, **request: Any) -> Any:
        with self.recording():
            answer = self.world.sqs(action, **request)
        return json.loads(answer.body) if answer.body else {}

    @initialize(retention=st.sampled_from(["60", "345600"]), max_receives=st.sampled_from([1, 2, 1000]))
    def begin(self, retention: str, max_receives: int) -> None:
        for name in (*STANDARD, *FIFO):
            fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if name in FIFO else {}
            self.sqs("CreateQueue", QueueName=name, Attributes={"VisibilityTimeout": "10", **fifo}, tags={"a": "b"})
        for source, dead in zip(("jobs", "line.fifo"), ("dead", "dead.fifo"), strict=True):
            policy = json.dumps({"deadLetterTargetArn": queue_arn(dead), "maxReceiveCount": max_receives})
            attributes = {"RedrivePolicy": policy, "MessageRetentionPeriod": retention}
            self.sqs("SetQueueAttributes", QueueUrl=source, Attributes=attributes)
        for queue in (*STANDARD, *FIFO):
            for group in "ghg":
                self.send(queue, group, 0, False)

    # -- Rules -----------------------------------------------------------------------------

    @rule(seconds=st.integers(1, 15) | st.sampled_from([10, 20, 60, 299, 300, 86_400]))
    def time_goes_on(self, seconds: int) -> None:
        with self.recording():
            self.world.advance(seconds)

    @rule(queue=QUEUES, group=st.sampled_from("gh"), delay=st.sampled_from([0, 0, 0, 5, 30]), repeated=st.booleans())
    def send(self, queue: str, group: str, delay: int, repeated: bool) -> None:
        self.bodies += 1
        body = "again" if repeated else f"body-{self.bodies}"
        own: dict[str, object] = {"MessageGroupId": group} if queue in FIFO or group == "g" else {}
        if queue not in FIFO:
            own["DelaySeconds"] = delay
        attributes = {
            "number": {"DataType": "Number", "StringValue": "1"},
            "bytes": {"DataType": "Binary", "BinaryValue": "AA=="},
        }
        self.sqs("SendMessage", QueueUrl=queue, MessageBody=body, MessageAttributes=attributes, **own)

    @rule(queue=QUEUES, count=st.integers(1, 3))
    def send_batch(self, queue: str, count: int) -> None:
        own = {"MessageGroupId": "i"} if queue in FIFO else {}
        entries = [{"Id": str(number), "MessageBody": f"{self.bodies}-{number}", **own} for number in range(count)]
        self.sqs("SendMessageBatch", QueueUrl=queue, Entries=entries)

    @rule(count=st.integers(31, 35), group=st.sampled_from("gh"))
    def send_and_receive_so_many_that_a_tenant_becomes_noisy(self, count: int, group: str) -> None:
        for _ in range(count):
            self.bodies += 1
            self.sqs("SendMessage", QueueUrl="jobs", MessageBody=f"body-{self.bodies}", MessageGroupId=group)
        for _ in range(4):
            self.receive("jobs", 10, 300, None)

    @rule(
        queue=QUEUES | st.sampled_from(("jobs", "line.fifo")),
        limit=st.integers(1, 10),
        timeout=st.sampled_from([None, None, 0, 5, 300]),
        attempt=st.sampled_from([None, "a", "b"]),
    )
    def receive(self, queue: str, limit: int, timeout: int | None, attempt: str | None) -> None:
        request: dict[str, object] = {"MaxNumberOfMessages": limit}
        if timeout is not None:
            request["VisibilityTimeout"] = timeout
        if attempt is not None and queue in FIFO:
            request["ReceiveRequestAttemptId"] = attempt
        for message in self.sqs("ReceiveMessage", QueueUrl=queue, **request).get("Messages", []):
            self.handles.append((queue, message["ReceiptHandle"]))

    @precondition(lambda self: self.handles)
    @rule(place=RECENT, batch=st.booleans())
    def delete(self, place: int, batch: bool) -> None:
        queue, handle = self.handles[-1 - place % len(self.handles)]
        if batch:
            self.sqs("DeleteMessageBatch", QueueUrl=queue, Entries=[{"Id": "1", "ReceiptHandle": handle}])
        else:
            self.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)

    @precondition(lambda self: self.handles)
    @rule(place=RECENT, timeout=st.sampled_from([0, 0, 5, 100]), batch=st.booleans())
    def change_visibility(self, place: int, timeout: int, batch: bool) -> None:
        queue, handle = self.handles[-1 - place % len(self.handles)]
        if batch:
            entry = {"Id": "1", "ReceiptHandle": handle, "VisibilityTimeout": timeout}
            self.sqs("ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=[entry])
        else:
            self.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=timeout)

    @rule(queue=QUEUES, delay=st.sampled_from(["0", "5", "50"]), retention=st.sampled_from(["60", "345600"]))
    def set_attributes(self, queue: str, delay: str, retention: str) -> None:
        attributes = {"DelaySeconds": delay, "MessageRetentionPeriod": retention}
        self.sqs("SetQueueAttributes", QueueUrl=queue, Attributes=attributes)

    @rule(queue=QUEUES)
    def purge(self, queue: str) -> None:
        self.sqs("PurgeQueue", QueueUrl=queue)

    @rule(seed=st.none() | st.integers(0, 3))
    def chaos(self, seed: int | None) -> None:
        with self.recording():
            asyncio.run(set_chaos(self.world.control, QueuePath(ACCOUNT, REGION, "jobs"), Chaos(seed)))

    @rule(source=st.sampled_from(("dead", "dead.fifo")), rate=st.sampled_from([None, 1, 1]), given=st.booleans())
    def start_move_task(self, source: str, rate: int | None, given: bool) -> None:
        destination = {"DestinationArn": queue_arn("line.fifo" if source in FIFO else "jobs")} if given else {}
        limit = {} if rate is None else {"MaxNumberOfMessagesPerSecond": rate}
        self.sqs("StartMessageMoveTask", SourceArn=queue_arn(source), **destination, **limit)

    @rule(source=st.sampled_from(("dead", "dead.fifo")))
    def cancel_move_task(self, source: str) -> None:
        tasks = self.sqs("ListMessageMoveTasks", SourceArn=queue_arn(source)).get("Results", [])
        if tasks and "TaskHandle" in tasks[0]:
            self.sqs("CancelMessageMoveTask", TaskHandle=tasks[0]["TaskHandle"])

    @rule(queue=st.sampled_from(("temporary", "dead", "dead.fifo")), there=st.booleans())
    def make_or_delete_a_queue(self, queue: str, there: bool) -> None:
        if there:
            fifo = {"FifoQueue": "true"} if queue in FIFO else {}
            self.sqs("CreateQueue", QueueName=queue, Attributes=fifo)
        else:
            self.sqs("DeleteQueue", QueueUrl=queue)

    @rule(queue=QUEUES, value=st.sampled_from("bc"), key=st.sampled_from("ax"))
    def tag(self, queue: str, value: str, key: str) -> None:
        self.sqs("TagQueue", QueueUrl=queue, Tags={key: value})

    @rule(queue=QUEUES, key=st.sampled_from("ax"))
    def untag(self, queue: str, key: str) -> None:
        self.sqs("UntagQueue", QueueUrl=queue, TagKeys=[key])

    @rule(queue=QUEUES, label=st.sampled_from("lm"), there=st.booleans())
    def add_or_remove_a_permission(self, queue: str, label: str, there: bool) -> None:
        if there:
            self.sqs("AddPermission", QueueUrl=queue, Label=label, AWSAccountIds=[ACCOUNT], Actions=["SendMessage"])
        else:
            self.sqs("RemovePermission", QueueUrl=queue, Label=label)

    @rule(queue=QUEUES)
    def look(self, queue: str) -> None:
        self.sqs("GetQueueUrl", QueueName=queue)
        self.sqs("GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])
        self.sqs("ListQueueTags", QueueUrl=queue)
        self.sqs("ListDeadLetterSourceQueues", QueueUrl=queue)
        self.sqs("ListQueues")

    @rule(region=st.sampled_from([None, "eu-west-1"]))
    def reset(self, region: str | None) -> None:
        with self.recording():
            self.world.emulator.world.sqs.reset(Place(region="eu-west-1") if region else Place("222222222222"))

    # -- What holds after each of them -----------------------------------------------------

    @invariant()
    def the_recorded_changes_make_the_state(self) -> None:
        replayed = World()
        replayed.emulator.world.clocks.move(
            None, lambda clock: clock.set(self.world.emulator.world.clocks.of(ACCOUNT).setting)
        )
        for change in self.recorded:
            replayed.emulator.world.sqs.apply(DECODER.decode(change))
        assert sqs_state(replayed) == self.state


def test_every_kind_of_change_is_recorded_where_it_happens() -> None:
    machine = RecordedQueues()
    machine.begin("60", 1)
    machine.receive("dead.fifo", 1, 100, "voided")
    machine.delete(0, False)
    machine.receive("jobs", 3, 0, None)
    machine.receive("line.fifo", 3, 5, "a")
    machine.time_goes_on(10)
    machine.receive("jobs", 3, 5, None)
    machine.receive("line.fifo", 3, 5, "a")
    machine.receive("line.fifo", 3, 5, "b")
    machine.delete(0, False)
    machine.change_visibility(1, 0, True)
    machine.start_move_task("dead", None, True)
    machine.start_move_task("dead.fifo", 1, False)
    machine.chaos(1)
    machine.receive("jobs", 5, None, None)
    machine.set_attributes("line.fifo", "50", "60")
    machine.send("line.fifo", "g", 0, False)
    machine.set_attributes("line.fifo", "5", "60")
    machine.time_goes_on(299)
    machine.time_goes_on(5)
    machine.purge("jobs")
    machine.tag("jobs", "b", "x")
    machine.chaos(None)
    machine.send_and_receive_so_many_that_a_tenant_becomes_noisy(33, "g")
    machine.make_or_delete_a_queue("dead", False)
    with machine.recording():
        machine.world.emulator.world.reset(Place(region=REGION))
    machine.the_recorded_changes_make_the_state()
    kinds = {type(DECODER.decode(change)) for change in machine.recorded}
    assert [kind.__name__ for kind in KINDS if kind not in kinds] == []


def test_an_id_that_is_used_again_after_its_window_has_the_same_place_in_what_is_made_again() -> None:
    machine = RecordedQueues()
    machine.begin("60", 1)
    machine.send("dead.fifo", "g", 0, True)
    machine.time_goes_on(300)
    machine.send_batch("dead.fifo", 1)
    machine.send("dead.fifo", "g", 0, True)
    machine.the_recorded_changes_make_the_state()


def test_every_kind_of_change_can_be_made_again() -> None:
    assert set(replaying.CHANGES) == set(KINDS)


TestRecordedQueues = RecordedQueues.TestCase
TestRecordedQueues.settings = settings(
    max_examples=examples(12), stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
