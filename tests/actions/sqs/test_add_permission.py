import json
from typing import Any

import pytest

from tests.actions.sqs.answers import arn_of, attribute, members
from tests.actions.sqs.refusals import assert_no_such_queue, assert_refused

LABEL = "crossaccountpermission"
OTHER_ACCOUNT = "668614515564"
LABEL_RULE = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
ACTION_RULE = "Please refer to the appropriate WSDL for a list of valid actions."


def policy_of(sqs: Any, queue_url: str) -> Any:
    text = attribute(sqs, queue_url, "Policy")
    return None if text is None else json.loads(text)


def allow(
    sqs: Any, queue_url: str, label: str = LABEL, account: str = OTHER_ACCOUNT, action: str = "ReceiveMessage"
) -> None:
    sqs.add_permission(QueueUrl=queue_url, Label=label, AWSAccountIds=[account], Actions=[action])


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


def test_further_permissions_are_appended(sqs: Any, queue_url: str, account: str) -> None:
    allow(sqs, queue_url, LABEL, account)
    allow(sqs, queue_url, LABEL + "2", account)
    arn = arn_of(sqs, queue_url)
    assert policy_of(sqs, queue_url) == {
        "Version": "2008-10-17",
        "Id": f"{arn}/SQSDefaultPolicy",
        "Statement": [
            {
                "Sid": label,
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "SQS:ReceiveMessage",
                "Resource": arn,
            }
            for label in (LABEL, LABEL + "2")
        ],
    }


def test_several_actions_stand_in_an_array(sqs: Any, queue_url: str) -> None:
    sqs.add_permission(
        QueueUrl=queue_url, Label=LABEL, AWSAccountIds=[OTHER_ACCOUNT], Actions=["SendMessage", "GetQueueUrl"]
    )
    assert policy_of(sqs, queue_url)["Statement"][0]["Action"] == ["SQS:SendMessage", "SQS:GetQueueUrl"]


def test_all_actions_can_be_allowed(sqs: Any, queue_url: str) -> None:
    allow(sqs, queue_url, action="*")
    assert policy_of(sqs, queue_url)["Statement"][0]["Action"] == "SQS:*"


def test_callers_own_policy_is_kept_as_text_until_a_statement_is_added(sqs: Any, queue_url: str) -> None:
    text = own_policy(arn_of(sqs, queue_url), "mine")
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": text})
    assert attribute(sqs, queue_url, "Policy") == text
    allow(sqs, queue_url)
    policy = policy_of(sqs, queue_url)
    assert policy["Id"] == "mine"
    assert policy["Version"] == "2012-10-17"
    assert policy["Statement"][0] == json.loads(text)["Statement"][0]
    assert policy["Statement"][1]["Sid"] == LABEL


@pytest.mark.parametrize("account_ids", [[OTHER_ACCOUNT], ["111111111111"]], ids=["same", "other"])
def test_label_in_use_is_refused_whoever_it_is_for(sqs: Any, queue_url: str, account_ids: list[str]) -> None:
    allow(sqs, queue_url)
    before = attribute(sqs, queue_url, "Policy")
    message = f"Value {LABEL} for parameter Label is invalid. Reason: Already exists."
    assert_refused(
        sqs.add_permission,
        "InvalidParameterValue",
        message,
        QueueUrl=queue_url,
        Label=LABEL,
        AWSAccountIds=account_ids,
        Actions=["SendMessage"],
    )
    assert attribute(sqs, queue_url, "Policy") == before


def test_sid_of_the_callers_own_statement_is_a_label_in_use(sqs: Any, queue_url: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": own_policy(arn_of(sqs, queue_url), "mine")})
    message = "Value mine for parameter Label is invalid. Reason: Already exists."
    refused(sqs, queue_url, message, Label="mine")


def refused(sqs: Any, queue_url: str, message: str, code: str = "InvalidParameterValue", **params: Any) -> None:
    usual = {"Label": LABEL, "AWSAccountIds": [OTHER_ACCOUNT], "Actions": ["SendMessage"]}
    before = attribute(sqs, queue_url, "Policy")
    assert_refused(sqs.add_permission, code, message, QueueUrl=queue_url, **(usual | params))
    assert attribute(sqs, queue_url, "Policy") == before


@pytest.mark.parametrize("label", ["a", "a" * 80, "with-hyphen_and_underscore"])
def test_legal_label_is_taken(sqs: Any, queue_url: str, label: str) -> None:
    allow(sqs, queue_url, label)
    assert policy_of(sqs, queue_url)["Statement"][0]["Sid"] == label


@pytest.mark.parametrize("label", ["", "a" * 81, "two words", "dot.ted", "ä"])
def test_illegal_label_is_refused(sqs: Any, queue_url: str, label: str) -> None:
    refused(sqs, queue_url, f"Value {label} for parameter Label is invalid. Reason: {LABEL_RULE}", Label=label)


@pytest.mark.parametrize("account_id", ["", "1234", "1" * 13, "arn:aws:iam::111111111111:root", "*"])
def test_principal_that_is_no_account_is_refused(sqs: Any, queue_url: str, account_id: str) -> None:
    message = f"Value [{account_id}] for parameter PrincipalId is invalid. Reason: Unable to verify."
    refused(sqs, queue_url, message, AWSAccountIds=[OTHER_ACCOUNT, account_id])


@pytest.mark.parametrize("name", ["", "Send", "sendMessage", "SendMessageBatch", "DeleteMessageBatch", "Send*"])
def test_action_that_cannot_be_allowed_is_refused(sqs: Any, queue_url: str, name: str) -> None:
    message = f"Value SQS:{name} for parameter ActionName is invalid. Reason: {ACTION_RULE}"
    refused(sqs, queue_url, message, Actions=["SendMessage", name])


@pytest.mark.parametrize("parameter", ["AWSAccountIds", "Actions"])
def test_empty_list_is_refused(sqs: Any, queue_url: str, parameter: str) -> None:
    message = f"The request must contain the parameter {parameter}."
    refused(sqs, queue_url, message, "MissingParameter", **{parameter: []})


def test_more_than_seven_actions_are_refused(sqs: Any, queue_url: str) -> None:
    names = ["SendMessage", "ReceiveMessage", "DeleteMessage", "PurgeQueue", "GetQueueUrl", "ListQueues", "TagQueue"]
    message = "8 actions were found in a statement from the submitted policy, max allowed is 7"
    refused(sqs, queue_url, message, "OverLimit", Actions=[*names, "UntagQueue"])
    sqs.add_permission(QueueUrl=queue_url, Label=LABEL, AWSAccountIds=[OTHER_ACCOUNT], Actions=names)
    assert len(policy_of(sqs, queue_url)["Statement"][0]["Action"]) == 7


def test_more_than_fifty_principals_are_refused(sqs: Any, queue_url: str) -> None:
    accounts = [f"{number:012}" for number in range(51)]
    message = "51 principals were found in a statement from the submitted policy, max allowed is 50"
    refused(sqs, queue_url, message, "OverLimit", AWSAccountIds=accounts)
    sqs.add_permission(QueueUrl=queue_url, Label=LABEL, AWSAccountIds=accounts[1:], Actions=["SendMessage"])
    assert len(policy_of(sqs, queue_url)["Statement"][0]["Principal"]["AWS"]) == 50


def test_more_than_twenty_statements_are_refused(sqs: Any, queue_url: str) -> None:
    for number in range(20):
        allow(sqs, queue_url, f"label-{number}")
    message = "21 statements were found in the submitted policy, max allowed is 20"
    refused(sqs, queue_url, message, "OverLimit")


def test_policy_that_would_grow_too_large_is_refused(sqs: Any, queue_url: str) -> None:
    arn = arn_of(sqs, queue_url)
    text = own_policy(arn, "mine").replace('"mine"', json.dumps("x" * 7_900), 1)
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": text})
    refused(sqs, queue_url, "Submitted policy is over max allowed size.", "OverLimit")


def test_queue_must_exist(sqs: Any, queue_url: str) -> None:
    assert_no_such_queue(
        sqs.add_permission,
        QueueUrl=queue_url + "-not",
        Label=LABEL,
        AWSAccountIds=[OTHER_ACCOUNT],
        Actions=["SendMessage"],
    )
