"""Where the body of a message comes from: the argument, a file, or standard input."""

import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

import click

from emulator.command_line.options import option

file_option = option("--file", type=click.File("rb"), help="File with the body, or - for standard input.")
attribute_option = option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Message attribute, with a type as in price:Number=5; can be given several times.",
)


def read(body: str | None, file: BinaryIO | None, what: str) -> str:
    """The body of a message; from standard input without the line break at its end. UsageError if there is none."""
    if body is not None and file is not None:
        raise click.UsageError(f"Give either {what} or --file.")
    if body == "-":
        return _piped()
    if body is not None:
        return body
    if file is not None:
        return text_of(file)
    if sys.stdin.isatty():
        raise click.UsageError(f"Missing argument '{what}'. It can also come from --file or standard input.")
    return _piped()


def _piped() -> str:
    return text_of(sys.stdin.buffer).removesuffix("\n").removesuffix("\r")


def lines_of(file: BinaryIO | None) -> Iterator[str]:
    """The lines of a file or of standard input that are not empty, as they come."""
    source = file or sys.stdin.buffer
    while line := _decoded(source, source.readline):
        if line.strip():
            yield line.rstrip("\r\n")


def text_of(file: BinaryIO) -> str:
    return _decoded(file, file.read)


def _decoded(file: BinaryIO, read: Callable[[], bytes]) -> str:
    try:
        return read().decode()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{_name_of(file)} is no text in UTF-8: {error}.") from None
    except OSError as error:
        raise click.UsageError(f"{_name_of(file)} cannot be read: {error.strerror}.") from None


def _name_of(file: BinaryIO) -> str:
    name = getattr(file, "name", "<stdin>")
    return "Standard input" if name == "<stdin>" else str(name)
