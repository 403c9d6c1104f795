"""Answers of the control interface about very many things are made in turns, and leave nothing out."""

import asyncio
import json
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

import pytest
from msgspec import Struct
from msgspec.json import encode

from emulator.aws.place import EVERYWHERE
from emulator.configuration.settings import Settings
from emulator.control import topology
from emulator.control.graph import Node
from emulator.control.long_json import json_portions
from emulator.control.metrics import show_metrics
from emulator.control.reset import Reset, reset
from emulator.control.run import Run
from emulator.serving.app import Emulator
from emulator.sqs.message import Message
from emulator.sqs.message_content import NO_ATTRIBUTES, Content
from emulator.testing.in_process import Request, call
from emulator.timing.turns import PORTION
from tests.query_client import ACCOUNT, QueryClient
from tests.turns import counted

MANY = 2 * PORTION + 1
NOW = 1_000.0
REGION = "us-east-1"
LOOK = f"/_aws/sqs/messages/{REGION}/{ACCOUNT}/deep"


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    """With many messages in a queue, many queues, and as many topics with a subscription each."""
    emulator = Emulator(Settings(clock_at=NOW))
    client = QueryClient(emulator)
    for number in range(MANY):
        client.call("CreateQueue", QueueName=f"queue-{number}")
        client.call("CreateTopic", Name=f"topic-{number}")
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:topic-{number}"
        client.call("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=topic.replace("sns", "sqs"))
    client.call("CreateQueue", QueueName="deep")
    queue = emulator.world.sqs.queues.get(ACCOUNT, REGION, "deep")
    for number in range(MANY):
        queue.send(Message(f"message-{number}", Content(f'"long list" {number}', "AIDA", NO_ATTRIBUTES)), NOW)
    return emulator


def answer_in_turns(emulator: Emulator, method: str, path: str, **headers: str) -> tuple[str, int]:
    """The answer, and how many turns others had until it came."""

    request = Request(method, f"http://localhost{path}", headers.items())
    answer, taken = asyncio.run(counted(call(emulator, request)))
    assert answer.status == 200
    return answer.body.decode(), taken


def request_id(answer: str) -> str:
    return str(json.loads(answer)["ReceiveMessageResponse"]["ResponseMetadata"]["RequestId"])


@pytest.mark.parametrize(
    ("path", "field", "count"),
    [
        ("/_emulator/queues", "queues", MANY + 1),
        ("/_emulator/topics", "topics", MANY),
        (f"/_emulator/queues/{ACCOUNT}/{REGION}/deep", "messages", MANY),
        ("/_emulator/topology", "edges", MANY),
        ("/_emulator/state", "queues", MANY + 1),
        ("/_emulator/state", "subscriptions", MANY),
    ],
)
def test_json_of_very_many_things_is_made_in_turns(emulator: Emulator, path: str, field: str, count: int) -> None:
    answer, turns = answer_in_turns(emulator, "GET", path)
    assert len(json.loads(answer)[field]) == count
    assert turns > 2 * count / PORTION


def test_texts_of_very_many_things_are_made_in_turns(emulator: Emulator) -> None:
    metrics, turns = answer_in_turns(emulator, "GET", "/_emulator/metrics")
    name = "aws_sqs_approximate_number_of_messages_visible"
    assert metrics.count(f"\n{name}{{") == MANY + 1
    assert metrics.count(f"# TYPE {name} ") == 1
    assert turns > 10 * MANY / PORTION
    chart, turns = answer_in_turns(emulator, "GET", "/_emulator/topology?format=mermaid")
    assert len(chart.splitlines()) > 2 * MANY
    assert turns > 2 * MANY / PORTION


@pytest.mark.parametrize("accept", ["application/json", "text/xml"])
def test_a_look_at_very_many_messages_is_made_in_turns(emulator: Emulator, accept: str) -> None:
    answer, turns = answer_in_turns(emulator, "GET", LOOK, accept=accept)
    assert turns > MANY / 100
    if accept == "text/xml":
        assert answer.count("<MessageId>") == MANY
        return
    shown = json.loads(answer)["ReceiveMessageResponse"]
    assert [each["Body"] for each in shown["ReceiveMessageResult"]["Message"]] == [
        f'"long list" {number}' for number in range(MANY)
    ]
    assert shown["ResponseMetadata"]["RequestId"]


def test_a_look_shows_one_moment(emulator: Emulator) -> None:
    queue = emulator.world.sqs.queues.get(ACCOUNT, REGION, "deep")

    async def look() -> Any:
        path = f"{LOOK}?ShowInvisible=true"
        request = Request("GET", f"http://localhost{path}", {"accept": "application/json"}.items())
        looking = asyncio.ensure_future(call(emulator, request))
        while not queue.contents.snapshots:  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0)
        received = queue.receive(10, None, NOW)
        answer = await looking
        for delivery in received:
            queue.change_visibility(delivery.receipt_handle, 0, NOW)
        return json.loads(answer.body)["ReceiveMessageResponse"]["ReceiveMessageResult"]["Message"]

    shown = asyncio.run(look())
    assert len(shown) == MANY
    assert all({"Name": "IsVisible", "Value": "true"} in message["Attribute"] for message in shown)
    assert not queue.contents.snapshots


def test_a_look_that_finds_nothing_to_show_is_an_empty_answer() -> None:
    emulator = Emulator(Settings(clock_at=NOW))
    QueryClient(emulator).call(
        "CreateQueue", QueueName="deep", **{"Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "900"}
    )
    queue = emulator.world.sqs.queues.get(ACCOUNT, REGION, "deep")
    empty, _ = answer_in_turns(emulator, "GET", LOOK, accept="application/json")
    for number in range(MANY):
        queue.send(Message(str(number), Content("body", "AIDA", NO_ATTRIBUTES)), NOW)
    answer, turns = answer_in_turns(emulator, "GET", LOOK, accept="application/json")
    assert answer == empty.replace(request_id(empty), request_id(answer))
    assert turns > MANY / 100


def test_the_search_for_a_message_is_made_in_turns(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.control.message_trace._LOOKED_AT_ONCE", 10)
    answer, turns = answer_in_turns(emulator, "GET", f"/_emulator/trace/{quote(f'message-{MANY - 1}')}")
    assert json.loads(answer)["message"] == f'"long list" {MANY - 1}'
    assert turns > 5


def test_metrics_of_very_many_things_are_sent_in_parts(emulator: Emulator) -> None:
    gateway = emulator.gateway
    run = Run(
        settings=Settings(),
        stages=emulator.stages,
        process=emulator.process,
        requests=gateway.requests,
        recent=gateway.recent,
        answer=gateway.answer,
        session_id="session",
        started_at=NOW,
    )

    async def parts() -> list[bytes | memoryview | str]:
        response = await show_metrics(emulator.world, run)
        return [part async for part in response.body_iterator]

    sent = asyncio.run(parts())
    rows = [bytes(part if not isinstance(part, str) else part.encode()).count(b"\naws_") for part in sent]
    assert sum(rows) > 20 * MANY
    assert max(rows) < sum(rows) / 2


def test_the_nodes_of_a_topology_are_made_in_portions(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    made, most, made_so_far = 0, 0, topology._queue  # noqa: SLF001

    def counted_queue(*arguments: Any, **keywords: Any) -> Node:
        nonlocal made
        made += 1
        return made_so_far(*arguments, **keywords)

    monkeypatch.setattr(topology, "_queue", counted_queue)
    before = 0
    for _ in topology._topology(emulator.world, topology.TopologyQuery()):  # noqa: SLF001
        most, before = max(most, made - before), made
    assert made >= MANY
    assert most <= PORTION


def test_what_was_encoded_of_a_long_list_is_freed_before_the_next_portion() -> None:
    class Answer(Struct):
        items: list[object]

    class Item:
        """Something that tells when it is freed."""

    alive: WeakSet[Item] = WeakSet()

    async def left() -> list[int]:
        items = [Item() for _ in range(MANY)]
        alive.update(items)
        portions = json_portions(Answer([*items]), lambda value: b"1" if isinstance(value, Item) else encode(value))
        items.clear()
        return [len(alive) async for _ in portions]

    assert asyncio.run(left()) == [MANY, MANY - PORTION, MANY - 2 * PORTION, *[0] * 3]


def test_a_reset_catches_up_in_another_turn_than_it_drops() -> None:
    emulator = Emulator(Settings(clock_at=NOW))
    QueryClient(emulator).call("CreateQueue", QueueName="queue")
    seen: list[int] = []

    async def reset_meanwhile() -> None:
        resetting = asyncio.ensure_future(reset(emulator.world, Reset()))
        await asyncio.sleep(0)
        seen.append(len(emulator.world.sqs.queues))
        await resetting
        seen.append(len(emulator.world.sqs.queues))

    asyncio.run(reset_meanwhile())
    assert seen == [1, 0]


def test_a_search_of_very_many_messages_is_made_in_turns(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/_emulator/queues/{ACCOUNT}/{REGION}/deep/messages"
    answer, turns = answer_in_turns(emulator, "GET", f"{path}?text={MANY - 1}")
    assert [each["body"] for each in json.loads(answer)["messages"]] == [f'"long list" {MANY - 1}']
    assert turns >= MANY // PORTION
    monkeypatch.setattr("emulator.control.queue_messages.CHARACTERS_AT_ONCE", 100)
    _, more_turns = answer_in_turns(emulator, "GET", f"{path}?text={MANY - 1}")
    assert more_turns > 5 * turns


@pytest.mark.parametrize(("bound", "shown"), [("_LOOKED_AT", 20), ("_SHOWN_CHARACTERS", 2)])
def test_a_page_of_messages_is_bounded(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, bound: str, shown: int
) -> None:
    monkeypatch.setattr(f"emulator.control.queue_messages.{bound}", 20)
    path = f"/_emulator/queues/{ACCOUNT}/{REGION}/deep/messages"
    page = json.loads(answer_in_turns(emulator, "GET", path)[0])
    assert len(page["messages"]) == page["looked_at"] == shown
    rest = json.loads(answer_in_turns(emulator, "GET", f"{path}?cursor={page['cursor']}")[0])
    assert rest["messages"][0]["body"] == f'"long list" {shown}'


def test_messages_of_which_no_sending_is_known_are_found_in_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(Settings(clock_at=NOW))
    for name in ("a", "b"):
        QueryClient(emulator).call("CreateQueue", QueueName=name)
        queue = emulator.world.sqs.queues.get(ACCOUNT, REGION, name)
        for number in range(MANY):
            queue.send(Message(f"{name}-{number}", Content(f"{name} {number}", "AIDA", NO_ATTRIBUTES)), NOW)
    emulator.world.sqs.queues.history.forget(EVERYWHERE)
    monkeypatch.setattr("emulator.control.message_search._LOOKED_AT", MANY)
    found: list[str] = []
    cursor, pages = "", 0
    while True:
        answer, turns = answer_in_turns(emulator, "GET", f"/_emulator/messages?limit=300{cursor}")
        page = json.loads(answer)
        found += [each["message"] for each in page["messages"]]
        pages += 1
        assert turns >= page["looked_at"] // PORTION
        if page["cursor"] is None:
            break
        cursor = f"&cursor={quote(page['cursor'])}"
    assert found == [f"{name} {number}" for name in ("a", "b") for number in range(MANY)]
    assert pages == 3
    answer, _ = answer_in_turns(emulator, "GET", "/_emulator/messages?text=nothing")
    assert json.loads(answer)["looked_at"] == MANY


def test_findings_among_very_many_things_are_made_in_turns(emulator: Emulator) -> None:
    answer, turns = answer_in_turns(emulator, "GET", "/_emulator/findings?limit=1000&rule=queue-policy-keeps-sns-out")
    assert len(json.loads(answer)["findings"]) == 0, "the queues do not exist"
    assert turns > 3 * MANY / PORTION
