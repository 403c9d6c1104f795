"""The command ``completion``: the script with which a shell completes commands, options and names of queues."""

import click
from click.shell_completion import get_completion_class

_PROGRAM = "sqs-sns-emulator"
_VARIABLE = "_SQS_SNS_EMULATOR_COMPLETE"


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, /, *, shell: str) -> None:
    """Print the script that lets a SHELL complete commands, options, and the names of queues and topics.

    \b
    eval "$(sqs-sns-emulator completion bash)"
    eval "$(sqs-sns-emulator completion zsh)"
    sqs-sns-emulator completion fish | source
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click has all of the choices"
    click.echo(kind(ctx.find_root().command, {}, _PROGRAM, _VARIABLE).source())
