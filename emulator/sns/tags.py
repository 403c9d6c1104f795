"""Tags of topics.

https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
"""

from collections.abc import Iterable, Mapping

from emulator.aws.errors import ValidationError
from emulator.aws.limits import TAG_KEY_LENGTH, TAG_VALUE_LENGTH, TOPIC_TAGS_MAX
from emulator.aws.sns_errors import SnsInvalidParameter, SnsTagLimitExceeded

_RESERVED_PREFIX = "aws:"  # in any case


def checked_tags(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keys and values as a request gives them, each key once."""
    checked: dict[str, str] = {}
    for number, (key, value) in enumerate(tags, 1):
        if not key:
            raise _length_error(number, "key", key, "greater than or equal to 1")
        if len(key) > TAG_KEY_LENGTH:
            raise _length_error(number, "key", key, f"less than or equal to {TAG_KEY_LENGTH}")
        if len(value) > TAG_VALUE_LENGTH:
            raise _length_error(number, "value", value, f"less than or equal to {TAG_VALUE_LENGTH}")
        if key.lower().startswith(_RESERVED_PREFIX):
            raise SnsInvalidParameter.of("Tags", f"The tag key {key} begins with {_RESERVED_PREFIX}, which is reserved")
        if key in checked:
            raise SnsInvalidParameter.of("Duplicated keys are not allowed.")
        checked[key] = value
    return checked


def merged_tags(present: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """All of them; TagLimitExceeded where that is too many for one topic."""
    merged = {**present, **new}
    if len(merged) > TOPIC_TAGS_MAX:
        raise SnsTagLimitExceeded
    return merged


def _length_error(number: int, member: str, value: str, bound: str) -> ValidationError:
    return ValidationError(
        f"1 validation error detected: Value '{value}' at 'tags.{number}.member.{member}' "
        f"failed to satisfy constraint: Member must have length {bound}"
    )
