"""Fixtures of topics and subscriptions that do not exist."""

from emulator.conformance.caller import Caller
from emulator.conformance.fixtures import Fixture


def _elsewhere(aws: Caller, arn: str) -> str:
    """The ARN, with another region."""
    return arn.replace(f":{aws.region}:", ":eu-south-2:" if aws.region != "eu-south-2" else ":eu-west-1:")


def _no_subscription(aws: Caller) -> str:
    return f"{aws.topic()}:00000000-0000-0000-0000-000000000000"


NO_SUBSCRIPTION = Fixture("NO_SUBSCRIPTION", _no_subscription)  # ARN of a subscription that does not exist
TOPIC_ELSEWHERE = Fixture("TOPIC_ELSEWHERE", lambda aws: _elsewhere(aws, aws.topic()))  # in another region
SUBSCRIPTION_ELSEWHERE = Fixture("SUBSCRIPTION_ELSEWHERE", lambda aws: _elsewhere(aws, _no_subscription(aws)))
