"""Mail that goes on to a real SMTP server."""

import queue
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest

from tests import boto, patience
from tests.control.calls import call
from tests.ports import free_port
from tests.server import RunningServer, running_server

smtpd = pytest.importorskip("aiosmtpd.controller")

ADDRESS = "someone@example.com"


class Mailbox:
    """Keeps what the SMTP server takes; refuses addresses that begin with "refused"."""

    def __init__(self) -> None:
        self.mails: queue.Queue[EmailMessage] = queue.Queue()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(mail, EmailMessage)
        self.mails.put(mail)
        return "250 OK"

    def next(self) -> EmailMessage:
        return self.mails.get(timeout=patience.SECONDS)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[RunningServer]:
    """A server whose mail goes to ``mailbox``."""
    controller = smtpd.Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with running_server("--smtp-url", f"smtp://127.0.0.1:{controller.port}") as server:
            yield server
    finally:
        controller.stop()


def subscribe(sns: Any, server: RunningServer, address: str, **attributes: str) -> str:
    """The ARN of a topic that sends its messages to ``address``."""
    topic = sns.create_topic(Name="topic", Attributes=attributes)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    _, outbox = call(f"{server.url}/_emulator/outbox?protocol=email")
    sns.confirm_subscription(TopicArn=topic, Token=outbox["entries"][-1]["token"])
    return str(topic)


def forwarding(server: RunningServer, message_id: str) -> Any:
    """The step of the trace that says what became of the mail; it comes later than the answer to Publish."""
    deadline = time.monotonic() + patience.SECONDS
    while time.monotonic() < deadline:
        _, trace = call(f"{server.url}/_emulator/trace/{message_id}")
        [subscription] = trace["subscriptions"]
        if len(subscription["steps"]) > 1:
            return subscription["steps"][1]
    raise AssertionError(f"nothing became of the mail: {subscription['steps']}")


def test_mail_arrives_at_the_server(server: RunningServer, mailbox: Mailbox) -> None:
    sns = boto.client("sns", server.url)
    topic = subscribe(sns, server, ADDRESS, DisplayName="Ünser Laden")
    asked = mailbox.next()
    assert (asked["Subject"], asked["To"]) == ("AWS Notification - Subscription Confirmation", ADDRESS)
    assert asked["From"] == "Ünser Laden <no-reply@sns.amazonaws.com>"
    assert f"TopicArn={topic}&Token=" in asked.get_content().replace("=\n", "")
    message_id = sns.publish(TopicArn=topic, Message="Grüße", Subject="Nëws")["MessageId"]
    mail = mailbox.next()
    assert mail["Subject"] == "Nëws"
    assert mail.get_content().splitlines()[:3] == ["Grüße", "", "--"]
    _, trace = call(f"{server.url}/_emulator/trace/{message_id}")
    assert mail["Message-ID"].startswith(f"<{message_id}.")
    assert mail["Date"].datetime.isoformat(timespec="seconds")[:19] == trace["at"][:19]
    step = forwarding(server, message_id)
    assert step["event"] == "forwarded"
    assert step["destination"].startswith("smtp://127.0.0.1:")


def test_mail_that_the_server_refuses_is_traced_and_the_next_one_is_sent(
    server: RunningServer, mailbox: Mailbox
) -> None:
    sns = boto.client("sns", server.url)
    refused = subscribe(sns, server, "refused@example.com")
    message_id = sns.publish(TopicArn=refused, Message="hello")["MessageId"]
    step = forwarding(server, message_id)
    assert step["event"] == "forwarding_failed"
    assert "no such mailbox" in step["reason"]
    sns.publish(PhoneNumber="+15550100", Message="no mail")
    other = sns.create_topic(Name="other")["TopicArn"]
    sns.subscribe(TopicArn=other, Protocol="email-json", Endpoint=ADDRESS)
    assert '"Type" : "SubscriptionConfirmation"' in mailbox.next().get_content()


def test_server_that_is_not_there_hinders_nobody() -> None:
    with running_server("--smtp-url", f"smtp://127.0.0.1:{free_port()}", "--log-level", "error") as server:
        sns = boto.client("sns", server.url)
        topic = subscribe(sns, server, ADDRESS)
        message_id = sns.publish(TopicArn=topic, Message="hello")["MessageId"]
        step = forwarding(server, message_id)
        assert step["event"] == "forwarding_failed"
        assert step["reason"].startswith("ConnectionRefusedError")


def test_publishing_does_not_wait_for_a_server_that_hangs() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        running_server("--smtp-url", f"smtp://127.0.0.1:{silent.getsockname()[1]}") as server,
    ):
        sns = boto.client("sns", server.url)
        topic = subscribe(sns, server, ADDRESS)
        for _ in range(3):
            sns.publish(TopicArn=topic, Message="hello")
        _, outbox = call(f"{server.url}/_emulator/outbox")
        assert len(outbox["entries"]) == 4
        server.process.terminate()
        assert server.process.wait(patience.SECONDS) == 0
