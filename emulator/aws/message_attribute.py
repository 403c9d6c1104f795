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
    def value_length(self) -> int:
        return utf8_length(self.string_value or "") if self.binary_value is None else len(self.binary_value)

    @property
    def is_binary(self) -> bool:
        return self.data_type.startswith("Binary")


def attributes_size(attributes: Mapping[str, MessageAttribute]) -> int:
    """Bytes which attributes count towards a message's size: name, data type and value of each."""
    if not attributes:
        return 0
    return sum(
        utf8_length(name) + utf8_length(attribute.data_type) + attribute.value_length
        for name, attribute in attributes.items()
    )


def utf8_length(text: str) -> int:
    """Bytes of ``text`` in UTF-8; half a surrogate pair, which a check refuses later, counts as three."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
