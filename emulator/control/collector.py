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
from functools import partial
from itertools import accumulate

from prometheus_client import generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.samples import Sample

from emulator.aws.arns import Arn
from emulator.control.topics import name_of
from emulator.requests import DURATIONS, Requests, Subject
from emulator.sns.topic import Topic
from emulator.sns.totals import Totals as TopicTotals
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import Counts
from emulator.sqs.queue import Queue
from emulator.sqs.totals import Totals as QueueTotals
from emulator.turns import Work, portions
from emulator.world import World

_QUEUE_LABELS = ("account", "region", "queue")
_TOPIC_LABELS = ("account", "region", "topic")
_READ_AT_ONCE = 20  # queues or topics
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


def exposition(world: World, requests: Requests) -> Work[list[bytes]]:
    """All metrics in the text format, in parts. Nothing is read of a queue or a topic but in its one turn."""
    families = [*(yield from _queue_families(world)), *(yield from _topic_families(world))]
    texts: list[bytes] = []
    for family in families:
        for number, samples in enumerate(portions(family.samples)):
            texts.append(_text(_part(family, samples), begins=number == 0))
            yield
        if not family.samples:
            texts.append(_text(family))
    texts += map(_text, (*_request_metrics(requests), _parked(world), _deliveries(world)))
    return texts


class _Part:
    """One metric family, as prometheus-client wants to collect it."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        yield self._family


def _text(family: Metric, *, begins: bool = True) -> bytes:
    """The text of a metric family, or of a part of it that does not ``begin`` it: without HELP and TYPE."""
    text = generate_latest(_Part(family))
    return text if begins else text.split(b"\n", 2)[2]


def _part(family: Metric, samples: list[Sample]) -> Metric:
    part = Metric(family.name, family.documentation, family.type, family.unit)
    part.samples.extend(samples)
    return part


def _queue_families(world: World) -> Work[list[Metric]]:
    """The metrics of queues."""
    gauges = [
        (GaugeMetricFamily(_form("sqs", name), _help(name, text), labels=_QUEUE_LABELS), count)
        for name, (count, text) in _QUEUE_GAUGES.items()
    ]
    name = "ApproximateAgeOfOldestMessage"
    age = GaugeMetricFamily(
        _form("sqs", name) + "_seconds", _help(name, "age of the oldest message"), labels=_QUEUE_LABELS
    )
    counters = [
        (CounterMetricFamily(_form("sqs", name), _help(name, text), labels=_QUEUE_LABELS), total)
        for name, (total, text) in _QUEUE_COUNTERS.items()
    ]
    name = "SentMessageSize"
    size = SummaryMetricFamily(
        _form("sqs", name) + "_bytes", _help(name, "size of the messages sent"), labels=_QUEUE_LABELS
    )
    for queues in portions(list(world.sqs.queues), _READ_AT_ONCE):
        for queue in queues:
            now_of = partial(world.clocks.now_of, queue.identity.account)
            while not queue.catch_up(now_of(), Budget()):
                yield
            if queue.deleted:  # meanwhile
                continue
            labels, now, oldest = _queue_labels(queue), now_of(), queue.contents.oldest_sent_at
            counts = queue.counts(now)
            for gauge, count in gauges:
                gauge.add_metric(labels, count(counts))
            age.add_metric(labels, 0.0 if oldest is None else now - oldest)
            for counter, total in counters:
                counter.add_metric(labels, total(queue.totals))
            size.add_metric(labels, queue.totals.measured, queue.totals.measured_bytes)
        yield
    return [*(gauge for gauge, _ in gauges), age, *(counter for counter, _ in counters), size]


def _topic_families(world: World) -> Work[list[Metric]]:
    """The metrics of topics."""
    counters = [
        (CounterMetricFamily(_form("sns", name), _help(name, text), labels=_TOPIC_LABELS), total)
        for name, (total, text) in _TOPIC_COUNTERS.items()
    ]
    size = SummaryMetricFamily(
        _form("sns", "PublishSize") + "_bytes",
        _help("PublishSize", "size of the messages published"),
        labels=_TOPIC_LABELS,
    )
    for topics in portions(list(world.sns.topics), _READ_AT_ONCE):
        for topic in topics:
            for counter, total in counters:
                counter.add_metric(_topic_labels(topic), total(topic.totals))
            size.add_metric(_topic_labels(topic), topic.totals.published, topic.totals.published_bytes)
        yield
    return [*(counter for counter, _ in counters), size]


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
