"""The uses of an emulator that are under way in this process, each upon the one before.

Environment variables and botocore belong to the whole process, and so does a use: every thread works with the
innermost. So uses may be nested, and may not overlap in any other way.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.testing.account import EmulatedAccount
from emulator.testing.environment import aws_environment, change_environment, replace_default_session

if TYPE_CHECKING:
    from emulator.testing.interception import Answerer

_under_way: list["Use"] = []  # the innermost last


class Use:
    """From its making to its ``end`` AWS's SDKs work with ``account``; then all is as before.

    ``answerer`` answers requests inside this process; without one they go out to ``account.url``, those of clients that
    were made before too. ``close`` ends what is behind the account. RuntimeError if another thread has a use under way.
    """

    def __init__(self, account: EmulatedAccount, close: Callable[[], None], answerer: "Answerer | None" = None) -> None:
        self.account = account
        self.answerer = answerer
        self._close = close
        self.thread = threading.get_ident()
        if _under_way and _under_way[-1].thread != self.thread:
            close()
            raise RuntimeError(
                "Another thread of this process uses an emulator already: environment variables and botocore "
                "are the same for all threads. Start one for all of them, before they start."
            )
        self._undo = change_environment(aws_environment(account.account_id, account.region, account.url))
        self._restore_default_session = replace_default_session()
        _under_way.append(self)
        _intercept_for_innermost()

    def end(self) -> None:
        """Put everything back. RuntimeError if a use that began later has not ended yet."""
        if _under_way[-1] is not self:
            raise RuntimeError("A use of the emulator that began later has not ended yet.")
        _under_way.pop()
        _intercept_for_innermost()
        change_environment(self._undo)
        self._restore_default_session()
        self._close()


def _intercept_for_innermost() -> None:
    from emulator.testing.interception import Redirection, intercept

    if not _under_way:
        intercept(None)
        return
    use, account = _under_way[-1], _under_way[-1].account
    intercept(use.answerer or Redirection(account.url or "", account.account_id))
