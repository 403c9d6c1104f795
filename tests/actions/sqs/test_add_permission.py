import json
from typing import Any

from tests.actions.sqs.answers import arn_of, attribute, members
from tests.actions.sqs.refusals import assert_refused
from tests.actions.test_other_accounts import SHAREABLE

LABEL = "crossaccountpermission"
OTHER_ACCOUNT = "668614515564"


def policy_of(sqs: Any, queue_url: str) -> Any:
    text = attribute(sqs, queue_url, "Policy")
    return None if text is None else json.loads(text)


def own_policy(queue_arn: str, *sids: str) -> str:
    statements = [
        {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": queue_arn}
        for sid in sids
    ]
    return json.dumps({"Version": "2012-10-17", "Id": "mine", "Statement": statements}, indent=2)


def test_first_permission_writes_the_policy(sqs: Any, queue_url: str, account: str) -> None:
    answer = sqs.add_permission(
        QueueUrl=queue_url, Label=LABEL, AWSAccountIds=[OTHER_ACCOUNT, account], Actions=["ReceiveMessage"]
    )
    assert members(answer) == {}
    arn = arn_of(sqs, queue_url)
    assert attribute(sqs, queue_url, "Policy") == (
        f'{{"Version":"2008-10-17","Id":"{arn}/SQSDefaultPolicy","Statement":[{{"Sid":"{LABEL}","Effect":"Allow",'
        f'"Principal":{{"AWS":["arn:aws:iam::{OTHER_ACCOUNT}:root","arn:aws:iam::{account}:root"]}},'
        f'"Action":"SQS:ReceiveMessage","Resource":"{arn}"}}]}}'
    )


def test_sid_of_the_callers_own_statement_is_a_label_in_use(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": own_policy(arn_of(sqs, queue_url), "mine")})
    message = "Value mine for parameter Label is invalid. Reason: Already exists."
    refused(sqs, queue_url, message, Label="mine")


def refused(sqs: Any, queue_url: str, message: str, code: str = "InvalidParameterValue", **params: Any) -> None:
    usual = {"Label": LABEL, "AWSAccountIds": [OTHER_ACCOUNT], "Actions": ["SendMessage"]}
    before = attribute(sqs, queue_url, "Policy")
    assert_refused(sqs.add_permission, code, message, QueueUrl=queue_url, **(usual | params))
    assert attribute(sqs, queue_url, "Policy") == before


def test_more_than_seven_actions_are_refused(sqs: Any, queue_url: str) -> None:
    names = sorted(SHAREABLE)
    message = "8 actions were found in a statement from the submitted policy, max allowed is 7"
    refused(sqs, queue_url, message, "OverLimit", Actions=[*names, "*"])
    sqs.add_permission(QueueUrl=queue_url, Label=LABEL, AWSAccountIds=[OTHER_ACCOUNT], Actions=names)
    assert len(policy_of(sqs, queue_url)["Statement"][0]["Action"]) == 7


def test_more_than_fifty_principals_are_refused(sqs: Any, queue_url: str) -> None:
    accounts = [f"{number:012}" for number in range(51)]
    message = "51 principals were found in a statement from the submitted policy, max allowed is 50"
    refused(sqs, queue_url, message, "OverLimit", AWSAccountIds=accounts)
    sqs.add_permission(QueueUrl=queue_url, Label=LABEL, AWSAccountIds=accounts[1:], Actions=["SendMessage"])
    assert len(policy_of(sqs, queue_url)["Statement"][0]["Principal"]["AWS"]) == 50


def test_policy_that_would_grow_too_large_is_refused(sqs: Any, queue_url: str) -> None:
    arn = arn_of(sqs, queue_url)
    text = own_policy(arn, "mine").replace('"mine"', json.dumps("x" * 7_900), 1)
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": text})
    refused(sqs, queue_url, "Submitted policy is over max allowed size.", "OverLimit")
