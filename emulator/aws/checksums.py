"""The MD5 digests by which SDKs verify messages.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
"""

from collections.abc import Mapping
from hashlib import md5

from emulator.aws.message_attribute import MessageAttribute

_STRING, _BINARY = b"\x01", b"\x02"


def md5_of_body(body: str) -> bytes:
    """Digest of the UTF-8 body."""
    return md5(body.encode(), usedforsecurity=False).digest()


def md5_of_attributes(attributes: Mapping[str, MessageAttribute]) -> str | None:
    """Hex digest over name, full data type and value of each attribute, by name; None without attributes."""
    if not attributes:
        return None
    digest = md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        digest.update(_with_length(name.encode()))
        digest.update(_with_length(attribute.data_type.encode()))
        digest.update(_BINARY if attribute.is_binary else _STRING)
        digest.update(_with_length(attribute.value_bytes))
    return digest.hexdigest()


def _with_length(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value
