"""The performance goals of the emulator, and whether they are reached.

Processor time is that of the compiled emulator, where it was measured. Ratios are taken round by round: the cost of one
side divided by the cost of the other in the same round.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import crowd, deep_queues, in_process, large_bodies, long_polls, memory, pauses, soak, startup
from benchmarks.results import Results, read
from benchmarks.sides import BASE, COMPILED, EMULATOR
from benchmarks.spread import Spread
from benchmarks.throughput import CPU, Case

Values = Callable[[Results], list[float] | None]

_CONNECTIONS = 16


class Goal(NamedTuple):
    """A measure that should be at most ``limit``."""

    what: str
    benchmark: str
    values: Values
    limit: float
    unit: str


def values_of(case: str, measure: str, side: str = EMULATOR, scale: float = 1.0) -> Values:
    def find(results: Results) -> list[float] | None:
        figure = results.figure(case, side, measure)
        return None if figure is None else [value * scale for value in figure.values]

    return find


def ratio(above: Values, below: Values) -> Values:
    def find(results: Results) -> list[float] | None:
        over, under = above(results), below(results)
        return None if over is None or under is None else [a / b for a, b in zip(over, under, strict=True)]

    return find


def ours(case: str, measure: str, scale: float = 1.0) -> Values:
    """The values of the compiled emulator, where it was measured, else of plain Python."""
    compiled, plain = (values_of(case, measure, side, scale) for side in (COMPILED, EMULATOR))
    return lambda results: compiled(results) or plain(results)


def cpu(workload: str, side: str | None = None, scale: float = 1.0) -> Values:
    """Those of a side, else ours."""
    case = str(Case(workload, _CONNECTIONS))
    return ours(case, CPU, scale) if side is None else values_of(case, CPU, side, scale)


def slowest(measure: str, benchmark_cases: tuple[str, ...]) -> Values:
    """The values of the case with the largest median."""

    def find(results: Results) -> list[float] | None:
        found = [values for case in benchmark_cases if (values := values_of(case, measure)(results))]
        return max(found, key=lambda values: Spread.of(values).median) if found else None

    return find


def _to_base(workload: str, what: str, limit: float) -> Goal:
    return Goal(
        f"{what}, CPU by that of raw uvicorn", "throughput", ratio(cpu(workload), cpu(workload, BASE)), limit, ""
    )


def _to_send(workload: str, what: str, limit: float) -> Goal:
    return Goal(f"{what}, CPU by that of a send", "throughput", ratio(cpu(workload), cpu("send")), limit, "")


def _to_peer(workload: str, what: str, peer: str) -> Goal:
    return Goal(f"{what}, CPU by that of {peer}", "throughput", ratio(cpu(workload), cpu(workload, peer)), 1.0, "")


def _depth(action: str) -> Goal:
    deep, shallow = (values_of(f"{size:,} messages", f"{action} p50") for size in (1_000_000, 1_000))
    return Goal(f"{action} at 1,000,000 messages, p50 by that at 1,000", "deep_queues", ratio(deep, shallow), 1.3, "")


def _longest(measure: str) -> Goal:
    return Goal(f"{measure}, 1,000,000 messages", "deep_queues", values_of("1,000,000 messages", measure), 20.0, "ms")


def _crowd(connections: int, limit: float) -> Goal:
    at_once = crowd.case(connections)
    return Goal(f"{at_once}: longest answer", "crowd", values_of(at_once, crowd.LONGEST), limit, "ms")


_PARKED = "10,000 parked"

GOALS = (
    _to_base("send", "SendMessage", 0.80),
    _to_base("receive", "ReceiveMessage, one message", 0.75),
    _to_base("delete", "DeleteMessage", 0.75),
    _to_base("receive-empty", "ReceiveMessage, empty", 0.60),
    _to_send("send-fifo", "SendMessage to a FIFO queue", 1.15),
    _to_send("send-batch", "SendMessageBatch of 10", 3.2),
    _to_peer("send-batch", "SendMessageBatch of 10", "rustack"),
    _to_send("publish-1", "Publish to 1 queue", 2.0),
    _to_peer("publish-1", "Publish to 1 queue", "fauxqs"),
    _to_send("publish-10", "Publish to 10 queues", 2.7),
    _to_peer("publish-10", "Publish to 10 queues", "fauxqs"),
    _to_peer("publish-10", "Publish to 10 queues", "rustack"),
    _to_send("publish-filtered", "Publish to 10 filtered subscriptions, one matches", 2.0),
    _to_peer("publish-filtered", "Publish to 10 filtered subscriptions, one matches", "rustack"),
    Goal("Publish to 1,000 queues, CPU", "throughput", cpu("publish-1000", scale=1e-3), 1.0, "ms"),
    *map(_crowd, crowd.COUNTS, (50.0, 200.0)),
    *map(_depth, deep_queues.ACTIONS),
    *map(_longest, (deep_queues.LONGEST, deep_queues.LONGEST_FILLING, deep_queues.LONGEST_DRAINING)),
    Goal(
        "longest turn of the event loop in which a call is answered, CPU, the costliest of them",
        "pauses",
        slowest(pauses.TURN_CPU, tuple(pauses.cases(pauses.MESSAGES, pauses.RESOURCES))),
        20.0,
        "ms",
    ),
    Goal(
        f"{long_polls.ONE}: from a send to the answer",
        "long_polls",
        ours(long_polls.ONE, long_polls.WAKE),
        0.5,
        "ms",
    ),
    Goal(f"{_PARKED}: CPU", "long_polls", values_of(_PARKED, long_polls.IDLE), 1.0, "% of a core"),
    Goal(f"{_PARKED}: another call", "long_polls", values_of(_PARKED, long_polls.ANOTHER_CALL), 5.0, "ms"),
    Goal(f"{_PARKED}: from a send to the answer", "long_polls", values_of(_PARKED, long_polls.WAKE), 1.0, "ms"),
    Goal(f"{_PARKED}: memory of each", "long_polls", values_of(_PARKED, long_polls.MEMORY), 20.0, "KiB"),
    Goal("idle memory", "memory", values_of(memory.IDLE, memory.RESIDENT), 40.0, "MiB"),
    Goal(
        "a stored message of 1 KB",
        "memory",
        values_of(f"{memory.STORED_STANDARD}, 100,000 messages", memory.EACH),
        1_600.0,
        "bytes",
    ),
    Goal(
        "100,000 deduplication ids",
        "memory",
        values_of(f"{memory.DEDUPLICATION_ID}, among 100,000", memory.EACH, scale=0.1),
        20.0,
        "MB",
    ),
    Goal("start to the first answer", "startup", ours(startup.FIRST_ANSWER, "time"), 120.0, "ms"),
    Goal(
        "in process, ours of a boto3 call, the costliest of them",
        "in_process",
        slowest(in_process.OURS, tuple(in_process.KINDS)),
        1_000.0,
        "µs",
    ),
    Goal(
        "emulated_aws: import and first call, beyond boto3 alone",
        "in_process",
        values_of(in_process.FIRST, in_process.BEYOND),
        80.0,
        "ms",
    ),
    Goal(
        "small requests beside 100 of 1 MiB a second, p99",
        "large_bodies",
        values_of(large_bodies.BESIDE, large_bodies.P99),
        10.0,
        "ms",
    ),
    Goal("growth in the second half of a soak of 30 minutes", "soak", values_of("30 minutes", soak.GROWTH), 1.0, "MiB"),
)


class Reached(NamedTuple):
    goal: Goal
    spread: Spread

    @property
    def is_reached(self) -> bool:
        return self.spread.median <= self.goal.limit


def reached(folder: Path) -> Iterator[Reached]:
    """The goals whose figures are in ``folder``, with the values reached."""
    for goal in GOALS:
        results = read(goal.benchmark, folder)
        values = goal.values(results) if results is not None else None
        if values is not None:
            yield Reached(goal, Spread.of(values))


def _by_base(throughput: Results) -> Iterator[str]:
    for figure in throughput.figures:
        below = values_of(figure.case, CPU, BASE)(throughput)
        if figure.measure == CPU and below is not None and len(below) == len(figure.values):
            spread = Spread.of([a / b for a, b in zip(figure.values, below, strict=True)])
            yield f"{spread!s:<26} {figure.side}: {figure.case}"


def lines(folder: Path) -> Iterator[str]:
    """Tables for a terminal: all sides compared with raw uvicorn, and the emulator compared with its goals."""
    yield f"CPU a request by that of {BASE}: median (least to most)"
    throughput = read("throughput", folder)
    if throughput is not None:
        yield from _by_base(throughput)
    yield "\nThe emulator and its goals: median (least to most), at most"
    for found in reached(folder):
        goal = found.goal
        sign = " " if found.is_reached else ">"
        limit = f"{goal.limit:g} {goal.unit}".strip()
        yield f"{found.spread!s:<26} {sign} {limit:<13} {goal.what}"
