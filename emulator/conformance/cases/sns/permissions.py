"""AddPermission and RemovePermission."""

import json
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import missing, topic_elsewhere, unknown_topic
from emulator.conformance.cases.sns.topic_attributes import topic_attributes
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API
from emulator.conformance.fixtures import TOPIC, Fixture
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_ADD = f"{SNS_API}/API_AddPermission.html"
_REMOVE = f"{SNS_API}/API_RemovePermission.html"
_ACCOUNT = Fixture("ACCOUNT", lambda aws: aws.account)
_PARAMS = {"TopicArn": TOPIC, "Label": "test", "AWSAccountId": [_ACCOUNT], "ActionName": ["Publish"]}


def _statements(aws: Caller, topic: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = json.loads(topic_attributes(aws, topic)["Policy"])["Statement"]
    return statements


def _add(aws: Caller, topic: str, label: str, *actions: str) -> None:
    answer = aws.sns("AddPermission", TopicArn=topic, Label=label, AWSAccountId=[aws.account], ActionName=list(actions))
    same(answer.succeeds(), {})


_ACTIONS: dict[str, tuple[tuple[str, ...], str | list[str]]] = {
    "one-action": (("Publish",), "SNS:Publish"),
    "two-actions": (("Publish", "Subscribe"), ["SNS:Publish", "SNS:Subscribe"]),
}
for _what, (_names, _shown) in _ACTIONS.items():

    @case(
        f"sns/AddPermission/{_what}",
        "A statement is added to the default policy; a single action stands outside a list.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, names: tuple[str, ...] = _names, shown: str | list[str] = _shown) -> None:
        topic = aws.topic()
        default = _statements(aws, topic)
        _add(aws, topic, "test", *names)
        added = {
            "Sid": "test",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"},
            "Action": shown,
            "Resource": topic,
        }
        same(_statements(aws, topic), [*default, added], "the statements")


@case("sns/AddPermission/label-that-is-in-use", "A label can be used once.", _ADD, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    _add(aws, topic, "test", "Publish")
    answer = aws.sns(
        "AddPermission", TopicArn=topic, Label="test", AWSAccountId=[aws.account], ActionName=["Subscribe"]
    )
    answer.refused("InvalidParameter")


for _action in ("SetSubscriptionAttributes", "CreateTopic", "Nope"):
    refused(
        f"sns/AddPermission/{_action.lower()}",
        "A permission is for actions on topics.",
        _PARAMS | {"ActionName": [_action]},
        "InvalidParameter",
        "Invalid parameter: Policy statement action out of service scope!",
        source=REPORTED,
        certainty="reported",
    )
refused(
    "sns/AddPermission/account-that-is-none",
    "A permission is for accounts, by their ids.",
    _PARAMS | {"AWSAccountId": ["nobody"]},
    "InvalidParameter",
    source=_ADD,
    certainty="documented",
)
for _operation, _given in (
    ("AddPermission", _PARAMS),
    ("RemovePermission", {"TopicArn": TOPIC, "Label": "test"}),
):
    unknown_topic(_operation, _given, certainty="documented")
    topic_elsewhere(_operation, _given, certainty="assumed")
    missing(_operation, _given, _given)


@case("sns/RemovePermission/statement", "A statement is removed; the default stays.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic = aws.topic()
    before = topic_attributes(aws, topic)["Policy"]
    _add(aws, topic, "test", "Publish")
    same(aws.sns("RemovePermission", TopicArn=topic, Label="test").succeeds(), {})
    same(json.loads(topic_attributes(aws, topic)["Policy"]), json.loads(before), "the policy")


@case("sns/RemovePermission/one-of-two", "Other statements stay.", _REMOVE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    for label in ("one", "two"):
        _add(aws, topic, label, "Publish")
    aws.sns("RemovePermission", TopicArn=topic, Label="one").succeeds()
    same([each["Sid"] for each in _statements(aws, topic)], ["__default_statement_ID", "two"], "the labels")


accepted(
    "sns/RemovePermission/unknown-label",
    "To remove a permission that does not exist succeeds.",
    {"TopicArn": TOPIC, "Label": "ThisLabelDoesNotExist"},
    source=REPORTED,
    certainty="reported",
)
