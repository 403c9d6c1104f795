"""How many calls of endpoints may be under way, in all and of one server.

Endpoints that never answer hold their calls for fifteen seconds each. So that they cannot hold all of them, a server
gets at most a fifteenth of the calls that are still free: the first one gets 32 of them, each further one fewer, and
behind forty that hold all they get, a thirteenth of all calls is still free. A server whose answers exceed a bound
costs time with each of its calls: it gets one call at a time, and soon only one a second.

There is no I/O here and no clock: ``now`` is the time of the event loop, in seconds.
"""

from collections.abc import Iterable
from math import inf

from emulator.sns.delivery.http_target import Origin, Target

CALLS_MAX = 512
EXCESSES_AT_ONCE = 8  # of one server; beyond that, its calls are as far apart as this:
SECONDS_BETWEEN_EXCESSES = 1.0

_SHARE = 15  # a server gets one part in so many of the free calls
_SERVERS_MAX = 4_096  # of which it is remembered that their answers exceeded a bound

Server = Origin | str  # a text where the URL is none of HTTP


def server_of(url: str) -> Server:
    """The server that is called for ``url``."""
    try:
        return Target.of(url).origin
    except ValueError:
        return url


class CallLimits:
    """The calls under way."""

    def __init__(self, calls_max: int = CALLS_MAX) -> None:
        self._free = calls_max
        self._calls: dict[Server, int] = {}
        self._paid_off: dict[Server, float] = {}  # when each excess will have had its seconds

    @property
    def exhausted(self) -> bool:
        """Whether no server gets another call."""
        return self._free <= 0

    def take(self, server: Server, now: float) -> bool:
        """Begin a call; False if ``server`` gets none now."""
        calls = self._calls.get(server, 0)
        if self.exhausted or calls >= self._allowed(server, now):
            return False
        self._free -= 1
        self._calls[server] = calls + 1
        return True

    def give_back(self, server: Server) -> None:
        """End a call."""
        self._free += 1
        self._calls[server] -= 1
        if not self._calls[server]:
            del self._calls[server]

    def note_excess(self, server: Server, now: float) -> None:
        """Note that an answer of ``server`` exceeded a bound."""
        since = max(now, self._paid_off.pop(server, 0.0))
        while len(self._paid_off) >= _SERVERS_MAX:
            del self._paid_off[next(iter(self._paid_off))]
        self._paid_off[server] = since + SECONDS_BETWEEN_EXCESSES

    def next_at(self, servers: Iterable[Server], now: float) -> float:
        """When one of ``servers`` that has to pause now gets its next call; infinite if none has to pause."""
        ends = (self._paid_off.get(server, 0.0) - EXCESSES_AT_ONCE * SECONDS_BETWEEN_EXCESSES for server in servers)
        return min((end for end in ends if end > now), default=inf)

    def _allowed(self, server: Server, now: float) -> int:
        debt = self._paid_off.get(server, 0.0) - now
        if debt <= 0:
            return max(1, self._free // _SHARE)
        return 1 if debt <= EXCESSES_AT_ONCE * SECONDS_BETWEEN_EXCESSES else 0
