"""LocalStack's own endpoints, under ``/_localstack/``, in LocalStack's form.

https://docs.localstack.cloud/references/internal-endpoints/
"""

import platform
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api_shapes.operation import Service
from emulator import __version__
from emulator.configuration.values import ANY_ORIGIN
from emulator.control.refusals import BadRequestError, NotFoundError
from emulator.control.routing import json_response
from emulator.control.run import Run
from emulator.serving.health import SERVICES, LocalStackHealth, localstack_health, localstack_json, status
from emulator.serving.stages import Script, Stage
from emulator.world.world import World

_IN_DOCKER = Path("/.dockerenv")


class HealthAction(msgspec.Struct, forbid_unknown_fields=True):
    """What to do with the services."""

    action: Literal["restart", "kill"]


class StagePath(msgspec.Struct):
    """A stage, in upper or lower case."""

    stage: str


class ServicePath(msgspec.Struct):
    """A service, by its name in AWS's command line."""

    service: str


class Done(msgspec.Struct):
    """An action was carried out, or is about to be."""

    status: str = "ok"


class Init(msgspec.Struct):
    """All stages, and the init scripts of each."""

    completed: dict[Stage, bool]
    scripts: list[Script]


class InitStage(msgspec.Struct):
    """One stage, and its init scripts."""

    completed: bool
    scripts: list[Script]


class Info(msgspec.Struct):
    """What is running here."""

    version: str
    edition: str
    is_license_activated: bool
    session_id: str
    machine_id: str
    system: str
    is_docker: bool
    server_time_utc: str
    uptime: int  # seconds


def tell_localstack_health(_: World, run: Run) -> Response:
    """Whether the services are up."""
    return json_response(localstack_health(run.stages), status(run.stages), localstack_json)


def act_on_health(_: World, run: Run, body: HealthAction) -> Done:
    """Drop everything and run the init scripts again, or end the server."""
    if run.process is None:
        raise BadRequestError("$.action: this emulator runs in another program's process, and cannot end it.")
    if body.action == "kill":
        run.process.end()
    else:
        run.process.restart()
    return Done()


def tell_init(_: World, run: Run) -> Init:
    """How far the start has come, and the result of each init script."""
    return Init(run.stages.completed, run.stages.scripts)


def tell_init_stage(_: World, run: Run, path: StagePath) -> InitStage:
    """The same for one stage."""
    for stage, completed in run.stages.completed.items():
        if stage == path.stage.upper():
            return InitStage(completed, [script for script in run.stages.scripts if script.stage == stage])
    stages = ", ".join(stage.lower() for stage in run.stages.completed)
    raise NotFoundError(f"There is no stage {path.stage}; the stages are {stages}.")


def tell_info(world: World, run: Run) -> Info:
    """What is running here, and since when."""
    now = world.clocks.everyone.now()
    return Info(
        version=__version__,
        edition="community",
        is_license_activated=False,
        session_id=run.session_id,
        machine_id=f"{zlib.crc32(platform.node().encode()):08x}",
        system=platform.system().lower(),
        is_docker=_IN_DOCKER.exists(),
        server_time_utc=datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        uptime=max(0, int(now - run.started_at)),
    )


def tell_config(_: World, run: Run) -> dict[str, Any]:
    """The settings, by LocalStack's names for them."""
    settings = run.settings
    listens_on = f"{settings.host}:{settings.port}"
    return {
        "SERVICES": ",".join(SERVICES),
        "GATEWAY_LISTEN": listens_on,
        "LOCALSTACK_HOST": (settings.external_url or f"http://localhost:{settings.port}").partition("://")[2],
        "SQS_ENDPOINT_STRATEGY": "dynamic",
        "DEBUG": settings.log_level == "debug",
        "LS_LOG": settings.log_level,
        "PERSISTENCE": settings.data_dir is not None or settings.store is not None,
        "EAGER_SERVICE_LOADING": True,
        "AWS_DEFAULT_REGION": settings.region,
        "DISABLE_CORS_CHECKS": ANY_ORIGIN in settings.cors_allow_origins,
        "EXTRA_CORS_ALLOWED_ORIGINS": ",".join(settings.cors_allow_origins),
        "SQS_DELAY_PURGE_RETRY": settings.strict_timing,
        "SQS_DELAY_RECENTLY_DELETED": settings.strict_timing,
    }


class Diagnosis(msgspec.Struct):
    """The answers of the other endpoints together."""

    version: dict[str, str]
    info: Info
    health: LocalStackHealth
    init: Init
    config: dict[str, Any]


def diagnose(world: World, run: Run) -> Diagnosis:
    """The answers of the other endpoints together, for a bug report."""
    return Diagnosis(
        version={"sqs-sns-emulator": __version__, "python": platform.python_version()},
        info=tell_info(world, run),
        health=localstack_health(run.stages),
        init=tell_init(world, run),
        config=tell_config(world, run),
    )


def reset_state(world: World, request: Request) -> Done:
    """Drop everything. The body of ``request`` is ignored."""
    del request
    world.reset()
    return Done()


def reset_service(world: World, path: ServicePath, request: Request) -> Done:
    """Drop everything of one service."""
    del request
    services: dict[str, Service] = {"sqs": "sqs", "sns": "sns"}
    if path.service not in services:
        raise NotFoundError(f"There is no service {path.service} here, only {' and '.join(SERVICES)}.")
    world.reset(service=services[path.service])
    return Done()
