"""The documentation holds what it says: its snippets run as a reader would run them, and its commands are safe to copy.

The ``python`` blocks of a page run one after another in one namespace; a ``text`` block behind one is what it prints.
An ``sh`` block is run by the shell, and what it exports holds for the blocks that follow; there are no other AWS
settings. In a ``console`` block the lines ``$ curl``, ``$ echo`` and ``$ sqs-sns-emulator`` with a command that
ends by itself are run, and print the lines that follow them. All that happens in a folder of the page's own. A block
with the name of a file, such as ``toml emulator.toml``, is that file there.
"""

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests import emulator_process, patience
from tests.server import RunningServer, running_server

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = [path for path in (ROOT / "examples").rglob("*") if path.is_file() and path.suffix != ".pyc"]
# All that a reader may copy a command or a port from.
COPIED = [*PAGES, *EXAMPLES, *ROOT.glob("*compose*.y*ml"), ROOT / "Makefile", ROOT / "Dockerfile"]
DOCUMENTED_URL = "http://localhost:4566"

# The commands that are run.
_RUN = re.compile(
    r"curl |echo |sqs-sns-emulator (?:explain|config check|audit|model diff|deploy|ls|send|receive|peek|publish|purge"
    r"|redrive|trace|wait|clock|reset|export|import|findings)\b"
)
_SHOWS_CODE = ' || echo "exit code $?"'
_OF_SHELLS = re.compile(r"[|<>$;&]")  # in a command that needs a shell
_MAY_FAIL = "sqs-sns-emulator config check "  # it shows mistakes
_FILE = re.compile(r"^```(?:toml|yaml|json|hocon) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```python[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```([^\n]*)\n(.*?)^```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def has_snippets(page: Path) -> bool:
    """Those of docs/clients.md are parts of the programs of tests/clients/matrix, and are run there."""
    return page.name != "clients.md" and _BLOCK.search(page.read_text()) is not None


@pytest.fixture(scope="module")
def shared_server() -> Iterator[RunningServer]:
    with running_server() as server:
        server.url = server.url.replace("127.0.0.1", "localhost")
        yield server


@pytest.fixture
def server(shared_server: RunningServer) -> RunningServer:
    """A server with nothing of another page."""
    patience.get(f"{shared_server.url}/_emulator/reset", b"{}")
    return shared_server


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No setting of AWS from anywhere but the page: neither from variables nor from files at home."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTO", "EMULATOR_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return monkeypatch


@pytest.mark.parametrize("page", [page for page in PAGES if has_snippets(page)], ids=named)
def test_snippets_do_what_the_page_says(
    page: Path, server: RunningServer, bare_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare_environment.chdir(tmp_path)
    namespace: dict[str, object] = {}
    printed: str | None = None
    for name, content in _FILE.findall(page.read_text()):
        (tmp_path / name).write_text(content)
    for language, block in _BLOCK.findall(page.read_text()):
        here = block.replace(DOCUMENTED_URL, server.url)
        if language == "sh":
            export(here, bare_environment)
        elif language == "python":
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(compile(here, str(page), "exec"), namespace)
            printed = output.getvalue()
        elif language == "text" and printed is not None:
            assert printed == here
            printed = None
        elif language == "console":
            run_console(here, tmp_path)


def export(block: str, environment: pytest.MonkeyPatch) -> None:
    """Let what the shell exports in ``block`` hold here too."""
    done = patience.run(["sh", "-euc", f"{block}\nenv -0"], check=True)
    for setting in done.stdout.rstrip("\0").split("\0"):
        name, _, value = setting.partition("=")
        if os.environ.get(name) != value:
            environment.setenv(name, value)


def run_console(block: str, folder: Path) -> None:
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = step.partition("\n")
        if _RUN.match(command) and "https://localhost" not in command:  # tests/serving/test_tls.py runs that one
            done = run_command(command, folder)
            assert done.returncode == 0 or command.startswith(_MAY_FAIL), done
            assert (done.stderr + done.stdout).strip() == expected.strip()


def run_command(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A command of the emulator alone is run in a process that is quick to start."""
    alone, shows_code, _ = command.partition(_SHOWS_CODE)
    alone, _, file = alone.partition(" > ")
    if alone.startswith("sqs-sns-emulator ") and not _OF_SHELLS.search(alone + file):
        done = emulator_process.run(*shlex.split(alone)[1:], cwd=folder)
        if file:
            (folder / file).write_text(done.stdout)
            done.stdout = ""
        if shows_code and done.returncode:
            done.stdout += f"exit code {done.returncode}"
            done.returncode = 0
        return done
    here = command.replace("sqs-sns-emulator", f"{sys.executable} -m emulator")
    return patience.run(here, shell=True, cwd=folder)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_page_says_how_to_install_what_its_snippets_import(page: Path) -> None:
    """The server needs no boto3 and installs none; the fixtures are in the package's extra."""
    text = page.read_text()
    imported = {module for block in _PYTHON.findall(text) for module in modules_imported(block)}
    installed = set(re.findall(r"pip install [^\n`]*?(boto3|sqs-sns-emulator\[pytest\])", text))
    if "emulator" in imported:
        assert "sqs-sns-emulator[pytest]" in installed
    elif "boto3" in imported:
        assert installed


def modules_imported(block: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("chart", sorted((ROOT / "docs" / "charts").glob("*.svg")), ids=named)
def test_charts_are_readable_on_light_and_dark_pages(chart: Path) -> None:
    svg = chart.read_text()
    assert "@media (prefers-color-scheme: dark)" in svg
    assert "fill: #ffffff" not in svg  # a background of its own


def compared_projects() -> list[list[str]]:
    """The cells of each row of the README's comparison, but the first, which is this project."""
    section = README.read_text().partition("## Compared with others\n")[2].partition("\n## ")[0]
    table = section[section.index("\n| ") :].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return rows[2:]


def test_every_row_of_the_comparison_is_complete_and_has_source_and_date() -> None:
    rows = compared_projects()
    assert len(rows) >= 10
    for row in rows:
        assert len(row) == len(rows[0])
        assert re.search(r"\]\(https://\S+\)", row[-1]), row[0]
        assert re.search(r"20\d\d-\d\d-\d\d$", row[-1]), row[0]


def test_migration_page_has_a_section_for_each_project_of_the_comparison() -> None:
    headings = re.findall(r"^## From (.+)$", (ROOT / "docs" / "migration.md").read_text(), re.MULTILINE)
    for row in compared_projects():
        assert any(row[0].startswith(heading) for heading in headings), row[0]


@pytest.mark.parametrize("path", COPIED, ids=named)
def test_no_aws_command_can_reach_real_aws(path: Path) -> None:
    """Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for SQS: https://github.com/aws/aws-cli/issues/8737."""
    commands = list(aws_commands(path))
    for command in commands:
        assert "--endpoint-url" in command, command
    if commands and path.suffix == ".md":
        assert "https://github.com/aws/aws-cli/issues/8737" in path.read_text()


def aws_commands(path: Path) -> Iterator[str]:
    """Every use of the program ``aws`` in code other than Python, with its continuation lines."""
    text = path.read_text()
    code = [block or span for language, block, span in _CODE.findall(text) if not language.startswith("py")]
    pieces = code if path.suffix == ".md" else [text]
    for piece in pieces:
        for line in re.sub(r"\s*\\\n\s*", " ", piece).splitlines():
            yield from re.findall(r"(?:^|[$;&|(\"'\s])(aws (?:--|[a-z0-9]+ [a-z])[^;&|)]*)", line)


@pytest.mark.parametrize("path", COPIED, ids=named)
def test_every_published_port_is_bound_to_loopback(path: Path) -> None:
    """All but those of a GitHub job's services, which name no address and are on a machine of the job's own."""
    text = re.sub(r"^```yaml\n# \.github\/.*?^```$", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    for port in () if "\nkind: Service\n" in text else published_ports(text):  # a manifest of Kubernetes publishes none
        assert port.startswith("127.0.0.1:"), port


def published_ports(text: str) -> Iterator[str]:
    """What follows ``-p`` and ``--publish``, the items under ``ports:``, and long items as ``host_ip:published``."""
    yield from re.findall(r"--publish[ =][\"']?([^\s\"'`]+)", text)
    yield from re.findall(r"(?<=\s)-p ?[\"']?([^\s\"'`]*:\d+[^\s\"'`]*)", text)
    yield from ("all" for _ in re.findall(r"docker run[^\n`]* (?:-P|--publish-all)\b", text))
    for ports in re.finditer(r"^( *)ports:[^\n]*\n((?:\1 *-[^\n]*\n?|\1 {2,}[^\n]*\n?)+)", text, re.MULTILINE):
        for item in re.split(r"^\s*- ", ports[2], flags=re.MULTILINE)[1:]:
            if "published:" in item:
                port = re.search(r"published: [\"']?(\d+)", item)
                host = re.search(r"host_ip: [\"']?([\d.]+)", item)
                yield f"{host[1] if host else '0.0.0.0'}:{port[1] if port else 'unknown'}"
            else:
                yield item.strip().strip("\"'")


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("docker run --publish 4566:4566 image", "4566:4566"),
        ("docker run -p 127.0.0.1:4566:4566 image", "127.0.0.1:4566:4566"),
        ("docker run --publish 4566 image", "4566"),
        ("docker run -p ${PORT}:4566 image", "${PORT}:4566"),
        ("docker run --rm -P image", "all"),
        ('services:\n  a:\n    ports:\n      - "4566:4566"\n    image: b\n', "4566:4566"),
        ("    ports:\n    - 127.0.0.1:80:80\n", "127.0.0.1:80:80"),
        ("ports:\n  - target: 80\n    published: 80\n", "0.0.0.0:80"),
        ("ports:\n  - target: 80\n    published: 80\n    host_ip: 127.0.0.1\n", "127.0.0.1:80"),
    ],
)
def test_published_ports_are_found(text: str, port: str) -> None:
    assert list(published_ports(text)) == [port]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("`aws sqs list-queues`", "aws sqs list-queues"),
        ("```sh\nURL=$(aws sqs \\\n  get-queue-url)\n```", "aws sqs get-queue-url"),
        ("```console\n$ aws --region x sns publish\n```", "aws --region x sns publish"),
        ("```python\nif aws is None: ...\n```\nThe aws command line: `aws s3 ls`", "aws s3 ls"),
    ],
)
def test_aws_commands_are_found(text: str, command: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    assert list(aws_commands(page)) == [command]
