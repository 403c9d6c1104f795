"""The command ``clock``: shows and moves the time of the emulator."""

import click

from emulator.command_line.durations import Duration
from emulator.command_line.options import server_command
from emulator.command_line.output import print_json
from emulator.command_line.session import Session
from emulator.configuration.checks import point_in_time

_LONGEST_MOVE_SECONDS = 3_600.0  # in real time


@click.command("clock", short_help="Show or move the clock.")
@click.argument("action", type=click.Choice(["show", "advance", "set", "freeze", "run"]), default="show")
@click.argument("value", required=False)
@server_command(filters=("account",))
def clock(session: Session, /, *, action: str, value: str | None, as_json: bool) -> None:
    """Show the clock, or move it: everything that falls due meanwhile happens.

    \b
    sqs-sns-emulator clock
    sqs-sns-emulator clock advance 1h30m
    sqs-sns-emulator clock set 2030-01-01T00:00:00Z
    sqs-sns-emulator clock freeze
    sqs-sns-emulator clock run
    """
    move = _move(action, value)
    account = session.target.only_account
    if move is None:
        state = session.control("GET", "clock", {"account": account})
    else:
        body = {**move, **({} if account is None else {"account": account})}
        state = session.control("POST", "clock", None, body, _LONGEST_MOVE_SECONDS)
    if as_json:
        print_json(state)
        return
    click.echo(f"{state['now']}{' (frozen)' if state['frozen'] else ''}")
    for delivery in state.get("under_way", ()):
        click.echo(f"still under way: {delivery['endpoint']}", err=True)


def _move(action: str, value: str | None) -> dict[str, object] | None:
    """The body of the request; None to show the clock."""
    if action in ("advance", "set"):
        if value is None:
            wanted = "a duration, such as 1h30m" if action == "advance" else "a time, such as 2030-01-01T00:00:00Z"
            raise click.UsageError(f"clock {action} needs {wanted}.")
        return {action: _seconds(value) if action == "advance" else _time(value)}
    if value is not None:
        raise click.UsageError(f"clock {action} takes no value.")
    return None if action == "show" else {"freeze": action == "freeze"}


def _seconds(value: str) -> float:
    return Duration().convert(value, None, None)


def _time(value: str) -> str:
    """Raises BadParameter if this is no time."""
    try:
        point_in_time(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r}: {error}") from None
    return value
