"""JSON documents that are text inside a request: policies, and messages with a structure."""

import json
from typing import NoReturn

from emulator.sns.json_tree import JsonError, read_json

__all__ = ["JsonError", "dump_compact", "parse_json", "parse_object", "same_json"]


def parse_json(text: str) -> object:
    """The document in ``text``. If a key is repeated, the last one counts; a lone surrogate becomes a question mark."""
    try:
        document: object = json.loads(text, parse_constant=_refuse_constant)
        return _encodable(document) if "\\u" in text else document
    except (ValueError, RecursionError) as error:
        read_json(text)  # raises an error in AWS's words
        raise JsonError("Document nesting depth or number length exceeds the maximum allowed") from error


def parse_object(text: str) -> dict[str, object]:
    document = parse_json(text)
    if not isinstance(document, dict):
        raise JsonError("Cannot deserialize value: expected a JSON object")
    return document


def dump_compact(document: object) -> str:
    """``document`` as AWS shows documents that it has normalized."""
    return json.dumps(document, separators=(",", ":"))


def same_json(one: str, other: str) -> bool:
    """Whether two texts are the same document, apart from spacing and the order of keys."""
    try:
        return json.dumps(parse_json(one), sort_keys=True) == json.dumps(parse_json(other), sort_keys=True)
    except JsonError:
        return False


def _refuse_constant(token: str) -> NoReturn:
    raise ValueError(f"{token} is no JSON")


def _encodable(value: object) -> object:
    """``value`` without lone surrogates, which JSON can escape but UTF-8 cannot encode."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return value
