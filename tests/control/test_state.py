"""Export and restore of the state over the wire, with a real server and real clients."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import boto
from tests.control.calls import call
from tests.delivery.subscriber import OK, Request, Subscriber, answering, in_turn, running_subscriber
from tests.server import RunningServer, running_server

OTHER = "999999999999"


@pytest.fixture
def url(server: RunningServer, account: str) -> str:
    """Of the state of the test's account."""
    return f"{server.url}/_emulator/state?account={account}"


def export(url: str) -> Any:
    status, document = call(url)
    assert status == 200
    return document


def restore(url: str, document: object) -> None:
    assert call(url, document, "PUT") == (204, None)


def test_restoring_puts_back_what_was_there_and_drops_what_came_later(url: str, json_sqs: Any, sns: Any) -> None:
    jobs = json_sqs.create_queue(QueueName="jobs")["QueueUrl"]
    json_sqs.send_message(QueueUrl=jobs, MessageBody="job")
    document = export(url)
    json_sqs.purge_queue(QueueUrl=jobs)
    json_sqs.create_queue(QueueName="later")
    sns.create_topic(Name="later")
    restore(url, document)
    assert json_sqs.list_queues()["QueueUrls"] == [jobs]
    assert sns.list_topics()["Topics"] == []
    assert [message["Body"] for message in json_sqs.receive_message(QueueUrl=jobs)["Messages"]] == ["job"]


def test_receipt_handles_outlive_a_restore(url: str, sqs: Any, queue_url: str) -> None:
    for body in ("one", "two"):
        sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=2)["Messages"]
    restore(url, export(url))
    one, two = (message["ReceiptHandle"] for message in messages)
    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=one)
    sqs.change_message_visibility(QueueUrl=queue_url, ReceiptHandle=two, VisibilityTimeout=0)
    (back,) = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
    assert (back["Body"], back["Attributes"]["ApproximateReceiveCount"]) == ("two", "2")


def test_long_poll_at_a_queue_that_is_replaced_ends(url: str, json_sqs: Any, queue_url: str) -> None:
    document = export(url)
    refusals: list[str] = []

    def receive() -> None:
        try:
            json_sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)
        except ClientError as error:
            refusals.append(error.response["Error"]["Code"])

    parked = Thread(target=receive)
    parked.start()
    while parked.is_alive():  # it may not be parked yet when the first document comes
        restore(url, document)
        parked.join(0.05)
    assert refusals == ["AWS.SimpleQueueService.NonExistentQueue"]


def test_subscriptions_deliver_and_pending_ones_are_confirmed_after_a_restore(
    server: RunningServer, account: str, url: str, json_sqs: Any, sns: Any, queue_url: str
) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    queue = f"arn:aws:sqs:us-east-1:{account}:queue"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"FilterPolicy": '{"store": ["a"]}'})
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    restore(url, export(url))
    for store in ("a", "b"):
        attributes = {"store": {"DataType": "String", "StringValue": store}}
        sns.publish(TopicArn=topic, Message=f"sold in {store}", MessageAttributes=attributes)
    (message,) = json_sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)["Messages"]
    assert "sold in a" in message["Body"]
    _, outbox = call(f"{server.url}/_emulator/outbox?account={account}")
    sns.confirm_subscription(TopicArn=topic, Token=outbox["entries"][0]["token"])
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "2"


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with running_subscriber() as subscriber:
        yield subscriber


def of_kind(subscriber: Subscriber, kind: str) -> Request:
    while (request := subscriber.next()).kind != kind:
        pass
    return request


def test_cancelled_subscription_can_still_be_brought_back_after_a_restore(
    url: str, sns: Any, subscriber: Subscriber
) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
    token = of_kind(subscriber, "SubscriptionConfirmation").document["Token"]
    subscription = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    sns.publish(TopicArn=topic, Message="hello")
    urllib.request.urlopen(of_kind(subscriber, "Notification").document["UnsubscribeURL"]).close()
    token = of_kind(subscriber, "UnsubscribeConfirmation").document["Token"]
    document = export(url)
    assert [each["arn"] for each in document["cancelled_subscriptions"]] == [subscription]
    restore(url, document)
    sns.confirm_subscription(TopicArn=topic, Token=token)
    sns.publish(TopicArn=topic, Message="hello again")
    assert of_kind(subscriber, "Notification").document["Message"] == "hello again"


def test_clocks_go_on_as_they_did(server: RunningServer, account: str, url: str) -> None:
    clock = f"{server.url}/_emulator/clock"
    call(clock, {"freeze": True, "advance": 86_400, "account": account})
    document = export(url)
    _, before = call(f"{clock}?account={account}")
    call(clock, {"freeze": False, "advance": 60, "account": account})
    restore(url, document)
    assert call(f"{clock}?account={account}") == (200, before)


def test_faults_end_with_what_they_were_for(server: RunningServer, account: str, url: str, json_sqs: Any) -> None:
    fault = {"account": account, "service": "sqs", "action": "ListQueues", "error": "RequestThrottled"}
    assert call(f"{server.url}/_emulator/faults", fault)[0] == 200
    with pytest.raises(ClientError, match="RequestThrottled"):
        json_sqs.list_queues()
    restore(url, export(url))
    json_sqs.list_queues()


def test_other_accounts_stay_as_they_are(server: RunningServer, account: str, url: str, json_sqs: Any) -> None:
    other = boto.client("sqs", server.url, account=OTHER)
    theirs = other.create_queue(QueueName=f"of-{account}")["QueueUrl"]
    json_sqs.create_queue(QueueName="mine")
    restore(url, export(url))
    assert theirs in other.list_queues()["QueueUrls"]
    other.delete_queue(QueueUrl=theirs)


def test_document_of_one_account_becomes_anothers(
    server: RunningServer, account: str, url: str, json_sqs: Any, sns: Any, queue_url: str
) -> None:
    other = f"8{account[1:]}"
    queue, topic = f"arn:aws:sqs:us-east-1:{account}:queue", sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    json_sqs.add_permission(QueueUrl=queue_url, Label="own", AWSAccountIds=[account], Actions=["SendMessage"])
    json_sqs.send_message(QueueUrl=queue_url, MessageBody=f"for {account}")
    document = export(url)
    theirs_url = f"{server.url}/_emulator/state?account={other}"
    for _ in range(2):
        restore(theirs_url, document)
    sqs = boto.client("sqs", server.url, account=other)
    attributes = sqs.get_queue_attributes(QueueUrl="queue", AttributeNames=["All"])["Attributes"]
    assert attributes["QueueArn"] == f"arn:aws:sqs:us-east-1:{other}:queue"
    assert account not in attributes["Policy"]
    assert other in attributes["Policy"]
    boto.client("sns", server.url, account=other).publish(
        TopicArn=topic.replace(account, other), Message="to the other's queue"
    )
    bodies = [message["Body"] for message in sqs.receive_message(QueueUrl="queue", MaxNumberOfMessages=10)["Messages"]]
    assert bodies == [f"for {account}", "to the other's queue"]
    assert export(url) == document


def test_pending_subscriptions_of_copies_are_confirmed_each_by_itself(
    server: RunningServer, account: str, url: str, sns: Any
) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    document = export(url)
    token = document["subscriptions"][0]["token"]
    copies = [f"{digit}{account[1:]}" for digit in "67"]
    for copy in copies:
        restore(f"{server.url}/_emulator/state?account={copy}", document)
    for owner in (copies[1], account):
        theirs = boto.client("sns", server.url, account=owner)
        arn = theirs.confirm_subscription(TopicArn=topic.replace(account, owner), Token=token)["SubscriptionArn"]
        assert owner in arn
    _, pending = call(f"{server.url}/_emulator/subscriptions/pending?account={copies[0]}")
    assert [each["topic"] for each in pending["subscriptions"]] == [topic.replace(account, copies[0])]
    for copy in copies:
        call(f"{server.url}/_emulator/reset", {"account": copy})


def test_whole_state_moves_from_one_server_to_another() -> None:
    with running_server() as one, running_server() as other:
        for account in ("111111111111", "222222222222"):
            boto.client("sqs", one.url, account=account).create_queue(QueueName="queue")
        boto.client("sqs", other.url, account="333333333333").create_queue(QueueName="queue")
        call(f"{one.url}/_emulator/clock", {"freeze": True, "advance": 3_600})
        document = export(f"{one.url}/_emulator/state")
        restore(f"{other.url}/_emulator/state", document)
        assert export(f"{other.url}/_emulator/state") == document
        _, queues = call(f"{other.url}/_emulator/queues")
        assert [queue["account"] for queue in queues["queues"]] == ["111111111111", "222222222222"]
        _, clock = call(f"{other.url}/_emulator/clock?account=333333333333")
        assert (clock["frozen"], clock["epoch"]) == (True, document["clock"]["frozen_at"])


@pytest.mark.parametrize("body", [b"", b"{", {"version": 2}, {"version": 1, "emulator": "0"}])
def test_wrong_document_is_refused_with_the_reason(url: str, json_sqs: Any, queue_url: str, body: object) -> None:
    status, answer = call(url, body, "PUT")
    assert status == 400
    assert answer["error"]
    assert json_sqs.list_queues()["QueueUrls"] == [queue_url]


def test_modules_that_read_and_write_documents_are_not_loaded_before_the_first_use() -> None:
    program = "import sys, emulator.control.routes; sys.exit('emulator.state' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_retries_go_on_after_a_restore_and_end_in_the_dead_letter_queue(
    server: RunningServer, account: str, url: str, json_sqs: Any, sns: Any, queue_url: str, subscriber: Subscriber
) -> None:
    subscriber.behave = answering(503, b"not now")
    clock = f"{server.url}/_emulator/clock"
    call(clock, {"freeze": True, "account": account})
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
    token = of_kind(subscriber, "SubscriptionConfirmation").document["Token"]
    subscription = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    redrive = f'{{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:{account}:queue"}}'
    sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RedrivePolicy", AttributeValue=redrive)
    sns.publish(TopicArn=topic, Message="hello")
    posted = of_kind(subscriber, "Notification")
    call(clock, {"advance": 25, "account": account})
    assert of_kind(subscriber, "Notification").text == posted.text
    document = export(url)
    assert [each["type"] for each in document["deliveries"]] == ["SubscriptionConfirmation", "Notification"]
    (_, delivery) = document["deliveries"]
    assert [(each["status"], each["answer"]) for each in delivery["attempts"]] == [(503, "not now")] * 2
    assert delivery["due"] == delivery["attempts"][1]["next_at"] == delivery["attempts"][0]["at"] + 40
    restore(url, document)
    assert export(url)["deliveries"] == document["deliveries"]
    call(clock, {"advance": 14, "account": account})
    assert export(url)["deliveries"] == document["deliveries"]
    call(clock, {"advance": 3_600, "account": account})
    assert [of_kind(subscriber, "Notification").text for _ in range(2)] == [posted.text] * 2
    (dead,) = json_sqs.receive_message(QueueUrl=queue_url)["Messages"]
    assert dead["Body"] == posted.text
    assert "deliveries" not in export(url)


def test_request_to_confirm_is_tried_again_after_a_restore(
    server: RunningServer, account: str, url: str, sns: Any, subscriber: Subscriber
) -> None:
    subscriber.behave = in_turn(answering(503), OK)
    clock = f"{server.url}/_emulator/clock"
    call(clock, {"freeze": True, "account": account})
    topic = sns.create_topic(Name="topic")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
    token = of_kind(subscriber, "SubscriptionConfirmation").document["Token"]
    call(clock, {"advance": 1, "account": account})
    restore(url, export(url))
    call(clock, {"advance": 30, "account": account})
    again = of_kind(subscriber, "SubscriptionConfirmation")
    assert again.document["Token"] == token
    sns.confirm_subscription(TopicArn=topic, Token=token)
    assert "deliveries" not in export(url)
