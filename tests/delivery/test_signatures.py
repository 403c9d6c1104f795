"""Validators that subscribers use accept our messages, as they are."""

import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sns_message_validator import (
    InvalidSignatureVersionException,
    SignatureVerificationFailureException,
    SNSMessageValidator,
)

from tests import boto, emulator_process, patience
from tests.delivery.certificates import certified
from tests.delivery.subscriber import Subscriber, answering, running_subscriber
from tests.server import RunningServer, running_server

HOST = "sns.us-east-1.amazonaws.com"
CLIENTS = Path(__file__).parent.parent / "clients"
KINDS = ["SubscriptionConfirmation", "Notification", "UnsubscribeConfirmation"]


@dataclass(frozen=True, slots=True)
class Signing:
    server: RunningServer
    certificate_file: Path

    @property
    def certificate(self) -> str:
        return self.certificate_file.read_text()

    def messages(self, version: str) -> list[dict[str, Any]]:
        """One message of each type."""
        sns = boto.client("sns", self.server.url)
        topic_arn = sns.create_topic(Name=f"version-{version}", Attributes={"SignatureVersion": version})["TopicArn"]
        with running_subscriber() as subscriber:
            sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
            request = subscriber.next().document
            sns.confirm_subscription(TopicArn=topic_arn, Token=request["Token"])
            sns.publish(TopicArn=topic_arn, Message='Grüße:\n"hello"', Subject="Betreff")
            notification = subscriber.next().document
            urllib.request.urlopen(notification["UnsubscribeURL"], timeout=patience.SECONDS).close()
            return [request, notification, subscriber.next().document]


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signing]:
    """A server that names a host of AWS in SigningCertURL, and leaves its certificate in a file."""
    file = tmp_path_factory.mktemp("signing") / "certificate.pem"
    with running_server("--signing-cert-host", HOST, "--signing-cert-file", str(file)) as server:
        yield Signing(server, file)


def test_certificate_is_in_the_file_and_on_the_server_whatever_host_is_named(signing: Signing) -> None:
    [_, notification, _] = signing.messages("1")
    url = notification["SigningCertURL"]
    assert url.startswith(f"https://{HOST}/SimpleNotificationService-")
    with urllib.request.urlopen(f"{signing.server.url}/{url.rpartition('/')[2]}", timeout=patience.SECONDS) as answer:
        assert answer.read().decode() == signing.certificate


def test_certificate_file_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "certificate.pem"
    refused = emulator_process.run("--port", "0", "--signing-cert-file", str(file))
    assert refused.returncode == 1
    assert refused.stderr == f"sqs-sns-emulator: Cannot write {file}: No such file or directory.\n"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The packages that tests/clients/package-lock.json names, installed beside it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    folder = CLIENTS / "node_modules"
    if not (folder / "sns-validator").exists():
        subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=CLIENTS, capture_output=True, timeout=300, check=True
        )
    return folder


def test_npm_sns_validator_accepts_both_versions_and_refuses_what_was_changed(
    signing: Signing, node_modules: Path
) -> None:
    # It verifies an UnsubscribeConfirmation without its token, so AWS's own would fail there as well.
    genuine = [message for version in ("1", "2") for message in signing.messages(version)[:2]]
    changed = [{**message, "Message": "changed"} for message in genuine]
    question = {"host": HOST, "certificate": signing.certificate, "messages": genuine + changed}
    answer = patience.run(
        ["node", "validate.js"],
        input=json.dumps(question),
        cwd=CLIENTS,
    )
    assert answer.stderr == ""
    assert json.loads(answer.stdout) == [None] * 4 + ["The message signature is invalid."] * 4


class TestPythonValidator:
    """The validator of the package aws-sns-message-validator, which knows version 1 only."""

    @pytest.fixture
    def validator(
        self, signing: Signing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[SNSMessageValidator]:
        """One that finds AWS's host on loopback."""
        certificate = certified(HOST, tmp_path)
        with running_subscriber(certificate.context) as aws:
            aws.behave = answering(200, signing.certificate.encode())
            map_host(aws, monkeypatch)
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.ca_file))
            yield SNSMessageValidator()

    def test_accepts_every_type_of_message(self, signing: Signing, validator: SNSMessageValidator) -> None:
        messages = signing.messages("1")
        assert [message["Type"] for message in messages] == KINDS
        for message in messages:
            validator.validate_message(message)

    @pytest.mark.parametrize("field", ["Message", "MessageId", "Subject", "Timestamp", "TopicArn"])
    def test_refuses_what_was_changed(self, signing: Signing, validator: SNSMessageValidator, field: str) -> None:
        with pytest.raises(SignatureVerificationFailureException):
            validator.validate_message({**signing.messages("1")[1], field: "changed"})

    def test_is_told_the_version(self, signing: Signing, validator: SNSMessageValidator) -> None:
        with pytest.raises(InvalidSignatureVersionException):
            validator.validate_message(signing.messages("2")[1])


def map_host(aws: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the name of AWS's host resolve to the server of this test."""
    look_up = socket.getaddrinfo

    def mapped(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host == HOST:
            return look_up("127.0.0.1", aws.port, *args, **kwargs)
        return look_up(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", mapped)
