"""Long work in turns of the event loop, so that other callers are answered in between.

Work is written as a generator that yields after each portion of it. A portion is bounded by a number of steps and
takes a few milliseconds at most. ``in_turns`` does one portion in each turn, ``at_once`` all of them.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")

Work = Generator[None, None, Result]  # yields after each portion, and returns its result
Container = dict[Any, Any] | list[Any] | deque[Any]

PORTION = 200  # items of a list that are looked at in one turn
_FREED_AT_ONCE = 1_000  # entries of a container
_FREED_NOW = 2  # times as many
_FREED_IN_A_TURN = 10

# By event loop: what is being freed in its turns.
_dropped: dict[asyncio.AbstractEventLoop, deque[Iterator[object]]] = {}
_begun: set[asyncio.Task[object]] = set()  # an event loop itself holds its tasks weakly


async def next_turn() -> None:
    """Let others have their turn of the event loop."""
    await asyncio.sleep(0)


async def in_turns(work: Work[Result]) -> Result:
    """Do one portion of ``work`` in each turn of the event loop. Returns its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
        await next_turn()


def begun(work: Work[object], result: Result) -> Coroutine[Any, Any, Result] | Result:
    """``result``, once ``work`` is done, a portion of it in each turn of the event loop.

    The work goes on where the one who waits for it is canceled. It is done now if no event loop is running.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        at_once(work)
        return result
    task = loop.create_task(in_turns(work))
    _begun.add(task)
    task.add_done_callback(_begun.discard)
    return _result_after(task, result)


async def _result_after(task: asyncio.Task[object], result: Result) -> Result:
    await asyncio.shield(task)
    return result


def at_once(work: Work[Result]) -> Result:
    """Do all of ``work`` now. Returns its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result


class CallsInTurns:
    """Calls that are made in the order in which they were added, ``at_once`` of them in a turn of the event loop."""

    __slots__ = ("_at_once", "_calls", "_loop")

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._calls: deque[Callable[[], None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None  # which makes the calls; None: there are none

    def __bool__(self) -> bool:
        """Whether calls are left."""
        return bool(self._calls)

    def add(self, calls: Iterable[Callable[[], None]], loop: asyncio.AbstractEventLoop) -> None:
        """Make these calls after the others, in turns of ``loop``."""
        self._calls.extend(calls)
        if self._calls and self._loop is not loop:
            self._loop = loop
            loop.call_soon(self._make_some, loop)

    def _make_some(self, loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(min(self._at_once, len(self._calls))):
            self._calls.popleft()()
        if self._calls:
            loop.call_soon(self._make_some, loop)
        else:
            self._loop = None


def portions(items: Iterable[Item], size: int = PORTION) -> Iterator[list[Item]]:
    """The ``items`` in lists of ``size``; the last one may be shorter."""
    left = iter(items)
    while portion := list(islice(left, size)):
        yield portion


def free(dropped: Iterator[object]) -> None:
    """Exhaust ``dropped``, an iterator that frees some memory with each step, in the next turns of the event loop.

    It is exhausted now if that takes few steps, or if no event loop is running.
    """
    for _ in range(_FREED_NOW):
        if next(dropped, dropped) is dropped:
            return
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        for _ in dropped:
            pass
        return
    waiting = _dropped.get(loop)
    if waiting is None:
        waiting = _dropped[loop] = deque()
        loop.call_soon(_free_some, loop)
    waiting.append(dropped)


def exhaust(steps: Iterator[object]) -> None:
    """Do one of these steps now, and one in each of the next turns. Without an event loop all are done now."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        for _ in steps:
            pass
    else:
        _step(loop, steps)


def _step(loop: asyncio.AbstractEventLoop, steps: Iterator[object]) -> None:
    if next(steps, steps) is not steps:
        loop.call_soon(_step, loop, steps)


def emptied(*containers: Container) -> Iterator[None]:
    """Empty each container, which is not used any more, a bounded number of entries with each step.

    The last entries of a container are left, so that a small one takes no step.
    """
    for container in containers:
        while len(container) > _FREED_AT_ONCE:
            if isinstance(container, list):
                del container[-_FREED_AT_ONCE:]
            else:
                pop = container.popitem if isinstance(container, dict) else container.pop
                for _ in range(_FREED_AT_ONCE):
                    pop()
            yield


def emptied_values(values: dict[Any, Item], containers_of: Callable[[Item], Iterable[Container]]) -> Iterator[None]:
    """As ``emptied``, of a dictionary whose values have containers of their own."""
    while values:
        for _ in range(min(PORTION, len(values))):
            yield from emptied(*containers_of(values.popitem()[1]))
        yield


def _free_some(loop: asyncio.AbstractEventLoop) -> None:
    waiting = _dropped[loop]
    for _ in range(_FREED_IN_A_TURN):
        if not waiting:
            break
        if next(waiting[0], waiting) is waiting:
            waiting.popleft()
    if waiting:
        loop.call_soon(_free_some, loop)
    else:
        del _dropped[loop]
