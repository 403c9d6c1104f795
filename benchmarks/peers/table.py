"""The table of peers: how each is installed, and how it is started on loopback."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.process import MeasuredServer, free_port, running
from emulator.conformance.protocols import PROTOCOLS, Protocol, Service

HOMES = Path(__file__).parent.parent.parent / ".peers"

Command = tuple[str, ...]

_UV = (sys.executable, "-m", "uv")


def _packages(*wanted: str, python: str = sys.executable) -> tuple[Command, ...]:
    """The commands to make a virtual environment and install ``wanted`` there with ``uv pip install``."""
    return (
        (*_UV, "venv", "--quiet", "--clear", "--no-python-downloads", "--python", python, "{home}"),
        (*_UV, "pip", "install", "--quiet", "--python", "{home}", *wanted),
    )


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer. In commands, environment and files, {home} is its own folder, {port} the port on which it should
    listen, {at} the folder of this run, which has its files."""

    name: str
    version: str
    install: tuple[Command, ...]  # run one after another in {home}
    start: Command
    environment: Mapping[str, str] = field(default_factory=dict)
    durable: Mapping[str, str] = field(default_factory=dict)  # more environment, with which it keeps messages on disk
    files: Mapping[str, str] = field(default_factory=dict)  # written at each start
    protocols: Mapping[Service, tuple[Protocol, ...]] = field(default_factory=lambda: PROTOCOLS)  # that it documents
    tool: str | None = None  # that is needed to install it

    @property
    def durable_name(self) -> str:
        """What the peer is called while it keeps messages on disk."""
        return f"{self.name} with storage"

    @property
    def has_topics(self) -> bool:
        return "sns" in self.protocols

    @property
    def home(self) -> Path:
        return HOMES / self.name.lower()

    @property
    def is_installed(self) -> bool:
        """Whether it is installed, in the version of this table."""
        return self._stamp.exists() and self._stamp.read_text() == self.version

    @property
    def _stamp(self) -> Path:
        return self.home / ".installed"

    def note_installed(self) -> None:
        self._stamp.write_text(self.version)

    def missing(self) -> str | None:
        return None if self.is_installed else f"{self.version} is not installed (make peers)"

    @contextmanager
    def running(self, *, durable: bool = False) -> Iterator[MeasuredServer]:
        port = free_port()
        with tempfile.TemporaryDirectory() as folder:
            places = {"home": str(self.home), "port": str(port), "at": folder}
            for name, text in self.files.items():
                Path(folder, name).write_text(text.format(**places))
            command = [word.format(**places) for word in self.start]
            wanted = {**self.environment, **self.durable} if durable else self.environment
            environment = {name: value.format(**places) for name, value in wanted.items()}
            with running(command, port, environment=environment, folder=Path(folder)) as server:
                yield server


PEERS = (
    Peer(
        "moto",
        "5.2.5",
        install=_packages("moto[server]=={version}"),
        start=("{home}/bin/moto_server", "-H", "127.0.0.1", "-p", "{port}"),
    ),
    Peer(
        "ministack",
        "1.5.33",
        install=_packages("ministack=={version}"),
        # Its own command listens on every interface; the server that it installs can listen on loopback.
        start=("{home}/bin/hypercorn", "ministack.app:app", "--bind", "127.0.0.1:{port}"),
        environment={
            "GATEWAY_PORT": "{port}",
            "LOG_LEVEL": "ERROR",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        },
    ),
    Peer(
        "fauxqs",
        "2.4.1",
        tool="npm",
        # With its own Node, because it needs a newer one than many systems have.
        install=(("npm", "install", "--prefix", "{home}", "--no-audit", "--no-fund", "fauxqs@{version}", "node@22"),),
        start=("{home}/node_modules/.bin/node", "{home}/node_modules/fauxqs/dist/cli.js"),
        environment={"FAUXQS_PORT": "{port}", "FAUXQS_HOST": "127.0.0.1", "FAUXQS_LOGGER": "false"},
        protocols={"sqs": ("json",), "sns": ("query",)},
    ),
    Peer(
        "LocalStack",
        "4.14.0",  # the last release that runs without an account
        # It does not work with later releases of some of its libraries: these are from the time of its release.
        install=_packages("--exclude-newer", "2026-03-15", "localstack-core[runtime]=={version}", python="python3.13"),
        tool="python3.13",
        start=("{home}/bin/python", "-m", "localstack.runtime.main"),
        environment={
            "GATEWAY_LISTEN": "127.0.0.1:{port}",
            "SERVICES": "sqs,sns",
            "LOCALSTACK_VOLUME_DIR": "{at}",
            "DISABLE_EVENTS": "1",
            "DNS_ADDRESS": "0",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "LS_LOG": "error",
        },
    ),
    Peer(
        "ElasticMQ",
        "1.7.1",
        tool="mvn",
        install=(
            (
                "mvn",
                "--quiet",
                "--file",
                str(Path(__file__).parent / "elasticmq.xml"),
                "dependency:copy-dependencies",
                "-Delasticmq.version={version}",
                "-DoutputDirectory={home}/lib",
            ),
        ),
        start=(
            "java",
            "-cp",
            "{home}/lib/*",
            "-Drest-sqs.bind-hostname=127.0.0.1",
            "-Drest-sqs.bind-port={port}",
            "-Drest-stats.enabled=false",
            "-Dnode-address.host=127.0.0.1",
            "-Dnode-address.port={port}",
            "org.elasticmq.server.Main",
        ),
        durable={
            "JDK_JAVA_OPTIONS": "-Dmessages-storage.enabled=true -Dmessages-storage.uri=jdbc:h2:{at}/messages"
            " -Dqueues-storage.enabled=true -Dqueues-storage.path={at}/queues.conf"
        },
        protocols={"sqs": ("json", "query")},
    ),
    Peer(
        "rustack",
        "0.12.0",
        tool="cargo",
        # Without its other services, which take long to compile.
        install=(
            (
                "cargo",
                "install",
                "--quiet",
                "--root",
                "{home}",
                "--no-default-features",
                "--features",
                "sqs,sns",
                "rustack-cli@{version}",
            ),
        ),
        start=("{home}/bin/rustack",),
        environment={"GATEWAY_LISTEN": "127.0.0.1:{port}", "LOG_LEVEL": "error", "RUSTACK_SNAPSHOT_DIR": "{at}"},
        protocols={"sqs": ("json",), "sns": ("query",)},
    ),
)

# Why other emulators are not among the peers.
UNAVAILABLE = {
    "goaws": "its newest release in the Go module proxy, 0.4.5, does not speak AWS JSON",
    "sqslite": "the Go module proxy does not have it",
    "floci": "it is an image and binaries for download, and in no package registry",
}
