"""All clients of the matrix, and what the last run showed of each."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.clients.matrix import go, java, javascript, php, python, rust
from tests.clients.matrix.client import CHECKS, Client

_LANGUAGES = (python, javascript, java, go, rust, php)
CLIENTS: tuple[Client, ...] = tuple(client for language in _LANGUAGES for client in language.CLIENTS)

SERVICES = {"sqs": "SQS", "sns": "SNS", "lambda": "Lambda"}
RESULTS = Path(__file__).parent / "results.json"


class Result(msgspec.Struct):
    """What a run of a client's program showed."""

    version: str
    protocols: dict[str, list[str]]  # by service
    passed: list[str]


def read_results() -> dict[str, Result]:
    return msgspec.json.decode(RESULTS.read_bytes(), type=dict[str, Result])


def checks() -> Iterator[str]:
    """The table of what is checked."""
    yield "| Check | What holds |"
    yield "|---|---|"
    for name, meaning in CHECKS.items():
        yield f"| {name} | {meaning} |"


def clients() -> Iterator[str]:
    """The table of the clients, by language, from the results of the last run."""
    results = read_results()
    yield "| Language | Client | Version | Protocol | Passed |"
    yield "|---|---|---|---|---|"
    for client in CLIENTS:
        if client.name in results:
            yield _row(client, results[client.name])


def _row(client: Client, result: Result) -> str:
    protocols = ", ".join(f"{SERVICES[service]} {'/'.join(names)}" for service, names in result.protocols.items())
    return f"| {client.language} | {client.name} | {result.version} | {protocols} | {', '.join(result.passed)} |"
