"""The order of checks: which error AWS returns for a request with two faults.

A table lists the faults of one operation in the order in which AWS checks for them. Each fault is a case of its own,
and so is every pair of faults that one request can have.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from emulator.conformance.answer import Answer
from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import SNS_API, SQS_API
from emulator.conformance.fixtures import filled
from emulator.conformance.mismatch import ABSENT, Mismatch, same
from emulator.conformance.protocols import Protocol, Service
from emulator.conformance.tables import Params

Changes = Mapping[str, Any]  # by path, such as Entries.0.Id; ABSENT removes the member


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request, and the error that AWS returns for it."""

    name: str  # "unknown-queue"
    changes: Changes  # to the valid request
    code: str | Mapping[Protocol, str]  # by protocol, if it differs
    message: object = str
    status: int = 400
    entry: str | None = None  # the id of the batch entry that fails, if the request itself is accepted
    group: str | None = None  # no order is claimed between faults of the same group
    certainty: Certainty = "documented"  # that AWS returns this error
    source: str | None = None  # the operation's page by default

    def check(self, answer: Answer) -> None:
        """Raise Mismatch if ``answer`` is not the error for this fault."""
        code = self.code if isinstance(self.code, str) else self.code[answer.protocol]
        if self.entry is None:
            answer.refused(code, self.message, status=self.status)
            return
        failed = {entry["Id"]: entry for entry in answer.result.get("Failed", [])}
        if self.entry not in failed:
            raise Mismatch(f"{answer.action}: the entry {self.entry} did not fail: {answer.http.text[:600]}")
        same(failed[self.entry]["Code"], code, f"{answer.action}: the error code of the entry {self.entry}")
        same(failed[self.entry].get("Message", ""), self.message, f"{answer.action}: the message of that entry")


@dataclass(frozen=True, slots=True)
class Known:
    """A source for the order of two faults. The order of all others is assumed."""

    earlier: str
    later: str
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Order:
    """The faults of one operation, in the order in which AWS checks for them."""

    operation: str  # "sqs/SendMessage"
    request: Params  # a valid request
    faults: tuple[Fault, ...]
    known: tuple[Known, ...]
    variant: str  # such as "fifo", if an operation has several tables; else empty
    protocols: tuple[Protocol, ...] | None
    account_wide: bool

    @property
    def page(self) -> str:
        service, action = self.operation.split("/")
        return f"{SQS_API if service == 'sqs' else SNS_API}/API_{action}.html"

    def pairs(self) -> list[tuple[Fault, Fault]]:
        """The pairs of faults that one request can have, the earlier one first."""
        return [(one, other) for one, other in combinations(self.faults, 2) if _fit(one, other)]

    def answer(self, aws: Caller, *faults: Fault) -> Answer:
        """The answer to the request with these faults."""
        params = _copied(self.request)
        for fault in faults:
            for path, value in fault.changes.items():
                _put(params, path, value)
        service: Service = "sqs" if self.operation.startswith("sqs/") else "sns"
        return aws.call(service, self.operation.partition("/")[2], filled(params, aws))


ORDERS: list[Order] = []


def order(
    operation: str,
    request: Params,
    *faults: Fault,
    known: tuple[Known, ...] = (),
    variant: str = "",
    protocols: tuple[Protocol, ...] | None = None,
    account_wide: bool = False,
) -> None:
    """Registers the cases of one table."""
    table = Order(operation, request, faults, known, variant, protocols, account_wide)
    sources = {(each.earlier, each.later): each for each in known}
    for fault in faults:
        _add_fault(table, fault)
    for earlier, later in table.pairs():
        _add_pair(table, earlier, later, sources.pop((earlier.name, later.name), None))
    if sources:
        raise ValueError(f"{operation} has no such pairs of faults, in this order: {sorted(sources)}.")
    ORDERS.append(table)


def says(*words: str) -> re.Pattern[str]:
    """Matches any message that contains these words, in this order."""
    return re.compile(rf".*(?<!\w){'.*'.join(map(re.escape, words))}(?!\w).*", re.DOTALL)


def _add_fault(table: Order, fault: Fault) -> None:
    @case(
        _id(table, f"only-{fault.name}"),
        f"{_words(fault)} is the error {_code(fault)}.",
        fault.source or table.page,
        fault.certainty,
        protocols=table.protocols,
        account_wide=table.account_wide,
    )
    def run(aws: Caller) -> None:
        fault.check(table.answer(aws, fault))


def _add_pair(table: Order, earlier: Fault, later: Fault, known: Known | None) -> None:
    @case(
        _id(table, f"{earlier.name}-before-{later.name}"),
        f"Of two faults, {_words(earlier)} and {_words(later)}, the error is that of the first: {_code(earlier)}.",
        known.source if known else table.page,
        known.certainty if known else "assumed",
        protocols=table.protocols,
        account_wide=table.account_wide,
    )
    def run(aws: Caller) -> None:
        earlier.check(table.answer(aws, earlier, later))


def _id(table: Order, what: str) -> str:
    return "-".join(filter(None, (f"{table.operation}/order", table.variant, what)))


def _words(fault: Fault) -> str:
    return f"“{fault.name.replace('-', ' ')}”"


def _code(fault: Fault) -> str:
    return fault.code if isinstance(fault.code, str) else " or ".join(fault.code.values())


def _fit(one: Fault, other: Fault) -> bool:
    """Whether one request can have both, and they have an order."""
    if one.group is not None and one.group == other.group:
        return False
    if one.entry is not None and one.entry != other.entry:  # the other entries of a batch are checked as well
        return False
    return not any(_overlap(mine, theirs) for mine in one.changes for theirs in other.changes)


def _overlap(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _put(params: Params, path: str, value: Any) -> None:
    """Sets the value at ``path``. A number is an index of a list; the index after the last one appends."""
    *branches, leaf = path.split(".")
    node: Any = params
    for branch in branches:
        node = node[int(branch)] if isinstance(node, list) else node.setdefault(branch, {})
    if isinstance(node, list):
        node[int(leaf) :] = [value, *node[int(leaf) + 1 :]]
    elif value is ABSENT:
        node.pop(leaf, None)
    else:
        node[leaf] = value
