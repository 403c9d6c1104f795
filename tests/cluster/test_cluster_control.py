"""The control interface answers for the whole cluster, whatever process is asked."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator.cluster.control import merge_of
from emulator.cluster.merging import ALONE, LOCAL
from emulator.control.routes import LOCALSTACK_ROUTES, ROUTES
from tests import boto, patience
from tests.cluster.fakes import FakeCluster, fake_cluster

A, B = "111111111111", "222222222222"


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    with fake_cluster(2) as cluster:
        cluster.place(A, 0)
        cluster.place(B, 1)
        for account in (A, B):
            sqs = boto.client("sqs", cluster[0].url, account=account)
            url = sqs.create_queue(QueueName="queue")["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=f"of {account}")
        yield cluster


def call(cluster: FakeCluster, path: str, body: Any = None, *, number: int = 0, **options: Any) -> Any:
    """What a member answers."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", **options.pop("headers", {})}
    request = urllib.request.Request(f"{cluster[number].url}{path}", data, headers, **options)
    with urllib.request.urlopen(request, timeout=patience.SECONDS) as answer:
        text = answer.read()
    return json.loads(text) if text[:1] in b"{[" and text else text.decode()


def publish(cluster: FakeCluster, account: str) -> str:
    sns = boto.client("sns", cluster[0].url, account=account)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{account}:queue"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    message_id: str = sns.publish(TopicArn=topic, Message="hello")["MessageId"]
    return message_id


@pytest.mark.parametrize("number", [0, 1])
def test_lists_are_of_all_members(cluster: FakeCluster, number: int) -> None:
    for account in (A, B):
        publish(cluster, account)
    for path, name in (("queues", "queues"), ("topics", "topics"), ("trace", "publishes")):
        shown = call(cluster, f"/_emulator/{path}", number=number)[name]
        assert [each["account"] for each in shown] == [A, B]
    assert len(call(cluster, "/_emulator/trace?limit=1", number=number)["publishes"]) == 1
    nodes = call(cluster, "/_emulator/topology", number=number)["nodes"]
    assert sorted((each["account"], each["type"]) for each in nodes) == [
        (account, kind) for account in (A, B) for kind in ("queue", "topic")
    ]
    chart = call(cluster, "/_emulator/topology?format=mermaid", number=number)
    assert chart.startswith("flowchart LR\n")
    assert chart.count("queue") == 2


@pytest.mark.parametrize("number", [0, 1])
def test_what_names_an_account_is_asked_of_its_owner(cluster: FakeCluster, number: int) -> None:
    for account in (A, B):
        shown = call(cluster, f"/_emulator/queues/{account}/us-east-1/queue", number=number)
        assert [each["body"] for each in shown["messages"]] == [f"of {account}"]
        moved = call(cluster, "/_emulator/clock", {"account": account, "advance": 3600}, number=number)
        assert call(cluster, f"/_emulator/clock?account={account}", number=number)["now"] >= moved["now"]
        message_id = publish(cluster, account)
        assert call(cluster, f"/_emulator/trace/{message_id}", number=number)["account"] == account
        peeked = call(cluster, f"/_aws/sqs/messages?QueueUrl=http://localhost/{account}/queue", number=number)
        assert f"of {account}" in peeked


def test_metrics_are_added_up(cluster: FakeCluster) -> None:
    text = call(cluster, "/_emulator/metrics")
    assert text.count("# TYPE emulator_requests_total counter") == 1
    of_create = [line for line in text.splitlines() if "CreateQueue" in line and "_total{" in line]
    assert [line.rpartition(" ")[2] for line in of_create] == ["2.0"]


def test_a_reset_of_everything_is_of_all_members(cluster: FakeCluster) -> None:
    assert call(cluster, "/_emulator/reset", b"")["dropped"]["queues"] == 2
    assert call(cluster, "/_emulator/queues")["queues"] == []


def test_a_reset_of_an_account_is_of_this_account(cluster: FakeCluster) -> None:
    assert call(cluster, "/_emulator/reset", {"account": B})["dropped"]["queues"] == 1
    assert [each["account"] for each in call(cluster, "/_emulator/queues")["queues"]] == [A]


@pytest.mark.parametrize("number", [0, 1])
def test_the_state_of_all_members_is_exported_and_restored(cluster: FakeCluster, number: int) -> None:
    for account in (A, B):
        publish(cluster, account)
    document = call(cluster, "/_emulator/state", number=number)
    call(cluster, "/_emulator/reset", b"")
    call(cluster, "/_emulator/state", document, number=1 - number, method="PUT")
    after = call(cluster, "/_emulator/state", number=number)
    assert after == document
    assert {each["arn"] for each in after["queues"]} == {f"arn:aws:sqs:us-east-1:{each}:queue" for each in (A, B)}


def test_a_document_that_cannot_be_restored_changes_nothing(cluster: FakeCluster) -> None:
    document = call(cluster, "/_emulator/state")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call(cluster, "/_emulator/state", document | {"queues": [{"arn": "no"}]}, method="PUT")
    assert call(cluster, "/_emulator/state") == document


def test_faults_for_everybody_act_in_all_members(cluster: FakeCluster) -> None:
    call(cluster, "/_emulator/faults", {"action": "ListQueues", "error": "OverLimit"})
    for account in (A, B):
        with pytest.raises(Exception, match="OverLimit"):
            boto.client("sqs", cluster[0].url, account=account).list_queues()
    assert call(cluster, "/_emulator/faults", method="DELETE")["removed"] == 2
    boto.client("sqs", cluster[0].url, account=B).list_queues()


def test_the_events_of_all_members_are_one_stream(cluster: FakeCluster) -> None:
    with urllib.request.urlopen(f"{cluster[0].url}/_emulator/events?type=sent", timeout=patience.SECONDS) as stream:
        assert stream.readline().startswith(b":")
        assert stream.readline() == b"\n"
        assert stream.readline().startswith(b":")  # of the other member
        seen = set()
        for account in (A, B):
            sqs = boto.client("sqs", cluster[1].url, account=account)
            sqs.send_message(QueueUrl=f"/{account}/queue", MessageBody="hello")
            while not (line := stream.readline()).startswith(b"data:"):
                pass
            seen.add(json.loads(line[5:])["account"])
    assert seen == {A, B}
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call(cluster, "/_emulator/events?type=nothing")


def test_members_are_shown_with_their_accounts(cluster: FakeCluster) -> None:
    shown = call(cluster, "/_emulator/cluster", number=1)
    assert [(each["here"], each["accounts"]) for each in shown] == [(False, [A]), (True, [B])]


def test_settling_waits_for_all_members(cluster: FakeCluster) -> None:
    assert call(cluster, "/_emulator/settle", {}) == {"under_way": []}


@pytest.mark.parametrize("path", ["/_emulator/health", "/_emulator/openapi.json", "/_emulator", "/health"])
def test_each_process_answers_for_itself_how_it_is(cluster: FakeCluster, path: str) -> None:
    assert call(cluster, path)


def test_what_is_declared_is_made_where_its_account_lives(cluster: FakeCluster) -> None:
    call(cluster, "/_emulator/declare", {"queues": [{"name": "made", "account": B}]})
    names = [(each["account"], each["name"]) for each in call(cluster, "/_emulator/queues")["queues"]]
    assert names == [(A, "queue"), (B, "made"), (B, "queue")]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call(cluster, "/_emulator/declare", {"queues": [{"name": "a", "account": A}, {"name": "b", "account": B}]})


def test_web_pages_of_others_are_kept_out(cluster: FakeCluster) -> None:
    for path in ("/_emulator/queues", "/_emulator/cluster", f"/_emulator/queues/{B}/us-east-1/queue"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            call(cluster, path, headers={"origin": "http://elsewhere.example"})


def test_many_ask_at_once(cluster: FakeCluster) -> None:
    with ThreadPoolExecutor(8) as threads:
        shown = threads.map(lambda number: call(cluster, "/_emulator/queues", number=number % 2), range(40))
        assert {len(each["queues"]) for each in shown} == {2}


def test_every_route_is_of_one_account_of_all_members_or_of_the_process() -> None:
    """A new route needs a row, here and in docs/cluster.md."""
    of_one = (
        "/_emulator/queues/",
        "/_emulator/topics/",
        "/_emulator/functions/",
        "/_aws/",
        "/_emulator/data-protection/",
        "/_emulator/sms",
    )
    special = {"/_emulator/state", "/_emulator/events", "/_emulator/declare", "/_emulator/clock"}
    unknown = [
        f"{route.method} {route.path}"
        for route in (*ROUTES, *LOCALSTACK_ROUTES)
        if route.path not in LOCAL | ALONE | special
        and not route.path.startswith((*of_one, "/_localstack/"))
        and merge_of(route.method, route.path) is None
    ]
    assert unknown == []
