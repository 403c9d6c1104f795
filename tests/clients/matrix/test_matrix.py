"""The client matrix: each client's program, run against a server."""

import json
import re
import shlex
import urllib.request

import pytest

from tests import patience
from tests.clients.matrix.client import CHECKS, PROGRAMS, Client
from tests.clients.matrix.report import write_result
from tests.clients.matrix.table import CLIENTS, Result, read_results
from tests.clients.pages import DOCS, Block, blocks
from tests.server import running_server

SETTINGS = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}


@pytest.mark.clients
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_client_does_what_its_users_expect(client: Client) -> None:
    if reason := client.toolchain.why_not():
        pytest.skip(reason)
    with running_server(*client.options) as server:
        patience.get(f"{server.control_url}/_emulator/requests", b'{"record": true}')
        settings = SETTINGS | {"AWS_ENDPOINT_URL": server.url}
        done = client.toolchain.run(client.program, client.code, settings)
        assert done.returncode == 0, done.stdout + done.stderr
        protocols = protocols_of(server.control_url)
    said = [line.split(" ", 1) for line in done.stdout.splitlines()]
    passed = [text for word, text in said if word == "passed"]
    [version] = [text for word, text in said if word == "version"]
    assert passed == list(client.checks)
    assert set(protocols) == set(client.services)
    write_result(client, Result(version, protocols, passed))


def protocols_of(url: str) -> dict[str, list[str]]:
    """Which protocols the requests were in, by service."""
    with urllib.request.urlopen(f"{url}/_emulator/requests?limit=1000", timeout=patience.SECONDS) as answer:
        requests = json.load(answer)["requests"]
    found: dict[str, set[str]] = {}
    for request in requests:
        found.setdefault(request["service"], set()).add(request["protocol"])
    return {service: sorted(found[service]) for service in sorted(found, reverse=True)}


def test_table_has_a_result_of_each_client() -> None:
    assert {name: result.passed for name, result in read_results().items()} == {
        client.name: list(client.checks) for client in CLIENTS
    }


def test_checks_are_those_that_the_docs_explain() -> None:
    for client in CLIENTS:
        assert list(client.checks) == [name for name in CHECKS if name in client.checks], client.name


@pytest.mark.parametrize("block", blocks(DOCS / "clients.md"), ids=lambda block: block.text.partition("\n")[0])
def test_snippet_is_part_of_what_a_client_was_tried_with(block: Block) -> None:
    """Each snippet of the page stands, line by line, in a program or in another file beside it; indentation aside.

    What a shell exports is in the environment of each program.
    """
    if block.language == "sh":
        command, *variables = shlex.split(block.text)
        assert command == "export"
        assert {variable.partition("=")[0] for variable in variables} <= {*SETTINGS, "AWS_ENDPOINT_URL"}
        return
    assert any(without_indentation(block.text) in without_indentation(text) for text in texts_of_the_clients())


def texts_of_the_clients() -> list[str]:
    files = [file for file in PROGRAMS.glob("*/**/*") if file.is_file() and file.suffix != ".pyc"]
    return [file.read_text() for file in files]


def without_indentation(text: str) -> str:
    return re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)
