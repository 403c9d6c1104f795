"""The settings of an account's text messages in a region, in one table.

https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html
"""

import re
from collections.abc import Callable, Mapping

from emulator.aws.arns import Arn
from emulator.aws.sns_errors import SnsInvalidParameter

# For each attribute, a check that returns what is wrong with a value, in AWS's words, or None.
Problem = Callable[[str], str | None]

DEFAULTS: Mapping[str, str] = {"MonthlySpendLimit": "1"}  # US dollars

_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NUMBER = re.compile(r"[0-9]{1,9}")


def _unless(holds: Callable[[str], bool], problem: str) -> Problem:
    return lambda value: None if holds(value) else problem


def _is_role(value: str) -> bool:
    arn = Arn.parse(value)
    return arn is not None and arn.service == "iam" and arn.resource.startswith("role/")


SMS_ATTRIBUTES: Mapping[str, Problem] = {
    "MonthlySpendLimit": _unless(lambda value: bool(_NUMBER.fullmatch(value)), "MonthlySpendLimit is invalid"),
    "DeliveryStatusIAMRole": _unless(_is_role, "DeliveryStatusIAMRole is invalid"),
    "DeliveryStatusSuccessSamplingRate": _unless(
        lambda value: bool(_NUMBER.fullmatch(value)) and int(value) <= 100,
        "DeliveryStatusSuccessSamplingRate is not an integer between 0-100",
    ),
    "DefaultSenderID": _unless(lambda value: bool(_SENDER_ID.fullmatch(value)), "DefaultSenderID is invalid"),
    "DefaultSMSType": _unless(lambda value: value in ("Promotional", "Transactional"), "DefaultSMSType is invalid"),
    "UsageReportS3Bucket": _unless(
        lambda value: bool(_BUCKET_NAME.fullmatch(value)),
        "Invalid parameter: UsageReportS3Bucket Reason: The bucket you provided does not exist",
    ),
}


def check_sms_attributes(attributes: Mapping[str, str]) -> None:
    """Raise InvalidParameter for the first attribute that AWS does not know or refuses."""
    for name, value in attributes.items():
        if name not in SMS_ATTRIBUTES:
            raise SnsInvalidParameter(f"{name} is not a valid attribute")
        problem = SMS_ATTRIBUTES[name](value) if value else None
        if problem is not None:
            raise SnsInvalidParameter(problem)


def with_sms_attributes(present: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The attributes after the given ones are set. An empty value sets an attribute back to its default."""
    return {**DEFAULTS, **{name: value for name, value in {**present, **given}.items() if value}}
