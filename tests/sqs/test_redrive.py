import json

import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.sqs.redrive import ALLOW_ALL, RedriveAllowPolicy, RedrivePolicy

TARGET = "arn:aws:sqs:eu-west-1:111111111111:dead"
SOURCE = "arn:aws:sqs:eu-west-1:111111111111:source"


@pytest.mark.parametrize("count", [1, 1_000, "1", "1000", " 7 "], ids=repr)
def test_the_receive_count_may_be_a_number_or_a_numeric_string(count: object) -> None:
    policy = RedrivePolicy.parse(json.dumps({"deadLetterTargetArn": TARGET, "maxReceiveCount": count}))
    assert policy == RedrivePolicy(TARGET, int(str(count)))


@pytest.mark.parametrize("count", [0, -1, 1_001, "0", "x", "", "1.5", 1.5, True, [], "٣", "9" * 5_000], ids=repr)
def test_any_other_receive_count_is_refused(count: object) -> None:
    text = json.dumps({"deadLetterTargetArn": TARGET, "maxReceiveCount": count})
    with pytest.raises(InvalidParameterValue) as refusal:
        RedrivePolicy.parse(text)
    assert refusal.value.message == (
        f"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: {count}, "
        "valid values are from 1 to 1000 both inclusive."
    )


@pytest.mark.parametrize("name", ["deadLetterTargetArn", "maxReceiveCount"])
@pytest.mark.parametrize("absent", [{}, None], ids=["missing", "null"])
def test_neither_half_of_a_redrive_policy_may_be_missing(name: str, absent: None) -> None:
    policy = {"deadLetterTargetArn": TARGET, "maxReceiveCount": 1, name: None}
    if absent is not None:
        del policy[name]
    with pytest.raises(InvalidParameterValue) as refusal:
        RedrivePolicy.parse(json.dumps(policy))
    assert refusal.value.message.endswith(
        f"is invalid. Reason: Redrive policy does not contain mandatory attribute: {name}."
    )


@pytest.mark.parametrize("target", ["", 1, []], ids=repr)
def test_the_target_of_a_redrive_policy_is_a_text(target: object) -> None:
    with pytest.raises(InvalidParameterValue):
        RedrivePolicy.parse(json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 1}))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"maxReceiveCount": "5", "deadLetterTargetArn": TARGET}, indent=2),
        json.dumps({"deadLetterTargetArn": TARGET, "other": None, "maxReceiveCount": " 5"}),
        f'{{"maxReceiveCount":1,"deadLetterTargetArn":"{TARGET}","maxReceiveCount":5}}',
    ],
)
def test_redrive_policy_has_the_form_of_aws(text: str) -> None:
    assert str(RedrivePolicy.parse(text)) == f'{{"deadLetterTargetArn":"{TARGET}","maxReceiveCount":5}}'


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{ "redrivePermission" : "denyAll" }', '{"redrivePermission":"denyAll"}'),
        ('{"sourceQueueArns": null, "redrivePermission": "allowAll"}', '{"redrivePermission":"allowAll"}'),
        (
            '{"sourceQueueArns": ["b", "a"], "redrivePermission": "byQueue"}',
            '{"redrivePermission":"byQueue","sourceQueueArns":["b","a"]}',
        ),
    ],
)
def test_redrive_allow_policy_has_the_form_of_aws(text: str, form: str) -> None:
    assert str(RedriveAllowPolicy.parse(text)) == form


def test_what_a_policy_does_not_have_is_refused() -> None:
    for policy, members in (
        (RedrivePolicy, {"deadLetterTargetArn": TARGET, "maxReceiveCount": 1}),
        (RedriveAllowPolicy, {"redrivePermission": "allowAll"}),
    ):
        with pytest.raises(InvalidParameterValue, match=r"contains an unknown attribute: other\."):
            policy.parse(json.dumps(members | {"other": 1}))


NO_JSON_OBJECTS = ["", "x", "[]", "1", "null", '"text"', "{", "[" * 100_000, '{"maxReceiveCount": ' + "9" * 5_000 + "}"]


@pytest.mark.parametrize("policy", [RedrivePolicy, RedriveAllowPolicy])
@pytest.mark.parametrize("text", NO_JSON_OBJECTS, ids=lambda text: text[:20])
def test_what_is_no_json_object_is_no_policy(policy: type[RedrivePolicy] | type[RedriveAllowPolicy], text: str) -> None:
    with pytest.raises(InvalidParameterValue):
        policy.parse(text)


def test_a_queue_without_a_policy_of_its_own_allows_every_source() -> None:
    assert ALLOW_ALL.allows(SOURCE)


def test_allow_all_allows_every_source() -> None:
    assert RedriveAllowPolicy.parse('{"redrivePermission": "allowAll"}').allows(SOURCE)


def test_deny_all_allows_none() -> None:
    assert not RedriveAllowPolicy.parse('{"redrivePermission": "denyAll"}').allows(SOURCE)


def test_by_queue_allows_the_sources_it_names() -> None:
    policy = RedriveAllowPolicy.parse(json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [SOURCE]}))
    assert policy.allows(SOURCE)
    assert not policy.allows(TARGET)


def test_by_queue_takes_ten_sources() -> None:
    sources = [f"{SOURCE}{number}" for number in range(10)]
    assert RedriveAllowPolicy.parse(
        json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": sources})
    ).source_arns == tuple(sources)


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"redrivePermission": "some"},
        {"redrivePermission": []},
        {"redrivePermission": "byQueue"},
        {"redrivePermission": "byQueue", "sourceQueueArns": []},
        {"redrivePermission": "byQueue", "sourceQueueArns": SOURCE},
        {"redrivePermission": "byQueue", "sourceQueueArns": [1]},
        {"redrivePermission": "byQueue", "sourceQueueArns": [SOURCE] * 11},
        {"redrivePermission": "allowAll", "sourceQueueArns": [SOURCE]},
        {"redrivePermission": "denyAll", "sourceQueueArns": [SOURCE]},
    ],
    ids=repr,
)
def test_any_other_allow_policy_is_refused(policy: object) -> None:
    with pytest.raises(InvalidParameterValue):
        RedriveAllowPolicy.parse(json.dumps(policy))
