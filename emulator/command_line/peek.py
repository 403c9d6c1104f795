"""The command ``peek``: what is in a queue, without receiving it."""

from typing import Any

import click

from emulator.command_line.options import option, queue_argument, server_command
from emulator.command_line.output import Row, print_json, print_table
from emulator.command_line.session import Session

_MOST = 10_000
_STATES = ("visible", "delayed", "in_flight")


@click.command("peek", short_help="Show the messages of a queue, without receiving them.")
@queue_argument
@option("--limit", type=click.IntRange(1, _MOST), default=100, metavar="N", help="How many messages to show at most.")
@option("--state", type=click.Choice(_STATES), help="Show only messages in this state.")
@server_command()
def peek(session: Session, /, *, queue: str, limit: int, state: str | None, as_json: bool) -> None:
    """Show the messages of QUEUE in order of arrival, without receiving them.

    \b
    sqs-sns-emulator peek orders
    sqs-sns-emulator peek orders --state in_flight
    sqs-sns-emulator peek arn:aws:sqs:us-east-1:000000000000:orders --json
    """
    contents = session.contents(session.queue(queue), limit if state is None else _MOST)
    if state is not None:
        chosen = [message for message in contents["messages"] if message["state"] == state]
        contents["omitted"] = contents[state] - min(limit, len(chosen))
        contents["messages"] = chosen[:limit]
    if as_json:
        print_json(contents)
        return
    if not contents["messages"]:
        click.echo(f"{contents['name']} has no messages{'' if state is None else f' that are {state}'}.")
        return
    print_table(("SENT", "STATE", "RECEIVES", "GROUP", "ID", "BODY"), [_row(each) for each in contents["messages"]])
    if contents["omitted"]:
        click.echo(f"... and {contents['omitted']} more")


def _row(message: Any) -> Row:
    state = "blocked" if message.get("group_in_flight") else message["state"]
    number, group = str(message["receive_count"]), message.get("group_id", "")
    return message["sent_at"], state, number, group, message["message_id"], message["body"]
