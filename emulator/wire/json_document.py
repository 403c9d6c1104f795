"""JSON texts of requests as plain values."""

import json
import re
from typing import Any, NoReturn

import msgspec

_HALF_SURROGATE_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")  # or a whole one


def decoded(body: bytes) -> Any:
    """The value of the JSON in ``body``. Raises ValueError or RecursionError if it is not JSON.

    msgspec refuses half a surrogate pair (``"\\ud83d"``). JSON allows it, and the actions check it like any character.
    """
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        if _HALF_SURROGATE_PAIR.search(body) is None:
            raise
        return json.loads(body.decode(), parse_constant=_refuse)


def encoded(value: object) -> bytes:
    """JSON in which half a surrogate pair is escaped, as in ``\\ud83d``."""
    return json.dumps(msgspec.to_builtins(value)).encode()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
