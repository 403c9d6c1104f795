"""Calls of the control interface."""

import json
import urllib.error
import urllib.request
from typing import Any

from tests import patience


def call(url: str, body: object = None, method: str | None = None) -> tuple[int, Any]:
    """The status and the JSON of the answer; a body that is bytes is sent as it is."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=patience.SECONDS) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
