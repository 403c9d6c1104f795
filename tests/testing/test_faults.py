"""Faults as a test orders them, and what boto3 makes of them; the same in process and at a server."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from emulator.testing import EmulatedAccount
from tests import boto
from tests.testing.receivers import bodies, queue_of, topic_with_queues


@pytest.fixture(autouse=True)
def no_time_between_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))


def client(aws: EmulatedAccount, service: str, mode: str = "standard", attempts: int = 3, **config: Any) -> Any:
    return boto.session("json").client(
        service,
        endpoint_url=aws.url,
        region_name=aws.region,
        aws_access_key_id=aws.account_id,
        aws_secret_access_key="any",
        config=Config(retries={"mode": mode, "total_max_attempts": attempts}, **config),
    )


# -- SDKs try again ------------------------------------------------------------------------

RETRIED = [
    {"error": "RequestThrottled"},
    {"error": "ThrottlingException"},
    {"error": "ServiceUnavailable"},
    {"error": "InternalFailure"},
    {"cut": "before"},
]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("effect", RETRIED, ids=str)
@pytest.mark.parametrize("mode", ["standard", "legacy"])
def test_sdk_survives_what_goes_wrong_once_or_twice(
    aws: EmulatedAccount, mode: str, effect: dict[str, object], times: int
) -> None:
    url = queue_of(aws)
    fault = aws.faults.add(service="sqs", action="SendMessage", first=times, **effect)
    sent = client(aws, "sqs", mode).send_message(QueueUrl=url, MessageBody="coffee")
    assert sent["ResponseMetadata"]["RetryAttempts"] == times
    assert (fault.matched, fault.fired) == (times + 1, times)
    assert bodies(aws, "orders") == ["coffee"]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("effect", RETRIED, ids=str)
def test_adaptive_sdk_survives_it_too(
    aws: EmulatedAccount, monkeypatch: pytest.MonkeyPatch, effect: dict[str, object], times: int
) -> None:
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda self, amount=1, block=True: True)
    url = queue_of(aws)
    fault = aws.faults.add(service="sqs", action="SendMessage", first=times, **effect)
    client(aws, "sqs", "adaptive").send_message(QueueUrl=url, MessageBody="coffee")
    assert (fault.matched, fault.fired) == (times + 1, times)
    assert bodies(aws, "orders") == ["coffee"]


@pytest.mark.parametrize("error", ["Throttled", "Throttling", "InternalError", "ServiceUnavailable"])
def test_publisher_survives_it_too(aws: EmulatedAccount, error: str) -> None:
    topic = topic_with_queues(aws, "orders")
    fault = aws.faults.add(service="sns", action="Publish", resource="sales", error=error, first=1)
    client(aws, "sns").publish(TopicArn=topic, Message="coffee")
    assert (fault.matched, fault.fired) == (2, 1)
    assert bodies(aws, "orders") == ["coffee"]


def test_sdk_gives_up_in_the_end_and_says_why(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    fault = aws.faults.add(action="SendMessage", error="RequestThrottled", message="Slow down, please.")
    with pytest.raises(ClientError, match=r"\(RequestThrottled\).*Slow down, please\."):
        client(aws, "sqs").send_message(QueueUrl=url, MessageBody="coffee")
    assert fault.fired == 3
    assert bodies(aws, "orders") == []


def test_two_faults_hit_the_first_and_the_second_attempt(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    faults = [
        aws.faults.add(action="SendMessage", service="sqs", error=error, first=1)
        for error in ("RequestThrottled", "ServiceUnavailable")
    ]
    client(aws, "sqs").send_message(QueueUrl=url, MessageBody="coffee")
    assert [(fault.matched, fault.fired) for fault in faults] == [(3, 1), (2, 1)]


# -- The answer is lost --------------------------------------------------------------------


def test_lost_answer_to_a_send_makes_a_duplicate(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    aws.faults.add(action="SendMessage", cut="after", first=1)
    client(aws, "sqs").send_message(QueueUrl=url, MessageBody="coffee")
    assert bodies(aws, "orders") == ["coffee", "coffee"]


def test_lost_answer_to_a_send_makes_no_duplicate_in_a_fifo_queue(aws: EmulatedAccount) -> None:
    url = queue_of(aws, "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    fault = aws.faults.add(action="SendMessage", cut="after", first=1)
    client(aws, "sqs").send_message(QueueUrl=url, MessageBody="coffee", MessageGroupId="group")
    assert (fault.matched, fault.fired) == (2, 1)
    assert bodies(aws, "orders.fifo") == ["coffee"]


@pytest.mark.parametrize(("moment", "left"), [("before", []), ("after", ["coffee"])])
def test_connection_is_cut_before_or_after_the_message_is_there(
    aws: EmulatedAccount, moment: str, left: list[str]
) -> None:
    url = queue_of(aws)
    aws.faults.add(action="SendMessage", cut=moment)
    with pytest.raises(ConnectionClosedError):
        client(aws, "sqs", attempts=1).send_message(QueueUrl=url, MessageBody="coffee")
    assert bodies(aws, "orders") == left


@pytest.mark.parametrize(("moment", "left"), [("before", []), ("after", ["coffee"])])
def test_answer_that_never_comes_is_a_timeout_to_the_client(aws: EmulatedAccount, moment: str, left: list[str]) -> None:
    url = queue_of(aws)
    fault = aws.faults.add(action="SendMessage", stall=moment)
    with pytest.raises(ReadTimeoutError):
        client(aws, "sqs", attempts=1, read_timeout=0.2).send_message(QueueUrl=url, MessageBody="coffee")
    assert fault.fired == 1
    assert bodies(aws, "orders") == left


def test_lost_refusal_is_as_lost_as_any_other_answer(aws: EmulatedAccount) -> None:
    aws.faults.add(action="GetQueueUrl", cut="after")
    with pytest.raises(ConnectionClosedError):
        client(aws, "sqs", attempts=1).get_queue_url(QueueName="nothing")


def test_lost_receive_leaves_its_message_in_flight(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
    aws.faults.add(action="ReceiveMessage", cut="after", first=1)
    assert "Messages" not in client(aws, "sqs").receive_message(QueueUrl=url)
    assert [message.state for message in aws.peek(url)] == ["in_flight"]


def test_lost_long_poll_waits_all_the_same(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    aws.faults.add(action="ReceiveMessage", cut="after", first=1)
    with pytest.raises(ConnectionClosedError):
        client(aws, "sqs", attempts=1).receive_message(QueueUrl=url, WaitTimeSeconds=1)


# -- Latency -------------------------------------------------------------------------------


def test_slow_request_takes_effect_in_the_end_and_other_effects_come_after_the_wait(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    slow = aws.faults.add(action="SendMessage", latency={"exponential": 0.001}, seed=3)
    wrong = aws.faults.add(action="SendMessage", error="AccessDenied", every=2)
    sqs = client(aws, "sqs", attempts=1)
    sqs.send_message(QueueUrl=url, MessageBody="coffee")
    with pytest.raises(ClientError, match="AccessDenied"):
        sqs.send_message(QueueUrl=url, MessageBody="tea")
    assert (slow.fired, wrong.fired) == (2, 1)
    assert bodies(aws, "orders") == ["coffee"]


# -- Batches -------------------------------------------------------------------------------


def entries(*ids: str, **fields: object) -> list[dict[str, object]]:
    return [{"Id": entry_id, **fields} for entry_id in ids]


def outcome(answer: Any) -> tuple[list[str], list[tuple[str, str, bool]]]:
    """The ids that succeeded, and of those that failed id, code, and whose fault it is."""
    failed = [(each["Id"], each["Code"], each["SenderFault"]) for each in answer.get("Failed", [])]
    return [each["Id"] for each in answer.get("Successful", [])], failed


def test_batch_that_fails_in_part_sends_exactly_the_others(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    failures = {"entries": ["b", "d"], "error": "InternalError", "message": "Bad luck."}
    fault = aws.faults.add(action="SendMessageBatch", batch_failures=failures)
    batch = [entry | {"MessageBody": entry["Id"]} for entry in entries("a", "b", "c", "d")]
    answer = aws.sqs.send_message_batch(QueueUrl=url, Entries=batch)
    assert outcome(answer) == (["a", "c"], [("b", "InternalError", False), ("d", "InternalError", False)])
    assert answer["Failed"][0]["Message"] == "Bad luck."
    assert bodies(aws, "orders") == ["a", "c"]
    aws.sqs.send_message_batch(QueueUrl=url, Entries=batch[:1])
    assert (fault.matched, fault.fired) == (1, 1), "a batch without these entries is not concerned"


def test_first_entries_of_any_batch_can_fail_also_all_of_them(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    failures = {"entries": 2, "error": "KmsThrottled"}
    fault = aws.faults.add(service="sqs", batch_failures=failures)
    answer = aws.sqs.send_message_batch(QueueUrl=url, Entries=entries("a", "b", "c", MessageBody="coffee"))
    assert outcome(answer) == (["c"], [("a", "KMS.ThrottlingException", True), ("b", "KMS.ThrottlingException", True)])
    answer = aws.sqs.send_message_batch(QueueUrl=url, Entries=entries("a", MessageBody="coffee"))
    assert outcome(answer) == ([], [("a", "KMS.ThrottlingException", True)])
    assert answer["Failed"][0]["Message"] == f"Asked for by {fault.id}."
    assert bodies(aws, "orders") == ["coffee"]


def test_entries_of_other_batches_fail_too_and_take_no_effect(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    for body in ("1", "2"):
        aws.sqs.send_message(QueueUrl=url, MessageBody=body)
    received = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    handles = [
        entry | {"ReceiptHandle": message["ReceiptHandle"]}
        for entry, message in zip(entries("a", "b"), received, strict=True)
    ]
    failures = {"entries": 1, "error": "AccessDenied"}
    aws.faults.add(service="sqs", batch_failures=failures)
    visible = [handle | {"VisibilityTimeout": 0} for handle in handles]
    changed = aws.sqs.change_message_visibility_batch(QueueUrl=url, Entries=visible)
    assert outcome(changed) == (["b"], [("a", "AccessDenied", True)])
    assert [message.state for message in aws.peek(url)] == ["in_flight", "visible"]
    deleted = aws.sqs.delete_message_batch(QueueUrl=url, Entries=handles)
    assert outcome(deleted) == (["b"], [("a", "AccessDenied", True)])
    assert bodies(aws, url) == ["1"]


def test_published_batch_fails_in_part(aws: EmulatedAccount) -> None:
    topic = topic_with_queues(aws, "orders")
    aws.faults.add(action="PublishBatch", batch_failures={"entries": ["b"], "error": "InternalError"})
    batch = [entry | {"Message": entry["Id"]} for entry in entries("a", "b", "c")]
    answer = aws.sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)
    assert outcome(answer) == (["a", "c"], [("b", "InternalError", False)])
    assert bodies(aws, "orders") == ["a", "c"]


def test_batch_is_checked_as_a_whole_before_any_of_it_fails(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    aws.faults.add(service="sqs", batch_failures={"entries": 1, "error": "AccessDenied"})
    with pytest.raises(ClientError, match="BatchEntryIdsNotDistinct"):
        aws.sqs.send_message_batch(QueueUrl=url, Entries=entries("a", "a", MessageBody="coffee"))


# -- The API -------------------------------------------------------------------------------


def test_faults_are_listed_and_removed_one_by_one_and_together(aws: EmulatedAccount) -> None:
    first = aws.faults.add(service="sqs", action="SendMessage", error="AccessDenied")
    second = aws.faults.add(service="sns", cut="before")
    assert [(fault.id, fault.rule["account"]) for fault in aws.faults.list()] == [
        (first.id, aws.account_id),
        (second.id, aws.account_id),
    ]
    assert "AccessDenied" in repr(first)
    first.remove()
    assert [fault.id for fault in aws.faults.list()] == [second.id]
    with pytest.raises(LookupError, match=f"No fault {first.id}"):
        first.remove()
    with pytest.raises(LookupError, match=f"No fault {first.id}"):
        _ = first.fired
    aws.faults.clear()
    assert aws.faults.list() == []
    queue_of(aws)


def test_firing_tells_what_was_hit(aws: EmulatedAccount) -> None:
    url = queue_of(aws)
    aws.clock.freeze()
    fault = aws.faults.add(action="SendMessage", error="AccessDenied")
    with pytest.raises(ClientError) as refused:
        aws.sqs.send_message(QueueUrl=url, MessageBody="coffee")
    [firing] = fault.firings
    assert firing.request_id == refused.value.response["ResponseMetadata"]["RequestId"]
    assert (firing.action, firing.message_id, firing.endpoint) == ("SendMessage", None, None)
    assert firing.resource == f"arn:aws:sqs:us-east-1:{aws.account_id}:orders"
    assert abs((firing.at - aws.clock.now()).total_seconds()) < 0.001
    assert fault.held_up == 0


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"action": "SendMesage", "error": "AccessDenied"}, "sqs or sns has no action 'SendMesage'"),
        ({"acton": "SendMessage", "error": "AccessDenied"}, "unknown field `acton`"),
        ({"error": "AccessDenied", "probability": 2}, r"at `\$.probability`"),
    ],
)
def test_rule_that_makes_no_sense_is_a_value_error(
    aws: EmulatedAccount, rule: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        aws.faults.add(**rule)
    assert aws.faults.list() == []


def test_reset_ends_the_faults(aws: EmulatedAccount) -> None:
    aws.faults.add(cut="before")
    aws.reset()
    assert aws.faults.list() == []
    queue_of(aws)


def test_chance_hits_the_same_requests_with_the_same_seed(aws: EmulatedAccount) -> None:
    def hits(seed: int) -> list[bool]:
        fault = aws.faults.add(action="ListQueues", error="AccessDenied", probability=0.5, seed=seed)
        found = []
        for _ in range(20):
            before = fault.fired
            try:
                aws.sqs.list_queues()
            except ClientError:
                assert fault.fired == before + 1
            found.append(fault.fired > before)
        fault.remove()
        return found

    assert hits(1) == hits(1) != hits(2)
