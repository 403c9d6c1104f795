"""``emulated_aws``: an emulator for a block of code, a function or a test class.

Uses can be nested: the inner one starts empty, and after it the outer one is as before; or it joins the outer one, and
goes on with what is there. They cannot overlap in any other way, because environment variables and botocore belong to
the whole process. All threads share the current use.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, TypeVar, Unpack, overload

from emulator.configuration.values import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.testing.account import EmulatedAccount
from emulator.testing.control import Fetch, over_http
from emulator.testing.declaring import Config, Files, Infrastructure
from emulator.testing.decoration import decorate
from emulator.testing.handlers import Function, Handler
from emulator.testing.options import (
    ServerOptions,
    arguments,
    check_in_process,
    region_of_environment,
    settings,
)
from emulator.testing.real_time import genuine_datetime
from emulator.testing.server_process import ServerProcess
from emulator.testing.use import Use, innermost

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class EmulatedAws(AbstractContextManager[EmulatedAccount, None]):
    """A use of the emulator, from ``start`` to ``stop``. It can be started again, and is empty each time."""

    def __init__(
        self,
        *,
        join: bool = False,
        server: bool = False,
        account_id: str,
        region: str | None = None,
        config: Config | None = None,
        templates: Files = (),
        template_parameters: Mapping[str, str] | None = None,
        terraform_plans: Files = (),
        functions: Mapping[str, Handler] | None = None,
        **options: Unpack[ServerOptions],
    ) -> None:
        settings(options, account_id=account_id, region=DEFAULT_REGION if region is None else region)
        if not server:
            check_in_process(options)
        self._join = join
        self._server = server
        self._account_id = account_id
        self._region = region
        self._config = config
        self._functions = dict(functions or {})
        self._infrastructure: Infrastructure = {
            "templates": templates,
            "template_parameters": template_parameters or {},
            "terraform_plans": terraform_plans,
        }
        self._options = options
        self._uses: list[Use] = []

    def start(self) -> EmulatedAccount:
        """Begin the use, as entering a ``with`` block does."""
        outer = innermost() if self._join else None
        use = self._use_of_its_own() if outer is None else self._joined(outer)
        try:
            for name, handler in self._functions.items():
                use.account.function(name, handler)
            if self._config is not None or any(self._infrastructure.values()):
                use.account.declare(self._config, **self._infrastructure)
        except BaseException:
            use.end()
            raise
        self._uses.append(use)
        return use.account

    def stop(self) -> None:
        """End the use, as leaving a ``with`` block does. RuntimeError if there is none, or a later one goes on."""
        if not self._uses:
            raise RuntimeError(
                "This emulated_aws was not started, or has ended already: keep what emulated_aws() returns, and call "
                "start and stop of the same object."
            )
        self._uses[-1].end()
        self._uses.pop()

    def _use_of_its_own(self) -> Use:
        region = region_of_environment() if self._region is None else self._region
        return self._use_of_server(region) if self._server else self._use_in_process(region)

    def _joined(self, use: Use) -> Use:
        """``use``, with one more ``end`` due. Raises ValueError if it was made with other options than are given."""
        for name, value in self._given().items():
            if use.options.get(name) != value:
                raise ValueError(
                    f"{name}={value!r} is not what the use of the emulator has that emulated_aws(join=True) is inside: "
                    "give it there, or leave out join for an emulator of its own."
                )
        use.join()
        return use

    def _given(self) -> Mapping[str, Any]:
        """The options that differ from their defaults."""
        account_id = None if self._account_id == DEFAULT_ACCOUNT else self._account_id
        every = {**self._options, "account_id": account_id, "region": self._region, "server": self._server or None}
        return {name: value for name, value in every.items() if value is not None and value is not False}

    def _use_in_process(self, region: str) -> Use:
        with genuine_datetime():
            from emulator.testing.in_process import InProcessEmulator

        emulator = InProcessEmulator(settings(self._options, account_id=self._account_id, region=region))
        account = self._account(emulator.fetch, region, None, emulator.url_of)
        return Use(account, emulator.close, emulator, options=self._given())

    def _use_of_server(self, region: str) -> Use:
        server = ServerProcess("--account-id", self._account_id, "--region", region, *arguments(self._options))
        return Use(self._account(over_http(server.url), region, server.url), server.close, options=self._given())

    def _account(
        self, fetch: Fetch, region: str, url: str | None, url_of: Callable[[Function], str] | None = None
    ) -> EmulatedAccount:
        return EmulatedAccount(fetch, account_id=self._account_id, region=region, url=url, url_of=url_of)

    def __enter__(self) -> EmulatedAccount:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, target: Decorated) -> Decorated:
        """Decorate ``target``, a function or a test class: each call or test gets an emulator of its own."""
        return decorate(target, self)


@overload
def emulated_aws(target: Decorated) -> Decorated: ...


@overload
def emulated_aws(
    *,
    join: bool = False,
    server: bool = False,
    account_id: str = DEFAULT_ACCOUNT,
    region: str | None = None,
    config: Config | None = None,
    templates: Files = (),
    template_parameters: Mapping[str, str] | None = None,
    terraform_plans: Files = (),
    functions: Mapping[str, Handler] | None = None,
    **options: Unpack[ServerOptions],
) -> EmulatedAws: ...


def emulated_aws(
    target: Decorated | None = None,
    *,
    join: bool = False,
    server: bool = False,
    account_id: str = DEFAULT_ACCOUNT,
    region: str | None = None,
    config: Config | None = None,
    templates: Files = (),
    template_parameters: Mapping[str, str] | None = None,
    terraform_plans: Files = (),
    functions: Mapping[str, Handler] | None = None,
    **options: Unpack[ServerOptions],
) -> Decorated | EmulatedAws:
    """Emulate SQS and SNS: ``with emulated_aws():``, or as a decorator, with or without parentheses.

    The emulator runs in this process and answers every botocore, boto3 and aiobotocore client, also those that were
    made before. With ``server`` it is a process with a port of its own, for other processes and SDKs, and
    ``AWS_ENDPOINT_URL`` has its address. Clients act as ``account_id``, in ``region``; the default is the region in
    the environment variables at the start, or us-east-1.

    A use inside another one starts empty. With ``join`` it takes part in the other one instead, which goes on until the
    last of them has ended; alone, it starts an emulator.

    ``functions`` are Lambda functions by name: handlers that are called in threads of this process.

    The queues and topics of these files are there at the start: ``config``, a configuration file, or a mapping of the
    same form; ``templates`` of CloudFormation or SAM, which can have ``template_parameters``; and ``terraform_plans``
    in JSON. ``options`` are the options of the command line that make sense in a test, such as ``seed``, ``clock_at``,
    ``enforce_policies`` and ``strict_timing``: docs/testing.md has a table. Raises ValueError, which says what is wrong
    with an option.
    """
    use = EmulatedAws(
        join=join,
        server=server,
        account_id=account_id,
        region=region,
        config=config,
        templates=templates,
        template_parameters=template_parameters,
        terraform_plans=terraform_plans,
        functions=functions,
        **options,
    )
    return use if target is None else use(target)
