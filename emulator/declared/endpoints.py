"""Who gets the messages of a declared subscription: the protocol and the endpoint that Subscribe takes."""

from typing import NamedTuple

from emulator.aws.arns import Arn
from emulator.aws.arns import arn as arn_of
from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.shapes import SubscriptionShape

# By field, the protocol; ``url`` has two.
_PROTOCOLS = {
    "queue": "sqs",
    "url": "",
    "email": "email",
    "email_json": "email-json",
    "sms": "sms",
    "function": "lambda",
    "firehose": "firehose",
    "application": "application",
}
_SERVICES = {"sqs": "queue", "lambda": "function", "firehose": "firehose", "sns": "application"}  # of ARNs
_FORMS = f"one of {', '.join(_PROTOCOLS)}, or protocol and endpoint"


class Endpoint(NamedTuple):
    """What Subscribe takes; ``path`` is where it stands in the file."""

    protocol: str
    address: str
    path: DocumentPath
    queue: str | None = None  # the name, if a queue is named without its ARN


def endpoint_of(
    topic_arn: str, shape: SubscriptionShape, short: str | None, path: DocumentPath, mistakes: Mistakes
) -> Endpoint | None:
    """The endpoint of a subscription, or of a text that stands in the place of one (``short``).

    None if there is not exactly one; the mistake is recorded.
    """
    if short is not None:
        return _endpoint(topic_arn, _field_of(short), short, path)
    given = {field: value for field in _PROTOCOLS if (value := getattr(shape, field)) is not None}
    if shape.protocol is not None and shape.endpoint is not None and not given:
        if shape.protocol == "sqs":
            return _endpoint(topic_arn, "queue", shape.endpoint, (*path, "endpoint"))
        return Endpoint(shape.protocol, shape.endpoint, (*path, "endpoint"))
    if len(given) != 1 or shape.protocol is not None or shape.endpoint is not None:
        extra = [name for name in ("protocol", "endpoint") if getattr(shape, name) is not None]
        found = ", ".join((*given, *extra)) or "none of them"
        mistakes.add(path, f"A subscription has {_FORMS}; this one has {found}.")
        return None
    ((field, value),) = given.items()
    return _endpoint(topic_arn, field, value, (*path, field))


def _field_of(text: str) -> str:
    """What a text alone means: an ARN, a URL, or the name of a queue."""
    arn = Arn.parse(text)
    if arn is not None:
        return _SERVICES.get(arn.service, "queue")
    return "url" if text.lower().startswith(("http://", "https://")) else "queue"


def _endpoint(topic_arn: str, field: str, value: str, path: DocumentPath) -> Endpoint:
    if field == "url":
        return Endpoint("https" if value.lower().startswith("https:") else "http", value, path)
    if field == "queue":
        return Endpoint("sqs", queue_arn(topic_arn, value), path, None if value.startswith("arn:") else value)
    if field == "function" and not value.startswith("arn:"):
        return Endpoint("lambda", _beside(topic_arn, "lambda", f"function:{value}"), path)
    return Endpoint(_PROTOCOLS[field], value, path)


def queue_arn(beside: str, name: str) -> str:
    """The ARN of the queue ``name`` in the account and region of the resource ``beside``; an ARN stays as it is."""
    return name if name.startswith("arn:") else _beside(beside, "sqs", name)


def _beside(arn: str, service: str, resource: str) -> str:
    parsed = Arn.parse(arn)
    region, account = ("", "") if parsed is None else (parsed.region, parsed.account)
    return arn_of(service, region, account, resource)
