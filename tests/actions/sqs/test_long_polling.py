"""Receives that wait, at a real server: no test here waits for time to pass."""

import asyncio
import json
import urllib.request
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.wire.http import HttpRequest, HttpResponse, Unanswered
from tests import patience
from tests.account_clock import AccountClock
from tests.actions.sqs.answers import arn_of, bodies, counts, redrive_policy
from tests.actions.sqs.parked import ParkedReceive, bodies_of
from tests.actions.sqs.raw import FORM, RawCaller

FIFO = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}


@pytest.fixture
def url(json_sqs: Any) -> str:
    """A standard queue."""
    return str(json_sqs.create_queue(QueueName="queue")["QueueUrl"])


@pytest.fixture
def fifo(json_sqs: Any) -> str:
    """A FIFO queue."""
    return str(json_sqs.create_queue(QueueName="queue.fifo", Attributes=FIFO)["QueueUrl"])


def handle_of(sqs: Any, queue_url: str, **params: Any) -> str:
    return str(sqs.receive_message(QueueUrl=queue_url, **params)["Messages"][0]["ReceiptHandle"])


# -- What wakes a parked receive -----------------------------------------------------------


def test_send_wakes(json_sqs: Any, url: str, raw: RawCaller, protocol: str) -> None:
    parked = ParkedReceive(raw, url, protocol, WaitTimeSeconds=20)
    assert parked.waits
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    answer = parked.answer()
    assert answer.status == 200
    assert bodies_of(answer) == ["hello"]
    assert counts(json_sqs, url) == (0, 1, 0)


def test_batch_wakes_as_many_as_it_has_messages(json_sqs: Any, url: str, raw: RawCaller) -> None:
    parked = [ParkedReceive(raw, url, WaitTimeSeconds=20) for _ in range(4)]
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(3)]
    json_sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [bodies_of(each.answer()) for each in parked[:3]] == [["0"], ["1"], ["2"]]
    assert parked[3].waits
    parked[3].hang_up()


def test_end_of_a_delay_wakes(json_sqs: Any, url: str, raw: RawCaller, clock: AccountClock, protocol: str) -> None:
    clock.freeze()
    parked = ParkedReceive(raw, url, protocol, WaitTimeSeconds=20)
    json_sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=10)
    clock.advance(9)
    assert parked.waits
    clock.advance(1)
    assert bodies_of(parked.answer()) == ["late"]


def test_one_jump_answers_receives_in_order_of_time(
    json_sqs: Any, url: str, raw: RawCaller, clock: AccountClock
) -> None:
    clock.freeze()
    late = json_sqs.create_queue(QueueName="late")["QueueUrl"]
    receives = [ParkedReceive(raw, queue, WaitTimeSeconds=20) for queue in (url, late)]
    json_sqs.send_message(QueueUrl=url, MessageBody="in time", DelaySeconds=10)
    json_sqs.send_message(QueueUrl=late, MessageBody="too late", DelaySeconds=25)
    clock.advance(30)
    assert [bodies_of(receive.answer()) for receive in receives] == [["in time"], []]
    assert counts(json_sqs, late) == (1, 0, 0)


def test_end_of_a_delay_wakes_by_itself_when_its_time_has_come(
    json_sqs: Any, url: str, raw: RawCaller, clock: AccountClock
) -> None:
    json_sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
    clock.advance(899.5)  # half a second is left, by the clock on the wall
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    assert bodies_of(parked.answer()) == ["late"]


def test_end_of_a_visibility_timeout_wakes(
    json_sqs: Any, url: str, raw: RawCaller, clock: AccountClock, protocol: str
) -> None:
    clock.freeze()
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    handle_of(json_sqs, url, VisibilityTimeout=10)
    parked = ParkedReceive(raw, url, protocol, WaitTimeSeconds=20)
    clock.advance(9)
    assert parked.waits
    clock.advance(1)
    assert bodies_of(parked.answer()) == ["hello"]


def test_visibility_changed_to_zero_wakes(json_sqs: Any, url: str, raw: RawCaller) -> None:
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    handle = handle_of(json_sqs, url)
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    json_sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert bodies_of(parked.answer()) == ["hello"]


def test_group_that_a_delete_unlocks_wakes(json_sqs: Any, fifo: str, raw: RawCaller, protocol: str) -> None:
    json_sqs.send_message(QueueUrl=fifo, MessageBody="one", MessageGroupId="group")
    handle = handle_of(json_sqs, fifo)
    parked = ParkedReceive(raw, fifo, protocol, WaitTimeSeconds=20)
    json_sqs.send_message(QueueUrl=fifo, MessageBody="two", MessageGroupId="group")
    assert parked.waits
    json_sqs.delete_message(QueueUrl=fifo, ReceiptHandle=handle)
    assert bodies_of(parked.answer()) == ["two"]


def test_message_of_another_group_wakes(json_sqs: Any, fifo: str, raw: RawCaller) -> None:
    json_sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="a")
    handle_of(json_sqs, fifo)
    parked = ParkedReceive(raw, fifo, WaitTimeSeconds=20)
    json_sqs.send_message(QueueUrl=fifo, MessageBody="b", MessageGroupId="b")
    assert bodies_of(parked.answer()) == ["b"]


def test_message_that_becomes_a_dead_letter_wakes(json_sqs: Any, url: str, raw: RawCaller) -> None:
    policy = {"RedrivePolicy": redrive_policy(arn_of(json_sqs, url), 1)}
    source = json_sqs.create_queue(QueueName="source", Attributes=policy)["QueueUrl"]
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    json_sqs.send_message(QueueUrl=source, MessageBody="poison")
    handle_of(json_sqs, source, VisibilityTimeout=0)
    assert parked.waits
    assert bodies(json_sqs.receive_message(QueueUrl=source)) == []
    assert bodies_of(parked.answer()) == ["poison"]


def test_redrive_wakes(json_sqs: Any, url: str, raw: RawCaller) -> None:
    policy = {"RedrivePolicy": redrive_policy(arn_of(json_sqs, url), 1)}
    source = json_sqs.create_queue(QueueName="source", Attributes=policy)["QueueUrl"]
    json_sqs.send_message(QueueUrl=source, MessageBody="poison")
    handle_of(json_sqs, source, VisibilityTimeout=0)
    json_sqs.receive_message(QueueUrl=source)
    parked = ParkedReceive(raw, source, WaitTimeSeconds=20)
    json_sqs.start_message_move_task(SourceArn=arn_of(json_sqs, url))
    assert bodies_of(parked.answer()) == ["poison"]


def test_publish_wakes(json_sqs: Any, sns: Any, url: str, raw: RawCaller) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn_of(json_sqs, url), Attributes={"RawMessageDelivery": "true"}
    )
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    sns.publish(TopicArn=topic, Message="news")
    assert bodies_of(parked.answer()) == ["news"]


# -- How long it waits ---------------------------------------------------------------------


def test_wait_ends_when_the_clock_is_moved(raw: RawCaller, url: str, clock: AccountClock, protocol: str) -> None:
    clock.freeze()
    parked = ParkedReceive(raw, url, protocol, WaitTimeSeconds=20)
    clock.advance(19.9)
    assert parked.waits
    clock.advance(0.1)
    answer = parked.answer()
    assert (answer.status, bodies_of(answer)) == (200, [])


def test_wait_is_the_queues_unless_the_receive_has_its_own(
    json_sqs: Any, raw: RawCaller, clock: AccountClock, protocol: str
) -> None:
    attributes = {"ReceiveMessageWaitTimeSeconds": "10"}
    url = json_sqs.create_queue(QueueName="patient", Attributes=attributes)["QueueUrl"]
    clock.freeze()
    parked = ParkedReceive(raw, url, protocol)
    longer = ParkedReceive(raw, url, protocol, WaitTimeSeconds=20)
    assert bodies(json_sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)) == []
    clock.advance(10)
    assert bodies_of(parked.answer()) == []
    assert longer.waits
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert bodies_of(longer.answer()) == ["hello"]


def test_message_that_is_there_is_not_waited_for(json_sqs: Any, url: str) -> None:
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    received = json_sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MaxNumberOfMessages=10)
    assert bodies(received) == ["hello"]


def test_server_answers_others_meanwhile(json_sqs: Any, url: str, raw: RawCaller) -> None:
    parked = [ParkedReceive(raw, url, WaitTimeSeconds=20) for _ in range(50)]
    other = json_sqs.create_queue(QueueName="other")["QueueUrl"]
    json_sqs.send_message(QueueUrl=other, MessageBody="hello")
    assert bodies(json_sqs.receive_message(QueueUrl=other)) == ["hello"]
    assert parked[0].waits
    for each in parked:
        each.hang_up()


# -- First come, first served --------------------------------------------------------------


def test_waiters_are_served_in_order_of_arrival(json_sqs: Any, url: str, raw: RawCaller, protocol: str) -> None:
    parked = [ParkedReceive(raw, url, protocol, WaitTimeSeconds=20) for _ in range(3)]
    for number, each in enumerate(parked):
        assert all(later.waits for later in parked[number:])
        json_sqs.send_message(QueueUrl=url, MessageBody=str(number))
        assert bodies_of(each.answer()) == [str(number)]


def test_newcomer_lines_up_behind_one_who_is_about_to_be_served() -> None:
    """In this process, where a request can come between the send and the turn of whom it has woken."""

    async def scenario() -> None:
        gateway = Emulator(Settings()).gateway

        def call(**params: str) -> HttpResponse | Coroutine[Any, Any, HttpResponse | Unanswered]:
            headers = {b"content-type": FORM.encode(), b"host": b"localhost"}
            return gateway.answer(HttpRequest("POST", "http", "/", b"", headers, urlencode(params).encode()))

        receive = {"Action": "ReceiveMessage", "QueueUrl": "queue", "WaitTimeSeconds": "20"}
        call(Action="CreateQueue", QueueName="queue")
        early = asyncio.ensure_future(await_answer(call(**receive)))
        await asyncio.sleep(0)
        call(Action="SendMessage", QueueUrl="queue", MessageBody="hello")
        late = asyncio.ensure_future(await_answer(call(**receive)))
        assert b"hello" in (await asyncio.wait_for(early, patience.SECONDS)).body
        assert not late.done()
        late.cancel()

    async def await_answer(
        outcome: HttpResponse | Coroutine[Any, Any, HttpResponse | Unanswered],
    ) -> HttpResponse:
        response = outcome if isinstance(outcome, HttpResponse) else await outcome
        assert isinstance(response, HttpResponse), "there are no faults here"
        return response

    asyncio.run(scenario())


def test_repeated_attempt_has_had_its_turn(json_sqs: Any, fifo: str, raw: RawCaller) -> None:
    json_sqs.send_message(QueueUrl=fifo, MessageBody="hello", MessageGroupId="group")
    attempt = {"QueueUrl": fifo, "WaitTimeSeconds": 20, "ReceiveRequestAttemptId": "attempt-1"}
    first = json_sqs.receive_message(**attempt)["Messages"]
    parked = ParkedReceive(raw, fifo, WaitTimeSeconds=20)
    assert json_sqs.receive_message(**attempt)["Messages"] == first
    assert parked.waits
    parked.hang_up()


def test_client_that_hangs_up_gets_no_message(json_sqs: Any, url: str, raw: RawCaller, protocol: str) -> None:
    ParkedReceive(raw, url, protocol, WaitTimeSeconds=20).hang_up()
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert counts(json_sqs, url) == (1, 0, 0)
    received = json_sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])
    assert bodies(received) == ["hello"]
    assert received["Messages"][0]["Attributes"] == {"ApproximateReceiveCount": "1"}


def test_next_in_line_gets_what_a_client_that_hung_up_would_have_got(json_sqs: Any, url: str, raw: RawCaller) -> None:
    gone = ParkedReceive(raw, url, WaitTimeSeconds=20)
    patient = ParkedReceive(raw, url, WaitTimeSeconds=20)
    gone.hang_up()
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert bodies_of(patient.answer()) == ["hello"]


# -- The end of the queue ------------------------------------------------------------------


def test_deleted_queue_does_not_exist_for_those_who_wait(
    json_sqs: Any, url: str, raw: RawCaller, protocol: str
) -> None:
    parked = [ParkedReceive(raw, url, protocol, WaitTimeSeconds=20) for _ in range(2)]
    json_sqs.delete_queue(QueueUrl=url)
    for each in parked:
        answer = each.answer()
        code = "AWS.SimpleQueueService.NonExistentQueue"
        if protocol == "json":
            type_ = "com.amazonaws.sqs#QueueDoesNotExist"
            assert answer.json_error == (400, type_, f"{code};Sender", "The specified queue does not exist.")
        else:
            assert answer.xml_error == (400, code, "The specified queue does not exist for this wsdl version.")


def test_reset_of_the_account_answers_those_who_wait(url: str, raw: RawCaller) -> None:
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    body = json.dumps({"account": raw.account}).encode()
    with urllib.request.urlopen(f"{raw.url}/_emulator/reset", body) as answer:
        assert json.load(answer)["dropped"]["queues"] == 1
    assert parked.answer().json_error[0] == 400


def test_purge_leaves_them_waiting(json_sqs: Any, url: str, raw: RawCaller, clock: AccountClock) -> None:
    json_sqs.send_message(QueueUrl=url, MessageBody="old", DelaySeconds=10)
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    json_sqs.purge_queue(QueueUrl=url)
    clock.advance(11)
    assert parked.waits
    json_sqs.send_message(QueueUrl=url, MessageBody="new")
    assert bodies_of(parked.answer()) == ["new"]


def test_message_that_expires_while_it_is_waited_for_is_not_delivered(
    json_sqs: Any, raw: RawCaller, clock: AccountClock
) -> None:
    attributes = {"MessageRetentionPeriod": "60", "DelaySeconds": "60"}
    url = json_sqs.create_queue(QueueName="short", Attributes=attributes)["QueueUrl"]
    clock.freeze()
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    clock.advance(50)
    parked = ParkedReceive(raw, url, WaitTimeSeconds=20)
    clock.advance(10)
    assert parked.waits
    clock.advance(10)
    assert bodies_of(parked.answer()) == []
