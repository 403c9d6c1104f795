"""Turns the properties of resources into declarations, as a configuration file has them."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from emulator.aws.arns import Arn
from emulator.declared.attributes import Value, field_of
from emulator.declared.declarations import (
    Declarations,
    DeclaredMapping,
    DeclaredQueue,
    DeclaredSubscription,
    DeclaredTopic,
    add_mapping,
)
from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.endpoints import Endpoint
from emulator.declared.reading import Reader
from emulator.declared.shapes import EventSourceMappingShape, QueueShape, SubscriptionShape, TopicShape
from emulator.declared.wording import alternatives, shown
from emulator.infrastructure.notices import NOT_EMULATED
from emulator.sns.identity import TopicIdentity
from emulator.sqs.identity import QueueIdentity

if TYPE_CHECKING:
    from emulator.infrastructure.principals import PlannedPrincipals

Table = TypeVar("Table", bound=Struct)

_FUNCTION = re.compile(f"function:(?!{NOT_EMULATED})")  # the resource part of an ARN

Names = Mapping[str, str]  # of properties: the field of each


def names(*properties: str) -> Names:
    """The fields of properties that have the names of AWS's attributes."""
    return {name: field_of(name) for name in properties}


class Declaring:
    """Adds to ``declarations``, and to ``mistakes``."""

    def __init__(self, declarations: Declarations, mistakes: Mistakes) -> None:
        self.declarations = declarations
        self.mistakes = mistakes
        self.principals: PlannedPrincipals | None = None  # where there are resources of IAM

    def finish(self) -> None:
        """Called when all resources are declared: principals are put together of several."""
        if self.principals is not None:
            self.principals.declare(self.declarations, self.mistakes)

    def shape(self, kind: type[Table], names: Names, given: Mapping[str, Any], path: DocumentPath) -> Table:
        """Properties as a struct; those that are wrong keep their default."""
        for name, field in names.items():
            self.mistakes.rename((*path, field), (*path, name))
        return _PropertyReader(self.mistakes, names).table(dict(given), kind, path) or kind()

    def tags(self, given: Any, path: DocumentPath) -> dict[str, str]:
        """Tags, which are a list of mappings with Key and Value."""
        tags: dict[str, str] = {}
        if isinstance(given, list):
            for index, each in enumerate(given):
                if not isinstance(each, dict) or each.keys() != {"Key", "Value"}:
                    self.mistakes.add((*path, index), f"Tags[{index}] is {shown(each)}; Key and Value are wanted.")
                elif str(each["Key"]) in tags:
                    self.mistakes.add((*path, index), f"There is another tag {each['Key']}.")
                else:
                    tags[str(each["Key"])] = _as_text(each["Value"])
        elif given is not None:
            self.mistakes.add(path, f"Tags is {shown(given)}; a list is wanted.")
        return tags

    def queue(self, identity: QueueIdentity, shape: QueueShape, path: DocumentPath) -> None:
        other = self.declarations.queues.get(identity.arn)
        if other is None:
            self.declarations.queues[identity.arn] = DeclaredQueue(identity, shape, path)
        else:
            self._refuse_second("queue", identity.name, other.path, path)

    def topic(self, identity: TopicIdentity, shape: TopicShape, path: DocumentPath) -> None:
        other = self.declarations.topics.get(identity.arn)
        if other is None:
            self.declarations.topics[identity.arn] = DeclaredTopic(identity, shape, path)
        else:
            self._refuse_second("topic", identity.name, other.path, path)

    def _refuse_second(self, kind: str, name: str, other: DocumentPath, path: DocumentPath) -> None:
        self.mistakes.add((*path, "name"), f"There is another {kind} {name}{self.mistakes.line_of(other, path)}.")

    def subscription(
        self, topic_arn: Any, protocol: Any, address: Any, shape: SubscriptionShape, path: DocumentPath
    ) -> None:
        """A subscription. ``path`` leads to its properties, which have the names of the fields there."""
        given = {"topic": topic_arn, "protocol": protocol, "endpoint": address}
        wrong = [name for name, value in given.items() if not isinstance(value, str) or not value]
        for name in wrong:
            self.mistakes.add((*path, name), f"A subscription has {name}, a text.")
        if wrong:
            return
        if not topic_arn.startswith("arn:"):
            self.mistakes.add((*path, "topic"), f"{shown(topic_arn)} is not the ARN of a topic.")
            return
        endpoint = Endpoint(protocol, address, (*path, "endpoint"))
        declared = DeclaredSubscription(topic_arn, endpoint, shape, path)
        other = self.declarations.subscriptions.get(declared.key)
        if other is None:
            self.declarations.subscriptions[declared.key] = declared
            return
        where = self.mistakes.line_of(other.path, path)
        self.mistakes.add(path, f"The topic has another subscription of {address}{where}.")

    def mapping(self, name: str, queue: Any, function: Any, shape: EventSourceMappingShape, path: DocumentPath) -> None:
        """An event source mapping. ``name`` is that of the resource, for the log if it is skipped."""
        source, target = (Arn.parse(each) if isinstance(each, str) else None for each in (queue, function))
        if source is None or source.service != "sqs":
            what = "another event source than a queue" if source is None else f"events of {source.service}"
            self.declarations.notices.append(f"{name} is skipped: {what}")
        elif target is None or target.service != "lambda" or not _FUNCTION.match(target.resource):
            self.declarations.notices.append(f"{name} is skipped: its function is not known")
        else:
            shape = msgspec.structs.replace(shape, queue=queue, function=function)
            add_mapping(self.declarations, DeclaredMapping(queue, function, shape, path, optional=True), self.mistakes)

    def set_on_queue(self, arn: str, field: str, value: Value | Any, path: DocumentPath) -> None:
        """An attribute that is given beside the queue, such as a policy. ``path`` leads to its value."""
        queue = self.declarations.queues.get(arn)
        if queue is None:
            text = f"There is no queue {arn.rpartition(':')[2]} among those that are declared."
            self.mistakes.add(path, text)
            return
        self.mistakes.rename((*queue.path, field), path)
        queue.shape = msgspec.structs.replace(queue.shape, **{field: value})

    def set_on_topic(self, arn: str, field: str, value: Any, path: DocumentPath) -> None:
        """As ``set_on_queue``."""
        topic = self.declarations.topics.get(arn)
        if topic is None:
            text = f"There is no topic {arn.rpartition(':')[2]} among those that are declared."
            self.mistakes.add(path, text)
            return
        self.mistakes.rename((*topic.path, field), path)
        topic.shape = msgspec.structs.replace(topic.shape, **{field: value})


class _PropertyReader(Reader):
    """Reads properties by the names of a template. Numbers and booleans may be texts, and texts numbers."""

    def __init__(self, mistakes: Mistakes, names: Names) -> None:
        super().__init__(mistakes)
        self._names = names

    def fields_of(self, kind: type[Struct]) -> dict[str, FieldInfo]:
        """As in any file, with the names of the template."""
        fields = super().fields_of(kind)
        return {name: fields[field] for name, field in self._names.items()}

    def convert(self, value: object, wanted: Any) -> Any:
        """As in any file, also from the texts of numbers and booleans."""
        if isinstance(value, int | float) and str in alternatives(wanted):
            value = _as_text(value)
        if isinstance(value, str):
            value = value.lower() if bool in alternatives(wanted) else value
        return msgspec.convert(value, wanted, strict=False)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
