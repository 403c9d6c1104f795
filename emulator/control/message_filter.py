"""Which messages a search is for, by what they say."""

import base64
from collections.abc import Callable, Mapping

from emulator.aws.message_attribute import MessageAttribute

CHARACTERS_AT_ONCE = 1_000_000  # of bodies that are searched in one turn


class MessageFilter:
    """A part of the body, in upper or lower case; the name of an attribute, or ``name=value``. None: any.

    A value matches as a whole; that of a binary attribute is given in base64.
    """

    def __init__(self, text: str | None, attribute: str | None) -> None:
        self._text = None if text is None else text.casefold()
        self._attribute = attribute
        self.searched = 0  # characters of bodies in this turn

    def begin_turn(self) -> None:
        self.searched = 0

    def accepts(self, body: Callable[[], str], attributes: Mapping[str, MessageAttribute]) -> bool:
        """Whether it is for a message with this body, which is only asked for if it is needed."""
        if self._attribute is not None and not self._has_attribute(attributes):
            return False
        if self._text is None:
            return True
        text = body()
        self.searched += len(text)
        return self._text in text.casefold()

    def _has_attribute(self, attributes: Mapping[str, MessageAttribute]) -> bool:
        assert self._attribute is not None, "it is asked for"
        name, with_value, value = self._attribute.partition("=")
        attribute = attributes.get(name)
        return attribute is not None and (not with_value or _value(attribute) == value)


def _value(attribute: MessageAttribute) -> str:
    if attribute.binary_value is not None:
        return base64.b64encode(attribute.binary_value).decode()
    return attribute.string_value or ""
