from typing import Any

from tests.actions.sqs.answers import members


def test_queue_made_anew_does_not_inherit_tags(sqs: Any) -> None:
    queue_url = sqs.create_queue(QueueName="tagged", tags={"old": "tag"})["QueueUrl"]
    sqs.delete_queue(QueueUrl=queue_url)
    sqs.create_queue(QueueName="tagged")
    assert members(sqs.list_queue_tags(QueueUrl=queue_url)) == {}
