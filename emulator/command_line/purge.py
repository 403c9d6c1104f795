"""The command ``purge``: queues without their messages."""

import click

from emulator.command_line.names import Name
from emulator.command_line.options import option, queues_argument, server_command
from emulator.command_line.output import print_json
from emulator.command_line.session import Session


@click.command("purge", short_help="Delete all messages of queues.")
@queues_argument
@option("--all", "all_queues", is_flag=True, help="Purge all queues; with --account or --region only those there.")
@server_command()
def purge(session: Session, /, *, queues: tuple[str, ...], all_queues: bool, as_json: bool) -> None:
    """Delete all messages of each QUEUE.

    \b
    sqs-sns-emulator purge orders orders-dead
    sqs-sns-emulator purge --all
    """
    if bool(queues) == all_queues:
        raise click.UsageError("Give either names of queues or --all.")
    purged = _all(session) if all_queues else [session.queue(queue) for queue in queues]
    arns = []
    for name in purged:
        arns.append(session.arn_of_queue(name))
        session.sqs("PurgeQueue", name, {"QueueUrl": name.name})
        if not as_json:
            click.echo(f"{arns[-1]} is empty.")
    if as_json:
        print_json({"purged": arns})


def _all(session: Session) -> list[Name]:
    listed = session.control("GET", "queues", session.target.filter)["queues"]
    return [Name(each["name"], each["account"], each["region"]) for each in listed]
