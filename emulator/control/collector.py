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
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
    SummaryMetricFamily,
)

from emulator.aws.arns import Arn
from emulator.control.topics import name_of
from emulator.observation.request_counts import DURATIONS, Requests, Subject
from emulator.sns.topic import Topic
from emulator.sns.totals import Totals as TopicTotals
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import Counts
from emulator.sqs.queue import Queue
from emulator.sqs.totals import Totals as QueueTotals
from emulator.timing.turns import Work, portions
from emulator.world.world import World

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


def _form(service: str, name: str) -> str:
    """``NumberOfMessagesSent`` of CloudWatch as Prometheus writes it: ``aws_sqs_number_of_messages_sent``."""
    return f"aws_{service}_{_WORD.sub('_', name).lower()}"


def _help(name: str, text: str) -> str:
    return f"CloudWatch's {name}: {text}"


def exposition(world: World, requests: Requests) -> Work[list[bytes]]:
    """All metrics in the text format, in parts. A queue or a topic is read once, in its turn."""
    texts: list[bytes] = []
    for columns, rows in (
        (_QUEUE_COLUMNS, (yield from _queue_rows(world))),
        (_TOPIC_COLUMNS, (yield from _topic_rows(world))),
    ):
        for number, column in enumerate(columns):
            for begun, portion in enumerate(portions(rows)):
                family = column()
                for labels, values in portion:
                    family.add_metric(labels, *values[number])
                texts.append(_text(family, begins=not begun))
                yield
            if not rows:
                texts.append(_text(column()))
    return [*texts, *map(_text, (*_request_metrics(requests), _parked(world), _deliveries(world)))]


class _Collected:
    """One metric family, as prometheus-client wants to collect it."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        yield self._family


def _text(family: Metric, *, begins: bool = True) -> bytes:
    """The text of a metric family, or of a part of it that does not ``begin`` it: without HELP and TYPE."""
    text = generate_latest(_Collected(family))
    return text if begins else text.split(b"\n", 2)[2]


def _column(kind: Callable[..., Any], service: str, name: str, text: str, unit: str = "") -> Callable[[], Any]:
    """What makes an empty metric family."""
    labels = _QUEUE_LABELS if service == "sqs" else _TOPIC_LABELS
    return partial(kind, _form(service, name) + unit, _help(name, text), labels=labels)


# The values of each column of a row, as ``add_metric`` takes them.
_Row = tuple[tuple[str, str, str], list[tuple[float, ...]]]

_QUEUE_COLUMNS = (
    *(_column(GaugeMetricFamily, "sqs", name, text) for name, (_, text) in _QUEUE_GAUGES.items()),
    _column(GaugeMetricFamily, "sqs", "ApproximateAgeOfOldestMessage", "age of the oldest message", "_seconds"),
    *(_column(CounterMetricFamily, "sqs", name, text) for name, (_, text) in _QUEUE_COUNTERS.items()),
    _column(SummaryMetricFamily, "sqs", "SentMessageSize", "size of the messages sent", "_bytes"),
)
_TOPIC_COLUMNS = (
    *(_column(CounterMetricFamily, "sns", name, text) for name, (_, text) in _TOPIC_COUNTERS.items()),
    _column(SummaryMetricFamily, "sns", "PublishSize", "size of the messages published", "_bytes"),
)


def _queue_rows(world: World) -> Work[list[_Row]]:
    rows: list[_Row] = []
    for queues in portions(list(world.sqs.queues)):
        for queue in queues:
            now_of = partial(world.clocks.now_of, queue.identity.account)
            while not queue.catch_up(now_of(), Budget()):
                yield
            if not queue.deleted:  # meanwhile
                rows.append((_queue_labels(queue), _queue_values(queue, now_of())))
        yield
    return rows


def _queue_values(queue: Queue, now: float) -> list[tuple[float, ...]]:
    counts, totals, oldest = queue.counts(now), queue.totals, queue.contents.oldest_sent_at
    return [
        *((count(counts),) for count, _ in _QUEUE_GAUGES.values()),
        (0.0 if oldest is None else now - oldest,),
        *((total(totals),) for total, _ in _QUEUE_COUNTERS.values()),
        (totals.measured, totals.measured_bytes),
    ]


def _topic_rows(world: World) -> Work[list[_Row]]:
    rows: list[_Row] = []
    for topics in portions(list(world.sns.topics)):
        rows += [(_topic_labels(topic), _topic_values(topic.totals)) for topic in topics]
        yield
    return rows


def _topic_values(totals: TopicTotals) -> list[tuple[float, ...]]:
    return [
        *((total(totals),) for total, _ in _TOPIC_COUNTERS.values()),
        (totals.published, totals.published_bytes),
    ]


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


def _queue_labels(queue: Queue) -> tuple[str, str, str]:
    identity = queue.identity
    return identity.account, identity.region, identity.name


def _topic_labels(topic: Topic) -> tuple[str, str, str]:
    return topic.account, topic.region, name_of(topic)
