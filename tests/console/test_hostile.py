"""Texts of strangers: whatever they contain, the console shows it as text and does nothing else with it."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import boto
from tests.console.visitor import Visitor

TEXTS = (
    "<script>window.harmed = true</script>",
    "<img src=x onerror='window.harmed = true'>",
    "<svg onload='window.harmed = true'><a xlink:href='javascript:harmed = true'><text>x</text></a></svg>",
    "${window.harmed = true}{{constructor.constructor('window.harmed = true')()}}`<${h}>`",
    "javascript:window.harmed = true",
    "</pre></textarea></script><h1>forged</h1>",
    "\u202e\u2066\u0085 right to left \u2028 and lines",
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
)
HARM = "[window.harmed, ({}).polluted, document.querySelectorAll('main :is(script, svg, img, h1 ~ h1)').length]"


def unharmed(page: Page) -> bool:
    return bool(page.evaluate(HARM) == [None, None, 0])


@pytest.mark.thorough
def test_messages_with_markup_are_text_wherever_they_are_shown(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    topic = visitor.topic("sales", {"orders": None})
    published = [visitor.sns.publish(TopicArn=topic, **_published(text))["MessageId"] for text in TEXTS]
    visitor.open("#/stream")
    visitor.sees("Nothing has happened")
    for text in TEXTS:
        visitor.sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=_attributes(text))
    expect(visitor.rows("Events, newest first")).to_have_count(len(TEXTS))
    assert unharmed(visitor.page)
    for message_id, text in zip(published, TEXTS, strict=True):
        visitor.open(f"#/messages/{message_id}")
        visitor.sees(_beginning(text))
        assert unharmed(visitor.page), text
    visitor.open("#/messages")
    visitor.sees(*map(_beginning, TEXTS))
    assert unharmed(visitor.page)
    visitor.open_queue("orders")
    rows = visitor.rows("Messages")
    expect(rows).to_have_count(2 * len(TEXTS))
    for row in rows.all():
        row.get_by_role("button").first.click()
        expect(row).to_contain_text("The life of this message")
    visitor.sees("Message attributes")
    assert unharmed(visitor.page)


def _published(text: str) -> dict[str, Any]:
    return {"Message": text, "Subject": "<b>s</b>", "MessageAttributes": _attributes(text)}


def _attributes(text: str) -> dict[str, Any]:
    return {"store": {"DataType": "String", "StringValue": text}}


def _beginning(text: str) -> str:
    """As much of it as every page shows."""
    return text.strip("\u202e\u2066\u0085 ")[:13]


SCRIPT, IMAGE = "<script>harmed=1</script>", "<img src=x onerror=harmed=1>"


@pytest.mark.thorough
def test_names_policies_tags_and_addresses_with_markup_are_text(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    statement = {"Sid": SCRIPT, "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    visitor.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    topic = visitor.topic("sales", {"orders": json.dumps({IMAGE: [SCRIPT]})})
    visitor.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:9/{SCRIPT}")
    visitor.sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue=SCRIPT)
    visitor.open()
    expect(visitor.page.locator(".node").filter(has_text=SCRIPT)).to_have_count(1)
    assert unharmed(visitor.page)
    visitor.open_queue("orders", "settings")
    expect(visitor.page.get_by_label("Policy", exact=True)).to_have_value(re.compile(re.escape(SCRIPT)))
    assert unharmed(visitor.page)
    visitor.open_topic("sales")
    visitor.sees(f'{IMAGE} is "{SCRIPT}"')
    assert unharmed(visitor.page)
    visitor.open_topic("sales", "publish")
    visitor.sees(f"{IMAGE} absent")
    assert unharmed(visitor.page)
    visitor.open_topic("sales", "settings")
    expect(visitor.page.get_by_label("Display name")).to_have_value(SCRIPT)
    assert unharmed(visitor.page)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "fragment",
    [
        f"#/queues/{boto.ACCOUNT}/{IMAGE}/{SCRIPT}",
        f"#/topics/{SCRIPT}/us-east-1/x",
        f"#/{SCRIPT}",
        "#/messages/%3Cscript%3E%zz?%zz",
        f"#/messages?text={IMAGE}",
        f"#/stream?tab={SCRIPT}",
    ],
)
def test_address_with_markup_in_it_is_only_an_address(visitor: Visitor, fragment: str) -> None:
    visitor.open(fragment)
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    assert unharmed(visitor.page)


ATTEMPTS = {
    "markup": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=harmed=1>')",
    "a script": "Object.assign(document.createElement('script'), {src: 'data:text/javascript,harmed=1'})",
    "a worker": "new Worker('/_emulator/console/app.js')",
    "a policy of its own": "trustedTypes.createPolicy('another', {createHTML: text => text})",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_browser_would_refuse_a_mistake_of_the_console(visitor: Visitor, attempt: str) -> None:
    """What the Content-Security-Policy is for."""
    visitor.open()
    visitor.sees("Nothing here yet")
    tried = f"() => {{ try {{ {attempt}; return null; }} catch (error) {{ return error.name; }} }}"
    assert visitor.page.evaluate(tried) == "TypeError"
    assert visitor.page.evaluate("window.harmed") is None
    visitor.refusals_are_meant()
