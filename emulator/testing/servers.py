"""The servers that the tests of one process use: one for the run, and one for each other set of options.

Each starts when a test first asks for it, and runs until the end.
"""

from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from emulator.testing.control import over_http
from emulator.testing.options import arguments
from emulator.testing.server_process import ServerProcess
from emulator.testing.shared_server import Address, url_of_shared_server


def problem_with(url: str) -> str | None:
    """Why tests cannot use an emulator at ``url``; None if they can."""
    try:
        status, _ = over_http(url)("GET", "/_emulator/queues", b"")
    except (OSError, HTTPException) as error:
        return f"no emulator answers there ({error}). Start one, or leave the option away."
    if status == 200:
        return None
    return (
        f"what answers there ({status}) is no sqs-sns-emulator, or has its control interface at another port or none "
        "(--control-port, --no-control), which the tests need."
    )


class Servers:
    """The servers of one process. ``close`` ends those that were started here."""

    def __init__(self, options: Mapping[str, Any], given_url: str | None, shared: Address | None) -> None:
        """``options`` are those of the run. Its server is at ``given_url``, or comes from ``shared``, or is started."""
        self._options = options
        self._given_url = given_url
        self._shared = shared
        self._url: str | None = None
        self._started: dict[tuple[str, ...], ServerProcess] = {}  # by their arguments

    def url(self) -> str:
        """The URL of the run's server. RuntimeError if it does not start."""
        if self._url is None:
            if self._given_url is not None:
                self._url = self._given_url
            elif self._shared is not None:
                self._url = url_of_shared_server(self._shared)
            else:
                self._url = self._start(self._options)
        return self._url

    def url_with(self, options: Mapping[str, Any], *, alone: bool) -> str:
        """The URL of a server with ``options`` in addition to those of the run.

        If ``alone``, no other process uses that server. A server that ran before the tests is used as it is.
        """
        wanted = {**self._options, **options}
        others = arguments(wanted) != arguments(self._options) or (alone and self._shared is not None)
        return self._start(wanted) if others and self._given_url is None else self.url()

    def close(self) -> None:
        for server in self._started.values():
            server.close()
        self._started.clear()

    def _start(self, options: Mapping[str, Any]) -> str:
        given = tuple(arguments(options))
        if given not in self._started:
            self._started[given] = ServerProcess(*given)
        return self._started[given].url
