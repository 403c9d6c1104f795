"""JSON that arrives as text inside a request: policies, and messages with a structure."""

import json
from typing import NoReturn

_LOCATION = "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {}, column: {}]"
_FIELD_NAME = "was expecting double-quote to start field name"
_VALUE = "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


class JsonError(Exception):
    """``detail`` is what the JSON parser AWS uses would say; its exact wording changed over the years."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


def parse_json(text: str) -> object:
    """The document in ``text``. Of equal keys the last one counts; half a surrogate pair becomes a question mark."""
    try:
        document: object = json.loads(text, parse_constant=_refuse_constant)
        return _encodable(document) if "\\u" in text else document
    except json.JSONDecodeError as error:
        raise JsonError(_detail(error)) from error
    except RecursionError as error:
        raise JsonError("Document nesting depth exceeds the maximum allowed") from error
    except ValueError as error:
        raise JsonError("Number value length exceeds the maximum allowed") from error


def parse_object(text: str) -> dict[str, object]:
    document = parse_json(text)
    if not isinstance(document, dict):
        raise JsonError("Cannot deserialize value: expected a JSON object")
    return document


def dump_compact(document: object) -> str:
    """``document`` as AWS shows documents it has normalised."""
    return json.dumps(document, separators=(",", ":"))


def same_json(one: str, other: str) -> bool:
    """Whether two texts are the same document, whatever their spacing and order of keys."""
    try:
        return json.dumps(parse_json(one), sort_keys=True) == json.dumps(parse_json(other), sort_keys=True)
    except JsonError:
        return False


def _refuse_constant(token: str) -> NoReturn:
    raise JsonError(f"Non-standard token '{token}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow")


def _encodable(value: object) -> object:
    """``value`` without halves of surrogate pairs, which JSON can escape but UTF-8 cannot carry."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_encodable(item) for item in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return value


def _detail(error: json.JSONDecodeError) -> str:
    location = _LOCATION.format(error.lineno, error.colno)
    if error.pos >= len(error.doc):
        return f"Unexpected end-of-input{location}"
    character = error.doc[error.pos]
    expected = _FIELD_NAME if error.doc[: error.pos].rstrip().endswith("{") else _VALUE
    return f"Unexpected character ('{character}' (code {ord(character)})): {expected}{location}"
