"""A rule, as it is asked for: what it matches, when it fires, and what then happens.

The types say what each field may be. What fields may stand together says ``soundness.py``.
"""

from typing import Annotated, Literal

import msgspec

_REAL_SECONDS_MAX = 3_600
_CLOCK_SECONDS_MAX = 14 * 24 * 3_600  # no message lives longer

Count = Annotated[int, msgspec.Meta(ge=1)]
RealSeconds = Annotated[float, msgspec.Meta(ge=0, le=_REAL_SECONDS_MAX)]
Moment = Literal["before", "after"]  # as the action takes effect


class RandomLatency(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Seconds that are drawn anew for each request: evenly between two bounds, or exponentially around a mean."""

    uniform: tuple[RealSeconds, RealSeconds] | None = None
    exponential: RealSeconds | None = None


class BatchFailures(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Entries of a batch that fail, and with which error: the first so many, or those with these ids."""

    entries: Annotated[int, msgspec.Meta(ge=1, le=10)] | Annotated[list[str], msgspec.Meta(min_length=1, max_length=10)]
    error: str
    message: str | None = None


class Rule(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One fault. Of what it matches, what is left out may be anything; without a firing it fires every time.

    It has exactly one effect.
    """

    # What it matches. Names, ARNs and actions may hold the wildcards * and ?.
    service: Literal["sqs", "sns"] | None = None
    action: str | None = None
    resource: str | None = None  # a queue or a topic, by its name or ARN
    account: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}$", description="Twelve digits.")] | None = None
    endpoint: str | None = None  # of deliveries: a URL, an address, a queue's name or ARN
    protocol: str | None = None  # of deliveries

    # When it fires, of the times it matches.
    after: Count | None = None  # not the first so many times; those below count from there
    first: Count | None = None  # so many times
    every: Count | None = None  # each time of so many
    probability: Annotated[float, msgspec.Meta(gt=0, le=1)] | None = None
    seed: int | None = None  # of chance; with the same seed the same repeats

    # What happens to a request.
    error: str | None = None  # by its name in AWS
    message: str | None = None  # of that error
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
    """The names of the effects that are given."""
    given = ((effect, getattr(rule, effect)) for effect in (*REQUEST_EFFECTS, *DELIVERY_EFFECTS))
    return [effect for effect, value in given if value is not None and value is not False]
