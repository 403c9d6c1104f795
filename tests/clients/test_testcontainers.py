"""The Testcontainers programs of docs/continuous-integration.md, on the docker engine of this machine."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.pages import DOCS, blocks
from tests.clients.toolchains import JAVA, without_aws
from tests.docker.engine import docker, why_not

PAGE = DOCS / "continuous-integration.md"
SETTINGS = {"TESTCONTAINERS_RYUK_DISABLED": "true"}  # an image more, which the engine may not be able to pull
SECONDS = 300


@pytest.fixture(scope="module")
def image() -> str:
    if reason := why_not():
        pytest.skip(reason)
    docker("build", "--tag", "sqs-sns-emulator:test", ".", timeout=600)
    return "sqs-sns-emulator:test"


def with_image(code: str, image: str) -> str:
    changed, times = re.subn(r"[\w./-]+/sqs-sns-emulator:[\w.]+", image, code)
    assert times == 1
    return changed


def test_python_test_passes(image: str, tmp_path: Path) -> None:
    [example] = blocks(PAGE, "python")
    Path(tmp_path, example.file).write_text(with_image(example.text, image))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", example.file],
        cwd=tmp_path,
        env=without_aws() | SETTINGS | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_java_program_prints_what_the_page_says(image: str) -> None:
    if reason := JAVA.why_not():
        pytest.skip(reason)
    [program], [printed] = blocks(PAGE, "java"), blocks(PAGE, "text")
    done = JAVA.run(program.file, with_image(program.text, image), SETTINGS)
    assert done.stdout == printed.text, done.stderr
