"""The log of requests: one line for each, at the level info.

sqs.SendMessage 400 0.31 ms AWS.SimpleQueueService.NonExistentQueue "The specified queue does not exist." queue=orders
"""

import logging
from collections.abc import Iterator, Sequence

from msgspec import Struct

from emulator.actions.subjects import Subject
from emulator.observation.log import printable

logger = logging.getLogger(__name__)

_SHOWN_CHARACTERS = 500  # of a text that the caller may have chosen


class RequestRecord(Struct):
    """What is known of a request once it is answered. Of a failed batch, code and message are those of its first."""

    action: str  # with its service, and "-" for what is not known
    status: int | None  # None where it got no answer
    milliseconds: float
    account: str | None
    region: str | None
    request_id: str
    protocol: str  # as botocore names it: "json", "query", "rest-json"; others for services that are not emulated
    subject: Subject | None = None
    error_code: str | None = None
    error_message: str | None = None
    failed_entries: int | None = None  # of a batch that was answered with 200


def log_request(record: RequestRecord) -> None:
    fields: dict[str, object] = {
        "action": record.action,
        "status": record.status,
        "duration_ms": record.milliseconds,
        "account": record.account,
        "region": record.region,
        "request_id": record.request_id,
        "protocol": record.protocol,
    }
    if record.subject is not None:
        fields[record.subject.kind] = record.subject.name
    if record.failed_entries is not None:
        fields["failed_entries"] = record.failed_entries
    if record.error_code is not None:
        fields |= {"error_code": record.error_code, "error_message": record.error_message}
    logger.info("%s", " ".join(_words(record)), extra=fields)


def failed_entries(result: object) -> Sequence[tuple[str, str | None]]:
    """Of the answer to a batch, code and message of each entry that failed."""
    return [(entry.code, entry.message) for entry in getattr(result, "failed", None) or ()]


def _words(record: RequestRecord) -> Iterator[str]:
    yield _value(record.action)
    yield "unanswered" if record.status is None else str(record.status)
    yield f"{record.milliseconds:.2f} ms"
    if record.failed_entries is not None:
        yield f"failed_entries={record.failed_entries}"
    if record.error_code is not None:
        yield record.error_code
    if record.error_message:
        yield _quoted(record.error_message)
    if record.subject is not None:
        yield f"{record.subject.kind}={_value(record.subject.name)}"


def _value(text: str) -> str:
    """As it is, or in quotes where it would not be seen to be one word."""
    shown = _shortened(text)
    return shown if shown == text and not {" ", '"', "="} & set(text) and text else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + _shortened(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _shortened(text: str) -> str:
    return printable(text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…")
