"""Which processor core the measured and the measuring side have: one each, where there are two.

Sharing a core, each would be measured by how the scheduler treats the other.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_OURS = sorted(os.sched_getaffinity(0))
SERVER_CORE = _OURS[0]
CLIENT_CORE = _OURS[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run on ``core`` until the end of the block; processes that are started meanwhile stay there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
