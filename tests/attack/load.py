"""The load of ``tests.attack.soak``: senders and receivers that count what is lost and what comes twice."""

import http.client
import json
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from tests.attack.soak_client import CallError, Client

_GROUPS = 10
_RECEIVED_AT_ONCE = 10


class Load(ABC):
    """One sender and one receiver, each on a thread of its own. Messages are numbered from 0."""

    name = ""
    exactly_once = False  # whether each message comes once, and in order within its group
    seconds = 0.05  # between two messages

    def __init__(self, client: Client) -> None:
        self.client = client
        self.sent = 0
        self.twice = self.out_of_order = 0
        self.errors: list[str] = []
        self.received: set[int] = set()
        self._last: dict[int, int] = {}  # by group
        self._lock = Lock()
        self._over, self._drained = Event(), Event()
        self._sender = Thread(target=self._repeat, args=(self._send, self._over), daemon=True)
        self._receiver = Thread(target=self._repeat, args=(self.receive, self._drained), daemon=True)

    def start(self) -> None:
        self._sender.start()
        self._receiver.start()

    def stop(self, seconds: float) -> None:
        """End the sending, and wait until all has been received or the time is over."""
        self._over.set()
        self._sender.join(seconds)
        for _ in range(int(seconds * 10)):
            if not self.lost() or self._drained.wait(0.1):
                break
        self._drained.set()
        self._receiver.join(seconds)

    def lost(self) -> set[int]:
        """The messages that were sent and not received."""
        with self._lock:
            return set(range(self.sent)) - self.received

    @abstractmethod
    def send(self, number: int) -> None:
        """Send the message with this number."""

    @abstractmethod
    def receive(self) -> None:
        """Receive messages, note and delete them."""

    def note(self, number: int) -> None:
        """A message was received."""
        with self._lock:
            group = number % _GROUPS
            if number in self.received:
                self.twice += 1
            elif number < self._last.get(group, -1):
                self.out_of_order += 1
            self._last[group] = max(number, self._last.get(group, -1))
            self.received.add(number)

    def _send(self) -> None:
        self.send(self.sent)
        self.sent += 1
        self._over.wait(self.seconds)

    def _repeat(self, call: Any, over: Event) -> None:
        while not over.is_set():
            try:
                call()
            except (CallError, OSError, http.client.HTTPException) as error:
                self.errors.append(repr(error))
                over.wait(1)

    def receive_from(self, queue: str) -> None:
        """Note and delete what a long poll of a second gets."""
        answer = self.client.sqs(
            "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=_RECEIVED_AT_ONCE, WaitTimeSeconds=1
        )
        messages = answer.get("Messages", [])
        for message in messages:
            self.note(int(message["Body"]))
        entries = [{"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]} for at, each in enumerate(messages)]
        if entries:
            failed = self.client.sqs("DeleteMessageBatch", QueueUrl=queue, Entries=entries).get("Failed")
            if failed:
                raise CallError(str(failed))


class QueueLoad(Load):
    name = "standard queue"

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        client.sqs("CreateQueue", QueueName="load")

    def send(self, number: int) -> None:
        self.client.sqs("SendMessage", QueueUrl="load", MessageBody=str(number), DelaySeconds=number % 3)

    def receive(self) -> None:
        self.receive_from("load")


class FifoLoad(Load):
    """Each message is sent twice, with the same deduplication id."""

    name = "FIFO queue"
    exactly_once = True
    seconds = 0.1

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        client.sqs("CreateQueue", QueueName="load.fifo", Attributes={"FifoQueue": "true"})

    def send(self, number: int) -> None:
        ids = {"MessageGroupId": str(number % _GROUPS), "MessageDeduplicationId": str(number)}
        for _ in range(2):
            self.client.sqs("SendMessage", QueueUrl="load.fifo", MessageBody=str(number), **ids)

    def receive(self) -> None:
        self.receive_from("load.fifo")


class TopicLoad(Load):
    """A topic with a queue and an HTTP endpoint. Lost is what one of them did not get."""

    name = "topic"
    seconds = 0.1

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        client.sqs("CreateQueue", QueueName="published")
        self._topic = client.sns("CreateTopic", Name="load")
        self._posted: set[int] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self._server.serve_forever, daemon=True).start()
        raw = {"Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": "true"}
        queue = f"arn:aws:sqs:us-east-1:{client.account}:published"
        client.sns("Subscribe", TopicArn=self._topic, Protocol="sqs", Endpoint=queue, **raw)
        url = f"http://localhost:{self._server.server_port}/"
        client.sns("Subscribe", TopicArn=self._topic, Protocol="http", Endpoint=url)

    def send(self, number: int) -> None:
        self.client.sns("Publish", TopicArn=self._topic, Message=str(number))

    def receive(self) -> None:
        self.receive_from("published")

    def lost(self) -> set[int]:
        return super().lost() | (set(range(self.sent)) - self._posted)

    def stop(self, seconds: float) -> None:
        super().stop(seconds)
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        posted = self._posted

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if document["Type"] == "Notification":
                    posted.add(int(document["Message"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Write nothing."""

        return Handler
