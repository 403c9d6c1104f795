"""The names of the fields of an object, whether its class is compiled or not."""

from collections.abc import Iterator


def field_names(thing: object) -> set[str]:
    """The attributes that ``thing`` has, in its dictionary, in slots or in the structure of a compiled class."""
    names = {name for kind in type(thing).__mro__ for name in _declared(kind)}
    names |= getattr(thing, "__dict__", {}).keys()
    return {name for name in names - {"__dict__", "__weakref__"} if hasattr(thing, name)}


def fields(thing: object) -> Iterator[tuple[str, object]]:
    for name in sorted(field_names(thing)):
        yield name, getattr(thing, name)


def _declared(kind: type) -> Iterator[str]:
    yield from kind.__dict__.get("__slots__", ())
    yield from kind.__dict__.get("__mypyc_attrs__", ())  # what mypyc lists in each class that it compiles
