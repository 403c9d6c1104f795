"""The programs of docs/large-messages.md, with Amazon's extended clients and moto's server as S3."""

import re
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tests import patience
from tests.clients.pages import DOCS, DOCUMENTED_URL, environment, programs
from tests.clients.toolchains import EXTENDED, EXTENDED_JAVA, EXTENDED_JAVASCRIPT, Toolchain
from tests.ports import free_port
from tests.server import running_server

PAGE = DOCS / "large-messages.md"
EXAMPLE = Path(__file__).parents[2] / "examples" / "large-messages"
S3_URL = "http://localhost:5000"  # on the page

SENDING = 'await producer.sendJSON({ report: "x".repeat(3_000_000) });\n'
# Receives the message of the page's program for JavaScript, and sends one.
ANSWER = """
import json
import boto3
import sqs_extended_client

sqs = boto3.client("sqs")
sqs.large_payload_support = "node-payloads"
sqs.use_legacy_attribute = True
url = sqs.get_queue_url(QueueName="node-reports")["QueueUrl"]
[message] = sqs.receive_message(QueueUrl=url)["Messages"]
print(len(json.loads(message["Body"])["report"]), "characters received")
sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"report": "y" * 2_000_000}))
"""


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


@contextmanager
def running_servers() -> Iterator[dict[str, str]]:
    """The environment of the page's programs, with the URLs of an emulator and of moto's server."""
    with running_server() as server, running_s3() as s3_url:
        url = server.url.replace("127.0.0.1", "localhost")
        yield {
            name: value.replace(DOCUMENTED_URL, url).replace(S3_URL, s3_url)
            for name, value in environment(PAGE).items()
        }


def answers(url: str) -> bool:
    try:
        patience.get(f"{url}/moto-api/")
    except urllib.error.URLError:
        return False
    return True


@pytest.mark.parametrize(
    ("toolchain", "suffix", "count"),
    [(EXTENDED, ".py", 2), (EXTENDED_JAVA, ".java", 1), (EXTENDED_JAVASCRIPT, ".mjs", 2)],
    ids=["python", "java", "javascript"],
)
def test_programs_print_what_the_page_says(toolchain: Toolchain, suffix: str, count: int) -> None:
    if reason := EXTENDED.why_not() or toolchain.why_not():  # the former has moto's server
        pytest.skip(reason)
    found = [program for program in programs(PAGE) if program.file.endswith(suffix)]
    assert len(found) == count
    with running_servers() as surroundings:
        for program in found:
            done = toolchain.run(program.file, program.code, surroundings)
            assert done.stdout == program.printed, done.stderr


def test_python_and_javascript_receive_what_the_other_sends() -> None:
    if reason := EXTENDED.why_not() or EXTENDED_JAVASCRIPT.why_not():
        pytest.skip(reason)
    [page] = [program.code for program in programs(PAGE) if program.file == "large_queue.mjs"]
    before, sending, after = page.partition(SENDING)
    assert sending
    with running_servers() as surroundings:
        sent = EXTENDED_JAVASCRIPT.run("send.mjs", before + sending, surroundings)
        assert sent.returncode == 0, sent.stderr
        answered = EXTENDED.run("answer.py", ANSWER, surroundings)
        assert answered.stdout == "3000000 characters received\n", answered.stderr
        received = EXTENDED_JAVASCRIPT.run("receive.mjs", before + after, surroundings)
        assert received.stdout == "2000000 characters received\n", received.stderr


def test_example_has_the_programs_of_the_page() -> None:
    for program in [program for program in programs(PAGE) if program.file.endswith((".py", ".mjs"))]:
        assert (EXAMPLE / program.file).read_text() == program.code


def test_page_and_example_name_the_versions_that_are_tried() -> None:
    versions = dict(
        re.findall(r"^([\w-]+)\S*==(\S+)$", (EXTENDED.folder / "requirements.txt").read_text(), re.MULTILINE)
    )
    pom = (EXTENDED_JAVA.folder / "pom.xml").read_text()
    versions |= dict(re.findall(r"<artifactId>([\w-]+)</artifactId>\s*<version>([\d.]+)</version>", pom))
    packages = msgspec.json.decode((EXTENDED_JAVASCRIPT.folder / "package.json").read_bytes())
    versions |= packages["dependencies"]
    named = dict(re.findall(r"`([\w-]+)`\s(\d+\.\d+\.\d+)", PAGE.read_text()))
    assert named
    assert named.items() <= versions.items()
    for dockerfile, package in [("Dockerfile", r"([\w-]+)==(\S+)"), ("javascript.Dockerfile", r"([@\w/-]+)@(\d\S+)")]:
        installed = dict(re.findall(package, (EXAMPLE / dockerfile).read_text()))
        assert installed
        assert installed.items() <= versions.items()
    assert f"motoserver/moto:{versions['moto']}" in (EXAMPLE / "compose.yaml").read_text()
