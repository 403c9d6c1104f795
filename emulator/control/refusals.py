"""What the control interface answers to requests it does not carry out."""

from typing import TypeVar

import msgspec

Wanted = TypeVar("Wanted")
Parameters = TypeVar("Parameters", bound=msgspec.Struct)


class Complaint(msgspec.Struct):
    """What is wrong with a request, and where."""

    error: str


class Refusal(Exception):
    """A request that was not carried out. ``answer`` is the body of the answer, ``status`` its status.

    The first lines of the docstrings, and the types of ``answer``, stand in the OpenAPI document.
    """

    status: int
    answer: object

    def __init__(self, answer: object) -> None:
        self.answer = answer
        super().__init__(str(answer))


class ComplaintError(Refusal):
    """The text is for people."""

    answer: Complaint

    def __init__(self, text: str) -> None:
        super().__init__(Complaint(text))
        self.text = text

    def __str__(self) -> str:
        return self.text


class BadRequestError(ComplaintError):
    """The request makes no sense. The text says what is wrong, and where."""

    status = 400


class ForbiddenError(ComplaintError):
    """A web page that nobody has let in."""

    status = 403


class NotFoundError(ComplaintError):
    """There is no such thing."""

    status = 404


def decode(text: bytes, kind: type[Wanted]) -> Wanted:
    """The JSON ``text`` as ``kind``; BadRequestError if it is no JSON or does not fit."""
    try:
        # All of it has to be UTF-8, also what is kept as it came.
        return msgspec.json.decode(text.decode(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(str(error)) from None


def convert(values: dict[str, str], kind: type[Parameters]) -> Parameters:
    """The parameters of a query string or a path as ``kind``; BadRequestError if they do not fit.

    To msgspec the text "null" is a value of every optional parameter; but who wants none leaves it out, and a mistake
    in the caller's program must not mean everybody's.
    """
    try:
        wanted = msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequestError(str(error)) from None
    for field in msgspec.structs.fields(kind):
        if field.encode_name in values and getattr(wanted, field.name) is None:
            raise BadRequestError(f"A parameter without a value is left out, and not null - at `$.{field.encode_name}`")
    return wanted
