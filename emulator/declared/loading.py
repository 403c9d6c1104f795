"""Reads a document from a file, in the language that the name of the file says."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.configuration.document_error import DocumentError
from emulator.declared.document import (
    DEPTH_MAX,
    TOO_DEEP,
    Document,
    DocumentPath,
    Mistake,
    Mistakes,
    Position,
    SyntaxMistake,
)

SIZE_MAX = 1 << 18  # bytes

_GOAWS_WORDS = frozenset(("Queues", "Topics", "Host", "Port", "SqsPort", "Region", "AccountId"))
_HALF_SURROGATE_PAIR = re.compile("[\ud800-\udfff]")

# Reads a text: the content, and the positions of keys and values. Raises SyntaxMistake.
Language = Callable[[str], tuple[Any, Mapping[DocumentPath, Position], Mapping[DocumentPath, Position]]]


def load(file: str) -> Document:
    """The document in ``file``, whose language its suffix says. DocumentError if it cannot be read."""
    if Path(file).suffix.lower() == ".conf":
        from emulator.declared.elasticmq import elasticmq_document

        return checked_document(elasticmq_document(file, _checked_text(file, SIZE_MAX)))
    document = read_document(file, _language(file), "queues, topics and so on")
    if is_goaws(document):
        from emulator.declared.goaws import translated

        return checked_document(translated(document))
    return document


def read_document(file: str, language: Language, wanted: str, size_max: int = SIZE_MAX) -> Document:
    """The document in ``file``, a table with what is ``wanted``. DocumentError if it cannot be read."""
    return document_of(file, _checked_text(file, size_max), language, wanted)


def document_of(file: str, text: str, language: Language, wanted: str) -> Document:
    """As ``read_document``, of a text that is, or could be, in ``file``."""
    try:
        content, keys, values = language(text)
    except SyntaxMistake as error:
        raise DocumentError([Document(file, {}).worded(error.mistake)]) from None
    except RecursionError:
        raise DocumentError([f"{file}: {TOO_DEEP}"]) from None
    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise DocumentError([f"{file}: A table with {wanted} is wanted, not {_kind(content)}."])
    return checked_document(Document(file, content, keys, values))


def checked_document(document: Document) -> Document:
    """``document``; DocumentError if it has something that cannot be sent to AWS either."""
    mistakes = Mistakes(document)
    for path, problem in _problems(document.content, ()):
        mistakes.add(path, problem)
    mistakes.check()
    return document


def _language(file: str) -> Language:
    suffix = Path(file).suffix.lower()
    if suffix == ".toml":
        from emulator.declared.toml_document import read_toml

        return read_toml
    if suffix in (".yaml", ".yml", ".json"):
        from emulator.declared import yaml_document

        return yaml_document.read_json if suffix == ".json" else yaml_document.read_yaml
    raise DocumentError(
        [
            f"{file}: The name must end with .toml, .yaml, .yml or .json, or with .conf for a "
            "configuration of ElasticMQ: it says the language."
        ]
    )


def is_goaws(document: Document) -> bool:
    """Whether this is a configuration of goaws: environments, such as ``Local``, with its words in them."""
    return "Local" in document.content or any(
        isinstance(value, dict) and not _GOAWS_WORDS.isdisjoint(value) for value in document.content.values()
    )


def _checked_text(file: str, size_max: int) -> str:
    try:
        return _text(file, size_max)
    except SyntaxMistake as error:
        raise DocumentError([Document(file, {}).worded(error.mistake)]) from None


def _text(file: str, size_max: int) -> str:
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(size_max + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SyntaxMistake(Mistake(f"The file cannot be read: {reason}.")) from None
    if len(raw) > size_max:
        raise SyntaxMistake(Mistake(f"The file is larger than {size_max} bytes."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lines = raw[: error.start].decode("utf-8", "replace").split("\n")
        where = Position(len(lines), len(lines[-1]) + 1)
        raise SyntaxMistake(Mistake("This is no text in UTF-8.", where)) from None


def _problems(value: object, path: DocumentPath) -> Iterator[tuple[DocumentPath, str]]:
    """What no document may contain."""
    if len(path) > DEPTH_MAX:
        yield path, TOO_DEEP
    elif isinstance(value, dict):
        for key, each in value.items():
            if _HALF_SURROGATE_PAIR.search(key):
                yield (*path, key), "The key has half of a surrogate pair, which is no character."
            yield from _problems(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _problems(each, (*path, index))
    elif isinstance(value, str) and _HALF_SURROGATE_PAIR.search(value):
        yield path, "The text has half of a surrogate pair, which is no character."
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"{value} is no number that JSON knows."


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else f"{value!r:.40}"
