"""ARNs of topics and subscriptions, as requests give them."""

import re

from emulator.aws.arns import Arn, partition_of
from emulator.aws.sns_errors import SnsInvalidParameter

_ELEMENTS = 6
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]+")  # as AWS names its regions


def checked_arn(text: str, parameter: str, region: str | None) -> Arn:
    """The ARN of an SNS resource in ``region`` (None: any); else InvalidParameter, which names the parameter."""
    elements = text.count(":") + 1
    if elements < _ELEMENTS:
        reason = f"An ARN must have at least {_ELEMENTS} elements, not {elements}"
        raise SnsInvalidParameter.of(parameter, reason)
    _check_partition(text, parameter, region)
    arn = Arn.parse(text)
    if arn is None or arn.service != "sns" or (region is not None and arn.region != region):
        raise SnsInvalidParameter.of(parameter)
    return arn


def _check_partition(text: str, parameter: str, region: str | None) -> None:
    """Raise InvalidParameter unless ``text`` begins as ARNs of its region do. A region that AWS does not have is in no
    partition, which is AWS's ``null``; the region of the request is in one whatever its name.
    """
    named = text.split(":")[3]
    known = region in (named, None) or _REGION.fullmatch(named)
    start = f"arn:{partition_of(named) if known else 'null'}"
    if not text.startswith(f"{start}:"):
        raise SnsInvalidParameter.of(parameter, f"A {named} ARN must begin with {start}, not {text}")
