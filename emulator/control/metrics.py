"""Metrics, as Prometheus reads them."""

from starlette.responses import Response

from emulator.control.run import Run
from emulator.world import World

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def show_metrics(world: World, run: Run) -> Response:
    """Metrics in the text format of Prometheus."""
    from emulator.control.collector import exposition  # prometheus-client is imported at the first scrape

    return Response(exposition(world, run.requests), media_type=_CONTENT_TYPE)
