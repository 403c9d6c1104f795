"""The map: topics, queues and subscribers, and what moves between them."""

import json

import pytest
from playwright.sync_api import Locator, expect

from tests import boto, patience
from tests.console.visitor import Visitor

ARN = f"arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:"


def node(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator(".node").filter(has_text=name)


def test_map_shows_what_leads_where_and_how_many_messages_there_are(visitor: Visitor) -> None:
    for name in ("orders", "invoices", "dead"):
        visitor.queue(name)
    policy = json.dumps({"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 3})
    url = visitor.sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    visitor.sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    topic = visitor.topic("sales", {"orders": '{"store": ["oslo"]}', "invoices": None})
    visitor.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    for delay in (0, 0, 600):
        visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee", DelaySeconds=delay)
    visitor.sqs.receive_message(QueueUrl=url)
    visitor.open()
    expect(node(visitor, "orders")).to_contain_text("1 visible")
    expect(node(visitor, "orders")).to_contain_text("1 in flight")
    expect(node(visitor, "orders")).to_contain_text("1 delayed")
    expect(node(visitor, "orders")).to_contain_text("old")
    expect(node(visitor, "invoices")).to_contain_text("empty")
    expect(node(visitor, "sales")).to_contain_text("3 subscriptions")
    labels = visitor.page.locator(".world .line")
    for label in ("filter", "not confirmed", "after 3 receives"):
        expect(labels.filter(has_text=label)).to_have_count(1)
    expect(labels.filter(has_text="filter")).to_have_attribute("title", 'Filter policy: {"store":["oslo"]}')
    visitor.go("orders")
    expect(visitor.page.get_by_role("heading", name="Queue orders")).to_be_visible()


@pytest.mark.thorough
def test_what_a_program_makes_and_publishes_appears_by_itself(visitor: Visitor) -> None:
    visitor.open()
    visitor.sees("Nothing here yet")
    visitor.queue("orders")
    expect(node(visitor, "orders")).to_contain_text("empty")
    topic = visitor.topic("sales", {"orders": None})
    expect(node(visitor, "sales")).to_contain_text("1 subscription")
    visitor.sns.publish(TopicArn=topic, Message="one coffee")
    expect(node(visitor, "orders")).to_contain_text("1 visible")
    happened = visitor.rows("What happened last")
    expect(happened.filter(has_text="delivered")).to_contain_text("sales → orders")
    visitor.sqs.delete_queue(QueueUrl=visitor.sqs.get_queue_url(QueueName="orders")["QueueUrl"])
    expect(node(visitor, "orders")).to_contain_text("does not exist")


def test_what_fails_is_red(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    topic = visitor.topic("sales", {"orders": None})
    visitor.sqs.delete_queue(QueueUrl=url)
    visitor.open()
    expect(node(visitor, "orders")).to_contain_text("does not exist")
    visitor.sns.publish(TopicArn=topic, Message="lost")
    failed = visitor.page.locator(".world .line.bad")
    expect(failed).to_have_text("failed")
    expect(visitor.page.locator(".recent .bad")).to_contain_text("sales → orders failed")
    visitor.queue("orders")
    visitor.sns.publish(TopicArn=topic, Message="found")
    expect(failed).to_have_count(0)


@pytest.mark.thorough
def test_map_is_filtered_by_name_account_region_and_tag(visitor: Visitor) -> None:
    for name in ("orders", "invoices"):
        visitor.queue(name)
    visitor.sqs.tag_queue(QueueUrl=visitor.queue("orders"), Tags={"team": "coffee"})
    for account, region in (("111111111111", boto.REGION), (boto.ACCOUNT, "eu-north-1")):
        client = boto.client("sqs", visitor.url, account=account, region=region)
        client.create_queue(QueueName=f"far-{account[0]}-{region}")
    visitor.open()
    nodes = visitor.page.locator(".node")
    expect(nodes).to_have_count(4)
    expect(nodes.first).to_contain_text("·")
    for wish, found in (
        ({"Name": "inv"}, "invoices"),
        ({"Account": "111111111111"}, "far-1-us-east-1"),
        ({"Region": "eu-north-1"}, "far-0-eu-north-1"),
        ({"Tag": "team=coffee"}, "orders"),
    ):
        visitor.fill(**wish)
        expect(nodes).to_have_count(1)
        expect(nodes).to_contain_text(found)
        visitor.fill(**dict.fromkeys(wish, ""))
        expect(nodes).to_have_count(4)
    visitor.fill(Name="nothing like it")
    visitor.sees("Nothing has this name, account, region and tag.")


@pytest.mark.thorough
def test_many_subscribers_of_a_topic_are_put_together_and_taken_apart(visitor: Visitor) -> None:
    names = [f"store-{number:02}" for number in range(14)]
    for name in names:
        visitor.queue(name)
    topic = visitor.topic("sales", dict.fromkeys(names))
    visitor.open()
    nodes = visitor.page.locator(".node")
    expect(nodes).to_have_count(2)
    visitor.sns.publish(TopicArn=topic, Message="one coffee")
    expect(node(visitor, "14 subscribers")).to_contain_text("14 visible")
    visitor.press("14 subscribers")
    expect(node(visitor, "store-0").first).to_contain_text("1 visible")
    visitor.press("Put together the subscribers of sales")
    expect(nodes).to_have_count(2)


@pytest.mark.thorough
def test_thousands_of_queues_are_drawn_and_one_is_found(visitor: Visitor) -> None:
    queues = [{"name": f"queue-{number:04}"} for number in range(3_000)]
    topics = [
        {
            "name": f"topic-{number:02}",
            "subscriptions": [{"queue": f"queue-{number * 20 + each:04}"} for each in range(20)],
        }
        for number in range(50)
    ]
    document = json.dumps({"queues": queues, "topics": topics}).encode()
    patience.get(f"{visitor.url}/_emulator/declare", document)
    visitor.open()
    visitor.sees("50 topics · 3000 queues")
    expect(visitor.page.locator("canvas")).to_be_visible()
    expect(visitor.page.locator(".node")).to_have_count(0)
    visitor.fill(Name="queue-2999")
    expect(node(visitor, "queue-2999")).to_be_visible()
    visitor.fill(Name="")
    visitor.press("List")
    rows = visitor.page.get_by_role("row")
    expect(rows).to_have_count(101)
    visitor.press("Show more of 3050")
    expect(rows).to_have_count(201)


@pytest.mark.thorough
def test_functions_are_shown_by_their_names_and_whether_they_are_called(visitor: Visitor) -> None:
    visitor.queue("orders")
    functions = boto.client("lambda", visitor.url)
    for name, enabled in (("bake", True), ("bill", False)):
        functions.create_event_source_mapping(EventSourceArn=f"{ARN}orders", FunctionName=name, Enabled=enabled)
    visitor.open()
    visitor.sees("0 topics · 1 queue")
    for name in ("bake", "bill"):
        expect(node(visitor, name)).to_contain_text("lambda")
    expect(visitor.page.locator(".frame").get_by_text("disabled", exact=True)).to_have_count(1)


def test_list_has_the_same_as_the_map(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.topic("sales", {"orders": None})
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")
    visitor.open("#/?view=list")
    row = visitor.page.get_by_role("row", name="orders")
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one more")
    expect(row.get_by_role("cell").nth(3)).to_have_text("2")
    visitor.go("sales")
    expect(visitor.page.get_by_role("heading", name="Topic sales")).to_be_visible()


@pytest.mark.thorough
def test_map_is_moved_and_resized_by_keys_wheel_and_pointer(visitor: Visitor) -> None:
    visitor.queue("orders")
    visitor.open()
    box = node(visitor, "orders")
    expect(box).to_be_visible()
    frame = visitor.page.locator(".frame")

    def place() -> tuple[float, float, float]:
        found = box.bounding_box()
        assert found is not None
        return found["x"], found["y"], found["width"]

    x, y, width = place()
    frame.focus()
    frame.press("ArrowRight")
    visitor.page.wait_for_function("x => document.querySelector('.node').getBoundingClientRect().x === x", arg=x - 80)
    assert place() == (x - 80, y, width)
    frame.press("+")
    visitor.page.wait_for_function("w => document.querySelector('.node').getBoundingClientRect().width > w", arg=width)
    frame.press("-")
    visitor.page.mouse.move(300, 500)
    visitor.page.mouse.wheel(0, 50)
    visitor.page.wait_for_function("y => document.querySelector('.node').getBoundingClientRect().y < y - 20", arg=y)
    visitor.press("All")
    visitor.page.mouse.move(300, 500)
    visitor.page.mouse.down()
    visitor.page.mouse.move(340, 540, steps=4)
    visitor.page.mouse.up()
    visitor.page.wait_for_function("x => document.querySelector('.node').getBoundingClientRect().x > x + 10", arg=x)


@pytest.mark.thorough
def test_person_makes_a_first_queue_here(visitor: Visitor) -> None:
    visitor.open()
    visitor.sees("Nothing here yet", "boto3.client")
    visitor.press("AWS CLI")
    visitor.sees("aws sqs create-queue")
    visitor.press("Node")
    visitor.sees("@aws-sdk/client-sqs")
    visitor.fill(Name="orders")
    visitor.press("Make the queue")
    expect(node(visitor, "orders")).to_be_visible()
    assert visitor.sqs.list_queues()["QueueUrls"] == [f"{visitor.url}/{boto.ACCOUNT}/orders"]
