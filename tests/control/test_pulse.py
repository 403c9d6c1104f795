"""The pulse: how many messages there are, and which way they went, in a few events a second."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.control import pulse
from emulator.control.pulse import Pulse
from emulator.control.stream import Reader
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.world.world import World
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.control.event_reader import EventReader, reading
from tests.server import RunningServer


class Heard:
    """What the pulses have said so far."""

    def __init__(self, reader: EventReader) -> None:
        self._reader = reader
        self.queues: dict[str, Any] = {}
        self.flows: Counter[tuple[str, str | None, str | None]] = Counter()
        self.changed = False

    def until(self, condition: Callable[[], object]) -> None:
        while not condition():
            heard = self._reader.next()
            assert heard.type == "pulse"
            self.changed |= heard.data["changed"]
            for queue in heard.data["queues"]:
                self.queues[queue["queue"].rpartition(":")[2]] = queue
            for flow in heard.data["flows"]:
                ends = [None if end is None else end.rpartition(":")[2] for end in (flow["source"], flow["target"])]
                self.flows[flow["what"], ends[0], ends[1]] += flow["count"]

    def count(self, queue: str, state: str) -> int:
        return int(self.queues.get(queue, {}).get(state, 0))


def test_pulse_counts_messages_and_the_ways_they_took(
    server: RunningServer, account: str, json_sqs: Any, sns: Any
) -> None:
    json_sqs.create_queue(QueueName="queue")
    with reading(server.url, type="pulse", account=account) as reader:
        heard = Heard(reader)
        topic = sns.create_topic(Name="topic")["TopicArn"]
        for queue, policy in (("queue", {}), ("other", {"FilterPolicy": '{"a": ["b"]}'})):
            arn = f"arn:aws:sqs:us-east-1:{account}:{queue}"
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=policy)
        heard.until(lambda: heard.changed)
        for _ in range(3):
            sns.publish(TopicArn=topic, Message="x")
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
        json_sqs.receive_message(QueueUrl="queue")
        heard.until(lambda: heard.count("queue", "in_flight") == 1)
        assert heard.count("queue", "visible") == 3
        assert heard.queues["queue"]["oldest_sent_at"]
        assert heard.flows == {
            ("published", None, "topic"): 3,
            ("delivered", "topic", "queue"): 3,
            ("filtered_out", "topic", "other"): 3,
            ("sent", None, "queue"): 1,
            ("received", "queue", None): 1,
        }


def test_message_that_becomes_visible_by_itself_is_noticed(
    server: RunningServer, account: str, json_sqs: Any, clock: AccountClock
) -> None:
    clock.freeze()
    json_sqs.create_queue(QueueName="queue")
    json_sqs.send_message(QueueUrl="queue", MessageBody="x", DelaySeconds=60)
    with reading(server.url, type="pulse", account=account) as reader:
        heard = Heard(reader)
        clock.advance(61)
        heard.until(lambda: heard.count("queue", "visible") == 1)
        json_sqs.send_message(QueueUrl="queue", MessageBody="x", DelaySeconds=60)
        heard.until(lambda: heard.count("queue", "delayed") == 1)
        clock.advance(61)
        heard.until(lambda: heard.count("queue", "visible") == 2)
        call(f"{server.url}/_emulator/reset", {"account": account})
        heard.until(lambda: heard.changed)


def test_redrive_and_purge_are_noticed(server: RunningServer, account: str, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{account}:dead", "maxReceiveCount": 1}
    json_sqs.create_queue(QueueName="queue", Attributes={"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"})
    with reading(server.url, type="pulse", account=account) as reader:
        heard = Heard(reader)
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
        for _ in range(2):
            json_sqs.receive_message(QueueUrl="queue")
        heard.until(lambda: heard.count("dead", "visible") == 1)
        assert heard.flows["moved_to_dead_letter_queue", "queue", "dead"] == 1
        json_sqs.purge_queue(QueueUrl="dead")
        heard.until(lambda: heard.count("dead", "visible") == 0)


def test_restored_queues_are_noticed(server: RunningServer, account: str, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="queue")
    state = call(f"{server.url}/_emulator/state?account={account}")[1]
    json_sqs.delete_queue(QueueUrl="queue")
    with reading(server.url, type="pulse", account=account) as reader:
        heard = Heard(reader)
        status, _ = call(f"{server.url}/_emulator/state?account={account}", state, "PUT")
        assert status < 300
        heard.until(lambda: heard.changed)


def test_other_accounts_do_not_count(server: RunningServer, account: str, json_sqs: Any) -> None:
    other = "999999999999"
    body = {"service": "sqs", "account": other}
    create = body | {"action": "CreateQueue", "parameters": {"QueueName": "elsewhere"}}
    send = body | {"action": "SendMessage", "parameters": {"QueueUrl": "elsewhere", "MessageBody": "x"}}
    json_sqs.create_queue(QueueName="queue")
    call(f"{server.url}/_emulator/call", create)
    with reading(server.url, type="pulse", account=account) as reader:
        heard = Heard(reader)
        call(f"{server.url}/_emulator/call", send)
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
        heard.until(lambda: heard.count("queue", "visible") == 1)
        assert set(heard.queues) == {"queue"}
        assert list(heard.flows) == [("sent", None, "queue")]


@pytest.mark.parametrize("kinds", [None, "sent,pulse", "all,pulse"])
def test_pulse_comes_only_if_it_is_named(server: RunningServer, account: str, json_sqs: Any, kinds: str | None) -> None:
    wanted = {} if kinds is None else {"type": kinds}
    last = "queue_deleted" if kinds is None else "pulse"
    with reading(server.url, account=account, **wanted) as reader:
        json_sqs.create_queue(QueueName="queue")
        json_sqs.send_message(QueueUrl="queue", MessageBody="x")
        json_sqs.delete_queue(QueueUrl="queue")
        heard: list[str] = []
        while last not in heard or "sent" not in heard:
            heard.append(reader.next().type)
    assert ("pulse" in heard) == (kinds is not None)
    assert ("queue_created" in heard) == (kinds != "sent,pulse")


def pulses(world: World, count: int) -> list[Any]:
    """The data of so many pulses after a message to each queue."""

    async def read() -> list[Any]:
        reader = Reader(lambda _: None)
        beating = Pulse(world, reader, None, seconds=0)
        beating.begin()
        for queue in world.sqs.queues:
            queue.send(Message("id", Content("body", "AIDA")), world.clocks.everyone.now())
        frames, found = reader.frames(), []
        async for frame in frames:
            if b"data: " in frame:
                found.append(json.loads(frame.partition(b"data: ")[2]))
            if len(found) == count:
                break
        beating.end()
        assert not world.observer.watched
        return found

    return asyncio.run(read())


def test_pulse_is_bounded_and_the_rest_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "_MOST", 2)
    world = World(Settings())
    for number in range(5):
        world.sqs.queues.create(f"queue-{number}", "111111111111", "us-east-1", {}, {}, 0.0)
    found = pulses(world, 3)
    assert [len(each["queues"]) for each in found] == [2, 2, 1]
    assert [len(each["flows"]) for each in found] == [2, 2, 1]
