"""A newcomer's first visit, from the empty page to the redrive of a dead letter."""

import json

from playwright.sync_api import expect

from tests import boto
from tests.console.visitor import Visitor

POLICY = '{"store": ["oslo"]}'


def test_newcomer_finds_out_why_a_message_did_not_arrive_and_mends_it(visitor: Visitor) -> None:
    visitor.open()

    # The page is empty, and says what to do first.
    visitor.sees("Nothing here yet")
    snippet = visitor.page.get_by_role("region", name="a first queue, boto3").text_content()
    assert snippet is not None
    exec(compile(snippet, "the snippet", "exec"), {})

    # The queue appears by itself.
    node = visitor.page.locator(".node").filter(has_text="orders")
    expect(node).to_contain_text("1 visible")

    # A program publishes, and the message does not arrive.
    topic = visitor.topic("sales", {"orders": POLICY})
    store = {"store": {"DataType": "String", "StringValue": "Oslo"}}
    visitor.sns.publish(TopicArn=topic, Message="one coffee", MessageAttributes=store)
    expect(visitor.rows("What happened last").filter(has_text="filtered out")).to_contain_text("sales → orders")
    expect(node).to_contain_text("1 visible")

    # The console says why.
    visitor.visit("Messages")
    visitor.rows("Messages").filter(has_text="one coffee").get_by_role("link").last.click()
    visitor.sees('store "Oslo" fails "oslo"')

    # The filter is mended, and the preview says that it now gets it.
    mend_the_filter(visitor)

    # It arrives.
    visitor.visit("Map")
    expect(node).to_contain_text("2 visible")
    visitor.go("orders")
    expect(visitor.rows("Messages").filter(has_text="one more coffee")).to_have_count(1)

    # A dead-letter queue, and receives that fail while the clock is moved.
    visitor.queue("dead")
    visitor.go("Dead letters")
    visitor.choose("Dead-letter queue", "dead")
    visitor.fill(Receives_before_a_message_goes_there="2")
    visitor.press("Set")
    visitor.sees("The redrive policy is set.")
    receive_in_vain(visitor, times=3)
    visitor.visit("Map")
    dead = visitor.page.locator(".node").filter(has_text="dead")
    expect(dead).to_contain_text("2 visible")
    expect(node).to_contain_text("empty")

    # The redrive brings them back.
    visitor.go("dead", "Dead letters")
    visitor.press("Redrive")
    visitor.sees("completed", "2 of 2")
    visitor.visit("Map")
    expect(node).to_contain_text("2 visible")
    url = visitor.sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    assert url == f"{visitor.url}/{boto.ACCOUNT}/orders"
    bodies = [json.loads(body) for body in visitor.bodies(url)]
    assert {body.get("Message", body.get("order")) for body in bodies} == {1, "one more coffee"}


def mend_the_filter(visitor: Visitor) -> None:
    """Let it compare in any case, and publish a message that it accepts."""
    visitor.go("sales")
    row = visitor.rows("Subscriptions")
    row.get_by_role("button", name="Edit").click()
    row.get_by_label("Filter policy").fill('{"store": [{"equals-ignore-case": "oslo"}]}')
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text('store is "oslo" in any case')
    visitor.go("Publish")
    visitor.fill(Message="one more coffee")
    visitor.press("Add an attribute")
    visitor.fill(Name="store", Value="Oslo")
    visitor.sees("1 of 1 would get it.")
    visitor.press("Publish")
    visitor.sees("Published as")


def receive_in_vain(visitor: Visitor, *, times: int) -> None:
    """Receive all messages of the queue, and move the clock until they are visible again."""
    for _ in range(times):
        visitor.go("Receive")
        visitor.fill(**{"Messages,_at_most": "10"})
        visitor.press("Receive")
        expect(visitor.page.get_by_role("button", name="Receive", exact=True)).to_be_enabled()
        visitor.visit("Time and trouble")
        visitor.press("+30 s")
        expect(visitor.page.get_by_role("button", name="+30 s")).to_be_enabled()
        visitor.visit("Map")
        visitor.go("orders")
