"""Which calls of AWS are performed: by method, signature and host, over both protocols and both ways in."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.wire.http import HttpRequest, HttpResponse
from tests import boto
from tests.raw_http import Answer, ask
from tests.server import RunningServer, running_server

EVIL = "evil.example:4566"
SCOPE = "AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
CREATE = {"Action": "CreateQueue", "QueueName": "planted", "Version": "2012-11-05"}
TOPIC = {"Action": "CreateTopic", "Name": "planted", "Version": "2010-03-31"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.CreateQueue"}
# What sends a request to the plain ASGI application instead of the fast way.
ASGI = {"transfer-encoding": "chunked"}


def planted(server: RunningServer, account: str) -> bool:
    sqs, sns = (boto.client(service, server.url, account=account) for service in ("sqs", "sns"))
    return "QueueUrls" in sqs.list_queues() or bool(sns.list_topics()["Topics"])


@pytest.fixture(scope="module")
def own() -> Iterator[RunningServer]:
    """A server for the default account, which unsigned requests are made in."""
    with running_server() as server:
        yield server


def nothing_changes(
    server: RunningServer, path: str, method: str, headers: dict[str, str], body: bytes = b""
) -> Answer:
    before = ask(server.url, "/_emulator/state").body
    answer = ask(server.url, path, method, headers, body)
    assert ask(server.url, "/_emulator/state").body == before
    return answer


@pytest.mark.parametrize("way", [{}, {"expect": "100-continue"}], ids=["fast", "plain"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("params", [CREATE, TOPIC, {"Action": "ListQueues"}, {"Action": "GetCallerIdentity"}])
def test_request_without_a_signature_is_performed_by_post_only(
    own: RunningServer, params: dict[str, str], method: str, way: dict[str, str]
) -> None:
    answer = nothing_changes(own, f"/?{urlencode(params)}", method, way)
    assert answer.status == 403
    if method != "HEAD":
        assert "<Code>MissingAuthenticationToken</Code>" in answer.body
        assert "<Message>Request is missing Authentication Token</Message>" in answer.body


def test_get_of_a_json_call_without_a_signature_is_refused(own: RunningServer) -> None:
    answer = nothing_changes(own, "/", "GET", JSON, b'{"QueueName": "planted"}')
    assert answer.status == 403
    assert "MissingAuthenticationTokenException" in answer.body
    assert answer.headers["x-amzn-query-error"] == "MissingAuthenticationToken;Sender"


def test_links_action_beside_another_one_is_no_way_around(own: RunningServer) -> None:
    for query in ("Action=ConfirmSubscription&Action=CreateQueue", "%41ction=CreateQueue&Action=Unsubscribe"):
        answer = nothing_changes(own, f"/?{query}&QueueName=planted&SubscriptionArn=a", "GET", {})
        assert answer.status in (400, 403)


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"authorization": SCOPE}),
        ("", {"authorization": "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg="}),
        ("&X-Amz-Credential={account}%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request&X-Amz-Signature=0", {}),
        ("&AWSAccessKeyId=test&SignatureVersion=2&Signature=0", {}),
    ],
)
def test_get_with_a_signature_is_performed(
    server: RunningServer, account: str, query: str, headers: dict[str, str]
) -> None:
    signed = {name: value.format(account=account) for name, value in headers.items()}
    url = f"/?Action=ListQueues&Version=2012-11-05{query.format(account=account)}"
    assert ask(server.url, url, headers=signed).status == 200


def test_authorization_of_another_scheme_is_no_signature(own: RunningServer) -> None:
    headers = {"authorization": "Basic dXNlcjpwYXNz"}
    assert nothing_changes(own, f"/?{urlencode(CREATE)}", "GET", headers).status == 403


@pytest.mark.parametrize("way", [{}, {"expect": "100-continue"}], ids=["fast", "plain"])
@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GET", f"/?{urlencode(CREATE)}", {}, b""),
        ("GET", f"/?{urlencode(CREATE)}", {"authorization": SCOPE}, b""),  # a rebound page can forge one
        ("GET", f"/?{urlencode(CREATE)}&X-Amz-Credential=a/b/c/sqs/d", {}, b""),
        ("GET", "/", JSON | {"authorization": SCOPE}, b'{"QueueName": "planted"}'),
        ("GET", "/?Action=Unsubscribe&SubscriptionArn=a", {}, b""),
        ("POST", "/", FORM, urlencode(CREATE).encode()),
        ("POST", "/", FORM, urlencode(TOPIC).encode()),
        ("POST", f"/?{urlencode(CREATE)}", {"content-type": "text/plain"}, b""),
        ("POST", "/", JSON, b'{"QueueName": "planted"}'),
        ("POST", "/", {}, b""),
    ],
)
@pytest.mark.parametrize("host", [EVIL, "a.localhost.evil.example", "sqs.evil.amazonaws.com.example"])
def test_host_that_a_stranger_may_have_registered_is_refused(
    own: RunningServer, method: str, path: str, headers: dict[str, str], body: bytes, host: str, way: dict[str, str]
) -> None:
    answer = nothing_changes(own, path, method, {"host": host} | headers | way, body)
    assert answer.status == 403
    assert f"The host {host} is not known to be this emulator" in answer.body
    assert f"--cors-allow-origin http://{host}." in answer.body
    assert "AccessDenied" in answer.body


def test_signed_posts_are_performed_under_any_name(server: RunningServer, account: str) -> None:
    headers = JSON | {"host": EVIL, "authorization": SCOPE.format(account=account)}
    assert ask(server.url, "/", "POST", headers, b'{"QueueName": "queue"}').status == 200


@pytest.mark.parametrize(
    "host",
    [
        "localhost:4566",
        "emulator",
        "sqs.localhost",
        "10.1.2.3:4566",
        "[::1]:4566",
        "localhost.localstack.cloud:4566",
        "sqs.us-east-1.localhost.localstack.cloud:4566",
        "sqs.us-east-1.amazonaws.com",
        "us-east-1.queue.amazonaws.com",
        "queue.amazonaws.com",
        "sns.cn-north-1.amazonaws.com.cn",
        "sqs.us-east-1.api.aws",
    ],
)
def test_unsigned_posts_are_performed_under_names_that_nobody_can_register(server: RunningServer, host: str) -> None:
    assert ask(server.url, "/", "POST", FORM | {"host": host}, b"Action=ListQueues&Version=2012-11-05").status == 200


@pytest.mark.parametrize(
    "options",
    [
        ("--external-url", "http://queues.example.com:99"),
        ("--cors-allow-origin", "http://queues.example.com"),
        ("--allow-origin", "http://queues.example.com"),
        ("--cors-allow-origin", "*"),
    ],
)
def test_configured_host_is_known(options: tuple[str, str]) -> None:
    with running_server(*options) as server:
        headers = FORM | {"host": "queues.example.com:4566"}
        assert ask(server.url, "/", "POST", headers, b"Action=ListQueues&Version=2012-11-05").status == 200


def test_long_hosts_are_not_kept() -> None:
    emulator = Emulator(Settings())
    hosts = emulator.gateway._admission._hosts  # noqa: SLF001
    for number in range(3):
        headers = {b"host": b"a" * 60_000 + b"%d.example" % number}
        answer: Any = emulator.gateway.answer(HttpRequest("POST", "http", "/", b"Action=ListQueues", headers, b""))
        assert isinstance(answer, HttpResponse)
        assert answer.status == 403
    assert hosts._knows_often.cache_info().currsize == 0  # noqa: SLF001
