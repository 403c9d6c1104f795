"""The processor cores of the measured and the measuring process: one for each, if there are two.

If they shared a core, the result would depend on the scheduler.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_OURS = sorted(os.sched_getaffinity(0))
SERVER_CORE = _OURS[0]
CLIENT_CORE = _OURS[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run on ``core`` until the end of the block. Processes that are started in the block stay on it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
