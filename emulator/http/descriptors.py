"""File descriptors, of which each connection takes one. When there are no more, the system drops new connections.

The event loop accepts and closes them then, and says nothing. So the last connections that get one are noticed.
"""

import asyncio
import logging
import math
import sys

logger = logging.getLogger(__name__)

_RESERVE = 4
_INTERVAL_SECONDS = 60.0


def _limit() -> float:
    if sys.platform == "win32":
        return math.inf
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return math.inf if limit == resource.RLIM_INFINITY else limit


class _Descriptors:
    def __init__(self) -> None:
        self._limit = _limit()
        self._warned_at = -math.inf

    def warn_if_scarce(self, transport: asyncio.Transport, now: float) -> None:
        """Log, once a minute, that a new connection has taken one of the last file descriptors."""
        connection = transport.get_extra_info("socket")
        if connection is None or connection.fileno() < self._limit - _RESERVE:
            return
        if now - self._warned_at >= _INTERVAL_SECONDS:
            self._warned_at = now
            logger.warning(
                "Nearly all of %d file descriptors are in use, so new connections may be dropped. "
                "A larger limit is set with ulimit -n.",
                self._limit,
            )


warn_if_scarce = _Descriptors().warn_if_scarce
