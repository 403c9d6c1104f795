import json
from typing import Any

import pytest

from tests.actions.sqs.answers import arn_of, attribute, members
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused

FIRST, SECOND = "crossaccountpermission", "crossaccountpermission2"


def add(sqs: Any, queue_url: str, *labels: str) -> None:
    for label in labels:
        sqs.add_permission(QueueUrl=queue_url, Label=label, AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])


def sids(sqs: Any, queue_url: str) -> list[str]:
    policy = json.loads(attribute(sqs, queue_url, "Policy") or "{}")
    return [statement.get("Sid") for statement in policy.get("Statement", [])]


def assert_no_label(sqs: Any, queue_url: str, label: str) -> None:
    message = f"Value {label} for parameter Label is invalid. Reason: can't find label."
    assert_refused(sqs.remove_permission, "InvalidParameterValue", message, QueueUrl=queue_url, Label=label)


def test_only_the_labelled_statement_goes(sqs: Any, queue_url: str) -> None:
    add(sqs, queue_url, FIRST, SECOND)
    assert members(sqs.remove_permission(QueueUrl=queue_url, Label=FIRST)) == {}
    assert sids(sqs, queue_url) == [SECOND]


def test_policy_goes_with_its_last_statement(sqs: Any, queue_url: str) -> None:
    add(sqs, queue_url, FIRST)
    sqs.remove_permission(QueueUrl=queue_url, Label=FIRST)
    assert attribute(sqs, queue_url, "Policy") is None
    assert_no_label(sqs, queue_url, FIRST)


def test_removed_label_can_be_used_again(sqs: Any, queue_url: str) -> None:
    add(sqs, queue_url, FIRST)
    sqs.remove_permission(QueueUrl=queue_url, Label=FIRST)
    add(sqs, queue_url, FIRST)
    assert sids(sqs, queue_url) == [FIRST]


def test_statement_of_the_callers_own_policy_can_be_removed(sqs: Any, queue_url: str) -> None:
    mine = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn_of(sqs, queue_url)}
    text = json.dumps({"Id": "mine", "Statement": [mine | {"Sid": "one"}, mine, mine | {"Sid": "two"}]})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": text})
    sqs.remove_permission(QueueUrl=queue_url, Label="one")
    assert json.loads(attribute(sqs, queue_url, "Policy") or "") == {
        "Id": "mine",
        "Statement": [mine, mine | {"Sid": "two"}],
    }


@pytest.mark.parametrize("label", ["CrossAccountPermission", "", SECOND, "no label at all"])
def test_unknown_label_is_refused(sqs: Any, queue_url: str, label: str) -> None:
    assert_no_label(sqs, queue_url, label)
    add(sqs, queue_url, FIRST)
    assert_no_label(sqs, queue_url, label)
    assert sids(sqs, queue_url) == [FIRST]


def test_queue_must_exist(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(sqs.remove_permission, QueueUrl=queue_url + "-not", Label=FIRST)
