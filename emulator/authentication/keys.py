"""The keys of Signature Version 4, and whether a signature was made with the key of a secret.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#calculate-signature
"""

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

from emulator.authentication.signature import ASYMMETRIC, TERMINATOR, Scope

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_signed_with(secret: str, scope: Scope, string_to_sign: str, value: str) -> bool:
    """Whether ``value`` is the signature of ``string_to_sign``. A scope without a region is of an asymmetric one."""
    if scope.region is None:
        return _is_asymmetric(secret, scope.access_key, string_to_sign, value)
    return hmac.compare_digest(symmetric(secret, scope, string_to_sign), value.encode("utf-8", "replace"))


def symmetric(secret: str, scope: Scope, string_to_sign: str) -> bytes:
    """The signature of AWS4-HMAC-SHA256, in hexadecimal digits."""
    key = _signing_key(secret, scope.date, scope.region or "", scope.service)
    return _hmac(key, string_to_sign).hex().encode()


@lru_cache(maxsize=256)
def _signing_key(secret: str, *parts: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (*parts, TERMINATOR):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _is_asymmetric(secret: str, access_key: str, string_to_sign: str, value: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        signature = bytes.fromhex(value)
        asymmetric_key(secret, access_key).public_key().verify(signature, string_to_sign.encode(), ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=256)
def asymmetric_key(secret: str, access_key: str) -> "EllipticCurvePrivateKey":
    """The key of AWS4-ECDSA-P256-SHA256, by NIST SP 800-108 in counter mode, as the SDKs derive it."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

    for counter in range(1, 255):
        context = access_key.encode() + bytes((counter,))
        fixed = b"\0\0\0\1" + ASYMMETRIC.encode() + b"\0" + context + b"\0\0\1\0"
        candidate = int.from_bytes(hmac.digest(f"AWS4A{secret}".encode(), fixed, "sha256"))
        if candidate <= _ORDER_OF_P256 - 2:
            return derive_private_key(candidate + 1, SECP256R1())
    raise ValueError("there is no key")  # which chance does not let happen
