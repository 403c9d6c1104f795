"""Declared queues, made and changed by the actions of SQS."""

import json
from collections.abc import Callable, Iterable, Mapping

from api_shapes import sqs
from emulator.aws.errors import ServiceError
from emulator.declared.attributes import QUEUE_FIELDS, Value, attributes_of
from emulator.declared.calls import Caller, Calls
from emulator.declared.changes import changed, changed_tags, refused, set_together
from emulator.declared.declarations import Declarations, DeclaredQueue
from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.endpoints import queue_arn
from emulator.declared.shapes import DeadLetterQueue
from emulator.declared.wording import proposal
from emulator.sqs.attributes import ATTRIBUTES
from emulator.sqs.queues import FIFO_SUFFIX

_REDRIVE = "RedrivePolicy"


class QueueDeclarer:
    """Makes queues and changes them. What AWS refuses becomes a mistake."""

    def __init__(self, calls: Calls, declarations: Declarations, mistakes: Mistakes) -> None:
        self._calls = calls
        self._queues = calls.world.sqs.queues
        self._declared = declarations.queues
        self._mistakes = mistakes

    async def declare(self, before: Mapping[str, DeclaredQueue]) -> None:
        """Make all queues; then set redrive policies, which name other queues, and must be allowed by them."""
        new = {arn for arn, queue in self._declared.items() if await self._make(queue)}
        there = {arn: queue for arn, queue in self._declared.items() if self._queues.find(arn) is not None}
        old = {arn: before.get(arn) for arn in there if arn not in new}
        for arn, queue in there.items():
            await self._tag(queue, old.get(arn))
            await self._set(queue, old.get(arn), redrive=False)
        for arn, queue in there.items():
            await self._set(queue, old.get(arn), redrive=True)

    async def delete(self, queues: Iterable[DeclaredQueue]) -> None:
        for queue in queues:
            if self._queues.find(queue.identity.arn) is not None:
                request = sqs.DeleteQueueRequest(queue_url=queue.identity.name)
                await self._calls.perform(sqs.DELETE_QUEUE, _owner(queue), request)

    async def _make(self, queue: DeclaredQueue) -> bool:
        """Make a queue if there is none, and return whether it is new."""
        if self._queues.find(queue.identity.arn) is not None:
            return False
        name = queue.identity.name
        fifo = name.endswith(FIFO_SUFFIX) if queue.shape.fifo_queue is None else queue.shape.fifo_queue
        request = sqs.CreateQueueRequest(queue_name=name, attributes={"FifoQueue": "true"} if fifo else None)
        try:
            await self._calls.perform(sqs.CREATE_QUEUE, _owner(queue), request)
        except ServiceError as error:
            self._mistakes.add((*queue.path, "name"), refused(error))
            return False
        return True

    async def _tag(self, queue: DeclaredQueue, before: DeclaredQueue | None) -> None:
        url, owner, path = queue.identity.name, _owner(queue), (*queue.path, "tags")
        old = {} if before is None else before.shape.tags
        gone = [key for key in old if key not in queue.shape.tags]
        if gone:
            await self._calls.perform(sqs.UNTAG_QUEUE, owner, sqs.UntagQueueRequest(queue_url=url, tag_keys=gone))

        async def tag(tags: Mapping[str, str]) -> None:
            await self._calls.perform(sqs.TAG_QUEUE, owner, sqs.TagQueueRequest(queue_url=url, tags=dict(tags)))

        await set_together(tag, changed_tags(queue.shape.tags, old, path), path, self._mistakes)

    async def _set(self, queue: DeclaredQueue, before: DeclaredQueue | None, *, redrive: bool) -> None:
        """Set the redrive policy, or all attributes but that."""
        wanted = self._wanted(queue)
        old = None if before is None else self._wanted(before)
        values = {
            name: value
            for name, value in changed(wanted, old, _default(queue), queue.path).items()
            if (name == _REDRIVE) == redrive
        }

        async def set_(attributes: Mapping[str, str]) -> None:
            request = sqs.SetQueueAttributesRequest(queue_url=queue.identity.name, attributes=dict(attributes))
            await self._calls.perform(sqs.SET_QUEUE_ATTRIBUTES, _owner(queue), request)

        if not redrive or self._has_dead_letter_queue(queue):
            await set_together(set_, values, queue.path, self._mistakes)

    def _wanted(self, queue: DeclaredQueue) -> dict[str, Value]:
        wanted = attributes_of(queue.shape, QUEUE_FIELDS, queue.path)
        dead_letters = queue.shape.dead_letter_queue
        if dead_letters is not None:
            if _REDRIVE in wanted:
                text = "dead_letter_queue and redrive_policy say the same: give one of them."
                self._mistakes.add((*queue.path, "dead_letter_queue"), text, key=True)
            table = DeadLetterQueue(queue=dead_letters) if isinstance(dead_letters, str) else dead_letters
            target = queue_arn(queue.identity.arn, table.queue)
            policy = {"deadLetterTargetArn": target, "maxReceiveCount": table.max_receive_count}
            wanted[_REDRIVE] = Value(json.dumps(policy), (*queue.path, "dead_letter_queue"))
        return wanted

    def _has_dead_letter_queue(self, queue: DeclaredQueue) -> bool:
        """Whether the redrive policy can be set: false if the file names a queue that is not there."""
        dead_letters = queue.shape.dead_letter_queue
        if dead_letters is None:
            return True
        name = dead_letters if isinstance(dead_letters, str) else dead_letters.queue
        return self.has_queue(queue.identity.arn, name, (*queue.path, "dead_letter_queue"))

    def has_queue(self, beside: str, name: str, path: DocumentPath) -> bool:
        """Whether there is a queue ``name`` in the place of the resource ``beside``; if not, that is a mistake.

        For the ARN of a queue, AWS's own check decides. A declared queue that AWS refuses is one mistake already.
        """
        if name.startswith("arn:"):
            return True
        arn = queue_arn(beside, name)
        if self._queues.find(arn) is not None:
            return True
        if arn not in self._declared:
            place = arn.removesuffix(name)
            names = {each.identity.arn for each in (*self._declared.values(), *self._queues)}
            known = [each.removeprefix(place) for each in names if each.startswith(place)]
            self._mistakes.add(path, f"There is no queue {name}; {proposal(name, known)}")
        return False


def _owner(queue: DeclaredQueue) -> Caller:
    return Caller(queue.identity.account, queue.identity.region)


def _default(queue: DeclaredQueue) -> Callable[[str], str]:
    """Gives the text that sets an attribute back; an empty text removes it."""
    fifo = queue.identity.name.endswith(FIFO_SUFFIX)

    def default(name: str) -> str:
        row = ATTRIBUTES[name]
        return (row.fifo_default if fifo and row.fifo_default is not None else row.default) or ""

    return default
