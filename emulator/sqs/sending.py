"""Checks of a message before a queue accepts it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from emulator.aws.errors import InvalidParameterValue, MissingParameter, ServiceError
from emulator.aws.limits import (
    ATTRIBUTE_NAME_LENGTH,
    ATTRIBUTE_TYPE_LENGTH,
    DELAY_SECONDS_MAX,
    MESSAGE_ATTRIBUTES_MAX,
    MESSAGE_GROUP_ID_LENGTH,
    NUMBER_DIGITS_MAX,
    NUMBER_MAX,
    NUMBER_MIN,
)
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sqs_errors import InvalidMessageContents, MessageTooLong, RefusedByQueue
from emulator.sqs.content_text import body_of
from emulator.sqs.message_content import Content
from emulator.sqs.queue import Queue

TRACE_HEADER = "AWSTraceHeader"

_ILLEGAL_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LEGAL_ASCII: Final = b"\t\n\r" + bytes(range(0x20, 0x80))
_ALLOWED_CHARACTERS = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]"
_ATTRIBUTE_NAME: Final = re.compile(r"[\w\-.]+")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,9})?")
_RESERVED_PREFIXES: Final = ("aws.", "amazon.")


def check_content(queue: Queue, content: Content, size: int) -> None:
    """Raise AWS's error if the message, of ``size`` bytes, is too large, or its body or an attribute is illegal."""
    body = body_of(content)
    if not body:
        raise MissingParameter.of("MessageBody")
    check_body(body)
    attributes = content.attributes
    if attributes:
        check_attributes(attributes)
    limit = queue.attributes.maximum_message_size
    if size > limit:
        raise MessageTooLong(limit)


def check_body(body: str) -> None:
    # For ASCII text this takes an eighth of the time: remove all legal characters, and see whether any are left.
    if body.isascii() and not body.encode().translate(None, _LEGAL_ASCII):
        return
    illegal = _ILLEGAL_CHARACTER.search(body)
    if illegal is not None:
        raise InvalidMessageContents(
            f"Invalid binary character '#x{ord(illegal.group()):X}' was found in the message body, "
            f"the set of allowed characters is {_ALLOWED_CHARACTERS}."
        )


def check_delay(queue: Queue, delay_seconds: int) -> None:
    """Raise AWS's error for a bad delay. FIFO queues accept only 0, as they have one delay for all messages."""
    if not 0 <= delay_seconds <= DELAY_SECONDS_MAX:
        raise InvalidParameterValue.of(
            "DelaySeconds", delay_seconds, f"DelaySeconds must be >= 0 and <= {DELAY_SECONDS_MAX}."
        )
    if queue.fifo and delay_seconds:
        raise _not_for_this_type("DelaySeconds", delay_seconds)


def check_group_and_deduplication(
    queue: Queue, group_id: str | None, deduplication_id: str | None, missing_group: type[ServiceError]
) -> None:
    """Check MessageGroupId and MessageDeduplicationId; a missing group raises ``missing_group``."""
    if group_id is not None:
        _check_token("MessageGroupId", group_id)
    if deduplication_id is not None:
        if not queue.fifo:
            raise _not_for_this_type("MessageDeduplicationId", deduplication_id)
        _check_token("MessageDeduplicationId", deduplication_id)
    if not queue.fifo:
        return
    if group_id is None:
        raise missing_group("The request must contain the parameter MessageGroupId.")
    if deduplication_id is None and not queue.attributes.content_based_deduplication:
        raise InvalidParameterValue(
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly"
        )


def check_attempt_id(attempt_id: str | None) -> None:
    """Check a ReceiveRequestAttemptId. Standard queues take one, too, to which it makes no difference."""
    if attempt_id is not None:
        _check_token("ReceiveRequestAttemptId", attempt_id)


def check_attributes(attributes: Mapping[str, MessageAttribute]) -> None:
    if len(attributes) > MESSAGE_ATTRIBUTES_MAX:
        raise InvalidParameterValue(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [{MESSAGE_ATTRIBUTES_MAX}]."
        )
    for name, attribute in attributes.items():
        _check_attribute_name(name)
        _check_attribute_value(name, attribute)


def check_system_attributes(attributes: Mapping[str, MessageAttribute]) -> None:
    """Raise AWS's error for any system attribute but the X-Ray trace header, the only one that can be sent."""
    for name, attribute in attributes.items():
        if name != TRACE_HEADER:
            raise InvalidParameterValue(
                f"Message system attribute name '{name}' is invalid. You must use only the following supported "
                f"message system attribute names: {TRACE_HEADER}."
            )
        if attribute.data_type != "String":
            raise InvalidParameterValue(
                f"The type of message system attribute '{name}' is invalid. "
                "You must use only the following supported type: String."
            )
        _check_attribute_value(name, attribute, kind="system")


def _check_attribute_name(name: str) -> None:
    if not name:
        raise InvalidParameterValue("The request must contain non-empty message attribute name.")
    if len(name) > ATTRIBUTE_NAME_LENGTH:
        raise InvalidParameterValue(
            f"Length of message attribute name must be between 1 and {ATTRIBUTE_NAME_LENGTH} characters."
        )
    if (
        _ATTRIBUTE_NAME.fullmatch(name) is None
        or name.startswith(".")
        or name.endswith(".")
        or ".." in name
        or name.lower().startswith(_RESERVED_PREFIXES)
    ):
        raise InvalidParameterValue(
            f"Message (user) attribute name '{name}' is invalid. It can contain only letters, digits, underscores, "
            "hyphens and single periods between them, and must not start with 'AWS.' or 'Amazon.'."
        )


def _check_attribute_value(name: str, attribute: MessageAttribute, kind: str = "user") -> None:
    data_type, text, data = attribute.data_type, attribute.string_value, attribute.binary_value
    base, dot, label = data_type.partition(".")
    if not data_type:
        raise InvalidParameterValue.of_incomplete_attribute(name, "type" if text or data else "value")
    if (
        base not in ("String", "Number", "Binary")
        or (dot and not label)
        or len(data_type) > ATTRIBUTE_TYPE_LENGTH
        or _ILLEGAL_CHARACTER.search(data_type) is not None
    ):
        raise InvalidParameterValue(
            f"The type of message ({kind}) attribute '{name}' is invalid. You must use only the following supported "
            "type prefixes: Binary, Number, String."
        )
    value, other = (data, text) if base == "Binary" else (text, data)
    if not value:
        raise InvalidParameterValue(
            f"Message ({kind}) attribute '{name}' must contain a non-empty value of type '{base}'."
        )
    if other:
        raise InvalidParameterValue(
            f"Message ({kind}) attribute '{name}' of type '{base}' must not contain both StringValue and BinaryValue."
        )
    if isinstance(value, str) and _ILLEGAL_CHARACTER.search(value) is not None:
        raise InvalidParameterValue(
            f"Invalid binary character was found in the value of message ({kind}) attribute '{name}', "
            f"the set of allowed characters is {_ALLOWED_CHARACTERS}."
        )
    if base == "Number" and isinstance(value, str) and not _is_number(value.strip()):
        raise InvalidParameterValue(f"Can't cast the value of message ({kind}) attribute '{name}' to a number.")


def _is_number(text: str) -> bool:
    if _NUMBER.fullmatch(text) is None:
        return False
    number = Decimal(text).copy_abs()
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return not number or (len(digits) <= NUMBER_DIGITS_MAX and NUMBER_MIN <= number <= NUMBER_MAX)


def _check_token(parameter: str, value: str) -> None:
    if len(value) > MESSAGE_GROUP_ID_LENGTH or not value or not _is_token(value):
        raise InvalidParameterValue.of(
            parameter,
            value,
            f"{parameter} can only include alphanumeric and punctuation characters. "
            f"1 to {MESSAGE_GROUP_ID_LENGTH} in length.",
        )


def _is_token(text: str) -> bool:
    """Whether these are printable characters of ASCII without a space: alphanumeric and punctuation characters."""
    return text.isascii() and text.isprintable() and " " not in text


def _not_for_this_type(parameter: str, value: object) -> RefusedByQueue:
    return RefusedByQueue.of(parameter, value, "The request include parameter that is not valid for this queue type.")
