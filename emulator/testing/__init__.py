"""The test kit: ``emulated_aws``, and what the fixtures of the pytest plugin give to tests.

Importing this package imports neither boto3 nor the emulator; using it does.
"""

from emulator.testing.account import EmulatedAccount, ExpectationError
from emulator.testing.activation import emulated_aws
from emulator.testing.control import Dropped, PendingSubscription, QueueMessage
from emulator.testing.faults import Fault
from emulator.testing.outbox import OutboxEntry
from emulator.testing.trace import PublishTrace, SubscriptionTrace

__all__ = [
    "Dropped",
    "EmulatedAccount",
    "ExpectationError",
    "Fault",
    "OutboxEntry",
    "PendingSubscription",
    "PublishTrace",
    "QueueMessage",
    "SubscriptionTrace",
    "emulated_aws",
]
