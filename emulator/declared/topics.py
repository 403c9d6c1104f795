"""Declared topics, made and changed by the actions of SNS."""

from collections.abc import Iterable, Mapping

from api_shapes import sns
from emulator.aws.errors import ServiceError
from emulator.declared.attributes import TOPIC_FIELDS, Value, as_text, attributes_of
from emulator.declared.calls import Caller, Calls
from emulator.declared.changes import changed, changed_tags, refused, set_one_by_one, set_together
from emulator.declared.declarations import Declarations, DeclaredTopic
from emulator.declared.document import Mistakes
from emulator.sns.protocols import FIFO_SUFFIX

_PROTECTION = "data_protection_policy"  # has an action of its own
# What sets an attribute back, where an empty text does not.
_DEFAULTS = {"ContentBasedDeduplication": "false", "ArchivePolicy": "{}"}


class TopicDeclarer:
    """Makes topics and changes them. What AWS refuses becomes a mistake."""

    def __init__(self, calls: Calls, declarations: Declarations, mistakes: Mistakes) -> None:
        self._calls = calls
        self._topics = calls.world.sns.topics
        self._declared = declarations.topics
        self._mistakes = mistakes

    async def declare(self, before: Mapping[str, DeclaredTopic]) -> None:
        for arn, topic in self._declared.items():
            new = await self._make(topic)
            if self._topics.get(arn) is not None:
                old = None if new else before.get(arn)
                await self._tag(topic, old)
                await self._set(topic, old)

    async def delete(self, topics: Iterable[DeclaredTopic]) -> None:
        """Delete topics. One that AWS does not delete, as it has an archive, is a mistake, and stays."""
        for topic in topics:
            request = sns.DeleteTopicInput(topic_arn=topic.identity.arn)
            try:
                await self._calls.perform(sns.DELETE_TOPIC, _owner(topic), request)
            except ServiceError as error:
                self._mistakes.add((), f"The topic {topic.identity.name} cannot be deleted. {refused(error)}")

    async def _make(self, topic: DeclaredTopic) -> bool:
        """Make a topic if there is none, and return whether it is new."""
        if self._topics.get(topic.identity.arn) is not None:
            return False
        name = topic.identity.name
        fifo = name.endswith(FIFO_SUFFIX) if topic.shape.fifo_topic is None else topic.shape.fifo_topic
        request = sns.CreateTopicInput(name=name, attributes={"FifoTopic": "true"} if fifo else None)
        try:
            await self._calls.perform(sns.CREATE_TOPIC, _owner(topic), request)
        except ServiceError as error:
            self._mistakes.add((*topic.path, "name"), refused(error))
            return False
        return True

    async def _tag(self, topic: DeclaredTopic, before: DeclaredTopic | None) -> None:
        arn, owner, path = topic.identity.arn, _owner(topic), (*topic.path, "tags")
        old = {} if before is None else before.shape.tags
        gone = [key for key in old if key not in topic.shape.tags]
        if gone:
            request = sns.UntagResourceRequest(resource_arn=arn, tag_keys=gone)
            await self._calls.perform(sns.UNTAG_RESOURCE, owner, request)

        async def tag(tags: Mapping[str, str]) -> None:
            rows = [sns.Tag(key=key, value=value) for key, value in tags.items()]
            await self._calls.perform(sns.TAG_RESOURCE, owner, sns.TagResourceRequest(resource_arn=arn, tags=rows))

        await set_together(tag, changed_tags(topic.shape.tags, old, path), path, self._mistakes)

    async def _set(self, topic: DeclaredTopic, before: DeclaredTopic | None) -> None:
        arn, owner = topic.identity.arn, _owner(topic)
        wanted = _wanted(topic)
        old = None if before is None else _wanted(before)
        values = changed(wanted, old, lambda name: _DEFAULTS.get(name, ""), topic.path)

        async def set_(attributes: Mapping[str, str]) -> None:
            ((name, text),) = attributes.items()
            if name == _PROTECTION:
                protect = sns.PutDataProtectionPolicyInput(resource_arn=arn, data_protection_policy=text)
                await self._calls.perform(sns.PUT_DATA_PROTECTION_POLICY, owner, protect)
                return
            request = sns.SetTopicAttributesInput(topic_arn=arn, attribute_name=name, attribute_value=text)
            await self._calls.perform(sns.SET_TOPIC_ATTRIBUTES, owner, request)

        await set_one_by_one(set_, values, self._mistakes)


def _wanted(topic: DeclaredTopic) -> dict[str, Value]:
    wanted = attributes_of(topic.shape, TOPIC_FIELDS, topic.path)
    protection = topic.shape.data_protection_policy
    if protection is not None:
        wanted[_PROTECTION] = Value(as_text(protection), (*topic.path, _PROTECTION))
    return wanted


def _owner(topic: DeclaredTopic) -> Caller:
    return Caller(topic.identity.account, topic.identity.region)
