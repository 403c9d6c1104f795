"""A suite of small tests with emulated_aws, with the emulator fixture, and with moto's mock_aws, side by side.

    python -m benchmarks.test_suite [--tests 500] [--rounds 5] [--moto PYTHON]

Every test makes a queue and a topic, subscribes the queue to the topic, publishes, receives and deletes, with clients
of its own. Each round runs the whole suite once with each side, as separate runs of pytest, and measures wall time and
processor time from the start of pytest to its end, including the server's. A suite with one test shows how much of that
is Python, pytest, imports and the start of the server.

PYTHON is an interpreter that has moto[sqs,sns], boto3 and pytest. Without it, one is made in a temporary folder, from
the package index; if that is not available, moto is left out.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from benchmarks.spread import spread

ROOT = Path(__file__).parent.parent

_SUITE = """
import json
import boto3
import pytest
{imports}

@pytest.mark.parametrize("number", range({tests}))
{decorator}
def test_fan_out({fixtures}number):
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="sales")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message=str(number))
    message = sqs.receive_message(QueueUrl=url)["Messages"][0]
    assert json.loads(message["Body"])["Message"] == str(number)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
"""


@dataclass(slots=True)
class Times:
    """Seconds, one for each run."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{spread(self.wall, 's', 1)}; processor {spread(self.processor, 's', 1)}"


@dataclass(slots=True)
class Contender:
    name: str
    python: str
    imports: str = ""
    decorator: str = ""
    fixtures: str = ""
    suite: Times = field(default_factory=Times)
    one_test: Times = field(default_factory=Times)

    def run(self, tests: int, times: Times) -> None:
        """One run of ``tests`` tests."""
        environment = os.environ | {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(ROOT),
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        with tempfile.TemporaryDirectory() as folder:
            text = _SUITE.format(tests=tests, imports=self.imports, decorator=self.decorator, fixtures=self.fixtures)
            Path(folder, "test_fan_out.py").write_text(text)
            command = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
            if self.fixtures:
                command += ["-p", "sqs_sns_emulator.pytest_plugin"]
            since, used = time.perf_counter(), _processor_seconds()
            subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
            times.wall.append(time.perf_counter() - since)
            times.processor.append(_processor_seconds() - used)


def _processor_seconds() -> float:
    """The processor time of all child processes that have ended, and of their children."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def python_with_moto(folder: str) -> str | None:
    """A virtual environment with moto and the same boto3 as here; None if it cannot be made."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(Path(folder, "bin", "python"))
    wanted = ["moto[sqs,sns]", f"boto3=={version('boto3')}", f"pytest=={version('pytest')}"]
    installed = subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted])
    return python if installed.returncode == 0 else None


def compare(tests: int, rounds: int, moto: str | None) -> None:
    contenders = [
        Contender("emulated_aws", sys.executable, "from emulator.testing import emulated_aws", "@emulated_aws"),
        Contender("emulator fixture", sys.executable, fixtures="emulator, "),
    ]
    if moto is None:
        print("moto is left out: it could not be installed. --moto names an interpreter that has it.")
    else:
        contenders.append(Contender("moto mock_aws", moto, "from moto import mock_aws", "@mock_aws"))
    for _ in range(rounds):
        for contender in contenders:
            contender.run(tests, contender.suite)
            contender.run(1, contender.one_test)
    for contender in contenders:
        print(f"{contender.name:<16} {tests} tests: {contender.suite}")
        print(f"{'':<16} one test: {contender.one_test}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Times the same suite of tests with the emulator and with moto.")
    parser.add_argument("--tests", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--moto", metavar="PYTHON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments.tests, arguments.rounds, arguments.moto or python_with_moto(folder))
