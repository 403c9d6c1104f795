"""Time in the account of a test, moved through the control interface of the server."""

import json
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountClock:
    url: str
    account: str

    def advance(self, seconds: float) -> None:
        self._move({"advance": seconds})

    def freeze(self) -> None:
        self._move({"freeze": True})

    def resume(self) -> None:
        self._move({"freeze": False})

    def _move(self, change: dict[str, object]) -> None:
        body = json.dumps(change | {"account": self.account}).encode()
        with urllib.request.urlopen(f"{self.url}/_emulator/clock", body) as answer:
            answer.read()
