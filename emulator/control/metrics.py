"""Metrics, as Prometheus reads them."""

from starlette.responses import Response

from emulator.control.run import Run
from emulator.turns import in_turns
from emulator.world import World

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def show_metrics(world: World, run: Run) -> Response:
    """Metrics in the text format of Prometheus.

    The numbers of one queue, and those of one topic, are of one moment.
    """
    from emulator.control.collector import exposition  # prometheus-client is imported at the first scrape

    return Response(b"".join(await in_turns(exposition(world, run.requests))), media_type=_CONTENT_TYPE)
