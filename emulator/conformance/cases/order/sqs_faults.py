"""Faults that several operations of SQS have."""

import re
from collections.abc import Mapping
from typing import Any

from emulator.conformance.cases.sources import RECORDED
from emulator.conformance.fixtures import NO_QUEUE
from emulator.conformance.mismatch import ABSENT
from emulator.conformance.order import Fault, says
from emulator.conformance.protocols import Protocol

UNKNOWN_QUEUE = Fault(
    "unknown-queue",
    {"QueueUrl": NO_QUEUE},
    "AWS.SimpleQueueService.NonExistentQueue",
    certainty="recorded",
    source=RECORDED,
)
HANDLE_ILLEGAL = Fault(
    "handle-illegal",
    {"ReceiptHandle": "garbage"},
    "ReceiptHandleIsInvalid",
    status=404,
    certainty="recorded",
    source=RECORDED,
)


def missing(parameter: str, name: str, named: str | None = None) -> Fault:
    """The parameter is absent; ``named`` is its name in the message."""
    return Fault(f"{name}-missing", {parameter: ABSENT}, "MissingParameter", says(named or parameter), group="missing")


def empty(parameter: str, name: str, value: Any, named: str | None = None) -> Fault:
    """A list or map without elements, which a form cannot distinguish from an absent one."""
    message = says(named or parameter)
    return Fault(f"{name}-empty", {parameter: value}, "MissingParameter", message, certainty="assumed")


def not_integer(parameter: str, name: str) -> Fault:
    """Text in place of a number: the request cannot be parsed."""
    codes: dict[Protocol, str] = {"json": "SerializationException", "query": "MalformedInput"}
    return Fault(f"{name}-no-integer", {parameter: "many"}, codes, certainty="assumed")


def bad_value(name: str, changes: Mapping[str, Any], parameter: str, **more: Any) -> Fault:
    """InvalidParameterValue, with a message that names the parameter."""
    return Fault(name, changes, "InvalidParameterValue", says(parameter), **more)


URL_MISSING = missing("QueueUrl", "url")


def batch(entry: str, good: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Ten entries, and the faults that refuse a batch as a whole; ``entry`` is the name of their type."""
    entries = [{"Id": f"e{number}", **good} for number in range(10)]
    faults = (
        URL_MISSING,
        UNKNOWN_QUEUE,
        Fault("no-entries", {"Entries": []}, "AWS.SimpleQueueService.EmptyBatchRequest", says(entry)),
        Fault(
            "eleven-entries",
            {"Entries.10": {"Id": "e10", **good}},
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent 11.",
            certainty="recorded",
            source=RECORDED,
        ),
        Fault(
            "id-illegal",
            {"Entries.1.Id": "e 1"},
            "AWS.SimpleQueueService.InvalidBatchEntryId",
            re.compile("A batch entry id can only contain .*"),
            certainty="recorded",
            source=RECORDED,
        ),
        Fault("id-repeated", {"Entries.2.Id": "e3"}, "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
    )
    return {"Entries": entries}, faults
