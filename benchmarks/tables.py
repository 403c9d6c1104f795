"""Tables of results in Markdown, by the names that the documentation uses."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import (
    crowd,
    deep_queues,
    hostile_subscribers,
    http_delivery,
    in_process,
    instructions,
    large_bodies,
    long_polls,
    memory,
    pauses,
    queue_depth,
    scores,
    store_size,
)
from benchmarks.fan_out import ENVELOPED, FILTERED, RAW
from benchmarks.goals import reached
from benchmarks.load.workloads import WORKLOADS
from benchmarks.results import Results, read
from benchmarks.sides import EMULATOR
from benchmarks.spread import short
from benchmarks.throughput import CPU, P50, P99, RATE, SLEEPING, USED, Case

_NOTHING = "-"

# The columns of the README's table, by the workload.
_SUMMARY = {
    "send": "send",
    "receive": "receive",
    "delete": "delete",
    "empty receive": "receive-empty",
    "batch of 10": "send-batch",
    "publish to 1": "publish-1",
    "publish to 10": "publish-10",
    "1 of 10 filters matches": "publish-filtered",
    "FIFO send": "send-fifo",
}

Lines = list[str]
Table = Callable[[Path], Lines]


class MissingError(Exception):
    """There are no results for the table."""


def results_of(benchmark: str, folder: Path) -> Results:
    results = read(benchmark, folder)
    if results is None:
        raise MissingError(f"no {benchmark}.json in {folder}")
    return results


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    return [_row(heads), "|" + "---|" * len(heads), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def circumstances(results: Results) -> Lines:
    """The lines below every table: command, date, versions, machine."""
    machine = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    return [
        "",
        f"`{results.command}`, {results.measured_at[:10]}, commit {results.commit}; {versions}; "
        f"{machine.cores} cores ({machine.processor}), {machine.memory_gib:g} GiB, {machine.system}.",
        *busy(results),
        *(f"\nWithout a figure: {skipped.side}: {skipped.reason}" for skipped in results.skipped),
    ]


def busy(results: Results) -> Lines:
    """A warning below the figures of a machine that had other work: a run by itself keeps two processes busy."""
    if results.load <= 2.5:
        return []
    return [
        f"\nThe machine was busy with other work: its load was {results.load:g} on {results.machine.cores} cores. Only "
        "ratios of this run mean something, and no throughput or latency."
    ]


def by_measure(benchmark: str, *measures: str) -> Table:
    """A row for each side and case, a column for each measure, with its spread."""

    def make(folder: Path) -> Lines:
        results = results_of(benchmark, folder)
        units = {figure.measure: figure.unit for figure in results.figures}
        shown = [measure for measure in measures if measure in units]
        pairs = dict.fromkeys((figure.side, figure.case) for figure in results.figures if figure.measure in shown)
        several = len({side for side, _ in pairs}) > 1
        rows = [
            (f"{side}: {case}" if several else case, *(cell(results, case, side, measure) for measure in shown))
            for side, case in pairs
        ]
        return markdown(["", *(f"{measure}, {units[measure]}" for measure in shown)], rows) + circumstances(results)

    return make


def compiled_counts(folder: Path) -> Lines:
    """As ``instruction_counts``, of compiled modules and plain Python."""
    return instruction_counts(folder / "compiled")


def instruction_counts(folder: Path) -> Lines:
    """A row for each operation, a column for each side and collector, and what the emulator takes more or less."""
    results = results_of("instructions", folder)
    measures = [measure for measure in instructions.RATIOS if any(each.measure == measure for each in results.figures)]
    sides = dict.fromkeys(figure.side for figure in results.figures)
    heads, rows = [""], [[case] for case in dict.fromkeys(figure.case for figure in results.figures)]
    for measure in measures:
        for side in sides:
            heads.append(f"{side}, {measure}")
            for row in rows:
                row.append(_median(results, row[0], side, measure, ",.0f"))
        if len(sides) > 1:
            heads.append("ratio")
            for row in rows:
                row.append(_median(results, row[0], EMULATOR, instructions.RATIOS[measure], ".3f"))
    return markdown(heads, rows) + circumstances(results)


def _median(results: Results, case: str, side: str, measure: str, form: str) -> str:
    figure = results.figure(case, side, measure)
    return _NOTHING if figure is None else format(figure.spread.median, form)


def by_side(measure: str, connections: int) -> Table:
    """Throughput: a row for each side, a column for each workload, with the medians of one measure."""

    def make(folder: Path) -> Lines:
        results = results_of("throughput", folder)
        measured = {figure.case for figure in results.figures if figure.measure == measure}
        if not measured:
            raise MissingError(f"no {measure} in throughput.json")
        cases = {name: case for name in WORKLOADS if (case := str(Case(name, connections))) in measured}
        sides = dict.fromkeys(figure.side for figure in results.figures)
        rows = []
        for side in sides:
            figures = [results.figure(case, side, measure) for case in cases.values()]
            rows.append((side, *(_NOTHING if figure is None else short(figure.spread.median) for figure in figures)))
        return markdown(["", *cases], rows) + circumstances(results)

    return make


def cell(results: Results, case: str, side: str, measure: str) -> str:
    figure = results.figure(case, side, measure)
    return _NOTHING if figure is None else str(figure.spread)


def goals(folder: Path) -> Lines:
    rows = [
        (
            found.goal.what,
            f"{found.goal.limit:g} {found.goal.unit}".strip(),
            str(found.spread),
            "yes" if found.is_reached else "**no**",
        )
        for found in reached(folder)
    ]
    if not rows:
        raise MissingError(f"no results in {folder}")
    return markdown(["", "at most", "measured", "reached"], rows)


def summary(folder: Path) -> Lines:
    """For the README: the processor time of a few requests, by side."""
    results = results_of("throughput", folder)
    cases = {head: str(Case(name, 16)) for head, name in _SUMMARY.items()}
    if results.figure(cases["send"], EMULATOR, CPU) is None:
        raise MissingError(f"no {CPU} in throughput.json")
    rows = []
    for side in dict.fromkeys(figure.side for figure in results.figures):
        figures = [results.figure(case, side, CPU) for case in cases.values()]
        rows.append((side, *(_NOTHING if figure is None else short(figure.spread.median) for figure in figures)))
    made = f"Measured on {results.measured_at[:10]} by `{results.command}`."
    left_out = (f"\nNot measured: {skipped.side}: {skipped.reason}." for skipped in results.skipped)
    return [*markdown(["µs of CPU a request", *cases], rows), "", made, *busy(results), *left_out]


def conformance(folder: Path) -> Lines:
    """The scores in the conformance suite, by service, protocol and certainty."""
    suite = suite_results_in(folder)
    columns = {"sqs json": "SQS, JSON", "sqs query": "SQS, query", "sns query": "SNS"}
    heads = ["", "version", "date", "all", *columns.values(), *scores.CERTAINTIES]
    rows = [
        (
            *(each.side, each.version, each.date, str(each.all)),
            *(str(each.columns[name]) for name in (*columns, *scores.CERTAINTIES)),
        )
        for each in suite.results
    ]
    notes = [f"\n{each.side}: {each.note}." for each in suite.results if each.note]
    left_out = [f"\nLeft out: {skipped.side}: {skipped.reason}" for skipped in suite.skipped]
    made = f"`{scores.COMMAND}`, commit {suite.commit}, {suite.cases} cases."
    return [*markdown(heads, rows), "", made, *notes, *left_out]


def conformance_summary(folder: Path) -> Lines:
    """For the README: the scores in the cases that have a source."""
    suite = suite_results_in(folder)
    rows = [
        (each.side, each.version, each.date, str(each.with_source), str(each.columns["recorded"]))
        for each in suite.results
    ]
    heads = ["", "version", "date", "cases with a source", "of these, recorded from AWS"]
    return [*markdown(heads, rows), "", f"Made by `{scores.COMMAND}`."]


def suite_results_in(folder: Path) -> scores.SuiteResults:
    suite = scores.read(folder)
    if suite is None:
        raise MissingError(f"no conformance.json in {folder}")
    return suite


TABLES: dict[str, Table] = {
    "conformance": conformance,
    "conformance_summary": conformance_summary,
    "goals": goals,
    "summary": summary,
    "cpu": by_side(CPU, 16),
    "cpu_sleeping": by_side(SLEEPING, 16),
    "requests": by_side(RATE, 16),
    "used": by_side(USED, 16),
    "p50": by_side(P50, 16),
    "p99": by_side(P99, 16),
    "crowd": by_measure("crowd", crowd.LONGEST),
    "startup": by_measure("startup", "time"),
    "long_polls": by_measure(
        "long_polls",
        long_polls.WAKE,
        long_polls.WAKE_IN_A_ROW,
        long_polls.ANOTHER_CALL,
        long_polls.IDLE,
        long_polls.MEMORY,
        long_polls.WOKEN,
    ),
    "deep_queues": by_measure(
        "deep_queues",
        *(f"{action} p50" for action in deep_queues.ACTIONS),
        deep_queues.LONGEST,
        deep_queues.LONGEST_FILLING,
        deep_queues.LONGEST_DRAINING,
    ),
    "queue_depth": by_measure("queue_depth", *queue_depth.OPERATIONS),
    "fan_out": by_measure("fan_out", RAW, ENVELOPED, FILTERED),
    "pauses": by_measure("pauses", pauses.TURN_CPU, pauses.TURN, pauses.OTHER, pauses.OWN),
    "http_delivery": by_measure("http_delivery", http_delivery.RATE, http_delivery.CPU),
    "hostile_subscribers": by_measure(
        "hostile_subscribers",
        hostile_subscribers.SLOWDOWN,
        hostile_subscribers.CPU,
        hostile_subscribers.GROWTH,
    ),
    "large_bodies": by_measure("large_bodies", large_bodies.P50, large_bodies.P99, large_bodies.LARGE_RATE),
    "memory": by_measure("memory", memory.RESIDENT, memory.EACH),
    "instructions": instruction_counts,
    "instructions_compiled": compiled_counts,
    "in_process": by_measure("in_process", in_process.CALL, in_process.OURS, in_process.BEYOND),
    "durability": by_measure("durability", CPU, RATE, P50),
    "store_size": by_measure("store_size", store_size.SIZE),
    "soak": by_measure("soak", "resident memory", "growth in the second half"),
}
