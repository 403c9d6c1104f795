"""Requests to the control interface that make no sense."""

from typing import TypeVar

import msgspec

Wanted = TypeVar("Wanted")


class BadRequestError(Exception):
    """The text says what is wrong, and where."""


def decode(text: bytes, kind: type[Wanted]) -> Wanted:
    """The JSON ``text`` as ``kind``; BadRequestError if it is no JSON or does not fit."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(str(error)) from None


def convert(values: dict[str, str], kind: type[Wanted]) -> Wanted:
    """The parameters of a query string as ``kind``; BadRequestError if they do not fit."""
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequestError(str(error)) from None
