"""A call is performed where its account lives, whatever process gets it."""

import http.client
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator.aws.place import EVERYWHERE
from tests import boto, patience
from tests.cluster.fakes import FakeCluster, FakeMember, eventually, fake_cluster

A, B, C = "111111111111", "222222222222", "333333333333"


@pytest.fixture(scope="module")
def cluster() -> Iterator[FakeCluster]:
    with fake_cluster(2) as cluster:
        cluster.place(A, 0)
        cluster.place(B, 1)
        yield cluster


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_a_call_reaches_the_account_by_any_process(cluster: FakeCluster, protocol: str) -> None:
    first, second = (boto.client("sqs", each.url, account=A, protocol=protocol) for each in cluster.members)
    url = first.create_queue(QueueName=f"queue-{protocol}")["QueueUrl"]
    sent = second.send_message(QueueUrl=url, MessageBody="hello")
    received: Any = second.receive_message(QueueUrl=url)["Messages"]
    assert [each["MessageId"] for each in received] == [sent["MessageId"]]
    queues = [
        [queue.identity.name for queue in each.emulator.world.sqs.queues.within(EVERYWHERE)] for each in cluster.members
    ]
    assert f"queue-{protocol}" in queues[0]
    assert not queues[1]


def test_a_long_poll_gets_the_message_that_comes_later(cluster: FakeCluster) -> None:
    first, second = (boto.client("sqs", each.url, account=A) for each in cluster.members)
    url = first.create_queue(QueueName="later")["QueueUrl"]
    with ThreadPoolExecutor(1) as threads:
        receiving = threads.submit(second.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        eventually(lambda: parked(cluster[0]) == 1)
        first.send_message(QueueUrl=url, MessageBody="hello")
        assert [each["Body"] for each in receiving.result()["Messages"]] == ["hello"]


def test_a_long_poll_ends_when_its_client_hangs_up(cluster: FakeCluster) -> None:
    url = boto.client("sqs", cluster[0].url, account=A).create_queue(QueueName="left")["QueueUrl"]
    body = b'{"QueueUrl": "%b", "WaitTimeSeconds": 20}' % url.encode()
    with socket.create_connection(("127.0.0.1", urlsplit(cluster[1].url).port or 0)) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-amz-json-1.0\r\n"
            b"x-amz-target: AmazonSQS.ReceiveMessage\r\ncontent-length: %d\r\n\r\n" % len(body) + body
        )
        eventually(lambda: parked(cluster[0]) == 1)
    eventually(lambda: parked(cluster[0]) == 0)


def test_a_request_on_a_connection_that_looks_idle_is_answered_while_a_process_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("emulator.serving.server._FAREWELL_SECONDS", patience.SECONDS)
    with fake_cluster(2) as cluster, leaving(cluster) as connection:
        assert listed(connection)


def test_second_interrupt_ends_the_wait_for_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.serving.server._FAREWELL_SECONDS", 10 * patience.SECONDS)
    with fake_cluster(1) as cluster, leaving(cluster):
        cluster[0].server.handle_exit(signal.SIGINT, None)
        cluster[0].ended.result(patience.SECONDS)


@contextmanager
def leaving(cluster: FakeCluster) -> Iterator[http.client.HTTPConnection]:
    """The first member leaves, while it has a connection in which a request was answered."""
    host = urlsplit(cluster[0].url).netloc
    with ThreadPoolExecutor(1) as threads:
        with closing(http.client.HTTPConnection(host, timeout=patience.SECONDS)) as connection:
            assert not listed(connection)
            stopping = threads.submit(cluster.stop, cluster[0])
            eventually(lambda: not listens(host))
            yield connection
        stopping.result()


def listed(connection: http.client.HTTPConnection) -> bool:
    """Ask for the queues. Returns whether the answer was the last one of the connection."""
    headers = {"x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0"}
    connection.request("POST", "/", b"{}", headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"{}")
    return answer.getheader("connection") == "close"


def listens(host: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2]))).close()
    except ConnectionRefusedError:
        return False
    return True


def test_an_account_moves_without_a_failed_request() -> None:
    with fake_cluster(2) as cluster, ThreadPoolExecutor(2) as threads:
        cluster.place(A, 0)
        sqs = boto.client("sqs", cluster[1].url, account=A)
        url = sqs.create_queue(QueueName="moves.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        waiting = threads.submit(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=20)
        eventually(lambda: parked(cluster[0]) == 1)
        sending = threads.submit(send_many, sqs, url, 100)
        cluster.stop(cluster[0])
        sending.result()
        got, messages = [], waiting.result().get("Messages", ())
        while messages := messages or sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ()):
            for each in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
                got.append(each["Body"])
            messages = ()
        assert cluster[1].leases.owned() == {A}
        assert got == [*map(str, range(100))]


def test_a_call_finds_an_account_that_has_moved_since(cluster: FakeCluster) -> None:
    first, second = (boto.client("sqs", each.url, account=C) for each in cluster.members)
    cluster.place(C, 0)
    url = second.create_queue(QueueName="moved")["QueueUrl"]
    for number in (1, 0):
        cluster.move(C, number)
        for each in (first, second):
            each.send_message(QueueUrl=url, MessageBody="hello")
    counts = first.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "4"


def send_many(sqs: Any, url: str, count: int) -> None:
    for number in range(count):
        sqs.send_message(QueueUrl=url, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number))


def parked(member: FakeMember) -> int:
    return sum(number for _, number in member.emulator.world.sqs.waiting.parked())
