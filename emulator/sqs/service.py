"""SQS as one thing: its queues, who waits at them, its move tasks, and what is done with all of them."""

from collections.abc import Callable

from msgspec import Struct

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Ledger
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.foundation.part import NowOf, Part
from emulator.sqs.catching_up import Budget
from emulator.sqs.changes import KINDS, SqsChange
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.message_content import Recipe, RecipeReader
from emulator.sqs.move_task import MoveTask
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from emulator.sqs.waiting import Waiting
from emulator.timing.turns import Work, at_once


class SqsRows(Struct, frozen=True):
    """What lasts of SQS, each in order of creation."""

    queues: list[Queue]
    reserved_names: list[tuple[QueueIdentity, float]]  # of queues that were deleted recently, and when
    move_tasks: list[tuple[Queue, MoveTask]]  # and their sources


class SqsService(Part):
    """What SQS actions work on."""

    service = "sqs"
    changes = KINDS

    __slots__ = ("ledger", "move_tasks", "queues", "read_recipe", "strict_timing", "waiting")

    def __init__(
        self,
        ids: Ids,
        *,
        ledger: Ledger | None = None,
        observer: Observer | None = None,
        strict_timing: bool = False,
        chaos_seed: int | None = None,
    ) -> None:
        """``strict_timing`` keeps AWS's waits of a minute; ``chaos_seed`` is of new standard queues, None: no chaos."""
        self.ledger = ledger or Ledger()
        self.strict_timing = strict_timing
        self.queues = Queues(
            ids, strict_timing=strict_timing, chaos_seed=chaos_seed, observer=observer, ledger=self.ledger
        )
        self.waiting = Waiting()
        self.move_tasks = MoveTasks(self.queues, ids, self.ledger)
        self.read_recipe: RecipeReader = _read_no_recipe

    def read_recipes_by(self, read_recipe: RecipeReader) -> None:
        """From now on bodies that are rendered are made again by ``read_recipe`` where a change has one."""
        self.read_recipe = read_recipe

    def advance(self, now_of: NowOf, place: Place = EVERYWHERE) -> None:
        """Let everything happen that fell due in ``place``."""
        at_once(self.catching_up(now_of, place))

    def catching_up(self, now_of: NowOf, place: Place = EVERYWHERE) -> Work[None]:
        """As ``advance``, in portions. When it ends, everything has happened that fell due by then."""
        while not self._catch_up(now_of, place, Budget()):
            yield

    def _catch_up(self, now_of: NowOf, place: Place, budget: Budget) -> bool:
        """Let happen what fell due in ``place``, as far as the budget goes. Returns False if something may be left."""
        account, now = "", 0.0  # of the queue before
        for queue in list(self.queues.within(place)):
            if queue.identity.account != account:
                account = queue.identity.account
                now = now_of(account)
            if queue.is_due_here(now) and not queue.catch_up(now, budget):
                return False
            if queue.fifo and queue.exactly_once is not None and not queue.exactly_once.forget_all(now, budget):
                return False
        return True

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop everything in ``place``."""
        self.queues.reset(place)

    def rows(self, account: str | None = None) -> SqsRows:
        """The queues with all that is in them, the names that are reserved, and the move tasks."""
        mine = list(self.queues.within(Place(account)))
        return SqsRows(
            mine,
            [
                (identity, since)
                for identity, since in self.queues.reserved_names()
                if account in (None, identity.account)
            ],
            [
                (queue, task)
                for queue in self.move_tasks.sources_among(mine)
                for task in reversed(self.move_tasks.known(queue))
            ],
        )

    def enter(self, rows: SqsRows) -> None:
        """Take in what was built from rows. Who built it records it (``state/restored.py``)."""
        at_once(self.entering(rows))()

    def entering(self, rows: SqsRows) -> Work[Callable[[], None]]:
        """Prepare in portions to take in the rows. The function that it returns does so."""
        enter_queues = yield from self.queues.entering(rows.queues)

        def enter() -> None:
            enter_queues()
            for identity, since in rows.reserved_names:
                self.queues.reserve_name(identity, since)
            for source, task in rows.move_tasks:
                self.move_tasks.enter(source, task)

        return enter

    def apply(self, change: SqsChange) -> None:
        """Make a change that was recorded, after all that were recorded before it. The ledger must not be kept."""
        from emulator.sqs.replaying import apply  # few who start the emulator need it

        apply(self, change)

    def close(self) -> None:
        """Answer all waiting requests, and let none wait from now on. Called at the end of the process."""
        self.waiting.close()


def _read_no_recipe(_: object, __: Recipe | None) -> Recipe:
    """Where nothing sends recipes, none is recorded."""
    raise TypeError("Nothing reads recipes of message bodies")
