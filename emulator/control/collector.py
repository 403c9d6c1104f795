"""The emulator's numbers, as metric families of prometheus-client.

A metric that CloudWatch has is named after CloudWatch's, in the form of Prometheus, and HELP describes it as
CloudWatch does. Nothing is counted here: a scrape reads what queues, topics and the gateway have counted. If one of
these is deleted, so are its numbers.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from emulator.aws.arns import Arn
from emulator.control.topics import name_of
from emulator.requests import DURATIONS, Requests, Subject
from emulator.sns.topic import Topic
from emulator.sns.totals import Totals as TopicTotals
from emulator.sqs.message import Counts
from emulator.sqs.queue import Queue
from emulator.sqs.totals import Totals as QueueTotals
from emulator.world import World

_QUEUE_LABELS = ("account", "region", "queue")
_TOPIC_LABELS = ("account", "region", "topic")
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|-")

# The metrics of CloudWatch: what each one reads, and its description.
_QUEUE_GAUGES: dict[str, tuple[Callable[[Counts], int], str]] = {
    "ApproximateNumberOfMessagesVisible": (lambda counts: counts.visible, "messages that can be received"),
    "ApproximateNumberOfMessagesNotVisible": (lambda counts: counts.in_flight, "messages in flight"),
    "ApproximateNumberOfMessagesDelayed": (lambda counts: counts.delayed, "messages whose delay is not over"),
}
_QUEUE_COUNTERS: dict[str, tuple[Callable[[QueueTotals], int], str]] = {
    "NumberOfMessagesSent": (lambda totals: totals.sent, "messages sent"),
    "NumberOfDeduplicatedSentMessages": (lambda totals: totals.deduplicated, "messages sent that were duplicates"),
    "NumberOfMessagesReceived": (lambda totals: totals.received, "messages received, counting every receive"),
    "NumberOfEmptyReceives": (lambda totals: totals.empty_receives, "calls of ReceiveMessage that returned no message"),
    "NumberOfMessagesDeleted": (lambda totals: totals.deleted, "deletions, including repeated ones"),
}
_TOPIC_COUNTERS: dict[str, tuple[Callable[[TopicTotals], int], str]] = {
    "NumberOfMessagesPublished": (lambda totals: totals.published, "messages published"),
    "NumberOfNotificationsDelivered": (lambda totals: totals.delivered, "messages delivered to a subscriber"),
    "NumberOfNotificationsFailed": (
        lambda totals: totals.failed,
        "messages that a subscriber did not get; for HTTP endpoints, failed attempts",
    ),
    "NumberOfNotificationsFilteredOut": (lambda totals: totals.filtered_out, "messages rejected by a filter policy"),
    "NumberOfNotificationsFilteredOut-MessageAttributes": (
        lambda totals: totals.filtered_out_by.get("MessageAttributes", 0),
        "of these, by their attributes",
    ),
    "NumberOfNotificationsFilteredOut-NoMessageAttributes": (
        lambda totals: totals.filtered_out_by.get("NoMessageAttributes", 0),
        "of these, because they had no attributes",
    ),
    "NumberOfNotificationsFilteredOut-MessageBody": (
        lambda totals: totals.filtered_out_by.get("MessageBody", 0),
        "of these, by their body",
    ),
    "NumberOfNotificationsFilteredOut-InvalidAttributes": (
        lambda totals: totals.filtered_out_by.get("InvalidAttributes", 0),
        "of these, because an attribute was malformed",
    ),
    "NumberOfNotificationsFilteredOut-InvalidMessageBody": (
        lambda totals: totals.filtered_out_by.get("InvalidMessageBody", 0),
        "of these, because their body was not a JSON object",
    ),
    "NumberOfNotificationsRedrivenToDlq": (
        lambda totals: totals.redriven,
        "messages put into a subscription's dead-letter queue",
    ),
    "NumberOfNotificationsFailedToRedriveToDlq": (
        lambda totals: totals.redrive_failed,
        "messages that a subscription's dead-letter queue did not get",
    ),
}


def exposition(world: World, requests: Requests) -> bytes:
    """All metrics in the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(world, requests))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, world: World, requests: Requests) -> None:
        self._world = world
        self._requests = requests

    def collect(self) -> Iterator[Metric]:
        yield from _queue_metrics(self._world)
        yield from _topic_metrics(self._world)
        yield from _request_metrics(self._requests)
        yield _parked(self._world)
        yield _deliveries(self._world)


def _queue_metrics(world: World) -> Iterator[Metric]:
    clocks = world.clocks
    now = {queue: clocks.now_of(queue.identity.account) for queue in world.sqs.queues}
    counts = {queue: queue.counts(at) for queue, at in now.items()}
    for name, (count, text) in _QUEUE_GAUGES.items():
        gauge = GaugeMetricFamily(_form("sqs", name), _help(name, text), labels=_QUEUE_LABELS)
        for queue in now:
            gauge.add_metric(_queue_labels(queue), count(counts[queue]))
        yield gauge
    name = "ApproximateAgeOfOldestMessage"
    age = GaugeMetricFamily(
        _form("sqs", name) + "_seconds", _help(name, "age of the oldest message"), labels=_QUEUE_LABELS
    )
    for queue, at in now.items():
        oldest = queue.oldest_sent_at(at)
        age.add_metric(_queue_labels(queue), 0.0 if oldest is None else at - oldest)
    yield age
    for name, (total, text) in _QUEUE_COUNTERS.items():
        counter = CounterMetricFamily(_form("sqs", name), _help(name, text), labels=_QUEUE_LABELS)
        for queue in now:
            counter.add_metric(_queue_labels(queue), total(queue.totals))
        yield counter
    name = "SentMessageSize"
    size = SummaryMetricFamily(
        _form("sqs", name) + "_bytes", _help(name, "size of the messages sent"), labels=_QUEUE_LABELS
    )
    for queue in now:
        size.add_metric(_queue_labels(queue), queue.totals.measured, queue.totals.measured_bytes)
    yield size


def _topic_metrics(world: World) -> Iterator[Metric]:
    topics = list(world.sns.topics)
    for name, (total, text) in _TOPIC_COUNTERS.items():
        counter = CounterMetricFamily(_form("sns", name), _help(name, text), labels=_TOPIC_LABELS)
        for topic in topics:
            counter.add_metric(_topic_labels(topic), total(topic.totals))
        yield counter
    size = SummaryMetricFamily(
        _form("sns", "PublishSize") + "_bytes",
        _help("PublishSize", "size of the messages published"),
        labels=_TOPIC_LABELS,
    )
    for topic in topics:
        size.add_metric(_topic_labels(topic), topic.totals.published, topic.totals.published_bytes)
    yield size


def _request_metrics(requests: Requests) -> Iterator[Metric]:
    answered = CounterMetricFamily(
        "emulator_requests",
        "AWS requests answered; - is an action that is not emulated, or an unknown service",
        labels=("service", "action", "status", "error"),
    )
    durations = HistogramMetricFamily(
        "emulator_request_duration_seconds",
        "Time until the answer to an AWS request, including the waiting of long polls",
        labels=("service", "action"),
    )
    for subject, answers in requests:
        labels = _request_labels(subject)
        if answers.succeeded:
            answered.add_metric((*labels, "200", ""), answers.succeeded)
        for (status, code), count in answers.refused.items():
            answered.add_metric((*labels, str(status), code), count)
        durations.add_metric(labels, list(_buckets(answers.by_duration)), answers.seconds)
    yield answered
    yield durations


def _request_labels(subject: Subject) -> tuple[str, str]:
    if subject is None:
        return "-", "-"
    return (subject, "-") if isinstance(subject, str) else (subject.service, subject.name)


def _buckets(by_duration: Iterable[int]) -> Iterator[tuple[str, float]]:
    return zip((*map(str, DURATIONS), "+Inf"), accumulate(by_duration), strict=True)


def _parked(world: World) -> Metric:
    gauge = GaugeMetricFamily("emulator_parked_receives", "Long polls that wait for a message", labels=_QUEUE_LABELS)
    for queue, count in world.sqs.waiting.parked():
        gauge.add_metric(_queue_labels(queue), count)
    return gauge


def _deliveries(world: World) -> Metric:
    gauge = GaugeMetricFamily(
        "emulator_deliveries_under_way",
        "Deliveries to HTTP endpoints and functions that have neither arrived nor failed for good",
        labels=_TOPIC_LABELS,
    )
    by_topic: Counter[tuple[str, str, str]] = Counter()
    for subscription_arn, count in world.dispatch.counts():
        arn = Arn.parse(subscription_arn)
        assert arn is not None, "subscriptions have ARNs"
        by_topic[arn.account, arn.region, arn.resource.partition(":")[0]] += count
    for labels, count in by_topic.items():
        gauge.add_metric(labels, count)
    return gauge


def _form(service: str, name: str) -> str:
    """``NumberOfMessagesSent`` of CloudWatch as Prometheus writes it: ``aws_sqs_number_of_messages_sent``."""
    return f"aws_{service}_{_WORD.sub('_', name).lower()}"


def _help(name: str, text: str) -> str:
    return f"CloudWatch's {name}: {text}"


def _queue_labels(queue: Queue) -> tuple[str, str, str]:
    identity = queue.identity
    return identity.account, identity.region, identity.name


def _topic_labels(topic: Topic) -> tuple[str, str, str]:
    return topic.account, topic.region, name_of(topic)
