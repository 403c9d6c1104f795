"""The subscriptions that an account made, where the topics of other accounts may live in other processes.

They are listed in the order of their ARNs, and a token names the last one returned, so that no page depends on where
accounts live.
"""

from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from emulator.aws.limits import LIST_PAGE
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.confirmation import Times
from emulator.sns.subscriptions import Subscriptions


class WantedSubscriptions(Struct, frozen=True):
    """The subscriptions that ``owner`` made in a region, of ARNs after this one."""

    owner: str
    region: str
    after: str


class OwnedSubscription(Struct, frozen=True):
    """A subscription, as it is listed."""

    arn: str
    topic_arn: str
    protocol: str
    endpoint: str
    owner: str
    confirmed: bool


# The subscriptions that all processes have. Raises ServiceUnavailable if one does not answer.
AskEverywhere = Callable[[WantedSubscriptions], Awaitable[Sequence[OwnedSubscription]]]


def owned_here(subscriptions: Subscriptions, wanted: WantedSubscriptions, times: Times) -> list[OwnedSubscription]:
    """The first of them that this process has, one more than a page."""
    found = subscriptions.owned(wanted.owner, wanted.region, times)
    after = sorted((each for each in found if each.arn > wanted.after), key=lambda each: each.arn)
    return [
        OwnedSubscription(
            each.arn, each.topic_arn, each.protocol, each.shown_endpoint, each.owner, confirmed=each.confirmed
        )
        for each in after[: LIST_PAGE + 1]
    ]


async def page_of_owned(
    ask: AskEverywhere, owner: str, region: str, token: str | None
) -> tuple[list[OwnedSubscription], str | None]:
    """A page of them, and the token of the next one if there is one."""
    found = {each.arn: each for each in await ask(WantedSubscriptions(owner, region, _decoded(token) if token else ""))}
    arns = sorted(found)
    token = b64encode(arns[LIST_PAGE - 1].encode()).decode() if len(arns) > LIST_PAGE else None
    return [found[arn] for arn in arns[:LIST_PAGE]], token


def _decoded(token: str) -> str:
    try:
        return a2b_base64(token, strict_mode=True).decode()
    except (Error, ValueError) as error:
        raise SnsInvalidParameter.of("NextToken") from error
