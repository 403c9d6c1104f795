"""``emulated_aws``: an emulator for a block of code, a function or a test class.

Uses can be nested: the inner one starts empty, and behind it the outer one is as it was. They cannot overlap in any
other way, as environment variables and botocore belong to the whole process; threads share the use they run under.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar, overload

from emulator.settings import DEFAULT_ACCOUNT, DEFAULT_REGION, Settings
from emulator.testing.account import EmulatedAccount
from emulator.testing.control import Fetch, over_http
from emulator.testing.decoration import decorate
from emulator.testing.real_time import genuine_datetime
from emulator.testing.server_process import ServerProcess
from emulator.testing.use import Use

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class EmulatedAws(AbstractContextManager[EmulatedAccount, None]):
    """A use of the emulator, from ``start`` to ``stop``; can be used again, and starts empty each time."""

    def __init__(
        self, *, server: bool, account_id: str, region: str, seed: int | None, clock_at: datetime | None
    ) -> None:
        if clock_at is not None and clock_at.tzinfo is None:
            raise ValueError(f"{clock_at!r} has no time zone: what it means depends on where the test runs.")
        self._server = server
        self._account_id = account_id
        self._region = region
        self._seed = seed
        self._clock_at = clock_at
        self._uses: list[Use] = []

    def start(self) -> EmulatedAccount:
        """Begin; as entering a ``with`` block."""
        use = self._use_of_server() if self._server else self._use_in_process()
        self._uses.append(use)
        return use.account

    def stop(self) -> None:
        """End; as leaving the ``with`` block. RuntimeError if there is nothing to end, or a later use has not ended."""
        if not self._uses:
            raise RuntimeError("This emulated_aws was not started.")
        self._uses[-1].end()
        self._uses.pop()

    def _use_in_process(self) -> Use:
        with genuine_datetime():
            from emulator.testing.in_process import InProcessEmulator

        emulator = InProcessEmulator(
            Settings(
                account_id=self._account_id,
                region=self._region,
                seed=self._seed,
                clock_at=None if self._clock_at is None else self._clock_at.timestamp(),
            )
        )
        return Use(self._account(emulator.fetch, None), emulator.close, emulator)

    def _use_of_server(self) -> Use:
        server = ServerProcess(
            "--account-id",
            self._account_id,
            "--region",
            self._region,
            *([] if self._seed is None else ["--seed", str(self._seed)]),
            *([] if self._clock_at is None else ["--clock-at", self._clock_at.isoformat()]),
        )
        return Use(self._account(over_http(server.url), server.url), server.close)

    def _account(self, fetch: Fetch, url: str | None) -> EmulatedAccount:
        return EmulatedAccount(fetch, account_id=self._account_id, region=self._region, url=url)

    def __enter__(self) -> EmulatedAccount:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, target: Decorated) -> Decorated:
        """``target``, a function or a test class, with an emulator of its own for each call or test."""
        return decorate(target, self)


@overload
def emulated_aws(target: Decorated) -> Decorated: ...


@overload
def emulated_aws(
    *,
    server: bool = False,
    account_id: str = DEFAULT_ACCOUNT,
    region: str = DEFAULT_REGION,
    seed: int | None = None,
    clock_at: datetime | None = None,
) -> EmulatedAws: ...


def emulated_aws(
    target: Decorated | None = None,
    *,
    server: bool = False,
    account_id: str = DEFAULT_ACCOUNT,
    region: str = DEFAULT_REGION,
    seed: int | None = None,
    clock_at: datetime | None = None,
) -> Decorated | EmulatedAws:
    """Emulate SQS and SNS: ``with emulated_aws():``, or as a decorator, with or without parentheses.

    The emulator is in this process and answers every botocore, boto3 and aiobotocore client, whenever it was made.
    With ``server`` it is a process with a port of its own, for other processes and SDKs: ``AWS_ENDPOINT_URL`` leads
    there. ``account_id`` and ``region`` are those of the credentials in the environment. With a ``seed`` ids, receipt
    handles, tokens and signatures are the same in every run, with ``clock_at`` time stands still there.
    """
    use = EmulatedAws(server=server, account_id=account_id, region=region, seed=seed, clock_at=clock_at)
    return use if target is None else use(target)
