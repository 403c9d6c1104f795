from pathlib import Path

import pytest

from benchmarks import deep_queues, soak, startup
from benchmarks.results import Figure, Measured, Results, Series
from benchmarks.throughput import CPU, P50, P99, RATE

pytest.importorskip("matplotlib", reason="make install-bench")

SIDES = ("emulator", "moto")


def write(folder: Path, benchmark: str, *measured: Measured) -> None:
    Results.of(benchmark, ["python"], measured).write(folder)


def write_everything(folder: Path) -> None:
    cases = [f"{workload}, {count}" for workload in ("send", "receive", "publish-10") for count in
             ("1 connection", "16 connections")]  # fmt: skip
    write(
        folder,
        "throughput",
        *(Figure(case, side, what, "", [1.0]) for case in cases for side in SIDES for what in (CPU, RATE, P50, P99)),
    )
    write(folder, "startup", *(Figure(startup.FIRST_ANSWER, side, "time", "ms", [1.0]) for side in SIDES))
    measures = [*(f"{action} p50" for action in deep_queues.ACTIONS), deep_queues.LONGEST]
    write(
        folder,
        "deep_queues",
        *(Figure(f"{size:,} messages", "emulator", what, "ms", [1.0]) for size in (1_000, 10_000) for what in measures),
    )
    write(
        folder,
        "soak",
        *(Series(what, "", [0.0, 1.0], [1.0, 2.0]) for what in (soak.RESIDENT, soak.CPU, soak.P99)),
    )


def test_every_chart_is_drawn_and_the_same_results_give_the_same_file(tmp_path: Path) -> None:
    from benchmarks.charts import CHART_OF, draw_all

    write_everything(tmp_path)
    for folder in ("first", "second"):
        draw_all(tmp_path, tmp_path / folder)
    assert {chart.stem for chart in (tmp_path / "first").iterdir()} == CHART_OF.keys()
    for chart in (tmp_path / "first").iterdir():
        assert chart.read_bytes() == (tmp_path / "second" / chart.name).read_bytes()


def test_chart_without_results_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.charts import draw_all

    draw_all(tmp_path, tmp_path / "charts")
    assert list((tmp_path / "charts").iterdir()) == []
    assert "cpu stays as it is" in capsys.readouterr().out
