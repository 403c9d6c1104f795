"""Draws the charts of docs/performance.md from the results.

python -m benchmarks.charts

Needs matplotlib: make install-bench. A chart whose results are missing stays as it is.
"""

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import matplotlib.pyplot as plt

from benchmarks import deep_queues, soak, startup, store_size
from benchmarks.results import RESULTS, ROOT, Results, read
from benchmarks.sides import EMULATOR
from benchmarks.spread import Spread, short
from benchmarks.tables import MissingError
from benchmarks.throughput import CPU, P50, P99, RATE, Case

CHARTS = ROOT / "docs" / "charts"

_INK, _GRID, _OURS, _OTHERS = "#1f2328", "#d0d7de", "#c2410c", "#57606a"
# The colors for readers who prefer dark pages. The background is transparent.
_IN_THE_DARK = {_INK: "#e6edf3", _GRID: "#3d444d", _OURS: "#fb923c", _OTHERS: "#9da7b3"}

_STYLE = {
    "svg.hashsalt": "sqs-sns-emulator",  # the same results give the same file
    "svg.fonttype": "none",
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.titlecolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _GRID,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "figure.constrained_layout.use": True,
    "savefig.transparent": True,
}


def dots(axes: Any, spreads: dict[str, Spread], title: str) -> None:
    """A dot for each side's median, the smallest on top, and a line from its smallest to its largest value.

    The scale is logarithmic, because sides differ by factors of thousands, and ends at powers of ten. Bars would
    mislead, because a scale without zero gives their lengths no meaning. Raises MissingError if no side was measured.
    """
    if not spreads:
        raise MissingError(f"no results for {title}")
    ordered = sorted(spreads.items(), key=lambda item: item[1].median, reverse=True)
    for row, (side, spread) in enumerate(ordered):
        color = _OURS if side == EMULATOR else _OTHERS
        axes.plot([spread.least, spread.most], [row, row], color=color, linewidth=1.5)
        axes.plot([spread.median], [row], "o", color=color)
        axes.annotate(short(spread.median), (spread.most, row), xytext=(6, 0), textcoords="offset points", va="center")
    logarithmic(axes)
    axes.set_xlim(
        power_of_ten(min(spread.least for spread in spreads.values()), math.floor),
        power_of_ten(max(spread.most for spread in spreads.values()), math.ceil),
    )
    axes.set_yticks(range(len(ordered)), [side for side, _ in ordered])
    axes.set_ylim(-0.6, len(ordered) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.set_title(title, loc="left")
    axes.set_xlabel("logarithmic scale")


def logarithmic(axes: Any) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")


def power_of_ten(value: float, rounded: Callable[[float], int]) -> float:
    """The nearest power of ten below or above ``value``, never ``value`` itself."""
    exponent = math.log10(value)
    return float(10 ** (rounded(exponent) if exponent % 1 else exponent + (1 if rounded is math.ceil else -1)))


def spreads(results: Results, case: str, measure: str) -> dict[str, Spread]:
    """The spreads of one measure, for every side that has it."""
    return {
        figure.side: figure.spread for figure in results.figures if (figure.case, figure.measure) == (case, measure)
    }


def throughput(measure: str, connections: int, title: str) -> Callable[[Results], Any]:
    def draw(results: Results) -> Any:
        workloads = ("send", "receive", "publish-10")
        figure, panels = plt.subplots(1, len(workloads), figsize=(11, 3.6))
        for axes, workload in zip(panels, workloads, strict=True):
            dots(axes, spreads(results, str(Case(workload, connections)), measure), workload)
        figure.suptitle(title, x=0.01, ha="left")
        return figure

    return draw


def latency(results: Results) -> Any:
    figure, panels = plt.subplots(1, 2, figsize=(11, 3.6))
    for axes, measure in zip(panels, (P50, P99), strict=True):
        dots(axes, spreads(results, str(Case("send", 16)), measure), f"{measure}, ms")
    figure.suptitle("From a SendMessage to its answer, 16 connections", x=0.01, ha="left")
    return figure


def first_answer(results: Results) -> Any:
    figure, axes = plt.subplots(figsize=(7, 3.4))
    times = {**spreads(results, startup.FIRST_ANSWER, "time"), **spreads(results, startup.EMPTY_PYTHON, "time")}
    dots(axes, times, "From the start of the process to the first answer, ms")
    return figure


def depth(results: Results) -> Any:
    """Times by the size of the queue, on a scale from zero that is the same for all actions."""
    figure, panels = plt.subplots(1, len(deep_queues.ACTIONS), figsize=(11, 3.2), sharey=True)
    sizes: dict[str, list[int]] = {}
    for found in results.figures:
        if found.measure == deep_queues.LONGEST:
            sizes.setdefault(found.side, []).append(int(found.case.partition(" ")[0].replace(",", "")))
    highest = 0.0
    for axes, action in zip(panels, deep_queues.ACTIONS, strict=True):
        for side, of_side in sizes.items():
            times = [spreads(results, f"{size:,} messages", f"{action} p50")[side] for size in of_side]
            highest = max(highest, *(time.most for time in times))
            axes.errorbar(
                of_side,
                [time.median for time in times],
                yerr=[[time.median - time.least for time in times], [time.most - time.median for time in times]],
                fmt="o-",
                capsize=3,
                label=side,
                color=_OURS if side == EMULATOR else _OTHERS,
            )
        logarithmic(axes)
        axes.set_title(f"{action}, p50, ms", loc="left")
        axes.set_xlabel("messages in the queue, logarithmic scale")
    panels[0].set_ylim(0, highest * 1.1)
    if len(sizes) > 1:
        panels[-1].legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
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


def size(results: Results) -> Any:
    (found,) = [series for series in results.series if series.measure == store_size.SIZE]
    figure, axes = plt.subplots(figsize=(9, 2.5))
    axes.plot([second / 60 for second in found.seconds], found.values, color=_OURS, linewidth=0.8)
    axes.set_ylim(0, max(found.values) * 1.1)
    axes.set_title(f"{found.measure}, {found.unit}", loc="left")
    axes.set_xlabel("minutes of mixed load")
    return figure


# Charts by the name of the file: the benchmark, and the function that draws.
CHART_OF: dict[str, tuple[str, Callable[[Results], Any]]] = {
    "cpu": ("throughput", throughput(CPU, 16, "Processor time of a request, µs")),
    "requests": ("throughput", throughput(RATE, 16, "Requests a second, 16 connections, one core")),
    "latency": ("throughput", latency),
    "startup": ("startup", first_answer),
    "depth": ("deep_queues", depth),
    "soak": ("soak", memory),
    "store_size": ("store_size", size),
}


def draw_all(results_folder: Path, charts_folder: Path) -> None:
    charts_folder.mkdir(parents=True, exist_ok=True)
    with plt.rc_context(_STYLE):
        for name, (benchmark, draw) in CHART_OF.items():
            results = read(benchmark, results_folder)
            if results is None:
                print(f"{name} stays as it is: no {benchmark}.json in {results_folder}")
                continue
            try:
                figure = draw(results)
            except MissingError as error:
                print(f"{name} stays as it is: {error}")
                continue
            drawn = io.StringIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None})
            plt.close(figure)
            (charts_folder / f"{name}.svg").write_text(readable_in_the_dark(drawn.getvalue()))


def readable_in_the_dark(svg: str) -> str:
    """The same chart, with other colors for readers who prefer dark pages."""
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}: {dark} !important}}'
        for light, dark in _IN_THE_DARK.items()
        for kind in ("fill", "stroke")
    )
    return svg.replace("</style>", f"@media (prefers-color-scheme: dark){{{rules}}}</style>", 1)


@click.command(help=__doc__)
@click.option("--results", type=click.Path(path_type=Path), default=RESULTS, help="Folder of the results.")
@click.option("--charts", type=click.Path(path_type=Path), default=CHARTS, help="Folder that the charts go to.")
def main(results: Path, charts: Path) -> None:
    plt.switch_backend("svg")
    draw_all(results, charts)


if __name__ == "__main__":
    main()
