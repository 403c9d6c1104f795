"""Environment variables: misspelt ones are refused, those of Kubernetes are passed over."""

import os
import subprocess

import pytest

from emulator.__main__ import main
from emulator.configuration.option import ENVIRONMENT_PREFIX
from emulator.configuration.options import variables
from emulator.configuration.variables import drop_service_links, unknown_variables
from tests import emulator_process
from tests.server import running_server

KNOWN = frozenset(variables(main, ENVIRONMENT_PREFIX))


def started_with(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A start that ends by itself."""
    return emulator_process.run("--port", "0", *arguments, env=os.environ | environment)


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("EMULATOR_PROT", "; did you mean EMULATOR_PORT?"),
        ("EMULATOR_LOGLEVEL", "; did you mean EMULATOR_LOG_LEVEL?"),
        ("EMULATOR_ALLOW_ORIGINS", "; did you mean EMULATOR_ALLOW_ORIGIN?"),
        ("EMULATOR_INIT_DIRS", "; did you mean EMULATOR_INIT_DIR?"),
        ("EMULATOR_XYZZY", "; --help lists them all."),
        ("EMULATOR_VERSION", "; --help lists them all."),
    ],
)
def test_unknown_variable_is_named_with_the_closest_that_there_is(name: str, proposal: str) -> None:
    [complaint] = unknown_variables({name: "1"}, KNOWN)
    assert complaint.startswith(f"The environment variable {name} belongs to no option")
    assert complaint.endswith(proposal)


def test_each_unknown_variable_is_named() -> None:
    complaints = list(unknown_variables({"EMULATOR_B": "1", "EMULATOR_A": "1", "OTHER": "1"}, KNOWN))
    assert [complaint.split()[3] for complaint in complaints] == ["EMULATOR_A", "EMULATOR_B"]


@pytest.mark.parametrize("option", ["host", "port", "init_dir", "init_failure", "cors_allow_origin", "seed"])
def test_variables_of_options_are_known(option: str) -> None:
    assert f"EMULATOR_{option.upper()}" in KNOWN
    assert "EMULATOR_EXPLAIN_SCOPE" in KNOWN


def test_start_with_an_unknown_variable_is_refused() -> None:
    refused = started_with(EMULATOR_PROT="4567", EMULATOR_SEDE="7")
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "Error: The environment variable EMULATOR_PROT belongs to no option; did you mean EMULATOR_PORT?\n" in (
        refused.stderr
    )
    assert "did you mean EMULATOR_SEED?" in refused.stderr


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_is_given_whatever_the_variables(argument: str) -> None:
    answered = started_with(argument, EMULATOR_PROT="4567", LS_LOG="loud", GATEWAY_LISTEN="a b")
    assert answered.returncode == 0
    assert answered.stderr == ""


@pytest.mark.parametrize("name", ["EMULATOR_VERSION", "EMULATOR_HELP"])
def test_help_and_version_cannot_be_asked_for_by_a_variable(name: str) -> None:
    refused = started_with(**{name: "1"})
    assert refused.returncode == 2
    assert f"The environment variable {name} belongs to no option" in refused.stderr


def test_empty_variables_count_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*KNOWN, "EMULATOR_UNKNOWN", "GATEWAY_LISTEN", "LS_LOG", "LOCALSTACK_HOST", "SQS_ENDPOINT_STRATEGY"):
        monkeypatch.setenv(name, "")
    with running_server() as server:
        assert server.url.startswith("http://127.0.0.1:")


SERVICE_LINKS = {
    "EMULATOR_SERVICE_HOST": "10.0.0.1",
    "EMULATOR_SERVICE_PORT": "4566",
    "EMULATOR_SERVICE_PORT_HTTP": "4566",
    "EMULATOR_PORT": "tcp://10.0.0.1:4566",
    "EMULATOR_PORT_4566_TCP": "tcp://10.0.0.1:4566",
    "EMULATOR_PORT_4566_TCP_PROTO": "tcp",
    "EMULATOR_PORT_4566_TCP_PORT": "4566",
    "EMULATOR_PORT_4566_TCP_ADDR": "10.0.0.1",
    "EMULATOR_PORT_53_UDP": "udp://10.0.0.1:53",
    # of a Service "emulator-control"
    "EMULATOR_CONTROL_SERVICE_HOST": "10.0.0.2",
    "EMULATOR_CONTROL_SERVICE_PORT": "4567",
    "EMULATOR_CONTROL_PORT": "tcp://10.0.0.2:4567",
    "EMULATOR_CONTROL_PORT_4567_TCP_ADDR": "10.0.0.2",
}


def test_what_kubernetes_says_of_a_service_named_emulator_is_dropped() -> None:
    environment = SERVICE_LINKS | {"EMULATOR_HOST": "0.0.0.0", "EMULATOR_CONTROL_PORT_": "x", "PORT": "tcp://a:1"}
    drop_service_links(environment, KNOWN)
    assert environment == {"EMULATOR_HOST": "0.0.0.0", "EMULATOR_CONTROL_PORT_": "x", "PORT": "tcp://a:1"}


def test_ports_of_the_options_are_kept() -> None:
    environment = {"EMULATOR_PORT": "4567", "EMULATOR_CONTROL_PORT": "4568"}
    drop_service_links(environment, KNOWN)
    assert environment == {"EMULATOR_PORT": "4567", "EMULATOR_CONTROL_PORT": "4568"}


def test_server_starts_beside_a_kubernetes_service_named_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICE_LINKS.items():
        monkeypatch.setenv(name, value)
    with running_server() as server:
        assert server.url == server.control_url


def test_port_that_is_none_is_still_refused() -> None:
    refused = emulator_process.run(env=os.environ | {"EMULATOR_PORT": "http"})
    assert refused.returncode == 2
    assert "Invalid value for '--port' (EMULATOR_PORT): 'http' is not a valid integer" in refused.stderr


# -- The command "health" ------------------------------------------------------------------


def test_health_command_says_that_the_server_is_ready() -> None:
    with running_server() as server:
        port = server.url.rpartition(":")[2]
        for listen in ({"EMULATOR_PORT": port}, {"GATEWAY_LISTEN": f"0.0.0.0:{port}"}):
            done = emulator_process.run("health", env=os.environ | listen)
            assert (done.returncode, done.stderr) == (0, "")
            assert '"status":"ok"' in done.stdout


def test_health_command_fails_where_no_server_is(unused_port: int) -> None:
    done = emulator_process.run("--port", str(unused_port), "health")
    assert done.returncode == 1
    assert f"Error: No emulator answers on 127.0.0.1 port {unused_port}" in done.stderr


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
