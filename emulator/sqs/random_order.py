"""The order of a standard queue with chaos: arrival order with random changes."""

from collections.abc import Callable

from emulator.sqs.arrival_order import ArrivalOrder
from emulator.sqs.changes import ChaosSet
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.message import Message
from emulator.sqs.order import Receive
from emulator.structures.pages import Pages


class RandomOrder:
    """Delivers fewer messages than there are, some out of order, and some again."""

    renumbers_after_delay = True

    def __init__(
        self,
        arrival: ArrivalOrder,
        chaos: StandardQueueChaos,
        messages: Pages[Message],
        state: Callable[[], ChaosSet | None],
        record: Callable[[ChaosSet | None], None],
    ) -> None:
        """``state`` gives the chaos for the ledger; ``record`` is called after a receive with the state before it."""
        self.arrival = arrival
        self.chaos = chaos
        self._messages = messages
        self._state = state
        self._record = record
        self.arrive = arrival.arrive
        self.depart = arrival.depart
        self.come_back = arrival.come_back
        self.rejoin = arrival.rejoin
        self.settle = arrival.settle
        self.receivable = arrival.receivable
        self.emptied = arrival.emptied

    def serve(self, receive: Receive, now: float) -> None:
        before = self._state()
        self._serve(receive, now)
        self._record(before)

    def _serve(self, receive: Receive, now: float) -> None:
        chaos, passed_over = self.chaos, list[Message]()
        spared = receive.missing - chaos.fewer(receive.missing)  # messages that this receive does not get
        again = self._messages.get(chaos.again() or 0)
        if receive.missing > spared and again is not None:
            receive.repeat(again)
        while receive.missing > spared and (message := self.arrival.pop(now)) is not None:
            if chaos.passes_over():
                passed_over.append(message)
            else:
                self._hand_over(message, receive)
        while receive.missing > spared and passed_over:
            self._hand_over(passed_over.pop(), receive)
        for message in passed_over:
            self.arrival.put_back(message)

    def _hand_over(self, message: Message, receive: Receive) -> None:
        sequence = message.sequence
        if receive.take(message):
            self.chaos.delivered(sequence)
