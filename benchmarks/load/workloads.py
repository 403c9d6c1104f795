"""The workloads: what requests the servers get.

A workload makes its queues and topics, yields the requests, and cleans up.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from benchmarks.load.api import BODY, Api
from benchmarks.load.generator import load
from benchmarks.load.requests import Requests, Script, repeat

Workload = Callable[[Api], AbstractContextManager[Requests]]

_MOST_STORED = 40_000  # messages in a queue that was filled beforehand
_FIFO_SENDS = 20_000
_FILL_SECONDS = 2.0
_FILL_CONNECTIONS = 4
_HIDDEN_SECONDS = "43200"  # the longest visibility timeout: received messages stay hidden


def same(request: bytes) -> Requests:
    return Requests([request], repeats=True)


@contextmanager
def send(api: Api) -> Iterator[Requests]:
    with api.queue() as url:
        yield same(api.sqs("SendMessage", QueueUrl=url, MessageBody=BODY))


@contextmanager
def send_batch(api: Api) -> Iterator[Requests]:
    with api.queue() as url:
        yield same(batch(api, url))


def batch(api: Api, url: str) -> bytes:
    """A SendMessageBatch of ten."""
    entries = [{"Id": str(number), "MessageBody": BODY} for number in range(10)]
    return api.sqs("SendMessageBatch", QueueUrl=url, Entries=entries)


@contextmanager
def send_fifo(api: Api) -> Iterator[Requests]:
    """Sends to a FIFO queue, with a hundred message groups and a deduplication id for each message."""
    with api.queue(FifoQueue="true") as url:
        yield Requests(
            [
                api.sqs(
                    "SendMessage",
                    QueueUrl=url,
                    MessageBody=BODY,
                    MessageGroupId=f"group-{number % 100}",
                    MessageDeduplicationId=f"id-{number}",
                )
                for number in range(_FIFO_SENDS)
            ]
        )


@contextmanager
def receive(api: Api) -> Iterator[Requests]:
    with filled_queue(api) as (url, stored):
        request = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=1)
        yield Requests([request] * stored, expected=b'"ReceiptHandle"')


@contextmanager
def delete(api: Api) -> Iterator[Requests]:
    with filled_queue(api) as (url, stored):
        request = api.sqs_head("DeleteMessage")
        beginning = b'{"QueueUrl": %b, "ReceiptHandle": ' % json.dumps(url).encode()
        handles = receive_some(api, url, stored)
        yield Requests([request(b"%b%b}" % (beginning, json.dumps(handle).encode())) for handle in handles])


@contextmanager
def receive_empty(api: Api) -> Iterator[Requests]:
    with api.queue() as url:
        yield same(api.sqs("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=0))


@contextmanager
def filled_queue(api: Api) -> Iterator[tuple[str, int]]:
    """A queue and the number of its messages: as many as can be sent within a few seconds."""
    with api.queue(VisibilityTimeout=_HIDDEN_SECONDS) as url:
        with load(api, partial(repeat, batch(api, url)), _FILL_CONNECTIONS) as filling:
            done = filling.run(_FILL_SECONDS, _MOST_STORED // 10 - _FILL_CONNECTIONS)
        yield url, 10 * len(done.latencies)


def receive_some(api: Api, url: str, stored: int) -> list[str]:
    """The receipt handles of as many messages as can be received within a few seconds."""
    request = api.sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    left = iter(range(stored // 10))
    handles: list[str] = []

    def script() -> Script:
        for _ in left:
            messages = json.loads((yield request)).get("Messages", [])
            handles.extend(message["ReceiptHandle"] for message in messages)

    with load(api, script, _FILL_CONNECTIONS) as receiving:
        receiving.run(_FILL_SECONDS)
    return handles


@contextmanager
def publish(api: Api, queues: int, *, filtered: bool = False) -> Iterator[Requests]:
    """Publishes to a topic with ``queues`` subscriptions; if ``filtered``, one of them matches."""
    with api.topic(queues, filtered=filtered) as (arn, _):
        parameters = {"TopicArn": arn, "Message": BODY}
        if filtered:
            parameters |= {
                "MessageAttributes.entry.1.Name": "store",
                "MessageAttributes.entry.1.Value.DataType": "String",
                "MessageAttributes.entry.1.Value.StringValue": "s0",
            }
        yield same(api.sns("Publish", parameters))


WORKLOADS: dict[str, Workload] = {
    "send": send,
    "send-fifo": send_fifo,
    "receive": receive,
    "delete": delete,
    "receive-empty": receive_empty,
    "send-batch": send_batch,
    "publish-1": partial(publish, queues=1),
    "publish-10": partial(publish, queues=10),
    "publish-filtered": partial(publish, queues=10, filtered=True),
    "publish-1000": partial(publish, queues=1_000),
}

# The most requests of a run, for workloads whose answers cost the server more memory than time.
MOST_REQUESTS = {"publish-1000": 300}


@contextmanager
def send_to_nowhere(api: Api) -> Iterator[Requests]:
    """A SendMessage for servers that have no queues."""
    url = f"http://{api.host}:{api.port}/000000000000/queue-1"
    yield same(api.sqs("SendMessage", QueueUrl=url, MessageBody=BODY))
