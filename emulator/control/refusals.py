"""What the control interface answers to requests it does not carry out."""

from typing import TypeVar

import msgspec

Wanted = TypeVar("Wanted")


class Refusal(Exception):
    """A request that was not carried out. ``answer`` is the body of the answer, ``status`` its status."""

    status: int

    def __init__(self, answer: object) -> None:
        self.answer = answer
        super().__init__(str(answer))


class Complaint(msgspec.Struct):
    """What is wrong with a request, and where."""

    error: str


class ComplaintError(Refusal):
    """The text is for people."""

    def __init__(self, text: str) -> None:
        super().__init__(Complaint(text))
        self.text = text

    def __str__(self) -> str:
        return self.text


class BadRequestError(ComplaintError):
    """The request makes no sense. The text says what is wrong, and where."""

    status = 400


class NotFoundError(ComplaintError):
    """There is no such thing."""

    status = 404


def decode(text: bytes, kind: type[Wanted]) -> Wanted:
    """The JSON ``text`` as ``kind``; BadRequestError if it is no JSON or does not fit."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(str(error)) from None


def convert(values: dict[str, str], kind: type[Wanted]) -> Wanted:
    """The parameters of a query string or a path as ``kind``; BadRequestError if they do not fit."""
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequestError(str(error)) from None
