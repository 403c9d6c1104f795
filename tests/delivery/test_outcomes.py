"""What becomes of deliveries, seen through a running server: dead letters, the trace, settling, the end."""

import gzip
import json
import zlib
from typing import Any

import pytest

from tests import boto, emulator_process, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.control.scrape import scraped
from tests.delivery.certificates import certified
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import OK, Subscriber, answering, hang, in_turn, running_subscriber
from tests.server import RunningServer, running_server


@pytest.fixture
def settle_url(server: RunningServer, account: str) -> str:
    return f"{server.url}/_emulator/settle?account={account}"


@pytest.fixture
def dead_letters(json_sqs: Any) -> tuple[str, str]:
    """URL and redrive policy of a dead-letter queue."""
    url = json_sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = json_sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, json.dumps({"deadLetterTargetArn": arn})


def steps(server: RunningServer, message_id: str) -> list[dict[str, Any]]:
    [subscription] = call(f"{server.url}/_emulator/trace/{message_id}")[1]["subscriptions"]
    return list(subscription["steps"])


@pytest.mark.parametrize("raw", [True, False])
def test_message_that_cannot_be_delivered_becomes_a_dead_letter(
    sns: Any,
    json_sqs: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    dead_letters: tuple[str, str],
    clock: AccountClock,
    settle_url: str,
    raw: bool,
) -> None:
    queue_url, redrive = dead_letters
    clock.freeze()
    subscribe(RedrivePolicy=redrive, RawMessageDelivery=str(raw).lower())
    subscriber.behave = answering(500)
    sns.publish(TopicArn=topic_arn, Message="hello")
    body = subscriber.next().text
    assert call(settle_url, {})[0] == 408
    assert "Messages" not in json_sqs.receive_message(QueueUrl=queue_url)
    clock.advance(3_600)
    assert call(settle_url, {}) == (200, {"under_way": []})
    assert subscriber.requests.qsize() == 3
    [letter] = json_sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])["Messages"]
    assert letter["Body"] == body
    assert "MessageAttributes" not in letter


def test_every_attempt_that_fails_is_counted_and_the_one_that_arrives(
    sns: Any,
    account: str,
    server: RunningServer,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    clock: AccountClock,
    settle_url: str,
) -> None:
    clock.freeze()
    subscribe()
    subscriber.behave = in_turn(answering(500), answering(503), OK)
    sns.publish(TopicArn=topic_arn, Message="hello")
    clock.advance(3_600)
    assert call(settle_url, {}) == (200, {"under_way": []})
    metrics = scraped(server.url, account)
    counts = {name: samples.get(("us-east-1", "topic")) for name, samples in metrics.items()}
    assert counts["aws_sns_number_of_notifications_failed_total"] == 2
    assert counts["aws_sns_number_of_notifications_delivered_total"] == 1


def test_answer_that_is_final_becomes_a_dead_letter_at_once(
    sns: Any,
    json_sqs: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    dead_letters: tuple[str, str],
    settle_url: str,
) -> None:
    queue_url, redrive = dead_letters
    subscribe(RedrivePolicy=redrive)
    subscriber.behave = answering(404)
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert call(settle_url, {})[0] == 200
    assert len(json_sqs.receive_message(QueueUrl=queue_url)["Messages"]) == 1


def test_confirmation_never_becomes_a_dead_letter(
    sns: Any, json_sqs: Any, topic_arn: str, subscriber: Subscriber, dead_letters: tuple[str, str], settle_url: str
) -> None:
    queue_url, redrive = dead_letters
    subscriber.behave = answering(404)
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url, Attributes={"RedrivePolicy": redrive})
    assert call(settle_url, {})[0] == 200
    assert "Messages" not in json_sqs.receive_message(QueueUrl=queue_url)


def test_every_attempt_stands_in_the_trace(
    server: RunningServer,
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    clock: AccountClock,
    settle_url: str,
) -> None:
    clock.freeze()
    subscribe()
    subscriber.behave = in_turn(answering(503, b"not now"), answering(200, b"thanks"))
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert call(settle_url, {})[0] == 408
    dispatched, failed = steps(server, message_id)
    assert (dispatched["event"], dispatched["destination"]) == ("dispatched", subscriber.url)
    assert failed.pop("next_attempt_at") > failed.pop("at") == dispatched["at"]
    assert failed == {"event": "attempt_failed", "attempt": 1, "status": 503, "answer": "not now"}
    clock.advance(20)
    assert call(settle_url, {})[0] == 200
    delivered = steps(server, message_id)[2]
    assert delivered.pop("at") > dispatched["at"]
    assert delivered == {"event": "delivered", "attempt": 2, "status": 200, "answer": "thanks"}


@pytest.mark.parametrize(
    ("body", "encoding", "shown"),
    [
        (gzip.compress(b"not now"), "gzip", "not now"),
        (zlib.compress(b"not now"), "deflate", "not now"),
        (gzip.compress(b"0" * 10_000_000), "gzip", "0" * 200),
        (b"not now", "gzip", "not now"),
        (b"not now", "identity", "not now"),
    ],
    ids=["gzip", "deflate", "large", "not-gzip", "identity"],
)
def test_compressed_answer_stands_in_the_trace_as_text(
    server: RunningServer,
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    settle_url: str,
    body: bytes,
    encoding: str,
    shown: str,
) -> None:
    subscribe()
    subscriber.behave = answering(403, body, f"Content-Encoding: {encoding}")
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert call(settle_url, {})[0] == 200
    assert steps(server, message_id)[1]["answer"].startswith(shown)


def test_last_failure_stands_in_the_trace_with_its_reason(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe, settle_url: str
) -> None:
    subscribe()
    subscriber.behave = answering(403, b"no")
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert call(settle_url, {})[0] == 200
    assert [step["event"] for step in steps(server, message_id)] == ["dispatched", "attempt_failed", "failed"]
    assert steps(server, message_id)[2]["reason"] == "attempt 1 failed for good: the endpoint answered with 403"


def test_settling_lists_what_is_under_way(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe, settle_url: str
) -> None:
    arn = subscribe()
    subscriber.behave = hang
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    subscriber.next()
    assert call(f"{settle_url}&timeout=0.05", {}) == (
        408,
        {
            "under_way": [
                {
                    "account": topic_arn.split(":")[4],
                    "subscription": arn,
                    "endpoint": subscriber.url,
                    "type": "Notification",
                    "message_id": message_id,
                    "attempts": 0,
                    "last_status": None,
                    "last_answer": None,
                    "next_attempt_at": None,
                }
            ]
        },
    )


def test_password_is_not_listed(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe, settle_url: str
) -> None:
    subscribe(subscriber.url.replace("://", "://user:secret@"))
    subscriber.behave = hang
    sns.publish(TopicArn=topic_arn, Message="hello")
    subscriber.next()
    [delivery] = call(f"{settle_url}&timeout=0.05", {})[1]["under_way"]
    assert delivery["endpoint"] == subscriber.url.replace("://", "://user:****@")


@pytest.mark.parametrize("query", ["timeout=-1", "timeout=soon", "timeout=3601", "account=me", "queue=q"])
def test_wrong_question_is_refused(server: RunningServer, query: str) -> None:
    status, answer = call(f"{server.url}/_emulator/settle?{query}", {})
    assert (status, list(answer)) == (400, ["error"])


def test_reset_drops_what_is_under_way(
    server: RunningServer,
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    account: str,
    settle_url: str,
) -> None:
    subscribe()
    subscriber.behave = hang
    sns.publish(TopicArn=topic_arn, Message="hello")
    subscriber.next()
    call(f"{server.url}/_emulator/reset", {"account": account})
    assert call(settle_url, {}) == (200, {"under_way": []})


def test_endpoint_that_has_unsubscribed_is_not_tried_again(
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
    clock: AccountClock,
    settle_url: str,
) -> None:
    clock.freeze()
    arn = subscribe()
    subscriber.behave = answering(500)
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert call(settle_url, {})[0] == 408
    sns.unsubscribe(SubscriptionArn=arn)
    assert call(settle_url, {}) == (200, {"under_way": []})
    clock.advance(3_600)
    assert call(settle_url, {})[0] == 200
    assert subscriber.requests.qsize() == 1


def test_publish_does_not_wait_for_an_endpoint_that_hangs(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
) -> None:
    subscribe()
    subscriber.behave = hang
    for _ in range(100):
        sns.publish(TopicArn=topic_arn, Message="hello")
    assert subscriber.next().kind == "Notification"


def test_change_of_the_policy_counts_for_what_comes_later(
    sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe, settle_url: str
) -> None:
    arn = subscribe()
    policy = json.dumps(
        {"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 2, "numNoDelayRetries": 2}}
    )
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="DeliveryPolicy", AttributeValue=policy)
    subscriber.behave = in_turn(answering(500), answering(500), OK)
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert call(settle_url, {})[0] == 200
    assert subscriber.requests.qsize() == 3


def test_end_reports_what_was_under_way(subscriber: Subscriber) -> None:
    options = ("--port", "0", "--log-level", "warning", "--auto-confirm")
    with emulator_process.started(*options) as (process, stdout, stderr):
        sns = boto.client("sns", stdout.readline().split()[-1])
        topic_arn = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        subscriber.behave = hang
        sns.publish(TopicArn=topic_arn, Message="hello")
        subscriber.next()
        process.terminate()
        assert process.wait(patience.SECONDS) == 0
        assert stderr.read().endswith(f"1 delivery was still under way, to {subscriber.url}\n")


def test_https_subscriber_is_reached_as_the_options_say(tmp_path: Any) -> None:

    certificate = certified("localhost", tmp_path)
    for options in (["--ca-bundle", str(certificate.ca_file)], ["--insecure-https"]):
        with running_subscriber(certificate.context) as subscriber, running_server(*options) as server:
            sns = boto.client("sns", server.url)
            topic_arn = sns.create_topic(Name="topic")["TopicArn"]
            sns.subscribe(TopicArn=topic_arn, Protocol="https", Endpoint=subscriber.url)
            assert subscriber.next().kind == "SubscriptionConfirmation"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--ca-bundle", "no-such-file.pem"], "no certificates can be read from"),
        (["--ca-bundle", __file__], "no certificates can be read from"),
        (["--signing-cert-host", "https://sns.us-east-1.amazonaws.com"], "a host is wanted"),
    ],
)
def test_bad_option_is_refused_with_what_is_wrong(options: list[str], complaint: str) -> None:
    refused = emulator_process.run(*options)
    assert refused.returncode == 2
    assert complaint in " ".join(refused.stderr.split())
