"""The queues of this emulator, as topics reach them."""

from collections.abc import Callable, Collection, Iterable

from emulator.aws.arns import Arn
from emulator.aws.principals import SNS_USER_ID
from emulator.foundation.ids import Ids
from emulator.observation.elsewhere import exists_in
from emulator.sns.delivery.deliverer import Outcome, Undeliverable
from emulator.sns.delivery.queues import NO_QUEUE, Address, MessageHeader
from emulator.sqs.access import why_not_delivered
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import Message, Shared
from emulator.sqs.message_content import Content
from emulator.sqs.queues import Queues
from emulator.timing.clock import Clocks


class LocalQueues:
    """The queues of this emulator, as SNS reaches them: the ``QueueSink`` of fan-out."""

    def __init__(self, queues: Queues, clocks: Clocks, ids: Ids, *, enforce_policies: bool) -> None:
        self._queues = queues
        self._clocks = clocks
        self._ids = ids
        self._enforce_policies = enforce_policies

    def send(self, header: MessageHeader, addresses: Iterable[Address]) -> list[Outcome]:
        """For each address the id of the message in the queue."""
        queues, topic_arn, published_as = self._queues, header.topic_arn, header.published_as
        trace_header = header.trace_header
        outcomes: list[Outcome] = []
        recorded, enforced = queues.recorded, self._enforce_policies
        content: Content | None = None  # of the message before; the next one shares it if its body is the same
        before: Shared | None = None  # the message before
        account, now, ids = "", 0.0, self._ids  # those of the queue before
        for queue_arn, body, attributes in addresses:
            queue = queues.find(queue_arn)
            fifo = queue is not None and queue.fifo
            group_id, deduplication_id = header.fifo_ids if fifo else (header.group_id, None)
            if queue is None or (fifo and group_id is None):
                outcomes.append(NO_QUEUE if fifo else self._missing(queue_arn))
                continue
            if queue.identity.account != account:
                account, before = queue.identity.account, None  # no change refers to another account's message
                now, ids = self._clocks.of(account).now(), self._ids.of(account)
            refusal = why_not_delivered(queue, topic_arn, now) if enforced else None
            if refusal is not None:
                outcomes.append(Undeliverable(refusal))
                continue
            if content is None or content.source is not body or content.attributes is not attributes:
                content = Content(body, SNS_USER_ID, attributes, trace_header, published_as)
            message = Message(ids.uuid(), content, group_id, deduplication_id)
            accepted = queue.take_in(message, now, None, before)
            outcomes.append(message.id if accepted is None else accepted.message_id)
            if recorded:
                before = Shared(queue_arn, message)
        return outcomes

    def catch_up(self, reached: Callable[[], Collection[str]]) -> bool:
        """Whether the queues that a publish reaches have caught up with what fell due there."""
        if not self._queues.deep:  # the usual case
            return True
        for deep in tuple(self._queues.deep):
            due = deep.due(now := self._clocks.now_of(deep.account))
            if due:
                budget, arns = Budget(), reached()
                if not all(queue.catch_up(now, budget) for queue in due if queue.arn in arns):
                    return False
        return True

    def _missing(self, queue_arn: str) -> Undeliverable:
        """That there is no such queue, and where there is one of that name."""
        arn = Arn.parse(queue_arn)
        found = arn and exists_in(self._queues.places_of(arn.resource), (arn.account, arn.region))
        return Undeliverable(f"{NO_QUEUE.reason}; {found}") if found else NO_QUEUE
