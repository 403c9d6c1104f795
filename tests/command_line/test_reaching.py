"""How commands find the server, and what they say if there is none."""

import http.server
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from emulator.__main__ import main
from tests import boto, emulator_process, patience
from tests.command_line.commands import Commands
from tests.server import RunningServer, running_server

LOCAL = ("completion", "config", "serve")  # they have no answer that a program would read, or have it elsewhere
NAMES = sorted(main.list_commands(click.Context(main)))


@pytest.fixture
def unused_url() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://localhost:{listener.getsockname()[1]}"


def test_nothing_that_answers_is_told_with_what_starts_it(unused_url: str) -> None:
    port = unused_url.rpartition(":")[2]
    told = f"Error: nothing answers at {unused_url}; start it with: sqs-sns-emulator --port {port}\n"
    for command in (["ls"], ["send", "orders", "x"], ["publish", "sales", "x"], ["export"], ["tail"], ["clock"]):
        assert Commands(unused_url).error(*command) == told
    assert Commands(unused_url).error("wait", "--timeout", "0") == told.replace("nothing", "after 0 s: nothing")


def test_host_that_does_not_exist_is_told() -> None:
    told = Commands("http://nowhere.invalid:4566").error("ls")
    assert told.startswith("Error: nothing answers at http://nowhere.invalid:4566: ")


def test_options_of_the_server_on_this_machine_say_where_it_is(server: RunningServer, account: str) -> None:
    port = server.url.rpartition(":")[2]
    for arguments, variables in ((["--port", port, "ls"], {}), (["ls"], {"EMULATOR_PORT": port})):
        environment = {"EMULATOR_URL": "", **variables}
        result = Commands("", account).run(*arguments, "no-such-queue", env=environment)
        assert result.output == "No queue and no topic is named no-such-queue.\n"


def test_configuration_file_that_is_wrong_is_told_if_it_would_say_where_the_server_is(
    server: RunningServer, tmp_path: Path
) -> None:
    (tmp_path / "emulator.toml").write_text("options = 1\n")
    environment = {name: value for name, value in os.environ.items() if name != "EMULATOR_URL"}
    refused = emulator_process.run("ls", env=environment, cwd=tmp_path)
    assert refused.returncode == 1
    assert "emulator.toml:1:" in refused.stderr
    assert emulator_process.run("ls", "--url", server.url, cwd=tmp_path).returncode == 0


def test_control_interface_with_a_port_of_its_own_is_found(account: str) -> None:
    with running_server("--control-port", "0") as server:
        sqs = boto.client("sqs", server.url, account=account)
        sqs.create_queue(QueueName="orders")
        commands = Commands(server.url, account)
        assert [queue["name"] for queue in commands.json("ls")["queues"]] == ["orders"]
        given = commands.json("ls", "--control-url", server.control_url)
        assert [queue["name"] for queue in given["queues"]] == ["orders"]


def test_commands_of_aws_need_no_control_interface(account: str) -> None:
    with running_server("--no-control") as server:
        boto.client("sqs", server.url, account=account).create_queue(QueueName="orders")
        commands = Commands(server.url, account)
        commands.text("send", "orders", "x")
        assert commands.text("receive", "orders") == "x\n"
        assert commands.error("send", "order", "x") == f"Error: there is no queue order of account {account}\n"
        told = f"Error: the server at {server.url} has no control interface (--no-control)\n"
        assert commands.error("ls") == told


def test_default_account_and_region_are_those_of_the_server() -> None:
    with running_server("--account-id", "123456789012", "--region", "eu-west-3") as server:
        place = {"account": "123456789012", "region": "eu-west-3"}
        boto.client("sqs", server.url, **place).create_queue(QueueName="orders")
        boto.client("sns", server.url, **place).create_topic(Name="sales")
        commands = Commands(server.url)
        commands.text("send", "orders", "x")
        commands.text("publish", "sales", "x")
        assert commands.json("peek", "orders")["arn"] == "arn:aws:sqs:eu-west-3:123456789012:orders"


class Stranger(http.server.BaseHTTPRequestHandler):
    """Answers every request with a page."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>")

    do_POST = do_GET  # noqa: N815 - likewise

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_other_server_is_told(stranger: str) -> None:
    commands = Commands(stranger)
    assert commands.error("ls") == f"Error: what answers at {stranger} is no sqs-sns-emulator\n"
    told = f"Error: what answers at {stranger} (status 200) is no sqs-sns-emulator\n"
    assert commands.error("send", "orders", "x") == told
    assert commands.error("publish", "arn:aws:sns:us-east-1:000000000000:sales", "x") == told


def test_server_starts_beside_the_variables_of_its_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_URL", "http://localhost:4566")
    monkeypatch.setenv("EMULATOR_CONTROL_URL", "http://localhost:4567")
    with running_server("serve") as server:
        assert server.url == server.control_url


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["serve", "--port", "70000"], "'--port': 70000 is not in the range"),
        (["--port", "70000", "serve"], "'--port': 70000 is not in the range"),
        (["--host", "serve", "--port", "70000", "serve"], "'--port': 70000 is not in the range"),
        (["serve", "serve"], "serve takes options only, not serve."),
        (["--port", "0", "serve", "--seed", "7", "ls"], "serve takes options only, not ls."),
    ],
)
def test_serve_takes_the_options_of_the_server_before_and_behind_it(arguments: list[str], complaint: str) -> None:
    refused = emulator_process.run(*arguments)
    assert refused.returncode == 2
    assert complaint in refused.stderr


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LOCAL and name != "health"])
def test_each_command_has_json_and_examples(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    for each in command.commands.values() if isinstance(command, click.Group) else [command]:
        assert any("--json" in option.opts for option in each.params)
        assert f"sqs-sns-emulator {name}" in (each.help or "")


@pytest.mark.parametrize(("wrong", "told"), [("lss", "did you mean ls?"), ("frobnicate", "--help lists them.")])
def test_command_that_does_not_exist_is_told_with_the_one_that_is_meant(wrong: str, told: str) -> None:
    assert f"Error: There is no command {wrong}; {told}\n" in Commands("").error(wrong, code=2)


@pytest.mark.parametrize("name", [*NAMES, "explain access"])
def test_help_has_no_marks_of_its_source(name: str) -> None:
    assert "\\b" not in Commands("").text(*name.split(), "--help")


def test_completion_script_and_names_of_queues(server: RunningServer, account: str, orders: str) -> None:
    for shell in ("bash", "zsh", "fish"):
        script = Commands(server.url).text("completion", shell)
        assert "_SQS_SNS_EMULATOR_COMPLETE" in script
    completed = complete("sqs-sns-emulator peek ord", server.url, account)
    assert completed == "plain,orders\n"
    assert complete("sqs-sns-emulator pe", server.url, account) == "plain,peek\n"
    assert complete("sqs-sns-emulator peek ord", "http://localhost:1", account).strip() == ""


def complete(words: str, url: str, account: str) -> str:
    variables = {
        "_SQS_SNS_EMULATOR_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
        "EMULATOR_URL": url,
    }
    from click.testing import CliRunner

    environment = {"AWS_ACCESS_KEY_ID": account, **variables}
    return CliRunner().invoke(main, [], env=environment, prog_name="sqs-sns-emulator").output


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pipe of a shell")
def test_closed_pipe_leaves_no_traceback(server: RunningServer) -> None:
    """A real process: its standard output is the pipe."""
    command = f"{sys.executable} -m emulator ls --watch --every 0.1 --json --account 888888888888 | head -n 1"
    environment = os.environ | {"EMULATOR_URL": server.url}
    done = patience.run(command, shell=True, env=environment)
    assert done.stdout == '{"queues": [], "topics": []}\n'
    assert done.stderr == ""


def test_start_of_the_server_imports_the_table_of_commands_but_no_command_and_nothing_that_draws() -> None:
    program = (
        "import sys, emulator.__main__, emulator.serving.start\n"
        "print(*(name for name in sys.modules if name == 'rich' or name.startswith('emulator.command_line.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["emulator.command_line.commands"]


def test_command_whose_output_is_no_terminal_does_not_import_what_draws(server: RunningServer) -> None:
    program = (
        "import sys; from emulator.__main__ import main\n"
        f"main(['ls', '--url', '{server.url}', '--account', '888888888888'], standalone_mode=False)\n"
        "print('rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "False"
