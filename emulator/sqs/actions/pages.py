"""Pages of the lists: MaxResults and NextToken.

Without MaxResults a list has no NextToken and ends after its first thousand entries.
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from itertools import islice

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import LIST_RESULTS_MAX
from emulator.sqs.queue import Queue


def page_of(
    queues_after: Callable[[str], Iterable[Queue]], max_results: int | None, next_token: str | None
) -> tuple[list[Queue], str | None]:
    """The entries of one page, and the token for the next.

    ``queues_after`` gives the queues whose names come after a text, in order of their names. Only those of the page
    are taken from it.
    """
    if max_results is not None and not 1 <= max_results <= LIST_RESULTS_MAX:
        raise InvalidParameterValue.of(
            "MaxResults", max_results, f"Must be between 1 and {LIST_RESULTS_MAX}, if provided."
        )
    left = iter(queues_after("" if next_token is None else _read(next_token)))
    page = list(islice(left, max_results or LIST_RESULTS_MAX))
    more = max_results is not None and next(left, None) is not None
    return page, _token(page[-1].identity.name) if more else None


def _token(name: str) -> str:
    return base64.b64encode(name.encode()).decode()


def _read(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidParameterValue.of("NextToken", token, "Invalid or expired next token.") from None
