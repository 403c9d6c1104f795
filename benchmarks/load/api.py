"""Requests as an SDK would send them, as bytes, and the calls that prepare a measurement."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    """A name that is unique in this process."""
    return f"{prefix}-{next(_numbers)}"


class Api:
    """One server's SQS (AWS JSON) and SNS (query protocol)."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port

    def sqs(self, action: str, **members: object) -> bytes:
        return self.sqs_head(action)(json.dumps(members).encode())

    def sqs_head(self, action: str) -> Callable[[bytes], bytes]:
        """A function that makes a request of a body, with a head that is prepared once."""
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

    def call(self, *requests: bytes) -> list[bytes]:
        """Send requests outside of a measurement, on a new connection, and return the bodies of the answers."""
        connection = self.connect()
        try:
            return [connection.call(request) for request in requests]
        finally:
            connection.close()

    def create_queues(self, names: Sequence[str], **attributes: str) -> list[str]:
        """Create queues, and return their URLs."""
        given = {"Attributes": attributes} if attributes else {}
        created = self.call(*(self.sqs("CreateQueue", QueueName=name, **given) for name in names))
        return [json.loads(answer)["QueueUrl"] for answer in created]

    def delete_queues(self, urls: Sequence[str]) -> None:
        self.call(*(self.sqs("DeleteQueue", QueueUrl=url) for url in urls))

    @contextmanager
    def queue(self, **attributes: str) -> Iterator[str]:
        """A queue's URL, until the end of the block."""
        name = unique("queue") + (".fifo" if attributes.get("FifoQueue") else "")
        urls = self.create_queues([name], **attributes)
        try:
            yield urls[0]
        finally:
            self.delete_queues(urls)

    @contextmanager
    def topic(self, queues: int, *, filtered: bool = False) -> Iterator[tuple[str, list[str]]]:
        """A topic's ARN and the URLs of ``queues`` subscribed queues; if ``filtered``, each wants another store."""
        arn = _element(self.call(self.sns("CreateTopic", {"Name": unique("topic")}))[0], "TopicArn")
        urls = self.create_queues([unique("subscriber") for _ in range(queues)])
        try:
            self._subscribe(arn, urls, filtered=filtered)
            yield arn, urls
        finally:
            self.call(self.sns("DeleteTopic", {"TopicArn": arn}))
            self.delete_queues(urls)

    def _subscribe(self, topic: str, urls: Sequence[str], *, filtered: bool) -> None:
        asked = (self.sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"]) for url in urls)
        requests = []
        for number, answer in enumerate(self.call(*asked)):
            queue = json.loads(answer)["Attributes"]["QueueArn"]
            parameters = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue}
            if filtered:
                parameters["Attributes.entry.1.key"] = "FilterPolicy"
                parameters["Attributes.entry.1.value"] = json.dumps({"store": [f"s{number}"]})
            requests.append(self.sns("Subscribe", parameters))
        self.call(*requests)


def _element(body: bytes, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]+)</{tag}>", body.decode())
    if found is None:
        raise LoadError(f"no <{tag}> in {body[:300]!r}")
    return found[1]
