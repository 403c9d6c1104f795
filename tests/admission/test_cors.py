"""Web pages that call AWS, as a browser sends their requests."""

from collections.abc import Iterator, Mapping

import pytest

from tests import boto
from tests.actions.sqs.raw import credentials
from tests.raw_http import Answer, ask
from tests.server import RunningServer, running_server

JSON = {"content-type": "application/x-amz-json-1.0"}
ELSEWHERE = "https://evil.example"
PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "amz-sdk-invocation-id,authorization,content-type,x-amz-date,x-amz-target",
}


def list_queues(server: RunningServer, headers: Mapping[str, str]) -> Answer:
    return ask(server.url, "/", "POST", {"x-amz-target": "AmazonSQS.ListQueues", **JSON, **headers}, b"{}")


def preflight(server: RunningServer, origin: str) -> Answer:
    return ask(server.url, "/", "OPTIONS", {"origin": origin} | PREFLIGHT)


@pytest.fixture(scope="module")
def named() -> Iterator[RunningServer]:
    with running_server("--cors-allow-origin", "https://app.example.com") as server:
        yield server


@pytest.fixture(scope="module")
def open_to_all() -> Iterator[RunningServer]:
    with running_server("--cors-allow-origin", "*") as server:
        yield server


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "https://localhost",
        "http://app.localhost:8080",
        "http://127.0.0.1:5173",
        "http://[::1]:8080",
        "capacitor://localhost",
    ],
)
def test_page_of_this_machine_may_call_and_read_the_answer(server: RunningServer, account: str, origin: str) -> None:
    asked = preflight(server, origin)
    assert asked.status == 200
    assert asked.headers["access-control-allow-origin"] == origin
    assert asked.headers["access-control-allow-methods"] == "GET, POST"
    assert asked.headers["access-control-allow-headers"] == PREFLIGHT["access-control-request-headers"]
    assert asked.headers["access-control-max-age"] == "172800"
    answer = list_queues(server, {"origin": origin, **credentials(account)})
    assert (answer.status, answer.body) == (200, "{}")
    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["access-control-expose-headers"] == "x-amzn-RequestId, x-amzn-query-error, Date"
    assert answer.headers["vary"] == "Origin"


def test_page_can_read_an_error_too(server: RunningServer) -> None:
    headers = {"x-amz-target": "AmazonSQS.GetQueueUrl", "origin": "http://localhost:3000", **JSON}
    answer = ask(server.url, "/", "POST", headers, b'{"QueueName": "none"}')
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (400, "http://localhost:3000")
    assert "x-amzn-query-error" in answer.headers


@pytest.mark.parametrize(
    "origin", [ELSEWHERE, "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://10.0.0.1"]
)
def test_page_from_elsewhere_is_refused(server: RunningServer, account: str, origin: str) -> None:
    form = {
        "content-type": "application/x-www-form-urlencoded",
        "authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/sqs/aws4_request, Signature=0",
        "origin": origin,
    }
    answer = ask(server.url, "/", "POST", form, b"Action=CreateQueue&QueueName=planted&Version=2012-11-05")
    assert answer.status == 403
    assert answer.body == (
        f"Web pages of {origin} may not call SQS and SNS here; --cors-allow-origin {origin} would let them.\n"
    )
    assert "access-control-allow-origin" not in answer.headers
    assert preflight(server, origin).status == 403
    assert "QueueUrls" not in boto.client("sqs", server.url, account=account).list_queues()


CLICK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1"}
BROWSER_GETS = {
    "image": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "sibling's image": {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "frame": {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    "click in a frame": CLICK | {"sec-fetch-dest": "iframe"},
    "script that opens a window": {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"},
    "click": CLICK | {"sec-fetch-dest": "document"},
    "typed address": {"sec-fetch-site": "none", "sec-fetch-dest": "document"},
}


@pytest.mark.parametrize("name", BROWSER_GETS)
@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "with a forged signature"])
def test_page_from_elsewhere_cannot_call_by_get(server: RunningServer, account: str, name: str, signed: bool) -> None:
    credential = f"&X-Amz-Credential={account}%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request" if signed else ""
    url = f"/?Action=CreateQueue&QueueName=planted&Version=2012-11-05{credential}"
    by_the_user_alone = name == "typed address" and signed
    assert ask(server.url, url, headers=BROWSER_GETS[name]).status == (200 if by_the_user_alone else 403)
    assert ("QueueUrls" in boto.client("sqs", server.url, account=account).list_queues()) == by_the_user_alone


@pytest.mark.parametrize("name", BROWSER_GETS)
def test_link_in_a_message_works_for_a_person_only(server: RunningServer, account: str, name: str) -> None:
    sns = boto.client("sns", server.url, account=account)
    topic = sns.create_topic(Name="topic")["TopicArn"]
    arn = sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+4930123456", ReturnSubscriptionArn=True)
    link = f"/?Action=Unsubscribe&SubscriptionArn={arn['SubscriptionArn']}"
    works = name in ("click", "typed address")
    assert ask(server.url, link, headers=BROWSER_GETS[name]).status == (200 if works else 403)
    assert bool(sns.list_subscriptions()["Subscriptions"]) != works


def test_origin_that_is_named_may_call_besides_those_of_this_machine(named: RunningServer) -> None:
    for origin in ("https://app.example.com", "http://localhost:3000"):
        assert list_queues(named, {"origin": origin}).headers["access-control-allow-origin"] == origin
    assert list_queues(named, {"origin": ELSEWHERE}).status == 403


def test_star_lets_every_page_call(open_to_all: RunningServer) -> None:
    for answer in (list_queues(open_to_all, {"origin": ELSEWHERE}), preflight(open_to_all, ELSEWHERE)):
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*")


def test_answer_to_anybody_else_has_no_word_of_it(server: RunningServer) -> None:
    answer = list_queues(server, {})
    names = [name.lower() for name in answer.headers]
    assert answer.status == 200
    assert not [name for name in names if name.startswith("access-control") or name == "vary"]


def test_refusal_is_logged_for_the_browser_keeps_it_from_its_user(capfd: pytest.CaptureFixture[str]) -> None:
    with running_server() as server:
        list_queues(server, {"origin": ELSEWHERE})
    assert f"WARNING Web pages of {ELSEWHERE} may not call SQS and SNS here" in capfd.readouterr().err


def test_long_poll_of_a_page_waits_and_is_answered(server: RunningServer, account: str) -> None:
    sqs = boto.client("sqs", server.url, account=account)
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    headers = {"x-amz-target": "AmazonSQS.ReceiveMessage", "origin": "http://localhost:3000", **JSON}
    answer = ask(server.url, "/", "POST", headers, f'{{"QueueUrl": "{url}", "WaitTimeSeconds": 1}}'.encode())
    assert (answer.status, answer.body) == (200, "{}")
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
