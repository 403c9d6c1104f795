"""The stack of emulator uses in this process.

Environment variables and botocore belong to the whole process, and so does a use: every thread works with the innermost
one. So uses can be nested, and cannot overlap in any other way. Fixtures of pytest can: pytest may end the fixture of a
module after one of the session has begun. Their scopes say which one is inside the other.

Others can join a use. Then it goes on until the last of them has ended, in whatever order.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from emulator.testing.account import EmulatedAccount
from emulator.testing.environment import aws_environment, change_environment, replace_default_session

if TYPE_CHECKING:
    from emulator.testing.interception import Answerer

INNERMOST = 100

_under_way: list["Use"] = []  # the innermost last
_joining = threading.Lock()


class Use:
    """Lets AWS SDKs work with ``account``, from when it is made to its ``end``, which restores the state before.

    ``answerer`` answers requests inside this process; without one, requests go to ``account.url``, also those of
    clients that were made before. ``close`` ends the emulator of the account. A use with a lower ``depth`` than others
    that are under way is put around them. ``options`` are those that its emulator was made with. RuntimeError if
    another thread has a use under way.
    """

    def __init__(
        self,
        account: EmulatedAccount,
        close: Callable[[], None],
        answerer: "Answerer | None" = None,
        depth: int = INNERMOST,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.account = account
        self.answerer = answerer
        self.options: Mapping[str, Any] = {
            **(options or {}),
            "account_id": account.account_id,
            "region": account.region,
            "server": answerer is None,
        }
        self.depth = depth
        self._close = close
        self._ends_due = 1
        self.thread = threading.get_ident()
        if _under_way and _under_way[-1].thread != self.thread:
            close()
            raise RuntimeError(
                "Another thread of this process uses an emulator already: environment variables and botocore "
                "are the same for all threads. Start one for all of them, before they start, or take part in that one "
                "with emulated_aws(join=True)."
            )
        place = next((at for at, use in enumerate(_under_way) if use.depth > self.depth), len(_under_way))
        inner = _under_way[place:]
        _leave(inner)
        _enter([self, *inner])

    def join(self) -> None:
        """Let one more ``end`` be due before it ends."""
        with _joining:
            self._ends_due += 1

    def end(self) -> None:
        """Restore the state before, if no other end is due. RuntimeError if a use inside it has not ended yet."""
        with _joining:
            if self._ends_due == 1 and _under_way[-1] is not self:
                raise RuntimeError(
                    "A use of the emulator that began later has not ended yet. End uses in the reverse order of their "
                    "beginning, or let them be the same one: emulated_aws(join=True)."
                )
            self._ends_due -= 1
            if self._ends_due:
                return
        self.withdraw()

    def withdraw(self) -> None:
        """As ``end``, but uses inside this one stay under way."""
        inner = _under_way[_under_way.index(self) + 1 :]
        _leave([self, *inner])
        _enter(inner)
        self._close()

    def take_effect(self) -> None:
        """Set the environment variables and boto3's default session. ``undo`` restores both."""
        account = self.account
        before = change_environment(aws_environment(account.account_id, account.region, account.url))
        restore_default_session = replace_default_session()

        def undo() -> None:
            change_environment(before)
            restore_default_session()

        self.undo: Callable[[], None] = undo


def innermost() -> Use | None:
    return _under_way[-1] if _under_way else None


def _enter(uses: Sequence[Use]) -> None:
    for use in uses:
        use.take_effect()
        _under_way.append(use)
    _intercept_for_innermost()


def _leave(uses: Sequence[Use]) -> None:
    """Undo ``uses``, which are the innermost ones."""
    for use in reversed(uses):
        _under_way.remove(use)
        use.undo()
    _intercept_for_innermost()


def _intercept_for_innermost() -> None:
    from emulator.testing.interception import Redirection, intercept

    if not _under_way:
        intercept(None)
        return
    use, account = _under_way[-1], _under_way[-1].account
    intercept(use.answerer or Redirection(account.url or "", account.account_id), account.account_id)
