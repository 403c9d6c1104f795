"""A rule: what it matches, when it fires, and what then happens.

The types say which values a field may have. ``soundness.py`` says which fields may be combined.
"""

from typing import Annotated, Literal

import msgspec

_REAL_SECONDS_MAX = 3_600
_CLOCK_SECONDS_MAX = 14 * 24 * 3_600  # no message is kept longer

Count = Annotated[int, msgspec.Meta(ge=1)]
RealSeconds = Annotated[float, msgspec.Meta(ge=0, le=_REAL_SECONDS_MAX)]
Moment = Literal["before", "after"]  # as the action takes effect


class RandomLatency(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Seconds that are drawn for each request: uniformly between two bounds, or exponentially with a mean."""

    uniform: tuple[RealSeconds, RealSeconds] | None = None
    exponential: RealSeconds | None = None


class BatchFailures(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Entries of a batch that fail with an error: the first ones, or those with these ids."""

    entries: Annotated[int, msgspec.Meta(ge=1, le=10)] | Annotated[list[str], msgspec.Meta(min_length=1, max_length=10)]
    error: str
    message: str | None = None


class Rule(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One fault. A field that is left out matches anything. A rule that says nothing about when it fires always fires.

    It has exactly one effect.
    """

    # What it matches. Names, ARNs and actions may hold the wildcards * and ?.
    service: Literal["sqs", "sns"] | None = None
    action: str | None = None
    resource: str | None = None  # name or ARN of a queue or a topic
    account: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$", description="Twelve digits.")] | None = None
    endpoint: str | None = None  # of a delivery: a URL, an address, or the name or ARN of a queue
    protocol: str | None = None  # of a delivery

    # When it fires. These count the times it matches.
    after: Count | None = None  # skip this many times; the following ones count from there
    first: Count | None = None  # fire this many times
    every: Count | None = None  # fire every nth time
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    seed: int | None = None  # for probability and random latency; the same seed gives the same results

    # What happens to a request.
    error: str | None = None  # AWS's name of an error
    message: str | None = None  # text of that error
    latency: RealSeconds | RandomLatency | None = None
    cut: Moment | None = None
    stall: Moment | None = None
    batch_failures: BatchFailures | None = None

    # What happens to a delivery.
    fail_delivery: Annotated[int, msgspec.Meta(ge=300, le=599)] | Literal["refused"] | None = None
    drop_delivery: bool = False
    double_delivery: bool = False
    delay_delivery: Annotated[float, msgspec.Meta(gt=0, le=_CLOCK_SECONDS_MAX)] | None = None


REQUEST_EFFECTS = ("error", "latency", "cut", "stall", "batch_failures")
DELIVERY_EFFECTS = ("fail_delivery", "drop_delivery", "double_delivery", "delay_delivery")


def effects_of(rule: Rule) -> list[str]:
    """The names of the rule's effects."""
    given = ((effect, getattr(rule, effect)) for effect in (*REQUEST_EFFECTS, *DELIVERY_EFFECTS))
    return [effect for effect, value in given if value is not None and value is not False]
