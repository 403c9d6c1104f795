"""The control interface answers for the whole cluster, whatever process is asked."""

import json
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.cluster.control import merge_of
from emulator.cluster.merging import LOCAL
from emulator.cluster.paging import PAGED
from emulator.cluster.peer_connection import PeerLostError
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
    try:
        with urllib.request.urlopen(request, timeout=patience.SECONDS) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            content = BytesIO(error.read())
        raise urllib.error.HTTPError(error.url, error.code, error.msg, error.headers, content) from None
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


@pytest.mark.parametrize("number", [0, 1])
def test_what_looks_wrong_is_found_in_all_members(cluster: FakeCluster, number: int) -> None:
    for account in (A, B):
        sns = boto.client("sns", cluster[0].url, account=account)
        sns.publish(TopicArn=sns.create_topic(Name="lonely")["TopicArn"], Message="hello")
    findings = call(cluster, "/_emulator/findings?rule=no-subscribers", number=number)
    assert sorted(each["account"] for each in findings["findings"]) == [A, B]
    assert findings["cursor"] is None


def test_a_queue_of_an_account_elsewhere_does_not_look_missing(cluster: FakeCluster) -> None:
    sns = boto.client("sns", cluster[0].url, account=A)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    for name in ("queue", "missing"):
        for account in (A, B):
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{account}:{name}")
    found = call(cluster, "/_emulator/findings?rule=endpoint-missing")["findings"]
    assert [each["related"][1] for each in found] == [f"arn:aws:sqs:us-east-1:{A}:missing"]


@pytest.mark.parametrize("number", [0, 1])
def test_the_architecture_is_of_all_members_and_so_is_its_audit(cluster: FakeCluster, number: int) -> None:
    queues = {f"arn:aws:sqs:us-east-1:{account}:queue" for account in (A, B)}
    sns = boto.client("sns", cluster[0].url, account=A)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{B}:queue")
    shown = call(cluster, "/_emulator/architecture", number=number)
    assert {each["arn"] for each in shown["queues"]} == queues
    report = call(cluster, "/_emulator/audit", number=number)
    assert queues <= {each["resource"] for each in report["findings"]}
    one = call(cluster, f"/_emulator/audit?account={A}", number=number)
    assert f"arn:aws:sqs:us-east-1:{B}:queue" not in {each["resource"] for each in one["findings"]}
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call(cluster, "/_emulator/audit?unknown=1", number=number)


@pytest.mark.parametrize("number", [0, 1])
def test_functions_and_deliveries_are_of_all_members(cluster: FakeCluster, number: int) -> None:
    for account in (A, B):
        path = f"/_emulator/functions/{account}/us-east-1/function"
        call(cluster, path, {"url": "http://127.0.0.1:9/"}, number=number, method="PUT")
        sns = boto.client("sns", cluster[0].url, account=account)
        topic = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/nothing")
    functions = call(cluster, "/_emulator/functions", number=number)["functions"]
    assert sorted(each["function"].split(":")[4] for each in functions) == [A, B]
    deliveries = call(cluster, "/_emulator/deliveries", number=number)
    assert sorted(each["account"] for each in deliveries["deliveries"]) == [A, B]
    some = call(cluster, "/_emulator/deliveries?limit=1", number=number)
    assert (len(some["deliveries"]), some["omitted"]) == (1, 1)


def pages(cluster: FakeCluster, path: str, name: str, limit: int) -> list[list[Any]]:
    """All pages of a list."""
    found: list[list[Any]] = []
    cursor = ""
    while True:
        page = call(cluster, f"/_emulator/{path}?limit={limit}{cursor}", number=len(found) % 2)
        found.append(page[name])
        if page["cursor"] is None:
            return found
        cursor = f"&cursor={page['cursor']}"


def test_messages_of_all_members_are_found_page_by_page(cluster: FakeCluster) -> None:
    for account in (A, B):
        sqs = boto.client("sqs", cluster[0].url, account=account)
        for number in range(4):
            sqs.send_message(QueueUrl=f"/{account}/queue", MessageBody=f"{number} of {account}")
    expected = sorted(f"{what}of {account}" for account in (A, B) for what in ("", "0 ", "1 ", "2 ", "3 "))
    for limit in (1, 2, 3, 100):
        found = pages(cluster, "messages", "messages", limit)
        assert all(len(page) <= max(limit, 2) for page in found)
        assert sorted(each["message"] for page in found for each in page) == expected


def test_requests_of_all_members_are_listed_the_newest_first(cluster: FakeCluster) -> None:
    call(cluster, "/_emulator/requests", {"record": True})
    for number in range(6):
        account = (A, B)[number % 2]
        boto.client("sqs", cluster[0].url, account=account).list_queues(QueueNamePrefix=str(number))
    whole = [each for page in pages(cluster, "requests", "requests", 100) for each in page]
    assert [each["account"] for each in whole] == [B, A] * 3
    for limit in (1, 2, 4):
        found = pages(cluster, "requests", "requests", limit)
        assert all(len(page) <= limit for page in found)
        assert [each["request_id"] for page in found for each in page] == [each["request_id"] for each in whole]
    assert call(cluster, "/_emulator/requests")["recording"] is True


@pytest.mark.parametrize(
    "given",
    [
        *(f"cursor={cursor}" for cursor in ("", "5", "!", "e30", "eyJub2JvZHkiOiIxIn0")),
        "cursor=" + urlsafe_b64encode(b'{"member 0":"1 HTTP/1.1\\r\\nx: y"}').decode().rstrip("="),
        *(f"limit={limit}" for limit in ("0", "1001", "x", "1%20HTTP/1.1%0d%0ax:y")),
    ],
)
def test_a_cursor_and_a_limit_that_cannot_be_are_refused(cluster: FakeCluster, given: str) -> None:
    for name in ("findings", "messages", "requests"):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            call(cluster, f"/_emulator/{name}?{given}")


def test_a_caller_sees_its_subscriptions_to_topics_that_live_elsewhere(cluster: FakeCluster) -> None:
    expected = []
    for account in (A, B):
        topic = boto.client("sns", cluster[0].url, account=account).create_topic(Name="topic")["TopicArn"]
        for number in range(70):
            subscription = boto.client("sns", cluster[0].url, account=A).subscribe(
                TopicArn=topic, Protocol="sms", Endpoint=f"+1555010{number:04}", ReturnSubscriptionArn=True
            )
            expected.append(subscription["SubscriptionArn"])
    for member in (0, 1):
        sns = boto.client("sns", cluster[member].url, account=A)
        first = sns.list_subscriptions()
        rest = sns.list_subscriptions(NextToken=first["NextToken"])
        assert (len(first["Subscriptions"]), "NextToken" in rest) == (100, False)
        found = [each["SubscriptionArn"] for each in (*first["Subscriptions"], *rest["Subscriptions"])]
        assert found == sorted(expected)
        assert {each["Owner"] for each in first["Subscriptions"]} == {A}
        with pytest.raises(sns.exceptions.InvalidParameterException, match="NextToken"):
            sns.list_subscriptions(NextToken="no")
    assert boto.client("sns", cluster[0].url, account=B).list_subscriptions()["Subscriptions"] == []


def test_a_caller_sees_its_subscriptions_to_topics_of_accounts_that_no_member_has(cluster: FakeCluster) -> None:
    topic = boto.client("sns", cluster[0].url, account=B).create_topic(Name="topic")["TopicArn"]
    sns = boto.client("sns", cluster[0].url, account=A)
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15550100")
    cluster.run(lambda: cluster[1].leases.release(B))
    assert [each["TopicArn"] for each in sns.list_subscriptions()["Subscriptions"]] == [topic]


def test_listing_subscriptions_is_refused_where_a_member_does_not_answer(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(*_: object) -> None:
        raise PeerLostError("the connection was lost", sent=True)

    monkeypatch.setattr(cluster[0].cluster.peers, "send", lose)
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        boto.client("sns", cluster[0].url, account=A).list_subscriptions()


def test_settling_waits_for_messages_on_their_way_to_other_accounts(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    sns, queue = boto.client("sns", cluster[0].url, account=A), f"arn:aws:sqs:us-east-1:{B}:queue"
    topic = sns.create_topic(Name="topic")["TopicArn"]
    boto.client("sns", cluster[0].url, account=B).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    transfers = cluster[0].cluster.transfers
    monkeypatch.setattr(transfers, "_is_here", lambda _: False)  # so that nothing is sent
    sns.publish(TopicArn=topic, Message="hello")
    for path in ("/_emulator/settle?timeout=0", f"/_emulator/settle?timeout=0.1&account={A}"):
        with pytest.raises(urllib.error.HTTPError, match="408") as refused:
            call(cluster, path, {}, number=1)
        answer = json.loads(refused.value.read())
        assert [each["endpoint"] for each in answer["under_way"]] == [queue]
        assert "stuck" not in answer
    monkeypatch.undo()
    assert call(cluster, "/_emulator/settle", {}, number=1) == {"under_way": []}
    shown = call(cluster, f"/_emulator/queues/{B}/us-east-1/queue")["messages"]
    assert len(shown) == 2


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
    special = {
        "/_emulator/access/explain",
        "/_emulator/audit",
        "/_emulator/state",
        "/_emulator/events",
        "/_emulator/declare",
        "/_emulator/clock",
    }
    unknown = [
        f"{route.method} {route.path}"
        for route in (*ROUTES, *LOCALSTACK_ROUTES)
        if route.path not in LOCAL | PAGED.keys() | special
        and not route.path.startswith((*of_one, "/_localstack/"))
        and merge_of(route.method, route.path) is None
    ]
    assert unknown == []
