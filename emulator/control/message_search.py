"""The search for messages, wherever they are: publishes of the trace, messages sent to queues, and what queues hold."""

from collections.abc import Callable, Iterator, Mapping
from heapq import merge
from itertools import islice
from typing import Annotated

import msgspec

from emulator.aws.arns import Arn
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.place import Place
from emulator.control.attribute_values import attribute_values
from emulator.control.explanation import AttributeValue
from emulator.control.message_filter import CHARACTERS_AT_ONCE, MessageFilter
from emulator.control.parameters import Account
from emulator.sns.events import Published
from emulator.sns.notification import timestamp
from emulator.sqs.events import Sent
from emulator.sqs.message import Message
from emulator.sqs.message_content import NO_ATTRIBUTES
from emulator.sqs.queue import Queue
from emulator.timing.turns import PORTION, Work, in_turns, portions
from emulator.world.world import World

_SHOWN_CHARACTERS = 256  # of a message
_LOOKED_AT = 100_000  # messages in queues, after which a page ends
_PUBLISHES = 1_000  # as many as the trace has

_RECENT, _IN_QUEUES = "recent", "queues"  # what a cursor begins with
_SEPARATOR = "@"

SearchCursor = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(recent@[0-9]{1,18}|queues@[^@]{1,200}@[0-9]{1,18})$",
        max_length=256,
        description="That of the page before.",
    ),
]


class SearchQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which messages to return: those that match everything that is given."""

    text: str | None = None  # a part of the message, in upper or lower case
    message_id: str | None = None
    attribute: str | None = None  # its name, or name=value
    account: Account | None = None
    topic: str | None = None  # ARN; leaves out what was sent to queues
    queue: str | None = None  # ARN; leaves out what was published
    cursor: SearchCursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class FoundMessage(msgspec.Struct):
    """A message that was published, or sent to a queue. A long ``message`` is cut off.

    ``queue`` is the one that it was sent to, or is in. ``state`` is null if it is in no queue any more, and for a
    publish. Attributes of a message that was sent to a queue are known while it is there.
    """

    message_id: str
    at: str
    account: str
    topic: str | None  # ARN
    target: str | None  # phone number or endpoint ARN of a message that was published without a topic
    queue: str | None  # ARN
    state: str | None
    published_as: str | None  # id of the publish that it came from
    subject: str | None
    message: str
    message_length: int
    attributes: dict[str, AttributeValue]
    group_id: str | None


class FoundMessages(msgspec.Struct):
    """A page of messages: the newest first, and then those in queues of which no sending is known any more.

    ``looked_at`` is how many messages were compared with the query. Only a null ``cursor`` is that of
    the last page.
    """

    messages: list[FoundMessage]
    looked_at: int
    cursor: str | None


async def search_messages(world: World, query: SearchQuery) -> FoundMessages:
    """Find messages by text, id or attribute; the trace of an id that is found says what became of the message.

    A page ends before ``limit`` where many messages were looked at.
    """
    return await in_turns(_Search(world, query).page())


class _Search:
    def __init__(self, world: World, query: SearchQuery) -> None:
        self._world = world
        self._query = query
        self._filter = MessageFilter(query.text, query.attribute)
        self._found: list[FoundMessage] = []
        self._looked_at = 0
        self._offset, self._place = _read_cursor(query.cursor)

    def page(self) -> Work[FoundMessages]:
        cursor = None
        if self._query.topic is None:
            yield from self._world.sqs.catching_up(self._world.clocks.now_of, Place(self._query.account))
        recent = list(self._recent())
        known = {each.message_id for each in recent}
        if self._place is None:
            cursor = yield from self._look_at_recent(recent)
        if cursor is None and self._query.topic is None:
            cursor = yield from self._look_into_queues(known)
        return FoundMessages(self._found, self._looked_at, cursor)

    def _recent(self) -> Iterator[Published | Sent]:
        """What was published and sent, as far as it is known, the newest first."""
        query, world = self._query, self._world
        publishes: list[Published] = []
        if query.queue is None and world.has_sns:
            records = world.trace.newest(_PUBLISHES, topic_arn=query.topic, account=query.account)
            publishes = [record.published for record in reversed(records)]
        sendings = [] if query.topic is not None else world.sqs.queues.history.sendings()
        return merge(publishes, sendings, key=lambda event: -event.at)

    def _look_at_recent(self, recent: list[Published | Sent]) -> Work[str | None]:
        """Returns the cursor of the next page, if there is one of these."""
        for number, event in enumerate(recent[self._offset :], self._offset):
            if len(self._found) >= self._query.limit:
                return f"{_RECENT}{_SEPARATOR}{number}"
            self._looked_at += 1
            found = self._published(event) if isinstance(event, Published) else self._sent(event)
            if found is not None:
                self._found.append(found)
            if self._is_end_of_turn():
                yield
        return None

    def _published(self, event: Published) -> FoundMessage | None:
        if not self._is_wanted(event.message_id, lambda: event.message, event.attributes):
            return None
        return FoundMessage(
            message_id=event.message_id,
            at=timestamp(event.at),
            account=event.account,
            topic=event.topic_arn,
            target=event.target,
            queue=None,
            state=None,
            published_as=None,
            subject=event.subject,
            message=event.message[:_SHOWN_CHARACTERS],
            message_length=len(event.message),
            attributes=attribute_values(event.attributes),
            group_id=event.group_id,
        )

    def _sent(self, event: Sent) -> FoundMessage | None:
        if not self._is_place_wanted(event.queue_arn):
            return None
        queue = self._world.sqs.queues.find(event.queue_arn)
        message = None if queue is None else queue.contents.messages.get(event.sequence)
        if message is not None and message.id == event.message_id and queue is not None:
            return self._contained(queue, message)
        if not self._is_wanted(event.message_id, lambda: event.body, NO_ATTRIBUTES):
            return None
        return FoundMessage(
            message_id=event.message_id,
            at=timestamp(event.at),
            account=_account_of(event.queue_arn),
            topic=None,
            target=None,
            queue=event.queue_arn,
            state=None,
            published_as=None,
            subject=None,
            message=event.body[:_SHOWN_CHARACTERS],
            message_length=event.body_length,
            attributes={},
            group_id=event.group_id,
        )

    def _look_into_queues(self, known: set[str]) -> Work[str | None]:
        """Look at messages that are not ``known``. Returns the cursor of the next page, if there is one."""
        first, begin = self._place or ("", 0)
        query, looked_at = self._query, 0
        queues = sorted(self._world.sqs.queues.within(Place(query.account)), key=lambda queue: queue.arn)
        for some in portions(each for each in queues if each.arn >= first and query.queue in (None, each.arn)):
            for queue in some:
                position = begin if queue.arn == first else 0
                for message in self._after(queue, position):
                    if message is None:
                        yield
                        continue
                    if len(self._found) >= query.limit or looked_at >= _LOOKED_AT:
                        return _SEPARATOR.join((_IN_QUEUES, queue.arn, str(position)))
                    position = message.sequence
                    looked_at += 1
                    self._looked_at += 1
                    found = None if {message.id, message.origin} & known else self._contained(queue, message)
                    if found is not None:
                        self._found.append(found)
            yield
        return None

    def _after(self, queue: Queue, position: int) -> Iterator[Message | None]:
        """The messages after a sequence number; None stands for the end of a turn."""
        while portion := list(islice(queue.contents.messages.after(position), PORTION)):
            for message in portion:
                yield message
                position = message.sequence
                if self._filter.searched >= CHARACTERS_AT_ONCE:
                    break
            self._filter.begin_turn()
            yield None

    def _contained(self, queue: Queue, message: Message) -> FoundMessage | None:
        if not self._is_wanted(message.id, lambda: message.body, message.content.attributes):
            return None
        body = message.body
        return FoundMessage(
            message_id=message.id,
            at=timestamp(message.sent_at),
            account=queue.identity.account,
            topic=None,
            target=None,
            queue=queue.arn,
            state=message.state.name.lower(),
            published_as=message.origin,
            subject=None,
            message=body[:_SHOWN_CHARACTERS],
            message_length=len(body),
            attributes=attribute_values(message.content.attributes),
            group_id=message.group_id,
        )

    def _is_wanted(self, message_id: str, text: Callable[[], str], attributes: Mapping[str, MessageAttribute]) -> bool:
        return self._query.message_id in (None, message_id) and self._filter.accepts(text, attributes)

    def _is_place_wanted(self, queue_arn: str) -> bool:
        query = self._query
        is_queue = query.queue in (None, queue_arn)
        return is_queue and (query.account is None or query.account == _account_of(queue_arn))

    def _is_end_of_turn(self) -> bool:
        if self._looked_at % PORTION and self._filter.searched < CHARACTERS_AT_ONCE:
            return False
        self._filter.begin_turn()
        return True


def _read_cursor(cursor: str | None) -> tuple[int, tuple[str, int] | None]:
    """The number of recent messages before the page, or the queue and the sequence number that it begins after."""
    if cursor is None:
        return 0, None
    kind, _, rest = cursor.partition(_SEPARATOR)
    arn, _, number = rest.rpartition(_SEPARATOR)
    return (int(number), None) if kind == _RECENT else (0, (arn, int(number)))


def _account_of(queue_arn: str) -> str:
    arn = Arn.parse(queue_arn)
    assert arn is not None, "queues have ARNs"
    return arn.account
