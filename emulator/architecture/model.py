"""The architecture: queues, topics, subscriptions and what belongs to them, whatever they were read from.

ARNs are the keys by which elements name each other. Nothing here holds a message, a password or a token.
"""

from typing import Any, Literal

from msgspec import Struct, field

from emulator.architecture.policies import Policy
from emulator.aws.arns import Arn

Source = Literal["aws", "emulator", "configuration", "cloudformation", "terraform"]

SNS_PROTOCOLS_OF_AWS = ("sqs", "lambda", "firehose", "application")  # endpoints are ARNs


class Origin(Struct, frozen=True, omit_defaults=True):
    """Where an element is written: a file and a line, counted from 1, and its logical id or address there."""

    file: str = ""
    line: int | None = None
    name: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return place or self.name


NOWHERE = Origin()


class Suppression(Struct, frozen=True, omit_defaults=True):
    """A finding that is accepted. ``expires`` is a date, such as 2027-01-31, after which it is a finding again."""

    rule: str
    reason: str = ""
    expires: str | None = None
    resource: str = "*"  # a name or ARN, in which * stands for any characters
    origin: Origin = field(default_factory=Origin)


class Element(Struct, kw_only=True, omit_defaults=True):
    """What all elements have."""

    arn: str
    origin: Origin = field(default_factory=Origin)
    suppressions: list[Suppression] = []

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]

    @property
    def shown(self) -> str:
        """A name for people."""
        return self.name

    @property
    def account(self) -> str:
        return account_of(self.arn)

    @property
    def region(self) -> str:
        parsed = Arn.parse(self.arn)
        return "" if parsed is None else parsed.region


class DeadLetters(Struct, frozen=True):
    """A redrive policy. ``queue`` is the ARN of the dead-letter queue."""

    queue: str
    max_receive_count: int


class RedriveAllow(Struct, frozen=True):
    """Which queues may use a queue as their dead-letter queue."""

    permission: str = "allowAll"
    sources: list[str] = []


class Queue(Element, kw_only=True, omit_defaults=True):
    """A queue. Times are seconds."""

    fifo: bool = False
    policy: Policy | None = None
    kms_key: str | None = None  # id, ARN or alias
    kms_reuse_seconds: int = 300
    sqs_encryption: bool = True
    visibility_timeout: int = 30
    retention: int = 345_600
    wait_time: int = 0
    dead_letters: DeadLetters | None = None
    redrive_allow: RedriveAllow | None = None
    deduplication_scope: str = "queue"
    throughput_limit: str = "perQueue"
    tags: dict[str, str] = {}

    @property
    def encrypted(self) -> bool:
        return self.kms_key is not None or self.sqs_encryption


class Topic(Element, kw_only=True, omit_defaults=True):
    """A topic. ``failure_feedback`` are the protocols whose failed deliveries are logged, in lower case."""

    fifo: bool = False
    policy: Policy | None = None
    kms_key: str | None = None
    signature_version: str = "1"
    data_protection: dict[str, Any] | None = None
    protection_known: bool = True
    archive_days: int | None = None
    failure_feedback: list[str] = []
    tags: dict[str, str] = {}


class Subscription(Element, kw_only=True, omit_defaults=True):
    """A subscription. In ``endpoint`` a password and the values of a query are masked; ``has_secret`` says so."""

    topic: str  # ARN
    protocol: str
    endpoint: str
    has_secret: bool = False
    owner: str | None = None  # None: not known
    confirmed: bool = True
    raw: bool = False
    filter_policy: dict[str, Any] | None = None
    filter_scope: str = "MessageAttributes"
    dead_letters: str | None = None  # ARN of a queue

    @property
    def shown(self) -> str:
        target = self.endpoint.rpartition(":")[2] if self.endpoint.startswith("arn:") else self.endpoint
        return f"{self.topic.rpartition(':')[2]} -> {target}"


class Other(Element, kw_only=True, omit_defaults=True):
    """What is not emulated, and often has no name of its own."""

    @property
    def shown(self) -> str:
        return self.origin.name or self.name


class Function(Other, kw_only=True, omit_defaults=True):
    """A Lambda function. ``timeout`` is in seconds; ``sends_to`` are the ARNs of queues and topics that it names."""

    timeout: int | None = None
    sends_to: list[str] = []


class Consumer(Other, kw_only=True, omit_defaults=True):
    """An event source mapping: a function that Lambda calls with the messages of a queue."""

    queue: str
    function: str
    batch_size: int = 10
    partial_batches: bool = False


class Alarm(Other, kw_only=True, omit_defaults=True):
    """An alarm of CloudWatch about a queue."""

    queue: str  # name
    metric: str


class Key(Other, kw_only=True, omit_defaults=True):
    """A customer managed key of KMS."""

    policy: Policy | None = None
    aliases: list[str] = []


class Architecture(Struct, kw_only=True, omit_defaults=True):
    """All elements. ``known`` are the kinds of elements that the source can have: what is missing there is missing.

    With ``complete``, queues and topics that are not there do not exist; a template may leave them to others.
    """

    source: Source
    name: str
    queues: list[Queue] = field(default_factory=list)
    topics: list[Topic] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    consumers: list[Consumer] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    complete: bool = False
    notices: list[str] = field(default_factory=list)

    def elements(self) -> list[Element]:
        """Every element, in a steady order."""
        return [
            *self.queues,
            *self.topics,
            *self.subscriptions,
            *self.functions,
            *self.consumers,
            *self.alarms,
            *self.keys,
        ]


def account_of(arn: str) -> str:
    """The account in an ARN; "" if there is none."""
    parsed = Arn.parse(arn)
    return "" if parsed is None else parsed.account
