"""All policies of a request together: AWS's rules as truth tables, and the comparison with a reference evaluator."""

import itertools
import json
import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.aws.access_decision import Decision, decide
from emulator.aws.identity import Identity, NamedPolicy
from emulator.aws.policy import MalformedPolicy, PolicyOverLimit, check_identity_policy
from emulator.aws.policy_evaluation import evaluate
from emulator.aws.policy_statements import AccessRequest
from tests.aws.policy_cases import case, decided
from tests.aws.reference_evaluator import allowed
from tests.examples import examples

OWN, OTHER = "111111111111", "222222222222"
QUEUE = f"arn:aws:sqs:us-east-1:{OWN}:orders"
USER, ROLE = f"arn:aws:iam::{OWN}:user/ann", f"arn:aws:iam::{OWN}:role/worker"
SESSION, ROOT = f"arn:aws:sts::{OWN}:assumed-role/worker/build", f"arn:aws:iam::{OWN}:root"


def document(effect: str, **elements: Any) -> str:
    statement = {"Effect": effect, "Action": "sqs:SendMessage", "Resource": "*", **elements}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def named(name: str, effect: str | None) -> NamedPolicy:
    """A policy that allows or denies, or says nothing about the request."""
    return NamedPolicy(name, document(effect) if effect else document("Allow", Action="sqs:PurgeQueue"))


def decision(
    *,
    identity: str | None = None,
    resource: str | None = None,
    principal: Any = None,
    boundary: str | None = "absent",
    session: str | None = "absent",
    is_session: bool = False,
    account: str = OWN,
    owner_only: bool = False,
) -> Decision:
    caller = Identity(
        account=account,
        name="worker" if is_session else "ann",
        session_name="build" if is_session else None,
        policies=(named("own", identity),),
        boundary=None if boundary == "absent" else named("boundary", boundary),
        session_policies=None if session == "absent" else (named("session", session),),
    )
    policy = None if resource is None else document(resource, Principal=principal)
    request = AccessRequest(caller.principal("us-east-1"), "sqs:SendMessage", QUEUE, {})
    return decide(caller, policy, request, owner=account == OWN, owner_only=owner_only)


def outcome(**given: Any) -> str:
    decided = decision(**given)
    return f"allowed by {decided.kind}" if decided.allowed else decided.clause("sqs:sendmessage")


NO_IDENTITY = "because no identity-based policy allows the sqs:sendmessage action"
NO_RESOURCE = "because no resource-based policy allows the sqs:sendmessage action"
NO_BOUNDARY = "because no permissions boundary allows the sqs:sendmessage action"
NO_SESSION = "because no session policy allows the sqs:sendmessage action"


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, NO_IDENTITY),
        ({"identity": "Allow"}, "allowed by identity-based policy"),
        ({"identity": "Deny"}, "with an explicit deny in an identity-based policy"),
        # A resource-based policy that names the user is enough; one that names the account leaves it to the account.
        ({"resource": "Allow", "principal": {"AWS": USER}}, "allowed by resource-based policy"),
        ({"resource": "Allow", "principal": "*"}, "allowed by resource-based policy"),
        ({"resource": "Allow", "principal": {"AWS": ROOT}}, NO_IDENTITY),
        ({"resource": "Allow", "principal": {"AWS": OWN}}, NO_IDENTITY),
        ({"resource": "Allow", "principal": {"AWS": f"arn:aws:iam::{OWN}:user/ben"}}, NO_IDENTITY),
        ({"resource": "Allow", "principal": {"AWS": ROOT}, "identity": "Allow"}, "allowed by identity-based policy"),
        (
            {"resource": "Deny", "principal": "*", "identity": "Allow"},
            "with an explicit deny in a resource-based policy",
        ),
        (
            {"resource": "Deny", "principal": {"AWS": ROOT}, "identity": "Allow"},
            "with an explicit deny in a resource-based policy",
        ),
        (
            {"resource": "Allow", "principal": "*", "identity": "Deny"},
            "with an explicit deny in an identity-based policy",
        ),
    ],
)
def test_user_in_the_account_of_the_resource(given: dict[str, Any], expected: str) -> None:
    assert outcome(**given) == expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"identity": "Allow", "boundary": "Allow"}, "allowed by identity-based policy"),
        ({"identity": "Allow", "boundary": None}, NO_BOUNDARY),
        ({"identity": None, "boundary": "Allow"}, NO_IDENTITY),
        ({"identity": "Allow", "boundary": "Deny"}, "with an explicit deny in a permissions boundary"),
        # An implicit deny in a boundary does not limit what a resource-based policy grants to a user or to a session.
        (
            {"boundary": None, "resource": "Allow", "principal": {"AWS": USER}},
            "allowed by resource-based policy",
        ),
        (
            {"boundary": None, "resource": "Allow", "principal": {"AWS": SESSION}, "is_session": True},
            "allowed by resource-based policy",
        ),
        # It does limit what one grants to the role.
        ({"boundary": None, "resource": "Allow", "principal": {"AWS": ROLE}, "is_session": True}, NO_BOUNDARY),
        (
            {"boundary": "Allow", "resource": "Allow", "principal": {"AWS": ROLE}, "is_session": True},
            "allowed by resource-based policy",
        ),
        (
            {"boundary": "Deny", "resource": "Allow", "principal": {"AWS": USER}},
            "with an explicit deny in a permissions boundary",
        ),
    ],
)
def test_permissions_boundary(given: dict[str, Any], expected: str) -> None:
    assert outcome(**given) == expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"identity": "Allow"}, "allowed by identity-based policy"),
        ({"identity": "Allow", "session": "Allow"}, "allowed by identity-based policy"),
        ({"identity": "Allow", "session": None}, NO_SESSION),
        ({"identity": None, "session": "Allow"}, NO_IDENTITY),
        ({"identity": "Allow", "session": "Deny"}, "with an explicit deny in a session policy"),
        ({"session": None, "resource": "Allow", "principal": {"AWS": ROLE}}, NO_SESSION),
        ({"session": "Allow", "resource": "Allow", "principal": {"AWS": ROLE}}, "allowed by resource-based policy"),
        ({"session": None, "resource": "Allow", "principal": {"AWS": SESSION}}, "allowed by resource-based policy"),
        ({"session": None, "resource": "Allow", "principal": "*"}, "allowed by resource-based policy"),
        ({"identity": "Allow", "boundary": None, "session": None}, NO_BOUNDARY),
    ],
)
def test_session_policy(given: dict[str, Any], expected: str) -> None:
    assert outcome(**given, is_session=True) == expected


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
@pytest.mark.parametrize(
    ("identity", "principal", "expected"),
    [
        (None, None, NO_IDENTITY),
        ("Allow", None, NO_RESOURCE),
        (None, f"arn:aws:iam::{OTHER}:root", NO_IDENTITY),
        (None, f"arn:aws:iam::{OTHER}:user/ann", NO_IDENTITY),
        (None, "*", NO_IDENTITY),
        ("Allow", f"arn:aws:iam::{OTHER}:root", "allowed by resource-based policy"),
        ("Allow", OTHER, "allowed by resource-based policy"),
        ("Allow", f"arn:aws:iam::{OTHER}:user/ann", "allowed by resource-based policy"),
        ("Allow", "*", "allowed by resource-based policy"),
        ("Allow", f"arn:aws:iam::{OTHER}:user/ben", NO_RESOURCE),
        ("Allow", ROOT, NO_RESOURCE),
        ("Deny", "*", "with an explicit deny in an identity-based policy"),
    ],
)
def test_caller_of_another_account_needs_both(identity: str | None, principal: str | None, expected: str) -> None:
    resource = None if principal is None else "Allow"
    given = {"identity": identity, "resource": resource, "principal": {"AWS": principal}, "account": OTHER}
    assert outcome(**given) == expected
    if expected.startswith("allowed"):
        assert outcome(**given, owner_only=True) == NO_RESOURCE
        assert outcome(**given, boundary=None) == NO_BOUNDARY


def test_explicit_deny_anywhere_wins() -> None:
    kinds = ("identity", "resource", "boundary", "session")
    for effects in itertools.product(["Allow", "Deny"], repeat=len(kinds)):
        given: dict[str, Any] = dict(zip(kinds, effects, strict=True))
        decided = decision(**given, principal="*", is_session=True)
        assert decided.allowed is ("Deny" not in effects)
        assert decided.denied_explicitly is ("Deny" in effects)


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
@pytest.mark.parametrize(
    ("names", "is_session", "exempt"),
    [
        ([USER, ROOT], False, True),
        ([USER], False, False),
        ([ROOT], False, False),
        ([f"arn:aws:iam::{OWN}:user/ben", ROOT], False, False),
        ([SESSION, ROLE, ROOT], True, True),
        ([SESSION, ROLE], True, False),
        ([ROLE, ROOT], True, False),
        (["*"], True, True),
    ],
)
def test_deny_by_not_principal_exempts_who_is_named_with_role_and_account(
    names: list[str], is_session: bool, exempt: bool
) -> None:
    caller = Identity(account=OWN, name="worker" if is_session else "ann", session_name="build" if is_session else None)
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "NotPrincipal": {"AWS": names}}
    request = AccessRequest(caller.principal("us-east-1"), "sqs:SendMessage", QUEUE, {})
    verdict = evaluate(json.dumps({"Statement": statement}), request)
    assert verdict.effect == (None if exempt else "Deny")


def test_unique_ids_name_users_and_roles() -> None:
    for caller in (Identity(account=OWN, name="ann"), Identity(account=OWN, name="ann", session_name="build")):
        policy = document("Allow", Principal={"AWS": caller.unique_id})
        assert decide(
            caller, policy, AccessRequest(caller.principal("us-east-1"), "sqs:SendMessage", QUEUE, {}), owner=True
        ).allowed


def test_opinions_of_all_policies_are_given() -> None:
    decided = decision(identity="Allow", resource="Allow", principal={"AWS": ROOT}, boundary="Allow")
    assert [(each.kind, each.policy, each.verdict.effect) for each in decided.opinions] == [
        ("identity-based policy", "own", "Allow"),
        ("resource-based policy", QUEUE, "Allow"),
        ("permissions boundary", "boundary", "Allow"),
    ]


@settings(max_examples=examples(2_000))
@given(st.integers(0, 2**32))
def test_reference_evaluator_decides_the_same(seed: int) -> None:
    asked = case(Random(seed))
    assert decided(asked) is allowed(asked), asked


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("[]", "expected an object"),
        ("[" * 100_000, "at most 10240"),
        ("[" * 9_000, "recursion|Expecting value"),  # json looks deeper in newer versions of Python
        (document("Allow", Principal="*"), "unknown element Principal"),
        (document("Allow", Action="SendMessage"), "an action is \\* or begins with its service"),
        (document("Maybe"), "Effect must be one of"),
        (document("Allow", Sid=1), "Sid must be a string"),
        (json.dumps({"Statement": {"Effect": "Allow", "Action": "*"}}), "either Resource or NotResource"),
        (document("Allow", Condition={"StringEqual": {"a": "b"}}), "unknown condition operator StringEqual"),
        (document("Allow", Action=["sqs:*"] * 3_000), "at most 10240 characters"),
    ],
)
def test_what_is_no_policy_of_an_identity_is_refused(text: str, why: str) -> None:
    with pytest.raises((MalformedPolicy, PolicyOverLimit), match=why):
        check_identity_policy(text)


def test_hostile_patterns_take_bounded_time() -> None:
    """The longest policy, of the worst patterns known, for the longest texts that a caller can choose."""
    text = "a" * 2_048
    patterns = ["*a" * 4_000 + "b", "?" * 2_047 + "b", "*" + "?" * 2_000 + "b*", "*a?" * 2_500 + "b", "${x}" * 2_000]
    caller = Identity(account=OWN, name="ann")
    for pattern in patterns:
        policy = document("Allow", Condition={"StringLike": {"aws:UserAgent": pattern}})
        check_identity_policy(policy)
        request = AccessRequest(
            caller.principal("us-east-1"), "sqs:SendMessage", QUEUE, {"aws:useragent": (text,), "x": ("a",)}
        )
        since = time.thread_time()
        for _ in range(5):
            evaluate(policy, request)
        assert time.thread_time() - since < 5, pattern[:20]
