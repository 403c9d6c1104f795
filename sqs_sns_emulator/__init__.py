"""The test kit: ``from sqs_sns_emulator import emulated_aws``.

It is the same as ``emulator.testing``, under a name that no other package has. So it also works in a project that has a
package ``emulator`` or ``api_shapes`` of its own. Importing this package imports nothing else; using it does.
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
