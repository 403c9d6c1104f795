"""The life of a message in the console, and how it is found."""

import pytest
from playwright.sync_api import expect

from tests import patience
from tests.console.visitor import Visitor


def test_life_of_a_message_goes_from_publish_to_its_end(visitor: Visitor) -> None:
    for name in ("oslo", "bergen"):
        visitor.queue(name, VisibilityTimeout="30")
    topic = visitor.topic("sales", {"oslo": '{"store": ["oslo"]}', "bergen": '{"store": ["bergen"]}'})
    store = {"store": {"DataType": "String", "StringValue": "oslo"}}
    message_id = visitor.sns.publish(TopicArn=topic, Message="one coffee", MessageAttributes=store)["MessageId"]
    url = visitor.sqs.get_queue_url(QueueName="oslo")["QueueUrl"]
    visitor.bodies(url)
    patience.get(f"{visitor.url}/_emulator/clock", b'{"advance": 30}')
    [message] = visitor.sqs.receive_message(QueueUrl=url)["Messages"]
    visitor.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    visitor.open("#/messages")
    visitor.fill(Text_in_the_body="COFFEE")
    visitor.go(message_id)
    visitor.sees("Published to", "one coffee", 'store "oslo" fails "bergen"')
    steps = visitor.page.get_by_role("heading", name="To oslo").locator("xpath=..").get_by_role("listitem")
    expect(steps).to_have_count(5)
    for step, event in enumerate(("delivered", "received", "visible again", "received", "deleted")):
        expect(steps.nth(step)).to_contain_text(event)
    expect(steps.nth(1)).to_contain_text("hidden for 30 s")
    expect(steps.nth(2)).to_contain_text("after 30 s")
    expect(steps.nth(3)).to_contain_text("receive 2")


def test_message_is_found_by_text_id_attribute_and_place(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.queue("others")
    store = {"store": {"DataType": "String", "StringValue": "oslo"}}
    first = visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee", MessageAttributes=store)["MessageId"]
    visitor.sqs.send_message(QueueUrl=url.replace("orders", "others"), MessageBody="one tea")
    visitor.open("#/messages")
    rows = visitor.rows("Messages")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("one tea")
    for wish in (
        {"Text_in_the_body": "coffee"},
        {"Message_ID": first},
        {"Attribute": "store=oslo"},
        {"Attribute": "store"},
    ):
        visitor.fill(**wish)
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(first)
        visitor.fill(**dict.fromkeys(wish, ""))
        expect(rows).to_have_count(2)
    visitor.fill(Text_in_the_body="milk")
    visitor.sees("No message is like that.")


@pytest.mark.thorough
def test_search_is_in_the_address_so_that_it_can_be_passed_on(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    for body in ("one coffee", "one tea"):
        visitor.sqs.send_message(QueueUrl=url, MessageBody=body)
    visitor.open("#/messages")
    visitor.fill(Text_in_the_body="tea")
    expect(visitor.rows("Messages")).to_have_count(1)
    visitor.open(visitor.page.url.partition("/")[2].partition("/")[2].partition("/")[2])
    expect(visitor.rows("Messages")).to_have_count(1)
    expect(visitor.page.get_by_label("Text in the body")).to_have_value("tea")


@pytest.mark.thorough
def test_message_of_a_queue_leads_back_to_its_publish(visitor: Visitor) -> None:
    visitor.queue("orders")
    topic = visitor.topic("sales", {"orders": None})
    message_id = visitor.sns.publish(TopicArn=topic, Message="one coffee")["MessageId"]
    visitor.open_queue("orders")
    visitor.rows("Messages").get_by_role("button").click()
    visitor.go("The life of this message")
    visitor.sees("Published to", message_id, "delivered")


@pytest.mark.thorough
def test_unknown_message_is_said_to_be_unknown(visitor: Visitor) -> None:
    visitor.open("#/messages/no-such-message")
    expect(visitor.page.get_by_role("alert")).to_contain_text("404")
