"""Phone numbers in one form, however they were written."""

import re

_NOT_A_DIGIT = re.compile(r"[^0-9]")


def e164(number: str) -> str:
    """``number`` without its separators: +15550100 for 1-555-0100. Equal numbers come out equal."""
    return f"+{_NOT_A_DIGIT.sub('', number)}"
