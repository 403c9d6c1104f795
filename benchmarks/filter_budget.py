"""How long the most expensive evaluations of a filter policy take: the last within its budget, the first above it.

python -m benchmarks.filter_budget

Each case is a policy that AWS accepts and a kind of message. The message grows until the policy is over its budget; the
largest one below it, one just above and the largest that can be published are evaluated. Processor time in this process
for one subscription is measured, without the parsing of the body, which all subscriptions share.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import click

from benchmarks.command import benchmark
from benchmarks.results import Figure, Measured
from benchmarks.sides import EMULATOR
from emulator.aws.message_attribute import MessageAttribute
from emulator.sns.filter_policy import FilterPolicy, Offers, Scope, compile_policy

MESSAGE_BYTES = 256 * 1024
KEYS = "vwxyz"
OVER_BUDGET = ("InvalidAttributes", "InvalidMessageBody")
Json = Any


class Case(NamedTuple):
    """A policy, and the body (or the value of the attribute ``a``) of a given size."""

    policy: Json
    message: Callable[[int], Json]
    scope: Scope = "MessageBody"

    def text(self, size: int) -> str:
        value = self.message(size)
        return value if self.scope == "MessageAttributes" and isinstance(value, str) else json.dumps(value)

    def evaluation(self, size: int) -> Callable[[], str | None]:
        """What evaluates the policy for the message of that size."""
        policy, text = _compiled(json.dumps(self.policy), self.scope), self.text(size)
        attributes: Mapping[str, MessageAttribute] = {}
        if self.scope == "MessageAttributes":
            kind = "String.Array" if text.startswith("[") else "String"
            attributes = {"a": MessageAttribute(kind, text)}
        offers = Offers(attributes)
        offers.body(text)
        return lambda: policy.refusal(text, offers)

    def largest(self) -> int:
        """The size of the largest message that can be published."""
        return _last(lambda size: len(self.text(size)) <= MESSAGE_BYTES)

    def largest_within_budget(self) -> int:
        """The size of the largest message that is evaluated to its end."""
        return _last(lambda size: len(self.text(size)) <= MESSAGE_BYTES and self.evaluation(size)() not in OVER_BUDGET)


@cache
def _compiled(policy: str, scope: Scope) -> FilterPolicy:
    return compile_policy(policy, scope)


def _last(holds: Callable[[int], bool]) -> int:
    """The last number from 1 for which it holds, if it holds up to some number."""
    step = 1
    while step < MESSAGE_BYTES and holds(step):
        step *= 2
    low, high = step // 2, step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return max(low, 1)


def _nested(depth: int) -> Json:
    inner: Json = {"v": "q"}
    for _ in range(depth):
        inner = [[{key: "q"} for key in KEYS], [inner]]
    return inner


def _deep(levels: int) -> Json:
    inner: Json = 1
    for _ in range(levels):
        inner = {"a": inner}
    return inner


CASES: dict[str, Case] = {
    "numbers": Case({"a": [{"prefix": "z"}]}, lambda size: {"a": list(range(size))}),
    "texts": Case({"a": [{"prefix": "z"}]}, lambda size: {"a": ["x"] * size}),
    "members": Case({"a": {"z": ["q"]}}, lambda size: {"a": [{f"b{number}": 1 for number in range(size)}]}),
    "objects, two keys": Case(
        {"a": {"x": ["q"], "y": ["w"]}}, lambda size: {"a": [{"x": number, "y": number} for number in range(size)]}
    ),
    "objects, five absent keys": Case(
        {"a": {key: [{"exists": False}] for key in KEYS}},
        lambda size: {
            "a": [{key: 1 for at, key in enumerate(KEYS) if number >> at & 1} for number in range(1, size + 1)]
        },
    ),
    "objects, five keys, present or absent": Case(
        {"a": {key: [{"exists": False}, "q"] for key in KEYS[:2]} | {key: ["q"] for key in KEYS[2:]}},
        lambda size: {
            "a": [[{key: "q" for at, key in enumerate(KEYS) if number >> at & 1}] for number in range(1, size + 1)]
        },
    ),
    "arrays of objects": Case(
        {"a": {key: ["q"] for key in KEYS}}, lambda size: {"a": [[{key: "q"} for key in KEYS]] * size}
    ),
    "nested arrays": Case({"a": {key: ["q"] for key in KEYS}}, lambda size: {"a": _nested(min(size, 300))}),
    "150 alternatives": Case(
        {"$or": [{"a": [{"prefix": f"z{number}"}]} for number in range(150)]}, lambda size: {"a": ["x"] * size}
    ),
    "wildcards, long text": Case(
        {"a": [{"wildcard": f"*aab{number}*aab*"} for number in range(5)]}, lambda size: {"a": "a" * size}
    ),
    "wildcards, 33 alternatives": Case(
        {"$or": [{"a": [{"wildcard": f"*{'ab' * 50}{number}*aab*"}]} for number in range(33)]},
        lambda size: {"a": "ab" * size},
    ),
    "wildcards, many texts": Case(
        {"a": [{"wildcard": f"*aab{number}*aab*"} for number in range(5)]}, lambda size: {"a": ["a" * 50] * size}
    ),
    "equals-ignore-case": Case(
        {"a": [{"equals-ignore-case": chr(1000 + number)} for number in range(150)]}, lambda size: {"a": ["ö"] * size}
    ),
    "equals-ignore-case, long": Case(
        {"a": [{"equals-ignore-case": "ä" * 40_000}]}, lambda size: {"a": ["ö" * 40_000] * size}
    ),
    "cidr": Case({"a": [{"cidr": f"10.{n}.0.0/16"} for n in range(150)]}, lambda size: {"a": ["11.1.1.1"] * size}),
    "numeric": Case({"a": [{"numeric": [">", n, "<", n + 1]} for n in range(150)]}, lambda size: {"a": [1000] * size}),
    "anything-but, 20,000 prefixes": Case(
        {"a": [{"anything-but": {"prefix": [f"b{number}" for number in range(20_000)]}}, {"prefix": "q"}]},
        lambda size: {"a": ["b1"] * size},
    ),
    "anything-but, 20,000 suffixes": Case(
        {"a": [{"anything-but": {"suffix": [f"{number}b" for number in range(20_000)]}}]},
        lambda size: {"a": ["1b"] * size},
    ),
    "a key of dots": Case({"a." * 5000 + "a": ["x"]}, lambda size: _deep(min(size, 200))),
    "array attribute": Case(
        {"a": [{"prefix": f"z{number}"} for number in range(150)]}, lambda size: ["x"] * size, "MessageAttributes"
    ),
    "long attribute": Case(
        {"a": [{"wildcard": f"*aab{number}*aab*"} for number in range(5)]}, lambda size: "a" * size, "MessageAttributes"
    ),
}


def milliseconds(evaluate: Callable[[], object], rounds: int) -> list[float]:
    """Processor time of each round."""
    taken = []
    for _ in range(rounds):
        since = time.process_time()
        evaluate()
        taken.append(round((time.process_time() - since) * 1e3, 3))
    return taken


@benchmark("filter_budget", __doc__)
@click.option("--rounds", default=15, show_default=True)
def main(rounds: int) -> Iterator[Measured]:
    for name, case in CASES.items():
        within, largest = case.largest_within_budget(), case.largest()
        for measure, size in (
            ("largest within budget", within),
            ("above budget", min(within + 1, largest)),
            ("largest message", largest),
        ):
            yield Figure(name, EMULATOR, measure, "ms CPU", milliseconds(case.evaluation(size), rounds))


if __name__ == "__main__":
    main()
