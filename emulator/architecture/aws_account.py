"""What a live account of AWS has in one region, as AWS describes it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from emulator.architecture.aws_reader import AwsError, AwsReader, RefusedReadError
from emulator.architecture.model import (
    Alarm,
    Function,
    Key,
    Origin,
)
from emulator.architecture.policies import MalformedPolicyError, policy_of
from emulator.aws.arns import Arn

_PENDING = ("PendingConfirmation", "Deleted")
_GONE = ("NonExistent", "NotFound", "DoesNotExist")
PAGE = 1_000  # queues; AWS's limit
_TAGS, _PROTECTION = "tags", "data protection policies"
_MAPPING_TAGS = "tags of event source mappings"
_VARIABLES_MAX = 1_000


class AwsQueue(Struct):
    """A queue as AWS describes it."""

    arn: str
    attributes: dict[str, str]
    tags: dict[str, str]


class AwsTopic(Struct):
    """A topic as AWS describes it."""

    arn: str
    attributes: dict[str, str]
    tags: dict[str, str]
    protection: str | None


class AwsSubscription(Struct):
    """A subscription as AWS describes it. One that is pending has no ARN, and no attributes that can be read."""

    arn: str
    topic: str
    protocol: str
    endpoint: str
    owner: str
    attributes: dict[str, str]

    @property
    def confirmed(self) -> bool:
        return self.arn.startswith("arn:") and self.attributes.get("PendingConfirmation") != "true"


class AwsMapping(Struct):
    """An event source mapping of a queue as AWS describes it."""

    arn: str
    queue: str  # ARN
    function: str  # ARN
    batch_size: int
    window_seconds: int
    filters: list[str]
    reports_failures: bool
    maximum_concurrency: int | None
    enabled: bool
    tags: dict[str, str] = {}


class Account(Struct):
    """What was read from an account. ``notices`` say what could not be read, and so is not known."""

    region: str
    queues: list[AwsQueue] = field(default_factory=list)
    topics: list[AwsTopic] = field(default_factory=list)
    subscriptions: list[AwsSubscription] = field(default_factory=list)
    mappings: list[AwsMapping] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    known: list[str] = field(default_factory=lambda: ["confirmations"])
    unread: list[str] = field(default_factory=list)  # what belongs to queues and topics, and could not be read
    notices: list[str] = field(default_factory=list)

    @property
    def protection_known(self) -> bool:
        """Whether the data protection policies of topics could be read."""
        return _PROTECTION not in self.unread


def read_queues_and_topics(reader: AwsReader) -> Account:
    """Read the queues, topics and subscriptions. What is deleted meanwhile is left out. AwsError if that fails."""
    found = Account(reader.region)
    found.queues += _queues(reader, found)
    found.topics += _topics(reader, found)
    found.subscriptions += _subscriptions(reader)
    return found


def read_for_import(reader: AwsReader) -> Account:
    """As ``read_queues_and_topics``, and the event source mappings, if Lambda can be asked for them."""
    found = read_queues_and_topics(reader)
    try:
        _read_mappings(reader, found)
        for mapping in found.mappings:
            tags = _read_if_allowed(reader, found, _MAPPING_TAGS, "lambda", "list_tags", Resource=mapping.arn)
            mapping.tags = (tags or {}).get("Tags") or {}
    except AwsError as error:
        found.notices.append(f"event source mappings are not known: {error}")
    return found


def read_account(reader: AwsReader) -> Account:
    """Read all of it: as ``read_queues_and_topics``, and mappings, functions, alarms and keys, if the caller may."""
    found = read_queues_and_topics(reader)
    for kind, read in _OTHERS.items():
        try:
            read(reader, found)
        except RefusedReadError as error:
            found.notices.append(f"{kind} are not known: {error}")
        else:
            found.known.append(kind)
    return found


def origin(arn: str) -> Origin:
    """The name behind the last colon of an ARN: an account has no files and lines."""
    return Origin(name=arn.rpartition(":")[2])


# -- SQS and SNS ---------------------------------------------------------------------------------


def _queues(reader: AwsReader, found: Account) -> Iterator[AwsQueue]:
    for url in reader.pages("sqs", "list_queues", "QueueUrls", "NextToken", MaxResults=PAGE):
        given = _read_existing(reader, "sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
        tags = given and _read_if_allowed(reader, found, _TAGS, "sqs", "list_queue_tags", QueueUrl=url)
        if given is not None and tags is not None:
            attributes = given.get("Attributes") or {}
            yield AwsQueue(attributes["QueueArn"], attributes, tags.get("Tags") or {})


def _topics(reader: AwsReader, found: Account) -> Iterator[AwsTopic]:
    for each in reader.pages("sns", "list_topics", "Topics", "NextToken"):
        arn = each["TopicArn"]
        given = _read_existing(reader, "sns", "get_topic_attributes", TopicArn=arn)
        tags = given and _read_if_allowed(reader, found, _TAGS, "sns", "list_tags_for_resource", ResourceArn=arn)
        if given is None or tags is None:
            continue
        protection = None
        if not arn.endswith(".fifo"):
            operation = "get_data_protection_policy"
            answer = _read_if_allowed(reader, found, _PROTECTION, "sns", operation, ResourceArn=arn)
            protection = (answer or {}).get("DataProtectionPolicy") or None
        rows = {tag["Key"]: tag["Value"] for tag in tags.get("Tags") or []}
        yield AwsTopic(arn, given.get("Attributes") or {}, rows, protection)


def _subscriptions(reader: AwsReader) -> Iterator[AwsSubscription]:
    for each in reader.pages("sns", "list_subscriptions", "Subscriptions", "NextToken"):
        arn = each["SubscriptionArn"]
        attributes: dict[str, str] = {}
        if arn == "Deleted":
            continue
        if arn not in _PENDING:
            given = _read_existing(reader, "sns", "get_subscription_attributes", SubscriptionArn=arn)
            if given is None:
                continue
            attributes = given.get("Attributes") or {}
        yield AwsSubscription(
            arn, each["TopicArn"], each["Protocol"], each.get("Endpoint") or "", each.get("Owner") or "", attributes
        )


def _read_existing(reader: AwsReader, service: str, operation: str, **parameters: Any) -> dict[str, Any] | None:
    """The answer; None if the resource was deleted since it was listed."""
    try:
        return reader.read(service, operation, **parameters)
    except RefusedReadError as error:
        if any(word in str(error) for word in _GONE):
            return None
        raise


def _read_if_allowed(
    reader: AwsReader, found: Account, what: str, service: str, operation: str, **parameters: Any
) -> dict[str, Any] | None:
    """As ``_read_existing``, but {} if AWS refuses the call. Then a notice says so, and it is not made again."""
    if what in found.unread:
        return {}
    try:
        return _read_existing(reader, service, operation, **parameters)
    except RefusedReadError as error:
        found.unread.append(what)
        found.notices.append(f"{what} are not known: {error}")
        return {}


# -- Lambda --------------------------------------------------------------------------------------


def _read_mappings(reader: AwsReader, found: Account) -> None:
    found.mappings += _mappings(reader)


def _mappings(reader: AwsReader) -> Iterator[AwsMapping]:
    """The event source mappings of queues."""
    listed = reader.pages("lambda", "list_event_source_mappings", "EventSourceMappings", "Marker/NextMarker")
    for each in listed:
        if ":sqs:" not in (each.get("EventSourceArn") or "") or each.get("State") == "Deleting":
            continue
        function = Arn.parse(each["FunctionArn"])
        assert function is not None, "AWS gave it"
        yield AwsMapping(
            arn=str(function._replace(resource=f"event-source-mapping:{each['UUID']}")),
            queue=each["EventSourceArn"],
            function=each["FunctionArn"],
            batch_size=each.get("BatchSize") or 10,
            window_seconds=each.get("MaximumBatchingWindowInSeconds") or 0,
            filters=[row["Pattern"] for row in (each.get("FilterCriteria") or {}).get("Filters") or []],
            reports_failures="ReportBatchItemFailures" in (each.get("FunctionResponseTypes") or []),
            maximum_concurrency=(each.get("ScalingConfig") or {}).get("MaximumConcurrency"),
            enabled=each.get("State") not in ("Disabled", "Disabling"),
        )


# -- What is not emulated ------------------------------------------------------------------------


def _read_functions(reader: AwsReader, found: Account) -> None:
    functions = []
    names = {queue.arn: queue.arn for queue in found.queues} | {topic.arn: topic.arn for topic in found.topics}
    for queue in found.queues:
        arn = Arn.parse(queue.arn)
        if arn is not None:
            names[f"https://sqs.{arn.region}.amazonaws.com/{arn.account}/{arn.resource}"] = queue.arn
    for each in reader.pages("lambda", "list_functions", "Functions", "Marker/NextMarker"):
        variables = (each.get("Environment") or {}).get("Variables") or {}
        values = list(variables.values())[:_VARIABLES_MAX]
        sends = sorted({names[value] for value in values if value in names})
        arn = each["FunctionArn"]
        functions.append(Function(arn=arn, origin=origin(arn), timeout=each.get("Timeout"), sends_to=sends))
    found.functions = functions


def _read_alarms(reader: AwsReader, found: Account) -> None:
    found.alarms = [
        Alarm(
            arn=each["AlarmArn"], origin=Origin(name=each["AlarmName"]), queue=row["Value"], metric=each["MetricName"]
        )
        for each in reader.pages("cloudwatch", "describe_alarms", "MetricAlarms", "NextToken")
        for row in each.get("Dimensions") or []
        if each.get("Namespace") == "AWS/SQS" and row["Name"] == "QueueName"
    ]


def _read_keys(reader: AwsReader, found: Account) -> None:
    """The customer managed keys that queues and topics use."""
    attributes = [*(queue.attributes for queue in found.queues), *(topic.attributes for topic in found.topics)]
    used = {each.get("KmsMasterKeyId") for each in attributes} - {None, ""}
    if not used:
        return
    aliases: dict[str, list[str]] = {}
    for each in reader.pages("kms", "list_aliases", "Aliases", "Marker/NextMarker"):
        if each.get("TargetKeyId"):
            aliases.setdefault(each["TargetKeyId"], []).extend((each["AliasName"], each["AliasArn"]))
    keys: dict[str, Key] = {}
    for id in sorted(map(str, used)):
        if id.rpartition("alias/")[2].startswith("aws/"):
            continue
        key = _read_existing(reader, "kms", "describe_key", KeyId=id)
        metadata = {} if key is None else key["KeyMetadata"]
        if metadata.get("KeyManager") == "CUSTOMER" and metadata["Arn"] not in keys:
            text = reader.read("kms", "get_key_policy", KeyId=metadata["KeyId"], PolicyName="default")["Policy"]
            try:
                policy = policy_of(text)
            except MalformedPolicyError:
                policy = None
            arn = metadata["Arn"]
            keys[arn] = Key(
                arn=arn,
                origin=Origin(name=metadata["KeyId"]),
                policy=policy,
                aliases=aliases.get(metadata["KeyId"], []),
            )
    found.keys = list(keys.values())


_OTHERS: Mapping[str, Callable[[AwsReader, Account], None]] = {  # by what they read
    "consumers": _read_mappings,
    "functions": _read_functions,
    "alarms": _read_alarms,
    "keys": _read_keys,
}
