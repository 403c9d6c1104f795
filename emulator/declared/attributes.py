"""AWS's attributes of queues, topics and subscriptions, from the fields of a table."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from emulator.declared.document import DocumentPath
from emulator.declared.shapes import Shape
from emulator.sns.subscription_attributes import SUBSCRIPTION_ATTRIBUTES
from emulator.sns.topic_attributes import TOPIC_ATTRIBUTES
from emulator.sqs.attributes import ATTRIBUTES

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Value(NamedTuple):
    """The text of an attribute, and where it stands in the file."""

    text: str
    path: DocumentPath


def field_of(attribute: str) -> str:
    """The field of an attribute: ``http_success_feedback_role_arn`` for ``HTTPSuccessFeedbackRoleArn``."""
    return _WORD.sub("_", attribute).lower()


def _fields(attributes: Iterable[str]) -> dict[str, str]:
    return {field_of(attribute): attribute for attribute in attributes}


# By field, AWS's names. FIFO is said by the name of a queue or topic, so it is not set with the other attributes.
QUEUE_FIELDS = _fields(name for name in ATTRIBUTES if name != "FifoQueue")
TOPIC_FIELDS = _fields(name for name in TOPIC_ATTRIBUTES if name != "FifoTopic")
SUBSCRIPTION_FIELDS = _fields(SUBSCRIPTION_ATTRIBUTES)


def attributes_of(shape: Shape, fields: Mapping[str, str], path: DocumentPath) -> dict[str, Value]:
    """The attributes that ``shape`` gives, by AWS's name, in the order in which they can be set."""
    return {
        name: Value(as_text(value), (*path, field))
        for field, name in fields.items()
        if (value := getattr(shape, field)) is not None
    }


def as_text(value: Any) -> str:
    """A value as AWS takes it: documents as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_date)
    return str(value)


def _date(value: object) -> str:
    """YAML reads ``Version: 2012-10-17`` as a date."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
