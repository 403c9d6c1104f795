"""Events as steps of a trace."""

from collections.abc import Iterator
from typing import Any

from emulator.control.happenings import HAPPENINGS, NAMES, Happening, fields_of
from emulator.control.trace_shapes import Step
from emulator.foundation.events import Event
from emulator.functions import events as functions
from emulator.sns import events as sns
from emulator.sns.notification import timestamp
from emulator.sqs import events as sqs
from emulator.sqs.history import Ends

# Events that leave a message where it is, and as it is.
_BESIDE = (sqs.Duplicate, functions.Invoked, functions.FunctionAnswered, functions.RejectedByFilter)


class QueueLife:
    """One message on its way through queues: the steps of its events, and those that have no event."""

    def __init__(self, ends: Ends, queue_arn: str, message_id: str, at: float) -> None:
        self.queue_arn = queue_arn  # where it is, or was last
        self.message_id = message_id  # its id there
        self._ends = ends
        self._at = at
        self._last: sqs.QueueEvent | None = None
        self._gone = False

    def steps(self, event: sqs.QueueEvent) -> Iterator[Step]:
        """The step of ``event``, after a step for the message becoming visible if that happened before."""
        if isinstance(event, _BESIDE):
            yield step_of(event)
            return
        yield from self._became_visible(event.at)
        # A message that a move task sends adds no step after the move.
        if not (isinstance(self._last, sqs.Moved) and isinstance(event, sqs.Sent)):
            yield step_of(event)
        self.follow(event)

    def follow(self, event: sqs.QueueEvent) -> None:
        """Be where ``event`` leaves the message, without its step."""
        if isinstance(event, _BESIDE):
            return
        self._last, self._at = event, event.at
        self._gone = isinstance(event, sqs.Deleted | sqs.Expired)
        self.queue_arn, self.message_id = _place_after(event)

    def rest(self, now: float) -> Iterator[Step]:
        """What has happened since the last event."""
        if self._gone:
            return
        end = self._ends.after(self.queue_arn, self._at, self._last)
        yield from self._became_visible(now if end is None else end.at)
        if end is not None:
            yield Step(timestamp(end.at), NAMES[type(end)], queue=self.queue_arn, queue_message_id=self.message_id)
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


def step_of(event: Event) -> Step:
    """``event`` as a step, with the fields that its row in ``HAPPENINGS`` names."""
    row = HAPPENINGS[type(event)]
    assert row.step is not None, f"{row.name} is no step"
    fields: dict[str, Any] = fields_of(event)
    shown = {name: fields.get(name, fields.get(_STREAM_NAMES.get(name, ""))) for name in row.step}
    if isinstance(event, sqs.Sent) and event.visible_at <= event.at:
        del shown["visible_at"]
    elif isinstance(event, sqs.Duplicate):
        shown["reason"] = duplicate_of(event.message_id, event.deduplication_id)
    return Step(fields["at"], _name(event, row), **shown)


# The fields of a step that have another name in the stream.
_STREAM_NAMES = {
    "queue_message_id": "message_id",
    "new_queue_message_id": "new_message_id",
    "destination": "endpoint",
}


def _name(event: Event, row: Happening) -> str:
    """The name of the step: the result, if the stream has a field for the result."""
    match event:
        case sns.Attempted(delivered=delivered):
            return "delivered" if delivered else "attempt_failed"
        case sns.Disturbed(disturbance=disturbance):
            return disturbance
    return row.name


def duplicate_of(message_id: str, deduplication_id: str | None) -> str:
    """Why a FIFO queue or topic did not accept a message."""
    return (
        f"a duplicate of the message {message_id}, which had the deduplication id {deduplication_id} within the last "
        "five minutes, came and was not delivered"
    )
