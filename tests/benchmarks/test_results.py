from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.command import benchmark, names
from benchmarks.results import Figure, Measured, Results, Series, Skipped, read

FIGURE = Figure("send, 16 connections", "emulator", "CPU per request", "µs", [36.0, 45.5])
SERIES = Series("resident memory", "MiB", [0.0, 1.0], [35.0, 36.0])
SKIPPED = Skipped("moto", "it is not installed")


def made(*measured: Measured) -> Results:
    return Results.of("throughput", ["python", "-m", "benchmarks.throughput", "--sides", "raw uvicorn"], measured)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results = made(FIGURE, SERIES, SKIPPED)
    results.write(tmp_path / "new")
    assert read("throughput", tmp_path / "new") == results
    assert read("startup", tmp_path / "new") is None


def test_results_tell_their_circumstances() -> None:
    results = made(FIGURE, Figure("send, 16 connections", "moto", "CPU per request", "µs", [7000.0]))
    assert results.command == "python -m benchmarks.throughput --sides 'raw uvicorn'"
    assert {"python", "uvicorn", "moto"} <= results.versions.keys()
    assert "ministack" not in results.versions
    assert results.machine.cores >= 1
    assert len(results.commit) >= 12


def test_figure_is_found_by_case_side_and_measure() -> None:
    results = made(FIGURE)
    assert results.figure(FIGURE.case, FIGURE.side, FIGURE.measure) == FIGURE
    assert results.figure(FIGURE.case, "moto", FIGURE.measure) is None


def test_command_prints_what_is_measured_and_writes_it(tmp_path: Path) -> None:
    @benchmark("example", "An example.")
    def example() -> list[Measured]:
        return [FIGURE, SERIES, SKIPPED]

    run = CliRunner().invoke(example, ["--json", str(tmp_path)])
    assert run.exit_code == 0
    assert "40.8 (36.0 to 45.5) µs" in run.output
    assert "35.5 (35.0 to 36.0) MiB over 1 s" in run.output
    assert "skipped: moto: it is not installed" in run.output
    written = read("example", tmp_path)
    assert written is not None
    assert (written.figures, written.series, written.skipped) == ([FIGURE], [SERIES], [SKIPPED])


def test_command_keeps_nothing_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @benchmark("example", "An example.")
    def example() -> list[Measured]:
        return [FIGURE]

    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(example).exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_list_of_names_may_be_all_and_may_not_be_unknown() -> None:
    assert names(["a", "b"], "all") == ["a", "b"]
    assert names(["a", "b"], "b, a") == ["b", "a"]
    with pytest.raises(Exception, match="'c' is none of a, b"):
        names(["a", "b"], "a,c")
