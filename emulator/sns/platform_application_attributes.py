"""The attributes of a platform application, in one table.

https://docs.aws.amazon.com/sns/latest/api/API_SetPlatformApplicationAttributes.html
"""

import re
from collections.abc import Callable, Mapping

from emulator.aws.arns import Arn
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.platforms import PLATFORMS

PRINCIPAL, CREDENTIAL = "PlatformPrincipal", "PlatformCredential"
CREDENTIALS = frozenset({PRINCIPAL, CREDENTIAL})

_PERCENTAGE = re.compile(r"[0-9]{1,2}|100")

Problem = Callable[[str], str | None]  # what is wrong with a value; None if it is valid


def _arn_of(service: str, problem: str) -> Problem:
    def problem_of(value: str) -> str | None:
        arn = Arn.parse(value)
        return None if not value or (arn is not None and arn.service == service) else problem

    return problem_of


def _percentage(value: str) -> str | None:
    if not value or _PERCENTAGE.fullmatch(value):
        return None
    return f"{value} value provided is not an integer between 0-100"


def _not_empty(value: str) -> str | None:
    return None if value else "cannot be empty"


def boolean(value: str) -> str | None:
    """A ``Problem``: that the value is neither true nor false, in any letter case."""
    return None if value.lower() in ("true", "false") else "must be true or false"


def anything(_value: str) -> str | None:
    """A ``Problem`` that no value has."""
    return None


_TOPIC = _arn_of("sns", "must be the ARN of a topic")
_ROLE = _arn_of("iam", "must be the ARN of a role")

_PROBLEMS: Mapping[str, Problem] = {
    PRINCIPAL: _not_empty,
    CREDENTIAL: _not_empty,
    "EventEndpointCreated": _TOPIC,
    "EventEndpointDeleted": _TOPIC,
    "EventEndpointUpdated": _TOPIC,
    "EventDeliveryFailure": _TOPIC,
    "EventDeliveryAttemptFailure": _TOPIC,
    "SuccessFeedbackRoleArn": _ROLE,
    "FailureFeedbackRoleArn": _ROLE,
    "SuccessFeedbackSampleRate": _percentage,
    "ApplePlatformTeamID": anything,
    "ApplePlatformBundleID": anything,
    "Enabled": boolean,
}


def checked_settings(attributes: Mapping[str, str], problems: Mapping[str, Problem] = _PROBLEMS) -> dict[str, str]:
    """Attributes as they are stored; InvalidParameter for the first one that AWS refuses.

    ``problems`` has the check of each attribute that there is: without it, of a platform application.
    """
    for name, value in attributes.items():
        if name not in problems:
            raise SnsInvalidParameter.of("Attributes", f"Invalid attribute name: {name}")
        problem = problems[name](value)
        if problem is not None:
            raise SnsInvalidParameter.of("Attributes", f"Invalid value for attribute: {name}: {problem}")
    return {name: value.lower() if name == "Enabled" else value for name, value in attributes.items()}


def check_credentials(platform: str, attributes: Mapping[str, str]) -> None:
    """Raise InvalidParameter if a new application lacks a credential that its platform needs."""
    required = PLATFORMS[platform].credentials
    missing = [name for name in required if name not in attributes]
    given = [name for name in required if name in attributes]
    if missing and given:
        raise SnsInvalidParameter.of("Attributes", f"{given[0]} attribute provided without {missing[0]}")
    if missing:
        raise SnsInvalidParameter.of("Attributes", f"Invalid value for attribute: {missing[0]}: cannot be empty")
