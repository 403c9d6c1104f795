from typing import Any

import pytest

from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, members
from tests.actions.sqs.dead_letters import make_dead_letters
from tests.actions.sqs.raw import RawCaller
from tests.actions.sqs.refusals import assert_refused


def test_queue_without_tasks_answers_without_the_member(sqs: Any, queue_url: str) -> None:
    assert members(sqs.list_message_move_tasks(SourceArn=arn_of(sqs, queue_url))) == {}


def test_completed_task_to_a_destination(sqs: Any, queue_url: str) -> None:
    dead = make_dead_letters(sqs, "source")
    dead.send("message-1", "message-2")
    destination = arn_of(sqs, queue_url)
    sqs.start_message_move_task(SourceArn=dead.arn, DestinationArn=destination)
    answer = members(sqs.list_message_move_tasks(SourceArn=dead.arn))
    assert answer["Results"][0].pop("StartedTimestamp") > 0
    assert answer == {
        "Results": [
            {
                "ApproximateNumberOfMessagesMoved": 2,
                "ApproximateNumberOfMessagesToMove": 2,
                "DestinationArn": destination,
                "SourceArn": dead.arn,
                "Status": "COMPLETED",
            }
        ]
    }


def test_completed_task_back_to_several_sources(sqs: Any) -> None:
    dead = make_dead_letters(sqs, "first", "second")
    for source in dead.source_urls:
        dead.kill(source, "message-1", "message-2")
    sqs.start_message_move_task(SourceArn=dead.arn)
    answer = members(sqs.list_message_move_tasks(SourceArn=dead.arn))
    assert answer["Results"][0].pop("StartedTimestamp") > 0
    assert answer == {
        "Results": [
            {
                "ApproximateNumberOfMessagesMoved": 4,
                "ApproximateNumberOfMessagesToMove": 4,
                "SourceArn": dead.arn,
                "Status": "COMPLETED",
            }
        ]
    }


def test_running_task_has_its_handle(sqs: Any, queue_url: str, clock: AccountClock) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    dead.send("1", "2", "3")
    destination = arn_of(sqs, queue_url)
    handle = sqs.start_message_move_task(
        SourceArn=dead.arn, DestinationArn=destination, MaxNumberOfMessagesPerSecond=2
    )["TaskHandle"]
    clock.advance(0.5)
    task = dead.last_task()
    started = task.pop("StartedTimestamp")
    assert task == {
        "TaskHandle": handle,
        "Status": "RUNNING",
        "SourceArn": dead.arn,
        "DestinationArn": destination,
        "MaxNumberOfMessagesPerSecond": 2,
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 3,
    }
    clock.advance(0.5)
    ended = dead.last_task()
    assert "TaskHandle" not in ended
    assert (ended["Status"], ended["StartedTimestamp"]) == ("COMPLETED", started)


def test_failed_task_says_why(sqs: Any) -> None:
    dead = make_dead_letters(sqs, "source")
    dead.kill(dead.source_urls[0], "came from the source")
    dead.send("sent here")
    sqs.start_message_move_task(SourceArn=dead.arn)
    task = dead.last_task()
    del task["StartedTimestamp"]
    assert task == {
        "Status": "FAILED",
        "FailureReason": "CouldNotDetermineMessageSource",
        "SourceArn": dead.arn,
        "ApproximateNumberOfMessagesMoved": 1,
        "ApproximateNumberOfMessagesToMove": 2,
    }


def test_source_that_is_gone_fails_the_task(sqs: Any) -> None:
    dead = make_dead_letters(sqs, "first", "second")
    dead.kill(dead.source_urls[0], "message")
    sqs.delete_queue(QueueUrl=dead.source_urls[0])
    sqs.start_message_move_task(SourceArn=dead.arn)
    assert dead.last_task()["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_start_is_told_in_milliseconds(sqs: Any, clock: AccountClock, raw: RawCaller) -> None:
    dead = make_dead_letters(sqs, "source")
    clock.freeze()
    sqs.start_message_move_task(SourceArn=dead.arn)
    now = raw.get("/_emulator/clock", {"account": raw.account}).json["epoch"]
    assert dead.last_task()["StartedTimestamp"] == int(now * 1000)


def test_newest_task_comes_first_and_alone_by_default(sqs: Any, clock: AccountClock) -> None:
    clock.freeze()
    dead = make_dead_letters(sqs, "source")
    for rate in range(1, 13):
        sqs.start_message_move_task(SourceArn=dead.arn, MaxNumberOfMessagesPerSecond=rate)
        clock.advance(1)

    def rates(**max_results: int) -> list[int]:
        tasks = sqs.list_message_move_tasks(SourceArn=dead.arn, **max_results)["Results"]
        assert [task["StartedTimestamp"] for task in tasks] == sorted(
            (task["StartedTimestamp"] for task in tasks), reverse=True
        )
        return [task["MaxNumberOfMessagesPerSecond"] for task in tasks]

    assert rates() == [12]
    assert rates(MaxResults=3) == [12, 11, 10]
    assert rates(MaxResults=10) == list(range(12, 2, -1))


def test_tasks_belong_to_their_source(sqs: Any, queue_url: str) -> None:
    dead = make_dead_letters(sqs, "source")
    sqs.start_message_move_task(SourceArn=dead.arn, DestinationArn=arn_of(sqs, queue_url))
    assert members(sqs.list_message_move_tasks(SourceArn=arn_of(sqs, queue_url))) == {}


@pytest.mark.parametrize("count", [-1, 0, 11])
def test_number_of_results_out_of_range_is_refused(sqs: Any, count: int) -> None:
    dead = make_dead_letters(sqs, "source")
    message = f"Value {count} for parameter MaxResults is invalid. Reason: Must be between 1 and 10, if provided."
    call = sqs.list_message_move_tasks
    assert_refused(call, "InvalidParameterValue", message, SourceArn=dead.arn, MaxResults=count)


@pytest.mark.parametrize("arn", ["arn:aws:sqs:us-east-1:000000000000:not", "arn:aws:sns:us-east-1:0:topic", "dead", ""])
def test_source_must_exist(sqs: Any, arn: str) -> None:
    message = "The resource that you specified for the SourceArn parameter doesn't exist."
    assert_refused(sqs.list_message_move_tasks, "ResourceNotFoundException", message, SourceArn=arn)
