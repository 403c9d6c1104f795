"""Requests that AWS refuses, mostly: of every operation, in both protocols, and of the control interface's routes.

Each is made from the shapes of the API: some members have values that exist in the world of ``tests.state.lived_in``,
and the others are of a wrong type, out of range, too long, too deep or nonsense.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import msgspec

from api_shapes import sns, sqs, sts
from api_shapes.operation import Operation, Shape
from emulator.control.routes import LOCALSTACK_ROUTES, ROUTES
from emulator.control.routing import Route
from emulator.testing.in_process import Request
from emulator.wire.http import HttpRequest
from emulator.wire.members import ListForm, Member, members
from tests.state.world import ACCOUNT, OTHER, REGION, queue_arn, topic_arn

AnyOperation = Operation[Any, Any]
CONTROL_ROUTES = (*ROUTES, *LOCALSTACK_ROUTES)

OPERATIONS: tuple[AnyOperation, ...] = (
    *sqs.OPERATIONS.values(),
    *sns.OPERATIONS.values(),
    *sts.OPERATIONS.values(),
)

_POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}'
TEXTS: tuple[str, ...] = (
    *("", " ", "\0", "\n", "\ud800", "é\u0301", "x", "x" * 101, "x" * 300, "x" * 3000, "*", "#", "../..", "%00"),
    *("arn:", "arn:aws:sqs:us-east-1:111111111111:none", "arn:aws:sns:us-east-1:111111111111:none", "arn:aws:iam::1:r"),
    *("http://", "http://localhost:1/x", "https://[", "http://localhost:4566/111111111111/none", "ftp://x", "a@b", "@"),
    *("{}", "[]", "{", '{"a":' * 2000, "[" * 2000, '{"a":[{"numeric":["<"]}]}', "null", "true", "TRUE", _POLICY),
    *('{"maxReceiveCount":0}', '{"default":1}', '{"default":"x"}', '{"MessageRetentionPeriod":"0"}', '{"Statement":7}'),
    *("-1", "0", "1", "10", "11", "43201", "1e999", "NaN", "9" * 50, "9" * 5000, "0x10", " 1", "1.5", "٣"),
    *("$or", "AWS.x", "Amazon.x", "aws:x", "All", "Policy", "FifoQueue", "RedrivePolicy", "String", "Number", "Binary"),
    *("sqs", "sms", "email", "http", "SQS", "firehose", "json", "+15550101", "+1", "12", "GCM", "APNS", "queue.fifo"),
)
NUMBERS: tuple[int, ...] = (-(2**63), -(2**31), -1, 0, 1, 2, 10, 11, 20, 21, 43200, 43201, 2**31, 2**63, 10**40)
JUNK: tuple[Any, ...] = (None, 0, 1.5, -1, True, [], {}, [[]], {"a": {}}, "x", ["x"], {"": ""}, 10**30)
ATTRIBUTE_NAMES = (
    *("DelaySeconds", "VisibilityTimeout", "MessageRetentionPeriod", "MaximumMessageSize", "Policy", "RedrivePolicy"),
    *("RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"),
    *("KmsMasterKeyId", "DisplayName", "DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"),
    *("ArchivePolicy", "ReplayPolicy", "SignatureVersion", "TracingConfig", "Enabled", "Token", "CustomUserData"),
    *("PlatformCredential", "MonthlySpendLimit", "DefaultSMSType", "DefaultSenderID", "AWS.SNS.SMS.SenderID", "All"),
)
KNOWN: dict[str, tuple[str, ...]] = {
    "QueueUrl": ("jobs", "dead", "line.fifo", f"http://localhost:4566/{ACCOUNT}/jobs", f"http://x/{OTHER}/jobs"),
    "QueueName": ("jobs", "new", "new.fifo", "gone", "line.fifo"),
    "TopicArn": (topic_arn("topic"), topic_arn("topic.fifo"), topic_arn("theirs", OTHER)),
    "TargetArn": (topic_arn("topic"), topic_arn("endpoint/APNS/app/x")),
    "ResourceArn": (topic_arn("topic"), topic_arn("topic.fifo")),
    "SourceArn": (queue_arn("dead"), queue_arn("jobs")),
    "DestinationArn": (queue_arn("jobs"), queue_arn("line.fifo")),
    "Name": ("topic", "new", "topic.fifo", "app"),
    "PlatformApplicationArn": (topic_arn("app/APNS/app"),),
    "AttributeName": ATTRIBUTE_NAMES,
    "AttributeNames": ATTRIBUTE_NAMES,
    "Protocol": ("sqs", "email", "sms", "http", "lambda", "firehose", "application"),
    "Endpoint": (queue_arn("jobs"), queue_arn("line.fifo"), "a@example.com", "+15550100", "http://localhost:1/"),
    "AWSAccountIds": (ACCOUNT, OTHER),
    "AWSAccountId": (ACCOUNT, OTHER),
    "Actions": ("SendMessage", "*", "DeleteQueue"),
    "ActionName": ("Publish", "*", "DeleteTopic"),
    "PhoneNumber": ("+15550100", "+15550103"),
    "phoneNumber": ("+15550101", "+15550102"),
    "Platform": ("APNS", "GCM", "ADM"),
    "MessageStructure": ("json",),
    "DataType": ("String", "Number", "Binary", "String.Array"),
    "Id": ("a", "b"),
}


class Generator:
    """Random requests. ``known`` adds values of this world, such as receipt handles, to those of ``KNOWN``."""

    def __init__(self, chance: Random, known: dict[str, Sequence[str]]) -> None:
        self.chance = chance
        self.known: dict[str, Sequence[str]] = {**KNOWN, **known}

    def request(self) -> tuple[AnyOperation, HttpRequest]:
        """A request for an operation, in one of the protocols that its service has."""
        chance = self.chance
        operation = chance.choice(OPERATIONS)
        json10 = operation.service == "sqs" and chance.random() < 0.5
        members = self._shape(operation.request, chance.choice((0.1, 0.3, 0.6)), json10=json10)
        if json10:
            document = members if chance.random() < 0.97 else chance.choice(JUNK)
            body = json.dumps(document).encode()
            headers = {
                b"content-type": b"application/x-amz-json-1.0",
                b"x-amz-target": b"AmazonSQS." + _name(operation),
            }
        else:
            form = [("Action", operation.name), *self._form(members)]
            body = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in form).encode()
            headers = {b"content-type": b"application/x-www-form-urlencoded"}
        if chance.random() < 0.05:
            body, headers = self._spoiled(body, headers)
        scope = f"Credential={self._account()}/20260101/{self._region()}/{operation.service}/aws4_request"
        headers |= {b"host": b"localhost:4566", b"authorization": b"AWS4-HMAC-SHA256 " + scope.encode()}
        if chance.random() < 0.05:
            headers[b"accept"] = b"application/json"
        path = chance.choice(("/", "/", "/", f"/{ACCOUNT}/jobs", f"/{ACCOUNT}/none", "/queue/jobs"))
        return operation, HttpRequest("POST", "http", path, b"", headers, body)

    def control_request(self) -> tuple[Route, Request]:
        """A request for a route of the control interface, or of LocalStack's.

        One for a stream, which would not end, is a wrong one. Few of them drop everything.
        """
        chance = self.chance
        route = chance.choice(CONTROL_ROUTES)
        while route.handler.__name__ in _EMPTYING and chance.random() < 0.95:
            route = chance.choice(CONTROL_ROUTES)
        path = "/".join(self._part(part) for part in route.path.split("/"))
        query = self._query(route)
        if route.handler.__name__ == "peek" and route.method == "POST" and chance.random() < 0.7:
            return route, self._look(path, query)
        names = _fields_of(route.types.get("body"))
        document: Any = {name: self._json() for name in names if chance.random() < 0.6}
        if chance.random() < 0.3 or route.handler.__name__ in _ENDLESS:
            document = chance.choice(JUNK)
        body = json.dumps(document).encode()
        if chance.random() < 0.1:
            body = body[: chance.randrange(len(body) + 1)]
        if route.handler.__name__ in _ENDLESS:
            query, body = "limit=x&timeout=x&account=x&nonsense=1", b"["
        return route, Request(
            route.method, f"http://localhost:4566{path}?{query}", [("content-type", "application/json")], body
        )

    def _query(self, route: Route) -> str:
        """The query string: some of what the route takes, and what it does not."""
        chance = self.chance
        taken = (*_fields_of(route.types.get("query")), *(("QueueUrl",) if "/sqs/" in route.path else ()))
        names = [name for name in taken if chance.random() < 0.5]
        names += [self._key() for _ in range(chance.choice((0, 0, 0, 1, 2)))]
        return urlencode([(name, self._value_of(name)) for name in names], errors="replace")

    def _look(self, path: str, query: str) -> Request:
        """LocalStack's look into a queue, with a body as SDKs write it."""
        chance = self.chance
        given = {"Action": chance.choice(("ReceiveMessage", "SendMessage", "")), "QueueUrl": self._value_of("QueueUrl")}
        kind, body = ("application/x-www-form-urlencoded", urlencode(given, errors="replace").encode())
        headers = [("content-type", kind)]
        if chance.random() < 0.5:
            headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "AmazonSQS.ReceiveMessage")]
            body = json.dumps({"QueueUrl": given["QueueUrl"]} if chance.random() < 0.8 else self._json()).encode()
        return Request("POST", f"http://localhost:4566{path}?{query}", headers, body)

    def _value_of(self, name: str) -> str:
        """A value for a parameter of a path or a query."""
        known = _PARTS.get(name) or self.known.get(name)
        return self.chance.choice(known) if known and self.chance.random() < 0.7 else self._text()

    # -- Members -----------------------------------------------------------------------------

    def _shape(self, shape: type[Shape], wrong: float, *, json10: bool, depth: int = 0) -> Any:
        if depth and self.chance.random() < wrong * 0.2 and json10:
            return self.chance.choice(JUNK)
        given: dict[str, Any] = {}
        for member in members(shape):
            if self.chance.random() < (0.95 if member.required else 0.35):
                given[member.name] = self._member(member, wrong, json10=json10, depth=depth)
        if self.chance.random() < 0.03:
            given[self._text()] = self._json()
        return given

    def _member(self, member: Member, wrong: float, *, json10: bool, depth: int) -> Any:
        chance = self.chance
        if json10 and chance.random() < wrong * 0.3:
            return chance.choice(JUNK)
        if member.form is None:
            return self._scalar(member, wrong, json10=json10, depth=depth)
        size = chance.choice((0, 1, 1, 1, 2, 11)) if chance.random() < wrong else 1
        if isinstance(member.form, ListForm):
            return _List(member, [self._scalar(member, wrong, json10=json10, depth=depth) for _ in range(size)])
        names = ATTRIBUTE_NAMES if "ttributes" in member.name and member.type is str else ("a", "b", "")
        keys = [chance.choice(names) if chance.random() > wrong else self._text() for _ in range(size)]
        return _Map(member, [(key, self._scalar(member, wrong, json10=json10, depth=depth)) for key in keys])

    def _scalar(self, member: Member, wrong: float, *, json10: bool, depth: int) -> Any:
        chance = self.chance
        if issubclass(member.type, Shape):
            return self._shape(member.type, wrong, json10=json10, depth=depth + 1)
        if member.type is int:
            return chance.choice(NUMBERS)
        if member.type is bool:
            return chance.random() < 0.5
        if member.type is bytes:
            return base64.b64encode(b"bytes").decode() if chance.random() > wrong else self._text()
        known = self.known.get(member.name)
        if known and chance.random() >= wrong:
            return chance.choice(known)
        return self._text()

    # -- Spelling ----------------------------------------------------------------------------

    def _form(self, given: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
        """The parameters of the query protocol."""
        for name, value in given.items() if isinstance(given, dict) and not isinstance(given, _Map) else ():
            at = prefix + name
            if isinstance(value, _List):
                form = value.member.form
                wrapper = f"{prefix}{form.wrapper}." if form.wrapper else prefix
                for number, each in enumerate(value, 1):
                    yield from self._value(f"{wrapper}{form.item}.{number}", each)
            elif isinstance(value, _Map):
                form = value.member.form
                wrapper = f"{prefix}{form.wrapper}." if form.wrapper else prefix
                for number, (key, each) in enumerate(value.items(), 1):
                    yield f"{wrapper}{form.item}.{number}.{form.key}", key
                    yield from self._value(f"{wrapper}{form.item}.{number}.{form.value}", each)
            else:
                yield from self._value(at, value)

    def _value(self, name: str, value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            yield from self._form(value, f"{name}.")
        else:
            yield name, str(value)

    def _spoiled(self, body: bytes, headers: dict[bytes, bytes]) -> tuple[bytes, dict[bytes, bytes]]:
        """A request that is cut off, or says that it is something else."""
        chance = self.chance
        if chance.random() < 0.5:
            return body[: chance.randrange(len(body) + 1)], headers
        kind = chance.choice((b"", b"text/plain", b"application/json", b"application/x-amz-json-1.1", b"\xff"))
        return body, {**headers, b"content-type": kind}

    # -- Values ------------------------------------------------------------------------------

    def _text(self) -> str:
        return self.chance.choice(TEXTS)

    def _json(self) -> Any:
        kind = self.chance.random()
        if kind < 0.4:
            return self.chance.choice(JUNK)
        return self._text() if kind < 0.8 else self.chance.choice(NUMBERS)

    def _key(self) -> str:
        return self.chance.choice(("account", "region", "limit", "service", "format", "QueueUrl", "x", ""))

    def _account(self) -> str:
        return self.chance.choice((ACCOUNT, ACCOUNT, ACCOUNT, ACCOUNT, OTHER, "", "x"))

    def _region(self) -> str:
        return self.chance.choice((REGION, REGION, REGION, REGION, "eu-west-1", "", "nowhere"))

    def _part(self, part: str) -> str:
        if not part.startswith("{"):
            return part
        text = self._value_of(part.strip("{}"))[:200]
        return quote(text.encode(errors="replace"), safe="") or "x"


_ENDLESS = ("stream_events", "settle")
_EMPTYING = ("reset_state", "reset_service")
_PARTS: dict[str, tuple[str, ...]] = {
    "account": (ACCOUNT, ACCOUNT, OTHER),
    "accountId": (ACCOUNT, ACCOUNT, OTHER),
    "region": (REGION, REGION, "eu-west-1"),
    "name": ("jobs", "line.fifo", "topic", "none"),
    "stage": ("boot", "start", "ready", "shutdown"),
    "service": ("sqs", "sns", "s3"),
    "phoneNumber": ("+15550100", "+15550101"),
    "ShowInvisible": ("true", "false"),
    "ShowDelayed": ("true", "false"),
}


class _List(list[Any]):
    """The elements of a member that is a list."""

    def __init__(self, member: Member, elements: list[Any]) -> None:
        super().__init__(elements)
        self.member: Any = member


class _Map(dict[str, Any]):
    """The entries of a member that is a map."""

    def __init__(self, member: Member, entries: list[tuple[str, Any]]) -> None:
        super().__init__(entries)
        self.member: Any = member


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return quote_plus(text, errors="surrogatepass")


def _fields_of(kind: object) -> list[str]:
    """The names of the members of a body."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [each.encode_name for each in msgspec.structs.fields(kind)]
    return []


def _name(operation: AnyOperation) -> bytes:
    return operation.name.encode()
