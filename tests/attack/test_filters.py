"""No policy that AWS accepts, with no message that can be published, takes more than its budget.

Work is counted in bytecodes of Python, which the machine's load does not change, and independently of the steps that
the emulator counts.
"""

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, event, given, settings, target
from hypothesis import strategies as st

from benchmarks.filter_budget import CASES, Case
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.filter_policy import FilterPolicyError, Offers, Refusal, compile_policy
from emulator.sns.filter_policy.explanation import OVER_BUDGET, OVER_BUDGET_HINT
from emulator.sns.filter_policy.limits import MAX_STEPS
from tests.examples import examples

# A bytecode takes some 20 ns, so these take 5 ms; the steps are chosen so that calls into C are within it, too.
MAX_BYTECODES = 250_000
MESSAGE_BYTES = 256 * 1024


def bytecodes(evaluate: Callable[[], object]) -> int:
    """How many bytecodes it takes."""
    count = 0

    def trace(frame: FrameType, what: str, _: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += what == "opcode"
        if count > 4 * MAX_BYTECODES:
            raise AssertionError("far too many bytecodes")
        return trace

    before = sys.gettrace()
    if type(before).__module__.startswith("coverage"):  # whose own tracer must see every call and every return
        pytest.skip("bytecodes cannot be counted while coverage is measured")
    sys.settrace(trace)
    try:
        evaluate()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", CASES)
def test_most_expensive_messages_stay_within_the_budget(name: str) -> None:
    case = CASES[name]
    within = case.largest_within_budget()
    assert bytecodes(case.evaluation(within)) <= MAX_BYTECODES
    assert bytecodes(case.evaluation(within + 1)) <= MAX_BYTECODES


# -- A search for more expensive ones ----------------------------------------------------------

TEXTS = st.sampled_from(["q", "", "ab" * 40, "ö" * 40, "1.2.3.4", "a" * 2000])
TESTS = st.sampled_from(
    [
        *("q", 1, None, {"exists": True}, {"exists": False}, {"prefix": "z"}, {"suffix": "z"}, {"wildcard": "*a*b*c"}),
        *({"equals-ignore-case": "ä" * 40}, {"cidr": "10.0.0.0/8"}, {"numeric": [">", 5, "<", 6]}),
        *(
            {"anything-but": ["q", "r"]},
            {"anything-but": {"prefix": ["a", "b", "c"]}},
            {"anything-but": {"suffix": "q"}},
        ),
        *({"anything-but": {"wildcard": ["*q*", "*a*b*"]}}, {"anything-but": {"equals-ignore-case": ["Q", "R"]}}),
    ]
)
NAMES = st.sampled_from("abcde")
KEYS = st.dictionaries(NAMES, st.lists(TESTS, min_size=1, max_size=6), min_size=1, max_size=5)
OBJECTS = KEYS | st.fixed_dictionaries({"a": KEYS}) | st.fixed_dictionaries({"a": KEYS, "b": KEYS})
CHOICES = st.builds(
    lambda keys, choice, times: {**keys, "$or": [choice] * times},
    OBJECTS,
    OBJECTS,
    st.integers(min_value=2, max_value=150),
)
SCALARS = TEXTS | st.sampled_from([1, 5.5, True, None])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda values: (
        st.lists(values, max_size=4)
        | st.dictionaries(NAMES, values, max_size=5)
        | st.builds(lambda value, times: [value] * times, values, st.integers(min_value=1, max_value=40))
    ),
    max_leaves=12,
)
BODIES = st.builds(
    lambda body, name, value, times: {**body, name: [value] * times},
    st.dictionaries(NAMES, VALUES, max_size=5),
    NAMES,
    VALUES,
    st.integers(min_value=1, max_value=4000),
)


@settings(max_examples=examples(60))
@given(policy=OBJECTS | CHOICES, body=BODIES)
def test_searched_policies_and_bodies_stay_within_the_budget(policy: dict[str, Any], body: dict[str, Any]) -> None:
    text = json.dumps(body)
    assume(len(text) <= MESSAGE_BYTES)
    try:
        compiled = compile_policy(json.dumps(policy), "MessageBody")
    except FilterPolicyError:
        assume(False)
    offers = Offers({})
    offers.body(text)
    refusals: list[Refusal | None] = []
    count = bytecodes(lambda: refusals.append(compiled.refusal(text, offers)))
    event(str(refusals[0]))
    target(float(count), label="bytecodes")
    assert count <= MAX_BYTECODES


@settings(max_examples=examples(40))
@given(policy=KEYS, value=SCALARS, times=st.integers(min_value=1, max_value=60_000))
def test_searched_array_attributes_stay_within_the_budget(policy: dict[str, Any], value: Any, times: int) -> None:
    array = json.dumps([value] * times)
    assume(len(array) <= MESSAGE_BYTES)
    try:
        compiled = compile_policy(json.dumps(policy), "MessageAttributes")
    except FilterPolicyError:
        assume(False)
    offers = Offers({name: MessageAttribute("String.Array", array) for name in "abcde"})
    offers.intact()  # all subscriptions share what is read
    count = bytecodes(lambda: compiled.refusal("", offers))
    target(float(count), label="bytecodes")
    assert count <= MAX_BYTECODES


# -- What becomes of a message above the budget ------------------------------------------------


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        (Case({"a": ["q"]}, lambda size: {"a": ["x"] * size}), "InvalidMessageBody"),
        (CASES["objects, two keys"], "InvalidMessageBody"),
        (CASES["array attribute"], "InvalidAttributes"),
    ],
)
def test_message_above_the_budget_is_refused_and_explained(case: Case, refusal: Refusal) -> None:
    text = case.text(case.largest())
    attributes = {"a": MessageAttribute("String.Array", text)} if case.scope == "MessageAttributes" else {}
    policy = compile_policy(json.dumps(case.policy), case.scope)
    assert policy.refusal(text, Offers(attributes)) == refusal
    (failure,) = policy.explain(text, attributes).failed
    assert (failure.key, failure.reason, failure.hint) == ("", OVER_BUDGET, OVER_BUDGET_HINT)


def test_usual_large_messages_are_matched() -> None:
    orders = {"orders": [{"state": "paid", "total": number} for number in range(250)] + [{"state": "new", "total": 7}]}
    policy = compile_policy('{"orders":{"state":["new"],"total":[{"numeric":["<",10]}]}}', "MessageBody")
    assert policy.matches(json.dumps(orders), {})
    names = json.dumps({"names": [f"name {number}" for number in range(2000)], "other": ["x"] * 50_000})
    assert compile_policy('{"names":["name 1999"]}', "MessageBody").matches(names, {})
    array = {"a": MessageAttribute("String.Array", json.dumps([f"name {number}" for number in range(4000)]))}
    assert compile_policy('{"a":["name 3999"]}', "MessageAttributes").matches("", array)


def test_what_the_policy_does_not_ask_for_costs_nothing() -> None:
    body = json.dumps({"a": "q", **{f"b{number}": [{"c": number}] for number in range(10_000)}})
    policy, offers = compile_policy('{"a":["q"]}', "MessageBody"), Offers({})
    offers.body(body)
    assert bytecodes(lambda: policy.refusal(body, offers)) < MAX_STEPS // 10


# -- Anything-but ------------------------------------------------------------------------------


def test_each_wildcard_of_an_anything_but_list_has_its_point() -> None:
    def policy(*counts: int) -> str:
        lists = [[f"*{at}x{number}*" for number in range(count)] for at, count in enumerate(counts)]
        return json.dumps({"a": [{"anything-but": {"wildcard": patterns}} for patterns in lists]})

    compile_policy(policy(10), "MessageAttributes")
    compile_policy(policy(5, 5), "MessageBody")
    for counts in ((11,), (5, 6), (9000,)):
        with pytest.raises(FilterPolicyError, match="Filter policy is too complex"):
            compile_policy(policy(*counts), "MessageAttributes")


AFFIXES = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=6)


@given(affixes=AFFIXES, value=st.text("abc", max_size=6))
def test_lists_of_prefixes_and_suffixes_are_tested_as_each_by_itself(affixes: list[str], value: str) -> None:
    for operator, matches in (("prefix", value.startswith), ("suffix", value.endswith)):
        policy = compile_policy(json.dumps({"a": [{"anything-but": {operator: affixes}}]}), "MessageBody")
        assert policy.matches(json.dumps({"a": value}), {}) != any(map(matches, affixes))


# -- Odd values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 900 + "1" + "}" * 900,
        '{"a":1e999}',
        '{"a":1e999999999999999999999}',
        '{"a":-1e-999999999}',
        '{"a":' + "9" * 200_000 + "}",
        '{"a":0.' + "1" * 200_000 + "}",
        '{"a":NaN}',
        '{"a":"\\ud800"}',
        '{"a":"10.0.0.1\\u0000"}',
        '{"a":"' + "1." * 100_000 + '"}',
        '{"a":"' + ":" * 200_000 + '"}',
        '{"a":"\\u0661.1.1.1"}',
    ],
)
def test_odd_bodies_do_not_match(body: str) -> None:
    conditions = [
        *({"numeric": ["=", 1]}, {"cidr": "10.0.0.0/8"}, {"cidr": "::/1"}, {"prefix": "x"}, {"wildcard": "*x*y"}),
        *({"equals-ignore-case": "Q"}, "q", 1),
    ]
    policy = compile_policy(json.dumps({"a": conditions}), "MessageBody")
    assert policy.refusal(body, Offers({})) in ("MessageBody", "InvalidMessageBody")
    assert not policy.explain(body, {}).matches
