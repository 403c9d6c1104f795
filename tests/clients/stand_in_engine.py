"""A stand-in for a Docker engine, for the Testcontainers libraries: it runs the emulator as a process.

It speaks as much of the engine's HTTP API as these libraries use for one container of one image, which publishes the
port 4566. A container is a process of the emulator of this repository, with the command and the variables of the
container; a folder stands for its file system, and paths of files that were copied there are changed to those in the
folder. Names such as ``host.docker.internal`` do not exist in it.
"""

import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import IO, Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from emulator.configuration import localstack
from tests import emulator_process, patience
from tests.ports import free_port

PORT = "4566/tcp"
_VERSION = "1.44"
_MADE_AT = "2026-01-01T00:00:00Z"


class Answer(NamedTuple):
    status: int
    content: Any = None  # JSON, where it is not bytes


class Container:
    """A process of the emulator, from its start to its end, and what it has logged."""

    def __init__(self, name: str, wanted: dict[str, Any], folder: Path) -> None:
        self.id = uuid4().hex * 2
        self.name = name or f"container-{self.id[:8]}"
        self.wanted = wanted  # the request that made it
        self.root = folder / self.id[:12]
        self.root.mkdir()
        self.host_port = ""
        self._process: emulator_process.Process | None = None
        self._log: list[bytes] = []  # frames, as the engine sends them
        self._streams = 0  # that are still open
        self._logged = Condition()

    def extract(self, archive: bytes, path: str) -> None:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar.getmembers():
                member.name = f"{path}/{member.name}".strip("/")
                tar.extract(member, self.root, filter="data")

    def start(self) -> None:
        self.host_port = str(free_port())
        given = dict(variable.split("=", 1) for variable in self.wanted.get("Env") or ())
        env = {**_without_options(), "GATEWAY_LISTEN": f"127.0.0.1:{self.host_port}", **given}
        command = [self._here(argument) for argument in self.wanted.get("Cmd") or ()]
        read, write = os.pipe()
        env = {name: self._here(value) for name, value in env.items()}
        self._process = emulator_process.start(*command, stderr=write, env=env, cwd=self.root)
        os.close(write)
        assert self._process.stdout is not None
        self._streams = 2
        Thread(target=self._read, args=(1, self._process.stdout), daemon=True).start()
        Thread(target=self._read, args=(2, open(read, encoding="utf-8")), daemon=True).start()  # noqa: SIM115 - there

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(patience.SECONDS)

    def wait(self) -> int:
        return 0 if self._process is None else self._process.wait(patience.SECONDS)

    def logs(self, streams: set[int], *, follow: bool) -> Iterator[bytes]:
        sent = 0
        while frames := self._logged_since(sent, wait=follow):
            sent += len(frames)
            yield from (frame for frame in frames if frame[0] in streams)

    def inspected(self) -> dict[str, Any]:
        code = None if self._process is None else self._process.poll()
        running = self._process is not None and code is None
        status = "running" if running else "created" if self._process is None else "exited"
        published = [{"HostIp": "127.0.0.1", "HostPort": self.host_port}]
        network = {"IPAddress": "127.0.0.1", "Gateway": "127.0.0.1", "NetworkID": "bridge", "Aliases": []}
        state = {"Status": status, "Running": running, "ExitCode": code or 0, "Error": "", "Pid": 1}
        return {
            "Id": self.id,
            "Name": f"/{self.name}",
            "Created": _MADE_AT,
            "Image": "sha256:0",
            "State": state | {"StartedAt": _MADE_AT, "FinishedAt": "0001-01-01T00:00:00Z"},
            "Config": {**self.wanted, "Hostname": self.id[:12], "Tty": False},
            "HostConfig": {"NetworkMode": "bridge", **self.wanted.get("HostConfig", {})},
            "NetworkSettings": {"Ports": {PORT: published} if running else {}, "Networks": {"bridge": network}},
            "Mounts": [],
        }

    def _logged_since(self, sent: int, *, wait: bool) -> list[bytes]:
        """The frames behind the first ``sent`` ones. If ``wait``, none only if no more will come."""
        with self._logged:
            self._logged.wait_for(lambda: len(self._log) > sent or not (wait and self._streams))
            return self._log[sent:]

    def _read(self, stream: int, pipe: IO[str]) -> None:
        with pipe, suppress(ValueError):  # closed by the end of the engine
            for line in pipe:
                content = line.encode()
                with self._logged:
                    self._log.append(bytes([stream, 0, 0, 0]) + len(content).to_bytes(4) + content)
                    self._logged.notify_all()
        with self._logged:
            self._streams -= 1
            self._logged.notify_all()

    def _here(self, text: str) -> str:
        """``text`` with the paths of copied files where these are on this machine."""
        for file in (path for path in self.root.rglob("*") if path.is_file()):
            text = text.replace(f"/{file.relative_to(self.root).as_posix()}", str(file))
        return text


class Engine:
    """The containers, and what can be done with them."""

    def __init__(self, image: str, folder: Path) -> None:
        self._image = image
        self._folder = folder
        self.containers: dict[str, Container] = {}
        self.created: list[dict[str, Any]] = []  # the requests

    def find(self, key: str) -> Container | None:
        return self.containers.get(key) or next((c for c in self.containers.values() if c.name == key), None)

    def image(self, name: str) -> Answer:
        if unquote(name) != self._image:
            return Answer(404, {"message": f"No such image: {unquote(name)}"})
        config = {"ExposedPorts": {PORT: {}}, "Env": [], "Labels": {}}
        tags = {"RepoTags": [self._image], "RepoDigests": [], "Created": _MADE_AT, "Size": 0}
        return Answer(200, {"Id": "sha256:0", "Config": config, "Os": "linux", "Architecture": "amd64", **tags})

    def create(self, name: str, wanted: dict[str, Any]) -> Answer:
        if wanted["Image"] != self._image:
            return self.image(wanted["Image"])
        container = Container(name, wanted, self._folder)
        self.containers[container.id] = container
        self.created.append(wanted)
        return Answer(201, {"Id": container.id, "Warnings": []})

    def remove(self, container: Container) -> None:
        container.end()
        self.containers.pop(container.id, None)

    def close(self) -> None:
        for container in list(self.containers.values()):
            self.remove(container)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    engine: Engine

    def do_HEAD(self) -> None:
        self._dispatch()

    def do_GET(self) -> None:
        self._dispatch()

    def do_POST(self) -> None:
        self._dispatch()

    def do_PUT(self) -> None:
        self._dispatch()

    def do_DELETE(self) -> None:
        self._dispatch()

    def _dispatch(self) -> None:
        for pattern, handler in _ROUTES:
            parts = urlsplit(self.path)
            if found := re.fullmatch(rf"(?:/v[\d.]+)?{pattern}", parts.path):
                self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                handler(self, **found.groupdict())
                return
        self._body()
        self.answer(404, {"message": f"The stand-in has no {self.command} {self.path}"})

    def answer(self, status: int, content: Any = None) -> None:
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Api-Version", _VERSION)
        self.send_header("OSType", "linux")
        self.send_header("Content-Type", "text/plain" if isinstance(content, bytes) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def stream(self, frames: Iterator[bytes]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.multiplexed-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # a client that has seen enough
            for frame in frames:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(frame), frame))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

    def on_container(self, act: Callable[[Container], Answer], key: str) -> None:
        container = self.engine.find(key)
        answer = Answer(404, {"message": f"No such container: {key}"}) if container is None else act(container)
        self.answer(*answer)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    # -- What can be asked ----------------------------------------------------------------

    def ping(self) -> None:
        self.answer(200, b"OK")

    def version(self) -> None:
        known = {"ApiVersion": _VERSION, "MinAPIVersion": "1.24", "Version": "25.0.0", "Os": "linux", "Arch": "amd64"}
        self.answer(200, {**known, "Platform": {"Name": "stand-in"}, "Components": []})

    def info(self) -> None:
        known = {"ID": "stand-in", "ServerVersion": "25.0.0", "OperatingSystem": "stand-in", "OSType": "linux"}
        machine = {"Architecture": "x86_64", "NCPU": 2, "MemTotal": 4 << 30, "Labels": [], "Driver": "none"}
        self.answer(200, {**known, **machine, "IndexServerAddress": "https://index.docker.io/v1/"})

    def networks(self) -> None:
        network = {"Name": "bridge", "Id": "bridge", "Driver": "bridge", "Scope": "local", "Labels": {}}
        self.answer(200, [{**network, "IPAM": {"Driver": "default", "Config": []}, "Options": {}}])

    def images(self) -> None:
        self.answer(200, [])

    def image(self, name: str) -> None:
        self.answer(*self.engine.image(name))

    def pull(self) -> None:
        self._body()
        self.answer(404, {"message": f"The stand-in pulls no image: {self.query.get('fromImage')}"})

    def create(self) -> None:
        self.answer(*self.engine.create(self.query.get("name", ""), json.loads(self._body())))

    def containers(self) -> None:
        keys = json.loads(self.query.get("filters", "{}")).get("id", [])
        self.answer(200, [container.inspected() for container in map(self.engine.find, keys) if container is not None])

    def inspect(self, key: str) -> None:
        self.on_container(lambda container: Answer(200, container.inspected()), key)

    def start_container(self, key: str) -> None:
        self._body()

        def start(container: Container) -> Answer:
            container.start()
            return Answer(204)

        self.on_container(start, key)

    def extract(self, key: str) -> None:
        archive = self._body()

        def extract(container: Container) -> Answer:
            container.extract(archive, self.query["path"])
            return Answer(200)

        self.on_container(extract, key)

    def end(self, key: str) -> None:
        self._body()

        def end(container: Container) -> Answer:
            container.end()
            return Answer(204)

        self.on_container(end, key)

    def wait(self, key: str) -> None:
        self._body()
        self.on_container(lambda container: Answer(200, {"StatusCode": container.wait()}), key)

    def remove(self, key: str) -> None:
        def remove(container: Container) -> Answer:
            self.engine.remove(container)
            return Answer(204)

        self.on_container(remove, key)

    def logs(self, key: str) -> None:
        container = self.engine.find(key)
        if container is None:
            self.answer(404, {"message": f"No such container: {key}"})
            return
        streams = {number for number, name in ((1, "stdout"), (2, "stderr")) if self._given(name)}
        self.stream(container.logs(streams, follow=self._given("follow")))

    def _given(self, flag: str) -> bool:
        return self.query.get(flag, "0").lower() in ("1", "true")


_CONTAINER = r"/containers/(?P<key>[\w.-]+)"
_ROUTES: tuple[tuple[str, Callable[..., None]], ...] = (
    (r"/_ping", _Request.ping),
    (r"/version", _Request.version),
    (r"/info", _Request.info),
    (r"/networks", _Request.networks),
    (r"/images/json", _Request.images),
    (r"/images/create", _Request.pull),
    (r"/images/(?P<name>.+)/json", _Request.image),
    (r"/containers/create", _Request.create),
    (r"/containers/json", _Request.containers),
    (rf"{_CONTAINER}/json", _Request.inspect),
    (rf"{_CONTAINER}/start", _Request.start_container),
    (rf"{_CONTAINER}/archive", _Request.extract),
    (rf"{_CONTAINER}/logs", _Request.logs),
    (rf"{_CONTAINER}/(?:stop|kill)", _Request.end),
    (rf"{_CONTAINER}/wait", _Request.wait),
    (_CONTAINER, _Request.remove),
)


def _without_options() -> dict[str, str]:
    """This process's environment without options of an emulator, which are meant for others."""
    ours = ("EMULATOR_", localstack.PREFIX, "AWS_")
    return {
        name: value for name, value in os.environ.items() if name not in localstack.NAMES and not name.startswith(ours)
    }


@contextmanager
def engine(image: str, folder: Path) -> Iterator[tuple[Engine, dict[str, str]]]:
    """An engine that has ``image``, and the variables by which libraries find it."""
    made = Engine(image, folder)
    request = type("Request", (_Request,), {"engine": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), request) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield (
                made,
                {
                    "DOCKER_HOST": f"tcp://127.0.0.1:{server.server_port}",
                    "TESTCONTAINERS_RYUK_DISABLED": "true",
                    "TESTCONTAINERS_CHECKS_DISABLE": "true",
                },
            )
        finally:
            made.close()
            server.shutdown()
