"""The document that holds a state: everything that the emulator's behavior depends on, or one account's part of it."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal, Protocol

from emulator.state.accounts import StoredAccount, StoredClock
from emulator.state.applications import StoredApplication
from emulator.state.deliveries import StoredDelivery
from emulator.state.move_tasks import StoredMoveTask
from emulator.state.outbox import StoredEntry
from emulator.state.part import AccountId, DocumentError, Owned, Part
from emulator.state.parts import StoredParts, owners_of_parts, renamed_parts
from emulator.state.queues import RestingName, StoredQueue
from emulator.state.renaming import Renaming
from emulator.state.sms import StoredSms
from emulator.state.subscriptions import StoredSubscription
from emulator.state.topics import StoredTopic
from emulator.timing.turns import Work, portions

VERSION: Literal[1] = 1


class _Renamed(Protocol):
    def rename(self, renaming: Renaming) -> None: ...


class State(Part, kw_only=True):
    """A state. With an ``account`` it is that account's; without one everybody's, and ``clock`` is new accounts'.

    ``completing.py`` fills in what a document leaves open.

    Lists are in order of creation, the oldest first.
    """

    version: Literal[1]
    emulator: str = ""  # the version of the emulator that wrote it
    account: AccountId | None = None
    clock: StoredClock | None = None
    accounts: list[StoredAccount] = []
    queues: list[StoredQueue] = []
    resting_names: list[RestingName] = []
    move_tasks: list[StoredMoveTask] = []
    topics: list[StoredTopic] = []
    subscriptions: list[StoredSubscription] = []
    cancelled_subscriptions: list[StoredSubscription] = []
    sms: list[StoredSms] = []
    platform_applications: list[StoredApplication] = []
    outbox: list[StoredEntry] = []
    deliveries: list[StoredDelivery] = []
    parts: StoredParts = {}

    def owned(self) -> Iterator[tuple[str, Owned]]:
        """All that belongs to an account, and where in the document it stands."""
        for name in self.__struct_fields__:
            parts = getattr(self, name)
            if isinstance(parts, list):
                yield from ((f".{name}[{number}]", part) for number, part in enumerate(parts))


def checking_owners(state: State) -> Work[None]:
    """DocumentError where a document of one account has something of another's, or is one's and everybody's."""
    if state.account is not None and state.clock is not None:
        raise DocumentError("It is either of one account, or has the clock of all", ".account")
    if state.account is not None:
        for portion in portions(state.owned()):
            for path, part in portion:
                _check_owner(state, part.owners, path)
            yield
        for path, owner in owners_of_parts(state.parts):
            _check_owner(state, (owner,), path)


def _check_owner(state: State, owners: tuple[str, ...], path: str) -> None:
    if state.account not in owners:
        raise DocumentError(f"This does not belong to {state.account}, whose document it is", path)


def making_another_accounts(state: State, account: str) -> Work[None]:
    """Put ``account`` in the place of the one whose document ``state`` is."""
    if state.account is None:
        raise DocumentError("A document of all accounts cannot become one account's", ".account")
    if state.account != account:
        renaming = Renaming(state.account, account)
        owned: Iterator[_Renamed] = (part for _, part in state.owned())
        messages = (message for queue in state.queues for message in queue.messages)
        for portion in portions(chain(owned, messages)):
            for part in portion:
                part.rename(renaming)
            yield
        state.parts = renamed_parts(state.parts, renaming)
        state.account = account
