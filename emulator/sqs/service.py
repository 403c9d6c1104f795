"""SQS as a whole: its queues, its long polls, its move tasks, and the operations on all of them."""

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
    """The state of SQS, for a state document; each list is in order of creation."""

    queues: list[Queue]
    reserved_names: list[tuple[QueueIdentity, float]]  # of queues that were deleted recently, and when
    move_tasks: list[tuple[Queue, MoveTask]]  # and their sources


class SqsService(Part):
    """The state that the actions of SQS read and change."""

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
        """``strict_timing``: a name can be used again, and a queue purged again, only after AWS's minute.

        ``chaos_seed`` is that of new standard queues; None: they have no chaos.
        """
        self.ledger = ledger or Ledger()
        self.strict_timing = strict_timing
        self.queues = Queues(
            ids, strict_timing=strict_timing, chaos_seed=chaos_seed, observer=observer, ledger=self.ledger
        )
        self.waiting = Waiting()
        self.move_tasks = MoveTasks(self.queues, ids, self.ledger)
        self.read_recipe: RecipeReader = _read_no_recipe

    def read_recipes_by(self, read_recipe: RecipeReader) -> None:
        """Let ``read_recipe`` read the recipes of message bodies in changes that are applied from now on."""
        self.read_recipe = read_recipe

    def advance(self, now_of: NowOf, place: Place = EVERYWHERE) -> None:
        """Do everything that fell due in ``place``."""
        at_once(self.catching_up(now_of, place))

    def catching_up(self, now_of: NowOf, place: Place = EVERYWHERE) -> Work[None]:
        """As ``advance``, in portions. When it ends, everything is done that fell due by then."""
        while not self._catch_up(now_of, place, Budget()):
            yield

    def _catch_up(self, now_of: NowOf, place: Place, budget: Budget) -> bool:
        """Do what fell due in ``place``, within the budget. Returns False if something may be left."""
        account, now = "", 0.0  # of the queue before
        for queue in list(self.queues.within(place)):
            if queue.identity.account != account:
                account = queue.identity.account
                now = now_of(account)
            if queue.is_due_here(now) and not queue.catch_up(now, budget):
                return False
            if queue.exactly_once is not None and not queue.exactly_once.forget_all(now, budget):
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
        """Add the ``rows`` of a state document. Nothing is recorded here: ``state/restored.py`` does that."""
        at_once(self.entering(rows))()

    def entering(self, rows: SqsRows) -> Work[Callable[[], None]]:
        """Prepare, in portions, to add the rows. The function that this returns adds them all."""
        enter_queues = yield from self.queues.entering(rows.queues)

        def enter() -> None:
            enter_queues()
            for identity, since in rows.reserved_names:
                self.queues.reserve_name(identity, since)
            for source, task in rows.move_tasks:
                self.move_tasks.enter(source, task)

        return enter

    def apply(self, change: SqsChange) -> None:
        """Apply a recorded change, after all that were recorded before it. The ledger must not record meanwhile."""
        from emulator.sqs.replaying import apply  # needed only where changes are kept

        apply(self, change)

    def close(self) -> None:
        """Answer all waiting requests, and let none wait from now on. Called at the end of the process."""
        self.waiting.close()


def _read_no_recipe(_: object, __: Recipe | None) -> Recipe:
    """In place of a reader, until there is one: only SNS sends recipes, so without it no change has one."""
    raise TypeError("Nothing reads recipes of message bodies")
