"""The push notification services, in one table: the credentials and tokens they need, and the payloads they get.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
https://docs.aws.amazon.com/sns/latest/api/API_GetPlatformApplicationAttributes.html
"""

import json
import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from emulator.aws.limits import APPLE_TOKEN_LENGTH, PUSH_TOKEN_BYTES_MAX

_APPLE_TOKEN = re.compile(rf"[0-9A-Fa-f]{{1,{APPLE_TOKEN_LENGTH}}}")


def _apple_token(token: str) -> str | None:
    if _APPLE_TOKEN.fullmatch(token) is None:
        return f"iOS device tokens must be no more than {APPLE_TOKEN_LENGTH} hexadecimal characters"
    return None


def _other_token(token: str) -> str | None:
    if len(token.encode()) > PUSH_TOKEN_BYTES_MAX:
        return f"must be at most {PUSH_TOKEN_BYTES_MAX} bytes long in UTF-8 encoding"
    return None


def _json(wrap: Callable[[str], object]) -> Callable[[str], str]:
    return lambda text: json.dumps(wrap(text), ensure_ascii=False, separators=(",", ":"))


def _apple_method(settings: Mapping[str, str]) -> str:
    # Both attributes are there for "token-based authentication".
    by_token = "ApplePlatformTeamID" in settings or "ApplePlatformBundleID" in settings
    return "Token" if by_token else "Certificate"


def _google_method(settings: Mapping[str, str]) -> str:
    # For a token the credential is "a JSON formatted private key file", which AWS's command puts in quotation marks.
    return "Token" if settings["PlatformCredential"].lstrip('" \t\r\n').startswith("{") else "Key"


class Platform(Struct, frozen=True):
    """``credentials`` are the attributes that an application must have; ``token_problem`` says what is wrong with a
    token.

    ``wrapped`` makes the payload of a plain text. A text written for the platform is sent unchanged.
    ``authentication`` says what kind of credentials an application has, if the platform takes two kinds.
    """

    wrapped: Callable[[str], str]
    credentials: tuple[str, ...] = ("PlatformPrincipal", "PlatformCredential")
    token_problem: Callable[[str], str | None] = _other_token
    endpoint_attributes: tuple[str, ...] = ()  # besides those that all endpoints have
    authentication: Callable[[Mapping[str, str]], str] | None = None


_APPLE = Platform(
    _json(lambda text: {"aps": {"alert": text}}), token_problem=_apple_token, authentication=_apple_method
)
_AS_IT_IS = Platform(lambda text: text)

PLATFORMS: Mapping[str, Platform] = {
    "ADM": Platform(_json(lambda text: {"data": {"message": text}})),
    "APNS": _APPLE,
    "APNS_SANDBOX": _APPLE,
    "APNS_VOIP": _APPLE,
    "APNS_VOIP_SANDBOX": _APPLE,
    "MACOS": _APPLE,
    "MACOS_SANDBOX": _APPLE,
    "GCM": Platform(
        _json(lambda text: {"data": {"message": text}}),
        credentials=("PlatformCredential",),
        authentication=_google_method,
    ),
    "BAIDU": Platform(
        _json(lambda text: {"title": text, "description": text}), endpoint_attributes=("ChannelId", "UserId")
    ),
    "MPNS": _AS_IT_IS,
    "WNS": _AS_IT_IS,
}


def payload(platform: str, texts: Mapping[str, str]) -> str:
    """The payload for a device: the text under its platform's name or, wrapped, the default one."""
    own = texts.get(platform)
    return PLATFORMS[platform].wrapped(texts["default"]) if own is None else own
