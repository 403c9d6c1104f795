"""How often, and after which delays, a delivery to an HTTP endpoint is tried again: the plan, as data.

A policy has four phases: retries without delay, at the smallest delay, backing off from the smallest to the
greatest, and at the greatest. AWS publishes the curves of the four back-off functions, not their formulae; those here
start at the smallest delay, never fall, and end at the greatest.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Literal

from msgspec import Struct

RETRY_SECONDS_MAX = 3_600  # from the first attempt on; no policy can exceed it

BackoffFunction = Literal["linear", "arithmetic", "geometric", "exponential"]
Verdict = Literal["delivered", "retry", "failed"]

_TOO_MANY_REQUESTS = 429


class RetryPolicy(Struct, frozen=True):
    """``healthyRetryPolicy``, with AWS's defaults; ``retries`` is the number of all retries together."""

    min_delay: int = 20  # seconds
    max_delay: int = 20  # seconds
    retries: int = 3
    retries_without_delay: int = 0
    retries_at_min_delay: int = 0
    retries_at_max_delay: int = 0
    backoff: BackoffFunction = "linear"


def retry_delays(policy: RetryPolicy) -> list[float]:
    """Seconds from the failure of each attempt to the next attempt. AWS's random jitter is left out.

    A subscription's policy laid over its topic's can contradict itself, as neither does alone: then the greatest
    delay is at least the smallest, and the last phases go without.
    """
    others = policy.retries_without_delay + policy.retries_at_min_delay + policy.retries_at_max_delay
    low, high = float(policy.min_delay), float(max(policy.min_delay, policy.max_delay))
    delays = [
        *[0.0] * policy.retries_without_delay,
        *[low] * policy.retries_at_min_delay,
        *_backoff(policy.backoff, low, high, max(0, policy.retries - others)),
        *[high] * policy.retries_at_max_delay,
    ][: policy.retries]
    return [delay for delay, total in zip(delays, accumulate(delays), strict=True) if total <= RETRY_SECONDS_MAX]


def verdict(status: int | None) -> Verdict:
    """What an answer means for a delivery; no answer at all is None.

    Redirects are not followed. AWS's documentation also has a page by which 4xx counts as delivered; either way
    it is not tried again.
    """
    if status is None or status >= 500 or status == _TOO_MANY_REQUESTS:
        return "retry"
    return "delivered" if 200 <= status < 300 else "failed"


def next_delay(status: int | None, attempts: int, delays: Sequence[float]) -> float | None:
    """Seconds until the next attempt, after so many that were made; None where there is none.

    ``status`` is what the last attempt was answered with.
    """
    return delays[attempts - 1] if verdict(status) == "retry" and attempts <= len(delays) else None


def _backoff(function: BackoffFunction, low: float, high: float, count: int) -> list[float]:
    if count < 2:
        return [low] * count
    curve, last = _CURVES[function], count - 1
    return [low, *(min(high, curve(low, high, step, last)) for step in range(1, last)), high]


# From the smallest and the greatest delay, the step and the last step to the delay.
_CURVES: dict[BackoffFunction, Callable[[float, float, int, int], float]] = {
    "linear": lambda low, high, step, last: low + (high - low) * step / last,
    "arithmetic": lambda low, high, step, last: low + (high - low) * step * (step + 1) / (last * (last + 1)),
    "geometric": lambda low, high, step, last: low * (high / low) ** (step / last),
    "exponential": lambda low, _, step, __: low * 2.0**step,
}
