"""The actions of SQS, one function each. Importing this package registers them."""

from emulator.sqs.actions import attributes, queues, receipts, receiving, sending

__all__ = ["attributes", "queues", "receipts", "receiving", "sending"]
