"""Events as steps of the trace."""

from collections.abc import Iterator

from emulator.control.trace_shapes import Step
from emulator.sns import events as sns
from emulator.sns.notification import timestamp
from emulator.sqs import events as sqs
from emulator.sqs.history import History


class QueueLife:
    """One message on its way through queues: its steps, with those that no event tells of."""

    def __init__(self, history: History, queue_arn: str, message_id: str, at: float) -> None:
        self.queue_arn = queue_arn  # where it is, or was last
        self.message_id = message_id  # which it has there
        self._history = history
        self._at = at
        self._last: sqs.QueueEvent | None = None
        self._gone = False

    def steps(self, event: sqs.QueueEvent) -> Iterator[Step]:
        """What ``event`` tells, and before it whether the message had become visible meanwhile."""
        if isinstance(event, sqs.Duplicate):
            yield queue_step(event)
            return
        yield from self._became_visible(event.at)
        # What a move task sends is no news behind the move.
        if not (isinstance(self._last, sqs.Moved) and isinstance(event, sqs.Sent)):
            yield queue_step(event)
        self._last, self._at = event, event.at
        self._gone = isinstance(event, sqs.Deleted | sqs.Expired)
        self.queue_arn, self.message_id = _place_after(event)

    def rest(self, now: float) -> Iterator[Step]:
        """What has happened since the last event."""
        if self._gone:
            return
        end = self._history.end_after(self.queue_arn, self._at, self._last)
        yield from self._became_visible(now if end is None else end.at)
        if end is not None:
            name = "purged" if isinstance(end, sqs.Purged) else "queue_deleted"
            yield Step(timestamp(end.at), name, queue=self.queue_arn, queue_message_id=self.message_id)
            self._gone = True

    def _became_visible(self, until: float) -> Iterator[Step]:
        last = self._last
        match last:
            case sqs.Sent(visible_at=visible_at) if visible_at > last.at:
                reason = "its delay was over"
            case sqs.Received(visible_at=visible_at) | sqs.VisibilityChanged(visible_at=visible_at):
                reason = "its visibility timeout was over, and it had not been deleted"
            case _:
                return
        if visible_at <= until:
            at = timestamp(visible_at)
            yield Step(at, "visible", reason=reason, queue=self.queue_arn, queue_message_id=self.message_id)


def _place_after(event: sqs.QueueEvent) -> tuple[str, str]:
    """Where the message is after ``event``, and its id there."""
    match event:
        case sqs.DeadLettered(dead_letter_queue_arn=queue_arn):
            return queue_arn, event.message_id
        case sqs.Moved(destination_arn=queue_arn, new_message_id=message_id):
            return queue_arn, message_id
    return event.queue_arn, event.message_id


def queue_step(event: sqs.QueueEvent) -> Step:
    step = Step(timestamp(event.at), "", queue=event.queue_arn, queue_message_id=event.message_id)
    match event:
        case sqs.Sent(visible_at=visible_at):
            step.event, step.visible_at = "sent", timestamp(visible_at) if visible_at > event.at else None
        case sqs.Duplicate(deduplication_id=deduplication_id):
            step.event, step.reason = "duplicate", duplicate_of(event.message_id, deduplication_id)
        case sqs.Received(receive_count=count, visible_at=visible_at):
            step.event, step.receive_count, step.visible_at = "received", count, timestamp(visible_at)
        case sqs.VisibilityChanged(visible_at=visible_at):
            step.event, step.visible_at = "visibility_changed", timestamp(visible_at)
        case sqs.Deleted():
            step.event = "deleted"
        case sqs.Expired():
            step.event = "expired"
        case sqs.DeadLettered(dead_letter_queue_arn=queue, receive_count=count):
            step.event, step.moved_to, step.receive_count = "moved_to_dead_letter_queue", queue, count
        case sqs.Moved(destination_arn=queue, new_message_id=message_id):
            step.event, step.moved_to, step.new_queue_message_id = "moved", queue, message_id
    return step


def duplicate_of(message_id: str, deduplication_id: str | None) -> str:
    """Why a FIFO queue or topic did not take a message in."""
    return (
        f"a duplicate of the message {message_id}, which had the deduplication id {deduplication_id} within the last "
        "five minutes, came and was not delivered"
    )


def delivery_step(event: sns.DeliveryEvent) -> Step:
    at = timestamp(event.at)
    match event:
        case sns.Withheld(reason=reason):
            return Step(at, "withheld", reason=reason)
        case sns.FilteredOut():
            return Step(at, "filtered_out")
        case sns.Disturbed(disturbance=disturbance, cause=cause):
            return Step(at, disturbance, fault=cause)
        case sns.Delivered(subscription=subscription, queue_message_id=message_id):
            return Step(at, "delivered", queue=subscription.endpoint, queue_message_id=message_id)
        case sns.Dispatched(endpoint=endpoint):
            return Step(at, "dispatched", destination=endpoint)
        case sns.Attempted(number=number, status=status, answer=text, delivered=delivered, next_at=next_at):
            next_attempt = None if next_at is None else timestamp(next_at)
            outcome = "delivered" if delivered else "attempt_failed"
            return Step(at, outcome, attempt=number, status=status, answer=text, next_attempt_at=next_attempt)
        case sns.Stored(entry_id=entry):
            return Step(at, "stored", outbox_entry=entry)
        case sns.Failed(reason=reason):
            return Step(at, "failed", reason=reason)
        case sns.DeadLettered(queue_arn=queue, queue_message_id=message_id):
            return Step(at, "dead_lettered", queue=queue, queue_message_id=message_id)
    raise AssertionError(f"{type(event).__name__} has no words")


def forwarding_step(event: sns.Forwarded | sns.ForwardingFailed) -> Step:
    step = Step(timestamp(event.at), "forwarded", outbox_entry=event.entry_id, destination=event.destination)
    if isinstance(event, sns.ForwardingFailed):
        step.event, step.reason = "forwarding_failed", event.reason
    return step
