"""Receipt handles: which receive of which message a caller means.

A handle carries what it stands for, sealed with a key of its queue: so a queue knows its own handles, also
those of messages long gone, and keeps no table of them.
"""

import binascii
import struct
from hashlib import blake2b
from typing import Final

from emulator.aws.limits import VISIBILITY_TIMEOUT_MAX
from emulator.aws.sqs_errors import ReceiptHandleExpired, ReceiptHandleIsInvalid
from emulator.sqs.receipt import Receipt

_FIELDS: Final = struct.Struct(">QId")
_SEAL_BYTES: Final = 16
_PREFIX: Final = "AQEB"  # what handles of AWS begin with
_LENGTH: Final = 52  # characters; the same content with more padding is no handle


class ReceiptHandles:
    """Issues and reads the handles of one queue."""

    __slots__ = ("_unsealed",)

    def __init__(self, key: bytes) -> None:
        self._unsealed = blake2b(digest_size=_SEAL_BYTES, key=key)

    def issue(self, sequence: int, receive_number: int, received_at: float) -> str:
        """The handle of a receipt with these fields."""
        fields = _FIELDS.pack(sequence, receive_number, received_at)
        return _PREFIX + binascii.b2a_base64(fields + self._seal(fields), newline=False).decode()

    def read(self, handle: str) -> Receipt:
        """The receipt behind ``handle``; ReceiptHandleIsInvalid unless this queue issued it."""
        try:
            sealed = binascii.a2b_base64(handle.removeprefix(_PREFIX), strict_mode=True)
        except ValueError:  # also for what is not ASCII
            raise ReceiptHandleIsInvalid.of(handle) from None
        if not handle.startswith(_PREFIX) or len(handle) != _LENGTH or len(sealed) != _FIELDS.size + _SEAL_BYTES:
            raise ReceiptHandleIsInvalid.of(handle)
        fields = sealed[: _FIELDS.size]
        if sealed[_FIELDS.size :] != self._seal(fields):
            raise ReceiptHandleIsInvalid.of_another_queue(handle)
        return Receipt(*_FIELDS.unpack(fields))

    def read_valid(self, handle: str, now: float) -> Receipt:
        """As ``read``; ReceiptHandleExpired where the receive was more than twelve hours ago."""
        receipt = self.read(handle)
        if now - receipt.received_at > VISIBILITY_TIMEOUT_MAX:
            raise ReceiptHandleExpired.of_handle(handle)
        return receipt

    def _seal(self, fields: bytes) -> bytes:
        seal = self._unsealed.copy()
        seal.update(fields)
        return seal.digest()
