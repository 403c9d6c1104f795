"""The health of the emulator, as /_emulator/health and LocalStack's paths report it.

Health is often asked first, and by clients that ask nothing else, so this module does not import the control interface.
Until the store has been read and the init scripts have run the status is 503, so that "healthy" means that all queues
exist. It is also 503 while the store cannot be written.
"""

import msgspec
from msgspec import Struct

from emulator import __version__, compilation
from emulator.serving.stages import Stages
from emulator.wire.http import HttpResponse

_HEAD = b"content-length: %d\r\ncontent-type: application/json\r\nvary: Origin\r\n"  # as the control interface has it
SERVICES = ("sqs", "sns")


class Health(Struct, omit_defaults=True):
    """``control_port`` is that of the control interface, if it has a port of its own; ``reason`` is why requests are
    refused.
    """

    status: str
    version: str
    modules: compilation.Form  # in which form the compiled modules run
    services: dict[str, str]
    control_port: int | None = None
    reason: str | None = None


class LocalStackHealth(Struct):
    """Health in LocalStack's form."""

    services: dict[str, str]
    edition: str
    version: str


def health(stages: Stages, control_port: int | None = None) -> Health:
    word = "ok" if stages.ready else "starting"
    if stages.trouble is not None:
        word = "unavailable"
    services = dict.fromkeys(SERVICES, "running")
    return Health(word, __version__, compilation.form(), services, control_port, stages.trouble)


def localstack_health(stages: Stages) -> LocalStackHealth:
    """Services are "available" until the init scripts have run, as with LocalStack: a script may wait for that."""
    state = "running" if stages.ready else "available"
    return LocalStackHealth(dict.fromkeys(SERVICES, state), "community", __version__)


def localstack_json(answer: object) -> bytes:
    """JSON with the same spaces as LocalStack's, for clients that search it as text."""
    return msgspec.json.format(msgspec.json.encode(answer), indent=0)


def status(stages: Stages) -> int:
    return 200 if stages.ready and stages.trouble is None else 503


LOCALSTACK_PATHS = ("/_localstack/health", "/health")
# These are answered on the AWS port too, where the control interface is off or has a port of its own.
PATHS = ("/_emulator/health", *LOCALSTACK_PATHS)


def answer(path: str, stages: Stages, control_port: int | None) -> HttpResponse:
    """The answer to a plain GET of one of ``PATHS``."""
    if path in LOCALSTACK_PATHS:
        body = localstack_json(localstack_health(stages))
    else:
        body = msgspec.json.encode(health(stages, control_port))
    return HttpResponse(status(stages), _HEAD % len(body), body)
