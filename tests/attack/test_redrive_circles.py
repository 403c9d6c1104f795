"""A circle of dead-letter queues over the API: with long polls, and after the state was restored."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from emulator.testing import EmulatedAccount, emulated_aws

DEADLINE = 60


def circle_of_two(aws: EmulatedAccount) -> list[str]:
    urls = [aws.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "0"})["QueueUrl"] for name in "ab"]
    for url, other in zip(urls, reversed(urls), strict=True):
        attributes = aws.sqs.get_queue_attributes(QueueUrl=other, AttributeNames=["QueueArn"])["Attributes"]
        policy = json.dumps({"deadLetterTargetArn": attributes["QueueArn"], "maxReceiveCount": 1})
        aws.sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    return urls


def received(aws: EmulatedAccount, url: str, wait: int = 0) -> list[str]:
    answer: dict[str, Any] = aws.sqs.receive_message(
        QueueUrl=url, WaitTimeSeconds=wait, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )
    return [message["Attributes"]["ApproximateReceiveCount"] for message in answer.get("Messages", [])]


def test_long_poll_gets_a_message_that_comes_round() -> None:
    with emulated_aws() as aws, ThreadPoolExecutor() as threads:
        first, second = circle_of_two(aws)
        aws.sqs.send_message(QueueUrl=first, MessageBody="coffee")
        assert received(aws, first) == ["1"]
        for count, (here, there) in enumerate([(first, second), (second, first)] * 3, 2):
            poll = threads.submit(received, aws, there, 20)
            assert received(aws, here) == []
            assert poll.result(DEADLINE) == [str(count)]


def test_moved_message_is_received_before_it_moves_on_after_a_restore() -> None:
    with emulated_aws() as aws:
        first, second = circle_of_two(aws)
        aws.sqs.send_message(QueueUrl=first, MessageBody="coffee")
        assert (received(aws, first), received(aws, first)) == (["1"], [])
        aws.restore_state(aws.export_state())
        assert (received(aws, second), received(aws, second), received(aws, first)) == (["2"], [], ["3"])
