"""The actions of SQS, one function each. Importing this package registers them."""

from emulator.sqs.actions import (
    attributes,
    catching_up,
    dead_letter_sources,
    move_tasks,
    permissions,
    queues,
    receipts,
    receiving,
    sending,
    tags,
)

__all__ = [
    "attributes",
    "catching_up",
    "dead_letter_sources",
    "move_tasks",
    "permissions",
    "queues",
    "receipts",
    "receiving",
    "sending",
    "tags",
]
