"""With a seed and a clock that stands still, everything repeats byte for byte."""

import http.client
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError

from tests import boto, emulator_process, patience
from tests.server import RunningServer, running_server

ACCOUNT, OTHER = "111111111111", "222222222222"
OPTIONS = ("--clock-at", "2030-01-01T00:00:00Z", "--external-url", "http://emulator.test:4566")
CREDENTIALS = {"PlatformPrincipal": "certificate", "PlatformCredential": "key"}

Exchange = tuple[int, list[tuple[str, str]], bytes]


class Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self) -> "Body":
        return self


class Caller:
    """Clients of one account, which keep every answer as it came, status, headers and body."""

    def __init__(self, server: RunningServer, account: str = ACCOUNT, protocol: str = "json") -> None:
        self.url = server.url
        self.account = account
        self.answers: list[Exchange] = []
        self.sqs = boto.client("sqs", server.url, account=account, protocol=protocol)
        self.sns = boto.client("sns", server.url, account=account)
        for client in (self.sqs, self.sns):
            client.meta.events.register("before-send.*", self.send)

    def send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()
        }
        status, answered, body = self.exchange(request.method, urlsplit(request.url).path, request.body, headers)
        return AWSResponse(request.url, status, dict(answered), Body(body))

    def exchange(
        self, method: str, path: str, body: str | bytes | None = None, headers: dict[str, str] | None = None
    ) -> Exchange:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=patience.SECONDS)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        exchange = answer.status, answer.getheaders(), answer.read()
        connection.close()
        self.answers.append(exchange)
        return exchange

    def control(self, method: str, path: str, body: object = None) -> Any:
        _, _, answer = self.exchange(method, f"/_emulator/{path}", None if body is None else json.dumps(body))
        return json.loads(answer) if answer else None

    def queue(self, name: str, **attributes: str) -> tuple[str, str]:
        """URL and ARN."""
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:us-east-1:{self.account}:{name}"


def live(caller: Caller) -> None:
    """A bit of everything that makes ids up, or tells the time."""
    use_queues(caller)
    use_topics(caller)
    use_phones_and_devices(caller)


def use_queues(caller: Caller) -> None:
    sqs = caller.sqs
    dead, dead_arn = caller.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    jobs, _ = caller.queue("jobs", RedrivePolicy=redrive, VisibilityTimeout="10")
    for number in range(3):
        sqs.send_message(QueueUrl=jobs, MessageBody=f"job {number}")
    (first,) = sqs.receive_message(QueueUrl=jobs, AttributeNames=["All"])["Messages"]
    sqs.change_message_visibility(QueueUrl=jobs, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=20)
    sqs.delete_message(QueueUrl=jobs, ReceiptHandle=first["ReceiptHandle"])
    sqs.receive_message(QueueUrl=jobs, MaxNumberOfMessages=10)
    caller.control("POST", "clock", {"advance": 10, "account": caller.account})
    sqs.receive_message(QueueUrl=jobs)
    sqs.start_message_move_task(SourceArn=dead_arn)
    sqs.list_message_move_tasks(SourceArn=dead_arn)
    sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["All"])
    line, _ = caller.queue("line.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    entries = [{"Id": str(number), "MessageBody": f"{number}", "MessageGroupId": "g"} for number in range(3)]
    sqs.send_message_batch(QueueUrl=line, Entries=entries)
    sqs.receive_message(QueueUrl=line, MaxNumberOfMessages=2, ReceiveRequestAttemptId="once")
    wild, _ = caller.queue("wild")
    caller.control("POST", f"queues/{caller.account}/us-east-1/wild/chaos", {"seed": 1})
    for number in range(5):
        sqs.send_message(QueueUrl=wild, MessageBody=f"{number}")
    for _ in range(5):
        sqs.receive_message(QueueUrl=wild, MaxNumberOfMessages=3)
    with pytest.raises(ClientError):
        sqs.get_queue_url(QueueName="none")


def use_topics(caller: Caller) -> None:
    sns = caller.sns
    topic = sns.create_topic(Name="sales")["TopicArn"]
    inbox, inbox_arn = caller.queue("inbox")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox_arn, ReturnSubscriptionArn=True)
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    (request,) = caller.control("GET", f"outbox?account={caller.account}&protocol=email")["entries"]
    sns.confirm_subscription(TopicArn=topic, Token=request["token"])
    for version in ("1", "2"):
        sns.set_topic_attributes(TopicArn=topic, AttributeName="SignatureVersion", AttributeValue=version)
        sns.publish(TopicArn=topic, Message="sold", Subject="Sales")
    messages = caller.sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)["Messages"]
    envelopes = [json.loads(message["Body"]) for message in messages]
    assert [envelope["SignatureVersion"] for envelope in envelopes] == ["1", "2"]
    caller.exchange("GET", urlsplit(envelopes[0]["SigningCertURL"]).path)
    sns.list_subscriptions()


def use_phones_and_devices(caller: Caller) -> None:
    sns = caller.sns
    application = sns.create_platform_application(Name="app", Platform="APNS", Attributes=CREDENTIALS)
    arn = application["PlatformApplicationArn"]
    sns.create_platform_endpoint(PlatformApplicationArn=arn, Token="ab" * 32)
    sns.create_sms_sandbox_phone_number(PhoneNumber="+15550100")
    caller.control("GET", f"sms?account={caller.account}")
    sns.publish(PhoneNumber="+15550101", Message="hello")


@contextmanager
def seeded(seed: int = 7) -> Iterator[RunningServer]:
    """An interpreter of its own: forked servers would have one order of the elements of a set, and so hide it."""
    with running_server("--seed", str(seed), *OPTIONS, own_interpreter=True) as server:
        yield server


@pytest.fixture(params=["json", "query"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_two_servers_with_one_seed_give_the_same_answers_byte_for_byte(protocol: str) -> None:
    answers = []
    for _ in range(2):
        with seeded() as server:
            caller = Caller(server, protocol=protocol)
            live(caller)
            answers.append(caller.answers)
    assert answers[0] == answers[1]
    assert len(answers[0]) > 40


def test_another_seed_gives_other_ids() -> None:
    answers = []
    for seed in (1, 2):
        with seeded(seed) as server:
            caller = Caller(server)
            use_queues(caller)
            answers.append(caller.answers)
    assert answers[0] != answers[1]


def test_an_account_gets_the_same_ids_whatever_others_do_and_again_after_its_reset() -> None:
    with seeded() as server:
        alone, noise = Caller(server), Caller(server, OTHER)
        live(alone)
        for number in range(30):
            noise.sqs.create_queue(QueueName=f"noise-{number}")
        alone.control("POST", "reset", {"account": ACCOUNT})
        again = Caller(server)
        use_queues(again)
        noise.sns.create_topic(Name="noise")
        use_topics(again)
        use_phones_and_devices(again)
    before, after = ([without_numbers(answer) for answer in caller.answers] for caller in (alone, again))
    assert after == before[: len(after)]


def without_numbers(answer: Exchange) -> object:
    """An answer without the outbox's numbers of its entries, which count through all accounts."""
    body = answer[2]
    if not body.startswith(b'{"entries"'):
        return answer
    return [{**entry, "id": ""} for entry in json.loads(body)["entries"]]


def test_a_reset_of_everything_begins_everything_again() -> None:
    with seeded() as server:
        first, second = Caller(server), Caller(server)
        live(first)
        first.control("POST", "reset")
        live(second)
    assert second.answers == first.answers[:-1]


def test_without_a_seed_ids_differ() -> None:
    ids = set()
    for _ in range(2):
        with running_server(*OPTIONS) as server:
            caller = Caller(server)
            url, _ = caller.queue("queue")
            ids.add(caller.sqs.send_message(QueueUrl=url, MessageBody="body")["MessageId"])
    assert len(ids) == 2


def test_unusable_requests_get_ids_of_the_default_accounts_stream() -> None:
    answers = []
    for _ in range(2):
        with seeded() as server:
            caller = Caller(server)
            caller.exchange("POST", "/", b"Action=%zz&%ff", {"Content-Type": "application/x-www-form-urlencoded"})
            answers.append(caller.answers)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("time", ["tomorrow", "2030-01-01", "2030-01-01T00:00:00"])
def test_a_time_without_a_zone_is_refused(time: str) -> None:
    done = emulator_process.run("--clock-at", time)
    assert done.returncode == 2
    assert "a time with its time zone is wanted, such as 2030-01-01T00:00:00Z." in done.stderr
