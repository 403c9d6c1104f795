import re
from pathlib import Path

import pytest

from benchmarks import deep_queues, soak, startup, store_size
from benchmarks.results import Figure, Measured, Results, Series
from benchmarks.spread import Spread
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
    write(folder, "store_size", Series(store_size.SIZE, "MiB", [0.0, 1.0], [1.0, 2.0]))


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


def test_chart_of_what_was_not_measured_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.charts import draw_all

    write(tmp_path, "throughput", Figure("send, 16 connections", "emulator", "another measure", "", [1.0]))
    draw_all(tmp_path, tmp_path / "charts")
    assert "cpu stays as it is" in capsys.readouterr().out
    assert not list((tmp_path / "charts").iterdir())


def depths(milliseconds: dict[int, list[float]]) -> Results:
    figures = [
        Figure(f"{size:,} messages", "emulator", measure, "ms", times)
        for size, times in milliseconds.items()
        for measure in (*(f"{action} p50" for action in deep_queues.ACTIONS), deep_queues.LONGEST)
    ]
    return Results.of("deep_queues", ["python"], figures)


def test_depth_is_drawn_from_zero_so_that_a_flat_line_looks_flat() -> None:
    import matplotlib.pyplot as plt

    from benchmarks.charts import depth

    figure = depth(depths({1_000: [0.18, 0.19, 0.21], 1_000_000: [0.17, 0.20, 0.24]}))

    for axes in figure.axes:
        lowest, highest = axes.get_ylim()
        assert (lowest, axes.get_yscale()) == (0, "linear")
        assert 0.24 < highest < 0.48
    plt.close(figure)


@pytest.mark.parametrize(
    ("least", "most", "limits"),
    [(8.14, 4_865, (1, 10_000)), (10, 1_000, (1, 10_000)), (0.145, 0.9, (0.1, 1)), (150, 160, (100, 1_000))],
)
def test_logarithmic_scale_runs_from_a_power_of_ten_to_another(
    least: float, most: float, limits: tuple[float, float]
) -> None:
    import matplotlib.pyplot as plt

    from benchmarks.charts import dots

    figure, axes = plt.subplots()
    dots(axes, {"emulator": Spread.of([least]), "moto": Spread.of([most])}, "ms")

    assert axes.get_xlim() == pytest.approx(limits)
    assert axes.get_xlabel() == "logarithmic scale"
    plt.close(figure)


def test_every_color_of_a_chart_has_its_counterpart_for_dark_pages(tmp_path: Path) -> None:
    from benchmarks.charts import draw_all

    write_everything(tmp_path)
    draw_all(tmp_path, tmp_path / "charts")
    for chart in (tmp_path / "charts").iterdir():
        drawn, _, _ = (text := chart.read_text()).partition("</style>")
        light = set(re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", text.removeprefix(drawn)))
        dark = dict(re.findall(r'\[style\*="(?:fill|stroke): (#\w{6})"\]\{(?:fill|stroke): (#\w{6})', drawn))
        assert light
        assert light <= dark.keys()
        assert "@media (prefers-color-scheme: dark)" in drawn
