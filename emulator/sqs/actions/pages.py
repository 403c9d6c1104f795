"""Pages of the lists: MaxResults and NextToken.

Without MaxResults a list has no NextToken and ends after its first thousand entries.
"""

import base64
import binascii

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.limits import LIST_RESULTS_MAX
from emulator.sqs.queue import Queue


def page_of(queues: list[Queue], max_results: int | None, next_token: str | None) -> tuple[list[Queue], str | None]:
    """The entries of one page, out of ``queues`` in order of their names, and the token for the next."""
    if max_results is not None and not 1 <= max_results <= LIST_RESULTS_MAX:
        raise InvalidParameterValue.of(
            "MaxResults", max_results, f"Must be between 1 and {LIST_RESULTS_MAX}, if provided."
        )
    if next_token is not None:
        after = _read(next_token)
        queues = [queue for queue in queues if queue.identity.name > after]
    page = queues[: max_results or LIST_RESULTS_MAX]
    more = max_results is not None and len(queues) > len(page)
    return page, _token(page[-1].identity.name) if more else None


def _token(name: str) -> str:
    return base64.b64encode(name.encode()).decode()


def _read(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidParameterValue.of("NextToken", token, "Invalid or expired next token.") from None
