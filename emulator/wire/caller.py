"""The caller of a request, and what its signature says."""

from msgspec import Struct


class Caller(Struct, frozen=True):
    """The account and the region in which a request is performed. ``signed``: the request counts as signed by them."""

    account: str
    region: str
    signed: bool = False
    access_key: str = ""  # the access key id of the signature; empty without one


class Signer(Struct, frozen=True):
    """The caller of a signed request, and the service in its credential scope. The signature may be wrong."""

    caller: Caller
    service: str
