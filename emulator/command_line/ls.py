"""The command ``ls``: queues and topics, with what is in them."""

import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import click

from emulator.command_line.options import option, server_command
from emulator.command_line.output import Row, console, is_drawn, print_json, print_json_line, print_table, table
from emulator.command_line.session import Session

_Listed = dict[str, list[Any]]
_Table = tuple[Row, list[Row]]


@click.command("ls", short_help="List queues and topics, with what is in them.")
@click.argument("pattern", required=False)
@option("--watch", is_flag=True, help="Show them again and again, until Ctrl-C; with --json one document a line.")
@option("--every", type=click.FloatRange(0.1), default=1.0, metavar="SECONDS", help="How often --watch looks.")
@server_command(filters=("account", "region"))
def ls(session: Session, /, *, pattern: str | None, watch: bool, every: float, as_json: bool) -> None:
    """List queues with their messages, and topics with their subscriptions.

    PATTERN is a name, in which * stands for any characters.

    \b
    sqs-sns-emulator ls
    sqs-sns-emulator ls 'orders*' --region us-east-1
    sqs-sns-emulator ls --watch
    """

    def look() -> _Listed:
        return _listed(session, pattern or "*")

    nothing = _nothing(session, pattern)
    if not watch:
        _show(look(), nothing, as_json=as_json)
    elif is_drawn() and not as_json:
        _watch(look, nothing, every)
    else:
        _repeat(look, nothing, every, as_json=as_json)


def _listed(session: Session, pattern: str) -> _Listed:
    found = {noun: session.control("GET", noun, session.target.filter)[noun] for noun in ("queues", "topics")}
    return {noun: [each for each in listed if fnmatchcase(each["name"], pattern)] for noun, listed in found.items()}


def _nothing(session: Session, pattern: str | None) -> str:
    """What is said where nothing is listed."""
    what = "There are no queues and no topics" if pattern is None else f"No queue and no topic is named {pattern}"
    limits = [f"in {noun} {value}" for noun, value in session.target.filter.items() if value is not None]
    return f"{' '.join([what, *limits])}."


def _show(listed: _Listed, nothing: str, *, as_json: bool) -> None:
    if as_json:
        print_json(listed)
        return
    tables = _tables(listed)
    if not tables:
        click.echo(nothing)
    for number, each in enumerate(tables):
        if number:
            click.echo()
        print_table(*each)


def _tables(listed: _Listed) -> list[_Table]:
    """The tables that are not empty."""
    queues: list[Row] = [
        (each["name"], *(str(each[state]) for state in ("visible", "in_flight", "delayed")), *_place(each))
        for each in listed["queues"]
    ]
    topics: list[Row] = [
        (each["name"], *(str(each[state]) for state in ("confirmed", "pending")), *_place(each))
        for each in listed["topics"]
    ]
    columns = ("QUEUE", "VISIBLE", "IN FLIGHT", "DELAYED", "REGION", "ACCOUNT")
    tables: list[_Table] = [(columns, queues), (("TOPIC", "CONFIRMED", "PENDING", "REGION", "ACCOUNT"), topics)]
    return [each for each in tables if each[1]]


def _place(each: Any) -> tuple[str, str]:
    return each["region"], each["account"]


def _watch(look: Callable[[], _Listed], nothing: str, every: float) -> None:
    """A live table on the terminal."""
    from rich.console import Group
    from rich.live import Live

    with Live(console=console(), auto_refresh=False, screen=False) as live:
        while True:
            tables = [table(*each) for each in _tables(look())]
            live.update(Group(*tables) if tables else nothing, refresh=True)
            time.sleep(every)


def _repeat(look: Callable[[], _Listed], nothing: str, every: float, *, as_json: bool) -> None:
    """One list after another, for programs."""
    while True:
        if as_json:
            print_json_line(look())
        else:
            _show(look(), nothing, as_json=False)
            click.echo()
        time.sleep(every)
