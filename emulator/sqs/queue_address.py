"""Which queue a URL means."""

from msgspec import Struct


class QueueAddress(Struct, frozen=True):
    """The account and name in a queue URL; ``account`` is None if the URL is a bare queue name."""

    account: str | None
    name: str
