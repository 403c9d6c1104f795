"""Which messages of a FIFO queue can be received, and in which order."""

from collections.abc import Callable

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_GUIDE
from emulator.conformance.cases.sqs.fifo_queue import FifoQueue

_LOGIC = f"{SQS_GUIDE}/FIFO-queues-understanding-logic.html"


def _order(
    id: str, sentence: str, source: str = RECORDED, certainty: Certainty = "recorded", *, seconds: int = 0
) -> Callable[[Callable[[Caller, bool], None]], None]:
    """Registers two cases: one changes and deletes messages one by one, the other with the batch operations."""

    def register(run: Callable[[Caller, bool], None]) -> None:
        for batch, suffix in ((False, ""), (True, "-by-batch")):
            case(f"sqs/ReceiveMessage/fifo-{id}{suffix}", sentence, source, certainty, seconds=seconds)(
                lambda aws, batch=batch: run(aws, batch)  # type: ignore[misc]
            )

    return register


# -- One group -------------------------------------------------------------------------------


@case(
    "sqs/ReceiveMessage/fifo-order",
    "Messages of a group are received in the order in which they were sent.",
    _LOGIC,
    "documented",
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3")
    queue.gives(10, "g-1", "g-2", "g-3")


@_order(
    "returned-message-is-received-alone",
    "A message that became visible again is received although later ones of its group are in flight.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3")
    queue.show("g-1")
    queue.gives(10, "g-1")
    queue.gives(10)


@_order(
    "later-message-waits-for-an-earlier-one",
    "A message that became visible again is not received while an earlier one of its group is in flight.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3")
    queue.show("g-2")
    queue.gives(10)
    queue.show("g-3")
    queue.gives(10)
    queue.show("g-1")
    queue.gives(10, "g-1", "g-2", "g-3")


@_order(
    "returned-messages-end-at-the-first-in-flight",
    "A receive takes the visible messages of a group up to the first that is in flight.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", "g-4", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3")
    queue.show("g-1", "g-2")
    queue.gives(10, "g-1", "g-2")


@_order(
    "messages-return-in-their-order",
    "Messages that become visible again in another order are received in that in which they were sent.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", "g-4", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3")
    for body in ("g-3", "g-1", "g-2"):
        queue.show(body)
    queue.gives(10, "g-1", "g-2", "g-3", "g-4")


@_order(
    "deletion-of-the-first-leaves-the-group-locked",
    "A group stays locked while any of the messages before the next one is in flight.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(2, "g-1", "g-2")
    queue.delete("g-1")
    queue.gives(10)
    queue.delete("g-2")
    queue.gives(10, "g-3")


@_order("deletion-out-of-order", "It makes no difference in which order the messages in flight are deleted.")
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", "g-4", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3")
    queue.delete("g-3", "g-1")
    queue.gives(10)
    queue.delete("g-2")
    queue.gives(10, "g-4")


@_order(
    "deletion-before-a-returned-message",
    "A message that became visible again is received once those before it are deleted, and the later ones with it.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(2, "g-1", "g-2")
    queue.show("g-2")
    queue.gives(10)
    queue.delete("g-1")
    queue.gives(10, "g-2", "g-3")


@_order(
    "deletion-behind-a-returned-message",
    "A message that became visible again is received with those after it if the ones in between are deleted.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(2, "g-1", "g-2")
    queue.delete("g-2")
    queue.show("g-1")
    queue.gives(10, "g-1", "g-3")


@_order(
    "returned-message-received-again-locks", "A returned message that was received again locks its group as before."
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(2, "g-1", "g-2")
    queue.show("g-1")
    queue.gives(1, "g-1")
    queue.show("g-2")
    queue.gives(10)
    queue.delete("g-1")
    queue.gives(10, "g-2", "g-3")


@_order("first-extended", "If the first message is hidden for longer, the others wait for it.", seconds=1)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3", VisibilityTimeout=1)
    queue.hide(600, "g-1")
    aws.wait(1.2)
    queue.gives(10)


@_order("last-extended", "If the last message is hidden for longer, those before it do not wait.", seconds=1)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", batch=batch)
    queue.gives(3, "g-1", "g-2", "g-3", VisibilityTimeout=1)
    queue.hide(600, "g-3")
    aws.wait(1.2)
    queue.gives(10, "g-1", "g-2", WaitTimeSeconds=10)


@_order("first-shortened", "If the timeout of the first message is shortened, it becomes visible alone.", seconds=1)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", batch=batch)
    queue.gives(2, "g-1", "g-2")
    queue.hide(1, "g-1")
    queue.gives(10, "g-1", WaitTimeSeconds=10)


@case(
    "sqs/ReceiveMessage/fifo-timeouts-run-out",
    "When the timeouts run out the messages come back in their order.",
    RECORDED,
    "recorded",
    seconds=1,
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "g-3", "g-4")
    queue.gives(3, "g-1", "g-2", "g-3", VisibilityTimeout=1)
    aws.wait(1.2)
    queue.gives(10, "g-1", "g-2", "g-3", "g-4", WaitTimeSeconds=10)


@case(
    "sqs/ReceiveMessage/fifo-sending-to-a-locked-group",
    "A message that is sent to a locked group waits, too.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g-1")
    queue.gives(10, "g-1")
    queue.send("g-2")
    queue.gives(10)
    queue.delete("g-1")
    queue.gives(10, "g-2")


@case(
    "sqs/ReceiveMessage/fifo-delay-of-the-queue",
    "Messages that the queue delays come in their order when the delay is over.",
    RECORDED,
    "recorded",
    seconds=2,
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", attributes={"DelaySeconds": "1"})
    aws.wait(1.5)
    queue.gives(1, "g-1", WaitTimeSeconds=10)
    queue.gives(10)
    queue.delete("g-1")
    queue.gives(10, "g-2", WaitTimeSeconds=10)


# -- Several groups --------------------------------------------------------------------------


@case(
    "sqs/ReceiveMessage/fifo-fills-from-one-group",
    "A receive takes all it can from one group before it goes on to the next.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g-1", "h-1", "g-2")
    queue.gives(2, "g-1", "g-2")


@case(
    "sqs/ReceiveMessage/fifo-locked-group-does-not-hinder-others",
    "Other groups can be received from while one is locked.",
    _LOGIC,
    "documented",
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "h-1")
    queue.gives(1, "g-1")
    queue.gives(10, "h-1")


@case(
    "sqs/ReceiveMessage/fifo-served-group-goes-behind",
    "A group that was just received from comes after the other groups.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = FifoQueue(aws, "g1-1", "g2-1", "g2-2", "g3-1", "g1-2")
    queue.gives(3, "g1-1", "g1-2", "g2-1", VisibilityTimeout=0)
    queue.gives(10, "g3-1", "g1-1", "g1-2", "g2-1", "g2-2")


@_order(
    "returned-group-goes-behind",
    "A group whose first message became visible again comes after the available groups.",
)
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "h-1", batch=batch)
    queue.gives(1, "g-1")
    queue.show("g-1")
    queue.gives(10, "h-1", "g-1")


@_order("freed-group-goes-behind", "A group whose messages in flight were deleted comes after the available groups.")
def _(aws: Caller, batch: bool) -> None:
    queue = FifoQueue(aws, "g-1", "g-2", "h-1", batch=batch)
    queue.gives(1, "g-1")
    queue.delete("g-1")
    queue.gives(10, "h-1", "g-2")
