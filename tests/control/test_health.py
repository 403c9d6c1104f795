"""Health checks: of the control interface, and of the AWS port without it."""

import pytest
import starlette

from tests.raw_http import ask
from tests.server import RunningServer

# Since 1.7 starlette tells everybody that answers differ by the page that asks; before, it tells pages alone.
VARY_IS_TOLD_TO_ALL = tuple(map(int, starlette.__version__.split(".")[:2])) >= (1, 7)
THROUGH_CONTROL = {"sec-fetch-site": "none"}  # what a browser sends for an address that was typed in


@pytest.mark.parametrize("path", ["/_emulator/health", "/_localstack/health"])
def test_answer_is_the_same_with_and_without_the_control_interface(server: RunningServer, path: str) -> None:
    plain, through_control = ask(server.url, path), ask(server.url, path, headers=THROUGH_CONTROL)
    assert plain.status == through_control.status == 200
    assert plain.body == through_control.body
    plain_headers, other_headers = (dict(answer.headers.items()) for answer in (plain, through_control))
    assert plain_headers["vary"] == "Origin"
    ours = {"date": ""} if VARY_IS_TOLD_TO_ALL else {"date": "", "vary": ""}
    assert plain_headers | ours == other_headers | ours
