"""The load generator in C, for servers that answer more than one in Python can ask: ``drive.c``.

It is compiled when it is first needed, which takes a second and a C compiler.
"""

import ctypes
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load.api import Api
from benchmarks.load.connection import LoadError
from benchmarks.load.generator import MOST_REQUESTS, Run, clock
from benchmarks.load.requests import Requests

_SOURCE = Path(__file__).with_name("drive.c")
_COMPILERS = ("cc", "gcc", "clang")


class _Requests(ctypes.Structure):
    """``struct requests`` of drive.c."""

    _fields_ = (
        ("texts", ctypes.POINTER(ctypes.c_char_p)),
        ("lengths", ctypes.POINTER(ctypes.c_uint32)),
        ("count", ctypes.c_long),
        ("next", ctypes.c_long),
        ("repeats", ctypes.c_int),
        ("expected", ctypes.c_char_p),
        ("expected_length", ctypes.c_size_t),
    )


def compiler() -> str | None:
    """The C compiler: that of the variable CC, or the first of the usual ones."""
    return next(filter(None, map(shutil.which, filter(None, (os.environ.get("CC"), *_COMPILERS)))), None)


@functools.cache
def missing() -> str | None:
    """Why there is no generator in C here; None if there is one."""
    return None if compiler() else "no C compiler"


@functools.cache
def _library() -> ctypes.CDLL:
    found = compiler()
    assert found is not None, "asked for without a compiler"
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder, "drive.so")
        subprocess.run([found, "-O2", "-shared", "-fPIC", "-o", built, _SOURCE], check=True)
        library = ctypes.CDLL(str(built))
    library.load_open.restype = ctypes.c_void_p
    library.load_run.restype = ctypes.c_long
    library.load_error.restype = ctypes.c_char_p
    library.load_error.argtypes = library.load_close.argtypes = [ctypes.c_void_p]
    library.load_run.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(_Requests),
        ctypes.c_double,
        ctypes.c_long,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_float),
    ]
    return library


class NativeLoad:
    """Connections to one server, which can be run repeatedly: the requests continue where they stopped."""

    def __init__(self, api: Api, requests: Requests, connections: int) -> None:
        texts, count = requests.texts, len(requests.texts)
        self._requests = _Requests(
            (ctypes.c_char_p * count)(*texts),
            (ctypes.c_uint32 * count)(*map(len, texts)),
            count,
            0,
            requests.repeats,
            requests.expected,
            len(requests.expected),
        )
        self._connections = connections
        self._library = _library()
        self._load = self._library.load_open(api.port, connections)

    def run(self, seconds: float, most: int = MOST_REQUESTS, *, spins: bool = False) -> Run:
        """As ``generator.Load.run``."""
        latencies = (ctypes.c_float * (most + self._connections))()
        since = clock()
        answers = self._library.load_run(self._load, ctypes.byref(self._requests), seconds, most, int(spins), latencies)
        elapsed = clock() - since
        if answers < 0:
            raise LoadError(self._library.load_error(self._load).decode("latin-1"))
        return Run(elapsed, latencies[:answers])

    def close(self) -> None:
        self._library.load_close(self._load)


@contextmanager
def native_load(api: Api, requests: Requests, connections: int) -> Iterator[NativeLoad]:
    made = NativeLoad(api, requests, connections)
    try:
        yield made
    finally:
        made.close()
