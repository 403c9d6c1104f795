"""The command ``send``: messages into a queue."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import click

from emulator.command_line import attributes as message_attributes
from emulator.command_line import bodies
from emulator.command_line.durations import Duration
from emulator.command_line.failures import Failure, RefusedError
from emulator.command_line.names import Name
from emulator.command_line.options import option, queue_argument, server_command
from emulator.command_line.output import is_drawn, print_json, print_json_line, progress
from emulator.command_line.session import Session


@click.command("send", short_help="Send a message to a queue.")
@queue_argument
@click.argument("body", required=False)
@bodies.file_option
@option("--lines", is_flag=True, help="Each line of the file or of standard input is a message.")
@bodies.attribute_option
@option("--delay", type=Duration(), help="How long the message is delayed, such as 30s.")
@option("--group", metavar="ID", help="Message group id; FIFO queues need one.")
@option("--deduplication", metavar="ID", help="Deduplication id, for FIFO queues.")
@server_command()
def send(
    session: Session,
    /,
    *,
    queue: str,
    body: str | None,
    file: BinaryIO | None,
    lines: bool,
    attributes: tuple[str, ...],
    delay: float | None,
    group: str | None,
    deduplication: str | None,
    as_json: bool,
) -> None:
    """Send a message to QUEUE: a name, a URL or an ARN.

    Without BODY, or with -, the body is what comes from standard input. Prints the id of the message.

    \b
    sqs-sns-emulator send orders '{"id": 1}'
    sqs-sns-emulator send orders.fifo hello --group a --deduplication 1
    sqs-sns-emulator send orders hello --attribute store=oslo --attribute price:Number=5
    sqs-sns-emulator send orders --lines --file orders.jsonl
    """
    name = session.queue(queue)
    parameters = {
        "QueueUrl": name.name,
        "MessageAttributes": message_attributes.read(attributes) or None,
        "DelaySeconds": None if delay is None else round(delay),
        "MessageGroupId": group,
        "MessageDeduplicationId": deduplication,
    }
    if lines:
        if body is not None:
            raise click.UsageError("--lines takes its messages from --file or standard input, not from BODY.")
        _send_lines(session, name, bodies.lines_of(file), parameters, as_json=as_json)
        return
    answer = session.sqs("SendMessage", name, {"MessageBody": bodies.read(body, file, "BODY"), **parameters})
    if as_json:
        print_json(answer)
    else:
        click.echo(answer["MessageId"])


def _send_lines(
    session: Session, queue: Name, lines: Iterator[str], parameters: dict[str, Any], *, as_json: bool
) -> None:
    """Send each line, and print its answer when it has come. RefusedError says which line was refused."""
    number = 0
    with progress("Sending", None) as update:
        for number, line in enumerate(lines, 1):
            try:
                answer = session.sqs("SendMessage", queue, {"MessageBody": line, **parameters})
            except RefusedError as error:
                raise Failure(f"message {number}: {error.text}; the {number - 1} before it were sent") from None
            if as_json:
                print_json_line(answer)
            elif not is_drawn():
                click.echo(answer["MessageId"])
            update(number)
    if is_drawn() and not as_json:
        click.echo(f"{number} messages sent.")
