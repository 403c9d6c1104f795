"""The Policy of a queue."""

import json
from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.fixtures import NAME, QUEUE
from emulator.conformance.mismatch import same
from emulator.conformance.tables import refused

_PAGE = f"{SQS_API}/API_SetQueueAttributes.html"
_QUOTAS = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html"
)
_VERSION = "https://github.com/hashicorp/terraform-provider-aws/issues/24046"
_PRINCIPALS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts"
)


def _statement(**elements: Any) -> dict[str, Any]:
    return {"Sid": "mine", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"} | elements


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Id": "id", "Statement": list(statements)}, indent=2)


def _arn(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


for operation in ("CreateQueue", "SetQueueAttributes"):

    @case(
        f"sqs/{operation}/policy-comes-back",
        "A policy comes back without white space, and a list of one as the one.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, operation: str = operation) -> None:
        queue = _queue(aws, operation, _policy(_statement(Action=["sqs:SendMessage"])))
        expected = json.dumps(json.loads(_policy(_statement())), separators=(",", ":"))
        same(aws.attributes(queue, "Policy"), {"Policy": expected})

    @case(
        f"sqs/{operation}/policy-without-a-version",
        "A policy without a version gets the older one.",
        _VERSION,
        "reported",
    )
    def _(aws: Caller, operation: str = operation) -> None:
        queue = _queue(aws, operation, json.dumps({"Statement": [_statement()]}))
        policy = json.loads(aws.attributes(queue, "Policy")["Policy"])
        same(policy, {"Version": "2008-10-17", "Statement": [_statement()]}, "the policy")

    @case(
        f"sqs/{operation}/policy-with-an-account-as-principal",
        "A principal that is an account id comes back as the ARN of the account.",
        _PRINCIPALS,
        "reported",
    )
    def _(aws: Caller, operation: str = operation) -> None:
        queue = _queue(aws, operation, _policy(_statement(Principal={"AWS": aws.account})))
        same(_principal(aws, queue), {"AWS": _arn(aws.account)})

    @case(
        f"sqs/{operation}/policy-with-accounts-in-a-list",
        "Each account id in a list of principals comes back as an ARN.",
        _PRINCIPALS,
        "reported",
    )
    def _(aws: Caller, operation: str = operation) -> None:
        given = [aws.account, _arn(aws.account)]
        queue = _queue(aws, operation, _policy(_statement(Principal={"AWS": given})))
        principal = _principal(aws, queue)["AWS"]
        same({principal} if isinstance(principal, str) else set(principal), {_arn(aws.account)})

    @case(
        f"sqs/{operation}/policy-with-an-account-as-not-principal",
        "An account id in NotPrincipal comes back as the ARN of the account.",
        _PRINCIPALS,
        "assumed",
    )
    def _(aws: Caller, operation: str = operation) -> None:
        statement = _statement(Effect="Deny", NotPrincipal={"AWS": aws.account})
        del statement["Principal"]
        queue = _queue(aws, operation, _policy(statement))
        same(_principal(aws, queue, "NotPrincipal"), {"AWS": _arn(aws.account)})


def _queue(aws: Caller, operation: str, policy: str) -> str:
    """A queue to which the operation gave the policy."""
    if operation == "CreateQueue":
        return aws.queue({"Policy": policy})
    queue = aws.queue()
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": policy}).succeeds()
    return queue


def _principal(aws: Caller, queue: str, element: str = "Principal") -> Any:
    return json.loads(aws.attributes(queue, "Policy")["Policy"])["Statement"][0][element]


@case(
    "sqs/CreateQueue/again-with-policy-in-another-layout",
    "Policies that differ only in layout and in how an account is named are equal.",
    _PAGE,
    "assumed",
)
def _(aws: Caller) -> None:
    name = aws.name()
    first = _policy(_statement(Principal={"AWS": aws.account}))
    url = aws.sqs("CreateQueue", QueueName=name, Attributes={"Policy": first}).result["QueueUrl"]
    second = json.dumps(json.loads(_policy(_statement(Principal={"AWS": _arn(aws.account)}))))
    for policy in (first, second):
        aws.sqs("CreateQueue", QueueName=name, Attributes={"Policy": policy}).gives(QueueUrl=url)


@case("sqs/SetQueueAttributes/policy-removed", "An empty Policy takes it away.", _PAGE, "assumed")
def _(aws: Caller) -> None:
    queue = aws.queue({"Policy": _policy(_statement())})
    aws.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": ""}).succeeds()
    same(aws.attributes(queue, "Policy"), {})


for suffix, what, policy in (
    ("no-json", "that is not JSON", "x"),
    ("a-list", "that is a list", "[]"),
    ("empty-object", "without a statement", "{}"),
    ("unknown-version", "of an unknown version", _policy(_statement()).replace("2012-10-17", "2020-01-01")),
    ("unknown-element", "with an unknown element", _policy(_statement(Unknown="*"))),
    ("no-principal", "whose statement has no principal", '{"Statement":{"Effect":"Allow","Action":"sqs:*"}}'),
    ("unknown-effect", "with an unknown effect", _policy(_statement(Effect="Permit"))),
    ("action-of-another-service", "with an action of another service", _policy(_statement(Action="sns:Publish"))),
    ("sid-twice", "with two statements of one Sid", _policy(_statement(), _statement())),
    ("principal-that-is-none", "with a principal that cannot be one", _policy(_statement(Principal={"AWS": "you"}))),
):
    for operation, params in (
        ("CreateQueue", {"QueueName": NAME, "Attributes": {"Policy": policy}}),
        ("SetQueueAttributes", {"QueueUrl": QUEUE, "Attributes": {"Policy": policy}}),
    ):
        refused(
            f"sqs/{operation}/policy-{suffix}",
            f"A policy {what} is refused.",
            params,
            "InvalidAttributeValue",
            "Invalid value for the parameter Policy.",
            source=_PAGE,
            certainty="reported",
            shape="InvalidAttributeValue",
        )

refused(
    "sqs/SetQueueAttributes/policy-of-21-statements",
    "A policy has at most 20 statements.",
    {"QueueUrl": QUEUE, "Attributes": {"Policy": _policy(*(_statement(Sid=f"s{number}") for number in range(21)))}},
    "OverLimit",
    source=_QUOTAS,
    certainty="documented",
    status=403,
    shape="OverLimit",
)
