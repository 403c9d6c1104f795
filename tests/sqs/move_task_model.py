"""What a move task does, in the most obvious way: it looks at all its messages at each turn."""

from dataclasses import dataclass, field

from tests.sqs.models import FifoModel, Model, ModelMessage


@dataclass
class ModelMoveTask:
    """Moves messages to ``destination``, or ``back`` to the queues whose dead letters they are."""

    source: Model
    destination: Model
    back: bool
    rate: int | None
    started_at: float
    left: list[ModelMessage]  # whose turn is to come
    moved: int = 0
    running: bool = True
    failed: bool = False
    _blocked: set[str | None] = field(default_factory=set)
    _concerned: list[Model] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._concerned = [self.source, *filter(None, map(self._destination_of, self.left))]

    def concerns(self, model: Model) -> bool:
        """Whether messages leave or come to this queue."""
        return any(model is other for other in self._concerned)

    def next_due(self) -> float:
        return self.started_at + (self.moved / self.rate if self.rate else 0)

    def advance(self, now: float) -> None:
        """Give their turn to all messages that have it until ``now``."""
        while self.running and (at := self.next_due()) <= now:
            self.source.settle(at)
            self._turn(at)
            while self.left and not self._is_there(self.left[0]):
                self.left.pop(0)
            self.running = self.running and bool(self.left)

    def _turn(self, at: float) -> None:
        while self.left:
            message = self.left.pop(0)
            if not self._is_there(message):
                continue
            if not message.visible(at) or message.group in self._blocked:
                if isinstance(self.source, FifoModel):
                    self._blocked.add(message.group)
                continue
            destination = self._destination_of(message)
            if destination is None:
                self.running, self.failed = False, True
            else:
                self.moved += 1
                self.source.withdraw(message, at)
                destination.settle(at)
                destination.send(message.body, message.group, None, at)
            return

    def _destination_of(self, message: ModelMessage) -> Model | None:
        return message.origin if self.back else self.destination

    def _is_there(self, message: ModelMessage) -> bool:
        return any(message is other for other in self.source.messages)
