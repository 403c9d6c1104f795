"""Generated requests with policies of all kinds, and whether the emulator's evaluator decides as the reference does.

python -m tests.aws.policy_cases --cases 100000

Fails with the first request about which they differ.
"""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import click

from emulator.aws.access_decision import decide
from emulator.aws.identity import Identity, NamedPolicy
from emulator.aws.policy_statements import AccessRequest
from tests.aws.reference_evaluator import OTHER, OWN, RESOURCE, Case, allowed

_ACTIONS = ["sqs:SendMessage", "sqs:sendmessage", "sqs:*", "sqs:Send*", "sqs:?eceiveMessage", "*", "sns:Publish"]
_RESOURCES = [
    RESOURCE,
    "*",
    "arn:aws:sqs:*:*:orders",
    f"arn:aws:sqs:us-east-1:{OWN}:*",
    "arn:aws:sqs:*:*:${aws:username}",
]
_RESOURCES += [
    f"arn:aws:sqs:us-east-1:{OWN}:order?",
    "arn:aws:sqs:*:*:${aws:PrincipalTag/team, 'orders'}",
    "arn:*:${*}",
]
_KEYS = [
    "aws:username",
    "aws:SourceIp",
    "aws:PrincipalTag/team",
    "aws:TagKeys",
    "aws:SourceArn",
    "n",
    "aws:CurrentTime",
]
_TEXTS = [
    "orders",
    "Orders",
    "worker",
    "*",
    "o*",
    "?rders",
    "",
    "10",
    "10.0",
    "7",
    "true",
    "TRUE",
    "10.0.0.7",
    "${aws:username}",
]
_TEXTS += [
    "10.0.0.0/8",
    "2001:db8::/32",
    "2030-01-01T00:00:00Z",
    "1893456000",
    "arn:aws:sns:*:*:orders",
    "${n}",
    "${*}",
    "x,y",
]
_TEXTS += [
    "arn:aws:sns:us-east-1:111111111111:orders",
    "arn:aws:sns:us-east-1:${n}:*",
    "${aws:PrincipalTag/team, 'orders'}",
]
_VALUES = [
    "orders",
    "Orders",
    "worker",
    "*",
    "",
    "10",
    "10.00",
    "true",
    "10.0.0.7",
    "2001:db8::7",
    "2030-01-01T00:00:00+00:00",
]
_VALUES += ["1893456000", "arn:aws:sns:us-east-1:111111111111:orders", "arn:aws:sns:us-east-1:10:x:y"]
_BASES = [
    f"String{each}" for each in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
]
_BASES += [f"Arn{each}" for each in ("Equals", "NotEquals", "Like", "NotLike")] + ["IpAddress", "NotIpAddress", "Bool"]
_BASES += ["BinaryEquals"]
_BASES += [
    f"{kind}{each}"
    for kind in ("Numeric", "Date")
    for each in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
]


def _some(random: Random, values: Sequence[Any], least: int, most: int) -> list[Any]:
    return [random.choice(values) for _ in range(random.randint(least, most))]


def _operator(random: Random) -> str:
    if random.random() < 0.1:
        return "Null"
    quantifier = random.choice(["", "", "ForAllValues:", "ForAnyValue:"])
    return f"{quantifier}{random.choice(_BASES)}{random.choice(['', '', 'IfExists'])}"


def _conditions(random: Random) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        operator = _operator(random)
        values = _some(random, ["true", "false"] if operator == "Null" else _TEXTS, 1, 2)
        block.setdefault(operator, {})[random.choice(_KEYS)] = values[0] if len(values) == 1 else values
    return block


def _principal(random: Random, account: str) -> Any:
    names = [
        account,
        f"arn:aws:iam::{account}:root",
        f"arn:aws:iam::{account}:user/worker",
        f"arn:aws:iam::{account}:user/other",
        f"arn:aws:iam::{account}:role/worker",
        f"arn:aws:sts::{account}:assumed-role/worker/build",
    ]
    return random.choice(["*", {"AWS": "*"}, *[{"AWS": _some(random, names, 1, 3)}] * 4])


def _statement(random: Random, account: str, *, of_resource: bool) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": random.choice(["Allow", "Allow", "Allow", "Deny"])}
    for name, patterns in (("Action", _ACTIONS), ("Resource", _RESOURCES)):
        statement[random.choice(["", "", "", "Not"]) + name] = _some(random, patterns, 1, 2)
    if of_resource:
        statement[random.choice(["Principal", "Principal", "NotPrincipal"])] = _principal(random, account)
    conditions = _conditions(random)
    return {**statement, "Condition": conditions} if conditions else statement


def _policy(random: Random, account: str, *, of_resource: bool = False) -> dict[str, Any]:
    statements = [_statement(random, account, of_resource=of_resource) for _ in range(random.randint(1, 3))]
    return {"Version": random.choice(["2012-10-17", "2012-10-17", "2008-10-17"]), "Statement": statements}


def case(random: Random) -> Case:
    session, account = random.random() < 0.5, random.choice([OWN, OWN, OTHER])
    keys = random.sample([key.lower() for key in _KEYS], random.randint(0, 5))
    return Case(
        session,
        account,
        random.choice(["sqs:SendMessage", "sqs:ReceiveMessage"]),
        {key: _some(random, _VALUES, 0, 2) for key in keys},
        [_policy(random, account) for _ in range(random.randint(0, 2))],
        random.choice([None, _policy(random, account, of_resource=True)]),
        random.choice([None, _policy(random, account)]),
        random.choice([None, [_policy(random, account)]]) if session else None,
        random.random() < 0.3,
    )


def decided(case: Case) -> bool:
    """What the emulator decides."""
    named = [NamedPolicy(str(number), json.dumps(each)) for number, each in enumerate(case.identity)]
    identity = Identity(
        account=case.account,
        name="worker",
        session_name="build" if case.session else None,
        policies=tuple(named),
        boundary=None if case.boundary is None else NamedPolicy("boundary", json.dumps(case.boundary)),
        session_policies=(
            None
            if case.session_policies is None
            else tuple(NamedPolicy("session", json.dumps(each)) for each in case.session_policies)
        ),
    )
    request = AccessRequest(identity.principal("us-east-1"), case.action, RESOURCE, case.context)
    policy = None if case.resource is None else json.dumps(case.resource)
    return decide(identity, policy, request, owner=case.account == OWN, owner_only=case.owner_only).allowed


@click.command()
@click.option("--cases", type=click.IntRange(1), default=100_000, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
def main(cases: int, seed: int) -> None:
    """Compare the emulator's evaluator with the reference."""
    random, count = Random(seed), {True: 0, False: 0}
    for _ in range(cases):
        asked = case(random)
        expected = allowed(asked)
        assert decided(asked) is expected, asked
        count[expected] += 1
    click.echo(f"Both evaluators allow the same {count[True]} requests and refuse the same {count[False]}.")


if __name__ == "__main__":
    main()
