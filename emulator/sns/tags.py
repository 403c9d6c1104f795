"""Tags of topics.

https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
"""

from collections.abc import Iterable, Mapping

from emulator.aws.limits import TOPIC_TAGS_MAX
from emulator.aws.sns_errors import SnsInvalidParameter, SnsTagLimitExceeded
from emulator.aws.tag_text import is_tag_text
from emulator.sns.constraints import check

_RESERVED_PREFIX = "aws:"  # in any letter case


def checked_tags(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The tags of a request. The first invalid or repeated key raises the error that AWS returns."""
    checked: dict[str, str] = {}
    for number, (key, value) in enumerate(tags, 1):
        check(f"tags.{number}.member.key", key, "TagKey")
        check(f"tags.{number}.member.value", value, "TagValue")
        if key.lower().startswith(_RESERVED_PREFIX):
            raise SnsInvalidParameter.of("Tags", f"The tag key {key} begins with {_RESERVED_PREFIX}, which is reserved")
        if not (is_tag_text(key) and is_tag_text(value)):
            raise SnsInvalidParameter.of("Tags", "The given tag(s) contain invalid characters")
        if key in checked:
            raise SnsInvalidParameter.of("Duplicated keys are not allowed.")
        checked[key] = value
    return checked


def merged_tags(present: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Present and new tags together; TagLimitExceeded if there are too many for one topic."""
    merged = {**present, **new}
    if len(merged) > TOPIC_TAGS_MAX:
        raise SnsTagLimitExceeded
    return merged
