"""What differs between two architectures, such as what a template would change."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from emulator.architecture.model import Architecture, Element
from emulator.aws.policy import OWN_VERSION

_SAYS_NOTHING = ("arn", "origin", "suppressions")  # about what an element does


class Change(Struct, frozen=True):
    """A field that differs; None: it is not set."""

    field: str
    before: Any
    after: Any


class Difference(Struct, frozen=True):
    """An element that only the second architecture has (added), only the first (removed), or both, with changes."""

    what: Literal["added", "removed", "changed"]
    kind: str
    id: str
    name: str
    changes: list[Change] = []


class _Kind(NamedTuple):
    """How elements of a list are compared: by ``key``. Both architectures must know of ``known``, if it is given."""

    kind: str
    known: str | None
    key: Callable[[Any], str]


_KINDS: Mapping[str, _Kind] = {
    "queues": _Kind("queue", None, lambda queue: str(queue.arn)),
    "topics": _Kind("topic", None, lambda topic: str(topic.arn)),
    "subscriptions": _Kind("subscription", None, lambda each: f"{each.topic} {each.protocol} {each.endpoint}"),
    "functions": _Kind("function", "functions", lambda function: str(function.arn)),
    "consumers": _Kind("consumer", "consumers", lambda each: f"{each.queue} {each.function}"),
    "alarms": _Kind("alarm", "alarms", lambda alarm: f"{alarm.queue} {alarm.metric}"),
    "keys": _Kind("key", "keys", lambda key: str(key.arn)),
}


def differences(before: Architecture, after: Architecture) -> list[Difference]:
    """All differences, in a steady order. What only one of the sources can show is passed over."""
    return list(_differences(before, after))


def _differences(before: Architecture, after: Architecture) -> Iterator[Difference]:
    both = set(before.known) & set(after.known)
    ignored = {*_SAYS_NOTHING, *(() if "confirmations" in both else ("confirmed",))}
    for name, kind in _KINDS.items():
        if kind.known is not None and kind.known not in both:
            continue
        old = {kind.key(each): each for each in getattr(before, name)}
        new = {kind.key(each): each for each in getattr(after, name)}
        for key in sorted(old.keys() | new.keys()):
            found = _difference(kind.kind, key, old.get(key), new.get(key), ignored)
            if found is not None:
                yield found


def _difference(kind: str, key: str, old: Element | None, new: Element | None, ignored: set[str]) -> Difference | None:
    if old is None or new is None:
        there = old or new
        assert there is not None, "one of them is there"
        return Difference("added" if old is None else "removed", kind, key, there.shown)
    changes = list(_changes(_fields(old), _fields(new), ignored))
    return Difference("changed", kind, key, new.shown, changes) if changes else None


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], ignored: set[str]) -> Iterator[Change]:
    for field in old:
        unknown = field == "owner" and None in (old[field], new[field])
        if field not in ignored and not unknown and old[field] != new[field]:
            yield Change(field, old[field], new[field])


def _fields(element: Element) -> dict[str, Any]:
    """The fields as plain values; a policy is its document, and lists in which order says nothing are sorted."""
    fields = {name: msgspec.to_builtins(getattr(element, name)) for name in element.__struct_fields__}
    policy = fields.get("policy")
    if policy is not None:
        fields["policy"] = {"Version": OWN_VERSION, **_normal(policy["document"])}
    return fields


def _normal(value: Any) -> Any:
    """A policy document, with a list where one text may stand for it, and without the order of lists."""
    if not isinstance(value, dict):
        return value
    normal: dict[str, Any] = {}
    for key, each in value.items():
        if key == "Statement":
            normal[key] = [_normal(block) for block in (each if isinstance(each, list) else [each])]
        elif isinstance(each, dict):
            normal[key] = _normal(each)
        elif key in ("Version", "Id", "Sid", "Effect"):
            normal[key] = each
        else:
            normal[key] = sorted(map(str, each)) if isinstance(each, list) else [str(each)]
    return normal
