"""ARNs of topics and subscriptions, as requests give them."""

from emulator.aws.arns import Arn
from emulator.aws.sns_errors import SnsInvalidParameter

_ELEMENTS = 6


def checked_arn(text: str, parameter: str, region: str | None) -> Arn:
    """The ARN of an SNS resource in ``region`` (None: any); else InvalidParameter, which names the parameter."""
    elements = text.count(":") + 1
    if elements < _ELEMENTS:
        reason = f"An ARN must have at least {_ELEMENTS} elements, not {elements}"
        raise SnsInvalidParameter.of(parameter, reason)
    arn = Arn.parse(text)
    if arn is None or arn.service != "sns" or (region is not None and arn.region != region):
        raise SnsInvalidParameter.of(parameter)
    return arn
