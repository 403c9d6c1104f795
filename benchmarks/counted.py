"""The program that callgrind counts: each operation, performed in process a given number of times.

benchmarks.instructions runs it by its path, with the measured checkout on PYTHONPATH. So it imports only the emulator
and the standard library, and must also run with older commits.

Requests are prepared as bytes, and each goes through the gateway without sockets. Besides that, a count includes only
the loop, the numbers in the requests to a FIFO queue, and the search for the receipt handle in the answer of a receive.
"""

import gc
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from emulator import __file__ as _package
from emulator.wire.http import HttpRequest, HttpResponse

try:
    from emulator.configuration.settings import Settings
    from emulator.serving.app import Emulator
except ModuleNotFoundError:  # older commits have these modules in the package itself
    from emulator.app import Emulator  # type: ignore[import-not-found, no-redef]
    from emulator.settings import Settings  # type: ignore[import-not-found, no-redef]

_BODY = "x" * 1000
_WARM_UP = 50
_GROUPS = 7
_ARN = "arn:aws:{service}:us-east-1:000000000000:{name}"
_HANDLE_MARK = b'"ReceiptHandle":"'

_JSON_TYPE, _FORM_TYPE = b"application/x-amz-json-1.0", b"application/x-www-form-urlencoded"
_AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=00"
)

Operation = Callable[[], object]


class World:
    """One emulator, with requests for it."""

    def __init__(self) -> None:
        self._gateway = Emulator(Settings()).gateway

    def answer(self, request: HttpRequest) -> bytes:
        answer = self._gateway.answer(request)
        assert isinstance(answer, HttpResponse), "no operation here waits"
        if answer.status != 200:
            raise SystemExit(f"a request was refused: {answer.body.decode()}")
        return answer.body

    def make_queue(self, name: str, **attributes: str) -> str:
        answer = self.answer(sqs("CreateQueue", body(QueueName=name, Attributes=attributes)))
        url: str = json.loads(answer)["QueueUrl"]
        return url

    def make_topic(self, queues: int, policy: str | None = None) -> str:
        """A topic with ``queues`` subscribed queues, each with the filter policy if one is given."""
        self.answer(sns("CreateTopic", Name="topic"))
        topic = _ARN.format(service="sns", name="topic")
        filtered = (
            {} if policy is None else {"Attributes.entry.1.key": "FilterPolicy", "Attributes.entry.1.value": policy}
        )
        for number in range(queues):
            self.make_queue(f"queue-{number}")
            endpoint = _ARN.format(service="sqs", name=f"queue-{number}")
            self.answer(sns("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint, **filtered))
        return topic


def sqs(action: str, json_body: bytes) -> HttpRequest:
    return HttpRequest("POST", "http", "/", b"", sqs_headers(action), json_body)


def sqs_headers(action: str) -> dict[bytes, bytes]:
    return headers("sqs", _JSON_TYPE) | {b"x-amz-target": f"AmazonSQS.{action}".encode()}


def sns(action: str, **parameters: str) -> HttpRequest:
    form = urlencode({"Action": action, "Version": "2010-03-31", **parameters}).encode()
    return HttpRequest("POST", "http", "/", b"", headers("sns", _FORM_TYPE), form)


def headers(service: str, content_type: bytes) -> dict[bytes, bytes]:
    authorization = _AUTHORIZATION.format(service=service).encode()
    return {b"host": b"localhost:4566", b"content-type": content_type, b"authorization": authorization}


def body(**members: object) -> bytes:
    return json.dumps(members).encode()


# -- What is counted ---------------------------------------------------------------------------


def send_receive_delete(world: World) -> Operation:
    url = world.make_queue("queue")
    send = sqs("SendMessage", body(QueueUrl=url, MessageBody=_BODY))
    receive_and_delete = receiver(world, url)

    def perform() -> None:
        world.answer(send)
        receive_and_delete()

    return perform


def fifo_send_receive_delete(world: World) -> Operation:
    url = world.make_queue("queue.fifo", FifoQueue="true")
    sending, sent = sqs_headers("SendMessage"), 0
    template = body(QueueUrl=url, MessageBody=_BODY, MessageGroupId="g%d", MessageDeduplicationId="%d")
    receive_and_delete = receiver(world, url)

    def perform() -> None:
        nonlocal sent
        sent += 1
        world.answer(HttpRequest("POST", "http", "/", b"", sending, template % (sent % _GROUPS, sent)))
        receive_and_delete()

    return perform


def receiver(world: World, url: str) -> Operation:
    """Receives a message and deletes it."""
    receive = sqs("ReceiveMessage", body(QueueUrl=url))
    deleting, template = sqs_headers("DeleteMessage"), body(QueueUrl=url, ReceiptHandle="%b")

    def perform() -> None:
        answer = world.answer(receive)
        begin = answer.index(_HANDLE_MARK) + len(_HANDLE_MARK)
        handle = answer[begin : answer.index(b'"', begin)]
        world.answer(HttpRequest("POST", "http", "/", b"", deleting, template % handle))

    return perform


def receive_empty(world: World) -> Operation:
    request = sqs("ReceiveMessage", body(QueueUrl=world.make_queue("queue")))
    return lambda: world.answer(request)


def send_batch(world: World) -> Operation:
    entries = [{"Id": str(number), "MessageBody": _BODY} for number in range(10)]
    request = sqs("SendMessageBatch", body(QueueUrl=world.make_queue("queue"), Entries=entries))
    return lambda: world.answer(request)


def publish(world: World) -> Operation:
    request = sns("Publish", TopicArn=world.make_topic(1), Message=_BODY)
    return lambda: world.answer(request)


def publish_to_ten(world: World) -> Operation:
    request = sns("Publish", TopicArn=world.make_topic(10), Message=_BODY)
    return lambda: world.answer(request)


def publish_filtered(world: World) -> Operation:
    topic = world.make_topic(1, '{"store": ["s0"]}')
    attribute = {"Name": "store", "Value.DataType": "String", "Value.StringValue": "s0"}
    named = {f"MessageAttributes.entry.1.{part}": text for part, text in attribute.items()}
    request = sns("Publish", TopicArn=topic, Message=_BODY, **named)
    return lambda: world.answer(request)


OPERATIONS: dict[str, Callable[[World], Operation]] = {
    "send": send_receive_delete,
    "fifo": fifo_send_receive_delete,
    "receive-empty": receive_empty,
    "send-batch": send_batch,
    "publish-1": publish,
    "publish-filtered": publish_filtered,
    "publish-10": publish_to_ten,
}


def perform(name: str, collector: str, times: int) -> None:
    operation = OPERATIONS[name](World())
    for _ in range(_WARM_UP):
        operation()
    if collector == "on":
        gc.collect()
        gc.freeze()  # as the server does, so that the collector skips objects from before the operations
        gc.enable()
    for _ in range(times):
        operation()


def main(root: str, collector: str, names: str, *lengths: str) -> None:
    """Perform each operation ``lengths`` times, each time in a new process, and print which process did what."""
    if not Path(_package).is_relative_to(root):
        raise SystemExit(f"the emulator of {_package} was imported, and not that of {root}")
    gc.disable()
    logging.disable()
    for name in names.split(","):
        OPERATIONS[name](World())()  # imports what it needs, which slows valgrind down in each process otherwise
        for times in lengths:
            process = os.fork()
            if process == 0:
                perform(name, collector, int(times))
                return
            _, status = os.waitpid(process, 0)
            if status:
                raise SystemExit(f"{name} failed")
            print(process, name, times, flush=True)  # before the next fork, which would print it again


if __name__ == "__main__":
    main(*sys.argv[1:])
