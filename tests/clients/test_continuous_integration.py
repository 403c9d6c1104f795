"""The jobs of docs/continuous-integration.md: their commands are run, and what they say of the emulator holds."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.pages import DOCS, DOCUMENTED_URL
from tests.clients.toolchains import without_aws
from tests.ports import free_port
from tests.server import running_server

PAGE = DOCS / "continuous-integration.md"
SECONDS = 300
USERS_TESTS = (
    "test:\n\tpython -c \"import boto3; print(boto3.client('sqs').create_queue(QueueName='orders')['QueueUrl'])\"\n"
)

Job = dict[str, Any]


def jobs() -> dict[str, Job]:
    """The jobs of the page, by the heading they are under."""
    found = {}
    for section in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]:
        for text in re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
            document = yaml.safe_load(text)
            found[section.splitlines()[0]] = document.get("jobs", document).get("test", document)
    return found


JOBS = jobs()


def environment(job: Job) -> dict[str, str]:
    """What the job's commands have in their environment: ``env`` on GitHub, ``variables`` on GitLab."""
    return dict(job.get("env") or job["variables"])


def commands(job: Job) -> list[str]:
    """What the job runs, without installing packages, and without asking an engine for logs."""
    steps = [step["run"] for step in job.get("steps", ()) if "run" in step]
    steps += job.get("script", [])
    steps += job.get("after_script", [])
    lines = [line for step in steps for line in step.splitlines()]
    return [line for line in lines if not line.startswith(("pip install ", "docker logs "))]


def run(job: Job, here: str, there: str, folder: Path) -> str:
    """What the job's commands print, each in a shell of its own, when ``here`` is ``there``."""
    Path(folder, "Makefile").write_text(USERS_TESTS)
    steps = [f"bash -e step{number}" for number, _ in enumerate(commands(job))]
    Path(folder, "job").write_text("\necho\n".join(steps))  # what curl prints does not end its line
    for number, command in enumerate(commands(job)):
        Path(folder, f"step{number}").write_text(command.replace(here, there))
    variables = {name: value.replace(here, there) for name, value in environment(job).items()}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = subprocess.Popen(
        ["bash", "-e", "job"],
        cwd=folder,
        env=without_aws() | variables | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = shell.communicate(timeout=SECONDS)
    finally:
        end_group(shell.pid)
    assert shell.returncode == 0, printed
    return printed


def end_group(leader: int) -> None:
    """End what the job has left in the background, as a runner does."""
    try:
        os.killpg(leader, signal.SIGTERM)
    except ProcessLookupError:
        return


def assert_job_used_the_emulator(printed: str) -> None:
    documents = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert [queue["name"] for document in documents for queue in document.get("queues", ())] == ["orders"]
    assert {"publishes": []} in documents


def test_page_has_the_jobs_that_are_tested_here() -> None:
    assert list(JOBS) == ["pytest", "GitHub Actions", "GitLab", "Without Docker", "Jobs and tests in parallel"]
    assert commands(JOBS["pytest"]) == ["pytest"]  # docs/testing.md is about what it does


def test_github_service_publishes_the_port_that_its_job_calls() -> None:
    job = JOBS["GitHub Actions"]
    assert environment(job)["AWS_ENDPOINT_URL"] == DOCUMENTED_URL
    assert job["services"]["emulator"]["ports"] == ["4566:4566"]


def test_gitlab_service_has_the_name_that_its_job_calls() -> None:
    job = JOBS["GitLab"]
    [service] = job["services"]
    assert environment(job)["AWS_ENDPOINT_URL"] == f"http://{service['alias']}:4566"


def test_page_names_one_image() -> None:
    assert len(set(re.findall(r"[\w./-]+/sqs-sns-emulator:[\w.]+", PAGE.read_text()))) == 1


@pytest.mark.parametrize("name", ["GitHub Actions", "GitLab"])
def test_job_with_a_service_runs_its_tests_against_it(name: str, tmp_path: Path) -> None:
    with running_server() as service:
        printed = run(JOBS[name], environment(JOBS[name])["AWS_ENDPOINT_URL"], service.url, tmp_path)
    assert_job_used_the_emulator(printed)
    assert f"{service.url}/000000000000/orders" in printed


def test_job_without_docker_starts_the_emulator_and_waits_for_it(tmp_path: Path) -> None:
    port = free_port()
    printed = run(JOBS["Without Docker"], "4566", str(port), tmp_path)
    assert_job_used_the_emulator(printed)
    assert f"http://localhost:{port}/000000000000/orders" in printed
    assert "sqs.CreateQueue 200" in printed  # the log of the emulator


def test_accounts_of_parallel_jobs_are_accounts() -> None:
    job = JOBS["Jobs and tests in parallel"]
    assert all(re.fullmatch(r"\d{12}", account) for account in job["strategy"]["matrix"]["account"])
    assert job["env"] == {"AWS_ACCESS_KEY_ID": "${{ matrix.account }}"}
