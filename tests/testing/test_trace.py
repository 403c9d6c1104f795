"""The trace, the outbox and settling, as a test has them; the same in process and at a server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from emulator.testing import EmulatedAccount, ExpectationError
from emulator.testing.trace import FilterFailure, Step
from tests.delivery.subscriber import Subscriber, answering, hang, running_subscriber


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with running_subscriber() as subscriber:
        yield subscriber


@pytest.fixture
def topic(aws: EmulatedAccount) -> str:
    return str(aws.sns.create_topic(Name="sales")["TopicArn"])


def subscribe_queue(aws: EmulatedAccount, topic: str, name: str, **attributes: str) -> str:
    """The ARN of the subscription."""
    aws.sqs.create_queue(QueueName=name)
    endpoint = f"arn:aws:sqs:us-east-1:{aws.account_id}:{name}"
    subscribed = aws.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint, Attributes=attributes)
    return str(subscribed["SubscriptionArn"])


class TestTrace:
    def test_tells_of_one_publish_by_its_message_id(self, aws: EmulatedAccount, topic: str) -> None:
        aws.clock.freeze()
        filtered = subscribe_queue(aws, topic, "bergen", FilterPolicy='{"store": ["bergen"]}')
        subscribe_queue(aws, topic, "all")
        oslo = {"store": {"DataType": "String", "StringValue": "oslo"}}
        message_id = aws.sns.publish(TopicArn=topic, Message="sold", MessageAttributes=oslo)["MessageId"]
        publish = aws.trace.of(message_id)
        assert (publish.message_id, publish.topic, publish.message) == (message_id, topic, "sold")
        assert publish.attributes == oslo
        assert abs(publish.at - aws.clock.now()) < timedelta(milliseconds=1)
        verdicts = [(trace.subscription, trace.filter and trace.filter.matches) for trace in publish.subscriptions]
        assert verdicts[0] == (filtered, False)
        assert verdicts[1][1] is None
        assert [step.event for step in publish.subscriptions[1].steps] == ["delivered"]
        assert str(publish).splitlines() == [
            f"published to {topic}: 'sold'",
            "  attribute store: oslo",
            f"  sqs arn:aws:sqs:us-east-1:{aws.account_id}:bergen",
            f"    filtered out by subscription {filtered}"
            ' because key `store` was "oslo", and the policy asks for ["bergen"]',
            f"  sqs arn:aws:sqs:us-east-1:{aws.account_id}:all",
            "    delivered",
        ]

    def test_names_an_attribute_that_no_policy_lets_through(self, aws: EmulatedAccount, topic: str) -> None:
        filtered = subscribe_queue(aws, topic, "bergen", FilterPolicy='{"store": ["bergen"]}')
        attributes = {
            "store": {"DataType": "String", "StringValue": "bergen"},
            "note": {"DataType": "String", "StringValue": 'the "best"'},
        }
        message_id = aws.sns.publish(TopicArn=topic, Message="sold", MessageAttributes=attributes)["MessageId"]
        assert str(aws.trace.of(message_id)).splitlines()[-1] == (
            f'    filtered out by subscription {filtered} because attribute `note` has a ", a \\ or a control '
            "character that is not escaped as in JSON; no policy on attributes lets such a "
            'message through: "the \\"best\\""'
        )

    def test_tells_the_newest_publishes_of_a_topic_or_of_all(self, aws: EmulatedAccount, topic: str) -> None:
        other = aws.sns.create_topic(Name="other")["TopicArn"]
        for number in range(3):
            aws.sns.publish(TopicArn=topic, Message=str(number))
            aws.sns.publish(TopicArn=other, Message=f"other {number}")
        assert [publish.message for publish in aws.trace.newest(topic=topic)] == ["0", "1", "2"]
        assert [publish.message for publish in aws.trace.newest(limit=2)] == ["2", "other 2"]

    def test_says_that_a_message_is_not_known(self, aws: EmulatedAccount) -> None:
        with pytest.raises(LookupError, match="No trace of the message nowhere"):
            aws.trace.of("nowhere")

    def test_says_that_nobody_is_subscribed(self, aws: EmulatedAccount, topic: str) -> None:
        aws.sns.publish(TopicArn=topic, Message="sold")
        assert aws.describe().endswith(f"published to {topic}: 'sold'\n  nobody is subscribed")

    def test_tells_of_a_text_message_straight_to_a_phone(self, aws: EmulatedAccount) -> None:
        message_id = aws.sns.publish(PhoneNumber="+15550100", Message="hello")["MessageId"]
        assert str(aws.trace.of(message_id)).splitlines() == ["published to +15550100: 'hello'", "  stored"]

    def test_tells_every_key_that_did_not_match(self, aws: EmulatedAccount, topic: str) -> None:
        policy = '{"store": ["bergen"], "price": [{"numeric": [">", 100]}]}'
        subscribe_queue(aws, topic, "orders", FilterPolicy=policy, FilterPolicyScope="MessageBody")
        aws.sns.publish(TopicArn=topic, Message='{"price": 5}')
        assert (
            str(aws.trace.newest()[0])
            .splitlines()[-2]
            .endswith(' because key `store` was absent, and the policy asks for ["bergen"]')
        )
        assert str(aws.trace.newest()[0]).splitlines()[-1] == (
            '    and because key `price` was 5, and the policy asks for [{"numeric": [">", 100]}]'
        )

    def test_tells_of_attempts_and_dead_letters(self, aws: EmulatedAccount, topic: str, subscriber: Subscriber) -> None:
        subscriber.behave = answering(404, b"no such hook")
        aws.sqs.create_queue(QueueName="dead")
        redrive = f'{{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:{aws.account_id}:dead"}}'
        aws.sns.subscribe(
            TopicArn=topic, Protocol="http", Endpoint=subscriber.url, Attributes={"RedrivePolicy": redrive}
        )
        aws.settle()
        [pending] = aws.pending_subscriptions()
        aws.confirm(pending)
        assert aws.pending_subscriptions() == []
        aws.sns.publish(TopicArn=topic, Message="sold")
        aws.settle()
        assert str(aws.trace.newest()[0]).splitlines()[1:] == [
            f"  http {subscriber.url}",
            f"    dispatched: {subscriber.url}",
            "    attempt failed: attempt 1, status 404, 'no such hook'",
            "    failed: attempt 1 failed for good: the endpoint answered with 404",
            f"    dead lettered: arn:aws:sqs:us-east-1:{aws.account_id}:dead",
        ]
        assert aws.wait_for_message("dead").json()["Message"] == "sold"


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (FilterFailure("", None, [], "the message body is not a JSON object"), "the message body is not a JSON object"),
        (
            FilterFailure("a", "[x", ["x"], "not a valid value of the attribute's type"),
            'key `a` was "[x" (not a valid value of the attribute\'s type), and the policy asks for ["x"]',
        ),
        (
            FilterFailure("a", None, [{"exists": False}], "null fails exists false"),
            'key `a` was null, and the policy asks for [{"exists": false}]',
        ),
        (FilterFailure("a", "y", ["x" * 300], ""), f'key `a` was "y" (), and the policy asks for ["{"x" * 198}…'),
    ],
)
def test_failed_key_is_told_by_what_it_was(failure: FilterFailure, told: str) -> None:
    assert str(failure) == f"because {told}"


def test_steps_are_told_with_what_is_known_of_them() -> None:
    at = datetime(2100, 1, 1, tzinfo=UTC)
    step = Step(at, "attempt_failed", attempt=2, answer="TimeoutError", next_attempt_at=at)
    assert str(step) == "attempt failed: attempt 2, 'TimeoutError', again at 2100-01-01T00:00:00+00:00"
    assert str(Step(at, "received", queue="arn", receive_count=1)) == "received: 1 time"
    assert (
        str(Step(at, "moved_to_dead_letter_queue", queue="arn", moved_to="dead")) == "moved to dead letter queue: dead"
    )


class TestOutbox:
    def test_holds_what_went_to_phones_and_mailboxes(self, aws: EmulatedAccount, topic: str) -> None:
        aws.clock.freeze()
        aws.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
        [request] = aws.outbox.entries(endpoint="someone@example.com")
        assert request.type == "SubscriptionConfirmation"
        aws.sns.confirm_subscription(TopicArn=topic, Token=request.token)
        message_id = aws.sns.publish(TopicArn=topic, Message="sold", Subject="Sales")["MessageId"]
        aws.sns.publish(PhoneNumber="+15550100", Message="hello")
        [mail] = aws.outbox.entries(message_id=message_id)
        assert (mail.protocol, mail.subject, mail.topic) == ("email", "Sales", topic)
        assert mail.body.startswith("sold")
        assert abs(mail.at - aws.clock.now()) < timedelta(milliseconds=1)
        assert [entry.body for entry in aws.outbox.entries(protocol="sms")] == ["hello"]
        assert len(aws.outbox.entries(topic=topic)) == 2
        assert [entry.protocol for entry in aws.outbox.entries(limit=1)] == ["sms"]

    def test_decodes_what_a_function_gets(self, aws: EmulatedAccount, topic: str) -> None:
        function = f"arn:aws:lambda:us-east-1:{aws.account_id}:function:resize"
        aws.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)
        aws.sns.publish(TopicArn=topic, Message="sold")
        [event] = aws.outbox.entries(protocol="lambda")
        assert event.json()["Records"][0]["Sns"]["Message"] == "sold"

    def test_can_be_cleared(self, aws: EmulatedAccount) -> None:
        aws.sns.publish(PhoneNumber="+15550100", Message="hello")
        aws.outbox.clear()
        assert aws.outbox.entries() == []


class TestSettling:
    def test_ends_when_everything_has_arrived(self, aws: EmulatedAccount, topic: str, subscriber: Subscriber) -> None:
        aws.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
        aws.settle()
        [pending] = aws.pending_subscriptions()
        assert (pending.topic, pending.endpoint) == (topic, subscriber.url)
        assert pending.token == subscriber.next().document["Token"]
        aws.confirm(pending)
        aws.sns.publish(TopicArn=topic, Message="sold")
        aws.settle()
        assert subscriber.next().document["Message"] == "sold"

    def test_tells_at_once_what_waits_for_a_frozen_clock(
        self, aws: EmulatedAccount, topic: str, subscriber: Subscriber
    ) -> None:
        subscriber.behave = answering(503)
        aws.clock.freeze()
        aws.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
        with pytest.raises(ExpectationError) as failure:
            aws.settle(timeout=3_600)
        assert str(failure.value).splitlines()[:2] == [
            "Messages are still on their way to HTTP endpoints, 1 in all:",
            f"  to {subscriber.url}, 1 attempt failed, the last with 503, the next is due in 20.0 s of its clock",
        ]
        subscriber.behave = answering(200)
        aws.clock.advance(20)
        aws.settle()

    def test_tells_what_has_not_been_answered(self, aws: EmulatedAccount, topic: str, subscriber: Subscriber) -> None:
        subscriber.behave = hang
        aws.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
        with pytest.raises(ExpectationError, match=f"to {subscriber.url}, one is being made\n\nThere are no queues."):
            aws.settle(timeout=0.01)
