"""Every limit of a policy, on its edge."""

import json
from typing import Any

import pytest

from emulator.sns.filter_policy import FilterPolicyError, Scope, compile_policy

TOO_COMPLEX = "Filter policy is too complex"
TOO_MANY_KEYS = "Filter policy can not have more than 5 keys"


def values(count: int) -> list[str]:
    return [f"v{number}" for number in range(count)]


def accept(policy: Any, scope: Scope = "MessageBody") -> None:
    compile_policy(json.dumps(policy), scope)


def refusal(policy: Any, scope: Scope = "MessageBody") -> str:
    with pytest.raises(FilterPolicyError) as caught:
        compile_policy(json.dumps(policy), scope)
    return caught.value.detail


def test_five_keys_are_the_most() -> None:
    accept({name: ["x"] for name in "abcde"}, "MessageAttributes")
    assert refusal({name: ["x"] for name in "abcdef"}, "MessageAttributes") == TOO_MANY_KEYS


def test_leaf_keys_count_and_not_the_objects_they_stand_in() -> None:
    accept({"a": {"b": {"c": ["x"], "d": ["x"]}}, "e": {"f": ["x"]}})
    accept({"o": {name: ["x"] for name in "abcde"}})
    assert refusal({"o": {name: ["x"] for name in "abcdef"}}) == TOO_MANY_KEYS


def test_keys_of_all_alternatives_count_and_a_repeated_one_counts_once() -> None:
    accept({"$or": [{"a": ["x"], "b": ["x"]}, {"a": ["y"], "c": ["x"]}, {"d": ["x"], "e": ["x"]}, {"e": ["y"]}]})
    assert refusal({"$or": [{"a": ["x"], "b": ["x"]}, {"c": ["x"], "d": ["x"]}], "e": ["x"], "f": ["x"]}) == (
        TOO_MANY_KEYS
    )


def test_150_values_of_one_key_are_the_most() -> None:
    accept({"a": values(150)}, "MessageAttributes")
    assert refusal({"a": values(151)}, "MessageAttributes") == TOO_COMPLEX


def test_values_of_several_keys_multiply() -> None:
    accept({"a": values(15), "b": values(5), "c": values(2)}, "MessageAttributes")
    assert refusal({"a": values(100), "b": values(51)}, "MessageAttributes") == TOO_COMPLEX
    assert refusal({"a": values(15), "b": values(5), "c": values(3)}, "MessageAttributes") == TOO_COMPLEX


def test_each_level_of_nesting_multiplies() -> None:
    # 4 values x 3 levels x 3 values x 2 levels = 72, AWS's own example; then 144 and 216.
    policy = {"a": {"b": {"c": values(4)}}, "d": {"e": values(3)}}
    accept(policy)
    accept({**policy, "f": values(2)})
    assert refusal({**policy, "f": values(3)}) == TOO_COMPLEX


def test_150_levels_are_the_most() -> None:
    def nested(levels: int) -> Any:
        return {"a": nested(levels - 1)} if levels > 1 else {"a": ["x"]}

    accept(nested(150))
    assert refusal(nested(151)) == TOO_COMPLEX


def test_alternatives_add_up() -> None:
    # source x metricName + source x metricType x metricId + source x metricType x spaceId, after AWS's example.
    def policy(source: int, last: int) -> Any:
        inner = {"metricType": values(1), "$or": [{"metricId": values(2)}, {"spaceId": values(last)}]}
        return {"source": values(source), "$or": [{"metricName": values(2)}, inner]}

    accept(policy(1, 146))
    assert refusal(policy(1, 147)) == TOO_COMPLEX
    accept(policy(10, 11))
    assert refusal(policy(10, 12)) == TOO_COMPLEX


def test_152_in_a_flat_choice_are_refused_as_by_aws() -> None:
    choices = [{"metricName": values(74)}, {"namespace": values(1)}]
    accept({"source": values(2), "$or": choices}, "MessageAttributes")
    assert refusal({"source": values(2), "$or": [*choices, {"scope": values(1)}]}, "MessageAttributes") == TOO_COMPLEX


def test_160_in_a_nested_choice_are_refused_as_by_aws() -> None:
    # (a + b) x (scope x 2) x (source x 2 + type x 2): with all counts 2, 2, 1, 1 and 1 it is AWS's example of 32.
    def policy(scope: int, type_: int) -> Any:
        return {
            "$or": [{"metricName": values(2)}, {"namespace": values(2)}],
            "detail": {"scope": values(scope), "$or": [{"source": values(1)}, {"type": values(type_)}]},
        }

    accept(policy(1, 1))
    accept(policy(2, 3))  # 4 x 4 x 8 = 128
    assert refusal(policy(2, 4)) == TOO_COMPLEX  # 4 x 4 x 10 = 160


def test_many_parallel_choices_are_refused_at_once() -> None:
    assert refusal({"a": {f"b{number}": {"$or": [{"c": ["x"]}] * 150} for number in range(100)}}) == TOO_COMPLEX


def test_choices_nest_149_deep_at_most() -> None:
    def nested(levels: int) -> Any:
        return {"$or": [{"a": ["x"]}, nested(levels - 1)]} if levels else {"b": ["x"]}

    accept(nested(149))
    assert refusal(nested(150)) == TOO_COMPLEX


def test_a_key_asked_for_again_in_a_choice_replaces_the_earlier_and_counts_alone() -> None:
    accept({"a": values(100), "$or": [{"a": values(75)}, {"a": values(75)}]})


def test_256_kilobytes_are_the_most() -> None:
    def policy(size: int) -> str:
        frame = '{"a":[""]}'
        return frame[:7] + "é" * ((size - len(frame)) // 2) + frame[7:]

    compile_policy(policy(256 * 1024), "MessageAttributes")
    with pytest.raises(FilterPolicyError, match="Filter policy can not be larger than 262144 bytes"):
        compile_policy(policy(256 * 1024 + 2), "MessageAttributes")
    with pytest.raises(FilterPolicyError, match="Filter policy can not be larger than 262144 bytes"):
        compile_policy(" " * (256 * 1024 + 1), "MessageAttributes")


@pytest.mark.parametrize("negated", [False, True])
def test_three_wildcards_in_a_pattern_are_the_most(negated: bool) -> None:
    def condition(pattern: str) -> Any:
        return {"anything-but": {"wildcard": pattern}} if negated else {"wildcard": pattern}

    accept({"a": [condition("*x*y*z\\*")]})
    assert refusal({"a": [condition("*x*y*z*")]}).startswith("Wildcard pattern can not have more than 3 wildcards\n")


def test_single_wildcards_of_a_key_cost_their_number_squared() -> None:
    accept({"a": [{"wildcard": f"x{number}*"} for number in range(10)]})
    assert refusal({"a": [{"wildcard": f"x{number}*"} for number in range(11)]}) == TOO_COMPLEX


def test_patterns_with_several_wildcards_cost_three_points_each() -> None:
    accept({"a": [{"wildcard": f"*x{number}*"} for number in range(5)]})
    assert refusal({"a": [{"wildcard": f"*x{number}*y*"} for number in range(6)]}) == TOO_COMPLEX


def test_anything_but_beside_a_wildcard_costs_a_point() -> None:
    others = [{"anything-but": f"x{number}"} for number in range(9)]
    accept({"a": [{"wildcard": "x*"}, *others]})
    assert refusal({"a": [{"wildcard": "x*"}, {"anything-but": {"prefix": "y"}}, *others]}) == TOO_COMPLEX
    accept({"a": [{"anything-but": f"x{number}"} for number in range(20)]})
    accept({"a": [{"anything-but": {"wildcard": f"*x{number}*"}} for number in range(10)]})
    assert refusal({"a": [{"anything-but": {"wildcard": f"*x{number}*"}} for number in range(11)]}) == TOO_COMPLEX


def test_wildcard_costs_of_all_keys_add_up() -> None:
    eight, six = ([{"wildcard": f"x{number}*"} for number in range(count)] for count in (8, 6))
    accept({"$or": [{"a": eight}, {"b": six}]})
    assert refusal({"$or": [{"a": eight}, {"b": six}, {"c": [{"wildcard": "*"}]}]}) == TOO_COMPLEX


def test_a_billion_is_the_largest_number_an_operator_takes() -> None:
    accept({"a": [{"numeric": [">=", -1_000_000_000, "<=", 1_000_000_000]}, {"anything-but": 1e9}]})
    assert refusal({"a": [{"anything-but": [1e9 + 1]}]}).startswith("Value must be between -1.0E9 and 1.0E9")
    accept({"a": [123456789012]})
