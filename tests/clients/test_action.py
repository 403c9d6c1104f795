"""The action of GitHub, run as a runner does: its steps in bash, and what they give to the steps that follow."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.clients.toolchains import without_aws
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
_SECONDS = 300.0  # for a step; installing takes as long as the index of packages does
INSTALL, START = ACTION["runs"]["steps"]


class Runner:
    """Runs steps, with a folder for what they leave."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        self.folder = folder
        self.environment = folder / "environment"
        self.output = folder / "output"
        self._inputs = {name: row["default"] for name, row in ACTION["inputs"].items()} | inputs

    def run(self, step: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
        variables = {name: self._expanded(value) for name, value in step.get("env", {}).items()}
        runner = {
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ENV": str(self.environment),
            "GITHUB_OUTPUT": str(self.output),
        }
        with (self.folder / "printed").open("w+") as printed:  # no pipe: the emulator would hold it open
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            env = without_aws() | runner | variables
            done = subprocess.Popen(command, env=env, cwd=self.folder, stdout=printed, stderr=printed, process_group=0)
            self.group = done.pid
            try:
                code = done.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(done.pid, signal.SIGKILL)
                done.wait()
                raise
            printed.seek(0)
            return subprocess.CompletedProcess(command, code, printed.read())

    def _expanded(self, value: str) -> str:
        return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: self._inputs[found[1]], value)

    def end(self) -> None:
        """End what the steps have left in the background."""
        try:
            os.killpg(self.group, signal.SIGTERM)
        except ProcessLookupError:
            return


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A runner's folder in which the emulator is installed."""
    programs = tmp_path / "sqs-sns-emulator"
    programs.mkdir()
    (programs / "bin").symlink_to(Path(sys.executable).parent)
    return tmp_path


def variables(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def test_steps_that_follow_find_the_emulator(installed: Path) -> None:
    port = str(free_port())
    runner = Runner(installed, port=port, region="eu-north-1", options="--account-id 111111111111 --seed 1")
    try:
        done = runner.run(START)
        assert done.returncode == 0, done.stdout
        env = variables(runner.environment)
        assert env.pop("AWS_ENDPOINT_URL") == variables(runner.output)["url"] == f"http://localhost:{port}"
        assert env == {
            "AWS_REGION": "eu-north-1",
            "AWS_DEFAULT_REGION": "eu-north-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        sqs = boto3.client(
            "sqs",
            endpoint_url=f"http://localhost:{port}",
            region_name=env["AWS_REGION"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        assert sqs.create_queue(QueueName="orders")["QueueUrl"] == f"http://localhost:{port}/111111111111/orders"
    finally:
        runner.end()


def test_start_that_fails_says_why(installed: Path) -> None:
    runner = Runner(installed, port=str(free_port()), options="--no-such-option")
    waits = '"$emulator" wait --url "$url"'
    assert waits in START["run"]
    step = START | {"run": START["run"].replace(waits, "wait $!")}  # until the emulator has ended, and not 30 seconds
    try:
        done = runner.run(step)
    finally:
        runner.end()
    assert done.returncode == 1
    assert "--no-such-option" in done.stdout
    assert not runner.environment.exists()


@pytest.mark.thorough
def test_emulator_is_installed_from_the_actions_own_folder(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    done = runner.run(INSTALL)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "sqs-sns-emulator" / "bin" / "sqs-sns-emulator").exists()
