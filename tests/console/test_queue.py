"""A queue in the console: what is in it, and what a person does with it."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests import boto
from tests.console.visitor import Visitor

ARN = f"arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:"


def attributes_of(visitor: Visitor, url: str) -> dict[str, str]:
    found: dict[str, str] = visitor.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found


def test_messages_of_all_states_are_shown_without_receiving_them(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="in flight soon")
    visitor.sqs.receive_message(QueueUrl=url)
    attributes: Any = {"store": {"DataType": "String", "StringValue": "oslo"}}
    visitor.sqs.send_message(QueueUrl=url, MessageBody='{"coffee": [1, 2]}', MessageAttributes=attributes)
    visitor.sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=600)
    visitor.open_queue("orders")
    rows = visitor.rows("Messages")
    expect(rows).to_have_count(3)
    visitor.sees("in flight", "delayed", "visible")
    row = rows.filter(has_text="coffee")
    row.get_by_role("button").click()
    expect(row).to_contain_text('{\n  "coffee": [\n    1,\n    2\n  ]\n}')
    expect(row.get_by_role("table")).to_contain_text("oslo")
    expect(row).to_contain_text("Received0 times")
    visitor.choose("State", "delayed")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("later")
    visitor.choose("State", "in any state")
    visitor.fill(Text_in_the_body="SOON")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("in flight soon")
    visitor.fill(Text_in_the_body="", Attribute="store=oslo")
    expect(rows.filter(has_text="soon")).to_have_count(0)
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("coffee")
    visitor.fill(Attribute="store=rome")
    visitor.sees("No message is like that.")


@pytest.mark.thorough
def test_list_follows_what_a_program_does_and_comes_in_pages(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.open_queue("orders")
    visitor.sees("No messages", "send_message")
    for number in range(60):
        visitor.sqs.send_message(QueueUrl=url, MessageBody=f"order {number}")
    rows = visitor.rows("Messages")
    expect(rows).to_have_count(50)
    expect(visitor.page.locator(".depth .visible dd")).to_have_text("60")
    visitor.press("Show more")
    expect(rows).to_have_count(60)


def test_person_sends_and_the_same_can_be_copied_as_code(visitor: Visitor) -> None:
    url = visitor.queue("orders.fifo")
    visitor.open_queue("orders.fifo")
    visitor.go("Send")
    visitor.fill(Body="one coffee", Message_group_ID="bergen", Deduplication_ID="1")
    visitor.press("Add an attribute")
    visitor.fill(Name="price", Value="12")
    visitor.choose("Type", "Number")
    visitor.press("Send")
    visitor.sees("Sent as")
    [message] = visitor.sqs.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )["Messages"]
    assert message["Body"] == "one coffee"
    assert message["Attributes"]["MessageGroupId"] == "bergen"
    assert message["MessageAttributes"]["price"] == {"DataType": "Number", "StringValue": "12"}
    calls = visitor.page.get_by_role("complementary", name="Calls made here")
    calls.get_by_role("button", name="Show as code: sqs.SendMessage").click()
    expect(calls).to_contain_text("send_message(")
    expect(calls).to_contain_text("bergen")
    calls.get_by_role("button", name="AWS CLI").click()
    expect(calls).to_contain_text("sqs send-message")


def test_refusal_of_aws_is_shown_and_nothing_is_sent(visitor: Visitor) -> None:
    url = visitor.queue("orders", MaximumMessageSize="1024")
    visitor.open_queue("orders", "send")
    visitor.fill(Body="x" * 2_000)
    visitor.press("Send")
    expect(visitor.page.get_by_role("alert")).to_contain_text("InvalidParameterValue")
    assert visitor.bodies(url) == []


def test_person_receives_hides_for_longer_and_deletes(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")
    visitor.open_queue("orders", "receive")
    visitor.press("Receive")
    received = visitor.rows("Received messages")
    expect(received).to_contain_text("one coffee")
    received.get_by_label("Visibility timeout in seconds").fill("0")
    visitor.press("Change visibility")
    visitor.go("Messages")
    expect(visitor.page.locator(".message .state")).to_have_text("visible")
    visitor.go("Receive")
    visitor.press("Receive")
    expect(received).to_contain_text("2 times")
    visitor.press("Delete")
    expect(received).to_have_count(0)
    visitor.go("Messages")
    visitor.sees("No messages")


@pytest.mark.thorough
def test_person_purges_once_asked_again(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")
    visitor.open_queue("orders")
    visitor.press("Purge the queue")
    visitor.press("No")
    expect(visitor.rows("Messages")).to_have_count(1)
    visitor.press("Purge the queue")
    visitor.press("Yes, purge the queue")
    visitor.sees("No messages")


@pytest.mark.thorough
def test_person_sets_the_dead_letter_queue_and_redrives(visitor: Visitor) -> None:
    url, dead = visitor.queue("orders", VisibilityTimeout="0"), visitor.queue("dead")
    visitor.open_queue("orders", "dead")
    visitor.choose("Dead-letter queue", "dead")
    visitor.fill(Receives_before_a_message_goes_there="1")
    visitor.press("Set")
    visitor.sees("The redrive policy is set.", "after 1 receives")
    assert json.loads(attributes_of(visitor, url)["RedrivePolicy"])["deadLetterTargetArn"] == f"{ARN}dead"
    visitor.sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        visitor.bodies(url)
    visitor.go("dead")
    row = visitor.rows("Messages")
    row.get_by_role("button").first.click()
    expect(row).to_contain_text("Came fromorders")
    visitor.go("Dead letters")
    visitor.press("Redrive")
    visitor.sees("completed", "1 of 1")
    assert visitor.bodies(url) == ["poison"]
    assert visitor.bodies(dead) == []


@pytest.mark.thorough
def test_person_edits_attributes_policy_and_tags(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.open_queue("orders", "settings")
    visitor.fill(Visibility_timeout="45")
    visitor.press("Save")
    visitor.sees("Saved.", "45 s")
    assert attributes_of(visitor, url)["VisibilityTimeout"] == "45"
    visitor.fill(Key="team", Value="coffee")
    visitor.press("Set the tag")
    visitor.sees("team = coffee")
    assert visitor.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "coffee"}
    visitor.page.get_by_role("button", name="Remove").click()
    visitor.does_not_see("team = coffee")
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}],
    }
    visitor.fill(Policy=json.dumps(policy))
    visitor.page.get_by_role("button", name="Save").nth(1).click()
    visitor.sees("Saved.")
    assert json.loads(attributes_of(visitor, url)["Policy"]) == policy


@pytest.mark.thorough
def test_person_deletes_the_queue_and_is_back_at_the_map(visitor: Visitor) -> None:
    visitor.queue("orders")
    visitor.open_queue("orders", "settings")
    visitor.press("Delete the queue")
    visitor.press("Yes, delete the queue")
    expect(visitor.page.get_by_role("heading", name="Map")).to_be_visible()
    assert "QueueUrls" not in visitor.sqs.list_queues()


@pytest.mark.thorough
def test_queue_that_is_not_there_is_said_to_be_missing(visitor: Visitor) -> None:
    visitor.open_queue("nothing")
    expect(visitor.page.get_by_role("alert").first).to_contain_text("does not exist")
