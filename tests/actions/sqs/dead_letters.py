"""Queues with a dead-letter queue, and messages that nobody could handle."""

from typing import Any, NamedTuple

from tests.actions.sqs.answers import arn_of, redrive_policy


class DeadLetters(NamedTuple):
    """A dead-letter queue and the queues whose messages come to it."""

    sqs: Any
    url: str
    arn: str
    source_urls: list[str]

    def kill(self, source_url: str, *bodies: str) -> None:
        """Send these messages to a source, which gives them up one by one."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=source_url, MessageBody=body, **group_of(source_url))
            received = self.sqs.receive_message(QueueUrl=source_url, VisibilityTimeout=0)
            assert [message["Body"] for message in received["Messages"]] == [body]
            assert "Messages" not in self.sqs.receive_message(QueueUrl=source_url)

    def send(self, *bodies: str) -> None:
        """Send to the dead-letter queue itself."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **group_of(self.url))

    def last_task(self) -> dict[str, Any]:
        """The task which was started last, as ListMessageMoveTasks shows it."""
        (task,) = self.sqs.list_message_move_tasks(SourceArn=self.arn)["Results"]
        return dict(task)


def group_of(queue_url: str) -> dict[str, str]:
    """What a message to this queue needs besides its body."""
    return {"MessageGroupId": "group"} if queue_url.endswith(".fifo") else {}


def make_dead_letters(sqs: Any, *sources: str, suffix: str = "") -> DeadLetters:
    """A dead-letter queue ``dead`` for queues of these names; with the suffix ``.fifo`` all are FIFO."""
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if suffix else {}
    url = sqs.create_queue(QueueName="dead" + suffix, Attributes=attributes)["QueueUrl"]
    arn = arn_of(sqs, url)
    redrive = {"RedrivePolicy": redrive_policy(arn, 1)}
    urls = [sqs.create_queue(QueueName=name + suffix, Attributes=attributes | redrive)["QueueUrl"] for name in sources]
    return DeadLetters(sqs, url, arn, urls)
