"""What a person does and sees in the console."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from tests import boto


class Visitor:
    """A person in front of ``page``, and the clients of a program that uses the same emulator."""

    def __init__(self, page: Page, url: str, sqs: Any, sns: Any) -> None:
        self.page = page
        self.url = url
        self.sqs = sqs
        self.sns = sns
        self.wrong: list[str] = []  # errors of scripts, and what the Content-Security-Policy refused

    def refusals_are_meant(self) -> None:
        """What was refused until now was to be refused."""
        self.wrong.clear()

    def open(self, fragment: str = "#/") -> None:
        """A page of the console, opened anew."""
        if self.page.url != "about:blank":
            self.page.goto("about:blank")
        self.page.goto(f"{self.url}/{fragment}")

    def open_queue(self, name: str, tab: str = "messages") -> None:
        self.open(f"#/queues/{boto.ACCOUNT}/{boto.REGION}/{quote(name)}?tab={tab}")

    def open_topic(self, name: str, tab: str = "subscriptions") -> None:
        self.open(f"#/topics/{boto.ACCOUNT}/{boto.REGION}/{quote(name)}?tab={tab}")

    def go(self, *names: str) -> None:
        """Follow links of these names in the page itself."""
        for name in names:
            self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()

    def visit(self, name: str) -> None:
        """A place of the main navigation."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()

    def press(self, name: str) -> None:
        """A button whose name begins so."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()

    def fill(self, **values: str) -> None:
        """Fields, by their labels, with underscores for spaces."""
        for label, value in values.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).first.fill(value)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).first.select_option(label=option)

    def sees(self, *texts: str) -> None:
        """Wait until the page shows ``texts``."""
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        """Wait until the page shows none of ``texts``."""
        for text in texts:
            expect(self.page.get_by_role("main")).not_to_contain_text(text)

    def rows(self, label: str) -> Locator:
        """The entries of the list ``label``."""
        return self.page.get_by_role("list", name=label).get_by_role("listitem")

    # -- the program beside it

    def queue(self, name: str, **attributes: str) -> str:
        """The URL of a new queue."""
        fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        return str(self.sqs.create_queue(QueueName=name, Attributes=fifo | attributes)["QueueUrl"])

    def topic(self, name: str, queues: Mapping[str, str | None] | None = None) -> str:
        """The ARN of a new topic with a subscription of each of ``queues``, with its filter policy."""
        arn = str(self.sns.create_topic(Name=name)["TopicArn"])
        for queue, policy in (queues or {}).items():
            attributes = {} if policy is None else {"FilterPolicy": policy}
            endpoint = f"arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:{queue}"
            self.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint, Attributes=attributes)
        return arn

    def bodies(self, url: str) -> list[str]:
        """What a program receives."""
        return [
            message["Body"]
            for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        ]
