"""Queues and topics that were looked for in one place and exist in another."""

from collections.abc import Callable, Iterable

from emulator.alerts import Alert
from emulator.aws.errors import ServiceError
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound, SnsResourceNotFound
from emulator.aws.sqs_errors import QueueDoesNotExist, ResourceNotFound
from emulator.log import printable
from emulator.subjects import Subject

Place = tuple[str, str]  # account and region

# What a request is refused with whose queue or topic is not there. SNS calls an ARN of another region invalid.
_NOT_FOUND = (QueueDoesNotExist, ResourceNotFound, SnsInvalidParameter, SnsNotFound, SnsResourceNotFound)
_SHOWN = 3  # places


def exists_in(places: Iterable[Place], here: Place) -> str | None:
    """``it exists in eu-west-1``: the places in words, as seen from ``here``; None where it is here, or nowhere."""
    found = sorted(places, key=lambda place: (place[0] != here[0], place))
    if not found or here in found:
        return None
    words = [region if account == here[0] else f"{region} of account {account}" for account, region in found[:_SHOWN]]
    more = f" and {len(found) - _SHOWN} other places" if len(found) > _SHOWN else ""
    return f"it exists in {', '.join(words)}{more}"


def missed(
    error: ServiceError, subject: Subject, places_of: Callable[[str], Iterable[Place]], account: str, region: str
) -> Alert | None:
    """The warning about a request that was refused, where its queue or topic exists elsewhere.

    It was looked for in the caller's ``region``, and in the account that its URL or ARN names or else the caller's.
    """
    if not isinstance(error, _NOT_FOUND):
        return None
    here = (account if subject.arn is None else subject.arn.account, region)
    found = exists_in(places_of(subject.name), here)
    if found is None:
        return None
    what = f"{subject.kind} {printable(subject.name)}"
    return Alert(
        "exists_elsewhere",
        str(subject.arn or subject.name),
        f"The {what} was not found in {region} of account {here[0]}; {found}",
    )
