"""AddPermission and RemovePermission."""

import json
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import QUEUE, Fixture
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_ADD = f"{SQS_API}/API_AddPermission.html"
_REMOVE = f"{SQS_API}/API_RemovePermission.html"

_ACCOUNT = Fixture("ACCOUNT", lambda aws: aws.account)
_USUAL = {"QueueUrl": QUEUE, "Label": "label", "AWSAccountIds": [_ACCOUNT], "Actions": ["SendMessage"]}


def _add(aws: Caller, queue: str, label: str, *actions: str) -> None:
    names = list(actions) or ["ReceiveMessage"]
    aws.sqs("AddPermission", QueueUrl=queue, Label=label, AWSAccountIds=[aws.account], Actions=names).succeeds()


def _policy(aws: Caller, queue: str) -> Any:
    text = aws.attributes(queue, "Policy").get("Policy")
    return None if text is None else json.loads(text)


def _statement(aws: Caller, queue: str, label: str, action: object = "SQS:ReceiveMessage") -> dict[str, Any]:
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"},
        "Action": action,
        "Resource": aws.arn(queue),
    }


# -- AddPermission -------------------------------------------------------------------------


@case("sqs/AddPermission/writes-the-policy", "The first permission writes a policy.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "crossaccountpermission")
    statement = _statement(aws, queue, "crossaccountpermission")
    expected = {"Version": "2008-10-17", "Id": f"{aws.arn(queue)}/SQSDefaultPolicy", "Statement": [statement]}
    same(_policy(aws, queue), expected, "the policy")


@case("sqs/AddPermission/appends", "A further permission is appended to the policy.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "one")
    _add(aws, queue, "two")
    same(_policy(aws, queue)["Statement"], [_statement(aws, queue, "one"), _statement(aws, queue, "two")])


@case(
    "sqs/AddPermission/several-actions",
    "Several actions are an array.",
    _ADD,
    "assumed",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "label", "SendMessage", "GetQueueUrl")
    same(set(_policy(aws, queue)["Statement"][0]["Action"]), {"SQS:SendMessage", "SQS:GetQueueUrl"})


@case("sqs/AddPermission/all-actions", "* stands for all actions.", _ADD, "modeled")
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "label", "*")
    same(_policy(aws, queue)["Statement"][0]["Action"], "SQS:*")


@case(
    "sqs/AddPermission/keeps-the-callers-policy",
    "A permission is appended to the policy that the caller has set.",
    _ADD,
    "assumed",
)
def _(aws: Caller) -> None:
    mine = {"Sid": "mine", "Effect": "Deny", "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": "*"}
    queue = aws.queue({"Policy": json.dumps({"Version": "2012-10-17", "Id": "id", "Statement": [mine]})})
    _add(aws, queue, "label")
    statements = [mine, _statement(aws, queue, "label")]
    same(_policy(aws, queue), {"Version": "2012-10-17", "Id": "id", "Statement": statements})


@case("sqs/AddPermission/label-in-use", "A label that is in use is refused.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "label")
    again = aws.sqs(
        "AddPermission", QueueUrl=queue, Label="label", AWSAccountIds=[aws.account], Actions=["SendMessage"]
    )
    again.refused(
        "InvalidParameterValue",
        "Value label for parameter Label is invalid. Reason: Already exists.",
        shape="InvalidParameterValueException",
    )


for suffix, label in (("one-character", "a"), ("80-characters", "a" * 80), ("with-hyphen-and-underscore", "a-b_c")):
    accepted(
        f"sqs/AddPermission/label-of-{suffix}",
        "A label has 1 to 80 letters, digits, hyphens and underscores.",
        _USUAL | {"Label": label},
        {},
        source=_ADD,
        certainty="documented",
    )
for suffix, label in (
    ("empty", ""),
    ("of-81-characters", "a" * 81),
    ("with-space", "two words"),
    ("with-dot", "dot.ted"),
):
    refused(
        f"sqs/AddPermission/label-{suffix}",
        "A malformed label is refused.",
        _USUAL | {"Label": label},
        "InvalidParameterValue",
        source=_ADD,
        certainty="documented",
    )
for suffix, account in (("too-short", "1234"), ("arn", "arn:aws:iam::111111111111:root"), ("everyone", "*")):
    refused(
        f"sqs/AddPermission/account-{suffix}",
        "Only account ids can be given a permission.",
        _USUAL | {"AWSAccountIds": [account]},
        "InvalidParameterValue",
        f"Value [{account}] for parameter PrincipalId is invalid. Reason: Unable to verify.",
        source=_ADD,
        certainty="reported",
    )
for name in ("Send", "sendMessage", "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch", "Send*"):
    refused(
        f"sqs/AddPermission/action-{name.lower().replace('*', '-star')}{'-in-lower-case' if name[0] == 's' else ''}",
        f"{name} is not an action that can be allowed.",
        _USUAL | {"Actions": [name]},
        "InvalidParameterValue",
        f"Value SQS:{name} for parameter ActionName is invalid. "
        "Reason: Please refer to the appropriate WSDL for a list of valid actions.",
        source=_ADD,
        certainty="reported",
    )
for name in (
    "AddPermission",
    "RemovePermission",
    "CreateQueue",
    "DeleteQueue",
    "SetQueueAttributes",
    "ListQueues",
    "ListDeadLetterSourceQueues",
    "TagQueue",
    "UntagQueue",
    "ListQueueTags",
    "StartMessageMoveTask",
    "CancelMessageMoveTask",
    "ListMessageMoveTasks",
):
    refused(
        f"sqs/AddPermission/action-of-the-owner-{name.lower()}",
        f"{name} cannot be allowed to others.",
        _USUAL | {"Actions": [name]},
        "InvalidParameterValue",
        f"Value SQS:{name} for parameter ActionName is invalid. "
        "Reason: Only the queue owner is allowed to invoke this action.",
        source=_ADD,
        certainty="reported",
    )
for parameter in ("AWSAccountIds", "Actions"):
    refused(
        f"sqs/AddPermission/no-{parameter.lower()}",
        f"An empty list of {parameter} is refused.",
        _USUAL | {parameter: []},
        "MissingParameter",
        source=_ADD,
        certainty="modeled",
    )


@case("sqs/AddPermission/21-statements", "A queue has at most 20 statements.", _ADD, "documented")
def _(aws: Caller) -> None:
    queue = aws.queue()
    for number in range(20):
        _add(aws, queue, f"label-{number}")
    more = aws.sqs("AddPermission", QueueUrl=queue, Label="more", AWSAccountIds=[aws.account], Actions=["SendMessage"])
    more.refused("OverLimit", status=403, shape="OverLimit")


# -- RemovePermission ----------------------------------------------------------------------


@case("sqs/RemovePermission/one-of-two", "Only the statement of the label is removed.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "one")
    _add(aws, queue, "two")
    same(aws.sqs("RemovePermission", QueueUrl=queue, Label="one").result, {})
    same(_policy(aws, queue)["Statement"], [_statement(aws, queue, "two")])


@case("sqs/RemovePermission/the-last", "The policy is removed with its last statement.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    queue = aws.queue()
    _add(aws, queue, "one")
    aws.sqs("RemovePermission", QueueUrl=queue, Label="one").succeeds()
    same(_policy(aws, queue), None)


@case("sqs/RemovePermission/label-used-again", "A label that was removed can be used again.", _REMOVE, "assumed")
def _(aws: Caller) -> None:
    queue = aws.queue()
    for _ in range(2):
        _add(aws, queue, "one")
        aws.sqs("RemovePermission", QueueUrl=queue, Label="one").succeeds()


@case("sqs/RemovePermission/own-statement", "A statement that the caller has set can be removed.", _REMOVE, "assumed")
def _(aws: Caller) -> None:
    mine = {"Sid": "mine", "Effect": "Deny", "Principal": "*", "Action": "sqs:DeleteQueue", "Resource": "*"}
    queue = aws.queue({"Policy": json.dumps({"Version": "2012-10-17", "Statement": [mine]})})
    aws.sqs("RemovePermission", QueueUrl=queue, Label="mine").succeeds()
    same(_policy(aws, queue), None)


for suffix, label in (("unknown", "crossaccountpermission2"), ("in-another-case", "CrossAccountPermission")):

    @case(f"sqs/RemovePermission/label-{suffix}", "An unknown label is refused.", RECORDED, "recorded")
    def _(aws: Caller, label: str = label) -> None:
        queue = aws.queue()
        _add(aws, queue, "crossaccountpermission")
        aws.sqs("RemovePermission", QueueUrl=queue, Label=label).refused(
            "InvalidParameterValue",
            f"Value {label} for parameter Label is invalid. Reason: can't find label.",
            shape="InvalidParameterValueException",
        )


refused(
    "sqs/RemovePermission/no-policy",
    "A queue without policy has no label.",
    {"QueueUrl": QUEUE, "Label": "label"},
    "InvalidParameterValue",
    "Value label for parameter Label is invalid. Reason: can't find label.",
    source=RECORDED,
    certainty="recorded",
)
