"""Takes the pictures of docs/console: ``python -m tests.console.pictures``."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests import boto, patience
from tests.attack.browser import CHROMIUM
from tests.console.conftest import FLAGS
from tests.console.visitor import Visitor
from tests.server import running_server

FOLDER = Path(__file__).parents[2] / "docs" / "console"
SIZES = {"map": 760, "queue": 720, "life": 800, "findings": 620}
WIDTH = 1_200
SHOP = {
    "orders-bergen": '{"store": ["bergen"]}',
    "orders-oslo": '{"store": ["oslo"], "price": [{"numeric": [">", 100]}]}',
    "invoices": None,
}
SALES = (("oslo", "120"), ("oslo", "80"), ("bergen", "20"), ("bergen", "300"))


def fill(visitor: Visitor) -> str:
    """A small shop; the id of a message that was filtered out at one queue and received at another."""
    for name in (*SHOP, "orders-dead", "mail", "audit", "jobs.fifo"):
        visitor.queue(name)
    redrive = {"deadLetterTargetArn": arn("orders-dead"), "maxReceiveCount": 3}
    for name in SHOP:
        visitor.sqs.set_queue_attributes(QueueUrl=url(visitor, name), Attributes={"RedrivePolicy": json.dumps(redrive)})
    sales, customers = visitor.topic("sales", SHOP), visitor.topic("customers", {"mail": None})
    visitor.sns.subscribe(TopicArn=sales, Protocol="https", Endpoint="https://shop.example.com/hook")
    visitor.sns.subscribe(TopicArn=customers, Protocol="email", Endpoint="someone@example.com")
    sent = [publish(visitor, sales, store, price) for store, price in SALES]
    visitor.sns.publish(TopicArn=customers, Message="Welcome.")
    for number in range(5):
        visitor.sqs.send_message(
            QueueUrl=url(visitor, "jobs.fifo"),
            MessageBody=f"job {number}",
            MessageGroupId=f"group-{number % 2}",
            MessageDeduplicationId=str(number),
        )
    visitor.bodies(url(visitor, "jobs.fifo"))
    visitor.sqs.send_message(QueueUrl=url(visitor, "audit"), MessageBody="the audit of today", DelaySeconds=900)
    for _ in range(2):
        visitor.sqs.receive_message(QueueUrl=url(visitor, "orders-bergen"), MaxNumberOfMessages=1)
    patience.get(f"{visitor.url}/_emulator/clock", b'{"advance": 30}')
    [message] = visitor.sqs.receive_message(QueueUrl=url(visitor, "orders-bergen"), MaxNumberOfMessages=1)["Messages"]
    visitor.sqs.send_message(QueueUrl=url(visitor, "orders-dead"), MessageBody='{"order": 12, "items": []}')
    return sent[[body["order"] for body in ORDERS].index(json.loads(json.loads(message["Body"])["Message"])["order"])]


ORDERS: list[Any] = [
    {"order": 4_711 + number, "items": ["coffee", "milk"], "customer": {"id": 17, "name": "Kari"}}
    for number in range(len(SALES))
]


def publish(visitor: Visitor, topic: str, store: str, price: str) -> str:
    attributes = {
        "store": {"DataType": "String", "StringValue": store},
        "price": {"DataType": "Number", "StringValue": price},
    }
    body = json.dumps(ORDERS[SALES.index((store, price))])
    published = visitor.sns.publish(TopicArn=topic, Message=body, Subject="Order", MessageAttributes=attributes)
    return str(published["MessageId"])


def url(visitor: Visitor, name: str) -> str:
    return f"{visitor.url}/{boto.ACCOUNT}/{name}"


def arn(name: str) -> str:
    return f"arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:{name}"


def take(page: Page, name: str) -> None:
    page.set_viewport_size({"width": WIDTH, "height": SIZES[name]})
    page.wait_for_timeout(1_500)
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    assert CHROMIUM is not None, "needs a Chromium on the PATH"
    with running_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        clients: Any = [boto.client(name, server.url) for name in ("sqs", "sns")]
        visitor = Visitor(page, server.url, *clients)
        message_id = fill(visitor)
        page.set_viewport_size({"width": WIDTH, "height": SIZES["map"]})
        visitor.open()
        page.wait_for_timeout(1_500)
        for store, price in SALES:
            publish(visitor, f"arn:aws:sns:{boto.REGION}:{boto.ACCOUNT}:sales", store, price)
        page.wait_for_selector(".recent")
        page.wait_for_timeout(450)  # while the messages move
        page.screenshot(path=FOLDER / "map.png")
        visitor.open_queue("orders-bergen")
        visitor.rows("Messages").first.get_by_role("button").first.click()
        take(page, "queue")
        visitor.open(f"#/messages/{message_id}")
        take(page, "life")
        visitor.open("#/findings")
        take(page, "findings")
        browser.close()


if __name__ == "__main__":
    main()
