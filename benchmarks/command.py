"""Makes a benchmark of a function: with a command line, output, and results as JSON."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.results import Figure, Measured, Results, Series, Skipped


def benchmark(name: str, document: str | None) -> Callable[[Callable[..., Iterable[Measured]]], click.Command]:
    """Make a command of a function that yields results. Each is printed as it comes, and saved with --json."""

    def decorate(function: Callable[..., Iterable[Measured]]) -> click.Command:
        def run(folder: Path | None, **options: Any) -> None:
            measured = []
            for found in function(**options):
                print(line(found), flush=True)
                measured.append(found)
            if folder is not None:
                Results.of(name, ["python", "-m", f"benchmarks.{name}", *without_folder(sys.argv[1:])], measured).write(
                    folder
                )

        run.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        kept = click.option(
            "--json", "folder", type=click.Path(path_type=Path), help=f"Folder that {name}.json is written to."
        )
        return click.command(name, help=document)(kept(run))

    return decorate


def line(measured: Measured) -> str:
    match measured:
        case Figure():
            return f"{measured.side:<24} {measured.case:<36} {measured.measure:<20} {measured.spread} {measured.unit}"
        case Series():
            return f"{measured.measure:<24} {measured.spread} {measured.unit} over {measured.seconds[-1]:.0f} s"
        case Skipped():
            return f"skipped: {measured.side}: {measured.reason}"


def without_folder(arguments: Sequence[str]) -> list[str]:
    """The command line without --json, which does not affect the measurement."""
    if "--json" not in arguments:
        return list(arguments)
    at = arguments.index("--json")
    return [*arguments[:at], *arguments[at + 2 :]]


def names(known: Sequence[str], given: str) -> list[str]:
    """The names in a list with commas; ``all`` means all known ones."""
    chosen = list(known) if given == "all" else [name.strip() for name in given.split(",")]
    for name in chosen:
        if name not in known:
            raise click.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return chosen


def numbers(given: str) -> list[int]:
    """The numbers in a list with commas."""
    return [int(number) for number in given.split(",")]
