"""What people call queues and topics: a name, an ARN or a URL."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import click

_ARN = re.compile(r"arn:[a-z-]+:(sqs|sns):([a-z0-9-]+):(\d{12}):([^:\s]+)")
_PATH = re.compile(r".*/(\d{12})/([^/]+)/?")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}(?:\.fifo)?")


class Name(NamedTuple):
    """A queue or a topic; account and region are None if the text does not say them."""

    name: str
    account: str | None = None
    region: str | None = None


def parse(text: str, service: str) -> Name:
    """Raises BadParameter if ``text`` can be neither a name nor an ARN nor, for a queue, a URL."""
    noun = "queue" if service == "sqs" else "topic"
    arn = _ARN.fullmatch(text)
    if arn is not None and arn[1] == service:
        return Name(arn[4], arn[3], arn[2])
    if service == "sqs" and "/" in text:
        path = _PATH.fullmatch(unquote(urlsplit(text).path))
        if path is not None:
            return Name(path[2], path[1])
    elif _NAME.fullmatch(text):
        return Name(text)
    forms = "a name, an ARN or a URL" if service == "sqs" else "a name or an ARN"
    raise click.BadParameter(f"{text!r} is no {noun}: {forms} is wanted.")


def short(arn: str) -> str:
    """The last part of an ARN, for people."""
    return arn.rpartition(":")[2]
