"""An emulator in the test's own process, called by its gateway, and its state as plain values."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import msgspec

from emulator.configuration.settings import Settings
from emulator.control.state import restoring_state
from emulator.serving.app import Emulator
from emulator.sns.delivery.worker import Post
from emulator.state.exporting import export
from emulator.timing.turns import at_once
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.world.world import World as EmulatedWorld

ACCOUNT, OTHER = "111111111111", "222222222222"
REGION = "us-east-1"
NOW = 1_900_000_000.0

_FORM = b"application/x-www-form-urlencoded"
_JSON = b"application/x-amz-json-1.0"


class World:
    """Time stands still until it is moved; ids come from a seed; a long poll answers at once."""

    def __init__(
        self,
        *,
        seed: int | None = 7,
        clock_at: float | None = NOW,
        strict_timing: bool = True,
        post: Post | None = None,
    ) -> None:
        settings = Settings(seed=seed, clock_at=clock_at, strict_timing=strict_timing)
        self.emulator = Emulator(settings, EmulatedWorld(settings, post))
        self.emulator.close()
        self.control = self.emulator.world

    # -- State -----------------------------------------------------------------------------

    def export(self, account: str | None = None) -> Any:
        return json.loads(msgspec.json.encode(export(self.control, account)))

    def restore(self, document: object, account: str | None = None) -> None:
        at_once(restoring_state(self.control, account, msgspec.json.encode(document)))

    def advance(self, seconds: float, account: str = ACCOUNT) -> None:
        self.emulator.world.clocks.move(account, lambda clock: clock.advance(seconds))

    # -- Calls -----------------------------------------------------------------------------

    def sqs(self, action: str, account: str = ACCOUNT, region: str = REGION, **request: Any) -> HttpResponse:
        headers = {b"x-amz-target": f"AmazonSQS.{action}".encode(), b"content-type": _JSON}
        return self._answer("sqs", account, region, headers, json.dumps(request).encode())

    def sns(self, action: str, account: str = ACCOUNT, region: str = REGION, **request: str) -> HttpResponse:
        """Members of lists and maps are spelled as the query protocol has them, with _ for the dots."""
        form = {"Action": action} | {name.replace("_", "."): value for name, value in request.items()}
        return self._answer("sns", account, region, {b"content-type": _FORM}, urlencode(form).encode())

    def told(self, action: str, **request: Any) -> Any:
        """What SQS answers, which is no refusal."""
        answer = self.sqs(action, **request)
        assert answer.status == 200, answer.body
        return json.loads(answer.body or b"{}")

    def _answer(
        self, service: str, account: str, region: str, headers: dict[bytes, bytes], body: bytes
    ) -> HttpResponse:
        scope = f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/{service}/aws4_request".encode()
        given = {b"host": b"localhost:4566", b"authorization": scope, **headers}
        answer = self.emulator.gateway.answer(HttpRequest("POST", "http", "/", b"", given, body))
        return answer if isinstance(answer, HttpResponse) else asyncio.run(_wait(answer))


async def _wait(answer: Any) -> HttpResponse:
    response = await answer
    assert isinstance(response, HttpResponse)
    return response


def seen(answer: HttpResponse) -> tuple[int, bytes, bytes]:
    """All that a caller sees."""
    return answer.status, bytes(answer.head), answer.body


def queue_arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:sqs:{REGION}:{account}:{name}"


def topic_arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:sns:{REGION}:{account}:{name}"
