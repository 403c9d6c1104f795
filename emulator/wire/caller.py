"""Who calls."""

from msgspec import Struct


class Caller(Struct, frozen=True):
    account: str
    region: str
    signed: bool = False
    access_key: str = ""


class Signer(Struct, frozen=True):
    """The caller of a signed request, and the service in its credential scope, if the signature is right."""

    caller: Caller
    service: str
