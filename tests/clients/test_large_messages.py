"""The programs of docs/large-messages.md, with Amazon's extended clients and moto's server as S3."""

import re
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import patience
from tests.clients.pages import DOCS, DOCUMENTED_URL, environment, programs
from tests.clients.toolchains import EXTENDED, EXTENDED_JAVA, Toolchain
from tests.ports import free_port
from tests.server import running_server

PAGE = DOCS / "large-messages.md"
EXAMPLE = Path(__file__).parents[2] / "examples" / "large-messages"
S3_URL = "http://localhost:5000"  # on the page


@contextmanager
def running_s3() -> Iterator[str]:
    """The URL of moto's server."""
    url = f"http://localhost:{(port := free_port())}"
    program = [str(EXTENDED.workspace / "venv" / "bin" / "moto_server"), "--port", str(port)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            give_up = time.monotonic() + patience.SECONDS
            while not answers(url):
                assert process.poll() is None
                assert time.monotonic() < give_up
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    try:
        patience.get(f"{url}/moto-api/")
    except urllib.error.URLError:
        return False
    return True


@pytest.mark.parametrize(
    ("toolchain", "suffix", "count"), [(EXTENDED, ".py", 2), (EXTENDED_JAVA, ".java", 1)], ids=["python", "java"]
)
def test_programs_print_what_the_page_says(toolchain: Toolchain, suffix: str, count: int) -> None:
    if reason := EXTENDED.why_not() or toolchain.why_not():  # the former has moto's server
        pytest.skip(reason)
    found = [program for program in programs(PAGE) if program.file.endswith(suffix)]
    assert len(found) == count
    with running_server() as server, running_s3() as s3_url:
        url = server.url.replace("127.0.0.1", "localhost")
        surroundings = {
            name: value.replace(DOCUMENTED_URL, url).replace(S3_URL, s3_url)
            for name, value in environment(PAGE).items()
        }
        for program in found:
            done = toolchain.run(program.file, program.code, surroundings)
            assert done.stdout == program.printed, done.stderr


def test_example_has_the_programs_of_the_page() -> None:
    for program in [program for program in programs(PAGE) if program.file.endswith(".py")]:
        assert (EXAMPLE / program.file).read_text() == program.code


def test_page_and_example_name_the_versions_that_are_tried() -> None:
    versions = dict(
        re.findall(r"^([\w-]+)\S*==(\S+)$", (EXTENDED.folder / "requirements.txt").read_text(), re.MULTILINE)
    )
    pom = (EXTENDED_JAVA.folder / "pom.xml").read_text()
    versions |= dict(re.findall(r"<artifactId>([\w-]+)</artifactId>\s*<version>([\d.]+)</version>", pom))
    named = dict(re.findall(r"`([\w-]+)`\s(\d+\.\d+\.\d+)", PAGE.read_text()))
    assert named
    assert named.items() <= versions.items()
    installed = dict(re.findall(r"([\w-]+)==(\S+)", (EXAMPLE / "Dockerfile").read_text()))
    assert installed
    assert installed.items() <= versions.items()
    assert f"motoserver/moto:{versions['moto']}" in (EXAMPLE / "compose.yaml").read_text()
