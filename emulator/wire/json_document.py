"""JSON texts of requests as plain values."""

import json
import re
from typing import Any, NoReturn

import msgspec

_HALF_SURROGATE_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")  # or a whole one


def decoded(body: bytes) -> Any:
    """What ``body`` says; a ValueError or RecursionError where it is no JSON.

    msgspec refuses half a surrogate pair (``"\\ud83d"``). JSON allows it, and actions judge it as any other character.
    """
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        if _HALF_SURROGATE_PAIR.search(body) is None:
            raise
        return json.loads(body.decode(), parse_constant=_refuse)


def encoded(value: object) -> bytes:
    """JSON with every half of a surrogate pair as it came, ``\\ud83d``."""
    return json.dumps(msgspec.to_builtins(value)).encode()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
