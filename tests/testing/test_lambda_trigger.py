"""Functions inside the process of a test get messages of queues and topics."""

import json
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.testing import EmulatedAccount, emulated_aws
from tests import patience


@pytest.fixture(params=[False, True], ids=["in process", "server"])
def aws(request: pytest.FixtureRequest) -> Iterator[EmulatedAccount]:
    with emulated_aws(server=request.param) as account:
        yield account


def send(aws: EmulatedAccount, *bodies: str, queue: str = "orders", **more: Any) -> list[str]:
    url = aws.sqs.create_queue(QueueName=queue)["QueueUrl"]
    return [aws.sqs.send_message(QueueUrl=url, MessageBody=body, **more)["MessageId"] for body in bodies]


def test_handler_gets_the_messages_of_a_queue_and_they_are_deleted(aws: EmulatedAccount) -> None:
    send(aws, "one")
    trigger = aws.lambda_trigger("orders", lambda event, context: None)
    aws.settle()
    send(aws, "two")
    aws.settle()
    assert trigger.bodies == ["one", "two"]
    assert aws.peek("orders") == []


def test_event_is_that_of_aws(aws: EmulatedAccount) -> None:
    attributes = {
        "text": {"DataType": "String", "StringValue": "a"},
        "number": {"DataType": "Number.int", "StringValue": "1"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    aws.clock.freeze()
    sent = aws.clock.now().timestamp()
    [message_id] = send(aws, "héllo", MessageAttributes=attributes)
    trigger = aws.lambda_trigger("orders", lambda event, context: None)
    aws.settle()
    [event] = trigger.events
    [record] = event["Records"]
    handle = record.pop("receiptHandle")
    sender = record["attributes"].pop("SenderId")
    assert handle
    assert sender.startswith("AIDA")
    empty: dict[str, list[str]] = {"stringListValues": [], "binaryListValues": []}
    assert record == {
        "messageId": message_id,
        "body": "héllo",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(int(sent * 1000)),
            "ApproximateFirstReceiveTimestamp": str(int(sent * 1000)),
        },
        "messageAttributes": {
            "text": {"stringValue": "a", **empty, "dataType": "String"},
            "number": {"stringValue": "1", **empty, "dataType": "Number.int"},
            "bytes": {"binaryValue": "AP8=", **empty, "dataType": "Binary"},
        },
        "md5OfBody": record["md5OfBody"],
        "md5OfMessageAttributes": record["md5OfMessageAttributes"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:{aws.account_id}:orders",
        "awsRegion": "us-east-1",
    }


def test_md5s_are_those_that_a_receiver_gets(aws: EmulatedAccount) -> None:
    attributes = {"text": {"DataType": "String", "StringValue": "a"}}
    send(aws, "hello", MessageAttributes=attributes)
    trigger = aws.lambda_trigger("orders", lambda event, context: None)
    aws.settle()
    [record] = trigger.events[0]["Records"]
    url = aws.sqs.create_queue(QueueName="other")["QueueUrl"]
    answer = aws.sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=attributes)
    assert record["md5OfBody"] == answer["MD5OfMessageBody"]
    assert record["md5OfMessageAttributes"] == answer["MD5OfMessageAttributes"]


def test_event_of_a_fifo_queue_has_its_attributes(aws: EmulatedAccount) -> None:
    url = aws.sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sent = aws.sqs.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="g", MessageDeduplicationId="d")
    trigger = aws.lambda_trigger("q.fifo", lambda event, context: None)
    aws.settle()
    attributes = trigger.events[0]["Records"][0]["attributes"]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == ("g", "d")
    assert attributes["SequenceNumber"] == sent["SequenceNumber"]


def test_failed_messages_come_again_and_end_in_the_dead_letter_queue(aws: EmulatedAccount) -> None:
    dead = aws.sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = aws.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    aws.sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": policy})

    def handler(event: Any, context: Any) -> Any:
        failed = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    trigger = aws.lambda_trigger("orders", handler, report_batch_item_failures=True)
    url = aws.sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    entries = [{"Id": body, "MessageBody": body} for body in ("good", "bad", "fine")]
    aws.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    aws.settle()
    assert [message.body for message in aws.peek("orders")] == ["bad"]
    aws.clock.advance(70)
    assert aws.wait_for_message("dead", "bad").receive_count == 2
    assert sorted(trigger.bodies) == ["bad", "bad", "fine", "good"]
    assert aws.peek("orders") == []


def test_handler_can_use_the_emulator_itself(aws: EmulatedAccount) -> None:
    results = aws.sqs.create_queue(QueueName="results")["QueueUrl"]

    def handler(event: Any, context: Any) -> None:
        for record in event["Records"]:
            aws.sqs.send_message(QueueUrl=results, MessageBody=record["body"].upper())

    send(aws, "a")
    aws.lambda_trigger("orders", handler)
    assert aws.wait_for_message("results", "A")


def test_context_is_that_of_lambda(aws: EmulatedAccount) -> None:
    contexts: list[Any] = []
    send(aws, "a")
    trigger = aws.lambda_trigger("orders", lambda event, context: contexts.append(context), name="resize")
    aws.settle()
    [context] = contexts
    assert context.function_name == "resize"
    assert context.invoked_function_arn == trigger.function.arn
    assert context.log_group_name == "/aws/lambda/resize"
    assert "[$LATEST]" in context.log_stream_name
    assert 0 < context.get_remaining_time_in_millis() <= 900_000


def test_options_of_the_mapping(aws: EmulatedAccount) -> None:
    aws.clock.freeze()
    aws.sqs.create_queue(QueueName="orders")
    trigger = aws.lambda_trigger(
        "orders",
        lambda event, context: None,
        batch_size=20,
        window_seconds=5,
        filters=[{"body": [{"prefix": "a"}]}],
        maximum_concurrency=2,
    )
    send(aws, "a1", "b", "a2")
    assert trigger.events == []
    aws.clock.advance(5)
    aws.settle()
    assert [len(event["Records"]) for event in trigger.events] == [2]
    assert sorted(trigger.bodies) == ["a1", "a2"]
    assert aws.peek("orders") == []


def test_trigger_can_be_disabled_enabled_and_deleted(aws: EmulatedAccount) -> None:
    aws.sqs.create_queue(QueueName="orders")
    trigger = aws.lambda_trigger("orders", lambda event, context: None)
    trigger.disable()
    send(aws, "a")
    aws.settle()
    assert trigger.bodies == []
    trigger.enable()
    aws.settle()
    assert trigger.bodies == ["a"]
    trigger.delete()
    send(aws, "b")
    aws.settle()
    assert trigger.bodies == ["a"]


def test_clock_moves_on_while_a_function_hangs() -> None:
    begun, ended = threading.Event(), threading.Event()

    def hang(event: Any, context: Any) -> None:
        begun.set()
        ended.wait(patience.SECONDS)

    with emulated_aws(clock_move_timeout=0.1) as aws:
        send(aws, "a")
        trigger = aws.lambda_trigger("orders", hang, batch_size=1)
        assert begun.wait(patience.SECONDS)
        aws.clock.advance(2_000)  # beyond the time that a function has, and many visibility timeouts
        steps = [step["event"] for step in _steps(aws, trigger.events[0]["Records"][0]["messageId"])]
        assert steps[:3] == ["sent", "received", "invoked"]
        assert "function_answered" in steps
        ended.set()


def _steps(aws: EmulatedAccount, message_id: str) -> list[Any]:
    status, answer = aws._control._fetch("GET", f"/_emulator/trace/{message_id}", b"")  # noqa: SLF001 - no other way
    assert status == 200
    steps: list[Any] = json.loads(answer)["steps"]
    return steps


def test_functions_of_emulated_aws_get_notifications_of_topics_too() -> None:
    events: list[Any] = []
    with emulated_aws(functions={"greet": lambda event, context: events.append(event)}) as aws:
        topic = aws.sns.create_topic(Name="topic")["TopicArn"]
        function = f"arn:aws:lambda:us-east-1:{aws.account_id}:function:greet"
        aws.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
        aws.sns.publish(TopicArn=topic, Message="hello")
        aws.settle()
    [record] = events[0]["Records"]
    assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "hello")


def test_function_that_raises_gets_a_notification_again_as_lambda_does() -> None:
    calls: list[Any] = []

    def handler(event: Any, context: Any) -> None:
        calls.append(event)
        raise ValueError("no")

    with emulated_aws(functions={"greet": handler}) as aws:
        topic = aws.sns.create_topic(Name="topic")["TopicArn"]
        function = f"arn:aws:lambda:us-east-1:{aws.account_id}:function:greet"
        aws.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
        aws.clock.freeze()
        aws.sns.publish(TopicArn=topic, Message="hello")
        aws.clock.advance(600)
    assert len(calls) == 3
    assert calls[0] == calls[1] == calls[2]


def test_handler_that_ends_the_test_or_gives_no_json_has_failed(aws: EmulatedAccount) -> None:
    handlers = {"exit": lambda event, context: sys.exit(1), "object": lambda event, context: object()}
    for name, handler in handlers.items():
        [message_id] = send(aws, "a", queue=name)
        aws.lambda_trigger(name, handler)
        aws.settle()
        assert aws.peek(name)[0].state == "in_flight"
        [answer] = [step["answer"] for step in _steps(aws, message_id) if step["event"] == "function_answered"]
        assert answer.startswith('Unhandled: {"errorMessage": ')


def test_reset_ends_triggers_and_forgets_functions(aws: EmulatedAccount) -> None:
    send(aws, "a")
    trigger = aws.lambda_trigger("orders", lambda event, context: None)
    aws.settle()
    aws.reset()
    send(aws, "b")
    assert [message.body for message in aws.peek("orders")] == ["b"]
    assert trigger.bodies == ["a"]


def test_mapping_of_an_exported_state_goes_on_with_the_function_of_the_new_emulator() -> None:
    with emulated_aws() as aws:
        aws.sqs.create_queue(QueueName="orders")
        aws.lambda_trigger("orders", lambda event, context: None)
        aws.settle()
        state = aws.export_state()
    bodies: list[str] = []

    def handler(event: Any, context: Any) -> None:
        bodies.extend(record["body"] for record in event["Records"])

    with emulated_aws() as aws:
        aws.restore_state(state)
        send(aws, "a")
        aws.settle()
        assert bodies == []
        aws.function("orders", handler)
        aws.settle()
    assert bodies == ["a"]


def test_trigger_of_a_queue_that_is_made_again(aws: EmulatedAccount) -> None:
    url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
    trigger = aws.lambda_trigger("orders", lambda event, context: None)
    aws.sqs.delete_queue(QueueUrl=url)
    send(aws, "a")
    aws.settle()
    assert trigger.bodies == ["a"]
