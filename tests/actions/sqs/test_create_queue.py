import json
from typing import Any

import pytest

from emulator.app import Emulator
from tests import boto
from tests.actions.sqs.answers import arn_of, attribute, members, redrive_policy
from tests.actions.sqs.refusals import assert_refused
from tests.server import RunningServer

STANDARD_NAME = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
FIFO_NAME = (
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
    "must end with .fifo suffix and be 1 to 80 in length."
)
FIFO = {"FifoQueue": "true"}


def test_queue_url_is_made_of_endpoint_account_and_name(sqs: Any, server: RunningServer, account: str) -> None:
    created = members(sqs.create_queue(QueueName="Orders_2026-a"))
    assert created == {"QueueUrl": f"{server.url}/{account}/Orders_2026-a"}


@pytest.mark.parametrize("name", ["a", "a" * 80, "0", "-", "_"])
def test_every_legal_standard_name_is_taken(sqs: Any, name: str) -> None:
    assert sqs.create_queue(QueueName=name)["QueueUrl"].endswith(f"/{name}")


@pytest.mark.parametrize("name", ["", "a" * 81, "two words", "dot.ted", "umläut", "slash/ed", "name\n", "orders.fifo"])
def test_illegal_standard_name_is_refused(sqs: Any, name: str) -> None:
    assert_refused(sqs.create_queue, "InvalidParameterValue", STANDARD_NAME, QueueName=name)
    assert "QueueUrls" not in sqs.list_queues()


def test_suffix_counts_towards_the_length_of_a_fifo_name(sqs: Any) -> None:
    name = "a" * 75 + ".fifo"
    assert sqs.create_queue(QueueName=name, Attributes=FIFO)["QueueUrl"].endswith(f"/{name}")
    assert_refused(sqs.create_queue, "InvalidParameterValue", FIFO_NAME, QueueName="a" + name, Attributes=FIFO)


@pytest.mark.parametrize("name", ["orders", ".fifo", "dot.ted.fifo", "orders.FIFO"])
def test_illegal_fifo_name_is_refused(sqs: Any, name: str) -> None:
    assert_refused(sqs.create_queue, "InvalidParameterValue", FIFO_NAME, QueueName=name, Attributes=FIFO)
    assert "QueueUrls" not in sqs.list_queues()


def test_names_are_case_sensitive(sqs: Any) -> None:
    urls = {sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("orders", "Orders", "ORDERS")}
    assert set(sqs.list_queues()["QueueUrls"]) == urls
    assert len(urls) == 3


def test_booleans_are_read_in_any_case_and_kept_in_lower_case(sqs: Any) -> None:
    attributes = {"FifoQueue": "True", "ContentBasedDeduplication": "TRUE", "SqsManagedSseEnabled": "False"}
    url = sqs.create_queue(QueueName="queue.fifo", Attributes=attributes)["QueueUrl"]
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(attributes))["Attributes"]
    assert kept == {"FifoQueue": "true", "ContentBasedDeduplication": "true", "SqsManagedSseEnabled": "false"}


# -- An existing queue ---------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"DelaySeconds": "7"}, {"VisibilityTimeout": "30"}])
def test_existing_queue_is_returned_if_no_named_attribute_differs(sqs: Any, given: dict[str, str]) -> None:
    url = sqs.create_queue(QueueName="queue", Attributes={"DelaySeconds": "7", "MessageRetentionPeriod": "60"})
    assert sqs.create_queue(QueueName="queue", Attributes=given)["QueueUrl"] == url["QueueUrl"]
    assert attribute(sqs, url["QueueUrl"], "MessageRetentionPeriod") == "60"


def test_messages_do_not_make_a_queue_another_one(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="queue", Attributes={"DelaySeconds": "0"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    sqs.receive_message(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sqs.create_queue(QueueName="queue", Attributes={"DelaySeconds": "0"})["QueueUrl"] == url


def exists_differing_in(name: str) -> str:
    return f"A queue already exists with the same name and a different value for attribute {name}"


def test_attribute_that_differs_from_the_existing_queue_is_named(sqs: Any) -> None:
    attributes = {"ReceiveMessageWaitTimeSeconds": "1", "DelaySeconds": "1"}
    sqs.create_queue(QueueName="queue", Attributes=attributes)
    for given in (attributes | {"DelaySeconds": "2"}, {"DelaySeconds": "0"}):
        message = exists_differing_in("DelaySeconds")
        assert_refused(sqs.create_queue, "QueueAlreadyExists", message, QueueName="queue", Attributes=given)


def test_attribute_that_differs_from_the_existing_fifo_queue_is_named(sqs: Any) -> None:
    sqs.create_queue(QueueName="queue.fifo", Attributes=FIFO | {"ContentBasedDeduplication": "true"})
    given = FIFO | {"ContentBasedDeduplication": "false"}
    message = exists_differing_in("ContentBasedDeduplication")
    assert_refused(sqs.create_queue, "QueueAlreadyExists", message, QueueName="queue.fifo", Attributes=given)


def test_attributes_are_compared_with_what_they_are_now(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="queue", Attributes={"DelaySeconds": "1"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "2"})
    assert sqs.create_queue(QueueName="queue", Attributes={"DelaySeconds": "2"})["QueueUrl"] == url
    message = exists_differing_in("DelaySeconds")
    assert_refused(sqs.create_queue, "QueueAlreadyExists", message, QueueName="queue", Attributes={"DelaySeconds": "1"})


def test_redrive_policies_are_compared_by_meaning(sqs: Any, queue_url: str) -> None:
    arn = arn_of(sqs, queue_url)
    policy = json.dumps({"maxReceiveCount": 3, "deadLetterTargetArn": arn}, indent=1)
    url = sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    same = {"RedrivePolicy": redrive_policy(arn, 3)}
    assert sqs.create_queue(QueueName="source", Attributes=same)["QueueUrl"] == url
    other = {"RedrivePolicy": redrive_policy(arn, 4)}
    message = exists_differing_in("RedrivePolicy")
    assert_refused(sqs.create_queue, "QueueAlreadyExists", message, QueueName="source", Attributes=other)


def test_name_rests_for_a_minute_after_its_queue_is_deleted(strict_sqs: Any, strict: Emulator) -> None:
    url = strict_sqs.create_queue(QueueName="queue")["QueueUrl"]
    strict_sqs.delete_queue(QueueUrl=url)
    message = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    code = "AWS.SimpleQueueService.QueueDeletedRecently"
    for _ in range(2):
        assert_refused(strict_sqs.create_queue, code, message, QueueName="queue")
        strict.clocks.of(boto.ACCOUNT).advance(29.9)
    strict.clocks.of(boto.ACCOUNT).advance(0.2)
    assert strict_sqs.create_queue(QueueName="queue")["QueueUrl"] == url


def test_name_is_free_at_once_unless_timing_is_strict(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="old")
    sqs.delete_queue(QueueUrl=queue_url)
    sqs.create_queue(QueueName="queue")
    assert "Messages" not in sqs.receive_message(QueueUrl=queue_url)


# -- Attributes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("FifoQueue", "Unknown Attribute FifoQueue."),
        ("ContentBasedDeduplication", "Unknown Attribute ContentBasedDeduplication."),
        ("DeduplicationScope", "You can specify the DeduplicationScope only when FifoQueue is set to true."),
        ("FifoThroughputLimit", "You can specify the FifoThroughputLimit only when FifoQueue is set to true."),
    ],
)
def test_standard_queue_has_no_fifo_attributes(sqs: Any, name: str, message: str) -> None:
    value = {"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"}.get(name, "false")
    assert_refused(sqs.create_queue, "InvalidAttributeName", message, QueueName="queue", Attributes={name: value})
    assert "QueueUrls" not in sqs.list_queues()


@pytest.mark.parametrize("name", ["Foo", "delayseconds", "QueueArn", "ApproximateNumberOfMessages", "All", ""])
def test_attribute_that_cannot_be_set_is_unknown(sqs: Any, name: str) -> None:
    message = f"Unknown Attribute {name}."
    assert_refused(sqs.create_queue, "InvalidAttributeName", message, QueueName="queue", Attributes={name: "1"})


RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}


@pytest.mark.parametrize("name", RANGES)
def test_numbers_are_taken_within_their_range(sqs: Any, name: str) -> None:
    low, high = RANGES[name]
    for number in (low, high):
        attributes = {name: str(number), "KmsMasterKeyId": "alias/key"}
        url = sqs.create_queue(QueueName=f"queue-{number}", Attributes=attributes)["QueueUrl"]
        assert attribute(sqs, url, name) == str(number)
    for value in (str(low - 1), str(high + 1), "", "many", "1.5", "١٢٣", "1e3", "9" * 5000):
        message = f"Invalid value for the parameter {name}."
        assert_refused(
            sqs.create_queue, "InvalidAttributeValue", message, QueueName="refused", Attributes={name: value}
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ContentBasedDeduplication", "1"),
        ("SqsManagedSseEnabled", ""),
        ("DeduplicationScope", "Queue"),
        ("FifoThroughputLimit", "perGroup"),
        ("Policy", "not JSON"),
        ("Policy", "[]"),
        ("Policy", "{}"),
    ],
)
def test_value_that_makes_no_sense_is_refused(sqs: Any, name: str, value: str) -> None:
    attributes = FIFO | {name: value}
    message = f"Invalid value for the parameter {name}."
    assert_refused(sqs.create_queue, "InvalidAttributeValue", message, QueueName="queue.fifo", Attributes=attributes)


def test_high_throughput_wants_deduplication_by_group(sqs: Any) -> None:
    limit = FIFO | {"FifoThroughputLimit": "perMessageGroupId"}
    message = "FifoThroughputLimit can be set to perMessageGroupId only when DeduplicationScope is messageGroup."
    assert_refused(sqs.create_queue, "InvalidAttributeValue", message, QueueName="queue.fifo", Attributes=limit)
    sqs.create_queue(QueueName="queue.fifo", Attributes=limit | {"DeduplicationScope": "messageGroup"})


def test_queue_has_one_kind_of_server_side_encryption(sqs: Any) -> None:
    both = {"KmsMasterKeyId": "alias/key", "SqsManagedSseEnabled": "true"}
    message = (
        "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
    )
    assert_refused(sqs.create_queue, "InvalidAttributeValue", message, QueueName="queue", Attributes=both)


# -- Dead-letter queues --------------------------------------------------------------------


def redrive_refusal(policy: str, reason: str) -> str:
    return f"Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}"


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("{}", "Redrive policy does not contain mandatory attribute: maxReceiveCount."),
        ('{"maxReceiveCount": 1}', "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."),
        ('{"deadLetterTargetArn": "{arn}"}', "Redrive policy does not contain mandatory attribute: maxReceiveCount."),
        ("not JSON", "Redrive policy is not a valid JSON map."),
        ('{"deadLetterTargetArn": "{arn}-gone", "maxReceiveCount": 1}', "Dead letter target does not exist."),
        ('{"deadLetterTargetArn": "dummy", "maxReceiveCount": 1}', "Dead letter target does not exist."),
        (
            '{"deadLetterTargetArn": "{fifo}", "maxReceiveCount": 1}',
            "Dead-letter queue must be same type of queue as the source.",
        ),
        (
            '{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 0}',
            "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.",
        ),
        (
            '{"deadLetterTargetArn": "{arn}", "maxReceiveCount": "1001"}',
            "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
        ),
    ],
)
def test_redrive_policy_that_leads_nowhere_is_refused(
    sqs: Any, queue_url: str, fifo_url: str, policy: str, reason: str
) -> None:
    policy = policy.replace("{arn}", arn_of(sqs, queue_url)).replace("{fifo}", arn_of(sqs, fifo_url))
    assert_refused(
        sqs.create_queue,
        "InvalidParameterValue",
        redrive_refusal(policy, reason),
        QueueName="source",
        Attributes={"RedrivePolicy": policy},
    )
    assert len(sqs.list_queues()["QueueUrls"]) == 2


@pytest.mark.parametrize("count", [1, "2", 1000])
def test_max_receive_count_may_be_a_number_or_a_string(sqs: Any, queue_url: str, count: int | str) -> None:
    policy = redrive_policy(arn_of(sqs, queue_url), count)
    url = sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    assert attribute(sqs, url, "RedrivePolicy") == policy


def test_dead_letter_queue_of_another_region_does_not_exist(
    sqs: Any, queue_url: str, server: RunningServer, account: str, protocol: str
) -> None:
    elsewhere = boto.client("sqs", server.url, account=account, region="eu-west-1", protocol=protocol)
    policy = redrive_policy(arn_of(sqs, queue_url))
    assert_refused(
        elsewhere.create_queue,
        "InvalidParameterValue",
        redrive_refusal(policy, "Dead letter target does not exist."),
        QueueName="source",
        Attributes={"RedrivePolicy": policy},
    )
