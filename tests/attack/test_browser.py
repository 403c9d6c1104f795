"""A real browser visits pages that mean ill: none of them changes anything, or reads anything that is private."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests import boto
from tests.attack.browser import CHROMIUM, PAGE_HOST, REBOUND_HOST, Rebinding, Tab, browser, page_server
from tests.raw_http import ask
from tests.server import RunningServer, running_server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium on the PATH")

PAGE = (Path(__file__).parent / "page.html").read_text()
SECRET = "private-message"
QUEUE = "private-queue"
FROZEN = ("--clock-at", "2030-01-01T00:00:00Z")


class Targets:
    """An emulator with something to lose, what is to be kept from pages, and what pages try."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server
        self.port = int(server.url.rpartition(":")[2])
        sqs, sns = boto.client("sqs", server.url), boto.client("sns", server.url)
        self.queue_url: str = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        sqs.send_message(QueueUrl=self.queue_url, MessageBody=SECRET)
        topic = sns.create_topic(Name="private-topic")["TopicArn"]
        self.subscription: str = sns.subscribe(
            TopicArn=topic, Protocol="sms", Endpoint="+4930123456", ReturnSubscriptionArn=True
        )["SubscriptionArn"]
        self.topic: str = topic

    @property
    def actions(self) -> list[dict[str, str]]:
        queue = {"QueueUrl": f"/{boto.ACCOUNT}/{QUEUE}"}
        return [
            {"Action": "CreateQueue", "QueueName": "planted"},
            {"Action": "ReceiveMessage"} | queue,
            {"Action": "DeleteTopic", "TopicArn": self.topic},
            {"Action": "ListQueues"},
        ]

    @property
    def controls(self) -> list[tuple[str, str, str]]:
        """Paths, methods and bodies."""
        return [
            ("/_emulator/reset", "POST", "{}"),
            ("/_emulator/state", "PUT", '{"version": 1}'),
            ("/_emulator/state", "GET", "{}"),
            ("/_emulator/clock", "POST", '{"advance": 3600}'),
            ("/_emulator/faults", "POST", '{"operation": "SendMessage", "error": "ServiceUnavailable"}'),
            ("/_emulator/outbox", "DELETE", "{}"),
            (
                "/_emulator/call",
                "POST",
                '{"service": "sqs", "action": "CreateQueue", "parameters": {"QueueName": "planted"}}',
            ),
            ("/_emulator/requests", "POST", '{"record": true}'),
            ("/_emulator/events", "GET", "{}"),
            ("/_localstack/state/reset", "POST", "{}"),
            (f"/_aws/sqs/messages?QueueUrl=/{boto.ACCOUNT}/{QUEUE}", "GET", "{}"),
            ("/", "GET", "{}"),
        ]

    def state(self) -> Any:
        return json.loads(ask(self.server.control_url, "/_emulator/state").body)

    def requests(self) -> int:
        """How many requests for AWS actions were refused until now."""
        lines = ask(self.server.control_url, "/_emulator/metrics").body.splitlines()
        return sum(int(float(line.split()[-1])) for line in lines if line.startswith("emulator_requests_total{"))


async def clicks(tab: Tab, targets: Targets) -> None:
    """A person clicks on a link in a hidden frame, which opens there or in a new tab."""
    url = f"{targets.server.url}/?Action=CreateQueue&QueueName=planted&Version=2012-11-05"
    signed = f"{url}&X-Amz-Credential={boto.ACCOUNT}%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request"
    unsubscribe = f"{targets.server.url}/?Action=Unsubscribe&SubscriptionArn={targets.subscription}"
    for link, target in ((url, ""), (signed, ""), (unsubscribe, ""), (url, "_blank"), (signed, "_blank")):
        await tab.evaluate(f"lay({json.dumps(link)}, {json.dumps(target)})")
        await tab.evaluate("void (window.followed_link = followed())")
        await tab.click(100, 100)
        if not target:
            await tab.evaluate("window.followed_link")


async def attack(tab: Tab, url: str, targets: Targets, *, control_only: bool = False) -> list[str]:
    """What the page in ``tab`` reads of the server at ``url``."""
    actions = [] if control_only else targets.actions
    read: list[str] = await tab.evaluate(f"attack({json.dumps([url, actions, targets.controls])[1:-1]})")
    return read


async def rebound(tab: Tab, page: int, url: str, targets: Targets, *, control_only: bool = False) -> list[str]:
    """What a page reads whose own name leads to the server at ``url``, once its script runs."""
    rebinding = Rebinding(page)
    async with rebinding.serve() as port:
        own = f"http://{REBOUND_HOST}:{port}"
        await tab.visit(f"{own}/")
        rebinding.rebind(int(url.rpartition(":")[2]))
        return await attack(tab, own, targets, control_only=control_only)


async def visit_all(one: Targets, two: Targets, profile: Path) -> list[str]:
    """Everything that pages could read."""
    with page_server(PAGE) as page:
        async with browser(profile) as tab:
            await tab.visit(f"http://{PAGE_HOST}:{page}/")
            read = await attack(tab, one.server.url.replace("127.0.0.1", "localhost"), one)
            read += await attack(tab, two.server.control_url, two, control_only=True)
            await clicks(tab, one)
            read += await tab.evaluate("read")
            read += await rebound(tab, page, one.server.url, one)
            read += await rebound(tab, page, two.server.control_url, two, control_only=True)
    return read


@pytest.mark.thorough
def test_pages_from_elsewhere_change_nothing_and_read_nothing(tmp_path: Path) -> None:
    """``two`` has a port for the control interface alone."""
    with running_server(*FROZEN) as first, running_server(*FROZEN, "--control-port", "0") as second:
        one, two = Targets(first), Targets(second)
        before, refused = (one.state(), two.state()), one.requests()
        read = asyncio.run(visit_all(one, two, tmp_path))
        assert (one.state(), two.state()) == before
        assert one.requests() > refused + 20, "much of it has come as far as the gateway"
    for text in read:
        for private in (SECRET, QUEUE, "private-topic", "a stream is open"):
            assert private not in text, text
