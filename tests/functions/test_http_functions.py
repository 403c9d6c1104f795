"""Functions behind URLs get the messages of queues of a real server, whatever they answer."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.functions.outcome import ANSWER_BYTES_MAX
from tests import boto, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.subscriber import Behavior, Subscriber, answering, hang, in_turn, running_subscriber
from tests.server import RunningServer, running_server

REGION = boto.REGION


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with running_subscriber() as found:
        yield found


@pytest.fixture
def functions(server: RunningServer, account: str) -> Any:
    return boto.client_of_the_test("lambda", server.url, account)


Connect = Callable[..., str]


@pytest.fixture
def connect(server: RunningServer, account: str, json_sqs: Any, functions: Any, subscriber: Subscriber) -> Connect:
    """Make a queue whose function is the subscriber; its URL."""

    def connect(**options: Any) -> str:
        path = f"{server.url}/_emulator/functions/{account}/{REGION}/f"
        assert call(path, {"url": subscriber.url}, "PUT")[0] == 200
        url = json_sqs.create_queue(QueueName="queue", Attributes={"VisibilityTimeout": "10"})["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{account}:queue"
        functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="f", **options)
        return str(url)

    return connect


def settle(server: RunningServer, account: str) -> None:
    status, answer = call(f"{server.url}/_emulator/settle", {"account": account, "timeout": 60})
    assert status == 200, answer


def counts(sqs: Any, url: str) -> tuple[int, int]:
    """Messages that are visible, and those in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def answers(server: RunningServer, message_id: str) -> list[tuple[str, str]]:
    """The result and the beginning of each answer of the function about a message."""
    _, trace = call(f"{server.url}/_emulator/trace/{message_id}")
    return [(step["result"], step["answer"]) for step in trace["steps"] if step["event"] == "function_answered"]


def test_function_gets_the_event_and_its_messages_are_deleted(
    server: RunningServer, account: str, json_sqs: Any, subscriber: Subscriber, connect: Connect
) -> None:
    url = connect()
    message_id = json_sqs.send_message(QueueUrl=url, MessageBody="hello")["MessageId"]
    request = subscriber.next()
    settle(server, account)
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["X-Amz-Invocation-Type"] == "RequestResponse"
    [record] = request.document["Records"]
    assert (record["messageId"], record["body"]) == (message_id, "hello")
    assert counts(json_sqs, url) == (0, 0)
    assert answers(server, message_id) == [("processed", "")]


@pytest.mark.parametrize(
    ("behavior", "reports", "reason"),
    [
        (answering(404, b'{"Type":"User","Message":"Function not found"}'), False, "the function answered with 404: {"),
        (answering(500, b"crashed"), False, "the function answered with 500: crashed"),
        (answering(200, b'{"errorMessage":"no"}', "X-Amz-Function-Error: Unhandled"), False, 'Unhandled: {"errorMess'),
        (answering(200, b'{"errorType":"E","errorMessage":"no"}'), False, "E: no"),
        (answering(200, b"x" * (ANSWER_BYTES_MAX + 1)), False, f"the answer exceeds {ANSWER_BYTES_MAX} bytes"),
        (answering(200, b"rubbish"), True, "the answer does not say which messages have failed, as it is no JSON: rub"),
        (
            answering(200, b'{"batchItemFailures":[{"itemIdentifier":"unknown"}]}'),
            True,
            "the answer names the message 'unknown', which is not in the batch: {",
        ),
        (lambda connection, _: bool(connection.reset()), False, "the endpoint closed the connection"),
        (lambda connection, _: bool(connection.send(b"rubbish\r\n\r\n")), False, "the answer is not HTTP: "),
    ],
)
def test_function_that_fails_gets_the_messages_again(
    server: RunningServer,
    account: str,
    clock: AccountClock,
    json_sqs: Any,
    subscriber: Subscriber,
    connect: Connect,
    behavior: Behavior,
    reports: bool,
    reason: str,
) -> None:
    subscriber.behave = in_turn(behavior, answering(200, b"null"))
    clock.freeze()
    url = connect(FunctionResponseTypes=["ReportBatchItemFailures"] if reports else [])
    message_id = json_sqs.send_message(QueueUrl=url, MessageBody="hello")["MessageId"]
    settle(server, account)
    assert counts(json_sqs, url) == (0, 1)
    [(result, answer)] = answers(server, message_id)
    assert result == "failed"
    assert answer.startswith(reason)
    clock.advance(10)
    settle(server, account)
    assert counts(json_sqs, url) == (0, 0)
    assert answers(server, message_id)[1][0] == "processed"


def test_throttled_function_is_called_again_with_the_same_event(
    server: RunningServer, account: str, clock: AccountClock, json_sqs: Any, subscriber: Subscriber, connect: Connect
) -> None:
    subscriber.behave = in_turn(answering(429), answering(200))
    clock.freeze()
    url = connect()
    message_id = json_sqs.send_message(QueueUrl=url, MessageBody="hello")["MessageId"]
    first = subscriber.next()
    clock.advance(1)
    assert subscriber.next().body == first.body
    settle(server, account)
    assert [result for result, _ in answers(server, message_id)] == ["throttled", "processed"]


def test_function_that_is_not_there(
    server: RunningServer, account: str, json_sqs: Any, subscriber: Subscriber, connect: Connect
) -> None:
    url = connect()
    subscriber.stop()
    message_id = json_sqs.send_message(QueueUrl=url, MessageBody="hello")["MessageId"]
    settle(server, account)
    [(result, answer)] = answers(server, message_id)
    assert result == "failed"
    assert answer.startswith("cannot connect to ")
    assert counts(json_sqs, url) == (0, 1)


def test_answer_that_is_long_is_read_to_its_end(
    server: RunningServer, account: str, json_sqs: Any, subscriber: Subscriber, connect: Connect
) -> None:
    padding = "x" * 2_000_000
    subscriber.behave = answering(200, json.dumps({"padding": padding, "batchItemFailures": []}).encode())
    url = connect(FunctionResponseTypes=["ReportBatchItemFailures"])
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    settle(server, account)
    assert counts(json_sqs, url) == (0, 0)


def test_routes_of_functions(
    server: RunningServer, account: str, json_sqs: Any, subscriber: Subscriber, connect: Connect
) -> None:
    listing = f"{server.url}/_emulator/functions?account={account}"
    assert call(listing) == (200, {"mappings": [], "functions": []})
    connect(BatchSize=5)
    _, found = call(listing)
    function = f"arn:aws:lambda:{REGION}:{account}:function:f"
    assert found["functions"] == [{"function": function, "url": subscriber.url}]
    [mapping] = found["mappings"]
    assert (mapping["function"], mapping["url"], mapping["batch_size"]) == (function, subscriber.url, 5)
    assert (mapping["obstacle"], mapping["last_result"]) == (None, "No records processed")
    path = f"{server.url}/_emulator/functions/{account}/{REGION}/f"
    assert call(path, method="DELETE") == (204, None)
    assert call(listing)[1]["mappings"][0]["obstacle"] == "the emulator has no URL of the function"
    assert call(path, method="DELETE")[0] == 404
    assert call(path, {"url": "nowhere"}, "PUT")[0] == 400
    assert call(path, {"url": "handler://f"}, "PUT")[0] == 400
    assert call(f"{path}%20x", {"url": subscriber.url}, "PUT")[0] == 400


@pytest.mark.parametrize("reason", ["disabled", "no queue", "no function"])
def test_obstacles(
    server: RunningServer, account: str, json_sqs: Any, functions: Any, connect: Connect, reason: str
) -> None:
    url = connect(Enabled=reason != "disabled")
    if reason == "no queue":
        json_sqs.delete_queue(QueueUrl=url)
    elif reason == "no function":
        call(f"{server.url}/_emulator/functions/{account}/{REGION}/f", method="DELETE")
    [mapping] = call(f"{server.url}/_emulator/functions?account={account}")[1]["mappings"]
    texts = {
        "disabled": "the mapping is disabled",
        "no queue": "the queue does not exist",
        "no function": "the emulator has no URL of the function",
    }
    assert mapping["obstacle"] == texts[reason]


def test_settle_names_the_functions_that_are_being_called(
    server: RunningServer, account: str, json_sqs: Any, subscriber: Subscriber, connect: Connect
) -> None:
    subscriber.behave = hang
    url = connect()
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    subscriber.next()
    status, answer = call(f"{server.url}/_emulator/settle", {"account": account, "timeout": 0})
    assert status == 408
    [left] = answer["under_way"]
    assert left["endpoint"] == f"arn:aws:lambda:{REGION}:{account}:function:f"
    assert ":event-source-mapping:" in left["subscription"]


def test_endpoint_has_all_functions_by_their_names(subscriber: Subscriber) -> None:
    base = subscriber.url.removesuffix("/hook")
    with running_server("--lambda-endpoint", f"{base}/") as server:
        sqs, functions = boto.client("sqs", server.url), boto.client("lambda", server.url)
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{boto.ACCOUNT}:queue"
        functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="resize:live")
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        assert subscriber.next().line == "POST /2015-03-31/functions/resize/invocations HTTP/1.1"


def test_mapping_goes_on_after_a_restart(subscriber: Subscriber, tmp_path: Path) -> None:
    function = f"arn:aws:lambda:{REGION}:{boto.ACCOUNT}:function:f"
    options = ("--data-dir", str(tmp_path), "--lambda-url", f"{function}={subscriber.url}")
    with running_server(*options) as server:
        sqs, functions = boto.client("sqs", server.url), boto.client("lambda", server.url)
        sqs.create_queue(QueueName="queue")
        arn = f"arn:aws:sqs:{REGION}:{boto.ACCOUNT}:queue"
        uuid = functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="f", Enabled=False)["UUID"]
        sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="queue")["QueueUrl"], MessageBody="kept")
        functions.update_event_source_mapping(UUID=uuid, FunctionName=function)
    with running_server(*options) as server:
        functions = boto.client("lambda", server.url)
        assert functions.get_event_source_mapping(UUID=uuid)["State"] == "Disabled"
        assert subscriber.nothing_comes()
        functions.update_event_source_mapping(UUID=uuid, Enabled=True)
        assert subscriber.next().document["Records"][0]["body"] == "kept"
    with running_server(*options) as server:
        sqs = boto.client("sqs", server.url)
        sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="queue")["QueueUrl"], MessageBody="new")
        assert subscriber.next().document["Records"][0]["body"] == "new"


def test_topology_has_the_functions_of_queues(server: RunningServer, account: str, connect: Connect) -> None:
    connect(Enabled=False)
    _, graph = call(f"{server.url}/_emulator/topology?account={account}")
    queue, function = f"arn:aws:sqs:{REGION}:{account}:queue", f"arn:aws:lambda:{REGION}:{account}:function:f"
    assert [(node["id"], node["type"]) for node in graph["nodes"]] == [(queue, "queue"), (function, "lambda")]
    [edge] = graph["edges"]
    assert (edge["source"], edge["target"], edge["type"]) == (queue, function, "event_source_mapping")
    assert edge["enabled"] is False
    chart = patience.get(f"{server.url}/_emulator/topology?account={account}&format=mermaid").decode()
    assert "n0 -.->|" in chart
    assert "disabled" in chart


@pytest.mark.parametrize("url", ["http://[", "localhost:9000", "ftp://localhost/", "http:///path"])
def test_what_is_no_url_of_a_function_is_refused(server: RunningServer, account: str, url: str) -> None:
    status, answer = call(f"{server.url}/_emulator/functions/{account}/{REGION}/f", {"url": url}, method="PUT")
    assert status == 400
    assert "url" in answer["error"]
