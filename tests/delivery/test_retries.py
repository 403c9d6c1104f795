"""The retry plan, as data."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.sns.delivery.http_policy import HttpPolicy
from emulator.sns.delivery.retries import RETRY_SECONDS_MAX, BackoffFunction, RetryPolicy, retry_delays, verdict

FUNCTIONS: list[BackoffFunction] = ["linear", "arithmetic", "geometric", "exponential"]


@st.composite
def policies(draw: st.DrawFn) -> RetryPolicy:
    low, high = sorted(draw(st.tuples(*[st.integers(1, 3_600)] * 2)))
    ends = draw(st.tuples(*[st.integers(0, 25)] * 3))
    return RetryPolicy(
        min_delay=low,
        max_delay=high,
        retries=draw(st.integers(sum(ends), 100)),
        retries_without_delay=ends[0],
        retries_at_min_delay=ends[1],
        retries_at_max_delay=ends[2],
        backoff=draw(st.sampled_from(FUNCTIONS)),
    )


def test_default_is_three_retries_twenty_seconds_apart() -> None:
    assert retry_delays(RetryPolicy()) == [20, 20, 20]


def test_phases_follow_one_another() -> None:
    policy = RetryPolicy(
        min_delay=5,
        max_delay=20,
        retries=9,
        retries_without_delay=1,
        retries_at_min_delay=2,
        retries_at_max_delay=2,
    )
    assert retry_delays(policy) == [0, 5, 5, 5, 10, 15, 20, 20, 20]


@pytest.mark.parametrize(
    ("function", "delays"),
    [
        ("linear", [10, 20, 30, 40, 50]),
        ("arithmetic", [10, 14, 22, 34, 50]),
        ("geometric", [10, 20, 40, 80, 160]),
        ("exponential", [10, 20, 40, 80, 100]),
    ],
)
def test_backoff_function_goes_from_the_smallest_delay_to_the_greatest(
    function: BackoffFunction, delays: list[float]
) -> None:
    policy = RetryPolicy(min_delay=10, max_delay=int(delays[-1]), retries=5, backoff=function)
    assert retry_delays(policy) == pytest.approx(delays)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_single_backoff_retry_comes_after_the_smallest_delay(function: BackoffFunction) -> None:
    assert retry_delays(RetryPolicy(min_delay=5, max_delay=9, retries=1, backoff=function)) == [5]


@given(policies())
def test_delays_never_fall_stay_within_bounds_and_end_within_the_hour(policy: RetryPolicy) -> None:
    delays = retry_delays(policy)
    assert all(one <= other for one, other in pairwise(delays))
    paused = delays[policy.retries_without_delay :]
    assert all(policy.min_delay <= delay <= policy.max_delay for delay in paused)
    assert sum(delays) <= RETRY_SECONDS_MAX
    assert len(delays) == policy.retries or sum(delays) + policy.min_delay > RETRY_SECONDS_MAX - policy.max_delay


@given(policies())
def test_arithmetic_delays_stay_below_linear_ones(policy: RetryPolicy) -> None:
    fields = {name: getattr(policy, name) for name in RetryPolicy.__struct_fields__ if name != "backoff"}
    linear, arithmetic = (retry_delays(RetryPolicy(**fields, backoff=name)) for name in ("linear", "arithmetic"))
    assert all(below <= above + 1e-9 for below, above in zip(arithmetic, linear, strict=False))


def test_hour_cuts_the_plan_off() -> None:
    assert retry_delays(RetryPolicy(min_delay=1_000, max_delay=1_000, retries=10)) == [1_000] * 3
    assert retry_delays(RetryPolicy(min_delay=3_600, max_delay=3_600, retries=10)) == [3_600]


def test_policy_that_contradicts_itself_keeps_its_number_of_retries() -> None:
    policy = RetryPolicy(min_delay=30, max_delay=20, retries=2, retries_without_delay=1, retries_at_max_delay=5)
    assert retry_delays(policy) == [0, 30]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_success_is_any_2xx(status: int) -> None:
    assert verdict(status) == "delivered"


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 599])
def test_server_errors_throttling_and_silence_are_tried_again(status: int | None) -> None:
    assert verdict(status) == "retry"


@pytest.mark.parametrize("status", [101, 301, 302, 307, 400, 401, 403, 404, 408, 410, 428, 499])
def test_everything_else_is_final(status: int) -> None:
    assert verdict(status) == "failed"


class TestHttpPolicy:
    def test_without_documents_the_defaults_of_the_system_apply(self) -> None:
        assert HttpPolicy.of(None, None) == HttpPolicy((20, 20, 20), 0, "text/plain; charset=UTF-8")

    def test_subscription_overrides_its_topic_field_by_field(self) -> None:
        topic = document(
            {"http": {"defaultHealthyRetryPolicy": {"minDelayTarget": 5, "maxDelayTarget": 5, "numRetries": 2}}}
        )
        assert HttpPolicy.of(None, topic).retry_delays == (5, 5)
        own = document({"healthyRetryPolicy": {"numRetries": 1}})
        assert HttpPolicy.of(own, topic).retry_delays == (5,)

    def test_topic_can_forbid_that(self) -> None:
        topic = document({"http": {"disableSubscriptionOverrides": True}})
        own = document({"healthyRetryPolicy": {"numRetries": 0}, "throttlePolicy": {"maxReceivesPerSecond": 1}})
        assert HttpPolicy.of(own, topic) == HttpPolicy.of(None, None)
        assert HttpPolicy.of(own, None).retry_delays == ()

    def test_throttle_policy_keeps_attempts_apart(self) -> None:
        own = document({"throttlePolicy": {"maxReceivesPerSecond": 4}})
        assert HttpPolicy.of(own, None).seconds_between == 0.25
        topic = document({"http": {"defaultThrottlePolicy": {"maxReceivesPerSecond": 10**30}}})
        assert HttpPolicy.of(own, topic).seconds_between == 0.25
        assert HttpPolicy.of(None, topic).seconds_between == pytest.approx(0)

    @pytest.mark.parametrize(
        "own",
        [
            {"healthyRetryPolicy": None, "throttlePolicy": None, "requestPolicy": None},
            {"healthyRetryPolicy": {"numRetries": None}, "throttlePolicy": {"maxReceivesPerSecond": None}},
            {"requestPolicy": {"headerContentType": None}, "sicklyRetryPolicy": {}, "guaranteed": False},
        ],
    )
    def test_null_is_as_good_as_absent(self, own: dict[str, object]) -> None:
        assert HttpPolicy.of(document(own), None) == HttpPolicy.of(None, None)


def document(content: dict[str, object]) -> str:
    return json.dumps(content)
