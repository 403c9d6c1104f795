"""A topic in the console: its subscriptions, and who would get what is about to be published."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import boto
from tests.console.visitor import Visitor

OSLO = '{"store": ["oslo"], "price": [{"numeric": [">", 100]}]}'


def test_filter_policies_are_explained(visitor: Visitor) -> None:
    for name in ("oslo", "all"):
        visitor.queue(name)
    visitor.topic("sales", {"oslo": OSLO, "all": None})
    visitor.open_topic("sales")
    rows = visitor.rows("Subscriptions")
    expect(rows.filter(has_text="oslo")).to_contain_text('store is "oslo" and price is a number > 100')
    expect(rows.filter(has_text="all")).to_contain_text("Gets every message")


def test_preview_says_who_would_get_it_and_what_says_no_while_one_types(visitor: Visitor) -> None:
    for name in ("oslo", "all"):
        visitor.queue(name)
    visitor.topic("sales", {"oslo": OSLO, "all": None})
    visitor.open_topic("sales", "publish")
    preview = visitor.page.get_by_role("region", name="Who would get it")
    expect(preview).to_contain_text("1 of 2 would get it.")
    visitor.fill(Message="one coffee")
    visitor.press("Add an attribute")
    visitor.fill(Name="store", Value="bergen")
    expect(preview).to_contain_text('store "bergen" fails "oslo"')
    expect(preview).to_contain_text("price absent")
    visitor.fill(Value="oslo")
    expect(preview).not_to_contain_text('store "bergen"')
    visitor.press("Add an attribute")
    visitor.page.get_by_label("Name", exact=True).nth(1).fill("price")
    visitor.page.get_by_label("Value", exact=True).nth(1).fill("120")
    expect(preview).to_contain_text("a String never matches numeric")
    visitor.page.get_by_label("Type", exact=True).nth(1).select_option("Number")
    expect(preview).to_contain_text("2 of 2 would get it.")
    visitor.press("Publish")
    visitor.sees("Published as")
    oslo = visitor.sqs.get_queue_url(QueueName="oslo")["QueueUrl"]
    [body] = visitor.bodies(oslo)
    assert json.loads(body)["Message"] == "one coffee"


@pytest.mark.thorough
def test_preview_says_why_publish_would_be_refused(visitor: Visitor) -> None:
    visitor.topic("sales")
    visitor.open_topic("sales", "publish")
    visitor.fill(Message="one coffee", Subject="x" * 101)
    visitor.sees("Publish would be refused: InvalidParameter")


@pytest.mark.thorough
def test_person_subscribes_edits_the_filter_and_ends_it(visitor: Visitor) -> None:
    visitor.queue("orders")
    topic = visitor.topic("sales")
    visitor.open_topic("sales")
    visitor.sees("No subscriptions", "sns.subscribe(")
    visitor.fill(Endpoint=f"arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:orders")
    visitor.press("Subscribe")
    rows = visitor.rows("Subscriptions")
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="Edit").click()
    rows.get_by_label("Filter policy").fill(OSLO)
    rows.get_by_label("Raw message delivery").check()
    rows.get_by_role("button", name="Save").click()
    expect(rows).to_contain_text('store is "oslo"')
    [subscription] = visitor.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    found = visitor.sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])["Attributes"]
    assert (json.loads(found["FilterPolicy"]), found["RawMessageDelivery"]) == (json.loads(OSLO), "true")
    rows.get_by_role("button", name="Unsubscribe").click()
    visitor.press("Yes, unsubscribe")
    visitor.sees("No subscriptions")


def test_pending_subscription_is_confirmed_by_a_click(visitor: Visitor) -> None:
    topic = visitor.topic("sales")
    visitor.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    visitor.open_topic("sales")
    visitor.sees("not confirmed")
    visitor.press("Confirm")
    visitor.does_not_see("not confirmed")
    [subscription] = visitor.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert subscription["SubscriptionArn"].startswith(topic)


@pytest.mark.thorough
def test_delivery_that_fails_is_shown_with_its_next_attempt(visitor: Visitor) -> None:
    topic = visitor.topic("sales")
    visitor.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/hook")
    visitor.open_topic("sales", "deliveries")
    table = visitor.page.get_by_role("table", name="Deliveries under way")
    expect(table).to_contain_text("SubscriptionConfirmation")
    expect(table).to_contain_text("http://127.0.0.1:9/hook")
    expect(table).to_contain_text("in ")


@pytest.mark.thorough
def test_person_edits_attributes_and_tags_and_deletes_the_topic(visitor: Visitor) -> None:
    topic = visitor.topic("sales")
    visitor.open_topic("sales", "settings")
    visitor.fill(Display_name="Sales of coffee")
    visitor.press("Save")
    visitor.sees("Saved.")
    found: Any = visitor.sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert found["DisplayName"] == "Sales of coffee"
    visitor.fill(Key="team", Value="coffee")
    visitor.press("Set the tag")
    visitor.sees("team = coffee")
    visitor.press("Delete the topic")
    visitor.press("Yes, delete the topic")
    expect(visitor.page.get_by_role("heading", name="Map")).to_be_visible()
    assert visitor.sns.list_topics()["Topics"] == []
