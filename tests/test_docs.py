"""Every snippet of the documentation is run, and prints what the documentation says.

Of a page, the ``python`` blocks run one after another in one namespace; a ``text`` block behind one is what
it prints. In a ``console`` block the lines ``$ curl``, ``$ echo`` and ``$ sqs-sns-emulator explain`` are run, in a
folder of the page's own, with the output that follows them.
"""

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import RunningServer, running_server

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTED_URL = "http://localhost:4566"

_RUN = ("curl ", "echo ", "sqs-sns-emulator explain ")  # the commands that are run
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A server of the page's own, and the environment that the README asks for."""
    with running_server() as server:
        server.url = server.url.replace("127.0.0.1", "localhost")
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield server


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_snippets_do_what_the_page_says(page: Path, server: RunningServer, tmp_path: Path) -> None:
    namespace: dict[str, object] = {}
    printed: str | None = None
    for language, block in _BLOCK.findall(page.read_text()):
        here = block.replace(DOCUMENTED_URL, server.url)
        if language == "python":
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(compile(here, str(page), "exec"), namespace)
            printed = output.getvalue()
        elif language == "text" and printed is not None:
            assert printed == here
            printed = None
        elif language == "console":
            run_console(here, tmp_path)


def run_console(block: str, folder: Path) -> None:
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = step.partition("\n")
        if command.startswith(_RUN):
            here = command.replace("sqs-sns-emulator", f"{sys.executable} -m emulator")
            done = subprocess.run(here, shell=True, capture_output=True, text=True, timeout=60, check=True, cwd=folder)
            assert (done.stderr + done.stdout).strip() == expected.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert target.startswith("https://") or (page.parent / target).exists(), target
