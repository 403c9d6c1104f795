"""Filter criteria: patterns, of which a message must match one. What matches none is deleted from the queue.

The grammar of a pattern is that of filter policies, on the whole record of the event.
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from emulator.functions.event import encoded
from emulator.sns.filter_policy import FilterPolicy, compile_pattern

PATTERN_LENGTH_MAX = 4_096

_BODY = "body"


class FilterCriteria:
    """The patterns of one mapping. FilterPolicyError if one of them is none."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_Pattern(text) for text in patterns]

    def accept(self, record: dict[str, Any]) -> bool:
        """Whether the function gets the message of this record."""
        return not self._patterns or any(pattern.matches(record) for pattern in self._patterns)


class _Pattern:
    def __init__(self, text: str) -> None:
        self._policy: FilterPolicy = compile_pattern(text)
        written = msgspec.json.decode(text)
        self._wants_json = isinstance(written.get(_BODY), dict) if _BODY in written else None

    def matches(self, record: dict[str, Any]) -> bool:
        """A body in JSON is matched only by a pattern of its fields, any other body only by one of the text."""
        if self._wants_json is None:
            return self._policy.matches(encoded(record).decode(), {})
        body = _json_body(record[_BODY])
        if self._wants_json is not (body is not None):
            return False
        shown = record if body is None else {**record, _BODY: msgspec.Raw(body.encode())}
        return self._policy.matches(encoded(shown).decode(), {})


def _json_body(body: str) -> str | None:
    """The text if it is an object or a list in JSON."""
    if not body.lstrip().startswith(("{", "[")):
        return None
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    return body
