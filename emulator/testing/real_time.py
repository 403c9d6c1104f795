"""Real time, also while a test has frozen or moved time with freezegun or time-machine.

freezegun replaces the functions of the module ``time``, and all references to them in other modules. It does not know
the second instance of that built-in module that is made here, even if time is frozen by then. time-machine changes only
the functions that return the date, and leaves ``monotonic`` as it is.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from typing import Protocol, cast


class Time(Protocol):
    """The functions of the module ``time`` that are used."""

    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


def _second_instance_of_time() -> Time:
    spec = BuiltinImporter.find_spec("time")
    assert spec is not None, "the module is part of every Python"
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Time, module)


time = _second_instance_of_time()


@contextmanager
def genuine_datetime() -> Iterator[None]:
    """A context to import modules whose structs have ``datetime`` fields: msgspec needs the genuine class."""
    replacement = datetime.datetime
    genuine = next(kind for kind in replacement.__mro__ if kind.__module__ == "datetime")
    setattr(datetime, "datetime", genuine)  # noqa: B010 - to a type checker the name is a constant
    try:
        yield
    finally:
        setattr(datetime, "datetime", replacement)  # noqa: B010
