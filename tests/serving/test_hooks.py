"""Init hooks: scripts that run as the server starts and ends."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.serving.hooks import HookFailedError, Hooks
from emulator.serving.stages import Stages
from tests import boto, emulator_process, patience
from tests.control.calls import call
from tests.raw_http import ask


def write(path: Path, *lines: str, executable: bool = True) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o755 if executable else 0o644)
    return path


def hooks_of(directory: Path, *, strict: bool = False) -> tuple[Stages, Hooks]:
    stages = Stages()
    return stages, Hooks(stages, [directory], os.environ, strict=strict)


def start(hooks: Hooks) -> HookFailedError | None:
    """Run the stages of the start to their end, and those of the end; the failure, if that ended the start."""

    async def run() -> HookFailedError | None:
        outcome: asyncio.Future[HookFailedError | None] = asyncio.get_running_loop().create_future()
        hooks.start(lambda: outcome.set_result(None), outcome.set_result)
        failure = await asyncio.wait_for(outcome, patience.SECONDS)
        await hooks.finish()
        return failure

    return asyncio.run(run())


@dataclass
class StartedServer:
    url: str
    process: emulator_process.Process
    log: Path

    def await_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "Ready.\n", self.log.read_text()


@contextmanager
def started_server(directory: Path, *options: str, env: dict[str, str] | None = None) -> Iterator[StartedServer]:
    """A server with the init scripts of ``directory``, which may not have run yet."""
    log = directory.parent / f"{directory.name}.log"
    with log.open("w") as file:
        arguments = ("--port", "0", "--init-dir", str(directory), *options)
        process = emulator_process.start(*arguments, stderr=file, env=os.environ | (env or {}))
        assert process.stdout is not None
        with process, process.stdout:
            try:
                yield StartedServer(process.stdout.readline().split()[-1], process, log)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait(patience.SECONDS)


@pytest.fixture
def init(tmp_path: Path) -> Path:
    directory = tmp_path / "init"
    directory.mkdir()
    return directory


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A file to which scripts write their names."""
    return tmp_path / "record"


# -- Which scripts, in which order ---------------------------------------------------------


def test_scripts_run_by_stage_and_name_and_those_of_directories_last(init: Path, record: Path) -> None:
    places = ("ready.d/b.sh", "ready.d/a/z.sh", "ready.d/a/deep/a.sh", "ready.d/10.sh", "ready.d/2.sh", "start.d/x.sh")
    for place in (*places, "boot.d/y.sh", "shutdown.d/w.sh"):
        write(init / place, "#!/bin/sh", f"echo {place} >> {record}")
    stages, hooks = hooks_of(init)

    assert start(hooks) is None

    assert record.read_text().split() == [
        *("boot.d/y.sh", "start.d/x.sh", "ready.d/10.sh", "ready.d/2.sh", "ready.d/b.sh"),
        *("ready.d/a/z.sh", "ready.d/a/deep/a.sh", "shutdown.d/w.sh"),
    ]
    assert set(stages.completed.values()) == {True}
    assert {script.state for script in stages.scripts} == {"SUCCESSFUL"}


def test_scripts_of_all_directories_run_stage_by_stage(init: Path, tmp_path: Path, record: Path) -> None:
    for directory in (init, tmp_path / "second"):
        for stage in ("ready.d", "boot.d"):
            write(directory / stage / "a.sh", f"echo {directory.name}/{stage} >> {record}")
    stages = Stages()
    start(Hooks(stages, [init, tmp_path / "second"], os.environ, strict=False))
    assert record.read_text().split() == ["init/boot.d", "second/boot.d", "init/ready.d", "second/ready.d"]


def test_config_map_of_kubernetes_runs_once(init: Path, record: Path) -> None:
    write(init / "ready.d" / "..2030_01_01" / "a.sh", f"echo ran >> {record}", executable=False)
    (init / "ready.d" / "..data").symlink_to("..2030_01_01")
    (init / "ready.d" / "a.sh").symlink_to("..data/a.sh")
    start(hooks_of(init)[1])
    assert record.read_text() == "ran\n"


def test_directory_that_leads_back_to_itself_is_looked_into_once(init: Path, record: Path) -> None:
    write(init / "ready.d" / "a.sh", f"echo ran >> {record}")
    (init / "ready.d" / "again").symlink_to(init / "ready.d")
    start(hooks_of(init)[1])
    assert record.read_text() == "ran\n"


def test_other_files_are_not_run_and_named_in_the_log(
    init: Path, record: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    write(init / "ready.d" / "policy.json", f"echo ran >> {record}")
    stages, _ = hooks_of(init)
    assert stages.scripts == []
    assert "only .sh and .py are init scripts: policy.json" in caplog.text


# -- How they run --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lines", "executable"),
    [
        ("a.sh", ["#!/bin/sh", "echo ran >> $RECORD"], True),
        ("a.sh", ["#!/bin/sh", "echo ran >> $RECORD"], False),
        ("a.sh", ["echo ran >> $RECORD"], True),
        ("a.py", ["import os", "open(os.environ['RECORD'], 'a').write('ran\\n')"], False),
    ],
    ids=["executable", "not executable", "no first line for an interpreter", "python"],
)
def test_script_runs(init: Path, record: Path, name: str, lines: list[str], executable: bool) -> None:
    write(init / "ready.d" / name, *lines, executable=executable)
    stages = Stages()
    start(Hooks(stages, [init], os.environ | {"RECORD": str(record)}, strict=False))
    assert record.read_text() == "ran\n"
    assert stages.scripts[0].state == "SUCCESSFUL"


def test_script_gets_the_endpoint_credentials_and_region_of_the_server(
    init: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    names = ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION"]
    write(init / "ready.d" / "a.sh", *(f"echo ${name} >> {record}" for name in names))
    environment = {"AWS_ENDPOINT_URL": "http://elsewhere", "AWS_ACCESS_KEY_ID": "123456789012"}
    with started_server(init, "--region", "eu-north-1", env=environment) as server:
        server.await_ready()
        url = server.url
    assert record.read_text().split() == [url, "123456789012", "test", "eu-north-1", "eu-north-1"]


def test_script_makes_a_queue_that_is_there_when_the_server_is_ready(init: Path) -> None:
    write(init / "ready.d" / "a.py", "import boto3", "boto3.client('sqs').create_queue(QueueName='orders')")
    with started_server(init) as server:
        server.await_ready()
        urls = boto.client("sqs", server.url, account="test").list_queues()["QueueUrls"]
        assert [url.rpartition("/")[2] for url in urls] == ["orders"]


def test_output_goes_to_the_log_line_by_line(init: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    write(init / "ready.d" / "a.sh", "echo one", "echo two >&2", r"printf '\377 three\r\n'", "printf four")
    start(hooks_of(init)[1])
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("a.sh: ")]
    assert lines == ["a.sh: one", "a.sh: two", "a.sh: \ufffd three", "a.sh: four"]


def test_endless_line_is_logged_in_parts(init: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    write(init / "ready.d" / "a.py", "print('x' * 1_000_000)")
    start(hooks_of(init)[1])
    parts = [record.getMessage().removeprefix("a.py: ") for record in caplog.records if "xxx" in record.getMessage()]
    assert sum(map(len, parts)) == 1_000_000
    assert len(parts) > 1


def test_process_that_a_script_leaves_behind_does_not_hold_up_the_start(init: Path, tmp_path: Path) -> None:
    gate, left = tmp_path / "gate", tmp_path / "left"
    os.mkfifo(gate)
    write(init / "ready.d" / "a.sh", f"cat {gate} > {left} &")
    stages, hooks = hooks_of(init)
    start(hooks)
    assert stages.scripts[0].state == "SUCCESSFUL"
    gate.write_text("end")  # which ends the process: it has outlived the script


# -- Failures ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["echo what went wrong", "exit 3"], "failed with exit code 3\n    what went wrong"),
        (["kill -9 $$"], "was ended by signal 9"),
        (["#!/bin/sh\r", "echo\r"], "does that line end in CR LF?"),
        (["#!/no/such/interpreter"], "the interpreter that its first line names is not here"),
    ],
)
def test_failure_is_an_error_in_the_log_and_the_next_script_runs(
    init: Path, record: Path, caplog: pytest.LogCaptureFixture, lines: list[str], problem: str
) -> None:
    failing = write(init / "ready.d" / "a.sh", *lines)
    write(init / "ready.d" / "b.sh", f"echo ran >> {record}")
    stages, hooks = hooks_of(init)

    assert start(hooks) is None

    assert record.read_text() == "ran\n"
    assert [script.state for script in stages.scripts] == ["ERROR", "SUCCESSFUL"]
    assert stages.ready
    errors = [entry.getMessage() for entry in caplog.records if entry.levelname == "ERROR"]
    assert errors[0].startswith(str(failing))
    assert problem in errors[0]
    assert errors[1] == "READY: 1 of 2 init scripts failed"


def test_script_that_may_not_be_read_is_a_failure(init: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(init / "ready.d" / "a.sh", "#!/").chmod(0o755)
    stages, hooks = hooks_of(init)
    start(hooks)
    assert stages.scripts[0].state == "ERROR"
    assert "a.sh cannot be run: Permission denied" in caplog.text


def test_failure_ends_the_start_if_that_is_asked_for(init: Path, record: Path) -> None:
    failing = write(init / "start.d" / "a.sh", "exit 4")
    write(init / "start.d" / "b.sh", f"echo ran >> {record}")
    write(init / "ready.d" / "c.sh", f"echo ran >> {record}")
    write(init / "shutdown.d" / "d.sh", f"echo end >> {record}")
    with started_server(init, "--init-failure", "exit") as server:
        assert server.process.wait(patience.SECONDS) == 1
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""
    assert record.read_text() == "end\n"
    last = server.log.read_text().splitlines()[-1]
    assert last == f"sqs-sns-emulator: The init script {failing} failed with exit code 4."


def test_failure_at_the_end_is_logged_and_the_server_ends_as_ever(init: Path) -> None:
    write(init / "shutdown.d" / "a.sh", "exit 4")
    with started_server(init, "--init-failure", "exit") as server:
        server.await_ready()
        server.process.terminate()
        assert server.process.wait(patience.SECONDS) == 0
    assert "a.sh failed with exit code 4" in server.log.read_text()


def test_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused = emulator_process.run("--init-dir", str(tmp_path / "none"))
    assert refused.returncode == 2
    assert f"{tmp_path / 'none'} is not a directory." in refused.stderr


# -- Ready ---------------------------------------------------------------------------------


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A pipe from which a script reads, and so waits for the test to write to it."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


def test_health_is_503_until_the_scripts_have_run_while_aws_calls_are_answered(init: Path, gate: Path) -> None:
    write(init / "ready.d" / "a.sh", f"cat {gate}")
    with started_server(init) as server:
        for path in ("/_emulator/health", "/_localstack/health", "/health"):
            for headers in ({}, {"sec-fetch-site": "none"}):
                starting = ask(server.url, path, headers=headers)
                assert starting.status == 503
                assert ('"starting"' if "emulator" in path else '"sqs": "available"') in starting.body
        sqs = boto.client("sqs", server.url)
        sqs.create_queue(QueueName="queue")
        gate.write_text("go on")
        server.await_ready()
        for path in ("/_emulator/health", "/_localstack/health", "/health"):
            assert ask(server.url, path).status == 200
        assert '"sqs": "running"' in ask(server.url, "/_localstack/health").body


def test_state_of_the_scripts_is_told_by_localstacks_endpoint(init: Path, gate: Path) -> None:
    write(init / "boot.d" / "first.sh", "exit 1")
    write(init / "ready.d" / "a.sh", f"cat {gate}")
    write(init / "ready.d" / "b.sh", "true")
    with started_server(init) as server:
        with gate.open("w"):  # opens when the script has opened it to read
            told = ask(server.url, "/_localstack/init").body
            of_boot = call(f"{server.url}/_localstack/init/boot")
        server.await_ready()
        of_ready = call(f"{server.url}/_localstack/init/READY")
    assert told == (
        '{"completed": {"BOOT": true, "START": true, "READY": false, "SHUTDOWN": false}, "scripts": ['
        '{"stage": "BOOT", "name": "first.sh", "state": "ERROR"}, '
        '{"stage": "READY", "name": "a.sh", "state": "RUNNING"}, '
        '{"stage": "READY", "name": "b.sh", "state": "UNKNOWN"}]}'
    )
    assert of_boot == (200, {"completed": True, "scripts": [{"stage": "BOOT", "name": "first.sh", "state": "ERROR"}]})
    assert of_ready[1]["completed"] is True
    assert {script["state"] for script in of_ready[1]["scripts"]} == {"SUCCESSFUL"}


def test_restart_drops_what_there_is_and_runs_the_scripts_again(init: Path) -> None:
    write(init / "ready.d" / "a.py", "import boto3", "boto3.client('sqs').create_queue(QueueName='seed')")
    with started_server(init) as server:
        server.await_ready()
        sqs = boto.client("sqs", server.url, account="test")
        sqs.create_queue(QueueName="other")
        assert call(f"{server.url}/_localstack/health", {"action": "restart"}) == (200, {"status": "ok"})
        server.await_ready()
        assert [url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]] == ["seed"]


def test_restart_ends_a_script_that_is_running(init: Path, gate: Path, record: Path) -> None:
    write(init / "ready.d" / "a.sh", f"[ -e {record} ] || read line < {gate}")
    with started_server(init) as server, gate.open("w"):  # opens when the script reads; it would read for ever
        record.touch()
        call(f"{server.url}/_localstack/health", {"action": "restart"})
        server.await_ready()
        assert call(f"{server.url}/_localstack/init/ready")[1]["scripts"][0]["state"] == "SUCCESSFUL"
        assert "was ended before it had finished" in server.log.read_text()


def test_kill_ends_the_server_as_a_signal_does(init: Path, record: Path) -> None:
    write(init / "shutdown.d" / "a.sh", f"echo end >> {record}")
    with started_server(init) as server:
        server.await_ready()
        call(f"{server.url}/_localstack/health", {"action": "kill"})
        assert server.process.wait(patience.SECONDS) == 0
    assert record.read_text() == "end\n"


# -- The end -------------------------------------------------------------------------------


def test_signal_runs_the_scripts_of_the_end_while_aws_calls_are_answered(init: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    code = ["import boto3", f"open({str(seen)!r}, 'w').write(str(boto3.client('sqs').list_queues()['QueueUrls']))"]
    write(init / "shutdown.d" / "a.py", *code)
    with started_server(init) as server:
        server.await_ready()
        boto.client("sqs", server.url, account="test").create_queue(QueueName="queue")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(patience.SECONDS) == 0
    assert "queue" in seen.read_text()


def test_signal_ends_a_script_of_the_start_and_what_it_has_started(init: Path, gate: Path, record: Path) -> None:
    write(init / "ready.d" / "a.sh", f"cat {gate}", "echo not reached")
    write(init / "ready.d" / "b.sh", f"echo ran >> {record}")
    write(init / "shutdown.d" / "a.sh", f"echo end >> {record}")
    with started_server(init) as server, gate.open("wb", buffering=0) as writer:
        server.process.terminate()
        assert server.process.wait(patience.SECONDS) == 0
        read_end = select.poll()
        read_end.register(writer, 0)
        assert read_end.poll(patience.SECONDS * 1000), "cat still reads"
    assert record.read_text() == "end\n"


def test_script_that_ignores_the_signal_is_killed(init: Path, gate: Path) -> None:
    write(init / "ready.d" / "a.sh", "trap '' TERM", f"exec 3< {gate}", "while true; do read line <&3; done")
    with started_server(init) as server, gate.open("w"):
        server.process.terminate()
        assert server.process.wait(patience.SECONDS) == 0


def test_second_interrupt_ends_a_script_of_the_end(init: Path, gate: Path) -> None:
    write(init / "shutdown.d" / "a.sh", f"cat {gate}")
    with started_server(init) as server:
        server.await_ready()
        server.process.send_signal(signal.SIGINT)
        with gate.open("w"):
            server.process.send_signal(signal.SIGINT)
            assert server.process.wait(patience.SECONDS) == 0


# -- None ----------------------------------------------------------------------------------


def test_emulator_without_scripts_is_ready_from_the_beginning() -> None:
    stages = Emulator(Settings()).stages
    assert stages.ready
    assert stages.completed == {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False}


def test_server_without_scripts_does_not_import_what_runs_them() -> None:
    program = "import sys, emulator.serving.start; print('emulator.serving.hooks' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=patience.SECONDS, check=True
    )
    assert done.stdout == "False\n"
