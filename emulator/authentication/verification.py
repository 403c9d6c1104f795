"""Verifies the signature of a call, with the secret of its access key, and says who calls.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html has most of the errors.
"""

import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from emulator.authentication.canonical import canonical_requests
from emulator.authentication.credentials import Credential, Credentials
from emulator.authentication.keys import is_signed_with
from emulator.authentication.signature import TIME_FORMAT, Signature, signature_of
from emulator.aws.errors import (
    ExpiredToken,
    InvalidClientTokenId,
    MissingAuthenticationToken,
    RequestExpired,
    SignatureDoesNotMatch,
)
from emulator.wire.caller import Caller
from emulator.wire.headers import host_of
from emulator.wire.http import HttpRequest

SKEW_MINUTES = 15
_SKEW = timedelta(minutes=SKEW_MINUTES)
_HOST_REGION = re.compile(r"(?:^|\.)([a-z]{2,3}(?:-[a-z]+)+-\d)\.")


class Verifier:
    """``default`` has the account of access keys that belong to none, and the region of signatures for several."""

    def __init__(self, credentials: Credentials, default: Caller, now_of: Callable[[str], float]) -> None:
        """``now_of`` gives the time of an account."""
        self._credentials = credentials
        self._default = default
        self._now_of = now_of

    def caller_of(self, request: HttpRequest, service: str | None) -> Caller:
        """Who has signed ``request`` to ``service``. Raises AWS's error if nobody is known to have done so."""
        signature = signature_of(request)
        if signature is None:
            raise MissingAuthenticationToken
        scope = signature.scope
        credential = self._credentials.get(scope.access_key)
        account = self._default.account if credential is None else self._account_of(credential)
        now = datetime.fromtimestamp(self._now_of(account), UTC)
        region = scope.region or host_region(request) or self._default.region
        _check_scope(signature, service, region, host_region(request))
        _check_time(signature, now)
        if credential is None or not _has_token(signature, credential):
            raise InvalidClientTokenId
        if credential.expires_at is not None and credential.expires_at <= now.timestamp():
            raise ExpiredToken
        _check_value(signature, request, credential)
        return Caller(account, region, signed=True, access_key=scope.access_key)

    def _account_of(self, credential: Credential) -> str:
        return credential.account or self._default.account


def host_region(request: HttpRequest) -> str | None:
    """The region in the name of the host that was called."""
    found = _HOST_REGION.search(host_of(request.headers))
    return found[1] if found else None


def _check_scope(signature: Signature, service: str | None, region: str, called_region: str | None) -> None:
    scope = signature.scope
    if service is not None and scope.service != service:
        raise SignatureDoesNotMatch(f"Credential should be scoped to correct service: '{service}'. ")
    if scope.region is None:
        if not _is_among(region, signature.regions or ""):
            raise SignatureDoesNotMatch(f"Credential should be scoped to a valid region, not '{signature.regions}'. ")
    elif called_region not in (None, scope.region):
        raise SignatureDoesNotMatch(f"Credential should be scoped to a valid region, not '{scope.region}'. ")
    day = signature.time[:8]
    if scope.date != day:
        raise SignatureDoesNotMatch(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{scope.date}' != '{day}', from '{signature.time}'."
        )


def _is_among(region: str, regions: str) -> bool:
    """Whether a set of regions, such as ``us-east-1,eu-*``, has this one."""
    patterns = (re.escape(each.strip()).replace(r"\*", "[a-z0-9-]*") for each in regions.split(","))
    return any(re.fullmatch(each, region) for each in patterns)


def _check_time(signature: Signature, now: datetime) -> None:
    made = signature.moment
    shown = now.strftime(TIME_FORMAT)
    if made > now + _SKEW:
        latest = (now + _SKEW).strftime(TIME_FORMAT)
        raise SignatureDoesNotMatch(
            f"Signature not yet current: {signature.time} is still later than {latest} ({shown} + {SKEW_MINUTES} min.)"
        )
    if signature.valid_seconds is not None:
        if made + timedelta(seconds=signature.valid_seconds) < now:
            raise RequestExpired
    elif made < now - _SKEW:
        earliest = (now - _SKEW).strftime(TIME_FORMAT)
        raise SignatureDoesNotMatch(
            f"Signature expired: {signature.time} is now earlier than {earliest} ({shown} - {SKEW_MINUTES} min.)"
        )


def _has_token(signature: Signature, credential: Credential) -> bool:
    """A key of a session is valid with its token only, and another key without one only."""
    given, wanted = signature.token or "", credential.token or ""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))


def _check_value(signature: Signature, request: HttpRequest, credential: Credential) -> None:
    canonical = canonical_requests(request, signature.signed_headers)
    strings = [signature.string_to_sign(each) for each in canonical]
    if not any(is_signed_with(credential.secret, signature.scope, each, signature.value) for each in strings):
        raise SignatureDoesNotMatch.of(canonical[0], strings[0])
