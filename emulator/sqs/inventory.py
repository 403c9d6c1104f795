"""Takes stock of a queue for a message move task, in portions, as a queue may hold a great many messages."""

from collections import deque
from itertools import islice

from emulator.sqs.message import Message
from emulator.sqs.queue import Queue
from emulator.timing.turns import Work

LOOKED_AT_ONCE = 4_000  # messages, each of which costs next to nothing


class Inventory:
    """The messages of ``source``, and the queues that they came from, found while the queue goes on.

    Messages that leave the queue after they were found stay in the inventory; a task passes them over.
    """

    def __init__(self, source: Queue) -> None:
        self.messages: deque[Message] = deque()
        self.origins: dict[str | None, None] = {}  # ARNs, in the order in which they were found
        self._pages = source.contents.messages
        self._position = 0  # the sequence number that it has come to

    def is_of(self, source: Queue) -> bool:
        """Whether it is of this queue, which has not been emptied as a whole since."""
        return source.contents.messages is self._pages

    def work(self) -> Work[None]:
        """Find all messages that have not been found, a portion in each turn."""
        while portion := list(islice(self._pages.after(self._position), LOOKED_AT_ONCE)):
            self.messages.extend(portion)
            self.origins.update(dict.fromkeys(message.dead_letter_source for message in portion))
            self._position = portion[-1].sequence
            if len(portion) < LOOKED_AT_ONCE:
                break
            yield
