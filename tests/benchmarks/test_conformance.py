"""The scores of emulators in the conformance suite, also of one that hangs, dies or cannot be started."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import conformance, scores
from benchmarks.conformance import CANDIDATES, Candidate, Limits, measured
from benchmarks.process import MeasuredServer, StartError, free_port, running
from benchmarks.report import filled
from benchmarks.results import Skipped
from emulator.conformance.case import Case
from emulator.conformance.protocols import PROTOCOLS
from emulator.conformance.runner import Outcome

FIFO = ("sqs/ReceiveMessage/fifo-order", "sns/Publish/every-subscriber-sees-one-id")
PATIENT = Limits(60, 600)

# Answers the first request, which is that of the start; what comes then is up to ``behavior``.
SCRIPT = """
import http.server, os, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    answered = 0
    def do_GET(self):
        if Handler.answered:
            {behavior}
        Handler.answered += 1
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    do_POST = do_GET

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@contextmanager
def started(behavior: str) -> Iterator[MeasuredServer]:
    port = free_port()
    with running([sys.executable, "-c", SCRIPT.format(behavior=behavior), str(port)], port) as server:
        yield server


def candidate(behavior: str) -> Candidate:
    return Candidate("peer", "1", partial(started, behavior), PROTOCOLS)


def test_server_that_dies_fails_the_cases_that_are_left() -> None:
    found = measured(candidate("os._exit(1)"), FIFO, PATIENT, None)
    assert isinstance(found, scores.SuiteResult)
    assert found.all == scores.Score(0, 3)
    assert found.note == "it stopped answering during the run; the cases left count as failed"


def test_server_that_hangs_is_left_when_the_time_of_the_run_is_over() -> None:
    found = measured(candidate("time.sleep(3600)"), FIFO, Limits(60, 0.2), None)
    assert isinstance(found, scores.SuiteResult)
    assert found.all == scores.Score(0, 3)
    assert found.note == "3 cases had not ended after 0 seconds and count as failed"


def test_case_that_takes_too_long_fails_and_says_so(tmp_path: Path) -> None:
    found = measured(CANDIDATES["emulator"], FIFO, Limits(-1, 600), tmp_path)
    assert isinstance(found, scores.SuiteResult)
    assert found.all == scores.Score(0, 3)
    assert found.note == ""
    assert "the case took too long." in (tmp_path / "emulator.json").read_text()


def test_server_that_does_not_start_is_left_out() -> None:
    @contextmanager
    def broken() -> Iterator[MeasuredServer]:
        raise StartError("it ended with 3")
        yield

    found = measured(Candidate("peer", "1", broken, PROTOCOLS), FIFO, PATIENT, None)
    assert found == Skipped("peer", "it ended with 3")


def test_peer_that_is_not_installed_is_left_out() -> None:
    found = measured(Candidate("peer", "1", partial(started, ""), PROTOCOLS, lambda: "not there"), FIFO, PATIENT, None)
    assert found == Skipped("peer", "not there")


def test_queues_are_called_in_a_protocol_that_the_peer_speaks() -> None:
    chosen = [(case.id, protocol) for case, protocol in CANDIDATES["fauxqs"].chosen(FIFO)]
    assert sorted(chosen) == [(FIFO[1], "json"), (FIFO[0], "json")]
    assert {case.service for case, _ in CANDIDATES["ElasticMQ"].chosen(FIFO)} == {"sqs"}


def run(*arguments: str) -> str:
    done = CliRunner().invoke(conformance.main, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_command_writes_the_scores_of_which_the_tables_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Candidate, "chosen", lambda self, only, chosen=Candidate.chosen: chosen(self, FIFO))
    old = scores.suite_result("moto", "1.2.3", [], "it stopped")
    gone = scores.SuiteResults("abc", 1, [scores.suite_result("emulator", "0", [], "")], [Skipped("x", "no")])
    scores.merged(gone, scores.SuiteResults("abc", 1, [old])).write(tmp_path)
    assert run("--sides", "emulator", "--results", str(tmp_path)).startswith("emulator 0.")
    kept = scores.read(tmp_path)
    assert kept is not None
    assert [(each.side, each.all.total) for each in kept.results] == [("emulator", 3), ("moto", 0)]
    assert kept.results[0].service("sqs") == scores.Score(2, 2)
    page = "<!-- table: conformance -->\n<!-- end of table --><!-- table: goals -->\n<!-- end of table -->"
    table = filled(page, tmp_path, ("conformance",))
    assert "| 100.0 % (3/3) | 100.0 % (1/1) | 100.0 % (1/1) | 100.0 % (1/1) |" in table
    assert "moto: it stopped." in table
    assert "Left out: x: no" in table
    assert table.endswith("<!-- table: goals -->\n<!-- end of table -->")
    summary = filled("<!-- table: conformance_summary -->\n<!-- end of table -->", tmp_path)
    assert "| cases with a source | of these, recorded from AWS |" in summary
    assert "| moto | 1.2.3 |" in summary


def test_rows_stay_in_their_order_when_one_is_renewed() -> None:
    old, new = (
        [scores.suite_result(side, version, [], "") for side in sides]
        for version, sides in (("1", ["emulator", "moto"]), ("2", ["moto", "rustack"]))
    )
    merged = scores.merged(scores.SuiteResults("abc", 1, old), scores.SuiteResults("def", 1, new))
    assert [(each.side, each.version) for each in merged.results] == [
        ("emulator", "1"),
        ("moto", "2"),
        ("rustack", "2"),
    ]


def test_part_of_the_suite_is_run_without_writing(tmp_path: Path) -> None:
    assert "100.0 % (2/2)" in run("--sides", "emulator", "--only", FIFO[0], "--results", str(tmp_path))
    assert scores.read(tmp_path) is None


def test_unknown_side_is_refused() -> None:
    done = CliRunner().invoke(conformance.main, ["--sides", "nobody"])
    assert done.exit_code == 2
    assert "'nobody' is none of emulator, moto" in done.output


def test_case_that_cannot_be_ended_fails_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(case: Case, *_: object) -> Outcome:
        if case.service == "sns":
            raise AttributeError("the answer is odd")
        return Outcome(case, "json", "passed", "", 0.0, [])

    monkeypatch.setattr(conformance, "run_case", fail)
    found = measured(CANDIDATES["emulator"], FIFO, PATIENT, None)
    assert isinstance(found, scores.SuiteResult)
    assert (found.all, found.service("sns")) == (scores.Score(2, 3), scores.Score(0, 1))
