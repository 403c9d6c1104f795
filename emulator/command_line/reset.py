"""The command ``reset``: drops queues, topics, and everything else."""

import click

from emulator.command_line.options import option, server_command
from emulator.command_line.output import print_json
from emulator.command_line.session import Session


@click.command("reset", short_help="Drop queues, topics and everything else.")
@option("--service", type=click.Choice(["sqs", "sns"]), help="Only this service.")
@option("--dry-run", is_flag=True, help="Only say what would be dropped.")
@server_command(filters=("account", "region"))
def reset(session: Session, /, *, service: str | None, dry_run: bool, as_json: bool) -> None:
    """Drop queues, topics and everything else, and set the clock back.

    \b
    sqs-sns-emulator reset
    sqs-sns-emulator reset --account 111111111111 --service sqs
    sqs-sns-emulator reset --dry-run
    """
    scope = {**session.target.filter, "service": service}
    path, begin, field = ("reset/preview", "Would drop", "would_drop") if dry_run else ("reset", "Dropped", "dropped")
    done = session.control("POST", path, None, {name: each for name, each in scope.items() if each is not None})
    if as_json:
        print_json(done)
        return
    dropped = [f"{name.replace('_', ' ')} {number}" for name, number in done[field].items() if number]
    click.echo(f"{begin}: {', '.join(dropped) or 'nothing'}.")
