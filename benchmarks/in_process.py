"""The cost of a boto3 call in process, with emulated_aws, and the part of it that is botocore's own.

python -m benchmarks.in_process --rounds 7

Each call is also made with a prepared answer: its cost is that of botocore, which serializes, signs and parses. The
import of emulated_aws and the first call are compared with the first call of boto3 alone, in processes of their own,
which have imported boto3. Times are processor time of all threads.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
import click
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from benchmarks.command import benchmark
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR
from emulator.testing import emulated_aws

CALL, OURS = "call", "of which ours"
FIRST, BEYOND = "import and first call", "beyond boto3 alone"

_CALLS = 200  # of each kind in a round
_BODY = "x" * 1024
_CREDENTIALS = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
_MD5 = hashlib.md5(_BODY.encode(), usedforsecurity=False).hexdigest()
_SENT = json.dumps({"MessageId": "5fea7756-0ea4-451a-a703-a558b933e274", "MD5OfMessageBody": _MD5})
_PUBLISHED = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">\n  <PublishResult>\n'
    "    <MessageId>5fea7756-0ea4-451a-a703-a558b933e274</MessageId>\n  </PublishResult>\n  <ResponseMetadata>\n"
    "    <RequestId>5fea7756-0ea4-451a-a703-a558b933e274</RequestId>\n  </ResponseMetadata>\n</PublishResponse>\n"
)


class Clients(NamedTuple):
    sqs: Any
    sns: Any


class Scene(NamedTuple):
    queue: str
    topic: str


class Kind(NamedTuple):
    """A call, and the prepared answer that replaces the emulator's."""

    call: Callable[[Clients, Scene], object]
    answer: str


KINDS = {
    "SendMessage": Kind(lambda clients, at: clients.sqs.send_message(QueueUrl=at.queue, MessageBody=_BODY), _SENT),
    "ReceiveMessage": Kind(lambda clients, at: clients.sqs.receive_message(QueueUrl=at.queue), "{}"),
    "GetQueueUrl": Kind(
        lambda clients, _: clients.sqs.get_queue_url(QueueName="queue"), '{"QueueUrl": "http://localhost/queue"}'
    ),
    "Publish": Kind(lambda clients, at: clients.sns.publish(TopicArn=at.topic, Message=_BODY), _PUBLISHED),
}


class Raw(io.BytesIO):
    """A stream from which botocore reads the body of an answer."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


class Standin:
    """Answers every request of the clients with which it is registered, at once."""

    def __init__(self) -> None:
        self.answer = ""

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {}, Raw(self.answer.encode()))


def clients() -> Clients:
    return Clients(boto3.client("sqs"), boto3.client("sns"))


def microseconds(kind: Kind, made: Clients, scene: Scene) -> float:
    since = time.process_time()
    for _ in range(_CALLS):
        kind.call(made, scene)
    return (time.process_time() - since) / _CALLS * 1e6


# Programs that print the seconds of a first call in a new process, once boto3 is imported: {body} is the call.
_PROGRAM = """
import io, time
import boto3
from botocore.awsrequest import AWSResponse
class Raw(io.BytesIO):
    def stream(self):
        yield self.read()
since = time.process_time()
{body}
print(time.process_time() - since)
"""
_ALONE = """
sqs = boto3.client("sqs")
sqs.meta.events.register("before-send", lambda request, **_: AWSResponse(request.url, 200, {}, Raw(b"{}")))
sqs.list_queues()
"""
_EMULATED = """
from emulator.testing import emulated_aws
with emulated_aws():
    boto3.client("sqs").list_queues()
"""


def first_call(body: str) -> float:
    """Milliseconds."""
    program = _PROGRAM.replace("{body}", body)
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return float(ended.stdout) * 1e3


@benchmark("in_process", __doc__)
@click.option("--rounds", default=7, show_default=True)
def main(rounds: int) -> Iterator[Measured]:
    os.environ |= _CREDENTIALS
    standin, alone = Standin(), clients()
    for client in alone:
        client.meta.events.register("before-send", standin)
    whole: dict[str, list[float]] = {name: [] for name in KINDS}
    ours: dict[str, list[float]] = {name: [] for name in KINDS}
    for _ in range(rounds):
        for name, kind in KINDS.items():
            with emulated_aws():
                made = clients()
                url = made.sqs.create_queue(QueueName="queue")["QueueUrl"]
                scene = Scene(url, made.sns.create_topic(Name="topic")["TopicArn"])
                call = microseconds(kind, made, scene)
            standin.answer = kind.answer
            whole[name].append(round(call, 1))
            ours[name].append(round(call - microseconds(kind, alone, scene), 1))
    firsts = [(first_call(_EMULATED), first_call(_ALONE)) for _ in range(rounds)]
    yield Figure(FIRST, EMULATOR, BEYOND, "ms", [round(emulated - plain, 1) for emulated, plain in firsts])
    for name in KINDS:
        yield Figure(name, EMULATOR, CALL, "µs", whole[name])
        yield Figure(name, EMULATOR, OURS, "µs", ours[name])


if __name__ == "__main__":
    main()
