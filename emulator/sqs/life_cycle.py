"""The life cycle of a message in one queue, as a table of state transitions.

Each row has one kind of transition and, for every state in which it can happen, the state that follows. ``GONE`` is the
state before a message exists and after it was removed. ``docs/architecture.md`` shows the diagram that ``mermaid``
makes of the table.
"""

from collections.abc import Mapping
from typing import NamedTuple

from emulator.sqs.message import MessageState

_DELAYED, _VISIBLE, _IN_FLIGHT, _GONE = MessageState


class Happening(NamedTuple):
    """One row: ``after[state]`` is the state that follows ``state``, or None if this cannot happen there."""

    label: str
    after: tuple[MessageState | None, ...]


def _row(label: str, after: Mapping[MessageState, MessageState]) -> Happening:
    return Happening(label, tuple(after.get(state) for state in MessageState))


SENT = _row("sent", {_GONE: _VISIBLE})
SENT_WITH_DELAY = _row("sent with a delay", {_GONE: _DELAYED})
DELAY_ENDED = _row("delay ends", {_DELAYED: _VISIBLE})
RECEIVED = _row("received", {_VISIBLE: _IN_FLIGHT, _IN_FLIGHT: _IN_FLIGHT})
VISIBILITY_CHANGED = _row("visibility timeout changed", {_VISIBLE: _IN_FLIGHT, _IN_FLIGHT: _IN_FLIGHT})
TIMEOUT_ENDED = _row("visibility timeout ends", {_IN_FLIGHT: _VISIBLE})
DELETED = _row("deleted", {_VISIBLE: _GONE, _IN_FLIGHT: _GONE})
DEAD_LETTERED = _row("moved to a dead-letter queue", {_VISIBLE: _GONE})
MOVED = _row("moved by a message move task", {_VISIBLE: _GONE})
EXPIRED = _row("retention period ends", {_DELAYED: _GONE, _VISIBLE: _GONE, _IN_FLIGHT: _GONE})
PURGED = _row("purged", {_DELAYED: _GONE, _VISIBLE: _GONE, _IN_FLIGHT: _GONE})

TABLE = (
    SENT,
    SENT_WITH_DELAY,
    DELAY_ENDED,
    RECEIVED,
    VISIBILITY_CHANGED,
    TIMEOUT_ENDED,
    DELETED,
    DEAD_LETTERED,
    MOVED,
    EXPIRED,
    PURGED,
)


def first_state(happening: Happening) -> MessageState:
    """The state of a message after it has come into a queue in this way."""
    state = happening.after[_GONE]
    assert state is not None, "a message comes into a queue in this way"
    return state


def mermaid() -> str:
    """The table as a state diagram in Mermaid's syntax, with one arrow from a state to another."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for label, after in TABLE:
        for state, following in zip(MessageState, after, strict=True):
            if following is not None:
                arrows.setdefault((_name(state), _name(following)), []).append(label)
    lines = (f"    {before} --> {after}: {', '.join(labels)}" for (before, after), labels in arrows.items())
    return "\n".join(("stateDiagram-v2", *lines, ""))


def _name(state: MessageState) -> str:
    return "[*]" if state == MessageState.GONE else state.name
