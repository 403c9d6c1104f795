"""A suite of small tests with emulated_aws, with the emulator fixture, and with moto's mock_aws, side by side.

    python -m benchmarks.test_suite [--tests 50] [--rounds 5] [--moto PYTHON]

Every test makes a queue and a topic, subscribes the one to the other, publishes, receives and deletes. Each round
runs the whole suite once with each, one after the other, as pytest runs of their own. PYTHON is an interpreter that
has moto[sqs,sns], boto3 and pytest; without it one is made in a temporary folder, from PyPI.

What a run costs before its first test (Python, pytest, imports, the server) is measured by a suite of one test and
told apart.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    python: str
    imports: str = ""
    decorator: str = ""
    fixtures: str = ""

    def suite(self, tests: int) -> str:
        return _SUITE.format(tests=tests, imports=self.imports, decorator=self.decorator, fixtures=self.fixtures)


def seconds(contender: Contender, tests: int) -> float:
    """One run of the suite, from the start of pytest to its end."""
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(ROOT),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_fan_out.py").write_text(contender.suite(tests))
        command = [contender.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        if contender.fixtures:
            command += ["-p", "emulator.testing.plugin"]
        since = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - since


def python_with_moto(folder: str) -> str:
    """A virtual environment with moto and the boto3 that we have here."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(Path(folder, "bin", "python"))
    wanted = ["moto[sqs,sns]", f"boto3=={version('boto3')}", f"pytest=={version('pytest')}"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def compare(tests: int, rounds: int, moto: str) -> None:
    contenders = [
        Contender("emulated_aws", sys.executable, "from emulator.testing import emulated_aws", "@emulated_aws"),
        Contender("emulator fixture", sys.executable, fixtures="emulator, "),
        Contender("moto mock_aws", moto, "from moto import mock_aws", "@mock_aws"),
    ]
    firsts: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    each: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            first = seconds(contender, 1)
            firsts[contender.name].append(first)
            each[contender.name].append((seconds(contender, tests + 1) - first) / tests)
    for contender in contenders:
        print(f"{contender.name:<17} one more test: {spread(each[contender.name])}")
        print(f"{'':<17} run of one test: {spread(firsts[contender.name])}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Times the same suite of tests with the emulator and with moto.")
    parser.add_argument("--tests", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--moto", metavar="PYTHON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments.tests, arguments.rounds, arguments.moto or python_with_moto(folder))
