"""The resources of a plan, as declarations.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.declared.shapes import (
    DEFAULT_MAX_RECEIVE_COUNT,
    EventSourceMappingShape,
    QueueShape,
    SubscriptionShape,
    TopicShape,
)
from emulator.infrastructure.declaring import Declaring
from emulator.infrastructure.terraform.instances import QUEUE, TOPIC, Instances, Used
from emulator.infrastructure.terraform.policy_document import policy_json
from emulator.infrastructure.terraform.references import UnreadDocument

_QUEUE_NAMES = {
    "content_based_deduplication": "content_based_deduplication",
    "deduplication_scope": "deduplication_scope",
    "delay_seconds": "delay_seconds",
    "fifo_queue": "fifo_queue",
    "fifo_throughput_limit": "fifo_throughput_limit",
    "kms_data_key_reuse_period_seconds": "kms_data_key_reuse_period_seconds",
    "kms_master_key_id": "kms_master_key_id",
    "max_message_size": "maximum_message_size",
    "message_retention_seconds": "message_retention_period",
    "policy": "policy",
    "receive_wait_time_seconds": "receive_message_wait_time_seconds",
    "redrive_allow_policy": "redrive_allow_policy",
    "redrive_policy": "redrive_policy",
    "sqs_managed_sse_enabled": "sqs_managed_sse_enabled",
    "tags": "tags",
    "visibility_timeout_seconds": "visibility_timeout",
}
_FEEDBACK = tuple(
    f"{protocol}_{field}"
    for protocol in ("application", "firehose", "http", "lambda", "sqs")
    for field in ("success_feedback_role_arn", "success_feedback_sample_rate", "failure_feedback_role_arn")
)
_TOPIC_NAMES = {
    name: name
    for name in (
        "archive_policy",
        "content_based_deduplication",
        "delivery_policy",
        "display_name",
        "fifo_throughput_scope",
        "fifo_topic",
        "kms_master_key_id",
        "policy",
        "signature_version",
        "tags",
        "tracing_config",
        *_FEEDBACK,
    )
}
_SUBSCRIPTION_NAMES = {
    name: name
    for name in (
        "delivery_policy",
        "filter_policy",
        "filter_policy_scope",
        "raw_message_delivery",
        "redrive_policy",
        "replay_policy",
        "subscription_role_arn",
    )
}

_MAPPING_NAMES = {name: name for name in ("batch_size", "enabled", "maximum_batching_window_in_seconds", "tags")}


class Resources:
    """Declares the resources of one plan."""

    def __init__(self, instances: Instances, declaring: Declaring) -> None:
        self.instances = instances
        self.declaring = declaring
        self._composed: dict[str, Callable[[Used, str], Any]] = {
            "assume_role_policy": self._policy,
            "policy": self._policy,
            "redrive_allow_policy": self._redrive_allow,
            "redrive_policy": self._redrive,
        }

    def queue(self, used: Used) -> None:
        identity = self.instances.queue(used)
        given = self.given(used, _QUEUE_NAMES)
        if not given.get("fifo_queue"):
            _drop(given, "fifo_queue", "content_based_deduplication", "deduplication_scope", "fifo_throughput_limit")
        if not given.get("kms_master_key_id"):
            _drop(given, "kms_data_key_reuse_period_seconds")
        shape = self.declaring.shape(QueueShape, _QUEUE_NAMES, given, used.path)
        self.declaring.queue(identity, shape, used.path)

    def topic(self, used: Used) -> None:
        identity = self.instances.topic(used)
        given = self.given(used, _TOPIC_NAMES)
        if not given.get("fifo_topic"):
            _drop(given, "fifo_topic", "content_based_deduplication", "fifo_throughput_scope", "archive_policy")
        if not given.get("signature_version"):
            _drop(given, "signature_version")
        shape = self.declaring.shape(TopicShape, _TOPIC_NAMES, given, used.path)
        self.declaring.topic(identity, shape, used.path)

    def subscription(self, used: Used) -> None:
        topic = self.instances.arn(used, "topic_arn", (TOPIC,))
        endpoint = self.instances.arn(used, "endpoint", ())
        if topic is None or endpoint is None:
            return
        given = self.given(used, _SUBSCRIPTION_NAMES)
        if not given.get("raw_message_delivery"):
            _drop(given, "raw_message_delivery")
        path = used.path
        self.declaring.mistakes.rename((*path, "topic"), (*path, "topic_arn"))
        shape = self.declaring.shape(SubscriptionShape, _SUBSCRIPTION_NAMES, given, path)
        protocol = used.resource.values.get("protocol") or self._known(used, "protocol")
        self.declaring.subscription(topic, protocol, endpoint, shape, path)

    def mapping(self, used: Used) -> None:
        """Filters and the maximum concurrency are in blocks, of which there is one at most."""
        values, path = used.resource.values, used.path
        queue = values.get("event_source_arn") or _only(self.instances.arns(used, "event_source_arn", (QUEUE,)))
        function = values.get("function_name") or _only(self.instances.arns(used, "function_name", ()))
        given = self.given(used, _MAPPING_NAMES)
        types = values.get("function_response_types") or []
        given |= {
            "queue": "q",  # both are read by ``mapping``
            "function": "f",
            "filters": [
                each["pattern"]
                for criteria in _blocks(values.get("filter_criteria"))
                for each in _blocks(criteria.get("filter"))
                if isinstance(each.get("pattern"), str)
            ],
            "report_batch_item_failures": "ReportBatchItemFailures" in types,
        }
        for scaling in _blocks(values.get("scaling_config")):
            given["maximum_concurrency"] = scaling.get("maximum_concurrency")
        names = {name: name for name in given}
        shape = self.declaring.shape(EventSourceMappingShape, _MAPPING_NAMES | names, given, path)
        function = self.instances.function_arn(used, function)
        self.declaring.mapping(used.resource.address, queue, function, shape, path)

    def of_queue(self, used: Used, attribute: str) -> None:
        """A resource that gives one attribute of a queue."""
        queue = self.instances.arn(used, "queue_url", (QUEUE,))
        value = self.given(used, {attribute: attribute}).get(attribute)
        if queue is None or value is None:
            return
        arn = queue if queue.startswith("arn:") else self.instances.arn_of_url(used, queue)
        self.declaring.set_on_queue(arn, attribute, value, (*used.path, attribute))

    def of_topic(self, used: Used, field: str) -> None:
        """A resource that gives one attribute of a topic: its policy, or its data protection policy."""
        topic = self.instances.arn(used, "arn", (TOPIC,))
        value = self.given(used, {"policy": "policy"}).get("policy")
        if topic is not None and value is not None:
            self.declaring.set_on_topic(topic, field, value, (*used.path, "policy"))

    # -- Values ------------------------------------------------------------------------------

    def given(self, used: Used, names: Mapping[str, str]) -> dict[str, Any]:
        """The attributes that are given: with their values, or with what their expressions refer to."""
        given = {}
        for name in names:
            value = used.resource.values.get(name)
            if value is None and name in used.written.expressions:
                value = self._unknown(used, name)
            if value not in (None, "", []):
                given[name] = value
        with_defaults = used.resource.values.get("tags_all")  # of the provider
        if "tags" in names and isinstance(with_defaults, dict):
            given["tags"] = with_defaults
        return given

    def _unknown(self, used: Used, name: str) -> Any:
        """The value of an attribute that Terraform knows only after it was applied."""
        expression = used.written.expressions[name]
        if isinstance(expression, dict) and "constant_value" in expression:
            return None  # it is null
        return self._composed.get(name, self._known)(used, name)

    def _known(self, used: Used, name: str) -> Any:
        values = self.instances.values(used, name)
        return values[0] if len(values) == 1 else self._left_out(used, name)

    def _redrive(self, used: Used, name: str) -> Any:
        """The expression names the dead-letter queue, and perhaps a variable with the number of receives."""
        queue = self.instances.dead_letter_queue(used, name)
        if queue is None:
            return self._left_out(used, name)
        if used.resource.type == "aws_sns_topic_subscription":
            return {"deadLetterTargetArn": queue}
        counts = [
            each for each in self.instances.values(used, name) if isinstance(each, int) and not isinstance(each, bool)
        ]
        if len(counts) != 1:
            text = f"maxReceiveCount is not in the plan, and is {DEFAULT_MAX_RECEIVE_COUNT}"
            self.instances.notice(used, name, text)
        count = counts[0] if len(counts) == 1 else DEFAULT_MAX_RECEIVE_COUNT
        return {"deadLetterTargetArn": queue, "maxReceiveCount": count}

    def _redrive_allow(self, used: Used, name: str) -> Any:
        sources = self.instances.arns(used, name, (QUEUE,))
        return {"redrivePermission": "byQueue", "sourceQueueArns": sources} if sources else self._left_out(used, name)

    def _policy(self, used: Used, name: str) -> Any:
        documents = [each for each in self.instances.targets(used, name) if isinstance(each, UnreadDocument)]
        if len(documents) == 1:
            return policy_json(documents[0], self.instances)
        texts = [each for each in self.instances.values(used, name) if isinstance(each, str) and each[:1] == "{"]
        return texts[0] if len(texts) == 1 else self._left_out(used, name)

    def _left_out(self, used: Used, name: str) -> None:
        self.instances.notice(used, name, "it is not in the plan, and is left out")


def _only(found: list[str]) -> str | None:
    return found[0] if len(found) == 1 else None


def _blocks(value: Any) -> list[dict[str, Any]]:
    """The blocks of a name, which a plan has as a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _drop(given: dict[str, Any], *names: str) -> None:
    for name in names:
        given.pop(name, None)
