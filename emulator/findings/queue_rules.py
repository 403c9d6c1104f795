"""The rules about queues."""

import math
from collections.abc import Iterator
from itertools import islice

from emulator.aws.arns import Arn
from emulator.aws.limits import RETENTION_SECONDS_MAX, VISIBILITY_TIMEOUT_MAX
from emulator.findings.rule import Call, Found, Rule
from emulator.findings.scene import Scene
from emulator.sns.notification import timestamp
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue

_LOOKED_AT = 200  # messages
_STUCK_SECONDS = 60
_RECEIVES = 5  # of a queue from which nothing is ever deleted
_NEARLY = 0.9  # of the retention period
_ROOM = 1.5  # for a visibility timeout, over the longest time that was seen


def _setting(scene: Scene, queue: Queue, name: str, value: int) -> Call:
    """The call that sets an attribute of a queue."""
    identity = queue.identity
    parameters = {"QueueUrl": scene.url_of(queue), "Attributes": {name: str(value)}}
    return Call("sqs", "SetQueueAttributes", identity.account, identity.region, parameters)


def _dead_letter_queue_missing(scene: Scene, queue: Queue) -> Iterator[Found]:
    redrive = queue.attributes.redrive
    if redrive is None or scene.queue(redrive.target_arn) is not None:
        return
    arn = Arn.parse(redrive.target_arn)
    assert arn is not None, "a redrive policy has an ARN"
    parameters: dict[str, object] = {"QueueName": arn.resource}
    if arn.resource.endswith(".fifo"):
        parameters["Attributes"] = {"FifoQueue": "true"}
    yield Found(
        f"The dead-letter queue {redrive.target_arn} does not exist.",
        "Create it, or name another queue in the redrive policy.",
        Call("sqs", "CreateQueue", arn.account, arn.region, parameters),
        (redrive.target_arn,),
    )


def _dead_letter_queue_of_wrong_type(scene: Scene, queue: Queue) -> Iterator[Found]:
    redrive = queue.attributes.redrive
    target = None if redrive is None else scene.queue(redrive.target_arn)
    if target is not None and target.fifo != queue.fifo:
        wanted = "a FIFO" if queue.fifo else "a standard"
        yield Found(
            f"The dead-letter queue {target.arn} is not {wanted} queue, as this one is.",
            f"Name {wanted} queue in the redrive policy.",
            None,
            (target.arn,),
        )


def _dead_letter_queue_elsewhere(scene: Scene, queue: Queue) -> Iterator[Found]:
    redrive = queue.attributes.redrive
    target = None if redrive is None else scene.queue(redrive.target_arn)
    if target is None:
        return
    here, there = queue.identity, target.identity
    if (here.account, here.region) != (there.account, there.region):
        yield Found(
            f"The dead-letter queue is in {there.region} of account {there.account}, and this one in {here.region} of "
            f"{here.account}.",
            "Name a queue of the same account and region in the redrive policy.",
            None,
            (target.arn,),
        )


def _dead_letters_expire_first(scene: Scene, queue: Queue) -> Iterator[Found]:
    redrive = queue.attributes.redrive
    target = None if redrive is None else scene.queue(redrive.target_arn)
    if target is None or queue.fifo:
        return
    kept, wanted = target.attributes.retention_seconds, queue.attributes.retention_seconds
    if kept < wanted:
        yield Found(
            f"The dead-letter queue keeps messages for {kept} seconds, and this one for {wanted}.",
            f"Give the dead-letter queue a MessageRetentionPeriod of more than {wanted}.",
            _setting(scene, target, "MessageRetentionPeriod", RETENTION_SECONDS_MAX),
            (target.arn,),
        )


def _dead_letters_wait(scene: Scene, queue: Queue) -> Iterator[Found]:
    sources, count, identity = scene.sources.get(queue.arn, ()), queue.contents.messages.count, queue.identity
    if sources and count:
        yield Found(
            f"{_number(count, 'message')} could not be handled and went to this dead-letter queue.",
            "Look at what is wrong with them, and move them back once it is mended.",
            Call("sqs", "StartMessageMoveTask", identity.account, identity.region, {"SourceArn": queue.arn}),
            tuple(source.arn for source in sources),
        )


def _fifo_queue_is_stuck(scene: Scene, queue: Queue) -> Iterator[Found]:
    groups, waiting = queue.contents.groups, queue.contents.counts[MessageState.VISIBLE]
    if groups is None or not waiting or groups.receivable():
        return
    for message in islice(queue.contents.messages.after(0), _LOOKED_AT):
        lock = groups.lock_of(message.group_id or "") if message.state == MessageState.VISIBLE else None
        if lock is not None and _is_long_in_flight(lock, scene.now(queue.identity.account)):
            yield Found(
                f"No message can be received: {_number(waiting, 'message')} wait for messages of their group that are "
                f"in flight, as those of the group {message.group_id} wait for the message {lock.id}, which was "
                f"received {_number(lock.receive_count, 'time')} and is in flight until {timestamp(lock.visible_at)}.",
                "Delete that message once it is handled. If its consumer cannot handle it, a redrive policy moves it "
                "out of the way; more groups let others be handled meanwhile.",
            )
            return


def _is_long_in_flight(message: Message, now: float) -> bool:
    since = message.first_received_at
    return since is not None and now - since >= _STUCK_SECONDS


def _never_deletes(_: Scene, queue: Queue) -> Iterator[Found]:
    totals = queue.totals
    if totals.received >= _RECEIVES and not totals.deleted and queue.contents.messages.count:
        yield Found(
            f"Messages were received {totals.received} times, and none was ever deleted.",
            "Call DeleteMessage, with the receipt handle of the last receive, when a message is handled.",
        )


def _visibility_timeout_too_short(scene: Scene, queue: Queue) -> Iterator[Found]:
    seen = scene.observations.of_queue(queue.arn)
    if not seen.deleted_late:
        return
    timeout = queue.attributes.visibility_timeout
    wanted = min(VISIBILITY_TIMEOUT_MAX, math.ceil(seen.longest_seconds * _ROOM))
    late, longest = _number(seen.deleted_late, "message"), seen.longest_seconds
    yield Found(
        f"Deleted of late after their visibility timeout: {late}, up to {longest:.1f} seconds after the receive. "
        f"That of the queue is {timeout} seconds.",
        f"Set a VisibilityTimeout of {wanted} seconds, or extend it by ChangeMessageVisibility while a message is "
        "handled.",
        _setting(scene, queue, "VisibilityTimeout", wanted) if wanted > timeout else None,
    )


def _messages_expired(scene: Scene, queue: Queue) -> Iterator[Found]:
    expired = scene.observations.of_queue(queue.arn).expired
    if expired:
        yield Found(
            f"{_number(expired, 'message')} expired of late, not having been deleted within "
            f"{queue.attributes.retention_seconds} seconds.",
            "Check that a consumer runs, or set a longer MessageRetentionPeriod.",
            _longer_retention(scene, queue),
        )


def _messages_expire_soon(scene: Scene, queue: Queue) -> Iterator[Found]:
    oldest, retention = queue.contents.oldest_sent_at, queue.attributes.retention_seconds
    if oldest is not None and scene.now(queue.identity.account) - oldest >= _NEARLY * retention:
        yield Found(
            f"The oldest message was sent at {timestamp(oldest)} and expires at {timestamp(oldest + retention)}.",
            "Check that a consumer runs, or set a longer MessageRetentionPeriod.",
            _longer_retention(scene, queue),
        )


def _longer_retention(scene: Scene, queue: Queue) -> Call | None:
    if queue.attributes.retention_seconds == RETENTION_SECONDS_MAX:
        return None
    return _setting(scene, queue, "MessageRetentionPeriod", RETENTION_SECONDS_MAX)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


QUEUE_RULES: tuple[Rule[Queue], ...] = (
    Rule(
        "dead-letter-queue-missing",
        "error",
        "The dead-letter queue does not exist",
        "A message that is received too often stays in the queue, and is received again and again.",
        _dead_letter_queue_missing,
    ),
    Rule(
        "dead-letter-queue-type",
        "error",
        "The dead-letter queue is of another type",
        "AWS refuses such a redrive policy: the dead-letter queue of a FIFO queue is a FIFO queue, and that of a "
        "standard queue a standard queue.",
        _dead_letter_queue_of_wrong_type,
    ),
    Rule(
        "dead-letter-queue-place",
        "error",
        "The dead-letter queue is in another account or region",
        "AWS refuses such a redrive policy.",
        _dead_letter_queue_elsewhere,
    ),
    Rule(
        "dead-letters-expire-first",
        "warning",
        "The dead-letter queue keeps messages for a shorter time",
        "The retention of a standard queue's message goes on from when it was first sent, so it may expire as soon as "
        "it is in the dead-letter queue.",
        _dead_letters_expire_first,
    ),
    Rule(
        "dead-letters",
        "info",
        "There are messages in a dead-letter queue",
        "Each of them was received as often as the redrive policy allows, and not deleted.",
        _dead_letters_wait,
    ),
    Rule(
        "fifo-queue-stuck",
        "warning",
        "A FIFO queue is stuck behind messages in flight",
        "While a message is in flight, no later message of its group can be received.",
        _fifo_queue_is_stuck,
    ),
    Rule(
        "never-deletes",
        "warning",
        "Messages are received and never deleted",
        "A message that is not deleted becomes visible again when its visibility timeout ends, and is handled again.",
        _never_deletes,
    ),
    Rule(
        "visibility-timeout-too-short",
        "warning",
        "The visibility timeout is shorter than the work",
        "A message whose visibility timeout ends before it is deleted can be received, and handled, a second time.",
        _visibility_timeout_too_short,
    ),
    Rule(
        "messages-expired",
        "warning",
        "Messages expired",
        "A message that is older than the retention period of its queue is deleted without having been handled.",
        _messages_expired,
    ),
    Rule(
        "messages-expire-soon",
        "warning",
        "Messages are about to expire",
        "A message that is older than the retention period of its queue is deleted without having been handled.",
        _messages_expire_soon,
    ),
)
