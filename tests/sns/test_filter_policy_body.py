"""Policies over the message body."""

import json
from typing import Any

import pytest

from emulator.sns.filter_policy import compile_policy


def matches(policy: Any, body: Any) -> bool:
    return compile_policy(json.dumps(policy), "MessageBody").matches(json.dumps(body), {})


@pytest.mark.parametrize(
    "message",
    [
        "plain text",
        '"text"',
        "12",
        "null",
        "true",
        "[]",
        '[{"key":"x"}]',
        "",
        "{",
        '{"key":NaN}',
        '{"key":"x"} y',
        "NaN",
    ],
)
def test_only_a_json_object_passes(message: str) -> None:
    policy = compile_policy('{"key":["x",{"exists":false},{"anything-but":"z"}]}', "MessageBody")

    assert not policy.matches(message, {})
    assert policy.matches("{}", {})


def test_an_empty_policy_accepts_any_text() -> None:
    assert compile_policy("{}", "MessageBody").matches("plain text", {})


def test_nested_keys_and_absence_within_them() -> None:
    policy = {"object": {"key": [{"prefix": "auto-"}, "fixed"]}, "test": [{"exists": False}]}

    assert matches(policy, {"object": {"key": "auto-1"}})
    assert matches(policy, {"object": {"key": "fixed"}})
    assert not matches(policy, {"object": {"key": "fixed"}, "test": "here"})
    assert not matches(policy, {"object": {"key": "other"}})
    assert not matches(policy, {"object": {}})
    assert not matches(policy, {"object": "fixed"})
    assert not matches(policy, {"key": "fixed"})
    assert matches({"object": {"key": [{"exists": False}]}}, {"object": {"other": 1}})
    assert matches({"object": {"key": [{"exists": False}]}}, {})
    assert not matches({"object": {"key": [{"exists": False}]}}, {"object": {"key": 1}})


@pytest.mark.parametrize(
    "policy",
    [
        {"object.nested.test": ["v"]},
        {"object": {"nested.test": ["v"]}},
        {"object.nested": {"test": ["v"]}},
        {"object": {"nested": {"test": ["v"]}}},
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        {"object": {"nested": {"test": "v"}}},
        {"object.nested.test": "v"},
        {"object.nested": {"test": "v"}},
        {"object": {"nested.test": "v"}},
    ],
)
def test_dots_and_nesting_are_one_in_policy_and_body(policy: Any, body: Any) -> None:
    assert matches(policy, body)


def test_dots_divide_names_nowhere_else() -> None:
    assert not matches({"ab.c": ["v"]}, {"a": {"b.c": "v"}})
    assert not matches({"ab.c": ["v"]}, {"a": {".c": "v"}})
    assert not matches({"a.b": ["v"]}, {"a": {"b": {"c": "v"}}})
    assert not matches({"a.b": ["v"]}, {"a.b.": "v"})
    assert matches({"a..b": ["v"]}, {"a": {"": {"b": "v"}}})
    assert matches({"": ["v"]}, {"": "v"})


def test_a_name_may_lead_both_ways_at_once() -> None:
    assert matches({"a.b": ["v"]}, {"a.b": "x", "a": {"b": "v"}})
    assert matches({"a.b": ["v"]}, {"a": {"b": "x"}, "a.b": "v"})


def test_null_is_a_value_and_not_absence() -> None:
    assert matches({"key": [None]}, {"key": None})
    assert not matches({"key": [None]}, {})
    assert not matches({"key": [{"exists": False}]}, {"key": None})
    assert not matches({"key": [{"exists": True}]}, {"key": None})


def test_existence_is_asked_of_leaves() -> None:
    assert not matches({"key": [{"exists": True}]}, {"key": {"inner": 1}})
    assert matches({"key": [{"exists": False}]}, {"key": {"inner": 1}})


def test_any_element_of_an_array_may_match() -> None:
    assert matches({"tags": ["b"]}, {"tags": ["a", "b"]})
    assert matches({"tags": ["b"]}, {"tags": [["a"], [["b"]]]})
    assert not matches({"tags": ["c"]}, {"tags": ["a", "b"]})
    assert matches({"tags": [""]}, {"tags": [""]})
    assert not matches({"tags": [""]}, {"tags": []})


def test_an_empty_array_elsewhere_does_no_harm() -> None:
    body = {"source": "aws.autoscaling", "resources": [], "detail": {"eventVersion": "", "responseElements": None}}

    assert matches({"source": ["aws.autoscaling"], "detail": {"eventVersion": [""]}}, body)
    assert matches({"detail": {"responseElements": [None]}}, body)
    assert matches({"resources": [{"exists": False}]}, body)


@pytest.mark.parametrize(
    ("detail", "passes"),
    [
        ({"sourceIPAddress": "10.0.0.255"}, True),
        ({"sourceIPAddress": "10.0.0.256"}, False),
        ({"sourceIPAddressV6": "2001:0db8:1234:1a00:0000:0000:0000:0000"}, True),
        ({"sourceIPAddressV6": "2001:0db8:123f:1a01:0000:0000:0000:0000"}, False),
    ],
)
def test_addresses_of_either_kind_are_matched_to_networks(detail: Any, passes: bool) -> None:
    policy = {
        "detail": {
            "$or": [
                {"sourceIPAddress": [{"cidr": "10.0.0.0/24"}]},
                {"sourceIPAddressV6": [{"cidr": "2001:db8:1234:1a00::/64"}]},
            ]
        }
    }

    assert matches(policy, {"id": "1", "detail": detail}) is passes


def records(*records: tuple[str, str]) -> Any:
    return {"Records": [{"eventName": name, "s3": {"object": {"key": key}}} for name, key in records]}


def test_objects_in_an_array_are_reached_as_if_it_were_not_there() -> None:
    policy = {"Records": {"s3": {"object": {"key": [{"prefix": "auto-"}]}}}}

    assert matches(policy, records(("Put", "x"), ("Put", "auto-1")))
    assert not matches(policy, records(("Put", "x")))
    assert not matches(policy, {"Records": []})


def test_two_keys_match_within_one_element_only() -> None:
    policy = {"Records": {"s3": {"object": {"key": [{"prefix": "auto-"}]}}, "eventName": ["Put"]}}

    assert matches(policy, records(("Delete", "x"), ("Put", "auto-1")))
    assert not matches(policy, records(("Delete", "auto-1"), ("Put", "x")))


EMPLOYEES = [{"first": "John", "last": "Doe"}, {"first": "Anna", "last": "Smith"}, {"first": "Peter", "last": "Jones"}]


@pytest.mark.parametrize(
    "employees", [EMPLOYEES, [EMPLOYEES[:2], EMPLOYEES[2:]], [[[employee]] for employee in EMPLOYEES]]
)
def test_elements_are_kept_apart_at_any_depth(employees: Any) -> None:
    assert matches({"employees": {"first": ["Anna"], "last": ["Smith"]}}, {"employees": employees})
    assert not matches({"employees": {"first": ["Anna"], "last": ["Jones"]}}, {"employees": employees})
    assert not matches({"employees": {"first": ["Anna"], "last": ["Doe"]}}, {"employees": employees})


def test_elements_of_different_arrays_go_together() -> None:
    policy = {"a": {"x": ["1"]}, "b": {"y": ["1"]}}

    assert matches(policy, {"a": [{"x": "0"}, {"x": "1"}], "b": [{"y": "1"}, {"y": "0"}]})


def test_plain_values_of_an_array_go_with_any_of_its_objects() -> None:
    policy = {"a": ["tag"], "a.x": ["1"]}

    assert matches(policy, {"a": ["tag", {"x": "1"}]})
    assert not matches(policy, {"a": [["tag"], {"x": "1"}]})


def test_arrays_within_elements_do_not_divide_them() -> None:
    policy = {"a": {"x": ["1"], "y": {"z": ["2"]}}}

    assert matches(policy, {"a": [{"x": ["0", "1"], "y": [{"z": "0"}, {"z": "2"}]}]})
    assert not matches(policy, {"a": [{"x": ["1"], "y": [{"z": "0"}]}, {"x": "0", "y": [{"z": "2"}]}]})


def test_absence_is_asked_of_the_element_chosen_by_the_keys_before() -> None:
    body = {"a": [{"k": "1"}, {"k": "2", "z": "x", "b": "x"}]}

    assert matches({"a": {"k": ["1"], "z": [{"exists": False}]}}, body)
    assert not matches({"a": {"k": ["2"], "z": [{"exists": False}]}}, body)
    # "b" comes before "k", when no element is chosen yet: it is there.
    assert not matches({"a": {"k": ["1"], "b": [{"exists": False}]}}, body)


def test_absence_asked_of_several_elements_chosen_at_once() -> None:
    policy = {"a": {"k": ["1"], "z": [{"exists": False}]}, "b": {"k": ["1"], "z": [{"exists": False}]}}
    present, absent = {"k": "1", "z": "x"}, {"k": "1"}

    assert matches(policy, {"a": [present, absent], "b": [absent, present]})
    assert not matches(policy, {"a": [present, absent], "b": [present, present]})


def test_a_key_chooses_one_of_its_values_even_where_two_arrays_hold_it() -> None:
    policy = {"a.b.p": ["x"], "a.b.q": [{"exists": False}]}
    elements = [{"p": "x"}, {"q": "y"}]

    assert matches(policy, {"a": {"b": elements}})
    assert matches(policy, {"a": {"b": elements}, "a.b.p": "x"})
    assert not matches(policy, {"a": {"b": elements}, "a.b": elements})


def test_large_arrays_of_arrays_are_matched_in_reasonable_time() -> None:
    elements = [{"x": "1", "y": str(number)} for number in range(3_000)]
    policy = {"a": {"x": ["1"], "y": ["none"]}, "b": {"x": ["1"], "y": ["none"], "z": [{"exists": False}]}}

    assert not matches(policy, {"a": elements, "b": [elements, elements]})


def test_later_of_two_members_of_one_name_counts() -> None:
    policy = compile_policy('{"key":["x"]}', "MessageBody")

    assert policy.matches('{"key":"y","key":"x"}', {})
    assert not policy.matches('{"key":"x","key":"y"}', {})
