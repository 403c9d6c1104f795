"""That the emulator is up, and what it is: asked before anything else, and by those who ask for nothing else.

So it is told without the control interface, which is imported when somebody wants more of it.
"""

import msgspec
from msgspec import Struct

from emulator import __version__
from emulator.wire.http import HttpResponse

_HEAD = b"content-length: %d\r\ncontent-type: application/json\r\nvary: Origin\r\n"  # as the control interface has it
_SERVICES = ("sqs", "sns")


class Health(Struct):
    status: str
    version: str
    services: dict[str, str]


class LocalStackHealth(Struct):
    """In LocalStack's form."""

    services: dict[str, str]
    edition: str
    version: str


def health() -> Health:
    return Health("ok", __version__, dict.fromkeys(_SERVICES, "running"))


def localstack_health() -> LocalStackHealth:
    return LocalStackHealth(dict.fromkeys(_SERVICES, "running"), "community", __version__)


_BY_PATH = {"/_emulator/health": health, "/_localstack/health": localstack_health}
# These are answered also where the control interface is not: health checks need not know of it.
PATHS = tuple(_BY_PATH)


def answer(path: str) -> HttpResponse:
    """The answer to a plain GET of one of ``PATHS``."""
    body = msgspec.json.encode(_BY_PATH[path]())
    return HttpResponse(200, _HEAD % len(body), body)
