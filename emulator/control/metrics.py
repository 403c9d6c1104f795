"""Metrics, as Prometheus reads them."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from emulator.control.run import Run
from emulator.timing.turns import in_turns, next_turn, portions
from emulator.world.world import World

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TEXTS_AT_ONCE = 30  # each of at most 200 queues or topics; with few of these, they are all


async def show_metrics(world: World, run: Run) -> StreamingResponse:
    """Metrics in the text format of Prometheus.

    The numbers of one queue, and those of one topic, are of one moment.
    """
    from emulator.control.collector import exposition  # prometheus-client is imported at the first scrape

    texts = await in_turns(exposition(world, run.requests))
    return StreamingResponse(_portions(texts), media_type=_CONTENT_TYPE)


async def _portions(texts: list[bytes]) -> AsyncIterator[bytes]:
    for portion in portions(texts, _TEXTS_AT_ONCE):
        yield b"".join(portion)
        await next_turn()
