"""Amazon SQS and SNS on localhost, for tests."""

__version__ = "0.1.0"
