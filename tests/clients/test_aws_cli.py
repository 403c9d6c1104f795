"""What docs/languages.md says of the AWS CLI, where one is installed."""

import shlex
import shutil
import subprocess

import pytest

from tests.clients.pages import DOCS, DOCUMENTED_URL, blocks
from tests.clients.toolchains import without_aws
from tests.server import running_server

NOWHERE = "http://127.0.0.1:9"  # a proxy, so that nothing leaves this machine
SETTINGS = {
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_MAX_ATTEMPTS": "1",
    "HTTPS_PROXY": NOWHERE,
}
LIST_QUEUES = blocks(DOCS / "languages.md", "console")[0].text.removeprefix("$ ")


def aws(command: list[str], **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = without_aws() | SETTINGS | settings
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def version() -> str:
    if shutil.which("aws") is None:
        pytest.skip("aws is not installed")
    return aws(["aws", "--version"]).stdout.removeprefix("aws-cli/")


def test_documented_command_reaches_the_emulator(version: str) -> None:
    with running_server() as server:
        command = shlex.split(LIST_QUEUES.replace(DOCUMENTED_URL, server.url))
        create = [*command[:-1], "create-queue", "--queue-name", "orders"]
        assert aws(create).returncode == 0
        listed = aws(command)
    assert f"{server.url}/000000000000/orders" in listed.stdout, listed.stderr


def test_only_version_1_ignores_the_environment_for_sqs(version: str) -> None:
    _, _, _, *command = shlex.split(LIST_QUEUES)
    with running_server() as server:
        listed = aws(["aws", *command], AWS_ENDPOINT_URL=server.url)
    if version.startswith("1."):
        assert listed.returncode != 0
        assert NOWHERE in listed.stderr
    else:
        assert listed.returncode == 0, listed.stderr
