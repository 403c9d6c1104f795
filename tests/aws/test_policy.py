import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.aws.policy import (
    MalformedPolicy,
    Policy,
    PolicyLimits,
    PolicyOverLimit,
    account_principal,
    check_policy,
    first_policy,
    permission,
)

Json = dict[str, object]

ELEMENTS = ["Statement", "Sid", "Effect", "Principal", "AWS", "Action", "Condition", "StringLike"]
ANY_JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["Allow", "sqs:*"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ELEMENTS), inner),
)

QUEUE = "arn:aws:sqs:us-east-1:111122223333:queue"
LIMITS = PolicyLimits(size=2_000, statements=3, principals=2, actions=2, conditions=2)


def statement(**elements: object) -> Json:
    """A statement with some elements other than usual; None takes one away."""
    usual = {
        "Sid": "one",
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
    }
    return {name: value for name, value in (usual | elements).items() if value is not None}


def policy(*statements: object, **elements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements or (statement(),))} | elements)


def check(text: str) -> None:
    check_policy(text, "sqs", LIMITS)


# -- The grammar -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"Sid": None},
        {"Sid": ""},
        {"Effect": "Deny"},
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/path/name"]}},
        {"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/name/session"}},
        {"Principal": {"AWS": "arn:aws-us-gov:iam::111122223333:user/name"}},
        {"Principal": {"AWS": "AROAIOSFODNN7EXAMPLE"}},
        {"Principal": {"Service": "sns.amazonaws.com"}},
        {"Principal": {"AWS": "111122223333", "Service": ["sns.amazonaws.com"]}},
        {"Principal": {"Federated": "accounts.google.com"}},
        {"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}},
        {"Principal": None, "NotPrincipal": {"AWS": "111122223333"}},
        {"Action": "*"},
        {"Action": "SQS:*"},
        {"Action": ["sqs:Send*", "Sqs:receivemessage"]},
        {"Action": None, "NotAction": "sqs:DeleteQueue"},
        {"Resource": "*"},
        {"Resource": [QUEUE, "*"]},
        {"Resource": None},
        {"Resource": None, "NotResource": QUEUE},
        {"Condition": {}},
        {"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:topic"}}},
        {"Condition": {"StringNotEqualsIgnoreCase": {"aws:SourceAccount": ["a", "b"]}}},
        {"Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*"]}}},
        {"Condition": {"NumericLessThanEquals": {"aws:MultiFactorAuthAge": 3600}}},
        {"Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}},
        {"Condition": {"Bool": {"aws:SecureTransport": False}, "Null": {"aws:TokenIssueTime": "true"}}},
        {"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
    ],
)
def test_statement_of_a_resource_policy_is_taken(elements: Json) -> None:
    check(policy(statement(**elements)))


@pytest.mark.parametrize(
    "elements",
    [
        {"Sid": 1},
        {"Sid": None, "sid": "one"},
        {"Effect": None},
        {"Effect": "allow"},
        {"Effect": ["Allow"]},
        {"Principal": None},
        {"NotPrincipal": "*"},
        {"Principal": "111122223333"},
        {"Principal": ["*"]},
        {"Principal": {}},
        {"Principal": {"AWS": []}},
        {"Principal": {"AWS": 111122223333}},
        {"Principal": {"AWS": "1111"}},
        {"Principal": {"AWS": ["*", "somebody"]}},
        {"Principal": {"AWS": "arn:aws:s3:::bucket"}},
        {"Principal": {"aws": "*"}},
        {"Action": None},
        {"Action": []},
        {"Action": ""},
        {"Action": ["sqs:SendMessage", ""]},
        {"Action": ["sqs:SendMessage", 1]},
        {"Action": "SendMessage"},
        {"Action": "sns:Publish"},
        {"NotAction": "sqs:DeleteQueue"},
        {"Resource": []},
        {"Resource": {"Ref": "Queue"}},
        {"NotResource": "*"},
        {"Condition": None, "condition": {}},
        {"Condition": []},
        {"Condition": {"StringIs": {"aws:SourceArn": "a"}}},
        {"Condition": {"stringequals": {"aws:SourceArn": "a"}}},
        {"Condition": {"StringLessThan": {"aws:SourceArn": "a"}}},
        {"Condition": {"NullIfExists": {"aws:SourceArn": "true"}}},
        {"Condition": {"StringEquals": "a"}},
        {"Condition": {"StringEquals": {"aws:SourceArn": {}}}},
        {"Condition": {"StringEquals": {"aws:SourceArn": [None]}}},
        {"Comment": "hello"},
    ],
)
def test_anything_else_is_no_statement(elements: Json) -> None:
    with pytest.raises(MalformedPolicy):
        check(policy(statement(**elements)))


@pytest.mark.parametrize(
    "text",
    [
        policy(Id="an id"),
        policy(Version="2008-10-17"),
        json.dumps({"Statement": statement()}),
        policy(statement(Sid="one"), statement(Sid="two")),
        policy(statement(Sid=""), statement(Sid="")),
        policy(statement(Sid=None), statement(Sid=None)),
        policy() + "\n",
    ],
)
def test_document_is_taken(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"policy"',
        "{}",
        '{"Statement": []}',
        '{"Statement": null}',
        '{"Statement": ["one"]}',
        policy(Version="2012-10-18"),
        policy(Version=20121017),
        policy(Id=7),
        policy(Comment="hello"),
        policy(statement(Sid="one"), statement(Sid="one")),
        policy().replace('"Effect"', '"Effect": "Deny", "Effect"'),
        policy(statement(Condition={"NumericEquals": {"key": float("nan")}})),
        '{"Statement": ' + "9" * 1_000 + "}",
        '{"Statement": ' + "[" * 900 + "]" * 900 + "}",
        policy() + " and more",
    ],
)
def test_anything_else_is_no_policy(text: str) -> None:
    with pytest.raises(MalformedPolicy):
        check(text)


@pytest.mark.parametrize("text", ["9" * 100_000, "[" * 100_000])
def test_text_that_would_hurt_the_parser_is_refused(text: str) -> None:
    with pytest.raises(MalformedPolicy):
        Policy.parse(text, "sqs")


@given(ANY_JSON)
def test_any_json_is_refused_that_is_no_policy(document: object) -> None:
    with pytest.raises(MalformedPolicy):
        Policy.parse(json.dumps(document), "sqs")


# -- Limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "excess"),
    [
        (
            policy(*(statement(Sid=str(number)) for number in range(4))),
            "4 statements were found in the submitted policy, max allowed is 3",
        ),
        (
            policy(statement(), statement(Sid="two", Action=["sqs:a", "sqs:b", "sqs:c"])),
            "3 actions were found in a statement from the submitted policy, max allowed is 2",
        ),
        (
            policy(statement(Principal={"AWS": ["111122223333", "*"], "Service": "sns.amazonaws.com"})),
            "3 principals were found in a statement from the submitted policy, max allowed is 2",
        ),
        (
            policy(statement(Condition={"StringLike": {"a": "1", "b": "2"}, "Bool": {"c": "true"}})),
            "3 conditions were found in a statement from the submitted policy, max allowed is 2",
        ),
        (policy(Id="x" * 2_000), "Submitted policy is over max allowed size."),
    ],
)
def test_policy_over_a_limit_is_refused_in_the_words_of_aws(text: str, excess: str) -> None:
    with pytest.raises(PolicyOverLimit) as refused:
        check(text)
    assert str(refused.value) == excess


def test_policy_at_every_limit_is_taken() -> None:
    full = {
        "Action": ["sqs:a", "sqs:b"],
        "Principal": {"AWS": ["111122223333", "*"]},
        "Condition": {"StringLike": {"a": ["1", "2", "3"]}, "Bool": {"b": "true"}},
    }
    text = policy(*(statement(Sid=str(number), **full) for number in range(3)))
    check(text + " " * (2_000 - len(text)))


def test_size_is_counted_in_bytes() -> None:
    text = json.dumps({"Id": "", "Statement": statement()})
    check(text.replace('""', f'"{"ä" * ((2_000 - len(text)) // 2)}"'))
    with pytest.raises(PolicyOverLimit):
        check(text.replace('""', f'"{"ä" * ((2_000 - len(text)) // 2 + 1)}"'))


# -- Statements that AWS writes ----------------------------------------------------------------


def test_single_principal_and_action_stand_outside_an_array() -> None:
    made = permission("label", [account_principal("111122223333", "us-east-1")], ["SQS:SendMessage"], QUEUE)
    assert json.dumps(made) == (
        '{"Sid": "label", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, '
        f'"Action": "SQS:SendMessage", "Resource": "{QUEUE}"}}'
    )


def test_several_principals_and_actions_stand_in_arrays_each_once() -> None:
    made = permission("label", ["b", "a", "b"], ["SQS:SendMessage", "SQS:ReceiveMessage", "SQS:SendMessage"], QUEUE)
    assert made["Principal"] == {"AWS": ["b", "a"]}
    assert made["Action"] == ["SQS:SendMessage", "SQS:ReceiveMessage"]


@pytest.mark.parametrize(("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn")])
def test_account_is_named_in_the_partition_of_the_region(region: str, partition: str) -> None:
    assert account_principal("111122223333", region) == f"arn:{partition}:iam::111122223333:root"


def test_first_statement_makes_a_policy_that_is_one() -> None:
    text = first_policy("id", statement())
    assert text.startswith('{"Version":"2008-10-17","Id":"id","Statement":[{"Sid":"one",')
    check(text)


def test_statements_are_added_behind_those_that_are_there() -> None:
    text = Policy.parse(policy(Id="mine"), "sqs").with_statement(statement(Sid="two"))
    assert json.loads(text) == json.loads(policy(statement(), statement(Sid="two"), Id="mine"))


def test_single_statement_outside_an_array_gets_company() -> None:
    single = Policy.parse(json.dumps({"Statement": statement()}), "sqs")
    assert json.loads(single.with_statement(statement(Sid="two")))["Statement"] == [statement(), statement(Sid="two")]


def test_statement_is_taken_out_by_its_sid() -> None:
    three = Policy.parse(policy(statement(), statement(Sid="two"), statement(Sid=None), Id="mine"), "sqs")
    assert three.has_statement("two")
    assert not three.has_statement("three")
    text = three.without_statement("two")
    assert text is not None
    assert json.loads(text) == json.loads(policy(statement(), statement(Sid=None), Id="mine"))


def test_statement_without_a_sid_has_no_name_to_ask_for() -> None:
    unnamed = Policy.parse(policy(statement(Sid=None), statement(Sid="")), "sqs")
    assert not unnamed.has_statement("")


def test_nothing_is_left_without_the_last_statement() -> None:
    assert Policy.parse(policy(), "sqs").without_statement("one") is None
