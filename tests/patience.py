"""How long tests wait for what must happen.

A test that passes never waits this long: it goes on as soon as the thing happens. So the bound only says when a test
that fails gives up, and no test depends on how fast or busy the machine is.
"""

import subprocess
import urllib.request
from collections.abc import Sequence
from typing import Any

SECONDS = 60.0


def run(command: Sequence[str] | str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """``subprocess.run`` of a program that ends by itself, with what it wrote as text."""
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, **options)


def get(url: str, data: bytes | None = None) -> bytes:
    """The body of the answer; a POST where there are ``data``."""
    with urllib.request.urlopen(url, data, SECONDS) as answer:
        body: bytes = answer.read()
    return body
