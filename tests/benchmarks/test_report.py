from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.goals import lines, reached
from benchmarks.results import Figure, Measured, Results
from benchmarks.tables import TABLES
from benchmarks.throughput import CPU

CASE = "send, 16 connections"
PAGE = "Before.\n\n<!-- table: goals -->\nold\n<!-- end of table -->\n\nAfter.\n"


def write(folder: Path, benchmark: str, *measured: Measured) -> None:
    Results.of(benchmark, ["python", "-m", f"benchmarks.{benchmark}"], measured).write(folder)


def write_sends(folder: Path, ours: list[float], base: list[float]) -> None:
    write(
        folder,
        "throughput",
        Figure(CASE, "emulator", CPU, "µs", ours),
        Figure(CASE, "raw uvicorn", CPU, "µs", base),
    )


def test_ratio_is_taken_round_by_round(tmp_path: Path) -> None:
    write_sends(tmp_path, ours=[32.0, 64.0, 48.0], base=[40.0, 80.0, 40.0])
    (found,) = reached(tmp_path)
    assert (found.spread.median, found.spread.least, found.spread.most) == (0.8, 0.8, 1.2)
    assert found.is_reached


def test_goal_that_is_not_reached_is_marked(tmp_path: Path) -> None:
    write_sends(tmp_path, ours=[60.0], base=[40.0])
    assert any(line.startswith("1.50") and "> 0.8" in line for line in lines(tmp_path))
    assert "**no**" in report.filled(PAGE, tmp_path)


def test_terminal_table_has_all_sides_by_raw_uvicorn(tmp_path: Path) -> None:
    write_sends(tmp_path, ours=[60.0], base=[40.0])
    assert [line for line in lines(tmp_path) if line.endswith(f"raw uvicorn: {CASE}")]


def test_table_is_written_between_its_marks_only(tmp_path: Path) -> None:
    write_sends(tmp_path, ours=[40.0], base=[40.0])
    page = report.filled(PAGE, tmp_path)
    assert page.startswith("Before.\n\n<!-- table: goals -->\n\n| ")
    assert page.endswith("|\n\n<!-- end of table -->\n\nAfter.\n")
    assert "old" not in page
    assert report.filled(page, tmp_path) == page


def test_table_without_results_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.filled(PAGE, tmp_path) == PAGE
    assert "goals stays as it is" in capsys.readouterr().out


def test_table_tells_command_and_date(tmp_path: Path) -> None:
    write(tmp_path, "startup", Figure("first SQS answer", "emulator", "time", "ms", [150.0]))
    table = "\n".join(TABLES["startup"](tmp_path))
    assert "| first SQS answer | 150 (150 to 150) |" in table
    assert "`python -m benchmarks.startup`, 20" in table


def test_every_table_a_page_asks_for_is_known() -> None:
    asked = {name for page in report.PAGES for _, name, _, _ in report.TABLE.findall(page.read_text())}
    assert asked <= TABLES.keys()
    assert asked


def test_table_whose_kind_of_client_was_not_measured_stays_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, "throughput", Figure(CASE, "emulator", "CPU per request", "µs", [40.0]))
    page = PAGE.replace("goals", "cpu")
    assert report.filled(page, tmp_path) == page


def test_table_of_a_busy_machine_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for load, is_busy in ((1.9, False), (7.5, True)):
        monkeypatch.setattr("os.getloadavg", lambda load=load: (0.0, load, 0.0))
        write_sends(tmp_path, ours=[30.0], base=[40.0])
        for name in ("cpu", "summary"):
            assert ("its load was 7.5" in "\n".join(TABLES[name](tmp_path))) == is_busy
