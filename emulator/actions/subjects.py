"""Which queue or topic a request is about. The ``about`` of its action names the field of the request that says so."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from api_shapes.operation import Shape
from emulator.actions.registry import ABOUT
from emulator.aws.arns import Arn, arn
from emulator.sqs.queue_urls import parse_queue_url

Names = tuple[str, ...]  # of one queue or topic: its name and its ARN
Kind = Literal["queue", "topic"]

_OWNER = "queue_owner_aws_account_id"  # the account of the queue, if GetQueueUrl asks for another account's


class Subject(msgspec.Struct, frozen=True):
    """A queue or a topic as a request names it. ``arn`` is None if the request gives no valid ARN."""

    kind: Kind
    name: str
    arn: Arn | None


def has_subject(request: type[Shape]) -> bool:
    """Whether requests of this type say which queue or topic they are for."""
    return bool(ABOUT[request])


def names_of(request: Shape, account: str, region: str) -> Names:
    """Names and ARNs of the queue or topic that an account's request is for."""
    return tuple(name for _, names in _found(request, account, region) for name in names)


def subject_of(request: Shape, account: str, region: str) -> Subject | None:
    """The queue or topic that an account's request is for."""
    for field, names in _found(request, account, region):
        return _subject(field, names)
    return None


def subject_named(members: Mapping[str, object], account: str, region: str) -> Subject | None:
    """The queue or topic of a request that could not be read. ``members`` are keyed by their names on the wire."""
    for name, field in _WIRE_NAMES.items():
        value = members.get(name)
        if isinstance(value, str) and value:
            return _subject(field, _READERS[field](value, account, region))
    return None


def names_in_arn(text: str) -> Names:
    """The name and the ARN of a topic or a queue, from its own ARN or a subscription's."""
    parsed = Arn.parse(text)
    if parsed is None:
        return (text,)
    name = parsed.resource.partition(":")[0]
    return name, str(parsed._replace(resource=name))


def _subject(field: str, names: Names) -> Subject | None:
    found = Arn.parse(names[-1])
    if found is None:
        return Subject("queue" if field == "source_arn" else "topic", names[0], None)
    if "/" in found.resource:  # a platform application or one of its endpoints
        return None
    return Subject("queue" if found.service == "sqs" else "topic", names[0], found)


def _found(request: Shape, account: str, region: str) -> Iterator[tuple[str, Names]]:
    for field in ABOUT.get(type(request), ()):  # none of a service of which no action was performed yet
        value = getattr(request, field)
        if value is not None:
            yield field, _READERS[field](value, getattr(request, _OWNER, None) or account, region)


def _in_url(url: str, account: str, region: str) -> Names:
    address = parse_queue_url(url)
    return address.name, arn("sqs", region, address.account or account, address.name)


def _of_new_topic(name: str, account: str, region: str) -> Names:
    return name, arn("sns", region, account, name)


def _in_arn(text: str, _: str, __: str) -> Names:
    return names_in_arn(text)


# By field of a request: what reads the names in it, given the value and the caller's account and region.
_READERS: Mapping[str, Callable[[str, str, str], Names]] = {
    "queue_url": _in_url,
    "queue_name": _in_url,
    "source_arn": _in_arn,
    "name": _of_new_topic,
    "topic_arn": _in_arn,
    "target_arn": _in_arn,
    "resource_arn": _in_arn,
    "subscription_arn": _in_arn,
}
_WIRE_NAMES = {
    "QueueUrl": "queue_url",
    "QueueName": "queue_name",
    "SourceArn": "source_arn",
    "TopicArn": "topic_arn",
    "TargetArn": "target_arn",
    "ResourceArn": "resource_arn",
    "SubscriptionArn": "subscription_arn",
}
