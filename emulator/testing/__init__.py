"""For those who test messaging code: ``emulated_aws``, and the fixtures of the pytest plugin.

Importing this package imports neither boto3 nor the emulator; using it does.
"""

from emulator.testing.account import EmulatedAccount
from emulator.testing.activation import emulated_aws
from emulator.testing.control import QueueMessage
from emulator.testing.faults import Fault

__all__ = ["EmulatedAccount", "Fault", "QueueMessage", "emulated_aws"]
