"""The errors of the control interface."""

from typing import TypeVar

import msgspec

from emulator.control.allowed_values import with_allowed_values

Wanted = TypeVar("Wanted")
Parameters = TypeVar("Parameters", bound=msgspec.Struct)


class ErrorAnswer(msgspec.Struct):
    """What is wrong with a request, and where."""

    error: str


class Refusal(Exception):
    """A request that was refused. ``answer`` is the body of the answer, ``status`` its status.

    The first lines of the docstrings, and the types of ``answer``, appear in the OpenAPI document.
    """

    status: int
    answer: object

    def __init__(self, answer: object) -> None:
        self.answer = answer
        super().__init__(str(answer))


class TextRefusal(Refusal):
    """A refusal whose answer is a text for people."""

    answer: ErrorAnswer

    def __init__(self, text: str) -> None:
        super().__init__(ErrorAnswer(text))
        self.text = text

    def __str__(self) -> str:
        return self.text


class BadRequestError(TextRefusal):
    """The request is invalid. The text says what is wrong, and where."""

    status = 400


class ForbiddenError(TextRefusal):
    """The request comes from a web page that is not allowed."""

    status = 403


class NotFoundError(TextRefusal):
    """There is no such thing."""

    status = 404


class TooLargeError(TextRefusal):
    """The body is larger than the limit."""

    status = 413

    def __init__(self, text: str, limit: int) -> None:
        """``limit`` is in bytes."""
        super().__init__(text)
        self.limit = limit


def decode(text: bytes | bytearray, kind: type[Wanted]) -> Wanted:
    """The JSON ``text`` as ``kind``; BadRequestError if it is not JSON or does not fit."""
    try:
        # All of it has to be UTF-8, including the parts that are kept as raw JSON.
        return msgspec.json.decode(text.decode(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestError(with_allowed_values(str(error), kind)) from None


def convert(values: dict[str, str], kind: type[Parameters]) -> Parameters:
    """The parameters of a query string or a path as ``kind``; BadRequestError if they do not fit.

    msgspec reads the text "null" as None for every optional parameter. It is refused: a caller who wants None leaves
    the parameter out, and a caller's mistake must not select all accounts.
    """
    try:
        wanted = msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequestError(with_allowed_values(str(error), kind)) from None
    for field in msgspec.structs.fields(kind):
        if field.encode_name in values and getattr(wanted, field.name) is None:
            raise BadRequestError(
                f"Leave out a parameter that has no value, instead of giving null - at `$.{field.encode_name}`"
            )
    return wanted
