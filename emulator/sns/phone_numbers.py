"""Phone numbers, which can be written in several ways.

https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
"""

import re

_NUMBER = re.compile(r"\+?[0-9](?:[-./ ]?[0-9]){2,14}")
_E164 = re.compile(r"\+?[1-9][0-9]{4,14}")
_SEPARATORS = str.maketrans("", "", "-./ ")
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def compact(number: str) -> str | None:
    """``number`` without the separators between its digits: +15550100 for +1-555-0100. None if it is not a number."""
    return number.translate(_SEPARATORS) if _NUMBER.fullmatch(number) else None


def as_kept(endpoint: str) -> str:
    """A phone number in its compact form; any other endpoint unchanged."""
    return compact(endpoint) or endpoint


def reachable_number(number: str) -> str | None:
    """``number`` in its compact form if a message can be published to it (E.164); else None."""
    bare = compact(number)
    return bare if bare is not None and _E164.fullmatch(bare) else None


def e164(number: str) -> str:
    """A number with a plus sign and without separators: +15550100 for 1-555-0100. Equal numbers give equal results."""
    return f"+{_NOT_A_DIGIT.sub('', number)}"
