"""The checks of message attributes in SNS, in AWS's words.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
"""

import re
from collections.abc import Mapping

from emulator.aws.limits import ATTRIBUTE_NAME_LENGTH
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sns_errors import SnsParameterValueInvalid

_VALUE_FIELD = {
    "String": "String",
    "Number": "String",
    "Binary": "Binary",
}  # type -> member
# Names that have passed: publishers use the same ones again and again, and none is over 256 bytes.
KNOWN_NAMES: set[str] = set()
MOST_KNOWN_NAMES = 4_096
_ILLEGAL = re.compile(r"[^A-Za-z0-9_.-]")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RESERVED = ("aws.", "amazon.")
# What callers may use of the names that are reserved.
# https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
# https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
_FOR_DEVICES = "aws.sns.mobile."
_FOR_PHONES = frozenset(
    {
        "AWS.MM.SMS.EntityId",
        "AWS.MM.SMS.OriginationNumber",
        "AWS.MM.SMS.TemplateId",
        "AWS.SNS.SMS.MaxPrice",
        "AWS.SNS.SMS.SMSType",
        "AWS.SNS.SMS.SenderID",
    }
)


def check_attributes(attributes: Mapping[str, MessageAttribute]) -> None:
    """Raise ParameterValueInvalid for the first attribute that AWS refuses."""
    for name, attribute in attributes.items():
        if name not in KNOWN_NAMES:
            _check_name(name)
            if len(KNOWN_NAMES) >= MOST_KNOWN_NAMES:
                KNOWN_NAMES.clear()
            KNOWN_NAMES.add(name)
        _check_value(name, attribute)


def _check_name(name: str) -> None:
    if len(name.encode()) > ATTRIBUTE_NAME_LENGTH:
        raise SnsParameterValueInvalid("Length of message attribute name must be less than 256 bytes.")
    if not name:
        raise SnsParameterValueInvalid("Length of message attribute name must be greater than 0.")
    if name.startswith("."):
        raise SnsParameterValueInvalid("Invalid message attribute name starting with character '.' was found.")
    if name.endswith("."):
        raise SnsParameterValueInvalid("Invalid message attribute name ending with character '.' was found.")
    illegal = _ILLEGAL.search(name)
    if illegal is not None:
        raise SnsParameterValueInvalid(
            f"Invalid non-alphanumeric character '#x{ord(illegal[0]):X}' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots."
        )
    if ".." in name:
        raise SnsParameterValueInvalid("Message attribute name can not have successive '.' character.")
    lowered = name.lower()
    if lowered.startswith(_RESERVED) and not (lowered.startswith(_FOR_DEVICES) or name in _FOR_PHONES):
        raise SnsParameterValueInvalid(
            "Message attribute names starting with 'AWS.' or 'Amazon.' are reserved for use by Amazon."
        )


def _check_value(name: str, attribute: MessageAttribute) -> None:
    data_type = attribute.data_type
    field, prefix = _VALUE_FIELD.get(data_type), data_type
    if field is None:
        prefix, dot, label = data_type.partition(".")
        field = None if dot and not label else _VALUE_FIELD.get(prefix)
    if field is None:
        raise SnsParameterValueInvalid(
            f"The message attribute '{name}' has an invalid message attribute type, "
            "the set of supported type prefixes is Binary, Number, and String."
        )
    text, data = attribute.string_value, attribute.binary_value
    value, other = (data, text) if field == "Binary" else (text, data)
    if other:
        raise SnsParameterValueInvalid(
            f"The message attribute '{name}' with type '{data_type}' must use field '{field}'."
        )
    if not value:
        raise SnsParameterValueInvalid(
            f"The message attribute '{name}' must contain non-empty message attribute value "
            f"for message attribute type '{data_type}'."
        )
    if prefix == "Number" and not _NUMBER.fullmatch(text or ""):
        raise SnsParameterValueInvalid(f"Could not cast message attribute '{name}' value to number.")
