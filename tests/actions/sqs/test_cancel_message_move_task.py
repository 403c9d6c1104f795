from typing import Any

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, counts, members
from tests.actions.sqs.dead_letters import make_dead_letters
from tests.actions.sqs.refusals import assert_refused


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
