"""The state document as a stream, so that a great many messages do not keep other callers waiting.

The document shows one moment. All of it but the messages is encoded at once. Of the messages of each queue a snapshot
is taken, which costs nothing, and they are encoded in portions, between which the event loop serves others. A message
that changes meanwhile is copied by the snapshot first.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack

import msgspec

from emulator.sqs.queue import Queue
from emulator.sqs.snapshot import Snapshot
from emulator.state.emulated import Emulated
from emulator.state.exporting import export
from emulator.state.messages import StoredMessage, stored_message
from emulator.state.queues import StoredQueue, queue_without_messages

ROWS_AT_ONCE = 200  # messages, at most, between two turns of the event loop
_BYTES_AT_ONCE = 1 << 20  # after which a portion ends

_encode = msgspec.json.Encoder().encode

# Stands in the place of the messages of a queue. Nothing else is encoded to this: texts have no bare quotation marks,
# and sequence numbers begin with 1.
_PLACEHOLDER = StoredMessage(id="", sequence=0, body="", sender_id="", sent_at=0, visible_at=0)


async def stream(emulated: Emulated, account: str | None) -> AsyncGenerator[bytes, None]:
    """The document that ``export`` gives, as JSON in portions. It shows the state at the first portion."""
    snapshots: list[Snapshot] = []
    with ExitStack() as stack:

        def stored_queue(queue: Queue) -> StoredQueue:
            stored = queue_without_messages(queue)
            if queue.contents.messages:
                stored.messages = [_PLACEHOLDER]
                snapshots.append(stack.enter_context(queue.contents.snapshot()))
            return stored

        first, *others = _encode(export(emulated, account, stored_queue)).split(_encode(_PLACEHOLDER))
        yield first
        for snapshot, rest in zip(snapshots, others, strict=True):
            for portion in _portions(snapshot):
                yield portion
                await asyncio.sleep(0)
            yield rest


def _portions(snapshot: Snapshot) -> Iterator[bytes]:
    """The messages of a queue as the elements of a JSON list."""
    comma = b""
    while rows := snapshot.next(ROWS_AT_ONCE):
        portion = bytearray()
        for stored in [stored_message(message) for message in rows]:
            portion += comma + _encode(stored)
            comma = b","
            if len(portion) >= _BYTES_AT_ONCE:
                yield bytes(portion)
                portion.clear()
        yield bytes(portion)
