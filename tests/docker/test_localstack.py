"""A LocalStack setup with nothing but the image exchanged: compose, Testcontainers, health checks, init hooks."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
import yaml

from tests.docker.engine import ROOT, compose_command, docker, why_not
from tests.server import running_server
from tests.serving.test_hooks import started_server, write

HERE = Path(__file__).parent
SETUP = HERE / "localstack"
COMPOSE_FILE = SETUP / "compose.yaml"
CURL = ROOT / "image" / "curl"
COMPAT = "sqs-sns-emulator-compat-test:latest"  # of any other tag Testcontainers for Java thinks LocalStack 0.10
SLIM = "sqs-sns-emulator:test"


# -- Without an engine ---------------------------------------------------------------------


def curl(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(CURL), *arguments], capture_output=True, text=True, timeout=60)


def test_health_check_of_the_compose_file_succeeds_once_the_scripts_have_run(tmp_path: Path) -> None:
    check = yaml.safe_load(COMPOSE_FILE.read_text())["services"]["localstack"]["healthcheck"]["test"]
    assert check[:3] == ["CMD", "curl", "-f"]
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    write(tmp_path / "init" / "ready.d" / "a.sh", f"cat {gate}")
    with started_server(tmp_path / "init") as server:
        arguments = [argument.replace("http://localhost:4566", server.url) for argument in check[2:]]
        starting = curl(*arguments)
        assert (starting.returncode, starting.stdout) == (22, "")
        assert starting.stderr == "curl: (22) The requested URL returned error: 503\n"
        gate.write_text("go on")
        server.await_ready()
        ready = curl(*arguments)
        assert (ready.returncode, ready.stderr) == (0, "")
        assert '"sqs": "running"' in ready.stdout


def test_stand_in_for_curl_has_what_health_checks_use(tmp_path: Path) -> None:
    with running_server() as server:
        health = f"{server.url}/_localstack/health"
        body = curl("-fsS", health).stdout
        for arguments in (["--fail", "--silent", "--max-time", "5"], ["-s", "-H", "Accept: */*"], ["-sL"], ["-fXGET"]):
            assert curl(*arguments, health).stdout == body
        assert curl(health.removeprefix("http://")).stdout == body
        assert curl("-s", "-o", "/dev/null", "-w", r"%{http_code}\n", health).stdout == "200\n"
        assert curl("-sI", health).stdout.startswith("HTTP/1.1 200 OK\n")
        assert curl("-si", health).stdout.endswith(f"\n\n{body}")
        assert curl("-s", "-o", str(tmp_path / "file"), health).returncode == 0
        assert (tmp_path / "file").read_text() == body
        assert curl("-s", "-X", "POST", f"{server.url}/_localstack/state/reset").returncode == 0
        assert '"error"' in curl("-s", "-d", '{"advance": -1}', f"{server.url}/_emulator/clock").stdout
        missing = curl("-f", f"{server.url}/_emulator/nothing")
        assert (missing.returncode, missing.stdout) == (22, "")
        assert curl("-s", f"{server.url}/_emulator/nothing").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-s", "http://127.0.0.1:1/"], 7, ""),
        (["-sS", "http://127.0.0.1:1/"], 7, "curl: (7) Failed to connect to 127.0.0.1:1"),
        (["http://no-such-host.invalid/"], 6, "curl: (6) Could not resolve host"),
        (["https://localhost/"], 1, "not supported by this stand-in"),
        (["http://localhost:port/"], 3, "curl: (3)"),
        (["--proxy", "x", "http://localhost/"], 2, "option --proxy not recognized; this is a stand-in for curl"),
        (["-Z"], 2, "option -Z not recognized"),
        (["-s"], 2, "no URL specified"),
        (["-d", "@file", "http://localhost/"], 2, "data from a file is not supported"),
    ],
)
def test_stand_in_for_curl_fails_as_curl_does(arguments: list[str], code: int, said: str) -> None:
    done = curl(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert bool(done.stderr) == bool(said)


def test_stand_in_for_curl_says_that_it_is_none() -> None:
    assert curl("--version").stdout.startswith("curl of sqs-sns-emulator: a stand-in for curl")


def test_entry_point_hands_its_arguments_on(tmp_path: Path) -> None:
    write(tmp_path / "sqs-sns-emulator", "#!/bin/sh", 'echo "$#: $*"')
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    script = ROOT / "image" / "docker-entrypoint.sh"
    done = subprocess.run(
        [script, "--seed", "7"], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "2: --seed 7\n"


# -- With one ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compat() -> str:
    if reason := why_not():
        pytest.skip(reason)
    docker("build", "--target", "compat", "--tag", COMPAT, ".", timeout=1200)
    return COMPAT


@pytest.fixture(scope="module")
def slim() -> str:
    if reason := why_not():
        pytest.skip(reason)
    docker("build", "--tag", SLIM, ".", timeout=1200)
    return SLIM


def test_compose_file_of_localstack_starts_its_dependents_with_all_that_its_hooks_make(compat: str) -> None:
    compose = compose_command()
    if compose is None:
        pytest.skip("docker compose is not installed")
    compose += ["--project-name", "localstack-test", "--file", str(COMPOSE_FILE)]
    environment = os.environ | {
        "LOCALSTACK_IMAGE": compat,
        "LOCALSTACK_PORT": "0",
        "LOCALSTACK_DOCKER_NAME": "localstack-test",
    }
    up = [*compose, "up", "--abort-on-container-exit", "--exit-code-from", "application"]
    try:
        done = subprocess.run(up, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    finally:
        subprocess.run([*compose, "down", "--volumes"], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for queue in ("invoices", "orders"):
        assert f"http://localstack:4566/000000000000/{queue}" in done.stdout
    assert "made arn:aws:sns:eu-central-1:000000000000:sales" in done.stdout
    assert "Ready." in done.stdout


@pytest.mark.parametrize("image", ["slim", "compat"])
def test_both_images_have_curl_and_localstacks_entry_point(image: str, request: pytest.FixtureRequest) -> None:
    name = request.getfixturevalue(image)
    container = docker("run", "--detach", "--entrypoint", "/usr/local/bin/docker-entrypoint.sh", name, "--seed", "7")
    try:
        check = ["curl", "-sf", "http://localhost:4566/_localstack/health"]
        for _ in range(600):
            done = subprocess.run(["docker", "exec", container, *check], capture_output=True, text=True, timeout=60)
            if done.returncode == 0:
                break
        assert '"sqs": "running"' in done.stdout, docker("logs", container)
    finally:
        docker("rm", "--force", container)


@contextmanager
def without_reaper() -> Iterator[None]:
    """Testcontainers without Ryuk, an image of its own: each test removes its container itself."""
    from testcontainers.core.config import testcontainers_config

    usual, testcontainers_config.ryuk_disabled = testcontainers_config.ryuk_disabled, True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = usual


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_localstack_container_of_testcontainers_for_python_starts(slim: str) -> None:
    from testcontainers.community.localstack import LocalStackContainer

    with without_reaper(), LocalStackContainer(image=slim, region_name="eu-west-1").with_services("sqs") as localstack:
        sqs = boto3.client(
            "sqs",
            endpoint_url=localstack.get_url(),
            region_name="eu-west-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        assert url == f"{localstack.get_url()}/000000000000/orders"
        assert sqs.list_queues()["QueueUrls"] == [url]


def test_localstack_container_of_testcontainers_for_java_starts(compat: str, tmp_path: Path) -> None:
    if shutil.which("mvn") is None:
        pytest.skip("Maven is not installed")
    project = tmp_path / "java"
    shutil.copytree(HERE / "java", project)
    environment = os.environ | {
        "EMULATOR_IMAGE": compat,
        "TESTCONTAINERS_RYUK_DISABLED": "true",
        "TESTCONTAINERS_CHECKS_DISABLE": "true",
        "TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE": compat,  # else one of Docker Hub's
    }
    repository = Path.home() / ".m2" / "repository"
    resolve = ["mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={repository}"]
    compiled = subprocess.run([*resolve, "test-compile"], cwd=project, capture_output=True, text=True, timeout=900)
    if compiled.returncode != 0 and "Could not transfer" in compiled.stdout:
        pytest.skip("Maven Central is not reachable")
    assert compiled.returncode == 0, compiled.stdout
    done = subprocess.run([*resolve, "test"], cwd=project, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
