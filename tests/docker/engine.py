"""The docker command line, as the tests of the image use it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE_IMAGE = "python:3.13-slim"


def docker(*arguments: str, timeout: float = 60) -> str:
    """What `docker ARGUMENTS` prints; a failure raises with what it complained of."""
    done = subprocess.run(["docker", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, f"docker {' '.join(arguments)}: \n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def why_not() -> str | None:
    """Why no image can be built here, or None if one can."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    if not _succeeds("docker", "version", timeout=10):
        return "no docker engine is reachable"
    if not (_succeeds("docker", "image", "inspect", BASE_IMAGE) or _succeeds("docker", "pull", BASE_IMAGE)):
        return f"the docker engine has no {BASE_IMAGE} and cannot pull it"
    return None


def compose_command() -> list[str] | None:
    """The compose command of this machine: docker's plugin, or the program of its own."""
    if _succeeds("docker", "compose", "version"):
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    return None


@contextmanager
def running(image: str) -> Iterator[str]:
    """A container of `image` as a careful user runs it: no known user, nothing writable."""
    container = docker(
        *("run", "--detach", "--publish", "127.0.0.1::4566", "--user", "12345", "--read-only"),
        *("--health-interval", "1s", image),
    )
    try:
        yield container
    finally:
        docker("rm", "--force", container)


def await_healthy(container: str) -> None:
    """Return when the engine's own check has found the container healthy; fail if it has not within a minute."""
    events = subprocess.Popen(
        [
            *("docker", "events", "--filter", f"container={container}", "--filter", "event=health_status"),
            *("--format", "{{.Action}}", "--until", str(int(time.time()) + 60)),
            *("--since", docker("inspect", "--format", "{{.Created}}", container)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with events:
        healthy = any(line.strip() == "health_status: healthy" for line in events.stdout or ())
        events.terminate()
    assert healthy, f"not healthy:\n{docker('logs', container)}"


def _succeeds(*command: str, timeout: float = 120) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=timeout).returncode == 0
    except subprocess.TimeoutExpired:
        return False
