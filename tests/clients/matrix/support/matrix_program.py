"""What the programs for Python share; it is on their path."""

import json
import os
import pprint
import traceback
import urllib.request
from collections.abc import Callable
from typing import Any

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
PATIENCE = 60  # seconds until something that must happen did not


def control(path: str, method: str = "POST", **body: Any) -> Any:
    """Ask the emulator's control interface for something."""
    request = urllib.request.Request(f"{ENDPOINT}/_emulator/{path}", json.dumps(body).encode(), method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read() or "{}")


def report(version: str, checks: dict[str, Callable[[], None]]) -> None:
    """Make the checks, and say which hold; at the first that does not, with what values."""
    print("version", version)
    for name, check in checks.items():
        try:
            check()
        except AssertionError as error:
            *_, (frame, _) = traceback.walk_tb(error.__traceback__)
            error.add_note(f"{name}, with {pprint.pformat(frame.f_locals)}")
            raise
        print("passed", name, flush=True)
