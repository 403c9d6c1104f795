from typing import Any

import pytest

from emulator.serving.app import Emulator
from tests import boto
from tests.actions.sqs.answers import arn_of, members, redrive_policy
from tests.actions.sqs.refusals import assert_refused
from tests.server import RunningServer


def test_queue_url_is_made_of_endpoint_account_and_name(sqs: Any, server: RunningServer, account: str) -> None:
    created = members(sqs.create_queue(QueueName="Orders_2026-a"))
    assert created == {"QueueUrl": f"{server.url}/{account}/Orders_2026-a"}


def test_name_rests_for_a_minute_after_its_queue_is_deleted(strict_sqs: Any, strict: Emulator) -> None:
    url = strict_sqs.create_queue(QueueName="queue")["QueueUrl"]
    strict_sqs.delete_queue(QueueUrl=url)
    message = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    code = "AWS.SimpleQueueService.QueueDeletedRecently"
    for _ in range(2):
        assert_refused(strict_sqs.create_queue, code, message, QueueName="queue")
        strict.world.clocks.of(boto.ACCOUNT).advance(29.9)
    strict.world.clocks.of(boto.ACCOUNT).advance(0.2)
    assert strict_sqs.create_queue(QueueName="queue")["QueueUrl"] == url


def test_name_is_free_at_once_unless_timing_is_strict(sqs: Any, queue_url: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody="old")
    sqs.delete_queue(QueueUrl=queue_url)
    sqs.create_queue(QueueName="queue")
    assert "Messages" not in sqs.receive_message(QueueUrl=queue_url)


def test_dead_letter_queue_of_another_region_does_not_exist(
    sqs: Any, queue_url: str, server: RunningServer, account: str, protocol: str
) -> None:
    elsewhere = boto.client("sqs", server.url, account=account, region="eu-west-1", protocol=protocol)
    policy = redrive_policy(arn_of(sqs, queue_url))
    assert_refused(
        elsewhere.create_queue,
        "InvalidParameterValue",
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.",
        QueueName="source",
        Attributes={"RedrivePolicy": policy},
    )


@pytest.mark.parametrize("differing", ["attribute", "tags"])
def test_attributes_of_an_existing_queue_are_compared_before_its_tags(sqs: Any, queue_url: str, differing: str) -> None:
    attributes = {"DelaySeconds": "9"} if differing == "attribute" else {}
    message = {
        "attribute": "A queue already exists with the same name and a different value for attribute DelaySeconds",
        "tags": "A queue already exists with the same name and different tags",
    }
    assert_refused(
        sqs.create_queue,
        "QueueAlreadyExists",
        message[differing],
        QueueName="queue",
        Attributes=attributes,
        tags={"team": "shop"},
    )
    assert "Tags" not in sqs.list_queue_tags(QueueUrl=queue_url)
