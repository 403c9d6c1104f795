"""A load on a cluster whose processes fail, and what must hold of it all the same.

Each account has a FIFO queue, a standard queue and a FIFO topic, to which a FIFO queue of the next account subscribes.
A client repeats what was not answered, at a random process, as SDKs do behind a load balancer.
"""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests import patience

REGION = "us-east-1"
_VISIBILITY_SECONDS = 2
_ATTEMPT_SECONDS = 15.0
_AGAIN_SECONDS = 0.05


class Refused(Exception):
    """AWS's error, which no repetition changes."""


class Client:
    """Calls SQS and SNS for one account, at any of the processes."""

    def __init__(self, account: str, ports: Sequence[int], seed: int) -> None:
        self.account = account
        self._ports = ports
        self._chance = random.Random(seed)
        self._connections: dict[int, http.client.HTTPConnection] = {}

    def sqs(self, action: str, **request: Any) -> dict[str, Any]:
        """The answer, from the first process that gives one."""
        body = json.dumps(request)
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"AmazonSQS.{action}"}
        answer: dict[str, Any] = json.loads(self._answer(body, headers, "sqs") or "{}")
        return answer

    def sns(self, action: str, **request: str) -> str:
        """As ``sqs``, in the query protocol; the answer is XML."""
        from urllib.parse import urlencode

        body = urlencode({"Action": action, "Version": "2010-03-31", **request})
        return self._answer(body, {"content-type": "application/x-www-form-urlencoded"}, "sns").decode()

    def once(self, port: int) -> bool:
        """Whether a process answers a call now."""
        try:
            headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues"}
            return self._exchange(port, "{}", headers | self._signed("sqs"))[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def _answer(self, body: str, headers: dict[str, str], service: str) -> bytes:
        until = time.monotonic() + patience.SECONDS
        while True:
            try:
                status, text = self._exchange(self._chance.choice(self._ports), body, headers | self._signed(service))
                if status == 200:
                    return text
                if status < 500:
                    raise Refused(text.decode())
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < until, "no process answers"
            time.sleep(_AGAIN_SECONDS)

    def _signed(self, service: str) -> dict[str, str]:
        scope = f"{self.account}/20260101/{REGION}/{service}/aws4_request"
        return {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}

    def _exchange(self, port: int, body: str, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = self._connections.pop(port, None) or http.client.HTTPConnection(
            "127.0.0.1", port, timeout=_ATTEMPT_SECONDS
        )
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except BaseException:
            connection.close()
            raise
        self._connections[port] = connection
        return answer.status, text

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()


class Queue:
    """A queue, what was acknowledged to go into it, and what has come out."""

    def __init__(self, name: str, owner: str, *, fifo: bool) -> None:
        self.name = name
        self.url = f"/{owner}/{name}"
        self.owner = owner
        self.fifo = fifo
        self.sent: list[str] = []  # that were acknowledged
        self.deleted: dict[str, str] = {}  # body to message id; deletions that were acknowledged
        self.ids: dict[str, str] = {}  # body to message id
        self.faults: list[str] = []

    def create(self, client: Client) -> None:
        attributes = {"VisibilityTimeout": str(_VISIBILITY_SECONDS)} | ({"FifoQueue": "true"} if self.fifo else {})
        client.sqs("CreateQueue", QueueName=self.name, Attributes=attributes)

    def take(self, client: Client) -> int:
        """Receive and delete some; how many came."""
        messages = client.sqs("ReceiveMessage", QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        received = messages.get("Messages", [])
        for message in received:
            self._look_at(message["Body"], message["MessageId"])
            try:
                client.sqs("DeleteMessage", QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            except Refused as refused:
                if self.fifo and "expired" in str(refused):  # it comes again
                    break
                raise
            self.deleted[message["Body"]] = message["MessageId"]
        return len(received)

    def _look_at(self, body: str, message_id: str) -> None:
        if self.deleted.get(body) == message_id:  # in a standard queue a repeated call makes another message
            self.faults.append(f"{self.name}: {body} was deleted, and came back")
        if self.fifo:
            if self.ids.setdefault(body, message_id) != message_id:
                self.faults.append(f"{self.name}: {body} came twice, as two messages")
            if int(body) != len(self.deleted):
                self.faults.append(f"{self.name}: {body} came in the place of {len(self.deleted)}")

    def lost(self) -> list[str]:
        """Those that were acknowledged and never came."""
        return [body for body in self.sent if body not in self.deleted]


class Load:
    """Threads that send and receive, until the end of the block."""

    def __init__(self, accounts: Sequence[str], ports: Sequence[int]) -> None:
        self._accounts = accounts
        self._ports = ports
        self._ends = threading.Event()  # of sending
        self._sent_all = threading.Event()
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []
        self.queues: list[Queue] = []

    def start(self) -> None:
        """Make queues and topics, and begin."""
        senders: list[Callable[[], None]] = []
        receivers: list[Callable[[], None]] = []
        for number, account in enumerate(self._accounts):
            client = Client(account, self._ports, number)
            following = self._accounts[(number + 1) % len(self._accounts)]
            direct = Queue("direct.fifo", account, fifo=True)
            plain = Queue("plain", account, fifo=False)
            topic = Queue(f"from-{account}.fifo", following, fifo=True)
            direct.create(client)
            plain.create(client)
            other = Client(following, self._ports, number)
            topic.create(other)
            arn = f"arn:aws:sns:{REGION}:{account}:topic.fifo"
            client.sns("CreateTopic", Name="topic.fifo", **attributes_of({"FifoTopic": "true"}))
            endpoint = f"arn:aws:sqs:{REGION}:{following}:{topic.name}"
            raw = attributes_of({"RawMessageDelivery": "true"})
            other.sns("Subscribe", TopicArn=arn, Protocol="sqs", Endpoint=endpoint, **raw)
            other.close()
            client.close()
            self.queues += [direct, plain, topic]
            senders += [self._sender(direct), self._sender(plain), self._publisher(topic, account, arn)]
            receivers += [self._receiver(direct), self._receiver(plain), self._receiver(topic)]
        for work in (*senders, *receivers):
            thread = threading.Thread(target=self._run, args=(work,))
            self._threads.append(thread)
            thread.start()
        self._senders = self._threads[: len(senders)]

    def finish(self) -> list[str]:
        """Send no more, receive all that is left, and say what is wrong."""
        self._ends.set()
        for thread in self._senders:
            thread.join()
        self._sent_all.set()
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]
        faults = [fault for queue in self.queues for fault in queue.faults]
        return faults + [
            f"{queue.owner} {queue.name}: {queue.lost()} were lost" for queue in self.queues if queue.lost()
        ]

    @property
    def sent(self) -> int:
        """How many messages were acknowledged."""
        return sum(len(queue.sent) for queue in self.queues)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised by ``finish``
            self._errors.append(error)

    def _sender(self, queue: Queue) -> Callable[[], None]:
        def send() -> None:
            client = Client(queue.owner, self._ports, len(queue.name))
            while not self._ends.is_set():
                body = str(len(queue.sent))
                group = {"MessageGroupId": "g", "MessageDeduplicationId": body} if queue.fifo else {}
                client.sqs("SendMessage", QueueUrl=queue.url, MessageBody=body, **group)
                queue.sent.append(body)
            client.close()

        return send

    def _publisher(self, queue: Queue, account: str, arn: str) -> Callable[[], None]:
        def publish() -> None:
            client = Client(account, self._ports, 3)
            while not self._ends.is_set():
                body = str(len(queue.sent))
                group = {"MessageGroupId": "g", "MessageDeduplicationId": body}
                client.sns("Publish", TopicArn=arn, Message=body, **group)
                queue.sent.append(body)
            client.close()

        return publish

    def _receiver(self, queue: Queue) -> Callable[[], None]:
        def receive() -> None:
            client = Client(queue.owner, self._ports, 5)
            until = None
            while until is None or (queue.lost() and time.monotonic() < until):
                queue.take(client)
                if until is None and self._sent_all.is_set():
                    until = time.monotonic() + patience.SECONDS
            client.close()

        return receive


def attributes_of(values: dict[str, str]) -> dict[str, str]:
    """The attributes of a topic or a subscription in the query protocol."""
    named: dict[str, str] = {}
    for number, (name, value) in enumerate(values.items(), 1):
        named |= {f"Attributes.entry.{number}.key": name, f"Attributes.entry.{number}.value": value}
    return named
