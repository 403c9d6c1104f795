"""What commands print: JSON for programs, tables and colors for people."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click

Row = Sequence[str]


def print_json(value: object) -> None:
    """One document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_json_line(value: object) -> None:
    """One document of a stream."""
    click.echo(json.dumps(value, ensure_ascii=False))


def is_drawn() -> bool:
    """Whether people see the output: rich draws tables then."""
    return sys.stdout is not None and sys.stdout.isatty()


def print_table(columns: Row, rows: Sequence[Row]) -> None:
    """A table; on a terminal it fits the width, elsewhere it is plain text with all of each cell."""
    if is_drawn():
        console().print(table(columns, rows))
        return
    shown = [columns, *(tuple(map(one_line, row)) for row in rows)]
    widths = [max(len(row[at]) for row in shown) for at in range(len(columns))]
    for row in shown:
        click.echo("  ".join(_aligned(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _aligned(cell: str, width: int) -> str:
    return cell.rjust(width) if cell.isdigit() else cell.ljust(width)


def one_line(text: str) -> str:
    """``text`` without characters that cannot be printed, so that it stays in its line and moves no cursor."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def console(*, stderr: bool = False) -> Any:
    """Rich's console. It knows NO_COLOR itself."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def table(columns: Row, rows: Iterable[Row]) -> Any:
    """Rich's table."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    given = list(rows)
    for at, column in enumerate(columns):
        is_number = bool(given) and all(row[at].isdigit() for row in given)
        drawn.add_column(column, justify="right" if is_number else "left", overflow="ellipsis", no_wrap=True)
    for row in given:
        drawn.add_row(*(Text(one_line(cell)) for cell in row))
    return drawn


class Progress(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None: ...


def _no_progress(done: int, total: int | None = None) -> None:
    del done, total


@contextmanager
def progress(title: str, total: int | None, *, in_bytes: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error, if that is a terminal. The caller says how much is done."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield _no_progress
        return
    from rich import progress as bars

    amount = bars.DownloadColumn() if in_bytes else bars.MofNCompleteColumn()
    columns = (bars.TextColumn("{task.description}"), bars.BarColumn(), amount, bars.TimeElapsedColumn())
    with bars.Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def update(done: int, total: int | None = total) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def use_color(ctx: click.Context) -> None:
    """Decide on colors, see https://no-color.org."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False
