"""Topics without a server: queues that only keep what they get, and ids that repeat."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from emulator.aws.accepted import Accepted
from emulator.aws.message_attribute import MessageAttribute
from emulator.foundation.ids import Ids
from emulator.sns.delivery.deliverer import Outcome
from emulator.sns.delivery.queues import NO_QUEUE, Address, Body, MessageHeader
from emulator.sns.direct_message import Sending
from emulator.sns.notification import Notification
from emulator.sns.publication import Publication, compose
from emulator.sns.service import SnsService
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sns.topics import Topics
from emulator.sns.wording import attribute_value, attributes_of_request

ACCOUNT = "111111111111"
REGION = "eu-west-1"
ENDPOINT = "http://localhost:4566"
NOW = 1_700_000_000.0
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue"
FIFO_QUEUE = f"{QUEUE}.fifo"
OTHER_ACCOUNT = "222222222222"
OTHER_QUEUE = f"arn:aws:sqs:{REGION}:{OTHER_ACCOUNT}:queue"
DEAD_LETTERS = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters"
DEFAULT_EFFECTIVE_POLICY = (
    '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,'
    '"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},'
    '"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}'
)


@dataclass(frozen=True)
class Sent:
    queue_arn: str
    body: str
    attributes: Mapping[str, MessageAttribute]
    group_id: str | None
    deduplication_id: str | None
    trace_header: str | None


@dataclass
class RecordingSink:
    """Keeps what is sent; queues named in ``missing`` do not exist."""

    sent: list[Sent] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def catch_up(self, reached: Callable[[], Collection[str]]) -> bool:
        del reached
        return True

    def send(self, header: MessageHeader, addresses: Iterable[Address]) -> list[Outcome]:
        return [self._send(header, *address) for address in addresses]

    def _send(
        self, header: MessageHeader, queue_arn: str, body: Body, attributes: Mapping[str, MessageAttribute]
    ) -> Outcome:
        if queue_arn in self.missing:
            return NO_QUEUE
        text = body if isinstance(body, str) else body.render()
        ids = header.fifo_ids if queue_arn.endswith(".fifo") else (header.group_id, None)
        self.sent.append(Sent(queue_arn, text, attributes, *ids, header.trace_header))
        return f"message-{len(self.sent)}"


@dataclass
class World:
    """Topics of one account and region, with short words for what tests do to them."""

    sink: RecordingSink
    sns: SnsService
    now: float = NOW
    ids: Ids = field(default_factory=lambda: Ids(seed=1))

    @property
    def topics(self) -> Topics:
        return self.sns.topics

    def unsubscribe(self, subscription_arn: str, *, by: str | None = None, signed_in: str | None = None) -> None:
        self.sns.subscriptions.unsubscribe(
            subscription_arn, times=self.now_of, reached_at=ENDPOINT, by=by, signed_in=signed_in
        )

    def now_of(self, account: str) -> float:
        return self.now

    def topic(self, name: str = "topic", **attributes: str) -> Topic:
        with attributes_of_request():
            return self.topics.create(
                name, account=ACCOUNT, region=REGION, attributes=attributes, tags=(), now=self.now
            )

    def device(self) -> str:
        """The ARN of a new platform endpoint."""
        applications = self.sns.applications
        application = applications.create(
            "app", "GCM", account=ACCOUNT, region=REGION, attributes={"PlatformCredential": "x"}
        )
        return applications.create_endpoint(application, "token", user_data=None, attributes={}).arn

    def fifo_topic(self, **attributes: str) -> Topic:
        return self.topic("topic.fifo", FifoTopic="true", **attributes)

    def subscribe(
        self,
        topic: Topic,
        endpoint: str = QUEUE,
        *,
        protocol: str = "sqs",
        owner: str = ACCOUNT,
        **attributes: str,
    ) -> Subscription:
        with attributes_of_request():
            return self.sns.subscriptions.subscribe(
                topic,
                protocol=protocol,
                endpoint=endpoint,
                owner=owner,
                attributes=attributes,
                reached_at=ENDPOINT,
                now=self.now,
            )

    def subscribe_raw(self, topic: Topic, endpoint: str = QUEUE, **attributes: str) -> Subscription:
        return self.subscribe(topic, endpoint, RawMessageDelivery="true", **attributes)

    def set_attribute(self, topic: Topic, subscription: Subscription, name: str, value: str | None) -> None:
        with attribute_value():
            self.sns.subscriptions.set_attribute(topic, subscription, name, value, reached_at=ENDPOINT, now=self.now)

    def publish(self, topic: Topic, publication: Publication) -> Accepted:
        return self.sns.publisher.to_topic(topic, publication, self.sending())

    def sending(self) -> Sending:
        """A call of Publish, now."""
        return Sending(self.ids.uuid(), ACCOUNT, REGION, self.now, ENDPOINT)

    def composed(self, topic: Topic, publication: Publication) -> Notification:
        """The notification of a call of Publish, which is not delivered."""
        return compose(topic, publication, self.sending())

    def bodies(self) -> list[str]:
        return [sent.body for sent in self.sink.sent]


def set_topic_attribute(topic: Topic, name: str, value: str, *, now: float) -> None:
    """Set one attribute of a topic; InvalidParameter as SetTopicAttributes words it."""
    with attribute_value():
        topic.set_attribute(name, value, now=now)


def message(
    text: str = "hello", *, group: str | None = None, deduplication: str | None = None, subject: str | None = None
) -> Publication:
    """A publication without attributes."""
    return Publication(text, {}, subject=subject, group_id=group, deduplication_id=deduplication)


def pending(world: World, **attributes: str) -> Subscription:
    """A subscription that is to be confirmed."""
    return world.subscribe(world.topic(), "http://example.com/", protocol="http", **attributes)
