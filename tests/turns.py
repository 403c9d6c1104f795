"""How many turns of the event loop others get while something is done."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


async def counted(work: Awaitable[Result]) -> tuple[Result, int]:
    """The result of ``work``, and how many turns another task had until it came."""
    taken = 0

    async def count() -> None:
        nonlocal taken
        while True:
            taken += 1
            await asyncio.sleep(0)

    counting = asyncio.ensure_future(count())
    result = await work
    counting.cancel()
    return result, taken
