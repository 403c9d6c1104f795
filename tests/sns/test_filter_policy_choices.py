"""The "$or" of a policy, and what looks like one."""

import json
from typing import Any

import pytest

from emulator.sns.filter_policy import FilterPolicyError, compile_policy
from tests.sns.reference_matcher import SentAttribute


def matches(policy: Any, body: Any) -> bool:
    return compile_policy(json.dumps(policy), "MessageBody").matches(json.dumps(body), {})


CLOUDWATCH = {"source": ["aws.cloudwatch"], "$or": [{"metricName": ["CPU"]}, {"namespace": ["EC2", "ES"]}]}


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ({"source": "aws.cloudwatch", "metricName": "CPU"}, True),
        ({"source": "aws.cloudwatch", "namespace": "ES"}, True),
        ({"source": "aws.cloudwatch", "metricName": "CPU", "namespace": "none"}, True),
        ({"source": "aws.cloudwatch", "metricName": "none"}, False),
        ({"source": "aws.cloudwatch"}, False),
        ({"source": "none", "metricName": "CPU", "namespace": "EC2"}, False),
    ],
)
def test_one_alternative_suffices_beside_the_other_keys(body: Any, passes: bool) -> None:
    attributes = {name: SentAttribute("String", value) for name, value in body.items()}

    assert matches(CLOUDWATCH, body) is passes
    assert compile_policy(json.dumps(CLOUDWATCH), "MessageAttributes").matches("", attributes) is passes


def test_all_keys_of_an_alternative_must_match() -> None:
    policy = {"$or": [{"a": ["1"], "b": ["1"]}, {"c": ["1"]}]}

    assert matches(policy, {"a": "1", "b": "1"})
    assert matches(policy, {"c": "1"})
    assert not matches(policy, {"a": "1"})


def test_choices_nest() -> None:
    policy = {"a": ["1"], "$or": [{"b": ["1"]}, {"c": ["1"], "$or": [{"d": ["1"]}, {"e": ["1"]}]}]}

    assert matches(policy, {"a": "1", "b": "1"})
    assert matches(policy, {"a": "1", "c": "1", "e": "1"})
    assert not matches(policy, {"a": "1", "c": "1"})
    assert not matches(policy, {"a": "1", "d": "1", "e": "1"})
    assert not matches(policy, {"b": "1"})


def test_choices_stand_in_nested_objects_and_beside_each_other() -> None:
    policy = {
        "$or": [{"a": ["1"]}, {"b": ["1"]}],
        "detail": {"scope": ["Service"], "$or": [{"x": ["1"]}, {"y": {"z": ["1"]}}]},
    }

    assert matches(policy, {"a": "1", "detail": {"scope": "Service", "x": "1"}})
    assert matches(policy, {"b": "1", "detail": {"scope": "Service", "y": {"z": "1"}}})
    assert not matches(policy, {"a": "1", "detail": {"scope": "Service", "z": "1"}})
    assert not matches(policy, {"a": "1", "x": "1", "detail": {"scope": "Service"}})
    assert not matches(policy, {"detail": {"scope": "Service", "x": "1"}})


def test_alternatives_hold_within_one_array_element_each() -> None:
    policy = {"a": {"k": ["1"], "$or": [{"x": ["1"]}, {"y": ["1"]}]}}

    assert matches(policy, {"a": [{"k": "0", "x": "1"}, {"k": "1", "y": "1"}]})
    assert not matches(policy, {"a": [{"k": "0", "x": "1", "y": "1"}, {"k": "1"}]})


def test_a_key_asked_for_again_in_an_alternative_replaces_the_earlier_demand() -> None:
    policy = {"a": ["1"], "$or": [{"a": ["2"]}, {"b": ["1"]}]}

    assert matches(policy, {"a": "2"})
    assert matches(policy, {"a": "1", "b": "1"})
    assert not matches(policy, {"a": "1"})


@pytest.mark.parametrize(
    "conditions", [["x"], ["x", "y"], [{"prefix": "x"}], [{"prefix": "x"}, {"suffix": "y"}], [{"prefix": "x"}, "y"]]
)
def test_or_with_conditions_is_a_key_of_that_name(conditions: Any) -> None:
    assert matches({"$or": conditions}, {"$or": "x"})
    assert not matches({"$or": conditions}, {"$or": "z"})


def test_or_with_an_object_is_a_key_of_that_name() -> None:
    assert matches({"$or": {"a": ["1"], "b": ["1"]}}, {"$or": {"a": "1", "b": "1"}})
    assert not matches({"$or": {"a": ["1"], "b": ["1"]}}, {"a": "1"})


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ([{"a": ["1"]}], "Unrecognized match type a"),
        ([{"a": ["1"]}, "x"], "Unrecognized match type a"),
        ([{"a": ["1"]}, {"b": ["1"]}, "x"], "Unrecognized match type a"),
        ([{"numeric": 123}, {"prefix": "abc"}], "Value of numeric must be an array."),
        ([{"a": ["1"]}, {"regex": ["x"]}], "Unrecognized match type a"),
        ([{"a": ["1"]}, {"b": ["1"], ">=": ["x"]}], "Unrecognized match type a"),
        ([{}, {}], "Empty objects are not allowed"),
        ([{"a": ["1"]}, {}], "Empty objects are not allowed"),
        ([], "Empty arrays are not allowed"),
    ],
)
def test_a_choice_that_is_none_is_read_as_conditions_and_refused(choices: Any, message: str) -> None:
    with pytest.raises(FilterPolicyError) as caught:
        compile_policy(json.dumps({"$or": choices}), "MessageBody")
    assert caught.value.detail.startswith(f"{message}\n")


def test_reserved_names_may_be_keys_deeper_in_an_alternative() -> None:
    assert matches({"$or": [{"a": {"prefix": ["1"]}}, {"b": ["1"]}]}, {"a": {"prefix": "1"}})
