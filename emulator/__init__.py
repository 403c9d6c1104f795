"""Amazon SQS and SNS on localhost, for tests."""

import emulator.compilation  # noqa: F401 - before any module that may run compiled

__version__ = "0.1.0"
