"""When a delivery to an HTTP endpoint is retried: the plan, as data.

A policy has four phases: retries without delay, retries at the minimum delay, backoff from the minimum to the maximum
delay, and retries at the maximum delay. AWS publishes curves for its four backoff functions, not formulas. The
functions here start at the minimum delay, never decrease, and end at the maximum delay.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Literal

from msgspec import Struct

RETRY_SECONDS_MAX = 3_600  # after the first attempt; no policy can exceed it

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
    """Seconds from each failed attempt to the next attempt. AWS's random jitter is left out.

    A subscription's policy merged with its topic's can contradict itself although neither does alone. Then the maximum
    delay is raised to the minimum, and phases that exceed the number of retries are dropped.
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
    """The verdict on an answer's status; None is no answer.

    Redirects are not followed. One page of AWS's documentation says that 4xx counts as delivered. Either way it is not
    retried.
    """
    if status is None or status >= 500 or status == _TOO_MANY_REQUESTS:
        return "retry"
    return "delivered" if 200 <= status < 300 else "failed"


def next_delay(status: int | None, attempts: int, delays: Sequence[float]) -> float | None:
    """Seconds until the next attempt, or None if there is none.

    ``status`` is the status of the last attempt, ``attempts`` how many were made.
    """
    return delays[attempts - 1] if verdict(status) == "retry" and attempts <= len(delays) else None


def _backoff(function: BackoffFunction, low: float, high: float, count: int) -> list[float]:
    if count < 2:
        return [low] * count
    curve, last = _CURVES[function], count - 1
    return [low, *(min(high, curve(low, high, step, last)) for step in range(1, last)), high]


# (minimum delay, maximum delay, step, last step) -> delay
_CURVES: dict[BackoffFunction, Callable[[float, float, int, int], float]] = {
    "linear": lambda low, high, step, last: low + (high - low) * step / last,
    "arithmetic": lambda low, high, step, last: low + (high - low) * step * (step + 1) / (last * (last + 1)),
    "geometric": lambda low, high, step, last: low * (high / low) ** (step / last),
    "exponential": lambda low, _, step, __: low * 2.0**step,
}
