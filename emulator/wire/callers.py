"""The caller of a request: its account and region, from the access key and the credential scope.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from emulator.wire.caller import Caller, Signer
from emulator.wire.headers import KEPT_BYTES, host_of
from emulator.wire.http import Headers

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_ACCOUNT = re.compile(r"\d{12}")
_HOST_REGION = re.compile(r"(?:^|\.)([a-z]{2,3}(?:-[a-z]+)+-\d)\.")


class Callers:
    """Finds the caller of a request. ``default`` is used for what the request does not say."""

    def __init__(self, default: Caller) -> None:
        self.default = default
        # SDKs begin the header with the credential, which a client repeats in all requests of a day.
        self._often_authorized = lru_cache(maxsize=4096)(self._authorized)

    def signer_of(self, headers: Headers, params: Mapping[str, str]) -> Signer | None:
        """The signer of a request, from its Authorization header or the parameters of a presigned URL."""
        authorization = headers.get(b"authorization")
        if authorization is None:
            return self._scope(params["X-Amz-Credential"]) if "X-Amz-Credential" in params else None
        beginning = authorization.partition(b",")[0]
        signer = self._often_authorized(beginning) if len(beginning) <= KEPT_BYTES else None
        return signer or self._authorized(authorization)

    def unsigned(self, headers: Headers) -> Caller:
        """The caller of a request without a signature. Its region is that in the host name."""
        region = _HOST_REGION.search(host_of(headers))
        return Caller(self.default.account, region[1] if region else self.default.region)

    def _authorized(self, header: bytes) -> Signer | None:
        found = _CREDENTIAL.search(header.decode("latin-1"))
        return self._scope(found[1]) if found else None

    def _scope(self, scope: str) -> Signer | None:
        """Parse ``{key}/{date}/{region}/{service}/aws4_request``. A key of 12 digits is an account's id."""
        parts = unquote(scope).split("/")
        if len(parts) < 5:
            return None
        account = parts[0] if _ACCOUNT.fullmatch(parts[0]) else self.default.account
        return Signer(Caller(account, parts[2] or self.default.region, signed=True), parts[3])
