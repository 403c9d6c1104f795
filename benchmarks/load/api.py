"""Requests as an SDK would send them, as bytes; and the calls that set a scene up."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlencode

from benchmarks.load.connection import Connection, LoadError

BODY = "x" * 1024

_HEAD = (
    "POST / HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\n{target}Content-Type: {type}\r\n"
    "User-Agent: Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux lang/python#3.11.7 cfg/retry-mode#legacy\r\n"
    "X-Amz-Date: 20260101T000000Z\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + "0" * 64 + "\r\n"
    "amz-sdk-invocation-id: 5b7d2b8e-7d0f-4ac1-8d2a-7d1f0d1c2b3a\r\namz-sdk-request: attempt=1\r\nContent-Length: "
)

_numbers = count(1)


def unique(prefix: str) -> str:
    """A name that no other scene in this process has."""
    return f"{prefix}-{next(_numbers)}"


class Api:
    """One server's SQS (AWS JSON) and SNS (query protocol)."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def sqs(self, action: str, **members: object) -> bytes:
        return self.sqs_head(action)(json.dumps(members).encode())

    def sqs_head(self, action: str) -> Callable[[bytes], bytes]:
        """Makes requests of bodies that differ, with a head that is prepared once."""
        target = f"X-Amz-Target: AmazonSQS.{action}\r\nx-amzn-query-mode: true\r\n"
        head = self._head("sqs", "application/x-amz-json-1.0", target)
        return lambda body: b"%b%d\r\n\r\n%b" % (head, len(body), body)

    def sns(self, action: str, parameters: Mapping[str, str]) -> bytes:
        body = urlencode({"Action": action, "Version": "2010-03-31", **parameters}).encode()
        return b"%b%d\r\n\r\n%b" % (
            self._head("sns", "application/x-www-form-urlencoded; charset=utf-8"),
            len(body),
            body,
        )

    def _head(self, service: str, type: str, target: str = "") -> bytes:
        return _HEAD.format(host=f"{self.host}:{self.port}", target=target, type=type, service=service).encode()

    def connect(self) -> Connection:
        return Connection(self.host, self.port)

    @contextmanager
    def queue(self, **attributes: str) -> Iterator[str]:
        """A queue's URL, until the end of the block."""
        name = unique("queue") + (".fifo" if attributes.get("FifoQueue") else "")
        connection = self.connect()
        members = {"QueueName": name} | ({"Attributes": attributes} if attributes else {})
        url = json.loads(connection.call(self.sqs("CreateQueue", **members)))["QueueUrl"]
        try:
            yield url
        finally:
            connection.call(self.sqs("DeleteQueue", QueueUrl=url))
            connection.close()

    @contextmanager
    def topic(self, queues: int, *, filtered: bool = False) -> Iterator[tuple[str, list[str]]]:
        """A topic's ARN and the URLs of so many queues subscribed to it; if filtered, each to a store of its own."""
        connection = self.connect()
        arn = _element(connection.call(self.sns("CreateTopic", {"Name": unique("topic")})), "TopicArn")
        urls = []
        try:
            for number in range(queues):
                created = connection.call(self.sqs("CreateQueue", QueueName=unique("subscriber")))
                urls.append(json.loads(created)["QueueUrl"])
                self._subscribe(connection, arn, urls[-1], {"store": [f"s{number}"]} if filtered else None)
            yield arn, urls
        finally:
            connection.call(self.sns("DeleteTopic", {"TopicArn": arn}))
            for url in urls:
                connection.call(self.sqs("DeleteQueue", QueueUrl=url))
            connection.close()

    def _subscribe(self, connection: Connection, topic: str, queue: str, policy: object) -> None:
        asked = self.sqs("GetQueueAttributes", QueueUrl=queue, AttributeNames=["QueueArn"])
        parameters = {
            "TopicArn": topic,
            "Protocol": "sqs",
            "Endpoint": json.loads(connection.call(asked))["Attributes"]["QueueArn"],
        }
        if policy is not None:
            parameters["Attributes.entry.1.key"] = "FilterPolicy"
            parameters["Attributes.entry.1.value"] = json.dumps(policy)
        connection.call(self.sns("Subscribe", parameters))


def _element(body: bytes, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]+)</{tag}>", body.decode())
    if found is None:
        raise LoadError(f"no <{tag}> in {body[:300]!r}")
    return found[1]
