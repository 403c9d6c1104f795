"""The names in the code use the words of docs/glossary.md, each in its one meaning."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("emulator", "sqs_sns_emulator", "benchmarks")

_ROW = re.compile(r"^\| (?!Word )([^|]*[^|* ])\*? \| ([^|]+) \|([^|]*)\|$", re.MULTILINE)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SUFFIXES = ("", "s", "es", "d", "ed", "r", "er", "ing")
_ALLOWED = ("under way",)  # phrases with a word of the column Not that mean something else

ROWS = _ROW.findall((ROOT / "docs/glossary.md").read_text())
WORDS = [word for word, _, _ in ROWS]
BETTER = {avoided: word for word, _, column in ROWS for avoided in column.split()}  # by the word of the column Not


@cache
def _parts(name: str) -> list[str]:
    return [part.lower() for part in _PART.findall(name)]


def _names_in(source: str) -> Iterator[tuple[str, int]]:
    """The names of classes, functions, parameters and fields in a module, and the lines they are on."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno


@cache
def _all_names() -> dict[str, list[str]]:
    """Each name in the code, and where it is."""
    names: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            where = path.relative_to(ROOT)
            names.setdefault(path.stem, []).append(str(where))
            for name, line in _names_in(path.read_text()):
                names.setdefault(name, []).append(f"{where}:{line}")
    return names


@cache
def _forms(word: str) -> set[str]:
    """The word, its plural, its past and so on: ``retry`` has ``retries`` and ``retried``."""
    stems = {word, word.removesuffix("e"), re.sub("y$", "i", word)}
    return {stem + suffix for stem in stems for suffix in _SUFFIXES} - (stems - {word})


def _contains(name: str, term: str) -> bool:
    """Whether the parts of ``name`` have the words of ``term`` in a row, in any form."""
    parts = _parts(name)
    forms = [_forms(word) for word in _parts(term)]
    return any(
        all(part in form for part, form in zip(parts[start:], forms, strict=False))
        for start in range(len(parts) - len(forms) + 1)
    )


def _avoided(name: str) -> list[str]:
    """The words of the column Not that ``name`` contains."""
    parts = "_".join(_parts(name))
    for phrase in _ALLOWED:
        parts = parts.replace(phrase.replace(" ", "_"), "_")
    words = parts.split("_")
    return [
        avoided
        for avoided in BETTER
        if avoided in words or f"{avoided}s" in words or ("_" in avoided and f"_{avoided}_" in f"_{parts}_")
    ]


def _problems(names: dict[str, list[str]]) -> list[str]:
    return [
        f"{', '.join(places)}: {name}: docs/glossary.md says {BETTER[avoided]!r}, not {avoided!r}"
        for name, places in names.items()
        for avoided in _avoided(name)
    ]


def test_each_word_of_the_glossary_is_part_of_a_name() -> None:
    assert [word for word in WORDS if not any(_contains(name, word) for name in _all_names())] == []


def test_no_name_contains_a_word_that_the_glossary_replaces() -> None:
    wrong = _problems(_all_names())
    assert not wrong, "\n".join(wrong)


def test_glossary_has_each_word_once() -> None:
    assert 60 <= len(WORDS) <= 90
    assert sorted(set(WORDS)) == sorted(WORDS)
    assert not set(WORDS) & BETTER.keys()


@pytest.mark.parametrize(
    "source",
    [
        "class TaskMover: ...",
        "class Parcels: ...",
        "def send_by_courier(): ...",
        "async def nobody_waits(): ...",
        "def retry(max_patience=1): ...",
        "def retry(*, patience): ...",
        "class Tenant:\n    habits: int",
        "class Tenant:\n    def __init__(self):\n        self._habits = 1",
    ],
)
def test_a_class_function_parameter_or_field_with_a_replaced_word_is_found(source: str) -> None:
    assert _problems({name: [str(line)] for name, line in _names_in(source)})


@pytest.mark.parametrize("name", ["remover", "removers", "underway", "messages", "gateway"])
def test_a_word_is_not_found_within_another_one(name: str) -> None:
    assert not _avoided(name)


@pytest.mark.parametrize(("name", "found"), [("under_way", []), ("_UnderWay", []), ("Way", ["way"]), ("ways", ["way"])])
def test_a_delivery_may_be_under_way(monkeypatch: pytest.MonkeyPatch, name: str, found: list[str]) -> None:
    monkeypatch.setitem(BETTER, "way", "path")
    assert _avoided(name) == found


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("visibility_timeout", "visibility timeout"),
        ("VisibilityTimeoutS", "visibility timeout"),
        ("Retries", "retry"),
        ("_published", "publish"),
        ("ARN", "ARN"),
        ("topic_arn", "ARN"),
        ("FanOut", "fan-out"),
    ],
)
def test_a_name_contains_a_word_in_any_form(name: str, term: str) -> None:
    assert _contains(name, term)


@pytest.mark.parametrize(("name", "term"), [("dump", "due"), ("visible", "visibility timeout"), ("waits", "way")])
def test_a_name_does_not_contain_a_word_that_only_begins_like_a_part_of_it(name: str, term: str) -> None:
    assert not _contains(name, term)
