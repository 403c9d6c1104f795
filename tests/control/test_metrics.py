"""Metrics, read as Prometheus reads them."""

import json
import subprocess
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests import patience
from tests.account_clock import AccountClock
from tests.actions.sqs.parked import ParkedReceive
from tests.actions.sqs.raw import RawCaller
from tests.boto import client
from tests.control.scrape import scraped
from tests.server import RunningServer


def test_queue_has_what_cloudwatch_measures(
    server: RunningServer, account: str, json_sqs: Any, clock: AccountClock
) -> None:
    clock.freeze()
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    for body, delay in (("one", 0), ("two", 0), ("late", 60)):
        json_sqs.send_message(QueueUrl=url, MessageBody=body, DelaySeconds=delay)
    clock.advance(5)
    json_sqs.send_message(QueueUrl=url, MessageBody="three")
    received = json_sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    json_sqs.delete_message(QueueUrl=url, ReceiptHandle=received[0]["ReceiptHandle"])
    empty = json_sqs.create_queue(QueueName="empty")["QueueUrl"]
    json_sqs.receive_message(QueueUrl=empty)
    metrics = scraped(server.url, account)
    values = {name: samples.get(("queue", "us-east-1")) for name, samples in metrics.items()}
    assert values == {
        "aws_sqs_approximate_number_of_messages_visible": 1,
        "aws_sqs_approximate_number_of_messages_not_visible": 1,
        "aws_sqs_approximate_number_of_messages_delayed": 1,
        "aws_sqs_approximate_age_of_oldest_message_seconds": pytest.approx(5),
        "aws_sqs_number_of_messages_sent_total": 4,
        "aws_sqs_number_of_deduplicated_sent_messages_total": 0,
        "aws_sqs_number_of_messages_received_total": 2,
        "aws_sqs_number_of_empty_receives_total": 0,
        "aws_sqs_number_of_messages_deleted_total": 1,
        "aws_sqs_sent_message_size_bytes_count": 4,
        "aws_sqs_sent_message_size_bytes_sum": 15,
    }
    assert metrics["aws_sqs_number_of_empty_receives_total"]["empty", "us-east-1"] == 1
    assert metrics["aws_sqs_approximate_age_of_oldest_message_seconds"]["empty", "us-east-1"] == 0


def test_topic_has_what_cloudwatch_measures(server: RunningServer, account: str, json_sqs: Any, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    json_sqs.create_queue(QueueName="dead")
    queue, dead = (f"arn:aws:sqs:us-east-1:{account}:{name}" for name in ("queue", "dead"))
    redrive = json.dumps({"deadLetterTargetArn": dead})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RedrivePolicy": redrive})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=dead, Attributes={"FilterPolicy": '{"a":["b"]}'})
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15550100")
    sns.publish(TopicArn=topic, Message="hello")
    metrics = scraped(server.url, account)
    values = {
        name.removeprefix("aws_sns_").removesuffix("_total"): samples["us-east-1", "topic"]
        for name, samples in metrics.items()
        if name.startswith("aws_sns_")
    }
    assert values == {
        "number_of_messages_published": 1,
        "publish_size_bytes_count": 1,
        "publish_size_bytes_sum": 5,
        "number_of_notifications_delivered": 1,
        "number_of_notifications_failed": 1,
        "number_of_notifications_filtered_out": 1,
        "number_of_notifications_filtered_out_message_attributes": 0,
        "number_of_notifications_filtered_out_no_message_attributes": 1,
        "number_of_notifications_filtered_out_message_body": 0,
        "number_of_notifications_filtered_out_invalid_attributes": 0,
        "number_of_notifications_filtered_out_invalid_message_body": 0,
        "number_of_notifications_redriven_to_dlq": 1,
        "number_of_notifications_failed_to_redrive_to_dlq": 0,
    }


def test_numbers_of_a_queue_go_with_it(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    json_sqs.send_message(QueueUrl=url, MessageBody="body")
    json_sqs.delete_queue(QueueUrl=url)
    assert scraped(server.url, account) == {}
    json_sqs.create_queue(QueueName="queue")
    assert scraped(server.url, account)["aws_sqs_number_of_messages_sent_total"] == {("queue", "us-east-1"): 0}


def test_requests_are_counted_by_action_and_answer(server: RunningServer, json_sqs: Any) -> None:
    before = scraped(server.url)
    tagged = ("TagQueue", "sqs")
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    json_sqs.tag_queue(QueueUrl=url, Tags={"a": "b"})
    with pytest.raises(json_sqs.exceptions.QueueDoesNotExist):
        json_sqs.tag_queue(QueueUrl=f"{url}-2", Tags={"a": "b"})
    with pytest.raises(HTTPError):
        urlopen(Request(f"{server.url}/?Action=Dance"), timeout=patience.SECONDS)
    after = scraped(server.url)

    def risen(name: str, *labels: str) -> float:
        return after[name][labels] - before.get(name, {}).get(labels, 0)

    assert risen("emulator_requests_total", "TagQueue", "", "sqs", "200") == 1
    assert risen("emulator_requests_total", "TagQueue", "AWS.SimpleQueueService.NonExistentQueue", "sqs", "400") == 1
    assert risen("emulator_requests_total", "-", "InvalidAction", "-", "400") == 1
    assert risen("emulator_request_duration_seconds_count", *tagged) == 2
    assert risen("emulator_request_duration_seconds_bucket", "TagQueue", "+Inf", "sqs") == 2
    assert risen("emulator_request_duration_seconds_sum", *tagged) > 0


def test_parked_receive_is_counted_until_it_is_answered(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    parked = ParkedReceive(RawCaller(server.url, account), url, WaitTimeSeconds=20)
    assert scraped(server.url, account)["emulator_parked_receives"] == {("queue", "us-east-1"): 1}
    json_sqs.send_message(QueueUrl=url, MessageBody="body")
    parked.answer()
    assert "emulator_parked_receives" not in scraped(server.url, account)
    assert scraped(server.url, account)["aws_sqs_number_of_empty_receives_total"] == {("queue", "us-east-1"): 0}


def test_delivery_under_way_is_counted(server: RunningServer, account: str, sns: Any, clock: AccountClock) -> None:
    clock.freeze()
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")
    assert scraped(server.url, account)["emulator_deliveries_under_way"] == {("us-east-1", "topic"): 1}


def test_client_library_is_imported_by_the_first_scrape_only() -> None:
    code = (
        "import sys, emulator.serving.start, emulator.control.routes\n"
        "assert 'prometheus_client' not in sys.modules\n"
        "import emulator.control.collector\n"
        "assert 'prometheus_client' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=patience.SECONDS)


def test_help_says_what_cloudwatch_calls_it(server: RunningServer) -> None:
    client("sqs", server.url).create_queue(QueueName="helped")
    with urlopen(f"{server.url}/_emulator/metrics", timeout=patience.SECONDS) as answer:
        text = answer.read().decode()
    assert "# HELP aws_sqs_number_of_empty_receives_total CloudWatch's NumberOfEmptyReceives: " in text
    assert "# TYPE aws_sqs_number_of_empty_receives_total counter" in text
