import json
from typing import Any

import pytest

from emulator.aws.stored_policy import same_policy, stored_policy

ACCOUNT = "111122223333"
OTHER = "444455556666"


def arn(account: str, partition: str = "aws") -> str:
    return f"arn:{partition}:iam::{account}:root"


def policy(**statement: object) -> str:
    usual = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [usual | statement]}, indent=2)


def kept(text: str, region: str = "us-east-1") -> dict[str, Any]:
    """The only statement of the policy as it is stored."""
    [statement] = json.loads(stored_policy(text, region))["Statement"]
    return dict(statement)


def test_policy_is_written_anew_in_the_usual_order_without_white_space() -> None:
    statement = {
        "Condition": {"ArnLike": {"aws:SourceArn": ["arn:aws:sns:*:*:topic"]}},
        "Resource": ["arn:aws:sqs:us-east-1:111122223333:queue"],
        "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"],
        "Principal": "*",
        "Effect": "Allow",
        "Sid": 'Say "it"',
    }
    text = json.dumps({"Statement": statement, "Id": "an id", "Version": "2012-10-17"}, indent=4)
    assert stored_policy(text, "us-east-1") == (
        '{"Version":"2012-10-17","Id":"an id","Statement":[{"Sid":"Say \\"it\\"","Effect":"Allow","Principal":"*",'
        '"Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:us-east-1:111122223333:queue",'
        '"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:sns:*:*:topic"]}}}]}'
    )
    assert stored_policy(stored_policy(text, "us-east-1"), "us-east-1") == stored_policy(text, "us-east-1")


def test_policy_without_a_version_gets_the_older_one() -> None:
    text = json.dumps({"Statement": [{"Effect": "Deny", "NotPrincipal": {"AWS": ["*"]}, "NotAction": ["sqs:*"]}]})
    assert stored_policy(text, "us-east-1") == (
        '{"Version":"2008-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"NotAction":"sqs:*"}]}'
    )


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (ACCOUNT, arn(ACCOUNT)),
        ([ACCOUNT, OTHER], [arn(ACCOUNT), arn(OTHER)]),
        (
            [ACCOUNT, "*", arn(OTHER), f"arn:aws:iam::{OTHER}:user/{ACCOUNT}"],
            [arn(ACCOUNT), "*", arn(OTHER), f"arn:aws:iam::{OTHER}:user/{ACCOUNT}"],
        ),
        ([ACCOUNT], arn(ACCOUNT)),
        (["*"], "*"),
    ],
)
@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_accounts_become_arns_and_a_list_of_one_the_one(given: object, stored: object, element: str) -> None:
    text = policy(**{element: {"AWS": given, "Service": ["sns.amazonaws.com"]}})
    assert kept(text)[element] == {"AWS": stored, "Service": "sns.amazonaws.com"}


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
)
def test_arn_is_of_the_partition_of_the_region(region: str, partition: str) -> None:
    text = policy(Principal={"AWS": ACCOUNT})
    assert kept(text, region)["Principal"] == {"AWS": arn(ACCOUNT, partition)}


def test_accounts_elsewhere_stay() -> None:
    text = policy(
        Principal={"AWS": "*", "CanonicalUser": ACCOUNT},
        Condition={"StringEquals": {"aws:SourceAccount": [ACCOUNT, OTHER], "AWS": ACCOUNT}},
        Sid=f'{{"Principal": {{"AWS": "{ACCOUNT}"}}}}',
    )
    assert kept(text) == json.loads(text)["Statement"][0]


def test_escapes_in_keys_and_values_are_read() -> None:
    text = '{"Statement":{"Princip\\u0061l":{"AWS":"\\u0031' + ACCOUNT[1:] + '"},"Sid":"a\\"]}\\\\"}}'
    assert kept(text) == {"Principal": {"AWS": arn(ACCOUNT)}, "Sid": 'a"]}\\'}


def test_policies_are_compared_by_what_they_say() -> None:
    one = policy(Principal={"AWS": ACCOUNT}, Sid="a")
    statement = json.loads(one)["Statement"][0] | {"Principal": {"AWS": arn(ACCOUNT)}}
    other = json.dumps({"Statement": [dict(reversed(statement.items()))], "Version": "2012-10-17"})
    assert same_policy(one, other, "us-east-1")
    assert not same_policy(one, other.replace(ACCOUNT, OTHER), "us-east-1")
