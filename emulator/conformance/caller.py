"""What a case gets: an AWS account at the endpoint, names of its own, and a cleanup at its end."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus, urlencode

from botocore.serialize import create_serializer

from emulator.conformance.answer import Answer, HttpAnswer, Result
from emulator.conformance.cleaning import Cleaning
from emulator.conformance.connection import Connection
from emulator.conformance.mismatch import Mismatch
from emulator.conformance.models import model
from emulator.conformance.protocols import Protocol, Service

JSON = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSIONS: dict[Service, str] = {"sqs": "2012-11-05", "sns": "2010-03-31"}

_DEADLINE_SECONDS = 20  # for what AWS does after it has answered
_LONG_POLL_SECONDS = 2


class Caller:
    """Calls operations in one protocol. The names of everything it creates begin with ``prefix``."""

    def __init__(self, connection: Connection, protocol: Protocol, prefix: str) -> None:
        self.connection = connection
        self.protocol: Protocol = protocol
        self.region = connection.region
        self._prefix = prefix
        self._names = 0
        self._account: str | None = None
        self._closing = False
        self._cleaning = Cleaning(self.call)

    # -- Requests --------------------------------------------------------------------------

    def sqs(self, action: str, **params: Any) -> Answer:
        """Calls an operation of SQS, in the protocol that the case runs in."""
        return self._call("sqs", self.protocol, action, params)

    def sns(self, action: str, **params: Any) -> Answer:
        """Calls an operation of SNS."""
        return self._call("sns", "query", action, params)

    def call(self, service: Service, action: str, params: Mapping[str, Any]) -> Answer:
        return self._call(service, self.protocol if service == "sqs" else "query", action, params)

    def _call(self, service: Service, protocol: Protocol, action: str, params: Mapping[str, Any]) -> Answer:
        """The parameters are sent unchanged and unchecked."""
        operation = model(service, protocol).operation_model(action)
        request = create_serializer(protocol, include_validation=False).serialize_to_request(dict(params), operation)
        body = request["body"]
        if isinstance(body, dict):
            body = urlencode(body, doseq=True, quote_via=quote_plus).encode()
        headers = {str(name): str(value) for name, value in request["headers"].items()}
        sent = self.connection.send(service, "POST", "/", headers, body, counted=not self._closing)
        answer = Answer(service, protocol, action, sent)
        self._cleaning.note(action, params, answer)
        return answer

    def json(
        self, action: str, document: object, *, target: str = "/", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request to SQS with exactly this JSON document; bytes are sent unchanged."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        sent = {"Content-Type": JSON, "X-Amz-Target": f"AmazonSQS.{action}"} | dict(headers or {})
        return Answer("sqs", "json", action, self.connection.send("sqs", "POST", target, sent, body))

    def form(
        self,
        service: Service,
        params: Mapping[str, str] | Sequence[tuple[str, str]] | bytes,
        *,
        target: str = "/",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A request with exactly these form parameters. Version is added unless the form is given as bytes."""
        pairs = list(params.items()) if isinstance(params, Mapping) else params
        if not isinstance(pairs, bytes):
            body = urlencode([("Version", VERSIONS[service]), *pairs]).encode()
            action = dict(pairs).get("Action", "")
        else:
            body, action = pairs, ""
        sent = {"Content-Type": FORM} | dict(headers or {})
        return Answer(service, "query", action, self.connection.send(service, "POST", target, sent, body))

    def http(
        self,
        service: Service,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        signed: bool = True,
    ) -> HttpAnswer:
        """Exactly this request."""
        return self.connection.send(service, method, target, headers, body, signed=signed)

    # -- What cases need -------------------------------------------------------------------

    @property
    def account(self) -> str:
        """The caller's account id."""
        if self._account is None:
            self._account = self.arn(self.queue()).split(":")[4]
        return self._account

    def name(self, suffix: str = "") -> str:
        """An unused name."""
        self._names += 1
        return f"{self._prefix}-{self._names}{suffix}"

    @property
    def device(self) -> str:
        """The token of a device that only this case has."""
        return f"{self._prefix}-device"

    def queue(self, attributes: Mapping[str, str] | None = None, **more: Any) -> str:
        """The URL of a new standard queue; ``more`` are parameters of CreateQueue."""
        return self._create_queue(self.name(), attributes or {}, more)

    def fifo_queue(self, attributes: Mapping[str, str] | None = None, **more: Any) -> str:
        return self._create_queue(self.name(".fifo"), {"FifoQueue": "true", **(attributes or {})}, more)

    def _create_queue(self, name: str, attributes: Mapping[str, str], more: Mapping[str, Any]) -> str:
        given = {"Attributes": dict(attributes)} if attributes else {}
        return str(self.sqs("CreateQueue", QueueName=name, **given, **more).result["QueueUrl"])

    def url_of_no_queue(self) -> str:
        """The URL of a queue that does not exist."""
        return f"{self.queue()}-gone"

    def attributes(self, queue: str, *names: str) -> dict[str, str]:
        """All attributes of a queue, or those named."""
        answer = self.sqs("GetQueueAttributes", QueueUrl=queue, AttributeNames=list(names) or ["All"])
        return dict(answer.result.get("Attributes", {}))

    def arn(self, queue: str) -> str:
        """The ARN of a queue, by its URL."""
        return self.attributes(queue, "QueueArn")["QueueArn"]

    def receive(self, queue: str, **params: Any) -> list[Result]:
        """The messages that one ReceiveMessage returns. It waits, unless ``WaitTimeSeconds`` is given."""
        given = {"WaitTimeSeconds": _LONG_POLL_SECONDS, **params}
        return list(self.sqs("ReceiveMessage", QueueUrl=queue, **given).result.get("Messages", []))

    def received(self, queue: str, count: int, **params: Any) -> list[Result]:
        """This many messages, in the order in which they were received. Raises Mismatch if they do not arrive."""
        messages: list[Result] = []
        until = time.monotonic() + _DEADLINE_SECONDS
        while len(messages) < count and time.monotonic() < until:
            messages += self.receive(queue, MaxNumberOfMessages=min(10, count - len(messages)), **params)
        if len(messages) != count:
            raise Mismatch(f"{len(messages)} of {count} messages could be received")
        return messages

    def topic(self, attributes: Mapping[str, str] | None = None, **more: Any) -> str:
        """The ARN of a new standard topic; ``more`` are parameters of CreateTopic."""
        return self._create_topic(self.name(), attributes or {}, more)

    def fifo_topic(self, attributes: Mapping[str, str] | None = None, **more: Any) -> str:
        return self._create_topic(self.name(".fifo"), {"FifoTopic": "true", **(attributes or {})}, more)

    def _create_topic(self, name: str, attributes: Mapping[str, str], more: Mapping[str, Any]) -> str:
        given = {"Attributes": dict(attributes)} if attributes else {}
        return str(self.sns("CreateTopic", Name=name, **given, **more).result["TopicArn"])

    def arn_of_no_topic(self) -> str:
        """The ARN of a topic that does not exist."""
        return f"{self.topic()}-gone"

    def subscribe(self, topic: str, queue: str, attributes: Mapping[str, str] | None = None) -> str:
        """Subscribes a queue, and allows the topic to send to it. Returns the ARN of the subscription."""
        arn = self.arn(queue)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": policy}).succeeds()
        given = {"Attributes": dict(attributes)} if attributes else {}
        answer = self.sns(
            "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True, **given
        )
        return str(answer.result["SubscriptionArn"])

    def wait(self, seconds: float) -> None:
        """Lets real time pass. A case that uses this declares its ``seconds``."""
        time.sleep(seconds)

    def close(self) -> list[str]:
        """Removes everything that was created. Returns a line for each thing that could not be removed."""
        self._closing = True
        return self._cleaning.remove_everything()
