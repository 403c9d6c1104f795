"""For those who test messaging code: ``from sqs_sns_emulator import emulated_aws``.

The same as ``emulator.testing``, by a name that no other package has: it works where a project has a package
``emulator`` or ``api_shapes`` of its own too. Importing this package imports nothing else; using it does.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.testing import (
        Dropped,
        EmulatedAccount,
        ExpectationError,
        Fault,
        OutboxEntry,
        PendingSubscription,
        PublishTrace,
        QueueMessage,
        SubscriptionTrace,
        emulated_aws,
    )

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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sqs_sns_emulator.packages import load

    return getattr(load("emulator.testing"), name)
