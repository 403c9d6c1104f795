"""LocalStack's environment variables, and what they mean here."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from emulator.configuration.localstack import translate
from emulator.testing import emulated_aws
from tests import boto, emulator_process
from tests.raw_http import ask
from tests.server import running_server


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({"GATEWAY_LISTEN": "0.0.0.0:4567"}, {"host": "0.0.0.0", "port": 4567}),
        ({"GATEWAY_LISTEN": "0.0.0.0"}, {"host": "0.0.0.0"}),
        ({"GATEWAY_LISTEN": ":4567"}, {"port": 4567}),
        ({"GATEWAY_LISTEN": "[::]:4567"}, {"host": "::", "port": 4567}),
        ({"GATEWAY_LISTEN": "0.0.0.0:4566,0.0.0.0:443"}, {"host": "0.0.0.0", "port": 4566}),
        ({"LOCALSTACK_GATEWAY_LISTEN": ":1", "GATEWAY_LISTEN": ":2"}, {"port": 1}),
        ({"EDGE_PORT": "4567", "EDGE_BIND_HOST": "0.0.0.0"}, {"host": "0.0.0.0", "port": 4567}),
        ({"LOCALSTACK_HOST": "localstack"}, {"external_url": "http://localstack:4566"}),
        ({"LOCALSTACK_HOST": "localstack:4570"}, {"external_url": "http://localstack:4570"}),
        ({"LOCALSTACK_HOST": "localhost:4570"}, {"external_url": "http://localhost:4570"}),
        ({"LOCALSTACK_HOST": "localhost"}, {}),
        ({"LOCALSTACK_HOST": "127.0.0.1"}, {}),
        ({"HOSTNAME_EXTERNAL": "localstack"}, {"external_url": "http://localstack:4566"}),
        (
            {"LOCALSTACK_HOST": "aws", "GATEWAY_LISTEN": ":4570"},
            {"port": 4570, "external_url": "http://aws:4570"},
        ),
        ({"LOCALSTACK_HOST": "aws:4566", "SQS_ENDPOINT_STRATEGY": "dynamic"}, {}),
        ({"SQS_ENDPOINT_STRATEGY": "off"}, {}),
        ({"DEBUG": "1"}, {"log_level": "debug"}),
        ({"DEBUG": "true"}, {"log_level": "debug"}),
        ({"DEBUG": "0"}, {}),
        ({"DEBUG": "express:*"}, {}),
        ({"DEBUG": "1", "LS_LOG": "warn"}, {"log_level": "warning"}),
        ({"LS_LOG": "trace"}, {"log_level": "debug"}),
        ({"LS_LOG": "INFO"}, {"log_level": "info"}),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, {"region": "eu-west-3"}),
        ({"DEFAULT_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-3"}, {"region": "eu-west-3"}),
        ({"LOCALSTACK_AWS_DEFAULT_REGION": "eu-west-3"}, {"region": "eu-west-3"}),
        ({"SQS_DELAY_PURGE_RETRY": "1"}, {"strict_timing": True}),
        ({"SQS_DELAY_RECENTLY_DELETED": "1"}, {"strict_timing": True}),
        ({"SQS_DELAY_PURGE_RETRY": "0"}, {}),
        ({"DISABLE_CORS_CHECKS": "1"}, {"cors_allow_origins": ["*"]}),
        (
            {"EXTRA_CORS_ALLOWED_ORIGINS": "http://a.test,http://b.test"},
            {"cors_allow_origins": ["http://a.test", "http://b.test"]},
        ),
        ({"SERVICES": "sqs,sns"}, {}),
        ({"PERSISTENCE": "0", "EAGER_SERVICE_LOADING": "false"}, {}),
        (dict.fromkeys(("GATEWAY_LISTEN", "LS_LOG", "LOCALSTACK_HOST", "LOCALSTACK_API_KEY"), ""), {}),
    ],
)
def test_variable_means_options(variables: dict[str, str], options: dict[str, Any]) -> None:
    translation = translate(variables)
    assert translation.options == options
    assert translation.mistakes == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SERVICES", "sqs, s3:4572,lambda", "s3, lambda in SERVICES (there are sqs and sns only)"),
        ("PERSISTENCE", "1", "PERSISTENCE (there is no NOWHERE; --data-dir"),
        ("EAGER_SERVICE_LOADING", "1", "EAGER_SERVICE_LOADING (both services are there from the start)"),
        ("SQS_ENDPOINT_STRATEGY", "domain", "SQS_ENDPOINT_STRATEGY=domain (queue URLs are understood in all forms"),
        ("GATEWAY_LISTEN", "0.0.0.0:4566,0.0.0.0:443", "0.0.0.0:443 in GATEWAY_LISTEN (there is one port"),
        ("USE_SSL", "1", "USE_SSL (--tls serves HTTPS"),
        ("LOCALSTACK_AUTH_TOKEN", "ls-1", "LOCALSTACK_AUTH_TOKEN"),
        ("LOCALSTACK_PERSISTENCE", "1", "PERSISTENCE (there is no NOWHERE"),
    ],
)
def test_variable_without_a_meaning_is_named_with_the_reason(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.configuration.localstack._VOLUME", "NOWHERE")
    [passed_over] = translate({name: value}).passed_over
    assert passed_over.startswith(said)


def test_persistence_keeps_the_state_in_the_volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.configuration.localstack._VOLUME", str(tmp_path))
    assert translate({"PERSISTENCE": "1"}).options == {"data_dir": f"{tmp_path}/state"}


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("GATEWAY_LISTEN", "a b", "an address is wanted"),
        ("GATEWAY_LISTEN", "0.0.0.0:70000", "an address is wanted"),
        ("EDGE_PORT", "http", "a port is wanted"),
        ("LOCALSTACK_HOST", "aws:70000", "there is no such port"),
        ("LOCALSTACK_HOST", "http://localhost", "a host is wanted"),
        ("LOCALSTACK_HOST", ":4566", "a host is wanted"),
        ("SQS_ENDPOINT_STRATEGY", "paths", "one of standard, domain, path, dynamic, off is wanted"),
        ("LS_LOG", "loud", "is wanted"),
    ],
)
def test_senseless_value_is_refused_at_the_start(name: str, value: str, wanted: str) -> None:
    refused = emulator_process.run("--port", "0", env=os.environ | {name: value})
    assert refused.returncode == 2
    assert f"{name}={value}" in refused.stderr
    assert wanted in refused.stderr


def test_server_listens_and_answers_as_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LISTEN", "localhost:0")
    monkeypatch.setenv("LOCALSTACK_HOST", "aws.test:4566")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.setenv("DEBUG", "1")
    with running_server("--host", "127.0.0.1") as server:
        sqs = boto.client("sqs", server.url, account="test", region="eu-west-3")
        assert sqs.create_queue(QueueName="queue")["QueueUrl"] == "http://aws.test:4566/000000000000/queue"
        assert "queue" in ask(server.url, "/?Action=ListQueues&Version=2012-11-05").body
        config = json.loads(ask(server.url, "/_localstack/config").body)
    assert config["AWS_DEFAULT_REGION"] == "eu-west-3"
    assert config["LOCALSTACK_HOST"] == "aws.test:4566"
    assert config["LS_LOG"] == "warning"  # the option of the test's server wins over DEBUG


def test_variables_of_the_emulator_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALSTACK_HOST", "aws.test:4566")
    monkeypatch.setenv("EMULATOR_EXTERNAL_URL", "http://other.test:99")
    with running_server() as server:
        sqs = boto.client("sqs", server.url, account="test")
        assert sqs.create_queue(QueueName="queue")["QueueUrl"] == "http://other.test:99/000000000000/queue"


def test_all_that_means_nothing_here_is_one_line_of_the_log() -> None:
    variables = {"EAGER_SERVICE_LOADING": "1", "SERVICES": "sqs,s3", "LOCALSTACK_AUTH_TOKEN": "secret"}
    with emulator_process.started("--port", "0", env=os.environ | variables) as (process, stdout, stderr):
        while stdout.readline() not in ("Ready.\n", ""):
            pass
        process.terminate()
        [line] = stderr.read().splitlines()
    for name in ("EAGER_SERVICE_LOADING", "s3 in SERVICES", "LOCALSTACK_AUTH_TOKEN"):
        assert name in line
    assert "secret" not in line


def test_server_of_a_test_is_not_set_up_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"LS_LOG": "loud", "LOCALSTACK_HOST": "aws.test", "AWS_DEFAULT_REGION": "eu-west-3"}.items():
        monkeypatch.setenv(name, value)
    with emulated_aws(server=True) as aws:
        assert aws.sqs.create_queue(QueueName="queue")["QueueUrl"].startswith(aws.url)
