"""The checks of CreateTopic: the attributes of a new topic, and whether they agree with an existing topic."""

from collections.abc import Mapping

from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.aws.stored_policy import same_policy
from emulator.sns.rejections import unknown_attribute
from emulator.sns.topic import Topic
from emulator.sns.topic_attributes import TOPIC_ATTRIBUTES, checked


def checked_at_creation(attributes: Mapping[str, str], *, fifo: bool) -> dict[str, str | None]:
    """The values as a new topic stores them; RejectedValue for the first invalid one."""
    kept = {}
    for name, value in attributes.items():
        if name not in TOPIC_ATTRIBUTES:
            raise unknown_attribute(name)
        kept[name] = checked(name, value, fifo=fifo)
    return kept


def check_same(topic: Topic, attributes: Mapping[str, str | None], tags: Mapping[str, str]) -> None:
    """Raise InvalidParameter unless these attributes and tags agree with the existing topic. Absent ones agree."""
    shown = topic.visible_settings()
    if not all(_same(topic, name, value or "", shown.get(name, "")) for name, value in attributes.items()):
        raise SnsInvalidParameter.of("Attributes", "Topic already exists with different attributes")
    if not tags.items() <= topic.tags.items():
        raise SnsInvalidParameter.of("Tags", "Topic already exists with different tags")


def _same(topic: Topic, name: str, wanted: str, current: str) -> bool:
    if name == "Policy" and wanted and current:
        return same_policy(wanted, current, topic.region)
    return wanted == current
