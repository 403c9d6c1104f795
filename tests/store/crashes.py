"""Kills the process at random moments under load, and compares what it knew with what the next one knows.

python -m tests.store.crashes --times 1000
python -m tests.store.crashes --times 1000 --store postgresql

Threads send to a standard and a FIFO queue, and receive and delete. What is acknowledged has to be true after the kill:
a message that was sent is there, one that was deleted does not come back, FIFO messages come in their order, and a
message that is sent again with its deduplication id is one message. Ends with 1 if anything of that fails.
"""

import http.client
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import click

from tests import patience
from tests.postgresql import Server
from tests.server import RunningServer, running_server

_ACCOUNT = "111111111111"
_AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential={_ACCOUNT}/20300101/us-east-1/sqs/aws4_request, SignedHeaders=host"
_VISIBILITY_SECONDS = 30
_LONGEST_LOAD_SECONDS = 0.2
_SHOWN_EVERY = 50  # kills
_STANDARD, _FIFO = "jobs", "line.fifo"


class Lost(Exception):
    """The connection has ended before the answer came: it is not known whether the request was performed."""


class Client:
    """Calls SQS of one server over one connection."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=patience.SECONDS)

    def call(self, action: str, **request: Any) -> Any:
        """The answer; ``Lost`` if there is none."""
        headers = {
            "X-Amz-Target": f"AmazonSQS.{action}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": _AUTHORIZATION,
        }
        try:
            self._connection.request("POST", "/", json.dumps(request), headers)
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Lost from error
        assert answer.status == http.client.OK, (action, answer.status, body)
        return json.loads(body or b"{}")

    def close(self) -> None:
        self._connection.close()


class Sender:
    """Sends numbered messages to a queue.

    One without an answer is sent again to a FIFO queue, where its deduplication id makes it one message. In a standard
    queue there might be two, so that the next one has another number.
    """

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.acknowledged: set[int] = set()
        self._number = 1

    def run(self, client: Client) -> None:
        number = self._number
        own: dict[str, str] = {}
        if self.queue == _FIFO:
            own = {"MessageGroupId": "g", "MessageDeduplicationId": str(number)}
        else:
            self._number += 1
        client.call("SendMessage", QueueUrl=self.queue, MessageBody=str(number), **own)
        self.acknowledged.add(number)
        self._number = number + 1


class Receiver:
    """Receives messages of a queue, and deletes them."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.deleted: set[int] = set()  # acknowledged
        self.in_doubt: set[int] = set()  # the answer to their deletion was lost
        self.faults: list[str] = []

    def run(self, client: Client) -> None:
        messages = client.call("ReceiveMessage", QueueUrl=self.queue, MaxNumberOfMessages=5).get("Messages", [])
        self.check([int(message["Body"]) for message in messages])
        for message in messages:
            number = int(message["Body"])
            self.in_doubt.add(number)
            client.call("DeleteMessage", QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            self.deleted.add(number)

    def check(self, numbers: list[int]) -> None:
        """Note what must not come."""
        if back := self.deleted.intersection(numbers):
            self.faults.append(f"{self.queue}: deleted messages came back: {sorted(back)}")
        if self.queue == _FIFO:
            if numbers != sorted(set(numbers)):
                self.faults.append(f"{self.queue}: not in order: {numbers}")
            if numbers and (skipped := set(range(1, numbers[0])) - self.deleted - self.in_doubt):
                self.faults.append(f"{self.queue}: {numbers[0]} came before {sorted(skipped)}")


class Crashes:
    """A store, the load on it, and what was acknowledged."""

    def __init__(self, store: tuple[str, str], seed: int) -> None:
        """``store`` is the option of the server that says where everything is kept."""
        self._store = store
        self._chance = Random(seed)
        self._senders = [Sender(_STANDARD), Sender(_FIFO)]
        self._receivers = [Receiver(_STANDARD), Receiver(_FIFO)]

    def run(self, times: int) -> list[str]:
        """Kill the process so often. Returns what was wrong."""
        with self._server() as server, _client(server) as client:
            for queue in (_STANDARD, _FIFO):
                fifo = {"FifoQueue": "true"} if queue == _FIFO else {}
                attributes = {"VisibilityTimeout": str(_VISIBILITY_SECONDS), **fifo}
                client.call("CreateQueue", QueueName=queue, Attributes=attributes)
        for number in range(1, times + 1):
            with self._server() as server:
                self._load(server)
            if number % _SHOWN_EVERY == 0:
                click.echo(f"{number} of {times}", err=True)
        with self._server() as server, _client(server) as client:
            self._drain(client)
        return [fault for receiver in self._receivers for fault in receiver.faults]

    @contextmanager
    def _server(self) -> Iterator[RunningServer]:
        with running_server(*self._store) as server:
            # Messages that were received before are to be visible again.
            patience.get(f"{server.url}/_emulator/clock", b'{"advance": %d}' % _VISIBILITY_SECONDS)
            yield server

    def _load(self, server: RunningServer) -> None:
        """Keep the server busy, and kill it."""
        steps = [each.run for each in self._senders] + [each.run for each in self._receivers]
        threads = [threading.Thread(target=_repeat, args=(server.url, step)) for step in steps]
        for thread in threads:
            thread.start()
        threading.Event().wait(self._chance.uniform(0, _LONGEST_LOAD_SECONDS))
        os.kill(server.process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()

    def _drain(self, client: Client) -> None:
        """All that is left, against what was acknowledged."""
        for sender, receiver in zip(self._senders, self._receivers, strict=True):
            left: list[int] = []
            while messages := client.call("ReceiveMessage", QueueUrl=sender.queue, MaxNumberOfMessages=10).get(
                "Messages"
            ):
                numbers = [int(message["Body"]) for message in messages]
                receiver.check(numbers)
                left += numbers
                for message in messages:
                    client.call("DeleteMessage", QueueUrl=sender.queue, ReceiptHandle=message["ReceiptHandle"])
                receiver.deleted.update(numbers)
            missing = sender.acknowledged - receiver.deleted - receiver.in_doubt
            if missing:
                receiver.faults.append(f"{sender.queue}: acknowledged messages are lost: {sorted(missing)}")
            sent = len(sender.acknowledged)
            click.echo(f"{sender.queue}: {sent} acknowledged, {len(left)} left at the end", err=True)


@contextmanager
def _client(server: RunningServer) -> Iterator[Client]:
    client = Client(server.url)
    try:
        yield client
    finally:
        client.close()


def _repeat(url: str, step: Callable[[Client], None]) -> None:
    """Do ``step`` until the server is gone."""
    client = Client(url)
    try:
        while True:
            step(client)
    except Lost:
        pass
    finally:
        client.close()


@click.command(help=__doc__)
@click.option("--times", default=1_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--store", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def main(times: int, seed: int, store: str) -> None:
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        if store == "sqlite":
            option = "--data-dir", str(Path(directory) / "data")
        else:
            server = Server.started()
            stack.callback(server.stop)
            option = "--store", server.new_database()
        faults = Crashes(option, seed).run(times)
    click.echo("\n".join(faults) or f"Killed {times} times: nothing was lost, came back, out of order or twice.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
