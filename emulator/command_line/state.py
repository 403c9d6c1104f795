"""The commands ``export`` and ``import``: the whole state as a file."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from emulator.command_line.failures import Failure
from emulator.command_line.options import option, server_command
from emulator.command_line.output import Progress, print_json, progress
from emulator.command_line.session import Session
from emulator.foundation.wording import count

_PORTION = 1 << 18


@click.command("export", short_help="Write the state to a file.")
@click.argument("file", default="-")
@server_command(filters=("account",))
def export_state(session: Session, /, *, file: str, as_json: bool) -> None:
    """Write the state to FILE, or to standard output.

    The document is JSON. FILE takes the place of an older one when it is complete.

    \b
    sqs-sns-emulator export state.json
    sqs-sns-emulator export --account 111111111111 | jq .queues
    """
    portions = session.portions(session.open("GET", "state", {"account": session.target.only_account}))
    if file == "-":
        for portion in portions:
            sys.stdout.buffer.write(portion)
        click.echo()
        return
    with progress("Exporting", None, in_bytes=True) as update:
        size = _write(Path(file), portions, update)
    if as_json:
        print_json({"file": file, "bytes": size})
    else:
        click.echo(f"{file}: {size} bytes.")


def _write(file: Path, portions: Iterable[bytes], update: Progress) -> int:
    """Write a new file that then takes the place of ``file``. Returns its size."""
    new, size = file.with_name(f"{file.name}.{os.getpid()}.new"), 0
    try:
        with new.open("wb") as output:
            for portion in portions:
                size += output.write(portion)
                update(size)
        new.replace(file)
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None
    finally:
        new.unlink(missing_ok=True)
    return size


@click.command("import", short_help="Restore the state from a file.")
@click.argument("file", type=click.File("rb"), required=False)
@option("--from-aws", is_flag=True, help="Make the queues and topics of an account of AWS. Needs boto3.")
@option("--region", "aws_region", metavar="REGION", help="With --from-aws: the region; without it, that of AWS_REGION.")
@option("--web", is_flag=True, help="With --from-aws: also the subscriptions of HTTP endpoints, which are then called.")
@server_command(filters=("account",))
def import_state(
    session: Session, /, *, file: BinaryIO | None, from_aws: bool, aws_region: str | None, web: bool, as_json: bool
) -> None:
    """Restore the state from FILE, or from standard input if FILE is -.

    It replaces everything; with --account everything of that account. If the document is wrong, nothing changes.

    With --from-aws and no FILE, queues, topics, subscriptions and event source mappings of an account of AWS are made
    beside what there is, with AWS's account id. The account is only read, without messages. With AWS_ENDPOINT_URL it is
    that of another emulator.

    \b
    sqs-sns-emulator import state.json
    sqs-sns-emulator import state.json --account 111111111111
    sqs-sns-emulator import --from-aws --region eu-west-1
    """
    if (file is not None) == from_aws:
        raise click.UsageError("Either FILE or --from-aws is wanted.")
    if from_aws:
        _import_from_aws(session, aws_region, web=web, as_json=as_json)
        return
    assert file is not None, "it was checked"
    with progress("Importing", _size(file), in_bytes=True) as update:
        response = session.open("PUT", "state", {"account": session.target.only_account}, _portions(file, update))
        response.read()
    if as_json:
        print_json({"file": file.name, "account": session.target.only_account or "all"})
    else:
        click.echo("Restored.")


def _import_from_aws(session: Session, region: str | None, *, web: bool, as_json: bool) -> None:
    from emulator.architecture.aws_account import read_for_import
    from emulator.architecture.aws_configuration import configuration_of
    from emulator.command_line.architectures import account_of_aws

    session.target = session.target._replace(only_region=region)
    content, notices = configuration_of(account_of_aws(session, read_for_import), web=web)
    declared = session.control("POST", "declare", body=content)
    for notice in notices:
        click.echo(notice, err=True)
    if as_json:
        print_json(declared)
    else:
        numbers = [count(declared[f"{noun}s"], noun) for noun in ("queue", "topic", "subscription")]
        if "event_source_mappings" in declared:
            numbers.append(count(declared["event_source_mappings"], "event source mapping"))
        click.echo(f"Made as on AWS: {', '.join(numbers)}.")


def _portions(file: BinaryIO, update: Progress) -> Iterator[bytes]:
    done = 0
    try:
        while portion := file.read(_PORTION):
            yield portion
            done += len(portion)
            update(done)
    except OSError as error:
        raise Failure(f"{file.name} cannot be read: {error.strerror}") from None


def _size(file: BinaryIO) -> int | None:
    """None if that is not known, as of a pipe."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except OSError:
        return None
