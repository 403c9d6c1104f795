"""Everyone can use it: by keyboard, with a screen reader, in the dark, on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests import boto
from tests.console.visitor import Visitor

QUEUE = f"#/queues/{boto.ACCOUNT}/{boto.REGION}/orders"
TOPIC = f"#/topics/{boto.ACCOUNT}/{boto.REGION}/sales"
PAGES = (
    "#/",
    "#/?view=list",
    *(f"{QUEUE}?tab={tab}" for tab in ("messages", "send", "receive", "dead", "settings")),
    *(f"{TOPIC}?tab={tab}" for tab in ("subscriptions", "publish", "deliveries", "settings")),
    "#/messages",
    "#/stream",
    "#/stream?tab=requests",
    *(f"#/trouble?tab={tab}" for tab in ("clock", "faults", "state", "reset")),
    "#/findings",
    "#/nothing",
)


def fill(visitor: Visitor) -> str:
    """An id of a message in an emulator with something of everything."""
    for name in ("orders", "dead"):
        visitor.queue(name)
    url = visitor.sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    policy = f'{{"deadLetterTargetArn": "arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:dead", "maxReceiveCount": 3}}'
    visitor.sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    visitor.sqs.tag_queue(QueueUrl=url, Tags={"team": "coffee"})
    topic = visitor.topic("sales", {"orders": '{"store": ["oslo"]}', "dead": None, "missing": None})
    visitor.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/hook")
    store = {"store": {"DataType": "String", "StringValue": "oslo"}}
    message_id = visitor.sns.publish(TopicArn=topic, Message='{"order": 1}', MessageAttributes=store)["MessageId"]
    visitor.sns.publish(TopicArn=topic, Message="filtered out")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=600)
    visitor.sqs.receive_message(QueueUrl=url)
    return str(message_id)


def check(visitor: Visitor) -> None:
    """Axe finds nothing: by no rule in light colors, and in dark ones by the rules of colors."""
    _run_axe(visitor)
    visitor.page.emulate_media(color_scheme="dark")
    _run_axe(visitor, "color-contrast")
    visitor.page.emulate_media(color_scheme="light")


def _run_axe(visitor: Visitor, *rules: str) -> None:
    results = Axe().run(visitor.page, options={"runOnly": list(rules)} if rules else None)
    assert results.violations_count == 0, results.generate_report()


def check_width(visitor: Visitor, fragment: str) -> None:
    """The page is not wider than its window, be it that of a phone or of a computer."""
    for width in (400, 1280):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, fragment


@pytest.mark.thorough
def test_every_page_is_for_everyone(visitor: Visitor) -> None:
    message_id = fill(visitor)
    for fragment in (*PAGES, f"#/messages/{message_id}"):
        visitor.open(fragment)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        expect(visitor.page.get_by_role("main").get_by_text("Loading…")).to_have_count(0)
        check(visitor)
        check_width(visitor, fragment)


@pytest.mark.thorough
def test_messages_and_code_in_view_are_for_everyone(visitor: Visitor) -> None:
    fill(visitor)
    visitor.open(QUEUE)
    for row in visitor.rows("Messages").all():
        row.get_by_role("button").first.click()
    check(visitor)
    visitor.open(f"{QUEUE}?tab=send")
    visitor.fill(Body="one coffee")
    visitor.press("Add an attribute")
    visitor.press("Send")
    visitor.press("Show as code")
    check(visitor)


@pytest.mark.thorough
def test_console_with_nothing_in_it_is_for_everyone(visitor: Visitor) -> None:
    visitor.open()
    visitor.sees("Nothing here yet")
    check(visitor)


def test_everything_is_reached_by_keyboard(visitor: Visitor) -> None:
    visitor.queue("orders")
    visitor.open()
    expect(visitor.page.get_by_role("link", name="orders")).to_be_visible()
    keyboard, focused = visitor.page.keyboard, visitor.page.locator(":focus")
    keyboard.press("Tab")
    expect(focused).to_have_text("To the content")
    keyboard.press("Enter")
    expect(visitor.page.locator("main")).to_be_focused()
    for _ in range(40):
        keyboard.press("Tab")
        if focused.text_content() == "orders":
            break
    expect(focused).to_have_text("orders")
    keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="Queue orders")).to_be_visible()
    expect(visitor.page.locator("main")).to_be_focused()
