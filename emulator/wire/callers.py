"""The caller of a request: its account and region, from the access key and the credential scope.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from emulator.wire.caller import Caller, Signer
from emulator.wire.headers import KEPT_BYTES, host_of
from emulator.wire.http import Headers

MOST_SIGNERS = 4_096
_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_ACCOUNT = re.compile(r"\d{12}")
_HOST_REGION = re.compile(r"(?:^|\.)([a-z]{2,3}(?:-[a-z]+)+-\d)\.")


class Callers:
    """Finds the caller of a request. ``default`` is used for what the request does not say.

    ``accounts`` are account ids by access key id, for access key ids that are not account ids themselves. ``signed`` is
    whether any signature makes a caller ``signed``; False where signatures are verified, which happens elsewhere.
    """

    def __init__(self, default: Caller, accounts: Mapping[str, str] | None = None, *, signed: bool = True) -> None:
        self.default = default
        self._accounts: Mapping[str, str] = {} if accounts is None else accounts  # the owner may add some later
        self._counts_as_signed = signed
        # By the beginning of the header, up to the first comma: SDKs put the credential there, which does not change.
        self.known: dict[bytes, Signer] = {}

    def signer_of(self, headers: Headers, params: Mapping[str, str]) -> Signer | None:
        """The signer of a request, from its Authorization header or the parameters of a presigned URL."""
        authorization = headers.get(b"authorization")
        if authorization is None:
            return self._scope(params["X-Amz-Credential"]) if "X-Amz-Credential" in params else None
        beginning = authorization.partition(b",")[0]
        return self.known.get(beginning) or self._new_signer(beginning, authorization)

    def _new_signer(self, beginning: bytes, authorization: bytes) -> Signer | None:
        signer = self._authorized(beginning)
        if signer is None:
            return self._authorized(authorization)
        if len(beginning) <= KEPT_BYTES:
            if len(self.known) >= MOST_SIGNERS:
                self.known.clear()
            self.known[beginning] = signer
        return signer

    def unsigned(self, headers: Headers) -> Caller:
        """The caller of a request without a signature. Its region is that in the host name."""
        region = _HOST_REGION.search(host_of(headers))
        return Caller(self.default.account, region[1] if region else self.default.region)

    def _authorized(self, header: bytes) -> Signer | None:
        found = _CREDENTIAL.search(header.decode("latin-1"))
        return self._scope(found[1]) if found else None

    def _scope(self, scope: str) -> Signer | None:
        """Parse ``{key}/{date}/{region}/{service}/aws4_request``. A key of 12 digits is an account's id.

        The scope of an asymmetric signature has no region.
        """
        parts = unquote(scope).split("/")
        if len(parts) == 4 and parts[3] == "aws4_request":
            parts.insert(2, "")
        if len(parts) < 5:
            return None
        key = parts[0]
        account = key if _ACCOUNT.fullmatch(key) else self._accounts.get(key, self.default.account)
        return Signer(Caller(account, parts[2] or self.default.region, self._counts_as_signed, key), parts[3])
