"""An index of many policies gives the result of testing each."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from emulator.sns.filter_policy import (
    FilterPolicy,
    FilterPolicyError,
    Group,
    Judgment,
    Offers,
    PolicyIndex,
    Refusal,
    Scope,
    compile_policy,
)
from tests.examples import examples
from tests.sns.reference_matcher import SentAttribute
from tests.sns.test_filter_policy_properties import (
    NAMES,
    array_bodies,
    array_policies,
    attributes,
    bodies,
    flat_policies,
    nested_policies,
    scalars,
)

exact = st.lists(scalars | st.just({"numeric": ["=", 1]}), min_size=1, max_size=2)
exact_policies = st.dictionaries(st.sampled_from([*NAMES, "a.b"]), exact, min_size=1, max_size=2)


def compiled(policies: list[Any], scope: Scope) -> list[FilterPolicy]:
    """The policies that are different, but for those beyond a limit."""
    found: dict[str, FilterPolicy] = {}
    for policy in policies:
        text = json.dumps(policy)
        try:
            found[text] = compile_policy(text, scope)
        except FilterPolicyError:
            continue
    return list(found.values())


def plainly(groups: list[Group], message: str, offers: Offers) -> tuple[list[int], Counter[Refusal]]:
    accepted: list[int] = []
    refused: Counter[Refusal] = Counter()
    for group in groups:
        refusal = group.policy.refusal(message, offers)
        if refusal is None:
            accepted += group.positions
        else:
            refused[refusal] += len(group.positions)
    return sorted(accepted), refused


def by_index(groups: list[Group], scope: Scope, message: str, offers: Offers) -> tuple[list[int], Counter[Refusal]]:
    index, judgment = PolicyIndex(groups), Judgment([])
    judge = index.judge_body if scope == "MessageBody" else index.judge_attributes
    judge(message, offers, judgment)
    judgment.sort()
    return judgment.accepted, Counter(judgment.refused)


def grouped(policies: list[FilterPolicy]) -> list[Group]:
    """Each policy at one to three positions."""
    groups, position = [], 0
    for number, policy in enumerate(policies):
        count = 1 + number % 3
        groups.append(Group(policy, tuple(range(position, position + count))))
        position += count
    return groups


@settings(max_examples=examples(300))
@given(
    st.lists(exact_policies | flat_policies, min_size=2, max_size=12),
    st.dictionaries(st.sampled_from([*NAMES, "a.b"]), attributes, max_size=4),
)
def test_index_of_attributes_gives_the_result_of_each_policy(
    policies: list[Any], sent: dict[str, SentAttribute]
) -> None:
    groups = grouped(compiled(policies, "MessageAttributes"))
    expected = plainly(groups, "", Offers(sent))
    event(f"accepted: {bool(expected[0])}, refused: {sorted(expected[1])}")
    assert by_index(groups, "MessageAttributes", "", Offers(sent)) == expected


@settings(max_examples=examples(300))
@given(
    st.lists(exact_policies | nested_policies | array_policies, min_size=2, max_size=12),
    (bodies | array_bodies).map(json.dumps) | st.sampled_from(["", "[]", "{}", '"x"', '{"a": "x"']),
)
def test_index_of_bodies_gives_the_result_of_each_policy(policies: list[Any], message: str) -> None:
    groups = grouped(compiled(policies, "MessageBody"))
    expected = plainly(groups, message, Offers({}))
    event(f"accepted: {bool(expected[0])}, refused: {sorted(expected[1])}")
    assert by_index(groups, "MessageBody", message, Offers({})) == expected


@pytest.mark.parametrize("values", [1, 100, 400, 600, 800, 1_500, 5_000])
def test_message_with_too_many_values_for_a_policy_is_refused_as_by_the_policy(values: int) -> None:
    """Each kind of policy takes another number of steps for a value."""
    costly = [{"wildcard": f"*{letter}*{letter}*"} for letter in "abcd"]
    policies = [{"b": [f"y{number}", *costly[: number % 5]], "z": [f"x{number}"]} for number in range(10)]
    texts = [f"x{2 * number}" for number in range(values)]  # the policies of the others are not found
    body = json.dumps({"z": texts[:5], "b": ["y1" * 40] * values})
    sent = {name: SentAttribute("String.Array", json.dumps(texts)) for name in ("b", "z")}
    seen: set[str] = set()
    cases: list[tuple[Scope, str, Offers]] = [
        ("MessageBody", body, Offers({})),
        ("MessageAttributes", "", Offers(sent)),
    ]
    for scope, message, offers in cases:
        groups = grouped(compiled(policies, scope))
        expected = plainly(groups, message, offers)
        seen |= set(expected[1])
        assert by_index(groups, scope, message, offers) == expected
    assert ("InvalidMessageBody" in seen) == (values >= 400)


def test_malformed_attribute_is_a_reason_for_every_policy() -> None:
    policies = compiled([{"a": [f"x{number}"]} for number in range(10)], "MessageAttributes")
    sent = {"a": SentAttribute("String", "x1"), "other": SentAttribute("String", '"')}
    assert by_index(grouped(policies), "MessageAttributes", "", Offers(sent)) == ([], {"InvalidAttributes": 19})


def test_exact_values_are_looked_up_and_not_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    policies = compiled([{"kind": ["order"], "store": [f"s{number}"]} for number in range(200)], "MessageAttributes")
    tested: list[str] = []
    refusal = FilterPolicy.refusal

    def counted(policy: FilterPolicy, message: str, offers: Offers) -> Refusal | None:
        tested.append(policy.text)
        return refusal(policy, message, offers)

    monkeypatch.setattr(FilterPolicy, "refusal", counted)
    sent = {"kind": SentAttribute("String", "order"), "store": SentAttribute("String", "s7")}
    accepted, refused = by_index(grouped(policies), "MessageAttributes", "", Offers(sent))
    assert tested == [policies[7].text]
    assert accepted == list(grouped(policies)[7].positions)
    assert refused.total() == sum(len(group.positions) for group in grouped(policies)) - len(accepted)
