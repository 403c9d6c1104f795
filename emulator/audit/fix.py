"""A fix: what to change, in the terms of CloudFormation. ``code.py`` writes it in the language of the source."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

QUEUE, QUEUE_POLICY = "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"
TOPIC, TOPIC_POLICY = "AWS::SNS::Topic", "AWS::SNS::TopicPolicy"
SUBSCRIPTION = "AWS::SNS::Subscription"
ALARM = "AWS::CloudWatch::Alarm"
CONSUMER = "AWS::Lambda::EventSourceMapping"
KEY = "AWS::KMS::Key"


class UrlOf(Struct, frozen=True):
    """The URL of a queue that has this ARN."""

    arn: str


class NameOf(Struct, frozen=True):
    """The name of a queue or topic that has this ARN."""

    arn: str


class ArnOf(Struct, frozen=True):
    """An ARN that is no reference where that would make resources depend on each other."""

    arn: str


class ArnOfNew(Struct, frozen=True):
    """The ARN of a resource that another fix makes, by its ``name`` there. It is in the place of ``beside``, an ARN."""

    type: str
    name: str
    beside: str

    @property
    def arn(self) -> str:
        """The ARN, if the resource has the name that the fix calls it."""
        return ":".join(
            [*self.beside.split(":")[:2], self.type.split("::")[1].lower(), *self.beside.split(":")[3:5], self.name]
        )


class Fix(Struct, frozen=True):
    """A change of one resource. Texts in ``properties`` that are ARNs of other resources become references.

    ``arn`` is that of the element, or "" for a new one, whose ``name`` is in CamelCase. A property that is None is
    removed, and ``delete`` removes the resource.
    """

    type: str
    name: str  # the logical id or address in the source, or a name for a new resource
    properties: dict[str, Any]
    arn: str = ""
    delete: bool = False

    @property
    def new(self) -> bool:
        return not self.arn


def resolved(value: Any, replace: Callable[[Any], Any]) -> Any:
    """``value`` with everything in it replaced that ``replace`` gives something else for."""
    found = replace(value)
    if found is not value:
        return found
    if isinstance(value, dict):
        return {key: resolved(each, replace) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, replace) for each in value]
    return value
