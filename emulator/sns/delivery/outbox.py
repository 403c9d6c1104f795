"""The outbox: what went to phones, mailboxes, devices, functions and streams, in the form they would have seen.

None of these exist here. What is kept is bounded; the oldest is forgotten first.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct, field

from emulator.aws.message_attribute import MessageAttribute

Kind = Literal["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"]


class Bounds(Struct, frozen=True):
    """How much is kept."""

    entries: int = 1_000
    characters: int = 8_000_000  # of all bodies, and of what was published in their place


DEFAULT_BOUNDS = Bounds()


class Entry(Struct, frozen=True):
    """What one receiver got. ``details`` is what it would have seen besides, by the name the receiver's side uses."""

    id: str
    at: float  # seconds since the epoch
    account: str  # the topic's, or else the publisher's
    region: str  # likewise
    kind: Kind
    protocol: str
    endpoint: str
    message_id: str
    body: str
    topic_arn: str | None = None
    subscription_arn: str | None = None
    subject: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    token: str | None = None  # by which the receiver can confirm the subscription
    subscribe_url: str | None = None  # likewise
    published: str | None = None  # what Publish was given for the one receiver, where it went past any topic
    structure: str | None = None  # likewise, the MessageStructure


class Outbox:
    """The entries of all accounts, the newest last."""

    def __init__(self, bounds: Bounds = DEFAULT_BOUNDS) -> None:
        self._bounds = bounds
        self._entries: deque[Entry] = deque()
        self._characters = 0
        self._last_number = 0

    def next_id(self) -> str:
        """The id for one more entry."""
        self._last_number += 1
        return str(self._last_number)

    def __iter__(self) -> Iterator[Entry]:
        """The oldest first."""
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def restore(self, entry: Entry) -> None:
        """Take in an entry as there was one elsewhere; those to come get higher numbers."""
        self._last_number = max(self._last_number, int(entry.id))
        self.store(entry)

    def store(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._characters += _characters(entry)
        while len(self._entries) > self._bounds.entries or (
            self._characters > self._bounds.characters and len(self._entries) > 1
        ):
            self._characters -= _characters(self._entries.popleft())

    def newest(self, limit: int, **wanted: str | None) -> list[Entry]:
        """Up to ``limit`` entries with the ``wanted`` values in their fields; None is any. The newest last."""
        asked = [(name, value) for name, value in wanted.items() if value is not None]
        found: list[Entry] = []
        for entry in reversed(self._entries):
            if len(found) == limit:
                break
            if all(getattr(entry, name) == value for name, value in asked):
                found.append(entry)
        return found[::-1]

    def clear(self, account: str | None = None, region: str | None = None) -> None:
        """Forget everything, or what belongs to one account, one region, or both."""
        self.remove(lambda entry: account in (None, entry.account) and region in (None, entry.region))

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """As ``clear``; and if that is everything, count entries from the beginning."""
        self.clear(account, region)
        if account is None and region is None:
            self._last_number = 0

    def remove(self, unwanted: Callable[[Entry], bool]) -> None:
        """Forget some entries."""
        self._entries = deque(entry for entry in self._entries if not unwanted(entry))
        self._characters = sum(map(_characters, self._entries))


def _characters(entry: Entry) -> int:
    return len(entry.body) + len(entry.published or "")
