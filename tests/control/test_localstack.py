"""LocalStack's own endpoints, in LocalStack's form."""

import re
from datetime import datetime

import pytest

from emulator import __version__
from emulator.configuration.settings import Settings
from emulator.testing.in_process import InProcessEmulator
from tests import boto
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer, running_server

HEALTH = f'{{"services": {{"sqs": "running", "sns": "running"}}, "edition": "community", "version": "{__version__}"}}'


@pytest.mark.parametrize("path", ["/_localstack/health", "/health"])
def test_health_has_localstacks_spaces_and_fields(server: RunningServer, path: str) -> None:
    for headers in ({}, {"sec-fetch-site": "none"}):
        answer = ask(server.url, path, headers=headers)
        assert (answer.status, answer.body) == (200, HEALTH)
        assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["/_localstack/health", "/health"])
def test_health_can_be_asked_for_its_head(server: RunningServer, path: str) -> None:
    assert ask(server.url, path, "HEAD").status == 200


@pytest.mark.parametrize("action", ["stop", None, 1])
def test_unknown_action_on_health_is_refused(server: RunningServer, action: object) -> None:
    status, answer = call(f"{server.url}/_localstack/health", {"action": action})
    assert status == 400
    assert "$.action" in answer["error"]


def test_restart_empties_a_server_without_init_scripts() -> None:
    with running_server() as server:
        sqs = boto.client("sqs", server.url)
        sqs.create_queue(QueueName="queue")
        assert call(f"{server.url}/_localstack/health", {"action": "restart"}) == (200, {"status": "ok"})
        assert "QueueUrls" not in sqs.list_queues()
        assert ask(server.url, "/_localstack/health").status == 200


def test_kill_ends_the_server() -> None:
    with running_server() as server:
        assert call(f"{server.url}/_localstack/health", {"action": "kill"}) == (200, {"status": "ok"})
        assert server.process.wait(60) == 0


def test_emulator_in_a_process_of_the_user_is_not_killed() -> None:
    emulator = InProcessEmulator(Settings())
    try:
        status, answer = emulator.fetch("POST", "/_localstack/health", b'{"action": "kill"}')
    finally:
        emulator.close()
    assert status == 400
    assert b"runs in another program's process" in answer


def test_init_of_a_server_without_scripts_is_complete(server: RunningServer) -> None:
    assert ask(server.url, "/_localstack/init").body == (
        '{"completed": {"BOOT": true, "START": true, "READY": true, "SHUTDOWN": false}, "scripts": []}'
    )
    for stage, completed in {"boot": "true", "READY": "true", "shutdown": "false"}.items():
        told = ask(server.url, f"/_localstack/init/{stage}").body
        assert told == f'{{"completed": {completed}, "scripts": []}}'


def test_unknown_stage_is_404(server: RunningServer) -> None:
    assert call(f"{server.url}/_localstack/init/later") == (
        404,
        {"error": "There is no stage later; the stages are boot, start, ready, shutdown."},
    )


def test_info_has_localstacks_fields_and_stays_the_same(server: RunningServer) -> None:
    first, second = (call(f"{server.url}/_localstack/info")[1] for _ in range(2))
    assert list(first) == [
        *("version", "edition", "is_license_activated", "session_id", "machine_id", "system", "is_docker"),
        *("server_time_utc", "uptime"),
    ]
    assert first["version"] == __version__
    assert first["is_license_activated"] is False
    assert re.fullmatch(r"[0-9a-f-]{36}", first["session_id"])
    assert second["session_id"] == first["session_id"]
    assert datetime.fromisoformat(first["server_time_utc"]).tzinfo is None
    assert second["uptime"] >= first["uptime"] >= 0


def test_uptime_passes_with_the_emulators_time() -> None:
    with running_server("--clock-at", "2030-01-01T00:00:00Z") as server:
        call(f"{server.url}/_emulator/clock", {"advance": 90})
        info = call(f"{server.url}/_localstack/info")[1]
    assert (info["server_time_utc"], info["uptime"]) == ("2030-01-01T00:01:30", 90)


def test_session_is_the_same_for_the_same_seed_and_costs_no_id_of_others() -> None:
    told = []
    for asks in (True, True, False):
        with running_server("--seed", "7") as server:
            session = call(f"{server.url}/_localstack/info")[1]["session_id"] if asks else None
            sqs = boto.client("sqs", server.url)
            url = sqs.create_queue(QueueName="queue")["QueueUrl"]
            told.append((session, sqs.send_message(QueueUrl=url, MessageBody="body")["MessageId"]))
    assert told[0] == told[1]
    assert told[0][1] == told[2][1]


def test_config_names_settings_as_localstack_does(server: RunningServer) -> None:
    config = call(f"{server.url}/_localstack/config")[1]
    assert config["GATEWAY_LISTEN"] == server.url.removeprefix("http://")
    assert config["LOCALSTACK_HOST"] == f"localhost:{server.url.rpartition(':')[2]}"
    assert config["SERVICES"] == "sqs,sns"
    assert config["PERSISTENCE"] is False


def test_diagnosis_has_all_of_it(server: RunningServer) -> None:
    diagnosis = call(f"{server.url}/_localstack/diagnose")[1]
    for part in ("health", "config", "init"):
        assert diagnosis[part] == call(f"{server.url}/_localstack/{part}")[1]
    assert diagnosis["info"]["version"] == __version__
    assert set(diagnosis["version"]) == {"sqs-sns-emulator", "python"}


@pytest.mark.parametrize("body", [b"", b"{}", b"anything"])
def test_state_reset_drops_everything(body: bytes) -> None:
    with running_server() as server:
        sqs, sns = (boto.client(service, server.url) for service in ("sqs", "sns"))
        sqs.create_queue(QueueName="queue")
        sns.create_topic(Name="topic")
        answer = ask(server.url, "/_localstack/state/reset", "POST", body=body)
        assert answer.status == 200
        assert "QueueUrls" not in sqs.list_queues()
        assert sns.list_topics()["Topics"] == []


def test_state_reset_of_a_service_keeps_the_other() -> None:
    with running_server() as server:
        sqs, sns = (boto.client(service, server.url) for service in ("sqs", "sns"))
        sqs.create_queue(QueueName="queue")
        sns.create_topic(Name="topic")
        assert ask(server.url, "/_localstack/state/sqs/reset", "POST").status == 200
        assert "QueueUrls" not in sqs.list_queues()
        assert len(sns.list_topics()["Topics"]) == 1
        status, answer = call(f"{server.url}/_localstack/state/s3/reset", {})
    assert (status, answer) == (404, {"error": "There is no service s3 here, only sqs and sns."})


@pytest.mark.parametrize("path", ["/_localstack/info", "/_localstack/init", "/_localstack/state/reset"])
def test_web_pages_that_are_not_named_are_kept_out(server: RunningServer, path: str) -> None:
    method = "POST" if path.endswith("reset") else "GET"
    assert ask(server.url, path, method, headers={"origin": "https://evil.example"}).status == 403


def test_other_json_of_localstacks_has_its_spaces_too(server: RunningServer) -> None:
    assert '"sms_messages": {' in ask(server.url, "/_aws/sns/sms-messages").body


def test_control_interface_of_its_own_port_has_them_and_that_of_aws_only_health() -> None:
    with running_server("--control-port", "0") as server:
        assert ask(server.control_url, "/_localstack/info").status == 200
        assert ask(server.control_url, "/health").body == ask(server.url, "/health").body == HEALTH
        assert "Error" in ask(server.url, "/_localstack/info").body


def test_time_of_an_account_moves_no_uptime(server: RunningServer, clock: AccountClock) -> None:
    before = call(f"{server.url}/_localstack/info")[1]["uptime"]
    clock.advance(100_000)
    assert call(f"{server.url}/_localstack/info")[1]["uptime"] < before + 50_000
