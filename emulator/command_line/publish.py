"""The command ``publish``: a message to a topic."""

from typing import BinaryIO

import click

from emulator.command_line import attributes as message_attributes
from emulator.command_line import bodies
from emulator.command_line.options import option, server_command, topic_argument
from emulator.command_line.output import print_json
from emulator.command_line.session import Session


@click.command("publish", short_help="Publish a message to a topic.")
@topic_argument
@click.argument("message", required=False)
@bodies.file_option
@bodies.attribute_option
@option("--subject", metavar="TEXT", help="Subject of mails.")
@option("--structure", type=click.Choice(["json"]), help="The message is a JSON object with a text for each protocol.")
@option("--group", metavar="ID", help="Message group id; FIFO topics need one.")
@option("--deduplication", metavar="ID", help="Deduplication id, for FIFO topics.")
@server_command()
def publish(
    session: Session,
    /,
    *,
    topic: str,
    message: str | None,
    file: BinaryIO | None,
    attributes: tuple[str, ...],
    subject: str | None,
    structure: str | None,
    group: str | None,
    deduplication: str | None,
    as_json: bool,
) -> None:
    """Publish a message to TOPIC: a name or an ARN.

    Without MESSAGE, or with -, the message is what comes from standard input. Prints the id of the message, with which
    "trace" says what became of it.

    \b
    sqs-sns-emulator publish sales '{"id": 1}' --attribute store=oslo
    sqs-sns-emulator trace "$(sqs-sns-emulator publish sales hello)"
    """
    name = session.topic(topic)
    parameters = {
        "TopicArn": session.arn("sns", name),
        "Message": bodies.read(message, file, "MESSAGE"),
        "Subject": subject,
        "MessageStructure": structure,
        "MessageGroupId": group,
        "MessageDeduplicationId": deduplication,
        **message_attributes.as_form(message_attributes.read(attributes)),
    }
    answer = session.sns("Publish", name, {key: value for key, value in parameters.items() if value is not None})
    if as_json:
        print_json({key: value for key, value in answer.items() if value is not None})
    else:
        click.echo(answer["MessageId"])
