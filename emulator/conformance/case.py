"""A case: one behavior of AWS, and how it is known."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from emulator.conformance.caller import Caller
from emulator.conformance.protocols import PROTOCOLS, Protocol, Service

# recorded: an answer of AWS was stored. documented: AWS's guide or API reference says it. modeled: AWS's API model or
# an official SDK says it. reported: users saw it on AWS. assumed: no source is known; an SDK user would expect it.
Certainty = Literal["recorded", "documented", "modeled", "reported", "assumed"]

_ID = re.compile(r"(sqs|sns)/[A-Za-z]+/[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Case:
    """``run`` raises Mismatch if the endpoint does not behave as AWS does."""

    id: str  # "sqs/SendMessage/empty-body": service, operation (or "Wire"), and what is tested
    sentence: str  # what AWS does
    source: str  # the page of AWS that says so, a public thread, or what was recorded
    certainty: Certainty
    run: Callable[[Caller], None]
    protocols: tuple[Protocol, ...]
    account_wide: bool = False  # whether it changes settings of the whole account, which cannot be removed on AWS
    seconds: int = 0  # how long it waits, in real time

    @property
    def service(self) -> Service:
        return "sqs" if self.id.startswith("sqs/") else "sns"

    @property
    def operation(self) -> str:
        return self.id.split("/")[1]


class Cases:
    """All cases, by id, in the order in which they were written."""

    def __init__(self) -> None:
        self._by_id: dict[str, Case] = {}

    def add(self, case: Case) -> None:
        if not _ID.fullmatch(case.id):
            raise ValueError(f"{case.id} is not the id of a case, such as sqs/SendMessage/empty-body.")
        if case.id in self._by_id:
            raise ValueError(f"There are two cases {case.id}.")
        self._by_id[case.id] = case

    def __iter__(self) -> Iterator[Case]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)


CASES = Cases()


def case(
    id: str,
    sentence: str,
    source: str,
    certainty: Certainty,
    *,
    protocols: tuple[Protocol, ...] | None = None,
    account_wide: bool = False,
    seconds: int = 0,
) -> Callable[[Callable[[Caller], None]], Callable[[Caller], None]]:
    """Registers the decorated function as a case."""

    def register(run: Callable[[Caller], None]) -> Callable[[Caller], None]:
        service: Service = "sqs" if id.startswith("sqs/") else "sns"
        spoken = protocols or PROTOCOLS[service]
        CASES.add(Case(id, sentence, source, certainty, run, spoken, account_wide, seconds))
        return run

    return register
