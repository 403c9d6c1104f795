"""The explanation of why a policy rejected a message."""

import json
from typing import Any

import pytest

from emulator.sns.filter_policy import Failure, Verdict, compile_policy
from tests.sns.reference_matcher import SentAttribute


def explained(policy: Any, body: Any) -> Verdict:
    return compile_policy(json.dumps(policy), "MessageBody").explain(json.dumps(body), {})


def explained_attributes(policy: Any, **attributes: SentAttribute) -> Verdict:
    return compile_policy(json.dumps(policy), "MessageAttributes").explain("", attributes)


def test_a_message_that_passes_has_no_failures() -> None:
    assert explained({"a": ["x"]}, {"a": "x"}) == Verdict(True, [])
    assert explained_attributes({"a": ["x"]}, a=SentAttribute("String", "x")) == Verdict(True, [])


def test_each_failed_key_is_shown_with_its_value_and_conditions() -> None:
    policy = {
        "store": ["corp", {"prefix": "ex"}],
        "price": [{"numeric": [">", 0, "<=", 100]}],
        "here": ["x"],
        "gone": [{"anything-but": ["x"]}],
    }
    body = {"store": "acme", "price": 1.5e2, "here": "x"}

    assert explained(policy, body) == Verdict(
        False,
        [
            Failure("store", "acme", ["corp", {"prefix": "ex"}], '"acme" fails "corp", prefix "ex"'),
            Failure("price", 150, [{"numeric": [">", 0, "<=", 100]}], '150 fails numeric [">", 0, "<=", 100]'),
            Failure("gone", None, [{"anything-but": ["x"]}], "absent"),
        ],
    )


def test_attributes_are_shown_by_their_values() -> None:
    verdict = explained_attributes(
        {"a": ["x"], "b": [5], "c": [{"anything-but": {"suffix": "z"}}]},
        a=SentAttribute("String", "y"),
        b=SentAttribute("Number", "3.015e2"),
        c=SentAttribute("String.Array", '["az", "bz"]'),
    )

    assert verdict.failed == [
        Failure("a", "y", ["x"], '"y" fails "x"'),
        Failure("b", 301.5, [5], "301.5 fails 5"),
        Failure("c", ["az", "bz"], [{"anything-but": {"suffix": "z"}}], '"az", "bz" fails anything-but suffix "z"'),
    ]


def test_malformed_attributes_are_shown_whatever_the_policy_asks_for() -> None:
    verdict = explained_attributes(
        {"a": ["x"]},
        a=SentAttribute("String", "x"),
        b=SentAttribute("String.label", 'say "x"'),
        c=SentAttribute("String.Array", "[x"),
        d=SentAttribute("Number", "many"),
        e=SentAttribute("Binary", None, b'"'),
    )

    assert verdict == Verdict(
        False,
        [
            Failure(
                "b",
                'say "x"',
                [],
                'has a ", a \\ or a control character that is not escaped as in JSON; '
                "no policy on attributes lets such a message through",
            ),
            Failure("c", "[x", [], "is not a JSON array; no policy on attributes lets such a message through"),
            Failure("d", "many", [], "is not a number; no policy on attributes lets such a message through"),
        ],
    )


def test_numbers_are_shown_as_they_are_compared() -> None:
    assert explained_attributes({"a": [1.23456789]}, a=SentAttribute("Number", "1.23456749")).failed == [
        Failure("a", 1.234567, [1.23456789], "1.234567 fails 1.23456789")
    ]


def test_absence_in_a_message_without_attributes_has_a_reason_of_its_own() -> None:
    assert explained_attributes({"a": [{"exists": False}]}).failed == [
        Failure("a", None, [{"exists": False}], "absent, and exists false does not match a message without attributes")
    ]


def test_a_key_that_must_be_absent_is_shown_if_it_is_present() -> None:
    assert explained({"a": [{"exists": False}]}, {"a": None}).failed == [
        Failure("a", None, [{"exists": False}], "null fails exists false")
    ]


def test_nested_keys_are_shown_by_their_path() -> None:
    verdict = explained({"detail": {"a.b": ["x"]}}, {"detail": {"a": {"b": "y"}}})

    assert [(failure.key, failure.value) for failure in verdict.failed] == [("detail.a.b", "y")]


def test_a_body_that_is_not_an_object_fails_as_a_whole() -> None:
    policy = compile_policy('{"a":["x"]}', "MessageBody")

    assert policy.explain("plain text", {}) == Verdict(
        False, [Failure("", None, [], "the message body is not a JSON object")]
    )


def test_every_alternative_is_shown_and_a_shared_key_once() -> None:
    policy = {"a": ["x"], "$or": [{"b": ["x"]}, {"c": ["x"]}]}

    assert [failure.key for failure in explained(policy, {"a": "y", "b": "y"}).failed] == ["a", "b", "c"]
    assert [failure.key for failure in explained(policy, {"a": "x", "b": "y"}).failed] == ["b", "c"]
    assert [failure.key for failure in explained_attributes(policy).failed] == ["a", "b", "c"]


def test_a_key_is_shown_once_for_each_of_its_conditions() -> None:
    policy = {"$or": [{"a": ["x"], "b": ["x"]}, {"a": ["x"], "c": ["x"]}, {"a": ["z"]}]}

    assert [
        (failure.key, failure.conditions) for failure in explained(policy, {"a": "y", "b": "x", "c": "x"}).failed
    ] == [
        ("a", ["x"]),
        ("a", ["z"]),
    ]


def test_keys_that_match_in_different_array_elements_are_shown() -> None:
    policy = {"id": ["1"], "a": {"x": ["1"], "y": ["1"]}}
    verdict = explained(policy, {"id": "1", "a": [{"x": "1", "y": "0"}, {"x": "0", "y": "1"}]})

    reason = "matches, but not in the same array element as the other keys"
    assert verdict.failed == [
        Failure("a.x", ["1", "0"], ["1"], reason),
        Failure("a.y", ["0", "1"], ["1"], reason),
    ]


def test_keys_that_match_are_not_shown() -> None:
    apart = [{"x": "1", "y": "0"}, {"x": "0", "y": "1"}]
    together = {"a.x": ["1"], "a.y": ["1"]}

    def told(policy: Any, body: Any) -> list[str]:
        return [failure.key for failure in explained(policy, body).failed]

    assert told({**together, "gone": [{"exists": False}]}, {"a": apart}) == ["a.x", "a.y"]
    assert told(together, {"a": apart, "a.x": "0"}) == ["a.x", "a.y"]
    assert told({**together, "id": ["2"]}, {"a": apart, "id": "1"}) == ["id"]


def test_long_lists_and_texts_are_shortened_in_the_reason_alone() -> None:
    conditions = ["x" * 100, *[str(number) for number in range(9)]]
    (failure,) = explained({"a": conditions}, {"a": [1, 2, 3, 4]}).failed

    assert (failure.value, failure.conditions) == ([1, 2, 3, 4], conditions)
    assert failure.reason == f'1, 2, 3 and 1 more fails "{"x" * 59}…, "0", "1" and 7 more'


def test_numbers_too_large_for_json_libraries_are_shown_as_text() -> None:
    (failure,) = compile_policy('{"a":["x", 1e400]}', "MessageBody").explain('{"a":-1e999999}', {}).failed

    assert (failure.value, failure.conditions) == ("-1E+999999", ["x", "1E+400"])


@pytest.mark.parametrize(
    ("condition", "data_type", "value", "hint"),
    [
        ({"numeric": [">", 10]}, "String", "11", "a String never matches numeric: give it the DataType Number"),
        (11, "String", "11", "a String never matches 11: give it the DataType Number"),
        ("11", "Number", "11", 'a Number never matches "11": give it the DataType String'),
        ({"prefix": "1"}, "Number", "11", "a Number never matches prefix: give it the DataType String"),
        ({"cidr": "10.0.0.0/8"}, "Number", "11", "a Number never matches cidr: give it the DataType String"),
        (True, "String", "true", "a String never matches true"),
        (
            {"numeric": [">", 10]},
            "String.Array",
            '["11"]',
            "a String never matches numeric: give it the DataType Number",
        ),
        ({"anything-but": [11]}, "Number", "11", None),
        ({"exists": False}, "String", "x", None),
        ("oslo", "String", "bergen", None),
    ],
)
def test_attribute_of_a_type_that_never_matches_has_a_hint(
    condition: Any, data_type: str, value: str, hint: str | None
) -> None:
    [failure] = explained_attributes({"a": [condition]}, a=SentAttribute(data_type, value)).failed
    assert failure.hint == hint


@pytest.mark.parametrize(
    ("conditions", "value", "hint"),
    [
        ([{"numeric": [">", 10]}], "11", "a string never matches numeric: make it a number"),
        (["11"], 11, 'a number never matches "11": make it a string'),
        ([True], "true", "a string never matches true: make it a boolean"),
        (["x"], True, 'a boolean never matches "x": make it a string'),
        (["x"], None, 'a null never matches "x": make it a string'),
        ([None], "x", "a string never matches null"),
        ([{"numeric": [">", 10]}, "x"], "11", None),
        ([{"numeric": [">", 10]}], ["11", 5], None),
    ],
)
def test_value_in_the_body_of_a_type_that_never_matches_has_a_hint(
    conditions: list[Any], value: Any, hint: str | None
) -> None:
    [failure] = explained({"a": conditions}, {"a": value}).failed
    assert failure.hint == hint


def test_key_in_the_other_place_is_pointed_out() -> None:
    in_body = compile_policy('{"a": ["x"]}', "MessageAttributes").explain('{"a": "x"}', {}).failed
    assert [(failure.reason, failure.hint) for failure in in_body] == [
        ("absent", "the message body has this key, but the FilterPolicyScope is MessageAttributes")
    ]
    policy = compile_policy('{"a": ["x"]}', "MessageBody")
    hint = "there is a message attribute of this name, but the FilterPolicyScope is MessageBody"
    for body, reason in (("{}", "absent"), ("plain text", "the message body is not a JSON object")):
        [failure] = policy.explain(body, {"a": SentAttribute("String", "x")}).failed
        assert (failure.reason, failure.hint) == (reason, hint)
    assert policy.explain("{}", {}).failed[0].hint is None


def test_binary_attribute_has_the_hint_that_it_is_ignored() -> None:
    [failure] = explained_attributes({"a": ["x"]}, a=SentAttribute("Binary", None)).failed
    assert (failure.reason, failure.hint) == ("absent", "filter policies ignore Binary attributes")
