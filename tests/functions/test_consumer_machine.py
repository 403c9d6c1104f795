"""Whatever the function does, each message is given to it until it is processed, or is a dead letter."""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from emulator.functions.consumer import Batch
from tests.functions.world import World, bodies
from tests.sqs.machine import MACHINE_SETTINGS

_RECEIVES = 3
_VISIBILITY = 10


class ConsumerMachine(RuleBasedStateMachine):
    """Queues of both kinds. Time goes in whole seconds; batches are concluded in any order, or much later."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Batch] = []  # that the function has
        self.sent: list[str] = []
        self.processed: set[str] = set()
        self.invoked: Counter[str] = Counter()

    @initialize(
        fifo=st.booleans(), size=st.integers(1, 4), window=st.sampled_from([0, 0, 3]), limit=st.sampled_from([None, 2])
    )
    def begin(self, fifo: bool, size: int, window: int, limit: int | None) -> None:
        self.fifo = fifo
        self.world = World(
            fifo=fifo,
            visibility=_VISIBILITY,
            receives=_RECEIVES,
            batch_size=size,
            window_seconds=0 if fifo else window,
            maximum_concurrency=limit,
        )

    @rule(groups=st.lists(st.sampled_from("ggh"), min_size=1, max_size=5))
    def send(self, groups: list[str]) -> None:
        for group in groups:
            body = f"{group}{len(self.sent)}"
            self.sent.append(body)
            self.world.send(body, group=group if self.fifo else None)

    @rule()
    def take(self) -> None:
        for batch in self.world.take():
            self.batches.append(batch)
            self.invoked.update(bodies(batch))

    @rule(number=st.integers(0, 5), failed=st.sets(st.integers(0, 3)))
    def process(self, number: int, failed: set[int]) -> None:
        if self.batches:
            batch = self.batches.pop(number % len(self.batches))
            wrong = [body for at, body in enumerate(bodies(batch)) if at in failed]
            before = self.there()
            self.world.process(batch, *wrong)
            gone = before - self.there()
            assert gone <= set(bodies(batch)) - set(wrong)
            self.processed |= gone

    def there(self) -> set[str]:
        """The bodies of the messages in both queues."""
        return {*self.world.left(), *self.world.left(self.world.dead)}

    @rule(number=st.integers(0, 5), throttled=st.booleans())
    def fail(self, number: int, throttled: bool) -> None:
        if self.batches:
            self.world.fail(self.batches.pop(number % len(self.batches)), throttled=throttled)

    @rule(seconds=st.sampled_from([1, 3, 10, 40]))
    def wait(self, seconds: int) -> None:
        self.world.now += seconds

    @invariant()
    def no_group_is_in_two_batches(self) -> None:
        if self.batches and self.fifo:
            groups = Counter(group for batch in self.batches for group in batch.groups)
            assert max(groups.values()) == 1

    @invariant()
    def limits_hold(self) -> None:
        if self.batches:
            assert all(1 <= len(batch.entries) <= self.world.mapping.batch_size for batch in self.batches)
            assert len(self.batches) <= (self.world.mapping.maximum_concurrency or len(self.batches))

    @invariant()
    def no_message_is_lost(self) -> None:
        if self.sent:
            world = self.world
            there = Counter([*world.left(), *world.left(world.dead), *self.processed])
            assert there == Counter(self.sent)

    def teardown(self) -> None:
        """In the end all messages are processed, or dead letters after they were received often enough."""
        if self.sent:
            rounds = 0
            while self.world.left():
                rounds += 1
                assert rounds < 10 * len(self.sent), self.world.left()
                self.take()
                while self.batches:
                    self.process(0, set())
                self.world.now += _VISIBILITY
            for body in self.processed:
                assert self.invoked[body]


TestConsumer = ConsumerMachine.TestCase
TestConsumer.settings = MACHINE_SETTINGS
