"""Rules about messages that fail, and dead-letter queues."""

from collections.abc import Iterator

from emulator.architecture.model import Queue, Subscription
from emulator.audit.fix import ALARM, CONSUMER, QUEUE, SUBSCRIPTION, ArnOf, ArnOfNew, Fix, NameOf
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import SNS, added_statement, attributes_fix, why_not_delivered
from emulator.audit.view import View

_SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_DEAD_LETTERS = f"{_SQS_GUIDE}/sqs-dead-letter-queues.html"
_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
RETENTION_MAX = 1_209_600
_RETENTION_MIN = 3_600
_RECEIVES_OF_LAMBDA = 5
_RECEIVES_MAX = 100
_TIMES_THE_TIMEOUT = 6
_METRICS = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent")


def _new_queue(queue: Queue) -> tuple[Fix, ArnOfNew]:
    name = f"{queue.origin.name or queue.name}DeadLetters"
    properties = {"MessageRetentionPeriod": RETENTION_MAX, **({"FifoQueue": True} if queue.fifo else {})}
    return Fix(QUEUE, name, properties), ArnOfNew(QUEUE, name, queue.arn)


def _redrive(queue: Queue, target: str | ArnOfNew, count: int) -> Fix:
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": count}
    return Fix(QUEUE, queue.origin.name, {"RedrivePolicy": policy}, queue.arn)


def _missing_statement(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        targets = {subscription.endpoint if subscription.protocol == "sqs" else None, subscription.dead_letters}
        for queue in (view.queues[arn] for arn in sorted(filter(None, targets)) if arn in view.queues):
            yield from _refused(view, queue, subscription)


def _refused(view: View, queue: Queue, subscription: Subscription) -> Iterator[Found]:
    reason = why_not_delivered(queue, subscription.topic, view.now)
    if reason is not None:
        block = {
            "Effect": "Allow",
            "Principal": {"Service": SNS},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": subscription.topic}},
        }
        text = f"messages of {view.name(subscription.topic)} are lost: {reason}"
        yield Found(queue, text, added_statement(queue, block))


def _no_dead_letters(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.dead_letters is None and queue.arn not in view.dead_letter_queues:
            made, arn = _new_queue(queue)
            text = "a message that cannot be processed comes again and again until it expires"
            yield Found(queue, text, [made, _redrive(queue, arn, 5)])


def _shorter_retention(view: View) -> Iterator[Found]:
    for queue, target in _pairs(view):
        if target.retention <= queue.retention:
            text = f"it keeps messages {target.retention} seconds, and {queue.name} keeps them {queue.retention}"
            yield Found(target, text, attributes_fix(target, MessageRetentionPeriod=RETENTION_MAX))


def _pairs(view: View) -> Iterator[tuple[Queue, Queue]]:
    """Each queue with its dead-letter queue, if that is there."""
    for queue in view.architecture.queues:
        target = None if queue.dead_letters is None else view.queues.get(queue.dead_letters.queue)
        if target is not None:
            yield queue, target


def _other_type(view: View) -> Iterator[Found]:
    for queue, target in _pairs(view):
        if target.fifo != queue.fifo:
            made, arn = _new_queue(queue)
            kinds = ("a FIFO queue", "a standard queue") if queue.fifo else ("a standard queue", "a FIFO queue")
            text = f"it is {kinds[0]}, and its dead-letter queue {target.name} is {kinds[1]}"
            yield Found(queue, text, [made, _redrive(queue, arn, 5)])


def _elsewhere(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.dead_letters is None:
            continue
        parts = queue.dead_letters.queue.split(":")
        if (parts[3], parts[4]) != (queue.region, queue.account):
            made, arn = _new_queue(queue)
            text = f"its dead-letter queue is in {parts[3]} of the account {parts[4]}"
            yield Found(queue, text, [made, _redrive(queue, arn, 5)])


def _missing_dead_letters(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        target = None if queue.dead_letters is None else queue.dead_letters.queue
        if target and target not in view.queues and view.architecture.complete and view.is_own(target):
            made, arn = _new_queue(queue)
            text = f"there is no queue {target.rpartition(':')[2]}"
            yield Found(queue, text, [made, _redrive(queue, arn, 5)])


def _no_alarm(view: View) -> Iterator[Found]:
    if not view.knows("alarms"):
        return
    watched = {alarm.queue for alarm in view.architecture.alarms if alarm.metric in _METRICS}
    for arn in sorted(view.dead_letter_queues):
        queue = view.queues.get(arn)
        if queue is not None and queue.name not in watched:
            properties = {
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateNumberOfMessagesVisible",
                "Dimensions": [{"Name": "QueueName", "Value": NameOf(queue.arn)}],
                "Statistic": "Maximum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 0,
                "ComparisonOperator": "GreaterThanThreshold",
            }
            fixes = [Fix(ALARM, f"{queue.origin.name or queue.name}Alarm", properties)]
            yield Found(queue, "no alarm tells that a message arrived here", fixes)


def _no_redrive_allow(view: View) -> Iterator[Found]:
    for arn, sources in view.sources.items():
        queue = view.queues.get(arn)
        if queue is not None and (queue.redrive_allow is None or queue.redrive_allow.permission == "allowAll"):
            policy = {"redrivePermission": "byQueue", "sourceQueueArns": [ArnOf(each.arn) for each in sources][:10]}
            yield Found(
                queue, "every queue may send its dead letters here", attributes_fix(queue, RedriveAllowPolicy=policy)
            )


def _redrive_refused(view: View) -> Iterator[Found]:
    for queue, target in _pairs(view):
        allow = target.redrive_allow
        if allow is None or allow.permission == "allowAll":
            continue
        if allow.permission == "denyAll" or queue.arn not in allow.sources:
            policy = {
                "redrivePermission": "byQueue",
                "sourceQueueArns": [ArnOf(each) for each in (*allow.sources, queue.arn)],
            }
            text = f"its redrive-allow policy does not name {queue.name}"
            yield Found(target, text, attributes_fix(target, RedriveAllowPolicy=policy))


def _one_receive(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.dead_letters is not None and queue.dead_letters.max_receive_count == 1:
            text = "one failed attempt, or one visibility timeout, makes a dead letter"
            yield Found(queue, text, [_redrive(queue, queue.dead_letters.queue, 5)])


def _few_receives(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        letters = queue.dead_letters
        if letters and view.consumers.get(queue.arn) and 1 < letters.max_receive_count < _RECEIVES_OF_LAMBDA:
            text = f"maxReceiveCount is {letters.max_receive_count}, and a throttled function uses up receives"
            yield Found(queue, text, [_redrive(queue, letters.queue, _RECEIVES_OF_LAMBDA)])


def _many_receives(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        letters = queue.dead_letters
        if letters is not None and letters.max_receive_count > _RECEIVES_MAX:
            text = f"a message that cannot be processed is tried {letters.max_receive_count} times"
            yield Found(queue, text, [_redrive(queue, letters.queue, 5)])


def _short_visibility(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        for consumer in view.consumers.get(queue.arn, ()):
            function = view.functions.get(consumer.function)
            wanted = _TIMES_THE_TIMEOUT * (0 if function is None or function.timeout is None else function.timeout)
            if function is not None and queue.visibility_timeout < wanted:
                text = (
                    f"its visibility timeout is {queue.visibility_timeout} seconds, and {function.shown} "
                    f"may run for {function.timeout}"
                )
                yield Found(queue, text, attributes_fix(queue, VisibilityTimeout=min(wanted, 43_200)))


def _whole_batches(view: View) -> Iterator[Found]:
    for consumer in view.architecture.consumers:
        if consumer.batch_size > 1 and not consumer.partial_batches:
            properties = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
            fixes = [Fix(CONSUMER, consumer.origin.name, properties, consumer.arn)]
            text = f"one bad message lets all {consumer.batch_size} of a batch come again"
            yield Found(consumer, text, fixes)


def _subscription_without_dead_letters(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        if subscription.dead_letters is None and subscription.protocol in (
            "http",
            "https",
            "lambda",
            "sqs",
            "firehose",
        ):
            name = f"{subscription.origin.name or view.name(subscription.topic)}Undelivered"
            policy = {"deadLetterTargetArn": ArnOfNew(QUEUE, name, subscription.topic)}
            fixes = [
                Fix(QUEUE, name, {"MessageRetentionPeriod": RETENTION_MAX}),
                Fix(SUBSCRIPTION, subscription.origin.name, {"RedrivePolicy": policy}, subscription.arn),
            ]
            yield Found(subscription, "what cannot be delivered is lost after the last retry", fixes)


def _short_retention(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.retention < _RETENTION_MIN:
            text = f"messages are lost if the consumer stands still for {queue.retention} seconds"
            yield Found(queue, text, attributes_fix(queue, MessageRetentionPeriod=345_600))


def _retention_below_visibility(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.retention <= queue.visibility_timeout:
            text = f"a message in flight for {queue.visibility_timeout} seconds expires after {queue.retention}"
            yield Found(queue, text, attributes_fix(queue, MessageRetentionPeriod=345_600))


def _short_polling(view: View) -> Iterator[Found]:
    for queue in view.architecture.queues:
        if queue.wait_time == 0 and queue.arn not in view.consumers:
            text = "a receive that names no wait time returns at once, and may miss messages"
            yield Found(queue, text, attributes_fix(queue, ReceiveMessageWaitTimeSeconds=20))


RULES = (
    Rule(
        "missing-statement",
        "SNS may not send to a subscribed queue",
        "Denial of service",
        "high",
        "Subscribing succeeds without it, and then every message is lost without an error for the publisher.",
        "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
        _missing_statement,
    ),
    Rule(
        "no-dead-letter-queue",
        "A queue has no dead-letter queue",
        "Denial of service",
        "medium",
        "Messages that always fail take the time of consumers, hide the others, and are lost when they expire.",
        _DEAD_LETTERS,
        _no_dead_letters,
    ),
    Rule(
        "dead-letter-retention",
        "A dead-letter queue keeps messages no longer than its source",
        "Denial of service",
        "medium",
        "In a standard queue a message keeps its time of sending when it is moved: it expires before anyone looks.",
        f"{_DEAD_LETTERS}#understanding-message-retention-periods",
        _shorter_retention,
    ),
    Rule(
        "dead-letter-type",
        "A dead-letter queue is of another type",
        "Denial of service",
        "high",
        "The dead-letter queue of a FIFO queue must be a FIFO queue, that of a standard queue a standard queue.",
        _DEAD_LETTERS,
        _other_type,
    ),
    Rule(
        "dead-letter-elsewhere",
        "A dead-letter queue is in another account or region",
        "Denial of service",
        "high",
        "SQS moves messages within an account and a region only.",
        _DEAD_LETTERS,
        _elsewhere,
    ),
    Rule(
        "dead-letter-missing",
        "The dead-letter queue does not exist",
        "Denial of service",
        "high",
        "Messages are not moved, and come again and again; who makes a queue of that name gets them.",
        _DEAD_LETTERS,
        _missing_dead_letters,
    ),
    Rule(
        "dead-letter-alarm",
        "A dead-letter queue has no alarm",
        "Repudiation",
        "low",
        "Dead letters that nobody sees expire unnoticed.",
        f"{_SQS_GUIDE}/dead-letter-queues-alarms-cloudwatch.html",
        _no_alarm,
    ),
    Rule(
        "redrive-allow",
        "Any queue may use a dead-letter queue",
        "Tampering",
        "low",
        "Messages of other applications get between those that are to be looked at or moved back.",
        f"{_SQS_GUIDE}/sqs-configure-dead-letter-queue.html",
        _no_redrive_allow,
    ),
    Rule(
        "redrive-refused",
        "A dead-letter queue refuses its source",
        "Denial of service",
        "high",
        "SQS refuses the redrive policy of a source that the dead-letter queue does not allow.",
        f"{_SQS_GUIDE}/sqs-configure-dead-letter-queue.html",
        _redrive_refused,
    ),
    Rule(
        "one-receive",
        "A message has one attempt",
        "Denial of service",
        "medium",
        "A deployment, a timeout or a look at the queue in the console is enough to move messages away.",
        f"{_SQS_GUIDE}/best-practices-dead-letter-queues.html",
        _one_receive,
    ),
    Rule(
        "few-receives",
        "A function has few attempts",
        "Denial of service",
        "low",
        "AWS advises a maxReceiveCount of at least 5, so that throttling makes no dead letters.",
        f"{_LAMBDA}/services-sqs-configure.html",
        _few_receives,
    ),
    Rule(
        "many-receives",
        "A message has very many attempts",
        "Denial of service",
        "low",
        "One message that cannot be processed keeps consumers busy for hours.",
        f"{_SQS_GUIDE}/best-practices-dead-letter-queues.html",
        _many_receives,
    ),
    Rule(
        "short-visibility",
        "The visibility timeout is under six times the function's timeout",
        "Tampering",
        "medium",
        "A message becomes visible again while it is still being processed, and is processed twice.",
        f"{_LAMBDA}/services-sqs-configure.html",
        _short_visibility,
    ),
    Rule(
        "whole-batches",
        "One failure repeats the whole batch",
        "Tampering",
        "low",
        "The messages that were processed well come again, and can end in the dead-letter queue too.",
        f"{_LAMBDA}/services-sqs-errorhandling.html",
        _whole_batches,
    ),
    Rule(
        "subscription-dead-letters",
        "A subscription has no dead-letter queue",
        "Denial of service",
        "low",
        "After the last retry SNS drops the message; for missing permissions it does not even retry.",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
        _subscription_without_dead_letters,
    ),
    Rule(
        "short-retention",
        "Messages are kept for less than an hour",
        "Denial of service",
        "medium",
        "An outage of the consumer, or a deployment that fails, is longer than that.",
        f"{_SQS_GUIDE}/sqs-basic-architecture.html",
        _short_retention,
    ),
    Rule(
        "retention-below-visibility",
        "Messages expire while they are processed",
        "Denial of service",
        "medium",
        "A message whose processing fails once is gone before it becomes visible again.",
        f"{_SQS_GUIDE}/sqs-visibility-timeout.html",
        _retention_below_visibility,
    ),
    Rule(
        "short-polling",
        "Consumers poll in vain",
        "Denial of service",
        "low",
        "Short polls ask only some servers, return without messages that are there, and cost as much as others.",
        f"{_SQS_GUIDE}/sqs-short-and-long-polling.html",
        _short_polling,
    ),
)
