import json

import pytest

from emulator.aws.stored_policy import same_policy, stored_policy

ACCOUNT = "111122223333"
OTHER = "444455556666"


def arn(account: str, partition: str = "aws") -> str:
    return f"arn:{partition}:iam::{account}:root"


def policy(**statement: object) -> str:
    usual = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [usual | statement]}, indent=2)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (ACCOUNT, arn(ACCOUNT)),
        ([ACCOUNT, OTHER], [arn(ACCOUNT), arn(OTHER)]),
        ([ACCOUNT, "*", arn(OTHER), f"arn:aws:iam::{OTHER}:user/{ACCOUNT}"], None),
        (["*"], ["*"]),
    ],
)
@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_accounts_become_arns_and_the_text_stays(given: object, kept: object, element: str) -> None:
    if kept is None:
        kept = [arn(ACCOUNT), *given[1:]] if isinstance(given, list) else None
    text = policy(**{element: {"AWS": given, "Service": "sns.amazonaws.com"}})
    assert stored_policy(text, "eu-west-1") == policy(**{element: {"AWS": kept, "Service": "sns.amazonaws.com"}})


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
)
def test_arn_is_of_the_partition_of_the_region(region: str, partition: str) -> None:
    text = policy(Principal={"AWS": ACCOUNT})
    assert stored_policy(text, region) == policy(Principal={"AWS": arn(ACCOUNT, partition)})


def test_accounts_elsewhere_stay() -> None:
    text = policy(
        Principal={"AWS": "*", "CanonicalUser": ACCOUNT},
        Condition={"StringEquals": {"aws:SourceAccount": [ACCOUNT, OTHER], "AWS": ACCOUNT}},
        Sid=f'{{"Principal": {{"AWS": "{ACCOUNT}"}}}}',
    )
    assert stored_policy(text, "us-east-1") == text


def test_escapes_in_keys_and_values_are_read() -> None:
    text = '{"Statement":{"Princip\\u0061l":{"AWS":"\\u0031' + ACCOUNT[1:] + '"},"Sid":"a\\"]}\\\\"}}'
    assert json.loads(stored_policy(text, "us-east-1")) == {
        "Statement": {"Principal": {"AWS": arn(ACCOUNT)}, "Sid": 'a"]}\\'}
    }


def test_policies_are_compared_by_what_they_say() -> None:
    one = policy(Principal={"AWS": ACCOUNT}, Sid="a")
    statement = json.loads(one)["Statement"][0] | {"Principal": {"AWS": arn(ACCOUNT)}}
    other = json.dumps({"Statement": [dict(reversed(statement.items()))], "Version": "2012-10-17"})
    assert same_policy(one, other, "us-east-1")
    assert not same_policy(one, other.replace(ACCOUNT, OTHER), "us-east-1")
