"""The delivery policy of one HTTP subscriber, in the form that deliveries use."""

from functools import lru_cache

from msgspec import Struct

from emulator.sns.delivery.retries import RetryPolicy, retry_delays
from emulator.sns.delivery_policy import effective_subscription_policy
from emulator.sns.json_document import parse_object

_KNOWN_POLICIES = 256
_DEFAULT_CONTENT_TYPE = "text/plain; charset=UTF-8"

# The fields of healthyRetryPolicy.
_FIELDS = {
    "minDelayTarget": "min_delay",
    "maxDelayTarget": "max_delay",
    "numRetries": "retries",
    "numNoDelayRetries": "retries_without_delay",
    "numMinDelayRetries": "retries_at_min_delay",
    "numMaxDelayRetries": "retries_at_max_delay",
    "backoffFunction": "backoff",
}


class HttpPolicy(Struct, frozen=True):
    """``retry_delays`` are seconds. ``seconds_between`` is the minimum between attempts, 0 without throttling."""

    retry_delays: tuple[float, ...]
    seconds_between: float
    content_type: str

    @staticmethod
    @lru_cache(_KNOWN_POLICIES)
    def of(subscription_policy: str | None, topic_policy: str | None) -> "HttpPolicy":
        """The policy that follows from the stored DeliveryPolicy documents, either of which may be absent."""
        effective = parse_object(effective_subscription_policy(subscription_policy, topic_policy))
        retry, throttle, request = (
            _part(effective.get(name)) for name in ("healthyRetryPolicy", "throttlePolicy", "requestPolicy")
        )
        given = {_FIELDS[name]: value for name, value in retry.items() if value is not None}
        rate = throttle.get("maxReceivesPerSecond")
        content_type = request.get("headerContentType")
        return HttpPolicy(
            retry_delays=tuple(retry_delays(RetryPolicy(**given))),  # type: ignore[arg-type]  # checked when it was set
            seconds_between=1 / rate if isinstance(rate, int) else 0.0,
            content_type=content_type if isinstance(content_type, str) else _DEFAULT_CONTENT_TYPE,
        )


def _part(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
