"""HTTPS: the server as a client that verifies certificates sees it."""

import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from emulator.configuration.settings import Settings
from emulator.serving.tls import TlsError, made, names
from tests import boto, emulator_process, patience
from tests.command_line.commands import Commands
from tests.server import RunningServer, running_server

# Without a verdict on TLS, the extensions of the certificate that Python 3.13 insists on.
STRICT = getattr(ssl, "VERIFY_X509_STRICT", 0) | getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0)


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls") / "ca.pem"


@pytest.fixture(scope="module")
def server(ca_file: Path) -> Any:
    with running_server("--tls", "--tls-ca-file", str(ca_file), "--control-port", "0") as server:
        yield server


def client(service: str, server: RunningServer, ca_file: Path, protocol: str = "json") -> Any:
    return boto.session(protocol).client(
        service,
        endpoint_url=server.url,
        verify=str(ca_file),
        region_name="us-west-2",
        aws_access_key_id=boto.ACCOUNT,
        aws_secret_access_key="any",
        config=boto.CONFIG,
    )


def get(url: str, ca_file: Path, data: bytes | None = None) -> Any:
    context = ssl.create_default_context(cafile=str(ca_file))
    context.verify_flags |= STRICT
    with urllib.request.urlopen(url, data, patience.SECONDS, context=context) as answer:
        return json.load(answer)


def test_both_ports_are_announced_and_served_with_https(server: RunningServer, ca_file: Path) -> None:
    assert server.url.startswith("https://127.0.0.1:")
    assert server.control_url.startswith("https://127.0.0.1:")
    assert server.url != server.control_url
    assert get(f"{server.url}/_emulator/health", ca_file)["status"] == "ok"
    assert "queues" in get(f"{server.control_url}/_emulator/queues", ca_file)
    assert get(f"{server.url.replace('127.0.0.1', 'localhost')}/_emulator/health", ca_file)["status"] == "ok"


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_messages_are_sent_and_received_by_boto3(server: RunningServer, ca_file: Path, protocol: str) -> None:
    sqs = client("sqs", server, ca_file, protocol)
    url = sqs.create_queue(QueueName=f"{protocol}-queue")["QueueUrl"]
    assert url == f"{server.url}/{boto.ACCOUNT}/{protocol}-queue"
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []) == []  # the slow way, which waits
    body = "a" * 200_000  # more than one record of TLS
    sqs.send_message(QueueUrl=url, MessageBody=body)
    [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert message["Body"] == body


def test_command_of_the_page_trusts_the_file(server: RunningServer, ca_file: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    [command] = [line.removeprefix("$ ") for line in page.splitlines() if line.startswith("$ curl --cacert ")]
    port = str(urlsplit(server.url).port)
    here = command.replace("/tmp/emulator-ca.pem", str(ca_file)).replace("4566", port)
    assert json.loads(patience.run(here, shell=True, check=True).stdout)["status"] == "ok"


def test_urls_in_notifications_are_https(server: RunningServer, ca_file: Path) -> None:
    sqs, sns = client("sqs", server, ca_file), client("sns", server, ca_file)
    queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-west-2:{boto.ACCOUNT}:subscriber")
    sns.publish(TopicArn=topic, Message="hello")
    [message] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    envelope = json.loads(message["Body"])
    assert envelope["UnsubscribeURL"].startswith(f"{server.url}/")
    assert envelope["SigningCertURL"].startswith(f"{server.url}/")


def test_client_that_does_not_trust_the_ca_is_refused(server: RunningServer) -> None:
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(server.url, timeout=patience.SECONDS, context=ssl.create_default_context())


def test_plain_http_gets_no_answer_and_leaves_no_trace_in_the_log(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    options = ("--port", "0", "--tls", "--tls-ca-file", str(ca_file), "--log-level", "warning")
    with emulator_process.started(*options) as (process, stdout, stderr):
        url = stdout.readline().split()[-1]
        assert stdout.readline() == "Ready.\n"
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), patience.SECONDS) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"HTTP/1.1" not in plain.makefile("rb").read()
        assert get(f"{url}/_emulator/health", ca_file)["status"] == "ok"
        process.terminate()
        assert stderr.read() == ""


@pytest.mark.parametrize("flag", [[], ["--tls-self-signed"]])
def test_http_stays_where_https_has_a_port_of_its_own(tmp_path: Path, flag: list[str]) -> None:
    """The URLs in answers and notifications have the scheme and port of their request."""
    ca_file = tmp_path / "ca.pem"
    options = ("--port", "0", "--tls-port", "0", "--tls-ca-file", str(ca_file), *flag)
    with started(*options) as (process, stdout, stderr):
        plain, https = (stdout.readline().split()[-1] for _ in range(2))
        assert stdout.readline() == "Ready.\n"
        assert (plain[:7], https[:8]) == ("http://", "https://")
        assert get(f"{https}/_emulator/health", ca_file)["status"] == "ok"
        for url in (plain, https):
            sqs = client("sqs", RunningServer(url, url, process), ca_file)
            assert sqs.create_queue(QueueName="jobs")["QueueUrl"].startswith(f"{url}/")
            assert get(f"{url}/_emulator", ca_file)["endpoint"] == url
        assert health("--port", plain.rpartition(":")[2], "--tls-port", "1", "--tls").returncode == 0
        process.terminate()
        logged = stderr.read()
    assert "exceeded" not in logged  # the clients' connections are open, and the server does not wait for them
    assert f"AWS_CA_BUNDLE={ca_file}" in logged
    assert f"curl --cacert {ca_file}" in logged


@contextmanager
def started(*options: str) -> Iterator[tuple[emulator_process.Process, IO[str], IO[str]]]:
    """A server that ends with the block, whatever happens in it."""
    with emulator_process.started(*options) as (process, stdout, stderr):
        try:
            yield process, stdout, stderr
        finally:
            process.terminate()


def test_log_says_that_no_client_trusts_a_certificate_without_a_file() -> None:
    with started("--port", "0", "--tls") as (process, stdout, stderr):
        assert stdout.readline().split()[-1].startswith("https://")
        process.terminate()
        assert "--tls-ca-file FILE writes its CA to a file" in stderr.read()


def health(*options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return emulator_process.run(*options, "health", env=os.environ | environment)


def test_health_command_asks_with_https(server: RunningServer) -> None:
    port = server.url.rpartition(":")[2]
    assert health("--port", port, "--tls").returncode == 0
    assert health("--port", port, EMULATOR_TLS="true").returncode == 0
    assert health("--port", port, "--tls-cert", "any", "--tls-key", "any").returncode == 0
    refused = health("--port", port)
    assert refused.returncode == 1
    assert f"No emulator answers on 127.0.0.1 port {port}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_commands_trust_the_file_and_say_what_to_trust(server: RunningServer, ca_file: Path) -> None:
    commands = Commands(server.url, boto.ACCOUNT)
    assert "queues" in commands.json("ls", "--ca-bundle", str(ca_file))
    told = commands.error("ls")
    assert told.startswith(f"Error: the certificate of {server.url} is not trusted: ")
    assert "--ca-bundle" in told
    own = Commands("", boto.ACCOUNT).run(
        "--port", server.url.rpartition(":")[2], "--tls", "--tls-ca-file", str(ca_file), "ls"
    )
    assert own.exit_code == 0, own.output
    assert "No certificates can be read from nowhere" in commands.error("ls", "--ca-bundle", "nowhere", code=2)
    plain = Commands(server.url.replace("https", "http")).error("ls")
    assert plain.startswith(f"Error: nothing answers at {server.url.replace('https', 'http')}")


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The files of a CA, of a certificate and of its key, as a user has them."""
    identity = made(["localhost", "127.0.0.1"])
    at = identity.server.index(b"-----BEGIN PRIVATE KEY")
    files = tmp_path / "own-ca.pem", tmp_path / "cert.pem", tmp_path / "key.pem"
    for file, pem in zip(files, (identity.ca, identity.server[:at], identity.server[at:]), strict=True):
        file.write_bytes(pem)
    return files


def test_certificate_of_the_users_own_is_shown(own: tuple[Path, Path, Path]) -> None:
    ca, certificate, key = own
    with running_server("--tls-cert", str(certificate), "--tls-key", str(key), "--control-port", "0") as server:
        for url in (server.url, server.control_url):
            assert get(f"{url}/_emulator/health", ca)["status"] == "ok"
        assert client("sqs", server, ca).create_queue(QueueName="q")["QueueUrl"].startswith(server.url)


def test_init_hook_reaches_the_server(tmp_path: Path) -> None:
    ready = tmp_path / "ready.d"
    ready.mkdir()
    script = ready / "make.py"
    program = "import boto3\nboto3.client('sqs').create_queue(QueueName='made-by-hook')\n"
    script.write_text(program)
    ca_file = tmp_path / "ca.pem"
    options = ("--tls", "--tls-ca-file", os.path.relpath(ca_file), "--init-dir", str(tmp_path))
    with running_server(*options) as server:
        assert len(get(f"{server.url}/_emulator/queues", ca_file)["queues"]) == 1


def test_conformance_suite_runs_over_https(server: RunningServer, ca_file: Path) -> None:
    command = ("conformance", "--endpoint-url", server.url, "--only", "sqs/ReceiveMessage/fifo-order")
    trusting = emulator_process.run(*command, env=os.environ | {"AWS_CA_BUNDLE": str(ca_file)})
    assert trusting.returncode == 0, trusting.stderr
    doubting = emulator_process.run(*command)
    assert doubting.returncode == 2
    assert "CERTIFICATE_VERIFY_FAILED" in doubting.stderr


def test_scheme_that_localstacks_variable_does_not_name_is_that_of_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOCALSTACK_HOST", "queues.test:4566")
    ca_file = tmp_path / "ca.pem"
    with running_server("--tls", "--tls-ca-file", str(ca_file)) as server:
        url = client("sqs", server, ca_file).create_queue(QueueName="q")["QueueUrl"]
    assert url == f"https://queues.test:4566/{boto.ACCOUNT}/q"


def test_names_are_those_by_which_clients_reach_the_server() -> None:
    settings = Settings(host="0.0.0.0", external_url="https://sqs.test:4566")
    own = {"localhost", "*.localhost", "127.0.0.1", "::1", socket.gethostname()}
    assert set(names(settings)) == own | {"sqs.test"}
    assert set(names(Settings(host="10.0.0.7"))) == own | {"10.0.0.7"}


def test_certificate_is_for_its_names_and_signed_by_a_ca_of_its_own() -> None:
    identity = made(["localhost", "::1", "käse.test"])
    ca, server = (x509.load_pem_x509_certificate(pem) for pem in (identity.ca, identity.server))
    alternatives = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert alternatives.get_values_for_type(x509.DNSName) == ["localhost", "xn--kse-qla.test"]
    assert [str(each) for each in alternatives.get_values_for_type(x509.IPAddress)] == ["::1"]
    server.verify_directly_issued_by(ca)
    assert not server.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (server.not_valid_after_utc - server.not_valid_before_utc).days <= 825
    assert b"PRIVATE KEY" not in identity.ca


def test_host_that_no_certificate_can_name_is_an_error() -> None:
    with pytest.raises(TlsError, match=r"No certificate can be made for the host a\.\.b: "):
        made(["a..b"])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--tls-cert", "cert.pem"], "--tls-cert and --tls-key belong together: give both."),
        (["--tls-key", "key.pem"], "--tls-cert and --tls-key belong together: give both."),
        (["--tls-ca-file", "ca.pem"], "--tls-ca-file is where --tls writes its CA: give --tls too."),
        (
            ["--tls-cert", "cert.pem", "--tls-key", "key.pem", "--tls-ca-file", "ca.pem"],
            "--tls-ca-file and --tls-cert contradict each other: no CA is made for a given one.",
        ),
        (["--tls-cert", "none.pem", "--tls-key", "key.pem"], "No such file or directory"),
        (["--tls-cert", "key.pem", "--tls-key", "cert.pem"], "key.pem and cert.pem are not a certificate and its key"),
        (["--tls-cert", "cert.pem", "--tls-key", "locked.pem"], "cert.pem and locked.pem are not a certificate and"),
    ],
)
def test_options_that_cannot_be_used_are_refused_with_the_reason(
    own: tuple[Path, Path, Path], options: list[str], complaint: str
) -> None:
    _, _, key = own
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    locked = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    key.with_name("locked.pem").write_bytes(locked)
    refused = emulator_process.run("--port", "0", *options, cwd=key.parent)
    assert refused.returncode == 2
    assert complaint in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr


def test_ca_file_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    file = str(tmp_path / "none" / "ca.pem")
    refused = emulator_process.run("--port", "0", "--tls", "--tls-ca-file", file)
    assert refused.returncode == 1
    assert refused.stderr == f"sqs-sns-emulator: Cannot write {file}: No such file or directory.\n"


def test_taken_port_leaves_the_ca_file_of_the_server_that_has_it(server: RunningServer, ca_file: Path) -> None:
    before = ca_file.read_bytes()
    port = server.url.rpartition(":")[2]
    assert emulator_process.run("--port", port, "--tls", "--tls-ca-file", str(ca_file)).returncode == 1
    assert ca_file.read_bytes() == before


def test_server_without_tls_imports_nothing_of_it() -> None:
    program = "import sys, emulator.__main__, emulator.serving.start; print('emulator.serving.tls' in sys.modules)"
    assert patience.run([sys.executable, "-c", program], check=True).stdout.strip() == "False"
