"""The emulator as a container of Testcontainers: ``with SqsSnsEmulatorContainer() as emulator``.

It needs a Docker engine and the extra ``testcontainers``, which no other module of this package imports.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self

try:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.exceptions import ContainerStartException
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        'Testcontainers is not installed: pip install "sqs-sns-emulator[testcontainers]".', name=error.name
    ) from error

from sqs_sns_emulator.packages import load

if TYPE_CHECKING:
    import os

    from emulator.testing import EmulatedAccount

PORT = 4566  # in the container
REPOSITORY = "ghcr.io/sqs-sns-emulator/sqs-sns-emulator"  # of the images of releases
HOST = "host.docker.internal"  # the machine that runs the tests, as the container sees it

_FOLDER = "/etc/emulator"  # in the container, for the files that it gets
_READY = re.compile(r'^Ready\.$|"message": "Ready\."', re.MULTILINE)  # in both formats of the log
_START_SECONDS = 60
_LOOK_EVERY_SECONDS = 0.1
_OF_FILES = {"config": "with_config", "templates": "with_template", "template_parameters": "with_template"}
# The image and this class rely on the defaults of these.
_FIXED = {"host", "port", "control_port", "no_control", "tls", "tls_port", "tls_cert", "tls_key"}


class SqsSnsEmulatorContainer(DockerContainer):
    """SQS and SNS in a container, from ``start`` to ``stop``, or for a ``with`` block.

    All that a ``DockerContainer`` has can be used with it as well, such as ``with_network`` and ``with_env``.
    """

    def __init__(self, image: str | None = None, **options: Any) -> None:
        """``image`` is by default that of the release with the version of this package.

        ``options`` are those of the emulator by their names in a configuration file: ``seed=7``,
        ``enforce_policies=True``. ValueError if there is no such option, or its value has a wrong type.
        """
        super().__init__(image or f"{REPOSITORY}:{load('emulator').__version__}")
        self._emulator_options: dict[str, Any] = {}
        self.with_exposed_ports(PORT)
        self.with_kwargs(extra_hosts={HOST: "host-gateway"})
        ready = LogMessageWaitStrategy(_READY).with_startup_timeout(_START_SECONDS)
        self.waiting_for(ready.with_poll_interval(_LOOK_EVERY_SECONDS))
        for name, value in options.items():
            self.with_option(name, value)

    def with_option(self, name: str, value: Any) -> Self:
        """Set an option of the emulator, such as ``with_option("clock_at", "2030-01-01T00:00:00Z")``."""
        if name in _FIXED:
            raise ValueError(f"{name} cannot be set: the container listens on its port {PORT}, and is asked over HTTP.")
        if name in _OF_FILES:
            raise ValueError(f"{name} would be a path in the container: use {_OF_FILES[name]}, which copies the file.")
        return self._set(name, value)

    def with_config(self, config: "str | os.PathLike[str] | Mapping[str, Any]") -> Self:
        """Start with a configuration file, or with a mapping of the same form. ValueError if there is no such file."""
        if isinstance(config, Mapping):
            return self._set("config", self._file(f"{_FOLDER}/emulator.json", json.dumps(config).encode()))
        path = _existing(config)
        return self._set("config", self._file(f"{_FOLDER}/emulator{path.suffix}", path))

    def with_template(self, template: "str | os.PathLike[str]", /, **parameters: str) -> Self:
        """Start with the queues and topics of a template of CloudFormation or SAM; can be called several times.

        The stack has the name of the file. ``parameters`` are those of all templates. ValueError if there is no such
        file, or another template has its name.
        """
        path = _existing(template)
        known = self._emulator_options.get("templates", ())
        inside = f"{_FOLDER}/templates/{path.name}"
        if inside in known:
            raise ValueError(f"There is a template {path.name} already: rename one, since stacks have these names.")
        self._set("templates", [*known, self._file(inside, path)])
        values = self._emulator_options.get("template_parameters", {})
        return self._set("template_parameters", {**values, **parameters})

    def start(self) -> Self:
        """Start the container, and return when the emulator is ready. ContainerStartException says what it logged."""
        try:
            return super().start()
        except (RuntimeError, TimeoutError) as error:
            if self._container is None:
                raise
            log = self._container.logs().decode(errors="replace")
            self.stop()
            self._container = None
            raise ContainerStartException(f"The emulator did not start. Its log:\n{log}") from error

    def get_url(self) -> str:
        """The URL of the emulator for this machine; also in the URLs of queues that are made by it."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def get_client(
        self, service: Literal["sqs", "sns", "lambda"], *, account_id: str | None = None, region: str | None = None
    ) -> Any:
        """A boto3 client that acts as an account, by default that of the emulator. Its credentials are dummies."""
        return load("emulator.testing.clients").new_client(
            service, account_id=self._account_id(account_id), region=self._region(region), endpoint=self.get_url()
        )

    def account(self, account_id: str | None = None, *, region: str | None = None) -> "EmulatedAccount":
        """An account of the emulator, by default its own: clients, clock, faults, trace, reset, and what tests expect.

        It is the same as the fixture ``emulator`` of pytest, but for functions of Lambda: a container cannot call
        handlers in this process.
        """
        url = self.get_url()
        account: EmulatedAccount = load("emulator.testing.account").EmulatedAccount(
            load("emulator.testing.control").over_http(url),
            account_id=self._account_id(account_id),
            region=self._region(region),
            url=url,
            url_of=_refuse_handler,
        )
        return account

    def _set(self, name: str, value: Any) -> Self:
        options = {**self._emulator_options, name: value}
        self.with_command(load("emulator.configuration.options").arguments(options))
        self._emulator_options = options
        return self

    def _account_id(self, given: str | None) -> str:
        default: str = load("emulator.configuration.values").DEFAULT_ACCOUNT
        return given or str(self._emulator_options.get("account_id", default))

    def _region(self, given: str | None) -> str:
        default: str = load("emulator.configuration.values").DEFAULT_REGION
        return given or str(self._emulator_options.get("region", default))

    def _file(self, inside: str, content: bytes | Path) -> str:
        """Have the container start with a file at the path ``inside``, which comes back."""
        self.with_copy_into_container(content, inside)
        return inside


def _existing(file: "str | os.PathLike[str]") -> Path:
    path = Path(file).absolute()
    if not path.is_file():
        raise ValueError(f"There is no file {file}.")
    return path


def _refuse_handler(function: Any) -> NoReturn:
    raise ValueError(
        f"The container cannot call the handler of {function.name} in this process. Serve it by HTTP on all addresses "
        f'of this machine, and give the container its URL: lambda_urls={{"{function.arn}": "http://{HOST}:PORT/"}}.'
    )
