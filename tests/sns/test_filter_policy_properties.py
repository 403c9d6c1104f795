"""The compiled policies against the reference matcher, and against arbitrary input."""

import json
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from emulator.sns.filter_policy import FilterPolicy, FilterPolicyError, Scope, compile_policy
from tests.examples import examples
from tests.sns.reference_matcher import SentAttribute, attributes_match, body_matches

NAMES = ["a", "b", "c"]
BODY_NAMES = ["a", "b", "a.b"]
TEXTS = ["", "x", "xy", "yx", "xyx", "XY", "x*y", "x\\", "10.0.0.7", "10.0.1.7", "2001:db8::1", "1"]
NUMBERS = [0, 1, 1.0, 1.5, -1, 100]
SCALARS = [*TEXTS, *NUMBERS, True, False, None]
WILDCARDS = ["*", "x*", "*x", "x*x", "*x*y*", "x\\*y", "x\\\\", "xy"]

texts = st.sampled_from(TEXTS)
some_texts = st.sampled_from([text for text in TEXTS if text])
numbers = st.sampled_from(NUMBERS)
scalars = st.sampled_from(SCALARS)
wildcards = st.sampled_from(WILDCARDS)


def one_or_list(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, min_size=1, max_size=2)


def numeric_range(bounds: tuple[str, float, str, float]) -> list[str | float]:
    lower, one, upper, other = bounds
    return [lower, min(one, other), upper, max(one, other) + 1]


operators = st.one_of(
    st.builds(lambda text: {"prefix": text}, texts),
    st.builds(lambda text: {"suffix": text}, texts),
    st.builds(lambda text: {"equals-ignore-case": text}, texts),
    st.builds(lambda pattern: {"wildcard": pattern}, wildcards),
    st.builds(lambda values: {"anything-but": values}, one_or_list(texts) | one_or_list(numbers)),
    st.builds(
        lambda operator, values: {"anything-but": {operator: values}},
        st.sampled_from(["prefix", "suffix", "equals-ignore-case"]),
        one_or_list(some_texts),
    ),
    st.builds(lambda values: {"anything-but": {"wildcard": values}}, one_or_list(wildcards)),
    st.builds(
        lambda operator, bound: {"numeric": [operator, bound]}, st.sampled_from(["=", "<", "<=", ">", ">="]), numbers
    ),
    st.builds(
        lambda bounds: {"numeric": numeric_range(bounds)},
        st.tuples(st.sampled_from([">", ">="]), numbers, st.sampled_from(["<", "<="]), numbers),
    ),
    st.builds(lambda network: {"cidr": network}, st.sampled_from(["10.0.0.0/24", "10.0.0.0/8", "2001:db8::/32"])),
)
absence = st.just({"exists": False})
presence = st.just({"exists": True})
conditions = st.lists(scalars | operators | presence | absence, min_size=1, max_size=4)


def with_choices(objects: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    choices = st.fixed_dictionaries({"$or": st.lists(objects, min_size=2, max_size=3)})
    return objects | choices | st.builds(lambda one, other: {**one, **other}, choices, objects)


def objects_of(names: list[str], members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(names), members, min_size=1, max_size=2)


flat_policies = with_choices(objects_of(NAMES, conditions))
inner_policies = objects_of(BODY_NAMES, conditions) | with_choices(objects_of(["a"], conditions))
nested_policies = objects_of(BODY_NAMES, conditions | inner_policies) | with_choices(
    st.dictionaries(st.sampled_from(["a", "b"]), conditions | objects_of(["b"], conditions), min_size=1, max_size=1)
)


def arrays_and_objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=3) | st.dictionaries(st.sampled_from(BODY_NAMES), values, min_size=1, max_size=3)


bodies = st.dictionaries(
    st.sampled_from(BODY_NAMES), st.recursive(scalars, arrays_and_objects, max_leaves=8), min_size=1, max_size=3
)
unusual_texts = st.sampled_from(['"', '\\"', "\\", "\\\\", "x\\u0079", "\\n", "\n", "x\ty"])  # by the rules of JSON
attributes = st.one_of(
    st.builds(SentAttribute, st.sampled_from(["String", "String.label"]), texts | unusual_texts),
    st.builds(
        SentAttribute,
        st.sampled_from(["Number", "Number.int"]),
        st.sampled_from(["0", "1", "1.50", "15e-1", "1.0000001"]),
    ),
    st.builds(SentAttribute, st.just("String.Array"), st.builds(json.dumps, st.lists(scalars, max_size=3))),
    st.builds(SentAttribute, st.just("String.Array"), st.sampled_from(["[", '{"x": 1}', "x", "1", '"x"'])),
    st.just(SentAttribute("Binary", None, b"x")),
)


def compiled(policy: Any, scope: Scope) -> FilterPolicy:
    """The policy, unless the strategies happened to exceed a limit."""
    try:
        return compile_policy(json.dumps(policy), scope)
    except FilterPolicyError as error:
        assume("more than 5 keys" not in error.detail and "too complex" not in error.detail)
        raise


@settings(max_examples=examples(250))
@given(flat_policies, st.dictionaries(st.sampled_from([*NAMES, "d"]), attributes, max_size=4))
def test_attributes_match_as_the_reference_says(policy: Any, sent: dict[str, SentAttribute]) -> None:
    matches = compiled(policy, "MessageAttributes").matches("", sent)

    event(f"matches: {matches}")
    assert matches == attributes_match(json.dumps(policy), sent)


@settings(max_examples=examples(250))
@given(nested_policies, bodies)
def test_bodies_match_as_the_reference_says(policy: Any, body: Any) -> None:
    message = json.dumps(body)
    matches = compiled(policy, "MessageBody").matches(message, {})

    event(f"matches: {matches}")
    assert matches == body_matches(json.dumps(policy), message)


# Policies and bodies made to meet in arrays of objects, where the same-element rule decides.
array_conditions = st.lists(st.sampled_from(["x", "y"]) | absence | presence, min_size=1, max_size=3)
array_policies = st.dictionaries(
    st.sampled_from(["a.a", "a.b", "a.c", "a.a.b", "b"]), array_conditions, min_size=2, max_size=4
)
elements = st.recursive(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", None]), max_size=3),
    lambda values: (
        st.lists(values | st.just("x"), max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "a.b"]), values | st.just("x"), min_size=1, max_size=2)
    ),
    max_leaves=6,
)
array_bodies = st.dictionaries(
    st.sampled_from(["a", "b", "a.b", "a.a"]), st.lists(elements, min_size=1, max_size=4), min_size=1, max_size=3
)


@settings(max_examples=examples(250))
@given(array_policies, array_bodies)
def test_keys_match_within_one_array_element_as_the_reference_says(policy: Any, body: Any) -> None:
    message = json.dumps(body)
    matches = compiled(policy, "MessageBody").matches(message, {})

    event(f"matches: {matches}")
    assert matches == body_matches(json.dumps(policy), message)


@settings(max_examples=examples(200))
@given(nested_policies | array_policies, bodies | array_bodies)
def test_explanation_of_a_body_agrees_with_matching(policy: Any, body: Any) -> None:
    policy_ = compiled(policy, "MessageBody")
    verdict = policy_.explain(json.dumps(body), {})

    assert verdict.matches == policy_.matches(json.dumps(body), {})
    assert bool(verdict.failed) != verdict.matches
    assert all(failure.reason and failure.conditions for failure in verdict.failed)
    json.dumps([(failure.value, failure.conditions) for failure in verdict.failed], allow_nan=False)


@settings(max_examples=examples(200))
@given(flat_policies, st.dictionaries(st.sampled_from([*NAMES, "d"]), attributes, max_size=4))
def test_explanation_of_attributes_agrees_with_matching(policy: Any, sent: dict[str, SentAttribute]) -> None:
    policy_ = compiled(policy, "MessageAttributes")
    verdict = policy_.explain("", sent)

    assert verdict.matches == policy_.matches("", sent)
    assert bool(verdict.failed) != verdict.matches
    assert all(failure.key in [*NAMES, "d"] and failure.reason for failure in verdict.failed)


# Arbitrary input. ---------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda values: (
        st.lists(values, max_size=4)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(
                [
                    "$or",
                    "prefix",
                    "suffix",
                    "anything-but",
                    "numeric",
                    "exists",
                    "cidr",
                    "wildcard",
                    "equals-ignore-case",
                ]
            ),
            values,
            max_size=4,
        )
    ),
    max_leaves=12,
)
scopes = st.sampled_from(["MessageAttributes", "MessageBody"])


def accepts_or_refuses(text: str, scope: Scope) -> None:
    """Compiles; anything but a refusal that an answer can carry is a failure of the test."""
    try:
        policy = compile_policy(text, scope)
    except FilterPolicyError as error:
        error.detail.encode()
    else:
        policy.explain("{}", {})


@settings(max_examples=examples(200))
@given(st.text(), scopes)
def test_arbitrary_text_is_accepted_or_refused(text: str, scope: Scope) -> None:
    accepts_or_refuses(text, scope)


@settings(max_examples=examples(200))
@given(json_values | st.dictionaries(st.text(max_size=2), st.lists(json_values, max_size=3), max_size=3), scopes)
def test_arbitrary_json_is_accepted_or_refused(value: Any, scope: Scope) -> None:
    accepts_or_refuses(json.dumps(value), scope)


@settings(max_examples=examples(200))
@given(nested_policies, st.data(), scopes)
def test_damaged_policies_are_accepted_or_refused(policy: Any, data: st.DataObject, scope: Scope) -> None:
    text = json.dumps(policy)
    at = data.draw(st.integers(0, len(text)))
    damage = data.draw(st.sampled_from(["", '"', "\\", "{", "}", "[", "]", ",", ":", "0", "e", "\x00", "\ud800", "é"]))
    removed = data.draw(st.integers(0, 3))

    accepts_or_refuses(text[:at] + damage + text[at + removed :], scope)


@settings(max_examples=examples(200))
@given(nested_policies, st.text() | st.builds(json.dumps, json_values))
def test_arbitrary_messages_are_matched_or_not(policy: Any, message: str) -> None:
    policy_ = compiled(policy, "MessageBody")

    assert policy_.explain(message, {}).matches == policy_.matches(message, {})


@pytest.mark.parametrize(
    ("opening", "innermost", "ending"),
    [
        ("[", '"x"', "]"),
        ('{"a":', '["x"]', "}"),
        ('{"a":{"b":["x"],"a":', '["x"]', "}}"),
        ('{"$or":[', '{"a":["x"]}', "]}"),
        ('{"$or":[{"a":["x"]},', '{"b":["x"]}', "]}"),
        ('{"a":{"$or":[{"b":["x"]},', '{"b":["x"]}', "]}}"),
        ('{"a":[{"anything-but":', '"x"', "}]}"),
        ('{"a":[[', '"x"', "]]}"),
    ],
)
@pytest.mark.parametrize("depth", [160, 400, 5_000, 30_000])
def test_deep_nesting_is_refused_without_exhausting_the_stack(
    opening: str, innermost: str, ending: str, depth: int
) -> None:
    for text in (opening * depth + innermost + ending * depth, opening * depth):
        with pytest.raises(FilterPolicyError):
            compile_policy(text, "MessageBody")


@pytest.mark.parametrize("message", ["[" * 50_000, '{"a":' * 50_000, '{"a":' + "[" * 500 + "]" * 500 + "}"])
def test_deeply_nested_messages_are_matched_without_exhausting_the_stack(message: str) -> None:
    policy = compile_policy('{"a": {"b": ["x", {"exists": true}]}}', "MessageBody")

    assert not policy.matches(message, {})
    assert not policy.explain(message, {}).matches
