"""Servers with a configuration file, and with a file that keeps the state."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import boto, patience
from tests.server import RunningServer, running_server

COMMAND = [sys.executable, "-m", "emulator"]
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start commands in an empty folder, with this project's modules."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def queues(server: RunningServer) -> list[str]:
    listed = json.loads(patience.get(f"{server.url}/_emulator/queues"))["queues"]
    return [queue["name"] for queue in listed]


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + patience.SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_declared_queues_and_topics_are_there_when_the_server_is_ready(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text('queues = ["orders"]\n[topics.events]\nsubscriptions = ["orders"]')
    with running_server("--config", "my.toml") as server:
        sns, sqs = boto.client("sns", server.url), boto.client("sqs", server.url)
        (topic,) = sns.list_topics()["Topics"]
        sns.publish(TopicArn=topic["TopicArn"], Message="hello")
        url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert "hello" in message["Body"]


def test_file_is_found_by_itself_and_named_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "emulator.yaml").write_text("queues: [orders]\noptions: {log_level: info}")
    with logging_server() as (server, log):
        assert queues(server) == ["orders"]
        wait_for(lambda: "The configuration file is emulator.yaml, which was found by itself" in log.read_text())
    with running_server("--no-config") as server:
        assert queues(server) == []
    (tmp_path / "other.json").write_text('{"queues": ["jobs"]}')
    with running_server("--config", "other.json") as server:
        assert queues(server) == ["jobs"]


@contextmanager
def logging_server(*options: str) -> Iterator[tuple[RunningServer, Path]]:
    """A server whose log goes to a file."""
    log = Path("server.log")
    with (
        log.open("w") as opened,
        subprocess.Popen(
            [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, stderr=opened, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[-1]
            assert process.stdout.readline() == "Ready.\n"
            yield RunningServer(url, url, process), log
        finally:
            process.terminate()
            process.wait(patience.SECONDS)


@pytest.mark.parametrize("given", ["--config", "EMULATOR_CONFIG", "found"])
def test_broken_file_ends_the_start_with_its_mistakes_and_exit_code_2(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "emulator.toml" if given == "found" else "my.toml"
    (tmp_path / file).write_text('queues = ["a"]\n[options]\nprot = 1\n[topics.t]\nsubscriptions = ["b"]')
    if given == "EMULATOR_CONFIG":
        monkeypatch.setenv("EMULATOR_CONFIG", file)
    refused = patience.run([*COMMAND, "--port", "0", *(["--config", file] if given == "--config" else [])])
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.splitlines() == [
        f"{file}:3:1: There is no option prot in a file; did you mean port?",
        f"{file}:5:18: There is no queue b; there are a.",
    ]


def test_file_that_is_missing_or_broken_is_refused_before_anything_starts(tmp_path: Path) -> None:
    refused = patience.run([*COMMAND, "--config", "nothing.toml"])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "nothing.toml: The file cannot be read: No such file or directory.\n"
    (tmp_path / "my.toml").write_text("queues = [")
    for command in ([], ["health"], ["config", "show"]):
        refused = patience.run([*COMMAND, "--config", "my.toml", *command])
        assert (refused.returncode, refused.stderr) == (2, "my.toml:1:11: Invalid value.\n")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            ["--watch"],
            "--watch is about the configuration file, templates and plans, and there are none: give --config.",
        ),
        (["--durability", "power"], "--durability is about the data directory: give --data-dir too."),
        (["--prune", "--config", "my.toml"], "--prune is about changes of the configuration file: give --watch too."),
        (["--template-parameter", "A=b"], "--template-parameter is about templates: give --template too."),
        (["--no-config", "--config", "my.toml"], "--no-config and --config contradict each other: give one of them."),
    ],
)
def test_options_about_the_file_that_contradict_each_other_are_refused(
    options: list[str], complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "my.toml").write_text("")
    refused = patience.run([*COMMAND, *options])
    assert refused.returncode == 2
    assert complaint in refused.stderr


# Precedence. ------------------------------------------------------------------------------------


def shown(*options: str) -> dict[str, tuple[Any, str]]:
    done = patience.run([*COMMAND, *options, "config", "show", "--json"], check=True)
    return {row["option"]: (row["value"], row["source"]) for row in json.loads(done.stdout)}


def test_command_line_wins_over_variables_over_the_file_over_localstacks_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "emulator.toml").write_text(
        '[options]\nport = 1\nregion = "eu-west-1"\nlog_level = "error"\naccount_id = "111111111111"\n'
        'allow_origins = ["http://a.test"]\ntls = true\nclock_at = 2030-01-01T00:00:00Z\nseed = 7\n'
        'lambda_urls = { "arn:aws:lambda:us-east-1:000000000000:function:f" = "http://localhost:9000/" }'
    )
    monkeypatch.setenv("EMULATOR_REGION", "eu-west-2")
    monkeypatch.setenv("EMULATOR_LOG_LEVEL", "debug")
    monkeypatch.setenv("GATEWAY_LISTEN", "0.0.0.0:99")
    rows = shown("--log-level", "warning")
    assert rows["log_level"] == ("warning", "--log-level")
    assert rows["region"] == ("eu-west-2", "EMULATOR_REGION")
    assert rows["port"] == (1, "emulator.toml:2")
    assert rows["host"] == ("0.0.0.0", "LocalStack's variables")
    assert rows["account_id"] == ("111111111111", "emulator.toml:5")
    assert rows["allow_origins"] == (["http://a.test"], "emulator.toml:6")
    assert rows["tls"] == (True, "emulator.toml:7")
    assert rows["clock_at"] == (1893456000.0, "emulator.toml:8")
    assert rows["seed"] == (7, "emulator.toml:9")
    assert rows["lambda_urls"][0] == {"arn:aws:lambda:us-east-1:000000000000:function:f": "http://localhost:9000/"}
    assert rows["strict_timing"] == (False, "default")
    assert rows["config"] == ("emulator.toml", "found by itself")


def test_options_can_be_shown_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "emulator.json").write_text('{"options": {"tls": true}}')
    lines = patience.run([*COMMAND, "config", "show"], check=True).stdout.splitlines()
    assert any(line.split() == ["tls", "on", "emulator.json:1"] for line in lines)
    assert any(line.split() == ["seed", "none", "default"] for line in lines)


def test_health_asks_where_the_file_lets_the_server_listen(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("[options]\nport = 1")
    refused = patience.run([*COMMAND, "--config", "my.toml", "health"])
    assert "No emulator answers on 127.0.0.1 port 1" in refused.stderr


def test_declared_resources_belong_to_the_account_and_region_in_force(tmp_path: Path) -> None:
    (tmp_path / "emulator.toml").write_text('queues = ["a"]\n[options]\naccount_id = "111111111111"')
    with running_server("--region", "eu-north-1") as server:
        (queue,) = json.loads(patience.get(f"{server.url}/_emulator/queues"))["queues"]
    assert (queue["account"], queue["region"]) == ("111111111111", "eu-north-1")


def test_start_without_a_file_imports_nothing_of_it() -> None:
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"  # coverage has imported tomllib, where it is measured
        "import emulator.__main__, emulator.serving.start\n"
        "from emulator.configuration.file import config_file\n"
        "assert config_file(None, no_config=False).file is None\n"
        "new = set(sys.modules) - before\n"
        "print(*(name for name in new if name.partition('.')[0] in ('yaml', 'tomllib', 'tree_sitter')),\n"
        "      *(name for name in new if name.startswith('emulator.declared')))"
    )
    assert patience.run([sys.executable, "-c", program], check=True).stdout.strip() == ""


# The command. -----------------------------------------------------------------------------------


def test_check_counts_what_is_declared_or_prints_the_mistakes(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text('queues = ["a"]\n[topics.t]\nsubscriptions = ["a"]')
    done = patience.run([*COMMAND, "config", "check", "good.toml"], check=True)
    assert done.stdout == "good.toml: 1 queue, 1 topic, 1 subscription, 0 faults.\n"
    (tmp_path / "emulator.toml").write_text("queues = 3")  # not the file that is checked
    (tmp_path / "bad.yaml").write_text("queues: [a, a]")
    refused = patience.run([*COMMAND, "config", "check", "bad.yaml"])
    assert refused.returncode == 2
    assert refused.stderr == "bad.yaml:1:13: There is another queue a in line 1.\n"


# Hooks, and starting again. ---------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="init scripts run on Linux and macOS only")
def test_init_scripts_find_what_is_declared(tmp_path: Path) -> None:
    ready = tmp_path / "init" / "ready.d"
    ready.mkdir(parents=True)
    (ready / "look.py").write_text(
        "import os, urllib.request\n"
        "answer = urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/_emulator/queues').read()\n"
        "open('seen', 'wb').write(answer)"
    )
    (tmp_path / "my.toml").write_text('queues = ["orders"]')
    with running_server("--config", "my.toml", "--init-dir", "init"):
        assert b'"orders"' in (tmp_path / "seen").read_bytes()


def test_restart_brings_back_what_is_declared(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text('queues = ["orders"]')
    with running_server("--config", "my.toml") as server:
        boto.client("sqs", server.url).create_queue(QueueName="other")
        patience.get(f"{server.url}/_localstack/health", b'{"action": "restart"}')
        wait_for(lambda: queues(server) == ["orders"])


# Watching. --------------------------------------------------------------------------------------


def test_changed_file_is_applied_and_messages_stay(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('queues = ["orders", "old"]')
    with logging_server("--config", "my.toml", "--watch") as (server, log):
        sqs = boto.client("sqs", server.url)
        sqs.send_message(QueueUrl="orders", MessageBody="stays")
        file.write_text('queues = [{ name = "orders", visibility_timeout = 1 }, "new"]')
        wait_for(lambda: "my.toml: applied" in log.read_text())
        assert queues(server) == ["orders", "old", "new"]
        attributes = sqs.get_queue_attributes(QueueUrl="orders", AttributeNames=["All"])["Attributes"]
        assert (attributes["VisibilityTimeout"], attributes["ApproximateNumberOfMessages"]) == ("1", "1")


def test_changed_file_may_leave_its_clock_alone(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    clock = "[clock]\nset = 2040-01-01T00:00:00Z"
    file.write_text(clock)
    with running_server("--config", "my.toml", "--watch") as server:
        file.write_text(f'queues = ["new"]\n{clock}')
        wait_for(lambda: queues(server) == ["new"])


def test_broken_file_changes_nothing_and_is_logged_once_with_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('queues = ["orders"]')
    with logging_server("--config", "my.toml", "--watch", "--prune") as (server, log):
        file.write_text('queues = ["jobs", "jobs"]')
        wait_for(lambda: "The configuration stays as it is" in log.read_text())
        assert queues(server) == ["orders"]
        file.unlink()
        wait_for(lambda: "cannot be read" in log.read_text())
        assert queues(server) == ["orders"]
        new = tmp_path / "new"
        new.write_text('queues = ["jobs"]\n[options]\nport = 1')
        new.rename(file)
        wait_for(lambda: queues(server) == ["jobs"])
    text = log.read_text()
    assert text.count("my.toml:1:19: There is another queue jobs in line 1.") == 1
    assert text.count("my.toml: options change with the next start only") == 1


posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")

# State. -----------------------------------------------------------------------------------------


@posix_only
def test_state_is_written_at_the_end_and_restored_at_the_start(tmp_path: Path) -> None:
    keep = ("--state", "state.json", "--save-state", "state.json")
    (tmp_path / "my.toml").write_text('queues = ["orders"]')
    with running_server(*keep, "--config", "my.toml") as server:
        sqs = boto.client("sqs", server.url)
        sqs.send_message(QueueUrl="orders", MessageBody="kept")
        sqs.create_queue(QueueName="made")
    assert sorted(os.listdir(tmp_path)) == ["my.toml", "state.json"]
    with running_server(*keep, "--config", "my.toml") as server:
        assert queues(server) == ["orders", "made"]
        (message,) = boto.client("sqs", server.url).receive_message(QueueUrl="orders")["Messages"]
        assert message["Body"] == "kept"


@posix_only
def test_clock_of_the_state_goes_on_where_the_file_would_set_it_back(tmp_path: Path) -> None:
    keep = ("--state", "state.json", "--save-state", "state.json")
    (tmp_path / "my.toml").write_text("[clock]\nset = 2040-01-01T00:00:00Z\nfreeze = true")
    with running_server(*keep, "--config", "my.toml") as server:
        patience.get(f"{server.url}/_emulator/clock", b'{"advance": 60}')
    with running_server(*keep, "--config", "my.toml") as server:
        now = json.loads(patience.get(f"{server.url}/_emulator/clock"))["now"]
    assert now == "2040-01-01T00:01:00+00:00"


@posix_only
def test_file_may_refer_to_what_is_in_the_state(tmp_path: Path) -> None:
    with running_server("--save-state", "state.json") as server:
        boto.client("sqs", server.url).create_queue(QueueName="dlq")
    (tmp_path / "my.toml").write_text('[queues.orders]\ndead_letter_queue = "dlq"')
    with running_server("--state", "state.json", "--config", "my.toml") as server:
        assert queues(server) == ["dlq", "orders"]


ALONE, CONFIGURED = (), ("--config", "my.toml")


@pytest.mark.parametrize(
    ("config", "document", "mistake"),
    [
        (ALONE, None, "The file cannot be read: No such file or directory."),
        (CONFIGURED, None, "The file cannot be read: No such file or directory."),
        (ALONE, "", "Input data was truncated."),
        (CONFIGURED, '{"version": 2, "emulator": "0"}', "Invalid enum value 2 - at `$.version`."),
        (
            ALONE,
            '{"version": 1, "emulator": "0", "clock": {}, "accounts": [{"id": "1"}]}',
            "Expected `str` matching regex",
        ),
        (
            CONFIGURED,
            '{"version": 1, "account": "111111111111", "clock": {}}',
            "It is either of one account, or has the clock of all - at `$.account`.",
        ),
    ],
)
def test_broken_state_is_refused_with_exit_code_2(
    config: tuple[str, ...], document: str | None, mistake: str, tmp_path: Path
) -> None:
    if document is not None:
        (tmp_path / "state.json").write_text(document)
    (tmp_path / "my.toml").write_text("")
    refused = patience.run([*COMMAND, "--port", "0", "--state", "state.json", *config])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"state.json: {mistake}")


@posix_only
def test_state_that_cannot_be_written_is_an_error_at_the_end(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--port", "0", "--save-state", "nowhere/state.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "Ready.\n":
            pass
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=patience.SECONDS)
    assert process.returncode == 1
    assert "nowhere/state.json: The state cannot be written: No such file or directory." in errors
