"""The stream: everything that happens, as it happens, and the requests beside it."""

from contextlib import suppress

import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import expect

from tests.console.visitor import Visitor


def test_events_come_as_they_happen_with_links_to_what_they_are_about(visitor: Visitor) -> None:
    visitor.open("#/stream")
    visitor.sees("Nothing has happened since this page was opened.")
    visitor.queue("orders")
    topic = visitor.topic("sales", {"orders": None})
    message_id = visitor.sns.publish(TopicArn=topic, Message="one coffee")["MessageId"]
    events = visitor.rows("Events, newest first")
    delivered = events.filter(has_text="delivered")
    expect(delivered).to_contain_text("sales → orders")
    expect(events.filter(has_text="published")).to_contain_text("one coffee")
    for kind in ("queue created", "topic created", "subscribed"):
        expect(events.filter(has_text=kind)).to_have_count(1)
    delivered.get_by_role("link", name=message_id).click()
    visitor.sees("Life of a message", "one coffee")


@pytest.mark.thorough
def test_events_are_filtered_and_paused(visitor: Visitor) -> None:
    visitor.open("#/stream")
    visitor.sees("Nothing has happened")
    urls = [visitor.queue(name) for name in ("orders", "invoices")]
    events = visitor.rows("Events, newest first")
    expect(events).to_have_count(2)
    visitor.fill(Text="invoices")
    expect(events).to_have_count(1)
    visitor.fill(Text="", Kind_of_event="sent")
    expect(events).to_have_count(0)
    visitor.sqs.send_message(QueueUrl=urls[0], MessageBody="first")
    expect(events).to_have_count(1)
    visitor.press("Pause")
    visitor.sqs.send_message(QueueUrl=urls[0], MessageBody="second")
    going_on = visitor.page.get_by_role("button", name="Go on (1 new)")
    expect(going_on).to_be_visible()
    expect(events).to_have_count(1)
    going_on.click()
    expect(events).to_have_count(2)
    expect(events.first).to_contain_text("second")
    visitor.press("Clear")
    expect(events).to_have_count(0)


@pytest.mark.thorough
def test_thousands_of_events_do_not_freeze_the_page(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.open("#/stream")
    visitor.sees("Nothing has happened")
    for batch in range(250):
        entries = [{"Id": str(number), "MessageBody": f"message {batch}-{number}"} for number in range(10)]
        visitor.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    events = visitor.rows("Events, newest first")
    expect(events.first).to_contain_text("message 249-9")
    expect(events).to_have_count(300)
    visitor.sees("earlier events are not shown")
    visitor.fill(Text="message 240-7")
    expect(events).to_have_count(1)


@pytest.mark.thorough
def test_requests_say_who_asked_what_and_how_it_was_answered(visitor: Visitor) -> None:
    url = visitor.queue("asked")
    visitor.open("#/stream?tab=requests")
    visitor.sees("Only what failed")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")
    with suppress(ClientError):
        visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee", DelaySeconds=901)
    rows = visitor.page.get_by_role("row")
    sent = rows.filter(has_text="sqs.SendMessage").filter(has_text="asked")
    expect(sent).to_have_count(2)
    expect(sent.first).to_contain_text("InvalidParameterValue")
    expect(sent.first).to_contain_text("Boto3")
    expect(sent.last).to_contain_text("200")
    expect(sent.last.get_by_role("link", name="asked")).to_be_visible()
    visitor.page.get_by_label("Only what failed").check()
    expect(sent).to_have_count(1)
    visitor.page.get_by_label("Only what failed").uncheck()
    visitor.fill(Action="ListDeadLetterSourceQueues")
    visitor.sees("No request is known.")
