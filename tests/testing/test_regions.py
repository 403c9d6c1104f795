"""Queues in several regions of an account, as the helpers find them."""

from typing import Any

import boto3
import pytest

from emulator.testing import EmulatedAccount


@pytest.fixture
def far(aws: EmulatedAccount) -> Any:
    """A client in another region."""
    keys = {"aws_access_key_id": aws.account_id, "aws_secret_access_key": "any"}
    if aws.url is None:
        return boto3.client("sqs", region_name="eu-north-1", **keys)
    return boto3.client("sqs", region_name="eu-north-1", endpoint_url=aws.url, **keys)


def test_queue_of_another_region_is_found_by_name_url_and_arn(aws: EmulatedAccount, far: Any) -> None:
    url = far.create_queue(QueueName="orders")["QueueUrl"]
    far.send_message(QueueUrl=url, MessageBody="coffee")
    arn = f"arn:aws:sqs:eu-north-1:{aws.account_id}:orders"
    of_aws = f"https://sqs.eu-north-1.amazonaws.com/{aws.account_id}/orders"
    for queue in ("orders", url, arn, of_aws, f"https://eu-north-1.queue.amazonaws.com/{aws.account_id}/orders"):
        assert [message.body for message in aws.peek(queue)] == ["coffee"]
        assert aws.wait_for_message(queue, "coffee").body == "coffee"
        aws.expect_no_message(queue, "tea")


def test_own_region_goes_before_others(aws: EmulatedAccount, far: Any) -> None:
    far.create_queue(QueueName="orders")
    url = aws.sqs.create_queue(QueueName="orders")["QueueUrl"]
    aws.sqs.send_message(QueueUrl=url, MessageBody="here")
    assert [message.body for message in aws.peek("orders")] == ["here"]
    assert aws.peek(f"arn:aws:sqs:eu-north-1:{aws.account_id}:orders") == []
    assert aws.peek(f"https://sqs.eu-north-1.amazonaws.com/{aws.account_id}/orders") == []


def test_queue_that_is_not_there_is_told_with_the_regions_of_those_that_are(aws: EmulatedAccount, far: Any) -> None:
    far.create_queue(QueueName="orders")
    aws.sqs.create_queue(QueueName="bills")
    there_are = rf"account, {aws.account_id}: bills \(us-east-1\), orders \(eu-north-1\)\."
    for queue, told in (
        ("ordres", r"There is no queue ordres\."),
        (f"arn:aws:sqs:us-east-1:{aws.account_id}:orders", r"There is no queue orders in region us-east-1\."),
        ("arn:aws:sqs:us-east-1:999999999999:orders", r"is of account 999999999999\."),
        ("http://localhost/999999999999/orders", r"is of account 999999999999\."),
    ):
        for look in (aws.peek, aws.wait_for_message, aws.expect_no_message):
            with pytest.raises(LookupError, match=told + ".* this " + there_are):
                look(queue)
    with pytest.raises(LookupError, match="no ARN of a queue"):
        aws.peek("arn:orders")


def test_name_that_several_other_regions_have_is_ambiguous(aws: EmulatedAccount, far: Any) -> None:
    far.create_queue(QueueName="orders")
    keys = {"aws_access_key_id": aws.account_id, "aws_secret_access_key": "any"}
    endpoint = {} if aws.url is None else {"endpoint_url": aws.url}
    boto3.client("sqs", region_name="eu-west-1", **keys, **endpoint).create_queue(QueueName="orders")
    with pytest.raises(LookupError, match="orders in the regions eu-north-1, eu-west-1, and none in us-east-1"):
        aws.peek("orders")


def test_description_names_other_regions(aws: EmulatedAccount, far: Any) -> None:
    far.create_queue(QueueName="orders")
    aws.sqs.create_queue(QueueName="bills")
    assert {"queue orders in eu-north-1: 0 messages", "queue bills: 0 messages"} <= set(aws.describe().splitlines())
