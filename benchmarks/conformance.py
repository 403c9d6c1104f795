"""Runs the conformance suite against this emulator and every peer that is installed, and writes their scores.

python -m benchmarks.conformance                      all of them; writes benchmarks/results/conformance.json and the
                                                      tables of README.md and docs/fidelity.md
python -m benchmarks.conformance --sides moto,fauxqs  these only; the others keep their scores

A case fails if it takes too long. If a peer stops answering, the cases that are left fail.
"""

import math
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from botocore.credentials import Credentials

from benchmarks import report, scores
from benchmarks.command import names
from benchmarks.peers.table import PEERS
from benchmarks.process import MeasuredServer, StartError, measured_server
from benchmarks.results import RESULTS, Skipped, commit
from benchmarks.sides import EMULATOR
from emulator import __version__
from emulator.conformance import cases
from emulator.conformance.answer import HttpAnswer
from emulator.conformance.case import Case
from emulator.conformance.connection import Connection, EndpointError
from emulator.conformance.protocols import PROTOCOLS, Protocol, Service
from emulator.conformance.report import FORMATS
from emulator.conformance.runner import Outcome, Selection, run_case

Chosen = list[tuple[Case, Protocol]]

_REGION = "us-east-1"
_WORKERS = 8
_UNBOUNDED = 1_000_000_000  # requests: local endpoints cost nothing


@dataclass(frozen=True, slots=True)
class Candidate:
    """An emulator to be compared with AWS. ``protocols`` are those that it is documented to speak."""

    name: str
    version: str
    start: Callable[[], AbstractContextManager[MeasuredServer]]
    protocols: Mapping[Service, tuple[Protocol, ...]]
    missing: Callable[[], str | None] = lambda: None

    def chosen(self, only: tuple[str, ...]) -> Chosen:
        pairs = [
            (case, protocol) for case, protocol in Selection(only).of(cases.load()) if self._speaks(case, protocol)
        ]
        # The protocol of a case about SNS is the one with which it calls SQS.
        of_queues = self.protocols["sqs"][-1]
        return [(case, of_queues if case.service == "sns" else protocol) for case, protocol in pairs]

    def _speaks(self, case: Case, protocol: Protocol) -> bool:
        return protocol in self.protocols.get(case.service, ())


CANDIDATES = {
    each.name: each
    for each in (
        Candidate(EMULATOR, __version__, measured_server, PROTOCOLS),
        *(Candidate(peer.name, peer.version, peer.running, peer.protocols, peer.missing) for peer in PEERS),
    )
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The seconds that one case, and all cases of one emulator, may take."""

    case: float
    run: float


@dataclass(slots=True)
class BoundedConnection(Connection):
    """A connection for one case, which sends nothing once the case has used up its time."""

    until: float = field(default=math.inf, kw_only=True)  # by the performance counter

    def send(self, *args: Any, counted: bool = True, **more: Any) -> HttpAnswer:
        if counted and time.perf_counter() > self.until:
            raise EndpointError("the case took too long.")
        return Connection.send(self, *args, counted=counted, **more)


def outcome_of(case: Case, protocol: Protocol, connection: BoundedConnection, prefix: str, seconds: float) -> Outcome:
    since = time.perf_counter()
    try:
        return run_case(case, protocol, replace(connection, until=since + seconds + case.seconds), prefix)
    except Exception as error:  # noqa: BLE001 - whatever a peer answers, the other cases go on
        return Outcome(case, protocol, "failed", str(error), time.perf_counter() - since, [])


def outcomes_of(candidate: Candidate, chosen: Chosen, limits: Limits) -> tuple[list[Outcome], str]:
    """The outcomes in the order of the cases, and what went wrong with the run as a whole."""
    # The pool is left after the server has ended, which also ends the requests that workers still wait for.
    with ThreadPoolExecutor(_WORKERS) as pool, candidate.start() as server:
        url = f"http://{server.host}:{server.port}"
        connection = BoundedConnection({"sqs": url, "sns": url}, _REGION, Credentials("test", "test"), _UNBOUNDED)
        started = [
            pool.submit(outcome_of, case, protocol, connection, f"conformance-{number}", limits.case)
            for number, (case, protocol) in enumerate(chosen)
        ]
        done, late = wait(started, limits.run)
        for future in late:
            future.cancel()
        note = _note(connection, len(late), limits)
    return [_result(future, future in done, pair) for future, pair in zip(started, chosen, strict=True)], note


def _note(connection: Connection, late: int, limits: Limits) -> str:
    if late:
        return f"{late} cases had not ended after {limits.run:.0f} seconds and count as failed"
    try:
        connection.send("sqs", "GET", "/")
    except EndpointError:
        return "it stopped answering during the run; the cases left count as failed"
    return ""


def _result(future: "Future[Outcome]", is_done: bool, pair: tuple[Case, Protocol]) -> Outcome:
    return future.result() if is_done else Outcome(*pair, "failed", "the run took too long.", 0.0, [])


def measured(
    candidate: Candidate, only: tuple[str, ...], limits: Limits, reports: Path | None
) -> scores.SuiteResult | Skipped:
    reason = candidate.missing()
    if reason is not None:
        return Skipped(candidate.name, reason)
    try:
        outcomes, note = outcomes_of(candidate, candidate.chosen(only), limits)
    except StartError as error:
        return Skipped(candidate.name, str(error))
    if reports is not None:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / f"{candidate.name.lower()}.json").write_text(FORMATS["json"](outcomes) + "\n")
    return scores.suite_result(candidate.name, candidate.version, outcomes, note)


def line(found: scores.SuiteResult | Skipped) -> str:
    if isinstance(found, Skipped):
        return f"left out: {found.side}: {found.reason}"
    services = ", ".join(f"{name.upper()} {found.service(name)}" for name in PROTOCOLS)
    return f"{found.side} {found.version}: {found.all}; {services}" + (f" [{found.note}]" if found.note else "")


@click.command("conformance", help=__doc__)
@click.option("--sides", default="all", show_default=True, help="With commas between, or all.")
@click.option("--only", multiple=True, metavar="ID", help="Only cases whose id begins like this; nothing is written.")
@click.option("--case-seconds", type=click.FloatRange(0), default=60.0, show_default=True, help="Limit of a case.")
@click.option("--run-seconds", type=click.FloatRange(0), default=900.0, show_default=True, help="Limit of a side.")
@click.option("--reports", type=click.Path(path_type=Path), help="Folder for every difference, a JSON file a side.")
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")
def main(
    sides: str, only: tuple[str, ...], case_seconds: float, run_seconds: float, reports: Path | None, results: Path
) -> None:
    limits = Limits(case_seconds, run_seconds)
    found = []
    for name in names(list(CANDIDATES), sides):
        found.append(measured(CANDIDATES[name], only, limits, reports))
        print(line(found[-1]), flush=True)
    if only:
        return
    new = scores.SuiteResults(
        commit(),
        len(cases.load()),
        [each for each in found if isinstance(each, scores.SuiteResult)],
        [each for each in found if isinstance(each, Skipped)],
    )
    scores.merged(scores.read(results), new).write(results)
    if results == RESULTS:
        report.rewrite(results, ("conformance", "conformance_summary"))


if __name__ == "__main__":
    main()
