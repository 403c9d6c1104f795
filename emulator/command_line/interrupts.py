"""How commands that run until Ctrl-C end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_INTERRUPTED = 130  # as shells have it: 128 and the number of SIGINT


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Exit with 130, and nothing else to read, at Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
