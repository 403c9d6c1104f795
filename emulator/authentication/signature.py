"""The signature of a request as it was sent: in the header Authorization, or in the parameters of a presigned URL.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
"""

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from emulator.authentication.canonical import text_of
from emulator.aws.errors import IncompleteSignature, SignatureDoesNotMatch
from emulator.wire.http import Headers, HttpRequest

SYMMETRIC = "AWS4-HMAC-SHA256"
ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
TERMINATOR = "aws4_request"
TIME_FORMAT = "%Y%m%dT%H%M%SZ"

_ELEMENTS = {SYMMETRIC: "keyid/date/region/service/term", ASYMMETRIC: "keyid/date/service/term"}
_MOST_SECONDS = 604_800  # that a presigned URL is valid
_PARAMETERS = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
_BASIC_TIME = re.compile(r"[0-9]{8}T[0-9]{6}Z")


class Scope(NamedTuple):
    """For what a signature was made. ``region`` is None where the signature is for several."""

    access_key: str
    date: str
    region: str | None
    service: str

    def __str__(self) -> str:
        region = () if self.region is None else (self.region,)
        return "/".join((self.date, *region, self.service, TERMINATOR))


class Signature(NamedTuple):
    """A signature, which is not verified."""

    algorithm: str
    scope: Scope
    signed_headers: tuple[str, ...]
    value: str
    moment: datetime
    token: str | None = None
    regions: str | None = None  # of ASYMMETRIC: X-Amz-Region-Set
    valid_seconds: int | None = None  # of a presigned URL

    @property
    def time(self) -> str:
        return self.moment.strftime(TIME_FORMAT)

    def string_to_sign(self, canonical_request: str) -> str:
        digest = sha256(canonical_request.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{self.algorithm}\n{self.time}\n{self.scope}\n{digest}"


def signature_of(request: HttpRequest) -> Signature | None:
    """The signature of a request; None if it has none. Raises IncompleteSignature or SignatureDoesNotMatch."""
    authorization = request.headers.get(b"authorization")
    if authorization is not None:
        return _of_header(text_of(authorization), request.headers)
    parameters = dict(_parameters(request.query))
    return _of_parameters(parameters) if parameters else None


def _of_header(authorization: str, headers: Headers) -> Signature:
    algorithm, _, rest = authorization.partition(" ")
    hashed = _hashed(authorization)
    if not algorithm.startswith("AWS4-"):
        _refuse_incomplete({}, _time_text(headers), hashed)
    if algorithm not in _ELEMENTS:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm}'.")
    parts: dict[str, str] = {}
    for part in filter(None, map(str.strip, rest.split(","))):
        name, equals, value = part.partition("=")
        if not equals:
            raise IncompleteSignature(
                "Invalid key=value pair (missing equal-sign) in Authorization header "
                f"(hashed with SHA-256 and encoded with Base64): '{hashed}'."
            )
        parts[name] = value
    time = _time_text(headers)
    _refuse_incomplete(parts, time, hashed)
    assert time is not None, "it was refused otherwise"
    token, regions = (headers.get(name) for name in (b"x-amz-security-token", b"x-amz-region-set"))
    return Signature(
        algorithm,
        _scope(algorithm, parts["Credential"]),
        _names(parts["SignedHeaders"]),
        parts["Signature"],
        _moment(time),
        None if token is None else text_of(token),
        None if regions is None else text_of(regions),
    )


def _of_parameters(parameters: Mapping[str, str]) -> Signature:
    missing = [name for name in _PARAMETERS if name not in parameters]
    if missing:
        lacks = " ".join(f"AWS query-string parameters must include '{name}'." for name in missing)
        raise IncompleteSignature(f"{lacks} Re-examine the query-string parameters.")
    algorithm = parameters["X-Amz-Algorithm"]
    if algorithm not in _ELEMENTS:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm}'.")
    seconds = parameters.get("X-Amz-Expires")
    if seconds is not None and not (re.fullmatch("[0-9]{1,6}", seconds) and int(seconds) <= _MOST_SECONDS):
        raise IncompleteSignature("X-Amz-Expires must be a number of seconds between 0 and 604800.")
    return Signature(
        algorithm,
        _scope(algorithm, parameters["X-Amz-Credential"]),
        _names(parameters["X-Amz-SignedHeaders"]),
        parameters["X-Amz-Signature"],
        _moment(parameters["X-Amz-Date"]),
        parameters.get("X-Amz-Security-Token"),
        parameters.get("X-Amz-Region-Set"),
        None if seconds is None else int(seconds),
    )


def _parameters(query: bytes) -> Iterator[tuple[str, str]]:
    """The parameters of the URL that are about its signature, also of Signature Version 2."""
    for pair in query.split(b"&"):
        name, _, value = pair.partition(b"=")
        if name.startswith(b"X-Amz-") or name == b"AWSAccessKeyId":
            yield text_of(name), text_of(unquote_to_bytes(value.replace(b"+", b" ")))


def _refuse_incomplete(parts: Mapping[str, str], time: str | None, hashed: str) -> None:
    """Raise IncompleteSignature if a part of the header Authorization, or the time, is missing."""
    lacks = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if time is None:
        lacks.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if lacks:
        raise IncompleteSignature(
            f"{' '.join(lacks)} (Hashed with SHA-256 and encoded with Base64) Authorization={hashed}"
        )


def _hashed(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()


def _time_text(headers: Headers) -> str | None:
    given = headers.get(b"x-amz-date", headers.get(b"date"))
    return None if given is None else text_of(given)


def _moment(text: str) -> datetime:
    """The time of a signature: ISO 8601 in its basic format or, in the header Date, as HTTP has it."""
    try:
        if _BASIC_TIME.fullmatch(text):
            return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise IncompleteSignature(
            f"Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.lower().split(";"))
    if "host" not in names:
        raise SignatureDoesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    return names


def _scope(algorithm: str, credential: str) -> Scope:
    elements = _ELEMENTS[algorithm]
    parts, count = credential.split("/"), elements.count("/") + 1
    if len(parts) != count:
        raise IncompleteSignature(
            f"Credential must have exactly {count} slash-delimited elements, e.g. {elements}, got '{credential}'"
        )
    key, date, *region, service, terminator = parts
    if terminator != TERMINATOR:
        raise SignatureDoesNotMatch(
            f"Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{terminator}'."
        )
    return Scope(key, date, region[0] if region else None, service)
