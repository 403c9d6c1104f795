"""How filter policies are given, set, shown and removed."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SNS_GUIDE
from emulator.conformance.fixtures import QUEUE_ARN, SUBSCRIPTION, TOPIC
from emulator.conformance.mismatch import ABSENT, has
from emulator.conformance.tables import accepted, refused

_CONSTRAINTS = f"{SNS_GUIDE}/subscription-filter-policy-constraints.html"
_POLICY = '{"attr": ["match-this"]}'
_SCOPE = "Please use either MessageBody or MessageAttributes"


def _shows(aws: Caller, subscription: str, **attributes: object) -> None:
    answer = aws.sns("GetSubscriptionAttributes", SubscriptionArn=subscription)
    has(answer.result["Attributes"], attributes, "the subscription")


def _set(aws: Caller, subscription: str, name: str, value: str) -> None:
    aws.sns(
        "SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName=name, AttributeValue=value
    ).succeeds()


def _same_policy(text: object) -> bool:
    return isinstance(text, str) and json.loads(text) == json.loads(_POLICY)


@case(
    "sns/SetSubscriptionAttributes/filter-policy-scope-shows-with-a-policy",
    "The scope shows only while there is a policy, and is kept without one.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    subscription = aws.subscribe(aws.topic(), aws.queue())
    _shows(aws, subscription, FilterPolicy=ABSENT, FilterPolicyScope=ABSENT)
    _set(aws, subscription, "FilterPolicyScope", "MessageBody")
    _shows(aws, subscription, FilterPolicy=ABSENT, FilterPolicyScope=ABSENT)
    _set(aws, subscription, "FilterPolicy", _POLICY)
    _shows(aws, subscription, FilterPolicy=_same_policy, FilterPolicyScope="MessageBody")


@case(
    "sns/SetSubscriptionAttributes/filter-policy-is-removed",
    "An empty value removes the policy, and its scope is not shown any more.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    subscription = aws.subscribe(aws.topic(), aws.queue(), {"FilterPolicy": _POLICY})
    _shows(aws, subscription, FilterPolicy=_same_policy, FilterPolicyScope="MessageAttributes")
    _set(aws, subscription, "FilterPolicy", "")
    _shows(aws, subscription, FilterPolicy=ABSENT, FilterPolicyScope=ABSENT)


@case(
    "sns/SetSubscriptionAttributes/filter-policy-is-removed-by-an-empty-one",
    "The empty policy removes the policy, and its scope is not shown any more.",
    f"{SNS_GUIDE}/message-filtering-policy-remove.html",
    "documented",
)
def _(aws: Caller) -> None:
    subscription = aws.subscribe(aws.topic(), aws.queue(), {"FilterPolicy": _POLICY})
    _set(aws, subscription, "FilterPolicy", "{}")
    _shows(aws, subscription, FilterPolicy=ABSENT, FilterPolicyScope=ABSENT)


@case(
    "sns/Subscribe/filter-policy-shows-its-scope",
    "The scope of a policy is MessageAttributes, unless it is given.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    subscription = aws.subscribe(topic, aws.queue(), {"FilterPolicy": _POLICY})
    _shows(aws, subscription, FilterPolicy=_same_policy, FilterPolicyScope="MessageAttributes")
    settings = {"FilterPolicy": _POLICY, "FilterPolicyScope": "MessageBody"}
    subscription = aws.subscribe(topic, aws.queue(), settings)
    _shows(aws, subscription, FilterPolicy=_same_policy, FilterPolicyScope="MessageBody")


@case(
    "sns/SetSubscriptionAttributes/filter-policy-refused-changes-nothing",
    "A policy that is refused leaves the one before in place.",
    f"{SNS_GUIDE}/message-filtering-apply.html",
    "assumed",
)
def _(aws: Caller) -> None:
    subscription = aws.subscribe(aws.topic(), aws.queue(), {"FilterPolicy": _POLICY})
    aws.sns(
        "SetSubscriptionAttributes", SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue="{"
    ).refused("InvalidParameter")
    _shows(aws, subscription, FilterPolicy=_same_policy)


refused(
    "sns/SetSubscriptionAttributes/filter-policy-scope-unknown",
    "A scope that does not exist is refused.",
    {"SubscriptionArn": SUBSCRIPTION, "AttributeName": "FilterPolicyScope", "AttributeValue": "RandomValue"},
    "InvalidParameter",
    f"Invalid parameter: FilterPolicyScope: Invalid value [RandomValue]. {_SCOPE}",
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/Subscribe/filter-policy-scope-unknown",
    "A scope that does not exist is refused.",
    {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE_ARN, "Attributes": {"FilterPolicyScope": "RandomValue"}},
    "InvalidParameter",
    f"Invalid parameter: Attributes Reason: FilterPolicyScope: Invalid value [RandomValue]. {_SCOPE}",
    source=RECORDED,
    certainty="recorded",
)

# Policies at a limit, by the end of the id.
_LIMITS: dict[str, tuple[str, dict[str, object], str]] = {
    "150-conditions": ("150 combinations are accepted.", {"key": [str(n) for n in range(150)]}, "MessageAttributes"),
    "150-combinations": (
        "150 combinations of two keys are accepted.",
        {"key1": [str(n) for n in range(10)], "key2": [str(n) for n in range(15)]},
        "MessageAttributes",
    ),
    "five-keys": ("Five keys are accepted.", {f"key{n}": ["x"] for n in range(5)}, "MessageAttributes"),
    "five-leaf-keys": (
        "Five leaf keys are accepted in the body, however they are nested.",
        {"a": {"b": ["x"], "c": ["x"]}, "d": {"e": {"f": ["x"], "g": ["x"], "h": ["x"]}}},
        "MessageBody",
    ),
    "a-billion": (
        "Numbers up to 10^9 are accepted.",
        {"key": [{"numeric": [">=", -1_000_000_000, "<=", 1_000_000_000]}]},
        "MessageAttributes",
    ),
    "three-wildcards": ("Three wildcards are accepted.", {"key": [{"wildcard": "*a*b*"}]}, "MessageAttributes"),
}
for _end, (_sentence, _policy, _scope) in _LIMITS.items():
    accepted(
        f"sns/Subscribe/filter-policy-{_end}",
        _sentence,
        {
            "TopicArn": TOPIC,
            "Protocol": "sqs",
            "Endpoint": QUEUE_ARN,
            "Attributes": {"FilterPolicy": json.dumps(_policy), "FilterPolicyScope": _scope},
        },
        {"SubscriptionArn": str},
        source=_CONSTRAINTS,
        certainty="documented",
    )
