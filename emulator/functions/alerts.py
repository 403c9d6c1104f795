"""Warnings in the log about functions that do not process their messages."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.foundation.events import Event
from emulator.functions.events import FunctionAnswered
from emulator.observation.alerts import Alert, Wording


def wordings() -> Mapping[type[Event], Wording]:
    """The warnings by type of event."""
    return {FunctionAnswered: _failed}


def _failed(event: Any) -> Iterator[Alert]:
    assert isinstance(event, FunctionAnswered), "this is its wording"
    yield Alert(
        "invocation_failed",
        event.function,
        f"{event.function} has not processed the message {event.message_id} of {event.queue_arn}: {event.answer}",
        event.message_id,
    )
