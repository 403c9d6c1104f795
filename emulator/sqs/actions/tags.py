"""Actions on the tags of a queue.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
"""

from collections.abc import Mapping

from api_shapes import sqs
from emulator.actions.registry import action
from emulator.aws.errors import InvalidParameterValue, MissingParameter
from emulator.aws.limits import TAG_KEY_LENGTH, TAG_VALUE_LENGTH
from emulator.aws.tag_text import is_tag_text
from emulator.sqs.actions.addressing import SqsContext, addressed_queue

_RESERVED_PREFIX = "aws:"
_CHARACTERS_RULE = "can only include letters, digits, white space and the characters _ . : / = + - @"


@action(sqs.TAG_QUEUE, about="queue_url")
def tag_queue(ctx: SqsContext, request: sqs.TagQueueRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html"""
    queue = addressed_queue(ctx, request.queue_url)
    if not request.tags:
        raise MissingParameter.of("Tags")
    check_tags(request.tags)
    queue.set_tags(queue.tags | request.tags)


@action(sqs.UNTAG_QUEUE, about="queue_url")
def untag_queue(ctx: SqsContext, request: sqs.UntagQueueRequest) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html"""
    queue = addressed_queue(ctx, request.queue_url)
    if not request.tag_keys:
        raise MissingParameter.of("TagKeys")
    queue.set_tags({key: value for key, value in queue.tags.items() if key not in request.tag_keys})


@action(sqs.LIST_QUEUE_TAGS, reads=True, about="queue_url")
def list_queue_tags(ctx: SqsContext, request: sqs.ListQueueTagsRequest) -> sqs.ListQueueTagsResult:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html"""
    return sqs.ListQueueTagsResult(tags=addressed_queue(ctx, request.queue_url).tags or None)


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise InvalidParameterValue where a key or a value is none AWS takes."""
    for key, value in tags.items():
        if not 1 <= len(key) <= TAG_KEY_LENGTH:
            raise _refusal("Key", key, f"must be 1 to {TAG_KEY_LENGTH} characters long")
        if len(value) > TAG_VALUE_LENGTH:
            raise _refusal("Value", value, f"must be at most {TAG_VALUE_LENGTH} characters long")
        if key.lower().startswith(_RESERVED_PREFIX):
            raise _refusal("Key", key, f"must not start with {_RESERVED_PREFIX}")
        for parameter, text in (("Key", key), ("Value", value)):
            if not is_tag_text(text):
                raise _refusal(parameter, text, _CHARACTERS_RULE)


def _refusal(part: str, text: str, rule: str) -> InvalidParameterValue:
    return InvalidParameterValue.of(f"Tag.{part}", text, f"Tag.{part} {rule}.")
