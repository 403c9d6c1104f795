"""Warnings about requests for a queue or topic that exists only in another account or region."""

from collections.abc import Callable, Iterable

from emulator.actions.subjects import Subject
from emulator.aws.errors import ServiceError
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound, SnsResourceNotFound
from emulator.aws.sqs_errors import QueueDoesNotExist, ResourceNotFound
from emulator.foundation.wording import count
from emulator.observation.alerts import Alert
from emulator.observation.log import printable

Place = tuple[str, str]  # account and region

# The errors of a request whose queue or topic does not exist. SNS calls an ARN of another region invalid.
_NOT_FOUND = (QueueDoesNotExist, ResourceNotFound, SnsInvalidParameter, SnsNotFound, SnsResourceNotFound)
_SHOWN = 3  # places


def exists_in(places: Iterable[Place], here: Place) -> str | None:
    """The places in words, such as ``it exists in eu-west-1``; None if it exists ``here`` or nowhere."""
    found = sorted(places, key=lambda place: (place[0] != here[0], place))
    if not found or here in found:
        return None
    words = [region if account == here[0] else f"{region} of account {account}" for account, region in found[:_SHOWN]]
    more = f" and {count(len(found) - _SHOWN, 'other place')}" if len(found) > _SHOWN else ""
    return f"it exists in {', '.join(words)}{more}"


def missed(
    error: ServiceError, subject: Subject, places_of: Callable[[str], Iterable[Place]], account: str, region: str
) -> Alert | None:
    """The warning about a refused request whose queue or topic exists elsewhere; None if there is none.

    ``account`` and ``region`` are those in which the request looked; an ARN in ``subject`` overrides the account.
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
