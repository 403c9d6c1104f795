"""The policy of a topic, as SetTopicAttributes accepts it."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sns.topic_attributes import set_attribute
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API
from emulator.conformance.fixtures import TOPIC
from emulator.conformance.mismatch import ABSENT, same
from emulator.conformance.tables import refused

_PAGE = f"{SNS_API}/API_SetTopicAttributes.html"
_PRINCIPAL_PAGE = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts"
)
# The end of the id, the element, the effect it is used with, and the certainty.
_PRINCIPALS: tuple[tuple[str, str, str, Certainty], ...] = (
    ("principal", "Principal", "Allow", "reported"),
    ("not-principal", "NotPrincipal", "Deny", "assumed"),
)


def _statement(topic: str, **members: object) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": topic} | members
    given = {name: value for name, value in statement.items() if value is not ABSENT}
    return json.dumps({"Version": "2012-10-17", "Statement": [given]})


@case("sns/SetTopicAttributes/policy", "A topic's policy is replaced.", _PAGE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    policy = _statement(topic)
    same(json.loads(set_attribute(aws, topic, "Policy", policy)["Policy"]), json.loads(policy), "the policy")


@case(
    "sns/SetTopicAttributes/policy-in-another-layout",
    "A topic's policy comes back without white space, and a list of one as the one.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    shown = set_attribute(aws, topic, "Policy", _statement(topic, Action=["SNS:Publish"]))
    same(shown["Policy"], json.dumps(json.loads(_statement(topic)), separators=(",", ":")), "the policy")


refused(
    "sns/SetTopicAttributes/empty-policy",
    "A policy cannot be removed.",
    {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": ""},
    "InvalidParameter",
    "Invalid parameter: Policy is empty",
    source="https://github.com/aws-controllers-k8s/community/issues/1867",
    certainty="reported",
)


def _given_policy(aws: Caller, operation: str, **members: object) -> str:
    """The ARN of a topic to which the operation gave a policy with such a statement."""
    name = aws.name()
    policy = _statement(f"arn:aws:sns:{aws.region}:{aws.account}:{name}", **members)
    if operation == "CreateTopic":
        return str(aws.sns("CreateTopic", Name=name, Attributes={"Policy": policy}).result["TopicArn"])
    topic = str(aws.sns("CreateTopic", Name=name).result["TopicArn"])
    set_attribute(aws, topic, "Policy", policy)
    return topic


def _named_accounts(aws: Caller, topic: str, element: str) -> set[str]:
    """The principals in the element of the topic's only statement."""
    policy = aws.sns("GetTopicAttributes", TopicArn=topic).result["Attributes"]["Policy"]
    named = json.loads(policy)["Statement"][0][element]["AWS"]
    return {named} if isinstance(named, str) else set(named)


for _operation in ("CreateTopic", "SetTopicAttributes"):
    for _what, _element, _effect, _certainty in _PRINCIPALS:

        @case(
            f"sns/{_operation}/policy-with-an-account-as-{_what}",
            f"An account id in {_element} comes back as the ARN of the account.",
            _PRINCIPAL_PAGE,
            _certainty,
        )
        def _(aws: Caller, operation: str = _operation, element: str = _element, effect: str = _effect) -> None:
            members = {"Effect": effect, "Principal": ABSENT, element: {"AWS": aws.account}}
            topic = _given_policy(aws, operation, **members)
            same(_named_accounts(aws, topic, element), {f"arn:aws:iam::{aws.account}:root"}, "the accounts")

        @case(
            f"sns/{_operation}/policy-with-accounts-in-a-list-as-{_what}",
            f"Each account id in a list in {_element} comes back as an ARN.",
            _PRINCIPAL_PAGE,
            _certainty,
        )
        def _(aws: Caller, operation: str = _operation, element: str = _element, effect: str = _effect) -> None:
            arn = f"arn:aws:iam::{aws.account}:root"
            members = {"Effect": effect, "Principal": ABSENT, element: {"AWS": [aws.account, arn]}}
            same(_named_accounts(aws, _given_policy(aws, operation, **members), element), {arn}, "the accounts")


@case(
    "sns/CreateTopic/again-with-an-account-named-in-another-way",
    "Policies that differ only in how an account is named are equal.",
    f"{SNS_API}/API_CreateTopic.html",
    "assumed",
)
def _(aws: Caller) -> None:
    topic = _given_policy(aws, "CreateTopic", Principal={"AWS": aws.account})
    for principal in (aws.account, f"arn:aws:iam::{aws.account}:root"):
        policy = _statement(topic, Principal={"AWS": principal})
        again = aws.sns("CreateTopic", Name=topic.rpartition(":")[2], Attributes={"Policy": policy})
        again.gives(TopicArn=topic)


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
