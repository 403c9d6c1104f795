import base64
import json
import re
from typing import Any

import pytest

from tests import boto
from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, bodies, counts, members
from tests.actions.sqs.dead_letters import make_dead_letters
from tests.actions.sqs.refusals import assert_refused
from tests.server import RunningServer


@pytest.mark.parametrize("suffix", ["", ".fifo"])
def test_messages_move_to_the_destination(sqs: Any, queue_url: str, fifo_url: str, suffix: str) -> None:
    dead = make_dead_letters(sqs, "source", suffix=suffix)
    destination = fifo_url if suffix else queue_url
    dead.send("message-1", "message-2")
    answer = sqs.start_message_move_task(SourceArn=dead.arn, DestinationArn=arn_of(sqs, destination))
    assert members(answer).keys() == {"TaskHandle"}
    assert counts(sqs, dead.url) == (0, 0, 0)
    assert bodies(sqs.receive_message(QueueUrl=destination, MaxNumberOfMessages=10)) == ["message-1", "message-2"]


def test_handle_is_base64_of_a_document_with_task_and_source(sqs: Any) -> None:
    dead = make_dead_letters(sqs, "source")
    handle = json.loads(base64.b64decode(sqs.start_message_move_task(SourceArn=dead.arn)["TaskHandle"]))
    assert handle == {"taskId": handle["taskId"], "sourceArn": dead.arn}
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", handle["taskId"])


@pytest.mark.parametrize("suffix", ["", ".fifo"])
def test_without_a_destination_messages_return_to_where_each_came_from(sqs: Any, suffix: str) -> None:
    dead = make_dead_letters(sqs, "first", "second", suffix=suffix)
    first, second = dead.source_urls
    dead.kill(first, "message-1-1")
    dead.kill(second, "message-2-1", "message-2-2")
    dead.kill(first, "message-1-2")
    assert counts(sqs, dead.url) == (4, 0, 0)
    sqs.start_message_move_task(SourceArn=dead.arn)
    assert bodies(sqs.receive_message(QueueUrl=first, MaxNumberOfMessages=10)) == ["message-1-1", "message-1-2"]
    assert bodies(sqs.receive_message(QueueUrl=second, MaxNumberOfMessages=10)) == ["message-2-1", "message-2-2"]
    assert counts(sqs, dead.url) == (0, 0, 0)


def test_moved_message_is_a_new_one_that_says_the_same(sqs: Any, clock: AccountClock) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    (source,) = dead.source_urls
    attribute = {"name": {"DataType": "String", "StringValue": "value"}}
    sent = sqs.send_message(QueueUrl=source, MessageBody="body", MessageAttributes=attribute)
    everything = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    (before,) = sqs.receive_message(QueueUrl=source, VisibilityTimeout=0, **everything)["Messages"]
    sqs.receive_message(QueueUrl=source)
    clock.advance(60)
    sqs.start_message_move_task(SourceArn=dead.arn)
    (after,) = sqs.receive_message(QueueUrl=source, **everything)["Messages"]
    assert after["MessageId"] != sent["MessageId"]
    assert after["Attributes"]["ApproximateReceiveCount"] == "1"
    assert int(after["Attributes"]["SentTimestamp"]) == int(before["Attributes"]["SentTimestamp"]) + 60_000
    assert after["Attributes"].keys() == before["Attributes"].keys()  # no DeadLetterQueueSourceArn
    same = ("Body", "MD5OfBody", "MessageAttributes", "MD5OfMessageAttributes")
    assert [after[name] for name in same] == [before[name] for name in same]


def test_four_messages_at_one_a_second_take_three_seconds(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    dead.send("1", "2", "3", "4")
    sqs.start_message_move_task(
        SourceArn=dead.arn, DestinationArn=arn_of(sqs, queue_url), MaxNumberOfMessagesPerSecond=1
    )
    for moved in (1, 2, 3):
        assert (counts(sqs, queue_url)[0], counts(sqs, dead.url)[0]) == (moved, 4 - moved)
        assert dead.last_task()["Status"] == "RUNNING"
        clock.advance(1)
    assert counts(sqs, queue_url)[0] == 4
    assert dead.last_task()["Status"] == "COMPLETED"


def test_receive_that_waits_at_the_destination_gets_the_next_message(sqs: Any, queue_url: str) -> None:
    dead = make_dead_letters(sqs, "source")
    dead.send("at once", "later")
    sqs.start_message_move_task(
        SourceArn=dead.arn, DestinationArn=arn_of(sqs, queue_url), MaxNumberOfMessagesPerSecond=4
    )
    received = [bodies(sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)) for _ in range(2)]
    assert received == [["at once"], ["later"]]


@pytest.mark.parametrize("rate", [1, 500])
def test_rate_in_range_is_taken(sqs: Any, rate: int) -> None:
    dead = make_dead_letters(sqs, "source")
    sqs.start_message_move_task(SourceArn=dead.arn, MaxNumberOfMessagesPerSecond=rate)
    assert dead.last_task()["MaxNumberOfMessagesPerSecond"] == rate


@pytest.mark.parametrize("rate", [-1, 0, 501])
def test_rate_out_of_range_is_refused(sqs: Any, rate: int) -> None:
    dead = make_dead_letters(sqs, "source")
    message = (
        f"Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. "
        "Reason: Must be between 1 and 500, if provided."
    )
    call = sqs.start_message_move_task
    assert_refused(call, "InvalidParameterValue", message, SourceArn=dead.arn, MaxNumberOfMessagesPerSecond=rate)
    assert "Results" not in sqs.list_message_move_tasks(SourceArn=dead.arn)


def test_source_must_be_a_dead_letter_queue(sqs: Any, queue_url: str) -> None:
    dead = make_dead_letters(sqs, "source")
    message = "Source queue must be configured as a Dead Letter Queue."
    assert_refused(
        sqs.start_message_move_task,
        "InvalidParameterValue",
        message,
        SourceArn=arn_of(sqs, queue_url),
        DestinationArn=dead.arn,
    )


@pytest.mark.parametrize("change", ["-not", None, "us-east-1>eu-west-1"], ids=["name", "no ARN", "region"])
@pytest.mark.parametrize("parameter", ["SourceArn", "DestinationArn"])
def test_both_queues_must_exist(sqs: Any, queue_url: str, parameter: str, change: str | None) -> None:
    dead = make_dead_letters(sqs, "source")
    dead.send("message")
    arns = {"SourceArn": dead.arn, "DestinationArn": arn_of(sqs, queue_url)}
    if change is None:
        arns[parameter] = "dead"
    else:
        old, _, new = change.rpartition(">")
        arns[parameter] = arns[parameter].replace(old, new) if old else arns[parameter] + new
    message = f"The resource that you specified for the {parameter} parameter doesn't exist."
    assert_refused(sqs.start_message_move_task, "ResourceNotFoundException", message, **arns)
    assert counts(sqs, dead.url) == (1, 0, 0)


def test_queue_of_another_region_does_not_exist_here(
    sqs: Any, server: RunningServer, account: str, protocol: str
) -> None:
    dead = make_dead_letters(sqs, "source")
    elsewhere = boto.client("sqs", server.url, account=account, region="eu-west-1", protocol=protocol)
    message = "The resource that you specified for the SourceArn parameter doesn't exist."
    assert_refused(elsewhere.start_message_move_task, "ResourceNotFoundException", message, SourceArn=dead.arn)


def test_destination_must_be_of_the_same_type(sqs: Any, fifo_url: str) -> None:
    dead = make_dead_letters(sqs, "source")
    arn = arn_of(sqs, fifo_url)
    message = (
        f"Value {arn} for parameter DestinationArn is invalid. "
        "Reason: The destination queue must be of the same type as the source queue."
    )
    call = sqs.start_message_move_task
    assert_refused(call, "InvalidParameterValue", message, SourceArn=dead.arn, DestinationArn=arn)


def test_destination_must_not_be_the_source(sqs: Any) -> None:
    dead = make_dead_letters(sqs, "source")
    message = (
        f"Value {dead.arn} for parameter DestinationArn is invalid. "
        "Reason: The destination queue must be another queue than the source."
    )
    call = sqs.start_message_move_task
    assert_refused(call, "InvalidParameterValue", message, SourceArn=dead.arn, DestinationArn=dead.arn)


def test_second_task_of_a_source_is_refused_while_one_runs(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    dead.send("1", "2")
    arns = {"SourceArn": dead.arn, "DestinationArn": arn_of(sqs, queue_url)}
    sqs.start_message_move_task(**arns, MaxNumberOfMessagesPerSecond=1)
    message = "There is already a task running. Only one active task is allowed for a source queue arn at a given time."
    assert_refused(sqs.start_message_move_task, "InvalidParameterValue", message, **arns)
    clock.advance(1)
    sqs.start_message_move_task(**arns)


def test_more_than_a_hundred_running_tasks_of_an_account_are_refused(
    local_sqs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.sqs.move_tasks.MOVE_TASKS_MAX", 1)
    running, other = make_dead_letters(local_sqs, "first"), make_dead_letters(local_sqs, "second", suffix=".fifo")
    running.send("1", "2")
    destination = arn_of(local_sqs, running.source_urls[0])
    local_sqs.start_message_move_task(SourceArn=running.arn, DestinationArn=destination, MaxNumberOfMessagesPerSecond=1)
    message = "Too many message move tasks are running: the limit of 1 is reached."
    assert_refused(local_sqs.start_message_move_task, "OverLimit", message, SourceArn=other.arn)
