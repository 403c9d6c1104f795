"""The image and compose.yaml on a real engine."""

import os
import subprocess

import boto3
import pytest

from tests.docker.engine import ROOT, await_healthy, compose_command, docker, running, why_not


@pytest.fixture(scope="module")
def image() -> str:
    if reason := why_not():
        pytest.skip(reason)
    docker("build", "--tag", "sqs-sns-emulator:test", ".", timeout=600)
    return "sqs-sns-emulator:test"


def test_any_user_id_and_a_read_only_root_suffice(image: str) -> None:
    with running(image) as container:
        await_healthy(container)


def test_boto3_outside_the_container_gets_a_queue_url_it_can_use(image: str) -> None:
    with running(image) as container:
        await_healthy(container)
        address = docker("port", container, "4566/tcp")
        sqs = boto3.client(
            "sqs",
            endpoint_url=f"http://{address}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

        queue_url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        sqs.send_message(QueueUrl=queue_url, MessageBody="order 17")

        assert queue_url == f"http://{address}/000000000000/orders"
        assert [message["Body"] for message in sqs.receive_message(QueueUrl=queue_url)["Messages"]] == ["order 17"]


def test_docker_stop_ends_the_server_cleanly_before_the_engine_kills_it(image: str) -> None:
    with running(image) as container:
        await_healthy(container)

        docker("stop", "-t", "2", container)

        assert docker("inspect", "--format", "{{.State.ExitCode}}", container) == "0"


def test_image_holds_no_aws_sdk(image: str) -> None:
    find = "import importlib.util as u; print([n for n in ('boto3', 'botocore', 'msgspec') if u.find_spec(n)])"

    found = docker("run", "--rm", "--entrypoint", "python3", image, "-c", find)

    assert found == "['msgspec']"


def test_compose_starts_the_consumer_when_the_emulator_is_healthy(image: str) -> None:
    compose = compose_command()
    if compose is None:
        pytest.skip("docker compose is not installed")
    compose += ["--project-name", "sqs-sns-emulator-test"]
    environment = os.environ | {"EMULATOR_PORT": "0"}  # any free port of the host

    up = [*compose, "up", "--build", "--abort-on-container-exit", "--exit-code-from", "consumer"]
    try:
        done = subprocess.run(up, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    finally:
        subprocess.run([*compose, "down", "--volumes"], cwd=ROOT, env=environment, capture_output=True, check=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "queue http://emulator:4566/000000000000/orders" in done.stdout
    assert "received order 17 was paid" in done.stdout
