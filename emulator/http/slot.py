"""A slot: the place of one answer among those of a connection, as ``channel`` describes it."""


class Slot:
    """The place of one answer among those of a connection."""

    __slots__ = ("begun", "keep_alive")

    def __init__(self, *, keep_alive: bool) -> None:
        self.keep_alive = keep_alive  # False: the connection ends after this answer
        self.begun = False

    @property
    def is_full(self) -> bool:
        """Whether so much of the request is waiting in memory that reading should stop for now."""
        return False

    @property
    def is_unread(self) -> bool:
        """Whether a part of the request's body has not come in yet."""
        return False

    @property
    def awaits_client(self) -> bool:
        """Whether the client is to send the rest of the body now."""
        return self.is_unread

    @property
    def has_started(self) -> bool:
        """Whether a part of the answer was written."""
        return False

    def begin(self) -> None:
        """Called once, when all answers before this one have left."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Called when the client has hung up or the connection has ended."""
