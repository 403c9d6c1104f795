"""Draws the charts of docs/performance.md from the results.

python -m benchmarks.charts

Needs matplotlib: make install-bench. A chart whose results are missing stays as it is.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import matplotlib.pyplot as plt

from benchmarks import deep_queues, soak, startup
from benchmarks.results import RESULTS, ROOT, Results, read
from benchmarks.sides import EMULATOR
from benchmarks.spread import short
from benchmarks.throughput import CPU, P50, P99, RATE, Case

CHARTS = ROOT / "docs" / "charts"

_STYLE = {
    "svg.hashsalt": "sqs-sns-emulator",  # the same results give the same file
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "figure.constrained_layout.use": True,
}
_OURS, _OTHERS = "#c2410c", "#64748b"


def bars(axes: Any, medians: dict[str, float], title: str) -> None:
    """A bar for each side, the least on top, on a scale on which ten times as much is a step."""
    ordered = dict(sorted(medians.items(), key=lambda item: item[1], reverse=True))
    colours = [_OURS if side == EMULATOR else _OTHERS for side in ordered]
    drawn = axes.barh(list(ordered), list(ordered.values()), color=colours)
    axes.bar_label(drawn, labels=[short(value) for value in ordered.values()], padding=3)
    axes.set_xscale("log")
    axes.margins(x=0.25)
    axes.grid(axis="y", visible=False)
    axes.set_title(title, loc="left")


def medians(results: Results, case: str, measure: str) -> dict[str, float]:
    """Of every side that has it."""
    return {
        figure.side: figure.spread.median
        for figure in results.figures
        if (figure.case, figure.measure) == (case, measure)
    }


def throughput(measure: str, connections: int, title: str) -> Callable[[Results], Any]:
    def draw(results: Results) -> Any:
        workloads = ("send", "receive", "publish-10")
        figure, panels = plt.subplots(1, len(workloads), figsize=(11, 3.2))
        for axes, workload in zip(panels, workloads, strict=True):
            bars(axes, medians(results, str(Case(workload, connections)), measure), workload)
        figure.suptitle(title, x=0.01, ha="left")
        return figure

    return draw


def latency(results: Results) -> Any:
    figure, panels = plt.subplots(1, 2, figsize=(11, 3.2))
    for axes, measure in zip(panels, (P50, P99), strict=True):
        bars(axes, medians(results, str(Case("send", 16)), measure), f"{measure}, ms")
    figure.suptitle("From a SendMessage to its answer, 16 connections", x=0.01, ha="left")
    return figure


def first_answer(results: Results) -> Any:
    figure, axes = plt.subplots(figsize=(7, 3))
    times = {**medians(results, startup.FIRST_ANSWER, "time"), **medians(results, startup.EMPTY_PYTHON, "time")}
    bars(axes, times, "From the start of the process to the first answer, ms")
    return figure


def depth(results: Results) -> Any:
    figure, panels = plt.subplots(1, len(deep_queues.ACTIONS), figsize=(11, 3.2), sharey=True)
    lines: dict[str, list[int]] = {}
    for found in results.figures:
        if found.measure == deep_queues.LONGEST:
            lines.setdefault(found.side, []).append(int(found.case.partition(" ")[0].replace(",", "")))
    for axes, action in zip(panels, deep_queues.ACTIONS, strict=True):
        for side, sizes in lines.items():
            values = [medians(results, f"{size:,} messages", f"{action} p50")[side] for size in sizes]
            axes.plot(sizes, values, marker="o", label=side, color=_OURS if side == EMULATOR else None)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_title(f"{action}, p50, ms", loc="left")
        axes.set_xlabel("messages in the queue")
    panels[-1].legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def memory(results: Results) -> Any:
    series = {found.measure: found for found in results.series}
    shown = (soak.RESIDENT, soak.CPU, soak.P99)
    figure, panels = plt.subplots(len(shown), 1, figsize=(9, 5), sharex=True)
    for axes, measure in zip(panels, shown, strict=True):
        found = series[measure]
        axes.plot([second / 60 for second in found.seconds], found.values, color=_OURS, linewidth=0.8)
        axes.set_ylim(0, max(found.values) * 1.1)
        axes.set_title(f"{measure}, {found.unit}", loc="left")
    panels[-1].set_xlabel("minutes of mixed load")
    return figure


# By the name of the file: the benchmark, and what is drawn of it.
CHART_OF: dict[str, tuple[str, Callable[[Results], Any]]] = {
    "cpu": ("throughput", throughput(CPU, 16, "Processor time of a request, µs")),
    "requests": ("throughput", throughput(RATE, 16, "Requests a second, 16 connections, one core")),
    "latency": ("throughput", latency),
    "startup": ("startup", first_answer),
    "depth": ("deep_queues", depth),
    "soak": ("soak", memory),
}


def draw_all(results_folder: Path, charts_folder: Path) -> None:
    charts_folder.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(_STYLE):
        for name, (benchmark, draw) in CHART_OF.items():
            results = read(benchmark, results_folder)
            if results is None:
                print(f"{name} stays as it is: no {benchmark}.json in {results_folder}")
                continue
            figure = draw(results)
            figure.savefig(charts_folder / f"{name}.svg", metadata={"Date": None})
            plt.close(figure)


@click.command(help=__doc__)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")
@click.option("--charts", type=click.Path(path_type=Path), default=CHARTS, help="Folder that the charts go to.")
def main(results: Path, charts: Path) -> None:
    plt.switch_backend("svg")
    draw_all(results, charts)


if __name__ == "__main__":
    main()
