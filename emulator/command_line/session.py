"""A command's view of a running server: its control interface, its AWS API, and its queues and topics by name."""

import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from http.client import HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from emulator.command_line import names
from emulator.command_line.connection import SECONDS, Answer, Body, Connection
from emulator.command_line.failures import NoServerError, RefusedError
from emulator.command_line.names import Name

_NO_QUEUE = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
_NOT_FOUND = "404"
_OTHER_NOUN = {"queue": "topic", "topic": "queue"}
_UNSIGNED = b"IncompleteSignature"  # the code of requests without a full signature, where these are verified


Query = Mapping[str, str | int | None]  # what is None is left out


class Target(NamedTuple):
    """Where the server is, and on whose behalf the command calls. None: what the server has for its default."""

    url: str
    control_url: str | None = None
    ca_bundle: str | None = None
    account: str | None = None  # of names
    region: str | None = None
    only_account: str | None = None  # to which a command about everything is limited
    only_region: str | None = None

    @property
    def filter(self) -> dict[str, str | None]:
        return {"account": self.only_account, "region": self.only_region}


class Session:
    def __init__(self, target: Target) -> None:
        self.target = target
        self._aws = Connection(target.url, target.ca_bundle)
        self._signs = False  # whether the server verifies signatures

    def close(self) -> None:
        self._aws.close()
        if "_control" in self.__dict__:
            self._control.close()

    # -- The control interface

    def control(
        self, method: str, path: str, query: Query | None = None, body: object = None, seconds: float = SECONDS
    ) -> Any:
        """The answer of a control route. RefusedError if it is an error."""
        content = None if body is None else json.dumps(body).encode()
        return self._checked(self._control.ask(method, _path(path, query), content, None, seconds))

    def open(self, method: str, path: str, query: Query, body: Body | None = None) -> HTTPResponse:
        """The answer of a control route, to be read piece by piece. RefusedError if it is an error."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        response = self._control.open(method, _path(path, query), body, headers, 10 * SECONDS)
        if response.status >= 400:
            is_json = response.headers.get_content_type() == "application/json"
            self._checked(Answer(response.status, is_json, response.read()))
        return response

    def lines(self, response: HTTPResponse) -> Iterable[bytes]:
        return self._control.lines(response)

    def portions(self, response: HTTPResponse) -> Iterable[bytes]:
        return self._control.portions(response)

    def health(self) -> Answer:
        """The health of the server, which its AWS port tells too."""
        answer = self._aws.ask("GET", "/_emulator/health")
        if not answer.is_json or "version" not in answer.json():
            raise NoServerError(f"what answers at {self.target.url} is no sqs-sns-emulator")
        return answer

    @cached_property
    def _control(self) -> Connection:
        if self.target.control_url is not None:
            return Connection(self.target.control_url, self.target.ca_bundle)
        port = self.health().json().get("control_port")
        if port is None:
            return self._aws
        parts = urlsplit(self.target.url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return Connection(f"{parts.scheme}://{host}:{port}", self.target.ca_bundle)

    def _checked(self, answer: Answer) -> Any:
        if not answer.is_json and answer.status >= 400:
            raise NoServerError(f"the server at {self._control.url} has no control interface (--no-control)")
        if answer.status >= 400:
            raise RefusedError(str(answer.status), answer.json().get("error", f"status {answer.status}"))
        return answer.json() if answer.body else None

    # -- AWS

    def sqs(self, action: str, queue: Name, parameters: Mapping[str, object], seconds: float = SECONDS) -> Any:
        """An action of SQS in the account and region of a queue. RefusedError if AWS answers with an error.

        If there is no such queue, the error says where there is one.
        """
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"}
        body = json.dumps({key: value for key, value in parameters.items() if value is not None}).encode()
        answer = self._ask("sqs", queue, headers, body, seconds)
        if answer.status < 400:
            return answer.json() if answer.body else {}
        error = answer.json()
        code = str(error.get("__type", "")).rpartition("#")[2]
        if code in _NO_QUEUE:
            raise RefusedError(code, self._no_such("queue", queue))
        raise RefusedError(code, f"{code}: {error.get('message', 'no message')}")

    def sns(self, action: str, topic: Name, parameters: Mapping[str, str]) -> dict[str, Any]:
        """An action of SNS about a topic. RefusedError if AWS answers with an error."""
        try:
            return self._query("sns", "2010-03-31", action, topic, parameters)
        except RefusedError as error:
            if error.code == "NotFound":
                raise RefusedError(error.code, self._no_such("topic", topic)) from None
            raise

    def cloudformation(self, action: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """An action of CloudFormation. RefusedError if AWS answers with an error."""
        place = Name("", self.target.account, self.target.region)
        return self._query("cloudformation", "2010-05-15", action, place, parameters)

    def _query(
        self, service: str, version: str, action: str, place: Name, parameters: Mapping[str, str]
    ) -> dict[str, Any]:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        form = {"Action": action, "Version": version, **parameters}
        answer = self._ask(service, place, headers, urlencode(form).encode(), SECONDS)
        if answer.status < 400:
            result: dict[str, Any] = answer.json()[f"{action}Response"].get(f"{action}Result") or {}
            return result
        error = answer.json()["Error"]
        raise RefusedError(error["Code"], f"{error['Code']}: {error['Message']}")

    def _ask(self, service: str, place: Name, headers: dict[str, str], body: bytes, seconds: float) -> Answer:
        """The answer to an action. It is asked for without a signature, and with one if the server wants that."""
        if not self._signs:
            answer = self._aws.ask("POST", "/", body, headers | self._unsigned(service, place), seconds)
            if not answer.is_json:
                raise NoServerError(
                    f"what answers at {self.target.url} (status {answer.status}) is no sqs-sns-emulator"
                )
            self._signs = answer.status == 400 and _UNSIGNED in answer.body
        return self._ask_signed(service, place, headers, body, seconds) if self._signs else answer

    def _unsigned(self, service: str, place: Name) -> dict[str, str]:
        """A header that says who calls; what is left open is the server's default."""
        account, region = place.account or self.target.account or "emulator", place.region or self.target.region or ""
        scope = f"{account}/20300101/{region}/{service}/aws4_request"
        return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"}

    def _ask_signed(self, service: str, place: Name, headers: dict[str, str], body: bytes, seconds: float) -> Answer:
        from emulator.command_line.signing import signer_of_environment
        from emulator.timing.clock import Clock

        signer = signer_of_environment()
        if signer is None:
            raise RefusedError(
                "IncompleteSignature",
                f"the server at {self.target.url} verifies signatures: "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY say with which key to sign",
            )
        clock = self._quietly(lambda: self.control("GET", "clock"))
        now = Clock().now() if clock is None else float(clock["epoch"])
        region = place.region or self.target.region or ""
        return self._aws.ask(
            "POST", "/", body, signer.signed(self.target.url, headers, body, service, region, now), seconds
        )

    # -- Queues and topics

    def queue(self, text: str) -> Name:
        return self._named(text, "sqs")

    def topic(self, text: str) -> Name:
        return self._named(text, "sns")

    def _named(self, text: str, service: str) -> Name:
        parsed = names.parse(text, service)
        return Name(parsed.name, parsed.account or self.target.account, parsed.region or self.target.region)

    def arn_of_queue(self, queue: Name) -> str:
        """The ARN of a queue that there is."""
        answer = self.sqs("GetQueueAttributes", queue, {"QueueUrl": queue.name, "AttributeNames": ["QueueArn"]})
        return str(answer["Attributes"]["QueueArn"])

    def arn(self, service: str, given: Name) -> str:
        """The ARN that a queue or topic has, whether it exists or not."""
        return f"arn:aws:{service}:{self.region_of(given)}:{self.account_of(given)}:{given.name}"

    def account_of(self, given: Name) -> str:
        return given.account or str(self._defaults["account"])

    def region_of(self, given: Name) -> str:
        return given.region or str(self._defaults["region"])

    @cached_property
    def _defaults(self) -> Any:
        return self.control("GET", "")

    def contents(self, queue: Name, limit: int) -> Any:
        """A queue with up to ``limit`` messages, without receiving them."""
        place = f"{self.account_of(queue)}/{self.region_of(queue)}"
        try:
            return self.control("GET", f"queues/{place}/{quote(queue.name, safe='')}", {"limit": limit})
        except RefusedError as error:
            if error.code != _NOT_FOUND:
                raise
            raise RefusedError(error.code, self._no_such("queue", queue)) from None

    def missing(self, noun: str, wanted: Name) -> str | None:
        """That there is no such queue or topic now; None if there is one, or if that cannot be asked."""
        place = {"account": self.account_of(wanted), "region": self.region_of(wanted)}
        listed = self._quietly(lambda: self.control("GET", f"{noun}s", place)[f"{noun}s"])
        if listed is None or any(each["name"] == wanted.name for each in listed):
            return None
        return self._no_such(noun, wanted)

    def _no_such(self, noun: str, wanted: Name) -> str:
        """That there is no such queue or topic, and where there is one, or what has that name, or a similar one."""
        where = " ".join(f"in {each}" for each in (wanted.region,) if each)
        of = f"of account {wanted.account}" if wanted.account else ""
        text = " ".join(filter(None, (f"there is no {noun} {wanted.name}", where, of)))
        listed = self._listed(noun)
        if listed is None:
            return text
        same = [each for each in listed if each["name"] == wanted.name]
        if same:
            places = " and ".join(f"in {each['region']} of account {each['account']}" for each in same[:5])
            return f"{text}; there is one {places}: give --region and --account"
        other = _OTHER_NOUN[noun]
        if any(each["name"] == wanted.name for each in self._listed(other) or ()):
            return f"{text}, but a {other} of that name"
        close = get_close_matches(wanted.name, [each["name"] for each in listed], n=1, cutoff=0.6)
        return f"{text}; did you mean {close[0]}?" if close else text

    def _listed(self, noun: str) -> Any:
        """All queues, or all topics; None if the server has no control interface to ask."""
        return self._quietly(lambda: self.control("GET", f"{noun}s")[f"{noun}s"])

    def _quietly(self, ask: Callable[[], Any]) -> Any:
        """The answer; None if the server has no control interface to ask."""
        try:
            return ask()
        except (NoServerError, RefusedError):
            return None


def _path(path: str, query: Query | None) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return f"/_emulator/{path}?{urlencode(given)}" if given else f"/_emulator/{path}"
