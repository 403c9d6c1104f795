"""What the answer of a function means for the messages of a batch.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Collection
from typing import Any, Literal

import msgspec
from msgspec import Struct

from emulator.sns.delivery.answer import Answer, function_error, shown

ANSWER_BYTES_MAX = 6 * 1024 * 1024  # of a synchronous invocation

Result = Literal["processed", "partly_failed", "failed", "throttled"]

_TOO_MANY_REQUESTS = 429


class Outcome(Struct, frozen=True):
    """How an invocation ended. ``failed`` are the ids of the messages that stay in the queue.

    ``answer`` is the beginning of what the function answered, or says what went wrong.
    """

    result: Result
    failed: frozenset[str]
    answer: str


def failure(message_ids: Collection[str], reason: str, *, throttled: bool = False) -> Outcome:
    """An invocation of which no message has been processed."""
    return Outcome("throttled" if throttled else "failed", frozenset(message_ids), reason)


def outcome_of(answer: Answer, message_ids: Collection[str], *, reports_failures: bool) -> Outcome:
    """What an answer means for a batch. Without ``reports_failures`` its body matters only if it is an error."""
    body = answer.beginning
    text = shown(body)
    if answer.status == _TOO_MANY_REQUESTS:
        return failure(message_ids, f"throttled: {text}", throttled=True)
    if not 200 <= answer.status < 300:
        return failure(message_ids, f"the function answered with {answer.status}: {text}")
    too_long = len(body) > ANSWER_BYTES_MAX
    error = f"the answer exceeds {ANSWER_BYTES_MAX} bytes" if too_long else function_error(answer)
    if error is not None:
        return failure(message_ids, error)
    if not reports_failures:
        return Outcome("processed", frozenset(), text)
    try:
        failed = frozenset(_reported(_json(body) if body.strip() else None))
    except ValueError as problem:
        return failure(message_ids, f"the answer does not say which messages have failed, {problem}: {text}")
    unknown = failed.difference(message_ids)
    if unknown:
        name = min(unknown)
        return failure(message_ids, f"the answer names the message {name!r}, which is not in the batch: {text}")
    if failed.issuperset(message_ids):
        return failure(message_ids, text)
    return Outcome("partly_failed" if failed else "processed", failed, text)


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise ValueError("as it is no JSON") from None


def _reported(value: Any) -> set[str]:
    """The messages that an answer says have failed. ValueError if it cannot be read: then all have."""
    if value is None:
        return set()
    if not isinstance(value, dict):
        raise ValueError("as it is no object")
    failures = value.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        raise ValueError("as batchItemFailures is no list")
    found = set()
    for each in failures:
        identifier = each.get("itemIdentifier") if isinstance(each, dict) else None
        if not isinstance(identifier, str) or not identifier:
            raise ValueError("as an entry of batchItemFailures has no itemIdentifier")
        found.add(identifier)
    return found
