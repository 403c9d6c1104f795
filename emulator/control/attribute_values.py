"""Message attributes in answers of the control interface."""

from collections.abc import Mapping

from emulator.aws.message_attribute import MessageAttribute
from emulator.control.explanation import AttributeValue


def attribute_values(attributes: Mapping[str, MessageAttribute]) -> dict[str, AttributeValue]:
    return {
        name: AttributeValue(attribute.data_type, attribute.string_value, attribute.binary_value)
        for name, attribute in attributes.items()
    }
