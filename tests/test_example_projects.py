"""The projects under examples/ that have a README: it works as printed, its picture is true, and compose.yaml fits.

In a README the ``console`` blocks are run in a copy of the folder, beside a server with the queues and topics of
template.yaml. A command that ends with ``&`` runs on beside those that follow, and ``wait`` shows what it printed.
"""

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import emulator_process, patience
from tests.ports import free_port
from tests.server import running_server

EXAMPLES = Path(__file__).parent.parent / "examples"
PROJECTS = sorted(readme.parent for readme in EXAMPLES.glob("*/README.md"))
URL = "http://localhost:4566"  # in a README
IN_COMPOSE = "http://emulator:4566"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SUBSCRIBER = re.compile(r"http://\w+:8080/")  # an HTTP subscriber; elsewhere in a test
_RULES = re.compile(r"\d+ rules")  # how many the audit has

pytestmark = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)


def blocks(project: Path, language: str) -> list[str]:
    return [block for found, block in _BLOCK.findall((project / "README.md").read_text()) if found == language]


def exports(project: Path) -> dict[str, str]:
    """What the README lets the shell export."""
    [block] = blocks(project, "sh")
    command, *settings = shlex.split(block)
    assert command == "export"
    return dict(setting.split("=", 1) for setting in settings)


def environment(settings: dict[str, str]) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EMULATOR_"))}
    return bare | {"PYTHONPATH": str(EXAMPLES.parent), "PYTHONUNBUFFERED": "1"} | settings


class Terminal:
    """A shell in a folder, as far as a README needs one."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment(settings)
        self._behind: list[subprocess.Popen[str]] = []
        self._port = free_port()

    def run(self, command: str, *, until_ready: bool = True) -> str:
        """What the command prints; one that ends with ``&`` is ready when it has printed a line."""
        arguments = shlex.split(_SUBSCRIBER.sub(f"http://localhost:{self._port}/", command))
        if arguments[0] == "sqs-sns-emulator":
            return emulator_process.run(*arguments[1:], cwd=self._folder, env=self._environment).stdout
        if arguments == ["wait"]:
            return "".join(self._wait())
        if arguments == ["pytest", "-q"]:
            return self._test()
        assert arguments[0] == "python", command
        if arguments[-1] == "&":
            return self._start(arguments[1:-1], until_ready)
        done = patience.run([sys.executable, *arguments[1:]], cwd=self._folder, env=self._environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _start(self, arguments: list[str], until_ready: bool) -> str:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=self._folder, env=self._environment, stdout=subprocess.PIPE, text=True
        )
        self._behind.append(process)
        assert process.stdout is not None
        return process.stdout.readline() if until_ready else ""

    def _wait(self) -> Iterator[str]:
        while self._behind:
            process = self._behind[0]
            printed, _ = process.communicate(timeout=patience.SECONDS)
            self._behind.pop(0)
            assert process.returncode == 0, process.args
            yield printed

    def _test(self) -> str:
        """The last line of pytest, without the time."""
        plugin = ["-p", "sqs_sns_emulator.pytest_plugin", "-p", "no:cacheprovider"]
        program = [sys.executable, "-m", "pytest", "-q", *plugin]
        without = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = patience.run(program, cwd=self._folder, env=self._environment | without)
        assert done.returncode == 0, done.stdout
        return re.sub(r" in [\d.]+s.*", "", done.stdout.splitlines()[-1])

    def close(self) -> None:
        for process in self._behind:
            process.kill()
            process.communicate()


@contextmanager
def copied(project: Path, folder: Path, settings: dict[str, str]) -> Iterator[tuple[Terminal, str]]:
    """A terminal in a copy of the project beside a server with its template, and the server's URL."""
    for file in project.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    with running_server("--template", str(folder / "template.yaml")) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        replaced = {name: value.replace(URL, url) for name, value in settings.items()}
        terminal = Terminal(folder, replaced)
        try:
            yield terminal, url
        finally:
            terminal.close()


@pytest.mark.thorough
def test_readme_works_as_printed(project: Path, tmp_path: Path) -> None:
    with copied(project, tmp_path, exports(project)) as (terminal, _):
        for block in blocks(project, "console"):
            for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, expected = step.partition("\n")
                printed = terminal.run(command, until_ready=bool(expected))
                assert _RULES.sub("rules", printed).strip() == _RULES.sub("rules", expected).strip(), command


def test_picture_is_that_of_the_template(project: Path, tmp_path: Path) -> None:
    with copied(project, tmp_path, {}) as (_, url):
        drawn = patience.get(f"{url}/_emulator/topology?format=mermaid").decode()
    assert blocks(project, "mermaid") == [drawn]


@pytest.mark.thorough
def test_programs_of_compose_run_to_their_end_beside_each_other(project: Path, tmp_path: Path) -> None:
    services: dict[str, Any] = yaml.safe_load((project / "compose.yaml").read_text())["services"]
    emulator = services.pop("emulator")
    assert emulator["volumes"] == [f"./template.yaml:{emulator['environment']['EMULATOR_TEMPLATE']}:ro"]
    assert (project / emulator["build"] / "Dockerfile").resolve() == EXAMPLES.parent / "Dockerfile"
    assert services
    settings = exports(project)
    for name, service in services.items():
        assert service["build"] == ".", name
        assert all(needed == {"condition": "service_healthy"} for needed in service["depends_on"].values())
        assert service["environment"] == {key: value.replace(URL, IN_COMPOSE) for key, value in settings.items()}
    needed = {name for service in services.values() for name in service["depends_on"]}
    with copied(project, tmp_path, settings) as (terminal, _):
        for name, service in services.items():
            terminal.run(shlex.join(["python", *service["command"]]) + " &", until_ready=name in needed)
        assert terminal.run("wait")


def test_programs_do_not_know_of_the_emulator(project: Path) -> None:
    programs = [file for file in project.glob("*.py") if not file.name.startswith("test_")]
    assert programs
    for program in programs:
        for node in ast.walk(ast.parse(program.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.startswith(("emulator", "sqs_sns_emulator"))], program
