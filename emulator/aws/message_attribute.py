"""A message attribute, in the form both services share."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


class MessageAttribute(Struct, frozen=True):
    """Once it is checked, exactly one of the two values is set; ``data_type`` keeps its label (``Number.int``)."""

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


class GivenAttribute(Protocol):
    """A message attribute as a request has it."""

    @property
    def data_type(self) -> str | None: ...
    @property
    def string_value(self) -> str | None: ...
    @property
    def binary_value(self) -> bytes | None: ...


def given_attributes(given: Mapping[str, GivenAttribute]) -> dict[str, MessageAttribute]:
    """The attributes of a request, by name; an empty value counts as absent, and an absent type as empty."""
    attributes: dict[str, MessageAttribute] = {}
    for name, value in given.items():
        data_type = value.data_type or ""
        attributes[name] = MessageAttribute(data_type, value.string_value or None, value.binary_value or None)
    return attributes


def attributes_size(attributes: Mapping[str, MessageAttribute]) -> int:
    """Bytes which attributes count towards a message's size: name, data type and value of each."""
    size = 0
    for name, attribute in attributes.items():
        binary = attribute.binary_value
        if binary is None:
            texts = f"{name}{attribute.data_type}{attribute.string_value or ''}"
        else:
            texts = name + attribute.data_type
            size += len(binary)
        size += len(texts) if texts.isascii() else len(texts.encode(errors="surrogatepass"))
    return size


def utf8_length(text: str) -> int:
    """Bytes of ``text`` in UTF-8; half a surrogate pair, which a check refuses later, counts as three."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
