"""Why all three batches are refused as a whole: too few or too many entries, or invalid ids."""

from typing import Any

from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.tables import refused

_PREFIX = "AWS.SimpleQueueService."
_BAD_ID = (
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters "
    "long."
)
# For each operation, the members of an entry besides its id.
_ENTRIES: dict[str, dict[str, Any]] = {
    "SendMessageBatch": {"MessageBody": "hello"},
    "DeleteMessageBatch": {"ReceiptHandle": "garbage"},
    "ChangeMessageVisibilityBatch": {"ReceiptHandle": "garbage", "VisibilityTimeout": 0},
}
_IDS = {
    "empty": "",
    "of-81-characters": "a" * 81,
    "with-a-colon": "invalid:id",
    "with-a-space": "two words",
    "with-a-letter-beyond-ascii": "ä",
    "with-a-line-feed": "id\n",
}


def _refused_as_a_whole(action: str, entry: dict[str, Any]) -> None:
    page = f"{SQS_API}/API_{action}.html"
    refused(
        f"sqs/{action}/no-entries",
        "A batch has at least one entry.",
        {"QueueUrl": QUEUE, "Entries": []},
        f"{_PREFIX}EmptyBatchRequest",
        f"There should be at least one {action}RequestEntry in the request.",
        source=page,
        certainty="reported",
        shape="EmptyBatchRequest",
    )
    refused(
        f"sqs/{action}/eleven-entries",
        "A batch has at most ten entries.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": str(number), **entry} for number in range(11)]},
        f"{_PREFIX}TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 11.",
        source=RECORDED,
        certainty="recorded",
        shape="TooManyEntriesInBatchRequest",
    )
    refused(
        f"sqs/{action}/repeated-id",
        "The ids of a batch are distinct.",
        {"QueueUrl": QUEUE, "Entries": [{"Id": id, **entry} for id in ("a", "b", "b")]},
        f"{_PREFIX}BatchEntryIdsNotDistinct",
        "Id b repeated.",
        source="https://github.com/elixir-broadway/broadway_sqs/issues/49",
        certainty="reported",
        shape="BatchEntryIdsNotDistinct",
    )
    for name, id in _IDS.items():
        refused(
            f"sqs/{action}/id-{name}",
            "An invalid id is refused before any entry is checked.",
            {"QueueUrl": QUEUE, "Entries": [{"Id": "good", **entry}, {"Id": id, **entry}]},
            f"{_PREFIX}InvalidBatchEntryId",
            _BAD_ID,
            source=RECORDED,
            certainty="recorded",
            shape="InvalidBatchEntryId",
        )
    refused(
        f"sqs/{action}/without-queue",
        "The queue must be named.",
        {"Entries": [{"Id": "1", **entry}]},
        "MissingParameter",
        source=page,
        certainty="modeled",
    )


for _action, _entry in _ENTRIES.items():
    _refused_as_a_whole(_action, _entry)
