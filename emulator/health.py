"""That the emulator is up, and what it is: asked before anything else, and by those who ask for nothing else.

So it is told without the control interface, which is imported when somebody wants more of it. Until the init scripts
have run the status is 503: to a health check "healthy" shall mean that what the scripts make is there.
"""

import msgspec
from msgspec import Struct

from emulator import __version__
from emulator.stages import Stages
from emulator.wire.http import HttpResponse

_HEAD = b"content-length: %d\r\ncontent-type: application/json\r\nvary: Origin\r\n"  # as the control interface has it
SERVICES = ("sqs", "sns")


class Health(Struct):
    status: str
    version: str
    services: dict[str, str]


class LocalStackHealth(Struct):
    """In LocalStack's form."""

    services: dict[str, str]
    edition: str
    version: str


def health(stages: Stages) -> Health:
    return Health("ok" if stages.ready else "starting", __version__, dict.fromkeys(SERVICES, "running"))


def localstack_health(stages: Stages) -> LocalStackHealth:
    """Before they are ready LocalStack's services are "available": a script of the start may wait for that."""
    state = "running" if stages.ready else "available"
    return LocalStackHealth(dict.fromkeys(SERVICES, state), "community", __version__)


def localstack_json(answer: object) -> bytes:
    """JSON with the spaces that LocalStack's has, for those who search it as text."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=0)


def status(stages: Stages) -> int:
    return 200 if stages.ready else 503


LOCALSTACK_PATHS = ("/_localstack/health", "/health")
# These are answered also where the control interface is not: health checks need not know of it.
PATHS = ("/_emulator/health", *LOCALSTACK_PATHS)


def answer(path: str, stages: Stages) -> HttpResponse:
    """The answer to a plain GET of one of ``PATHS``."""
    if path in LOCALSTACK_PATHS:
        body = localstack_json(localstack_health(stages))
    else:
        body = msgspec.json.encode(health(stages))
    return HttpResponse(status(stages), _HEAD % len(body), body)
