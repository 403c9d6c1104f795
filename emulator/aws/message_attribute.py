"""A message attribute, in the form both services share."""

from collections.abc import Mapping

from msgspec import Struct


class MessageAttribute(Struct, frozen=True):
    """Exactly one of the two values is set; ``data_type`` keeps its custom label (``Number.int``)."""

    data_type: str
    string_value: str | None = None
    binary_value: bytes | None = None

    @property
    def value_bytes(self) -> bytes:
        if self.binary_value is not None:
            return self.binary_value
        return (self.string_value or "").encode()

    @property
    def is_binary(self) -> bool:
        return self.data_type.startswith("Binary")


def attributes_size(attributes: Mapping[str, MessageAttribute]) -> int:
    """Bytes which attributes count towards a message's size: name, data type and value of each."""
    if not attributes:
        return 0
    return sum(
        len(name.encode()) + len(attribute.data_type.encode()) + len(attribute.value_bytes)
        for name, attribute in attributes.items()
    )
