"""However much falls due in a queue, it happens in turns of few steps, and callers see a queue that has caught up."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import compilation
from emulator.aws.place import EVERYWHERE
from emulator.control.queues import summaries
from emulator.faults.requests import RequestFaults
from emulator.foundation.ids import Ids
from emulator.sqs import catching_up
from emulator.sqs.catching_up import Budget
from emulator.sqs.contents import Contents
from emulator.sqs.inventory import Inventory
from emulator.sqs.life_cycle import Happening
from emulator.sqs.message import Message
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from emulator.timing.turns import at_once
from emulator.wire.http import HttpRequest, HttpResponse
from tests.plain import REASON
from tests.sqs.snapshot import snapshot
from tests.sqs.world import World, redrive, send
from tests.state.world import ACCOUNT, REGION, queue_arn, topic_arn
from tests.state.world import World as WholeWorld

STEPS = 10


class Steps:
    """Counts the messages that became visible or left a queue."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        show, remove = Contents.show, Contents.remove

        def counted_show(contents: Contents, message: Message) -> None:
            self.count += 1
            show(contents, message)

        def counted_remove(contents: Contents, message: Message, happening: Happening) -> None:
            self.count += 1
            remove(contents, message, happening)

        monkeypatch.setattr(Contents, "show", counted_show)
        monkeypatch.setattr(Contents, "remove", counted_remove)
        monkeypatch.setattr(Budget.__init__, "__defaults__", (STEPS,))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    if compilation.form() == "compiled":
        pytest.skip(REASON)
    monkeypatch.setattr("emulator.sqs.queue._FEW", STEPS // 2)
    monkeypatch.setattr("emulator.sqs.move_tasks._MOVES_AT_START", STEPS)
    return Steps(monkeypatch)


def start(world: WholeWorld, action: str, **request: Any) -> HttpResponse | Coroutine[Any, Any, HttpResponse]:
    """What the gateway gives: the answer, or a coroutine of it."""
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/sqs/aws4_request".encode()
    headers = {
        b"host": b"localhost:4566",
        b"authorization": scope,
        b"x-amz-target": f"AmazonSQS.{action}".encode(),
        b"content-type": b"application/x-amz-json-1.0",
    }
    answer: Any = world.emulator.gateway.answer(
        HttpRequest("POST", "http", "/", b"", headers, json.dumps(request).encode())
    )
    return answer  # type: ignore[no-any-return]


def answer_in_turns(steps: Steps, world: WholeWorld, action: str, **request: Any) -> tuple[dict[str, Any], list[int]]:
    """The answer, and how many steps were made in each turn of the event loop until it came."""
    steps.count = 0
    answer = start(world, action, **request)
    turns = [steps.count]
    while isinstance(answer, Coroutine):
        steps.count = 0
        try:
            answer.send(None)
        except StopIteration as end:
            answer = end.value
        turns.append(steps.count)
    assert answer.status == 200, answer.body
    return json.loads(answer.body) if answer.body else {}, turns


def counts(attributes: dict[str, Any]) -> tuple[int, int]:
    """Visible and delayed messages."""
    shown = attributes["Attributes"]
    return int(shown["ApproximateNumberOfMessages"]), int(shown["ApproximateNumberOfMessagesDelayed"])


def filled(**attributes: str) -> WholeWorld:
    """With a hundred messages in the queue ``deep``."""
    world = WholeWorld()
    world.told("CreateQueue", QueueName="deep", Attributes=attributes)
    for number in range(100):
        world.told("SendMessage", QueueUrl="deep", MessageBody=str(number))
    return world


def test_messages_that_expire_together_do_so_in_turns(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="60")
    world.advance(60)
    answer, turns = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="deep", AttributeNames=["All"])
    assert counts(answer) == (0, 0)
    assert max(turns) <= STEPS
    assert sum(turns) == 100


def test_messages_expire_in_turns_as_well_while_there_are_faults(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="60")
    world.emulator.gateway.interference = RequestFaults([], stall_seconds=1).perform
    world.advance(60)
    answer, turns = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="deep", AttributeNames=["All"])
    assert counts(answer) == (0, 0)
    assert max(turns) <= STEPS


def test_delays_that_end_together_do_so_in_turns(steps: Steps) -> None:
    world = filled(DelaySeconds="60")
    world.advance(60)
    answer, turns = answer_in_turns(steps, world, "ReceiveMessage", QueueUrl="deep", MaxNumberOfMessages=10)
    assert [message["Body"] for message in answer["Messages"]] == [str(number) for number in range(10)]
    assert max(turns) <= STEPS


def test_a_move_task_goes_on_in_turns(steps: Steps) -> None:
    world = filled()
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn("deep"), "maxReceiveCount": 1})}
    world.told("CreateQueue", QueueName="source", Attributes=policy)
    world.told("CreateQueue", QueueName="other")
    arns = {"SourceArn": queue_arn("deep"), "DestinationArn": queue_arn("other")}
    _, turns = answer_in_turns(steps, world, "StartMessageMoveTask", **arns)
    assert max(turns) <= STEPS
    answer, turns = answer_in_turns(steps, world, "ListMessageMoveTasks", SourceArn=queue_arn("deep"))
    assert answer["Results"][0]["Status"] == "COMPLETED"
    assert max(turns) <= STEPS
    answer, turns = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="other", AttributeNames=["All"])
    assert counts(answer) == (100, 0)


def test_a_receive_lets_the_dead_letter_queue_catch_up_in_turns(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="60")
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn("deep"), "maxReceiveCount": 1})}
    world.told("CreateQueue", QueueName="source", Attributes=policy)
    world.advance(30)
    world.told("SendMessage", QueueUrl="source", MessageBody="dead")
    world.told("ReceiveMessage", QueueUrl="source", VisibilityTimeout=1)
    world.advance(30)
    answer, turns = answer_in_turns(steps, world, "ReceiveMessage", QueueUrl="source")
    assert answer == {}
    assert max(turns) <= STEPS + 2  # the message itself becomes visible and leaves
    answer, turns = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="deep", AttributeNames=["All"])
    assert counts(answer) == (1, 0)


def test_the_control_interface_waits_until_queues_have_caught_up(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="60")
    world.advance(60)
    turns = []
    waiting = summaries(world.control, EVERYWHERE)
    ended = False
    while not ended:
        steps.count = 0
        try:
            next(waiting)
        except StopIteration:
            ended = True
        turns.append(steps.count)
    assert (max(turns), sum(turns)) == (STEPS, 100)
    assert world.export()["queues"][0].get("messages", []) == []


def test_a_parked_receive_gets_a_message_whose_delay_ended_among_many(steps: Steps) -> None:
    world = WholeWorld()
    vars(world.emulator.world.sqs.waiting)["_closed"] = False  # ``World`` closes it, so that long polls answer at once
    world.told("CreateQueue", QueueName="deep", Attributes={"DelaySeconds": "60"})
    for number in range(100):
        world.told("SendMessage", QueueUrl="deep", MessageBody=str(number))

    async def receive() -> Any:
        answer = start(world, "ReceiveMessage", QueueUrl="deep", WaitTimeSeconds=20)
        assert isinstance(answer, Coroutine)
        task = asyncio.ensure_future(answer)
        await asyncio.sleep(0)
        world.advance(60)
        return await asyncio.wait_for(task, 60)

    answer = asyncio.run(receive())
    assert [message["Body"] for message in json.loads(answer.body)["Messages"]] == ["0"]


def busy(fifo: bool) -> tuple[World, list[Queue]]:
    """Queues with messages that are delayed, in flight, expiring and being moved, all within two minutes."""
    world = World()
    make = world.fifo if fifo else world.standard
    dead = make("dead", MessageRetentionPeriod=90)
    jobs = make("jobs", MessageRetentionPeriod=60, RedrivePolicy=redrive(dead, 1))
    tasks = MoveTasks(world.queues, Ids(seed=2))
    for now in range(20):
        for queue in (jobs, dead):
            send(queue, f"{queue.arn} {now}", now=now, group="ghi"[now % 3], delay=None if fifo else now % 3 * 20)
        jobs.receive(1, now, now)
    tasks.start(dead, jobs, 1, 20)
    return world, [jobs, dead]


@given(fifo=st.booleans(), budgets=st.lists(st.integers(1, 7), max_size=40), seconds=st.integers(20, 120))
def test_a_queue_that_caught_up_in_turns_is_as_one_that_did_so_at_once(
    fifo: bool, budgets: list[int], seconds: int
) -> None:
    _, in_turns = busy(fifo)
    _, at_once = busy(fifo)
    for queue in at_once:
        queue.advance(seconds)
    for number, budget in enumerate(budgets):
        in_turns[number % 2].catch_up(seconds, Budget(budget))
    for queue in in_turns:
        queue.advance(seconds)
    for one, other in zip(in_turns, at_once, strict=True):
        assert [plain(message) for message in one] == [plain(message) for message in other]
        assert one.counts(seconds) == other.counts(seconds)
        assert one.next_due() == other.next_due()
        received = [[each.message.body for each in queue.receive(10, 5, seconds)] for queue in (one, other)]
        assert received[0] == received[1]


def plain(message: Message) -> tuple[Any, ...]:
    return message.body, message.sequence, message.state, message.sent_at, message.visible_at, message.receive_count


def test_a_budget_is_some_milliseconds_of_work() -> None:
    assert Budget().left == catching_up.STEPS_AT_ONCE
    assert snapshot(Budget(3)) == {"class": "Budget", "left": 3}


def publish(world: WholeWorld) -> Any:
    """What the gateway gives for a publish to the topic ``topic``."""
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/sns/aws4_request".encode()
    headers = {
        b"host": b"localhost:4566",
        b"authorization": scope,
        b"content-type": b"application/x-www-form-urlencoded",
    }
    body = urlencode({"Action": "Publish", "TopicArn": topic_arn("topic"), "Message": "text"}).encode()
    return world.emulator.gateway.answer(HttpRequest("POST", "http", "/", b"", headers, body))


def publish_in_turns(steps: Steps, world: WholeWorld) -> list[int]:
    """Publish; how many steps were made in each turn of the event loop until the answer came."""
    steps.count = 0
    answer, turns = publish(world), [steps.count]
    while isinstance(answer, Coroutine):
        steps.count = 0
        try:
            answer.send(None)
        except StopIteration as end:
            answer = end.value
        turns.append(steps.count)
    assert answer.status == 200
    return turns


def subscribed(world: WholeWorld, **attributes: str) -> None:
    """Let the queue ``deep`` get what is published to the topic ``topic``."""
    world.sns("CreateTopic", Name="topic")
    endpoint = {"Protocol": "sqs", "Endpoint": queue_arn("deep")}
    assert world.sns("Subscribe", TopicArn=topic_arn("topic"), **endpoint, **attributes).status == 200


def test_a_publish_waits_until_the_queues_that_it_reaches_have_caught_up(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="60")
    for number in range(100):
        world.told("SendMessage", QueueUrl="deep", MessageBody=str(number))
    subscribed(world)
    world.advance(60)
    turns = publish_in_turns(steps, world)
    assert max(turns) <= STEPS
    assert sum(turns) == 200
    shown, _ = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="deep", AttributeNames=["All"])
    assert counts(shown) == (1, 0)


def test_a_publish_does_not_wait_for_queues_that_it_does_not_reach(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="60")
    for number in range(100):
        world.told("SendMessage", QueueUrl="deep", MessageBody=str(number))
    world.sns("CreateTopic", Name="topic")
    world.advance(60)
    assert publish_in_turns(steps, world) == [0]


def test_a_publish_finds_a_queue_whose_retention_period_was_shortened(steps: Steps) -> None:
    world = filled(MessageRetentionPeriod="3600")
    for number in range(100):
        world.told("SendMessage", QueueUrl="deep", MessageBody=str(number))
    subscribed(world)
    assert publish(world).status == 200
    world.told("SetQueueAttributes", QueueUrl="deep", Attributes={"MessageRetentionPeriod": "60"})
    world.advance(60)
    turns = publish_in_turns(steps, world)
    assert max(turns) <= STEPS
    assert sum(turns) == 201


def test_a_receive_moves_a_bounded_number_of_messages_to_the_dead_letter_queue(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.queue_receive._MOVED_AT_ONCE", STEPS)
    world = filled()
    for _ in range(10):
        world.told("ReceiveMessage", QueueUrl="deep", MaxNumberOfMessages=10, VisibilityTimeout=1)
    world.advance(1)
    world.told("GetQueueAttributes", QueueUrl="deep")
    world.told("CreateQueue", QueueName="dead")
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 1})}
    world.told("SetQueueAttributes", QueueUrl="deep", Attributes=policy)
    world.told("SendMessage", QueueUrl="deep", MessageBody="last")
    answer, turns = answer_in_turns(steps, world, "ReceiveMessage", QueueUrl="deep")
    assert [message["Body"] for message in answer["Messages"]] == ["last"]
    assert max(turns) <= STEPS
    shown, _ = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="dead", AttributeNames=["All"])
    assert counts(shown) == (100, 0)


def test_a_new_delay_of_a_fifo_queue_is_set_in_turns_and_seen_as_a_whole(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = 0
    change_delay = Contents.change_delay

    def counted(contents: Contents, message: Message, until: float) -> None:
        nonlocal changed
        changed += 1
        change_delay(contents, message, until)

    monkeypatch.setattr(Contents, "change_delay", counted)
    world = WholeWorld()
    world.told("CreateQueue", QueueName="deep.fifo", Attributes={"FifoQueue": "true", "DelaySeconds": "900"})
    for number in range(50):
        fifo = {"MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        world.told("SendMessage", QueueUrl="deep.fifo", MessageBody=str(number), **fifo)
    answer_in_turns(steps, world, "SetQueueAttributes", QueueUrl="deep.fifo", Attributes={"DelaySeconds": "60"})
    assert changed <= STEPS
    world.advance(60)
    shown, turns = answer_in_turns(steps, world, "GetQueueAttributes", QueueUrl="deep.fifo", AttributeNames=["All"])
    assert counts(shown) == (50, 0)
    assert changed == 50
    assert max(turns) <= STEPS


def test_a_new_delay_ends_with_a_purge(steps: Steps) -> None:
    queue = World().fifo(DelaySeconds=900)
    for number in range(50):
        send(queue, str(number), now=0, group="g")
    queue.set_attributes(queue.attributes.change({"DelaySeconds": "60"}), 1)
    assert not queue.is_shallow()
    queue.purge(2)
    assert queue.is_shallow()
    del steps


def test_a_move_task_is_started_once_its_source_was_looked_at_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.sqs.inventory.LOOKED_AT_ONCE", STEPS)
    monkeypatch.setattr("emulator.sqs.actions.move_tasks.LOOKED_AT_ONCE", STEPS)
    world = filled()
    policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn("deep"), "maxReceiveCount": 1})}
    world.told("CreateQueue", QueueName="source", Attributes=policy)
    world.told("CreateQueue", QueueName="other")
    arns = {"SourceArn": queue_arn("deep"), "DestinationArn": queue_arn("other")}
    first, second = (start(world, "StartMessageMoveTask", **arns, MaxNumberOfMessagesPerSecond=1) for _ in range(2))
    assert isinstance(first, Coroutine)
    assert isinstance(second, Coroutine)

    async def both() -> list[int]:
        asking = asyncio.gather(first, second)
        await asyncio.sleep(0)
        world.told("SendMessage", QueueUrl="deep", MessageBody="came meanwhile")
        return [answer.status for answer in await asking]

    assert asyncio.run(both()) == [200, 400]
    shown = world.told("ListMessageMoveTasks", SourceArn=queue_arn("deep"))
    assert shown["Results"][0]["ApproximateNumberOfMessagesToMove"] == 101


def test_an_inventory_of_a_queue_that_was_purged_is_taken_again() -> None:
    world = World()
    dead, other = world.standard("dead"), world.standard("other")
    world.standard("jobs", RedrivePolicy=redrive(dead, 1))
    send(dead, *"abc")
    inventory = Inventory(dead)
    at_once(inventory.work())
    dead.purge(1)
    send(dead, "d", now=1)
    task = MoveTasks(world.queues, Ids(seed=2)).start(dead, other, None, 2, inventory)
    assert (task.to_move, task.moved, task.status) == (1, 1, "COMPLETED")


def test_messages_that_went_away_by_themselves_are_passed_over_in_turns() -> None:
    world = World()
    dead, other = world.standard("dead"), world.standard("other")
    world.standard("jobs", RedrivePolicy=redrive(dead, 1))
    for number in range(50):
        send(dead, str(number))
    task = MoveTasks(world.queues, Ids(seed=2)).start(dead, other, 1, 0)
    dead.purge(0)
    turns = 0
    while task.status == "RUNNING":
        turns += 1
        other.catch_up(1, Budget(STEPS))
    assert turns >= 4
    assert task.moved == 1
