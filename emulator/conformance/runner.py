"""Runs cases against an endpoint."""

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from emulator.conformance.caller import Caller
from emulator.conformance.case import Case
from emulator.conformance.connection import Connection, EndpointError
from emulator.conformance.mismatch import Mismatch
from emulator.conformance.protocols import Protocol

Verdict = Literal["passed", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a case. ``difference`` says what differs from AWS; ``left`` what could not be removed."""

    case: Case
    protocol: Protocol
    verdict: Verdict
    difference: str
    seconds: float
    left: list[str]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases to run: those whose id begins with one of ``only``, in the ``protocols``."""

    only: tuple[str, ...] = ()
    protocols: tuple[Protocol, ...] = ("json", "query")
    account_wide: bool = True

    def of(self, cases: Iterable[Case]) -> Iterator[tuple[Case, Protocol]]:
        for case in cases:
            if case.account_wide and not self.account_wide:
                continue
            if self.only and not case.id.startswith(self.only):
                continue
            for protocol in case.protocols:
                # SNS has only the query protocol: its cases run whichever protocol is asked for.
                if protocol in self.protocols or case.service == "sns":
                    yield case, protocol


def run_case(case: Case, protocol: Protocol, connection: Connection, prefix: str) -> Outcome:
    """Run one case. EndpointError is raised, because it is not about the case."""
    caller = Caller(connection, protocol, prefix)
    since = time.perf_counter()
    difference = ""
    try:
        case.run(caller)
    except EndpointError:
        caller.close()
        raise
    except Mismatch as mismatch:
        difference = str(mismatch)
    except Exception:  # noqa: BLE001 - an answer that the case cannot read is a difference
        difference = f"the answer cannot be read:\n{traceback.format_exc(limit=-3)}"
    left = caller.close()
    verdict: Verdict = "failed" if difference else "passed"
    return Outcome(case, protocol, verdict, difference, time.perf_counter() - since, left)


def run(
    chosen: Iterable[tuple[Case, Protocol]],
    connection: Connection,
    prefix: str,
    *,
    workers: int,
    report: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """The outcomes, in the order of the cases. ``report`` is called with each as it comes."""

    def one(numbered: tuple[int, tuple[Case, Protocol]]) -> Outcome:
        number, (case, protocol) = numbered
        outcome = run_case(case, protocol, connection, f"{prefix}-{number}")
        report(outcome)
        return outcome

    with ThreadPoolExecutor(workers) as pool:
        try:
            return list(pool.map(one, enumerate(chosen)))
        except EndpointError:
            pool.shutdown(cancel_futures=True)
            raise
