"""The messages of a queue in pages, of which a search picks some: looked at, never received."""

from itertools import islice
from typing import Annotated, Literal

import msgspec

from emulator.control.message_filter import CHARACTERS_AT_ONCE, MessageFilter
from emulator.control.parameters import Cursor
from emulator.control.queues import QueuePath, StoredMessage, find_queue, group_locks, stored
from emulator.sns.notification import timestamp
from emulator.sqs.catching_up import Budget
from emulator.sqs.message import Message, MessageState
from emulator.sqs.queue import Queue
from emulator.timing.turns import PORTION, Work, in_turns
from emulator.world.world import World

_SHOWN_CHARACTERS = 2_000_000  # of bodies, after which a page ends
_LOOKED_AT = 100_000  # messages, after which a page ends


class MessagesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which messages to show: those that match everything that is given."""

    state: Literal["visible", "delayed", "in_flight"] | None = None
    text: str | None = None  # a part of the body, in upper or lower case
    message_id: str | None = None
    attribute: str | None = None  # its name, or name=value
    group_id: str | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class QueueMessages(msgspec.Struct):
    """A page of the messages of a queue, in order of arrival.

    ``looked_at`` is how many messages were compared with the query. A page may be short, or empty, while there are
    more: only a null ``cursor`` says that it is the last one.
    """

    now: str
    visible: int
    delayed: int
    in_flight: int
    messages: list[StoredMessage]
    looked_at: int
    cursor: str | None


async def list_messages(world: World, path: QueuePath, query: MessagesQuery) -> QueueMessages:
    """Messages of a queue in any state, page by page, looked at without receiving anything.

    Each is shown as it is when its turn comes. A page ends before ``limit`` where it gets long, or where many messages
    were looked at.
    """
    return await in_turns(_page(world, path, query))


def _page(world: World, path: QueuePath, query: MessagesQuery) -> Work[QueueMessages]:
    queue, now_of = find_queue(world, path), world.clocks.now_of
    while not queue.catch_up(now_of(path.account), Budget()):
        yield
    search = _Search(queue, query)
    while search.look():
        yield
    counts = queue.contents.counts
    return QueueMessages(
        now=timestamp(now_of(path.account)),
        visible=counts[MessageState.VISIBLE],
        delayed=counts[MessageState.DELAYED],
        in_flight=counts[MessageState.IN_FLIGHT],
        messages=search.found,
        looked_at=search.looked_at,
        cursor=search.cursor,
    )


class _Search:
    """The search for one page of a queue's messages."""

    def __init__(self, queue: Queue, query: MessagesQuery) -> None:
        self.found: list[StoredMessage] = []
        self.looked_at = 0
        self._queue = queue
        self._query = query
        self._filter = MessageFilter(query.text, query.attribute)
        self._position = int(query.cursor or 0)  # the sequence number that it has come to
        self._shown_characters = 0

    def look(self) -> bool:
        """Look at a portion of the messages. Returns whether the page goes on."""
        self._filter.begin_turn()
        portion = list(islice(self._queue.contents.messages.after(self._position), PORTION))
        for message in portion:
            self._position = message.sequence
            self.looked_at += 1
            if self._is_wanted(message):
                self.found.append(stored(message, self._queue, group_locks(self._queue, [message])))
                self._shown_characters += len(self.found[-1].body)
            if self._is_full():
                return False
            if self._filter.searched >= CHARACTERS_AT_ONCE:
                return True
        return len(portion) == PORTION

    @property
    def cursor(self) -> str | None:
        """Where the next page begins; None after the last one."""
        more = next(self._queue.contents.messages.after(self._position), None)
        return None if more is None else str(self._position)

    def _is_full(self) -> bool:
        return (
            len(self.found) >= self._query.limit
            or self._shown_characters >= _SHOWN_CHARACTERS
            or self.looked_at >= _LOOKED_AT
        )

    def _is_wanted(self, message: Message) -> bool:
        query = self._query
        return (
            (query.state is None or message.state.name.lower() == query.state)
            and query.message_id in (None, message.id)
            and query.group_id in (None, message.group_id)
            and self._filter.accepts(lambda: message.body, message.content.attributes)
        )
