"""The fastest load generator that there is here, for prepared requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from benchmarks.load import native
from benchmarks.load.api import Api
from benchmarks.load.generator import MOST_REQUESTS, Run, load
from benchmarks.load.requests import Requests

# What a result says if it comes from the generator in Python.
LIMITS = "the generator in Python asks at most some 30,000 times a second, so that faster servers wait for it"


class Prepared(Protocol):
    def run(self, seconds: float, most: int = MOST_REQUESTS, *, spins: bool = False) -> Run:
        """Send for ``seconds``, up to ``most`` requests or until none is left, then wait for the last answers.

        If it ``spins``, it looks for answers without a pause. Else it sleeps until there is one, and the server pays
        for its waking: on a virtual machine, that is an interrupt to another core, of 10 to 25 microseconds.
        """


@contextmanager
def prepared_load(api: Api, requests: Requests, connections: int) -> Iterator[Prepared]:
    if native.missing() is None:
        with native.native_load(api, requests, connections) as made:
            yield made
    else:
        with load(api, requests.script(), connections) as slower:
            yield slower
