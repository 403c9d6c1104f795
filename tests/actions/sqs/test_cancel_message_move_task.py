import base64
import json
from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, counts, members
from tests.actions.sqs.dead_letters import make_dead_letters
from tests.actions.sqs.refusals import assert_refused

TASK_ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"


def handle_of(**fields: object) -> str:
    return base64.b64encode(json.dumps(fields).encode()).decode()


def test_cancelled_task_leaves_what_has_not_moved(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    dead.send("1", "2", "3", "4")
    handle = sqs.start_message_move_task(
        SourceArn=dead.arn, DestinationArn=arn_of(sqs, queue_url), MaxNumberOfMessagesPerSecond=1
    )["TaskHandle"]
    clock.advance(1)
    assert members(sqs.cancel_message_move_task(TaskHandle=handle)) == {"ApproximateNumberOfMessagesMoved": 2}
    clock.advance(60)
    assert (counts(sqs, dead.url), counts(sqs, queue_url)) == ((2, 0, 0), (2, 0, 0))
    task = dead.last_task()
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("CANCELLED", 2)
    assert "TaskHandle" not in task


def test_source_is_free_for_another_task_once_the_first_is_cancelled(
    sqs: Any, queue_url: str, clock: AccountClock
) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    dead.send("1", "2")
    arns = {"SourceArn": dead.arn, "DestinationArn": arn_of(sqs, queue_url)}
    handle = sqs.start_message_move_task(**arns, MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    sqs.cancel_message_move_task(TaskHandle=handle)
    sqs.start_message_move_task(**arns)
    assert counts(sqs, queue_url) == (2, 0, 0)


def test_task_that_has_ended_cannot_be_cancelled(sqs: Any) -> None:
    dead = make_dead_letters(sqs, "source")
    handle = sqs.start_message_move_task(SourceArn=dead.arn)["TaskHandle"]
    message = "Only a running message move task can be cancelled. This one is COMPLETED."
    code = "AWS.SimpleQueueService.UnsupportedOperation"
    assert_refused(sqs.cancel_message_move_task, code, message, TaskHandle=handle)
    assert dead.last_task()["Status"] == "COMPLETED"


@pytest.mark.parametrize(
    "handle", ["", "foobared", "not base64!", handle_of(), handle_of(taskId=TASK_ID), handle_of(taskId=1, sourceArn="")]
)
def test_handle_that_cannot_be_read_is_refused(sqs: Any, handle: str) -> None:
    message = "Value for parameter TaskHandle is invalid."
    assert_refused(sqs.cancel_message_move_task, "InvalidParameterValue", message, TaskHandle=handle)


@pytest.mark.parametrize("unknown", ["task", "source"])
def test_unknown_task_is_refused(sqs: Any, unknown: str) -> None:
    dead = make_dead_letters(sqs, "source")
    sqs.start_message_move_task(SourceArn=dead.arn)
    handle = handle_of(taskId=TASK_ID, sourceArn=dead.arn + ("" if unknown == "task" else "-not"))
    message = "The resource that you specified for the TaskHandle parameter doesn't exist."
    assert_refused(sqs.cancel_message_move_task, "ResourceNotFoundException", message, TaskHandle=handle)
