"""Signs the requests of commands, where the server verifies signatures."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from emulator.authentication.canonical import canonical_requests
from emulator.authentication.keys import symmetric
from emulator.authentication.signature import SYMMETRIC, Scope, Signature
from emulator.wire.http import HttpRequest


class Signer(NamedTuple):
    """Signs as the caller whose access key is in the environment."""

    access_key: str
    secret: str
    token: str | None

    def signed(
        self, url: str, headers: Mapping[str, str], body: bytes, service: str, region: str, now: float
    ) -> dict[str, str]:
        """The headers of a POST to ``url`` with a signature for ``now``."""
        moment = datetime.fromtimestamp(now, UTC)
        sent = {**headers, "Host": urlsplit(url).netloc, "X-Amz-Date": moment.strftime("%Y%m%dT%H%M%SZ")}
        if self.token:
            sent["X-Amz-Security-Token"] = self.token
        lower = {name.lower(): value for name, value in sent.items()}
        scope = Scope(self.access_key, moment.strftime("%Y%m%d"), region, service)
        names = tuple(sorted(lower))
        signature = Signature(SYMMETRIC, scope, names, "", moment)
        request = HttpRequest("POST", "http", "/", b"", {k.encode(): v.encode() for k, v in lower.items()}, body)
        string = signature.string_to_sign(canonical_requests(request, names)[0])
        value = symmetric(self.secret, scope, string).decode()
        credential = f"{self.access_key}/{scope}"
        sent["Authorization"] = (
            f"{SYMMETRIC} Credential={credential}, SignedHeaders={';'.join(names)}, Signature={value}"
        )
        return sent


def signer_of_environment() -> Signer | None:
    """None without AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    return Signer(key, secret, os.environ.get("AWS_SESSION_TOKEN")) if key and secret else None
