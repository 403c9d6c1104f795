"""All queues, by account, region and name: how they are made, found and deleted."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import QUEUE_DELETED_SECONDS, QUEUE_NAME_LENGTH
from emulator.aws.place import EVERYWHERE, Place
from emulator.aws.sqs_errors import QueueDeletedRecently, QueueDoesNotExist, QueueNameExists
from emulator.foundation.changes import Ledger
from emulator.foundation.events import Observer
from emulator.foundation.ids import Ids
from emulator.sqs import changes
from emulator.sqs.attributes import QueueAttributes
from emulator.sqs.catching_up import DeepQueues
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.events import QueueAttributesChanged, QueueCreated
from emulator.sqs.history import History
from emulator.sqs.identity import QueueIdentity, identity_of
from emulator.sqs.queue import Queue
from emulator.timing.turns import Work, free, portions

FIFO_SUFFIX = ".fifo"

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STANDARD_NAME_RULE = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
_FIFO_NAME_RULE = (
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
    "must end with .fifo suffix and be 1 to 80 in length."
)
HANDLE_KEY_BYTES = 16

_CLOSED_AT_ONCE = 20  # queues

Scope = tuple[str, str]  # account and region


class Queues:
    """Every queue of the emulator. Queues of other accounts and regions are not listed, but can be addressed."""

    def __init__(
        self,
        ids: Ids,
        *,
        strict_timing: bool = False,
        chaos_seed: int | None = None,
        observer: Observer | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self._ids = ids
        self._observer = observer or Observer()
        self._ledger = ledger or Ledger()
        self.history = History()
        self.on_new: Callable[[], None] | None = None  # called when there are new queues
        self._strict_timing = strict_timing  # whether a name is reserved for a minute after its queue is deleted
        self._chaos_seed = chaos_seed  # of every new standard queue; None: no chaos
        self._scopes: dict[Scope, dict[str, Queue]] = {}
        self._by_arn: dict[str, Queue] = {}
        self.deep: dict[DeepQueues[Queue], None] = {}  # those that are not empty
        self._deep_in: dict[Scope, DeepQueues[Queue]] = {}
        self._sorted: dict[Scope, list[str]] = {}  # the names of queues in their order, once they were asked for
        self._reserved: dict[Scope, dict[str, float]] = {}  # names of deleted queues, and when that was

    def create(
        self, name: str, account: str, region: str, given: Mapping[str, str], tags: Mapping[str, str], now: float
    ) -> Queue:
        """A new queue, or the existing one of this name if none of the ``given`` attributes and ``tags`` differs.

        Raises AWS's error if the name or an attribute is bad, if one or a tag differs, or if the name is reserved.
        """
        fifo = given.get("FifoQueue", "false").lower() == "true"
        _check_name(name, fifo=fifo)
        existing = self._scopes.get((account, region), {}).get(name)
        if existing is not None:
            differing = existing.attributes.differing(given)
            if differing is not None:
                raise QueueNameExists(
                    "A queue already exists with the same name and a different value for attribute " + differing
                )
            if not tags.items() <= existing.tags.items():
                raise QueueNameExists("A queue already exists with the same name and different tags")
            return existing
        identity = identity_of(name, account, region)
        self._check_not_reserved(identity, now)
        attributes = QueueAttributes.create(given, fifo=fifo, region=region)
        self._check_redrive(identity, attributes, given.get("RedrivePolicy", ""))
        queue = self._new(identity, attributes, tags, self._ids.of(account).random_bytes(HANDLE_KEY_BYTES), now)
        self.enter(queue)
        if self._ledger.kept:
            self._ledger.record(changes.QueueCreated(queue.arn, attributes.values, queue.tags, now, queue.handle_key))
        if not fifo and self._chaos_seed is not None:
            queue.contents.set_chaos(StandardQueueChaos(f"{self._chaos_seed} {queue.arn}"))
        if self._observer.watched:
            self._observer.stream(QueueCreated(now, queue.arn))
        return queue

    def rebuild(
        self, identity: QueueIdentity, values: Mapping[str, str], tags: Mapping[str, str], handle_key: bytes, now: float
    ) -> Queue:
        """A queue with exactly these attributes, made ``now``. Call ``enter`` to add it here."""
        fifo = values.get("FifoQueue") == "true"
        _check_name(identity.name, fifo=fifo)
        return self._new(
            identity, QueueAttributes.restore(values, fifo=fifo, region=identity.region), tags, handle_key, now
        )

    def enter(self, queue: Queue) -> None:
        """Add ``queue``."""
        _, _, account, region = queue.identity
        queue.join(self._deep_queues(account, region))
        self._scopes.setdefault((account, region), {})[queue.identity.name] = queue
        self._sorted.pop((account, region), None)
        self._by_arn[queue.arn] = queue
        if self.on_new is not None:
            self.on_new()

    def entering(self, queues: Iterable[Queue]) -> Work[Callable[[], None]]:
        """Prepare, in portions, to add ``queues``, which are new. The function that this returns adds them all."""
        scopes: dict[Scope, dict[str, Queue]] = {}
        deep: dict[Scope, DeepQueues[Queue]] = {}
        by_arn: dict[str, Queue] = {}
        for portion in portions(queues):
            for queue in portion:
                _, _, account, region = queue.identity
                scope = account, region
                if scope not in scopes:
                    scopes[scope], deep[scope] = {}, DeepQueues(account, {})
                scopes[scope][queue.identity.name] = by_arn[queue.arn] = queue
                queue.join(deep[scope])
            yield

        def enter() -> None:
            for scope, entered in scopes.items():
                self._scopes.setdefault(scope, {}).update(entered)
                self._sorted.pop(scope, None)
                self._deep_in[scope] = deep[scope]
                deep[scope].register(self.deep)
            self._by_arn.update(by_arn)
            if self.on_new is not None:
                self.on_new()

        return enter

    def _new(
        self,
        identity: QueueIdentity,
        attributes: QueueAttributes,
        tags: Mapping[str, str],
        handle_key: bytes,
        now: float,
    ) -> Queue:
        return Queue(
            identity,
            attributes,
            tags=dict(tags),
            handle_key=handle_key,
            find_queue=self.find,
            now=now,
            observer=self._observer,
            history=self.history,
            ledger=self._ledger,
            deep=DeepQueues(identity.account, {}),  # until it is entered
        )

    def _deep_queues(self, account: str, region: str) -> DeepQueues[Queue]:
        deep = self._deep_in.get((account, region))
        if deep is None:
            deep = self._deep_in[account, region] = DeepQueues(account, self.deep)
        return deep

    def get(self, account: str, region: str, name: str) -> Queue:
        queue = self._scopes.get((account, region), {}).get(name)
        if queue is None:
            raise QueueDoesNotExist
        return queue

    @property
    def recorded(self) -> bool:
        """Whether changes of the queues are recorded."""
        return self._ledger.kept

    def find(self, queue_arn: str) -> Queue | None:
        """The queue with this ARN, in any account and region; None if it does not exist."""
        return self._by_arn.get(queue_arn)

    def places_of(self, name: str) -> list[Scope]:
        """The accounts and regions that have a queue of this name."""
        return [scope for scope, queues in self._scopes.items() if name in queues]

    def in_scope(self, account: str, region: str, prefix: str = "", after: str = "") -> Iterator[Queue]:
        """The queues of one account and region whose names begin with ``prefix`` and come after ``after``, by name."""
        queues = self._scopes.get((account, region), {})
        names = self._sorted.get((account, region))
        if names is None:
            names = self._sorted[account, region] = sorted(queues)
        first = max(bisect_left(names, prefix), bisect_right(names, after))
        for name in islice(names, first, None):
            if not name.startswith(prefix):
                break
            yield queues[name]

    def dead_letter_sources(self, target: Queue) -> list[Queue]:
        """The queues whose dead-letter queue is ``target``, by name."""
        queues = self._scopes.get((target.identity.account, target.identity.region), {}).values()
        redrives = [(queue, queue.attributes.redrive) for queue in queues]
        sources = [queue for queue, redrive in redrives if redrive is not None and redrive.target_arn == target.arn]
        return sorted(sources, key=_name_of)

    def set_attributes(self, queue: Queue, given: Mapping[str, str], now: float) -> None:
        """Change all of the ``given`` attributes. Raises AWS's error, and changes none, if one is bad."""
        attributes = queue.attributes.change(given)
        if "RedrivePolicy" in given:
            self._check_redrive(queue.identity, attributes, given["RedrivePolicy"])
        queue.set_attributes(attributes, now)
        if self._observer.watched:
            self._observer.stream(QueueAttributesChanged(now, queue.arn, sorted(given)))

    def delete(self, queue: Queue, now: float) -> None:
        queue.advance(now)
        reserved_since = now if self._strict_timing else None
        self.drop(queue, reserved_since)
        if self._ledger.kept:
            self._ledger.record(changes.QueueDeleted(queue.arn, reserved_since))
        queue.end(now)

    def drop(self, queue: Queue, reserved_since: float | None) -> None:
        """Remove ``queue``. Its name is reserved for a minute from ``reserved_since``, or (None) is free at once."""
        identity = queue.identity
        scope = identity.account, identity.region
        queues = self._scopes[scope]
        del queues[identity.name]
        del self._by_arn[queue.arn]
        self._sorted.pop(scope, None)
        if not queues:
            del self._scopes[scope]
            self._deep_in.pop(scope, None)
        if reserved_since is not None:
            self._reserved[scope] = self._reserved_names(scope, reserved_since) | {identity.name: reserved_since}

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Drop every queue in ``place``. Their names can be used again at once."""
        dropped = [scope for scope in dict.fromkeys((*self._scopes, *self._reserved)) if place.covers(*scope)]
        queues: list[Queue] = []
        for scope in dropped:
            self._reserved.pop(scope, None)
            self._sorted.pop(scope, None)
            self._deep_in.pop(scope, None)
            queues += self._scopes.pop(scope, {}).values()
        for queue in queues:
            del self._by_arn[queue.arn]
            queue.abandon()
        free(_closed(queues))
        self.history.forget(place)
        if dropped and self._ledger.kept:
            self._ledger.record(changes.QueuesReset(place.account, place.region))

    def reserved_names(self) -> list[tuple[QueueIdentity, float]]:
        """With strict timing: the identities of queues deleted within the last minute, and when."""
        return [
            (identity_of(name, account, region), since)
            for (account, region), names in self._reserved.items()
            for name, since in names.items()
        ]

    def reserve_name(self, identity: QueueIdentity, since: float) -> None:
        """Reserve the name of a queue that was deleted at ``since``."""
        self._reserved.setdefault((identity.account, identity.region), {})[identity.name] = since

    def within(self, place: Place) -> Iterator[Queue]:
        """The queues in ``place``. None may be created or deleted during the iteration."""
        for scope, queues in self._scopes.items():
            if place.covers(*scope):
                yield from queues.values()

    def __len__(self) -> int:
        return len(self._by_arn)

    def __iter__(self) -> Iterator[Queue]:
        for queues in self._scopes.values():
            yield from queues.values()

    def _check_not_reserved(self, identity: QueueIdentity, now: float) -> None:
        if identity.name in self._reserved_names((identity.account, identity.region), now):
            raise QueueDeletedRecently

    def _reserved_names(self, scope: Scope, now: float) -> dict[str, float]:
        """The names that cannot be used again yet."""
        reserved = self._reserved.get(scope, {})
        return {name: since for name, since in reserved.items() if now < since + QUEUE_DELETED_SECONDS}

    def _check_redrive(self, identity: QueueIdentity, attributes: QueueAttributes, given: str) -> None:
        """Check that the dead-letter queue exists, has the same type, account and region, and allows this source.

        ``given`` is the redrive policy as the caller wrote it, which the error shows.
        """
        redrive = attributes.redrive
        if redrive is None:
            return
        target = self.find(redrive.target_arn)
        if (
            target is None
            or (target.identity.account, target.identity.region) != (identity.account, identity.region)
        ):  # fmt: skip
            reason = "Dead letter target does not exist."
        elif target.fifo != attributes.fifo:
            reason = "Dead-letter queue must be same type of queue as the source."
        elif not target.attributes.redrive_allow.allows(identity.arn):
            reason = "The dead-letter queue's redrive allow policy does not allow this source queue."
        else:
            return
        raise InvalidParameterValue.of("RedrivePolicy", given, reason)


def _name_of(queue: Queue) -> str:
    return queue.identity.name


def _closed(queues: list[Queue]) -> Iterator[None]:
    """Close queues that are deleted, some with each step."""
    while queues:
        for _ in range(min(_CLOSED_AT_ONCE, len(queues))):
            queues.pop().close()
        yield


def _check_name(name: str, *, fifo: bool) -> None:
    stem = name.removesuffix(FIFO_SUFFIX) if fifo else name
    fits = len(name) <= QUEUE_NAME_LENGTH and _NAME.fullmatch(stem) is not None
    if fifo and not (fits and name.endswith(FIFO_SUFFIX)):
        raise InvalidParameterValue(_FIFO_NAME_RULE)
    if not fits:
        raise InvalidParameterValue(_STANDARD_NAME_RULE)
