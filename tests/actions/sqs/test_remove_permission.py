import json
from typing import Any

from tests.actions.sqs.answers import arn_of, attribute


def test_statement_of_the_callers_own_policy_can_be_removed(sqs: Any, queue_url: str) -> None:
    mine = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn_of(sqs, queue_url)}
    text = json.dumps({"Id": "mine", "Statement": [mine | {"Sid": "one"}, mine, mine | {"Sid": "two"}]})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": text})
    sqs.remove_permission(QueueUrl=queue_url, Label="one")
    assert json.loads(attribute(sqs, queue_url, "Policy") or "") == {
        "Version": "2008-10-17",
        "Id": "mine",
        "Statement": [mine, mine | {"Sid": "two"}],
    }
