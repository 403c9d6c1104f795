"""Scores in the conformance suite: of this emulator and of peers, as JSON and as the tables of the documentation."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec

from benchmarks.results import RESULTS, Skipped, commit
from emulator.conformance.case import Certainty
from emulator.conformance.runner import Outcome

CERTAINTIES: tuple[str, ...] = get_args(Certainty)
COMMAND = "python -m benchmarks.conformance"

_FILE = "conformance.json"


class Score(msgspec.Struct, frozen=True):
    passed: int
    total: int

    def __str__(self) -> str:
        return f"{100 * self.passed / self.total:.1f} % ({self.passed}/{self.total})" if self.total else "-"


def total(scores: Iterable[Score]) -> Score:
    parts = list(scores)
    return Score(sum(score.passed for score in parts), sum(score.total for score in parts))


class SuiteResult(msgspec.Struct, frozen=True):
    """The scores of one emulator in one run."""

    side: str
    version: str
    date: str
    all: Score
    columns: dict[str, Score]  # by service and protocol ("sqs json") and by certainty ("recorded")
    note: str = ""  # what went wrong with the run as a whole

    def service(self, name: str) -> Score:
        return total(score for column, score in self.columns.items() if column.split()[0] == name)

    @property
    def with_source(self) -> Score:
        """The score in the cases that are not assumed."""
        return total(self.columns[certainty] for certainty in CERTAINTIES if certainty != "assumed")


class SuiteResults(msgspec.Struct, frozen=True):
    commit: str
    cases: int  # of the suite; those of SQS run once for each protocol
    results: list[SuiteResult]
    skipped: list[Skipped] = []

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def read(folder: Path = RESULTS) -> SuiteResults | None:
    file = folder / _FILE
    return msgspec.json.decode(file.read_bytes(), type=SuiteResults) if file.exists() else None


def suite_result(side: str, version: str, outcomes: Iterable[Outcome], note: str) -> SuiteResult:
    found = list(outcomes)
    rows: dict[str, Callable[[Outcome], bool]] = {
        "sqs json": lambda outcome: (outcome.case.service, outcome.protocol) == ("sqs", "json"),
        "sqs query": lambda outcome: (outcome.case.service, outcome.protocol) == ("sqs", "query"),
        "sns query": lambda outcome: outcome.case.service == "sns",
    }
    for name in CERTAINTIES:
        rows[name] = lambda outcome, name=name: outcome.case.certainty == name  # type: ignore[misc]
    columns = {name: _score(filter(belongs, found)) for name, belongs in rows.items()}
    return SuiteResult(side, version, datetime.now(UTC).date().isoformat(), _score(found), columns, note)


def _score(outcomes: Iterable[Outcome]) -> Score:
    verdicts = [outcome.verdict for outcome in outcomes]
    return Score(verdicts.count("passed"), len(verdicts))


def merged(old: SuiteResults | None, new: SuiteResults) -> SuiteResults:
    """``new``, and the results in ``old`` of sides that were not run this time, in the order of ``old``."""
    if old is None:
        return new
    here = {*(each.side for each in new.results), *(each.side for each in new.skipped)}
    rows = {each.side: each for each in old.results} | {each.side: each for each in new.results}
    left_out = {each.side for each in new.skipped}
    return SuiteResults(
        commit(),
        new.cases,
        [each for side, each in rows.items() if side not in left_out],
        new.skipped + [each for each in old.skipped if each.side not in here],
    )
