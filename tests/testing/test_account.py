"""What a test is told of its queues, and how it waits and moves time; the same in process and at a server."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from emulator.testing import Dropped, EmulatedAccount, QueueMessage, emulated_aws
from emulator.testing.control import ControlError
from tests import patience


@pytest.fixture
def queue_url(aws: EmulatedAccount) -> str:
    return str(aws.sqs.create_queue(QueueName="orders")["QueueUrl"])


def test_queue_is_found_by_name_url_and_arn(aws: EmulatedAccount, queue_url: str) -> None:
    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="coffee")
    for queue in ("orders", queue_url, f"arn:aws:sqs:us-east-1:{aws.account_id}:orders"):
        assert [message.body for message in aws.peek(queue)] == ["coffee"]


def test_message_in_a_dead_letter_queue_says_where_it_comes_from(aws: EmulatedAccount) -> None:
    dead = aws.sqs.create_queue(QueueName="dead")["QueueUrl"]
    redrive = f'{{"maxReceiveCount": 1, "deadLetterTargetArn": "arn:aws:sqs:us-east-1:{aws.account_id}:dead"}}'
    source = aws.sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    aws.sqs.send_message(QueueUrl=source, MessageBody="coffee")
    for _ in range(2):
        aws.sqs.receive_message(QueueUrl=source, VisibilityTimeout=0)
    assert aws.wait_for_message(dead).dead_letter_source == f"arn:aws:sqs:us-east-1:{aws.account_id}:source"


def test_failed_wait_says_what_was_to_match(aws: EmulatedAccount, queue_url: str) -> None:
    def is_tea(message: QueueMessage) -> bool:
        return message.body == "tea"

    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="coffee")
    with pytest.raises(AssertionError, match="No message with the body 'tea' could be received from orders"):
        aws.wait_for_message(queue_url, "tea", timeout=0)
    with pytest.raises(AssertionError, match="No message for which is_tea is true could be received from orders"):
        aws.wait_for_message(queue_url, is_tea, timeout=0)


def test_queue_that_is_not_there_is_told_with_those_that_are(aws: EmulatedAccount, queue_url: str) -> None:
    with pytest.raises(
        LookupError, match=r"no queue ordres\. The queues of this account, \d{12}: orders \(us-east-1\)\."
    ):
        aws.peek("ordres")


def test_waiting_finds_the_message_that_matches_and_leaves_it(aws: EmulatedAccount, queue_url: str) -> None:
    for body in ('{"item": "tea"}', '{"item": "coffee"}'):
        aws.sqs.send_message(QueueUrl=queue_url, MessageBody=body)
    message = aws.wait_for_message("orders", lambda message: message.json()["item"] == "coffee")
    assert message.json() == {"item": "coffee"}
    assert aws.wait_for_message("orders", '{"item": "coffee"}') == message
    assert [message.receive_count for message in aws.peek("orders")] == [0, 0]


def test_waiting_ends_when_the_message_comes(aws: EmulatedAccount, queue_url: str) -> None:
    sending = threading.Timer(0.05, aws.sqs.send_message, kwargs={"QueueUrl": queue_url, "MessageBody": "coffee"})
    sending.start()
    assert aws.wait_for_message("orders", timeout=patience.SECONDS).body == "coffee"
    sending.join()


def test_failed_wait_says_what_is_delayed_and_what_was_filtered_out(aws: EmulatedAccount, queue_url: str) -> None:
    aws.clock.freeze()
    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="tea", DelaySeconds=60)
    topic = aws.sns.create_topic(Name="sales")["TopicArn"]
    subscription = aws.sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:us-east-1:{aws.account_id}:orders",
        Attributes={"FilterPolicy": '{"store": ["bergen"]}'},
    )["SubscriptionArn"]
    store = {"store": {"DataType": "String", "StringValue": "oslo"}}
    aws.sns.publish(TopicArn=topic, Message="sold", MessageAttributes=store)
    with pytest.raises(AssertionError) as failure:
        aws.wait_for_message("orders", timeout=0)
    told = str(failure.value).splitlines()
    assert told[0] == "No message could be received from orders within 0 s."
    assert "the first falls due in 60.000 s" in told[1]
    assert told[3:] == [
        "queue orders: 1 message",
        "  delayed for 60.000 s more: 'tea'",
        f"published to {topic}: 'sold'",
        "  attribute store: oslo",
        f"  sqs arn:aws:sqs:us-east-1:{aws.account_id}:orders",
        f"    filtered out by subscription {subscription}"
        ' because key `store` was "oslo", and the policy asks for ["bergen"]',
    ]


def test_failed_wait_says_that_a_message_is_behind_its_group(aws: EmulatedAccount) -> None:
    url = aws.sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for body in ("first", "second"):
        aws.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=body)
    aws.sqs.receive_message(QueueUrl=url)
    with pytest.raises(AssertionError, match="wait for an earlier one of their group"):
        aws.wait_for_message("orders.fifo", timeout=0)


def test_message_that_should_not_be_there_is_told(aws: EmulatedAccount, queue_url: str) -> None:
    aws.expect_no_message("orders")
    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="coffee")
    aws.sqs.receive_message(QueueUrl=queue_url)
    aws.expect_no_message("orders", "tea")
    with pytest.raises(AssertionError, match=r"holds 1:\n  in flight for \S+ s more received 1 time: 'coffee'"):
        aws.expect_no_message("orders")


def test_message_that_comes_within_the_time_is_noticed(aws: EmulatedAccount, queue_url: str) -> None:
    sending = threading.Timer(0.05, aws.sqs.send_message, kwargs={"QueueUrl": queue_url, "MessageBody": "coffee"})
    sending.start()
    with pytest.raises(AssertionError, match="coffee"):
        aws.expect_no_message("orders", within=20)
    sending.join()


def test_long_message_and_long_queue_are_cut_short(aws: EmulatedAccount, queue_url: str) -> None:
    for _ in range(22):
        aws.sqs.send_message(QueueUrl=queue_url, MessageBody="x" * 1000)
    told = aws.describe()
    assert "queue orders: 22 messages" in told
    assert told.endswith("  and 2 more")
    assert max(map(len, told.splitlines())) < 400


def test_account_without_queues_says_so(aws: EmulatedAccount) -> None:
    assert aws.describe() == "There are no queues."


def test_clock_jumps_over_a_visibility_timeout(aws: EmulatedAccount, queue_url: str) -> None:
    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="coffee")
    aws.sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=43_200)
    assert "Messages" not in aws.sqs.receive_message(QueueUrl=queue_url)
    aws.clock.advance(timedelta(hours=12))
    assert "Messages" in aws.sqs.receive_message(QueueUrl=queue_url)


def test_clock_stands_and_runs_on(aws: EmulatedAccount) -> None:
    aws.clock.freeze()
    stood = aws.clock.now()
    assert aws.clock.frozen
    aws.clock.advance(60)
    assert aws.clock.now() == stood + timedelta(seconds=60)
    aws.clock.resume()
    assert not aws.clock.frozen
    assert aws.clock.now() >= stood + timedelta(seconds=60)


def test_clock_is_set_to_a_point_in_time(aws: EmulatedAccount) -> None:
    new_year = datetime(2100, 1, 1, tzinfo=UTC)
    aws.clock.freeze()
    aws.clock.set(new_year)
    assert aws.clock.now() == new_year
    aws.clock.resume()
    aws.clock.set(new_year + timedelta(days=1))
    assert not aws.clock.frozen
    assert timedelta(0) <= aws.clock.now() - new_year - timedelta(days=1) < timedelta(minutes=1)


def test_clock_never_goes_back(aws: EmulatedAccount) -> None:
    with pytest.raises(ValueError, match="the clock cannot go back, and it is"):
        aws.clock.set(datetime(2000, 1, 1, tzinfo=UTC))
    assert not aws.clock.frozen
    with pytest.raises(ValueError, match=r"not by -1 seconds"):
        aws.clock.advance(-1)
    with pytest.raises(ValueError, match="no time zone"):
        aws.clock.set(datetime(2100, 1, 1))  # noqa: DTZ001 - that is what is wrong with it


def test_reset_empties_the_account_and_sets_its_clock_right(aws: EmulatedAccount, queue_url: str) -> None:
    aws.clock.advance(timedelta(days=1))
    aws.reset()
    assert "QueueUrls" not in aws.sqs.list_queues()
    assert aws.clock.now() < datetime.now(UTC) + timedelta(hours=1)


def test_reset_tells_what_it_dropped(aws: EmulatedAccount, queue_url: str) -> None:
    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="one")
    aws.sns.create_topic(Name="topic")
    dropped = aws.reset()
    assert (dropped.queues, dropped.messages, dropped.topics, dropped.faults) == (1, 1, 1, 0)
    assert aws.reset() == Dropped(*[0] * 13)


def test_reset_can_be_of_a_region_or_a_service(aws: EmulatedAccount, queue_url: str) -> None:
    aws.clock.advance(timedelta(days=1))
    aws.reset(service="sns")
    aws.reset(region="eu-central-1")
    assert aws.sqs.list_queues()["QueueUrls"] == [queue_url]
    aws.reset(region=aws.region, service="sqs")
    assert "QueueUrls" not in aws.sqs.list_queues()
    assert aws.clock.now() > datetime.now(UTC) + timedelta(hours=1)


def test_state_is_restored_before_each_test_in_whichever_account(aws: EmulatedAccount, queue_url: str) -> None:
    aws.sqs.send_message(QueueUrl=queue_url, MessageBody="seeded once")
    document = json.loads(json.dumps(aws.export_state()))
    aws.reset()
    with emulated_aws(account_id="123456789012") as other:
        for _ in range(2):
            other.restore_state(document)
            (message,) = other.sqs.receive_message(QueueUrl="orders")["Messages"]
            assert message["Body"] == "seeded once"


def test_document_that_cannot_be_restored_is_told(aws: EmulatedAccount) -> None:
    with pytest.raises(ControlError, match=r"Invalid enum value 2 - at `\$\.version`"):
        aws.restore_state({"version": 2})
