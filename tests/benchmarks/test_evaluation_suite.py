"""AWS's evaluation suite, of which a tiny stand-in with the same files is run here."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.evaluation_suite import main

MANIFEST: list[dict[str, object]] = [
    {"id": "sqs-good", "service": "sqs", "operations": ["CreateQueue"]},
    {"id": "sqs-bad", "service": "SQS"},
    {"id": "sns-good", "services": ["Amazon SNS", "Amazon SQS"]},
    {"id": "with-lambda", "services": ["sns", "lambda"]},
    {"id": "dynamodb", "service": "dynamodb"},
]
# A test that leaves a queue behind, and wants to find none.
RUNNER = """
import sys, time, boto3
subcommand, test = sys.argv[1:3]
assert subcommand == "run"
sqs = boto3.client("sqs")
assert "QueueUrls" not in sqs.list_queues()
url = sqs.create_queue(QueueName=test)["QueueUrl"]
assert url.startswith("https://localhost:"), url
assert ":us-west-2:" in boto3.client("sns").create_topic(Name=test)["TopicArn"]
if test == "sqs-bad":
    print("AWS answers with something else")
    sys.exit(1)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    write(tmp_path, MANIFEST)
    (tmp_path / "runner.py").write_text(RUNNER)
    return tmp_path


def write(suite: Path, rows: Sequence[Mapping[str, object]]) -> None:
    (suite / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def evaluate(suite: Path, *options: str, runner: str = "runner.py run {test}") -> Result:
    return CliRunner().invoke(main, [str(suite), "--run", f"{sys.executable} {runner}", *options])


@pytest.mark.thorough
def test_tests_of_sqs_and_sns_are_run_and_scored(suite: Path) -> None:
    subprocess.run(
        "git init -q && git -c user.name=n -c user.email=e commit -q --allow-empty -m m && git tag v1.0.1",
        cwd=suite,
        shell=True,
        check=True,
    )
    file = suite / "report.json"
    done = evaluate(suite, "--report", str(file))
    assert done.exit_code == 1, done.output
    assert "failed: sqs-bad: exit code 1\n" in done.output
    assert "66.7 % (2/3); SQS 50.0 % (1/2), SNS 100.0 % (1/1)" in done.output
    report = json.loads(file.read_text())
    assert report["suite"] == "v1.0.1"
    assert report["all"] == {"passed": 2, "total": 3}
    assert report["failures"] == [
        {"test": "sqs-bad", "reason": "exit code 1", "output": "AWS answers with something else"}
    ]


def test_exit_code_is_0_if_all_pass(suite: Path) -> None:
    done = evaluate(suite, "--only", "sns")
    assert done.exit_code == 0, done.output
    assert "emulator 0." in done.output


def test_tests_can_be_listed(suite: Path) -> None:
    assert evaluate(suite, "--list").output == "sqs sqs-good\nsqs sqs-bad\nsns sns-good\n"


def test_members_of_the_manifest_can_be_named(suite: Path) -> None:
    write(suite, [{"file": "a", "area": "sqs"}])
    unnamed = evaluate(suite, "--list")
    assert unnamed.exit_code == 2
    assert "has no service or services, but area, file: say with --service-member which" in " ".join(
        unnamed.output.split()
    )
    named = evaluate(suite, "--list", "--service-member", "area", "--test-member", "file")
    assert named.output == "sqs a\n"


def test_test_that_takes_too_long_fails(suite: Path) -> None:
    (suite / "runner.py").write_text("import time; time.sleep(3600)")
    done = evaluate(suite, "--only", "sqs-good", "--test-seconds", "0.1")
    assert done.exit_code == 1
    assert "failed: sqs-good: took longer than 0.1 seconds" in done.output


@pytest.mark.parametrize(
    ("runner", "complaint"),
    [
        (
            "-c 'import sys; print(\"Usage: other\"); sys.exit(2)'",
            "the runner ended with 2, which is no verdict:\nUsage",
        ),
        ("runner.py {name}", "--run is not a command with {test}, {endpoint}, {ca_file}, {region} in it"),
    ],
)
def test_runner_that_gives_no_verdict_is_an_error_and_not_a_score(suite: Path, runner: str, complaint: str) -> None:
    done = evaluate(suite, runner=runner)
    assert done.exit_code == 2
    assert complaint in done.output
    assert "%" not in done.output


def test_runner_that_is_not_there_is_an_error(suite: Path) -> None:
    done = CliRunner().invoke(main, [str(suite), "--run", "no-such-program {test}"])
    assert done.exit_code == 2
    assert "no-such-program cannot be run: No such file or directory." in done.output


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "line 1 of"),
        ("[]\n", "is not a JSON object."),
        ('{"id": "a", "service": 1}\n', "1 does not name services."),
        ('{"id": "a", "service": "lambda"}\n', "No test of sqs or sns begins with ''"),
    ],
)
def test_manifest_that_cannot_be_used_is_refused(suite: Path, text: str, complaint: str) -> None:
    (suite / "manifest.jsonl").write_text(text)
    done = evaluate(suite)
    assert done.exit_code == 2
    assert complaint in " ".join(done.output.split())


def test_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    done = evaluate(tmp_path)
    assert done.exit_code == 2
    assert "manifest.jsonl cannot be read" in " ".join(done.output.replace("│", "").split())
