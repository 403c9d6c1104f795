"""The types of the trace, as the control interface returns it."""

import msgspec

from emulator.control.explanation import Answer, AttributeValue
from emulator.control.queues import StoredMessage

SHOWN_CHARACTERS = 4_096  # of a message


class Step(msgspec.Struct, omit_defaults=True):
    """One thing that happened; what does not apply is left out."""

    at: str
    event: str
    reason: str | None = None
    queue: str | None = None  # ARN
    queue_message_id: str | None = None
    receive_count: int | None = None
    visible_at: str | None = None  # end of a delay or a visibility timeout
    moved_to: str | None = None  # ARN of a queue
    destination: str | None = None  # URL
    new_queue_message_id: str | None = None
    outbox_entry: str | None = None  # its id
    attempt: int | None = None  # from 1
    status: int | None = None  # of an HTTP answer
    answer: str | None = None  # the first characters of one, or why there was none
    next_attempt_at: str | None = None
    fault: str | None = None  # its id
    function: str | None = None  # ARN
    batch_size: int | None = None  # messages that the function got together
    result: str | None = None  # of the function


class SubscriptionTrace(msgspec.Struct):
    """What became of a message at one subscription; ``filter`` is null where it has no filter policy."""

    subscription: str  # ARN
    protocol: str
    endpoint: str
    filter: Answer | None
    steps: list[Step]


class PublishTrace(msgspec.Struct):
    """A message that was published, or sent to a queue, and what became of it.

    A long ``message`` is cut off; ``message_length`` is in characters.
    """

    message_id: str
    at: str
    account: str
    topic: str | None  # ARN
    target: str | None  # phone number or endpoint ARN of a message that was published without a topic
    queue: str | None  # ARN of the queue to which it was sent
    subject: str | None
    message: str
    message_length: int
    attributes: dict[str, AttributeValue]
    group_id: str | None
    deduplication_id: str | None
    sequence_number: str | None
    steps: list[Step]  # those that belong to no subscription
    subscriptions: list[SubscriptionTrace]
    omitted: int  # at least how many steps are no longer known
    in_queue: StoredMessage | None = None  # the message in its queue now, if it was sent to one


class PublishTraces(msgspec.Struct):
    publishes: list[PublishTrace]
