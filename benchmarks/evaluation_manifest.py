"""The manifest of AWS's evaluation suite: one test a line, as a JSON object."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

# The possible names of a test's members; the first one that a test has counts.
SERVICE_MEMBERS = ("service", "services")
TEST_MEMBERS = ("id", "test_id", "test", "name", "path")

Row = Mapping[str, Any]


class ManifestError(Exception):
    """The manifest cannot be read; the text says in one line why not."""


class Test(msgspec.Struct, frozen=True):
    name: str
    service: str


def tests_in(
    manifest: Path, services: Sequence[str], service_member: str | None, test_member: str | None
) -> list[Test]:
    """The tests that need these services and no others."""
    found = []
    for number, row in rows(manifest):
        where = f"line {number} of {manifest}"
        service = _member(row, service_member, SERVICE_MEMBERS, "--service-member", where)
        needed = [_known(name, services) for name in _names(row[service], where)]
        if needed and None not in needed:
            name = _member(row, test_member, TEST_MEMBERS, "--test-member", where)
            found.append(Test(str(row[name]), str(needed[0])))
    return found


def rows(manifest: Path) -> Iterator[tuple[int, Row]]:
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{manifest} cannot be read: {error}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ManifestError(f"line {number} of {manifest} is not JSON: {error}.") from error
            if not isinstance(row, dict):
                raise ManifestError(f"line {number} of {manifest} is not a JSON object.")
            yield number, row


def _member(row: Row, given: str | None, usual: tuple[str, ...], option: str, where: str) -> str:
    names = usual if given is None else (given,)
    for name in names:
        if name in row:
            return name
    has = ", ".join(sorted(row))
    raise ManifestError(f"{where} has no {' or '.join(names)}, but {has}: say with {option} which of these it is.")


def _names(value: object, where: str) -> list[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ManifestError(f"{where}: {value!r} does not name services.")
    return names


def _known(name: str, services: Sequence[str]) -> str | None:
    """The one of ``services`` that ``name`` means, such as "sqs", "SQS" or "Amazon SQS"; None if it is another."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((service for service in services if service in words), None)
