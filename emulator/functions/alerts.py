"""Warnings in the log about functions that do not process their messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.alerts import Alert, Wording
from emulator.events import Event
from emulator.functions.events import InvocationFailed
from emulator.wording import count


def wordings() -> Mapping[type[Event], Wording]:
    """The warnings by type of event."""
    return {InvocationFailed: _failed}


def _failed(event: Any) -> Iterator[Alert]:
    assert isinstance(event, InvocationFailed), "this is its wording"
    yield Alert(
        "invocation_failed",
        event.function,
        f"{event.function} has not processed the message {event.message_id}, which it got from {event.queue_arn} in a "
        f"batch of {count(event.batch_size, 'message')}: {event.reason}",
        event.message_id,
    )
