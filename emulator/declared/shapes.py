"""What a configuration file may contain, as types. The JSON Schema for editors is made from them.

The names of attributes are AWS's in snake_case; ``attributes.py`` makes AWS's texts of their values. Where a file may
give either a name alone or a table, the type is a union.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from emulator.aws.limits import (
    DELAY_SECONDS_MAX,
    DISPLAY_NAME_LENGTH,
    MAX_RECEIVE_COUNT_MAX,
    MESSAGE_SIZE_MAX,
    MESSAGE_SIZE_MIN,
    RETENTION_SECONDS_MAX,
    RETENTION_SECONDS_MIN,
    TOPIC_MESSAGE_SIZE_MAX,
    TOPIC_MESSAGE_SIZE_MIN,
    VISIBILITY_TIMEOUT_MAX,
    WAIT_SECONDS_MAX,
)
from emulator.control.clock import ClockMove
from emulator.faults.rule import Rule

DEFAULT_MAX_RECEIVE_COUNT = 3

# A document of AWS's, such as a policy: a table, or its JSON as text.
Json = dict[str, Any] | str
Account = Annotated[
    str, Meta(pattern=r"^[0-9]{12}$", max_length=12, description='twelve digits in quotes, such as "111111111111"')
]
Region = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="a region, such as eu-west-1")]
Percent = Annotated[int, Meta(ge=0, le=100)]


class Shape(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class DeadLetterQueue(Shape, kw_only=True):
    """Where messages go that were received ``max_receive_count`` times and not deleted."""

    queue: str  # a name in the account and region of the source queue, or an ARN
    max_receive_count: Annotated[int, Meta(ge=1, le=MAX_RECEIVE_COUNT_MAX)] = DEFAULT_MAX_RECEIVE_COUNT


class QueueShape(Shape, kw_only=True):
    """A queue. Its attributes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""

    account: Account | None = None
    region: Region | None = None
    tags: dict[str, str] = {}
    dead_letter_queue: str | DeadLetterQueue | None = None
    delay_seconds: Annotated[int, Meta(ge=0, le=DELAY_SECONDS_MAX)] | None = None
    maximum_message_size: Annotated[int, Meta(ge=MESSAGE_SIZE_MIN, le=MESSAGE_SIZE_MAX)] | None = None
    message_retention_period: Annotated[int, Meta(ge=RETENTION_SECONDS_MIN, le=RETENTION_SECONDS_MAX)] | None = None
    receive_message_wait_time_seconds: Annotated[int, Meta(ge=0, le=WAIT_SECONDS_MAX)] | None = None
    visibility_timeout: Annotated[int, Meta(ge=0, le=VISIBILITY_TIMEOUT_MAX)] | None = None
    sqs_managed_sse_enabled: bool | None = None
    kms_master_key_id: str | None = None
    kms_data_key_reuse_period_seconds: Annotated[int, Meta(ge=60, le=86_400)] | None = None
    policy: Json | None = None
    redrive_policy: Json | None = None
    redrive_allow_policy: Json | None = None
    fifo_queue: bool | None = None  # the name says it: it ends with .fifo
    content_based_deduplication: bool | None = None
    deduplication_scope: Literal["queue", "messageGroup"] | None = None
    fifo_throughput_limit: Literal["perQueue", "perMessageGroupId"] | None = None


class NamedQueue(QueueShape, kw_only=True):
    """A queue in a list."""

    name: str


class SubscriptionShape(Shape, kw_only=True):
    """A subscription. It has one of the endpoints, or ``protocol`` and ``endpoint``.

    https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    """

    queue: str | None = None  # a name in the topic's account and region, or an ARN
    url: str | None = None
    email: str | None = None
    email_json: str | None = None
    sms: str | None = None
    function: str | None = None  # a name in the topic's account and region, or an ARN
    firehose: str | None = None  # ARN
    application: str | None = None  # ARN
    protocol: str | None = None
    endpoint: str | None = None
    confirmed: bool = False  # without the request to confirm that the endpoint would get
    dead_letter_queue: str | None = None  # a name in the topic's account and region, or an ARN
    raw_message_delivery: bool | None = None
    filter_policy_scope: Literal["MessageAttributes", "MessageBody"] | None = None
    filter_policy: Json | None = None
    redrive_policy: Json | None = None
    delivery_policy: Json | None = None
    subscription_role_arn: str | None = None
    replay_policy: Json | None = None


class TopicSubscription(SubscriptionShape, kw_only=True):
    """A subscription that stands beside the topics."""

    topic: str  # a name in this account and region, or an ARN
    account: Account | None = None
    region: Region | None = None


class EventSourceMappingShape(Shape, kw_only=True):
    """A Lambda function that gets the messages of a queue.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """

    queue: str  # a name in this account and region, or an ARN
    function: str  # likewise
    account: Account | None = None
    region: Region | None = None
    enabled: bool = True
    batch_size: Annotated[int, Meta(ge=1, le=10_000)] = 10
    maximum_batching_window_in_seconds: Annotated[int, Meta(ge=0, le=300)] = 0
    report_batch_item_failures: bool = False
    maximum_concurrency: Annotated[int, Meta(ge=2, le=1_000)] | None = None
    filters: list[Json] = []  # patterns, one of which a message must match
    tags: dict[str, str] = {}


class Feedback(Shape, kw_only=True):
    """Where AWS would log deliveries. The emulator keeps these attributes, and logs nothing there.

    https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
    """

    http_success_feedback_role_arn: str | None = None
    http_success_feedback_sample_rate: Percent | None = None
    http_failure_feedback_role_arn: str | None = None
    firehose_success_feedback_role_arn: str | None = None
    firehose_success_feedback_sample_rate: Percent | None = None
    firehose_failure_feedback_role_arn: str | None = None
    lambda_success_feedback_role_arn: str | None = None
    lambda_success_feedback_sample_rate: Percent | None = None
    lambda_failure_feedback_role_arn: str | None = None
    application_success_feedback_role_arn: str | None = None
    application_success_feedback_sample_rate: Percent | None = None
    application_failure_feedback_role_arn: str | None = None
    sqs_success_feedback_role_arn: str | None = None
    sqs_success_feedback_sample_rate: Percent | None = None
    sqs_failure_feedback_role_arn: str | None = None


class TopicShape(Feedback, kw_only=True):
    """A topic. Its attributes: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""

    account: Account | None = None
    region: Region | None = None
    tags: dict[str, str] = {}
    subscriptions: list[str | SubscriptionShape] = []
    display_name: Annotated[str, Meta(max_length=DISPLAY_NAME_LENGTH)] | None = None
    policy: Json | None = None
    delivery_policy: Json | None = None
    data_protection_policy: Json | None = None
    kms_master_key_id: str | None = None
    signature_version: Literal["1", "2", 1, 2] | None = None
    tracing_config: Literal["PassThrough", "Active"] | None = None
    maximum_message_size: Annotated[int, Meta(ge=TOPIC_MESSAGE_SIZE_MIN, le=TOPIC_MESSAGE_SIZE_MAX)] | None = None
    fifo_topic: bool | None = None  # the name says it: it ends with .fifo
    content_based_deduplication: bool | None = None
    fifo_throughput_scope: Literal["Topic", "MessageGroup"] | None = None
    archive_policy: Json | None = None


class NamedTopic(TopicShape, kw_only=True):
    """A topic in a list."""

    name: str


class IdentityShape(Shape, kw_only=True):
    """A user or a role, with its policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html"""

    account: Account | None = None
    path: Annotated[str, Meta(pattern=r"^/([!-~]{1,510}/)?$")] = "/"
    policies: list[Json] | dict[str, Json] = []  # in a table, by their names
    permissions_boundary: Json | None = None
    tags: dict[str, str] = {}


class UserShape(IdentityShape, kw_only=True):
    """A user, who calls with its access keys."""

    access_keys: list[str] = []


class RoleShape(IdentityShape, kw_only=True):
    """A role, which calls by its sessions. Without a trust policy, its account may assume it."""

    assume_role_policy: Json | None = None


class SessionShape(Shape, kw_only=True):
    """A session of a role, which is declared too."""

    role: str  # a name in the account
    name: Annotated[str, Meta(pattern=r"^[\w+=,.@-]{2,64}$")]
    account: Account | None = None
    access_keys: list[str] = []
    policies: list[Json] | dict[str, Json] = []  # the session has only what these allow too
    tags: dict[str, str] = {}


class PrincipalsShape(Shape, kw_only=True):
    """Who calls, where policies are enforced, and which accounts belong to an organization."""

    users: dict[str, UserShape | None] = {}
    roles: dict[str, RoleShape | None] = {}
    sessions: list[SessionShape] = []
    organizations: dict[str, list[Account]] = {}


class Configuration(Shape, kw_only=True):
    """A configuration file."""

    schema: str | None = field(name="$schema", default=None)  # for editors
    options: dict[str, Any] = {}  # by the names of the table in settings.py
    clock: ClockMove | None = None
    queues: list[str | NamedQueue] | dict[str, QueueShape | None] = []
    topics: list[str | NamedTopic] | dict[str, TopicShape | None] = []
    subscriptions: list[TopicSubscription] = []
    event_source_mappings: list[EventSourceMappingShape] = []
    faults: list[Rule] = []
    principals: PrincipalsShape | None = None
