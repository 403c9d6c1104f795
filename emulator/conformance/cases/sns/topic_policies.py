"""The policy of a topic, as SetTopicAttributes takes it."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sns.topic_attributes import set_attribute
from emulator.conformance.cases.sources import REPORTED, SNS_API
from emulator.conformance.fixtures import TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import refused

_PAGE = f"{SNS_API}/API_SetTopicAttributes.html"


def _statement(topic: str, **members: object) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": topic}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | members]})


@case("sns/SetTopicAttributes/policy", "A topic's policy is replaced.", _PAGE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    policy = _statement(topic)
    same(json.loads(set_attribute(aws, topic, "Policy", policy)["Policy"]), json.loads(policy), "the policy")


refused(
    "sns/SetTopicAttributes/policy-that-is-not-json",
    "A policy that cannot be parsed is refused.",
    {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": "{"},
    "InvalidParameter",
    "Invalid parameter: Policy Error: null",
    source=REPORTED,
    certainty="reported",
)
_BAD_POLICIES: dict[str, tuple[dict[str, object], str]] = {
    "unknown-principal": ({"Principal": {"AWS": "nobody"}}, "Invalid parameter: Policy Error: PrincipalNotFound"),
    "action-out-of-scope": (
        {"Action": "SNS:SetSubscriptionAttributes"},
        "Invalid parameter: Policy statement action out of service scope!",
    ),
}
for _what, (_members, _message) in _BAD_POLICIES.items():

    @case(
        f"sns/SetTopicAttributes/policy-with-{_what}",
        "A policy names principals that exist, and actions on topics.",
        REPORTED,
        "reported",
    )
    def _(aws: Caller, members: dict[str, object] = _members, message: str = _message) -> None:
        topic = aws.topic()
        answer = aws.sns(
            "SetTopicAttributes",
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=_statement(topic, **members),
        )
        answer.refused("InvalidParameter", message)
