import json

import pytest

from emulator.aws import access
from emulator.aws.policy_evaluation import Verdict, evaluate, statement_for_topic
from emulator.aws.principals import user_id

OWNER = "111111111111"
OTHER = "222222222222"
QUEUE = f"arn:aws:sqs:us-east-1:{OWNER}:queue"
TOPIC = f"arn:aws:sns:us-east-1:{OWNER}:topic"
NOW = 1_700_000_000.0

CALL = access.call(account=OTHER, region="us-east-1", action="sqs:SendMessage", resource=QUEUE, now=NOW)
DELIVERY = access.delivery(topic_arn=TOPIC, queue_arn=QUEUE, now=NOW)

ALLOW: dict[str, object] = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE}
DENY = {**ALLOW, "Effect": "Deny"}
ALLOWED, DENIED, SILENT = Verdict("Allow", "1"), Verdict("Deny", "1"), Verdict(None)


def policy(*statements: dict[str, object], version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


def changed(element: str, value: object, statement: dict[str, object] = ALLOW) -> str:
    """A policy of one statement that has this element in place of the one of that name or its negation."""
    name = element.removeprefix("Not")
    return policy({key: each for key, each in statement.items() if key != name} | {element: value})


@pytest.mark.parametrize(
    ("element", "value", "verdict"),
    [
        ("Action", "SQS:SENDMESSAGE", ALLOWED),
        ("Action", "sqs:*", ALLOWED),
        ("Action", "*", ALLOWED),
        ("Action", "sqs:Send*", ALLOWED),
        ("Action", ["sqs:ReceiveMessage", "sqs:SendMessag?"], ALLOWED),
        ("Action", "sqs:ReceiveMessage", SILENT),
        ("NotAction", "sqs:ReceiveMessage", ALLOWED),
        ("NotAction", ["sqs:ReceiveMessage", "sqs:SendMessage"], SILENT),
        ("Resource", "*", ALLOWED),
        ("Resource", QUEUE.replace(OWNER, "*"), ALLOWED),
        ("Resource", QUEUE.upper(), SILENT),
        ("Resource", [f"{QUEUE}-2", QUEUE], ALLOWED),
        ("Resource", f"{QUEUE}-2", SILENT),
        ("Resource", QUEUE.replace("arn:aws:", "arn:aws-cn:"), SILENT),
        ("Resource", QUEUE.replace("arn:aws:", "arn:aws*:"), ALLOWED),
        ("Resource", f"/{OWNER}/queue", ALLOWED),
        ("Resource", [f"/{OWNER}/queue-2", f"/{OWNER}/que*"], ALLOWED),
        ("Resource", f"/{OWNER}/queue-2", SILENT),
        ("Resource", f"/{OTHER}/queue", SILENT),
        ("Resource", f"{OWNER}/queue", SILENT),
        ("NotResource", f"/{OWNER}/queue", SILENT),
        ("NotResource", f"{QUEUE}-2", ALLOWED),
        ("NotResource", QUEUE, SILENT),
        ("Resource", f"arn:aws:sqs:${{aws:RequestedRegion}}:{OWNER}:queue", ALLOWED),
        ("Principal", {"AWS": "*"}, ALLOWED),
        ("Principal", {"AWS": OTHER}, ALLOWED),
        ("Principal", {"AWS": [OWNER, OTHER]}, ALLOWED),
        ("Principal", {"AWS": f"arn:aws:iam::{OTHER}:root"}, ALLOWED),
        ("Principal", {"AWS": f"arn:aws:iam::{OTHER}:role/app"}, ALLOWED),  # callers are known by account alone
        ("Principal", {"AWS": f"arn:aws-cn:iam::{OTHER}:root"}, SILENT),
        ("Principal", {"AWS": f"arn:aws-us-gov:iam::{OTHER}:user/emulator"}, SILENT),
        ("Principal", {"AWS": user_id(OTHER)}, ALLOWED),
        ("Principal", {"AWS": user_id(OWNER)}, SILENT),
        ("Principal", {"AWS": OWNER}, SILENT),
        ("Principal", {"Service": "sns.amazonaws.com"}, SILENT),
        ("Principal", {"Federated": "*"}, SILENT),
        ("NotPrincipal", {"AWS": OWNER}, ALLOWED),
        ("NotPrincipal", {"AWS": f"arn:aws:iam::{OTHER}:role/app"}, SILENT),
        ("Condition", {"StringEquals": {"aws:PrincipalAccount": OTHER}}, ALLOWED),
        ("Condition", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:user/*"}}, ALLOWED),
        ("Condition", {"StringEquals": {"aws:PrincipalAccount": [OWNER]}}, SILENT),
        ("Condition", {"Bool": {"aws:SecureTransport": True}}, ALLOWED),
        ("Condition", {"Bool": {"aws:SecureTransport": "false"}}, SILENT),
        ("Condition", {"NumericGreaterThan": {"aws:EpochTime": 1_600_000_000}}, ALLOWED),
        ("Condition", {"StringIs": {"aws:PrincipalAccount": OTHER}}, SILENT),
        ("Condition", {"ArnEquals": {"aws:SourceArn": TOPIC}}, SILENT),
    ],
)
def test_every_element_must_fit_the_call(element: str, value: object, verdict: Verdict) -> None:
    assert evaluate(changed(element, value), CALL) == verdict


@pytest.mark.parametrize(
    ("element", "value", "verdict"),
    [
        ("Principal", {"AWS": OTHER}, DENIED),
        ("Principal", {"AWS": f"arn:aws:iam::{OTHER}:root"}, DENIED),
        ("Principal", {"AWS": CALL.principal.arn}, DENIED),
        ("Principal", {"AWS": f"arn:aws:iam::{OTHER}:role/app"}, SILENT),  # may be another principal of the account
        ("NotPrincipal", {"AWS": f"arn:aws:iam::{OTHER}:role/app"}, SILENT),
        ("NotPrincipal", {"AWS": OWNER}, DENIED),
    ],
)
def test_one_user_is_not_denied_what_another_is(element: str, value: object, verdict: Verdict) -> None:
    assert evaluate(changed(element, value, DENY), CALL) == verdict


def test_resource_may_be_left_out() -> None:
    bare = {key: value for key, value in ALLOW.items() if key != "Resource"}
    assert evaluate(policy(bare), CALL) == ALLOWED


def test_only_policies_of_queues_name_them_by_their_path() -> None:
    of_an_identity: dict[str, object] = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"/{OWNER}/queue"}
    assert evaluate(policy(of_an_identity), CALL) == SILENT
    publish = access.call(account=OTHER, region="us-east-1", action="sns:Publish", resource=TOPIC, now=NOW)
    of_a_topic = {**ALLOW, "Action": "sns:Publish", "Resource": f"/{OWNER}/topic"}
    assert evaluate(policy(of_a_topic), publish) == SILENT


def test_single_statement_needs_no_list() -> None:
    assert evaluate(json.dumps({"Statement": ALLOW}), CALL) == ALLOWED


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([ALLOW, DENY], Verdict("Deny", "2")),
        ([{**DENY, "Sid": "never"}, ALLOW], Verdict("Deny", "never")),
        ([{**DENY, "Action": "sqs:PurgeQueue"}, {**ALLOW, "Sid": "all"}, ALLOW], Verdict("Allow", "all")),
    ],
)
def test_a_denial_wins_wherever_it_stands(statements: list[dict[str, object]], verdict: Verdict) -> None:
    assert evaluate(policy(*statements), CALL) == verdict


def test_without_a_policy_nothing_is_allowed() -> None:
    assert evaluate(None, CALL) == SILENT
    assert not SILENT.allowed


def test_variables_belong_to_the_newer_language() -> None:
    condition = {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}
    assert evaluate(policy({**ALLOW, "Condition": condition}), CALL) == ALLOWED
    assert evaluate(policy({**ALLOW, "Condition": condition}, version="2008-10-17"), CALL) == SILENT


@pytest.mark.parametrize(
    ("principal", "condition", "verdict"),
    [
        ({"Service": "sns.amazonaws.com"}, {}, ALLOWED),
        ({"Service": ["s3.amazonaws.com", "sns.us-east-1.amazonaws.com"]}, {}, ALLOWED),
        ({"Service": "sns.eu-west-1.amazonaws.com"}, {}, SILENT),
        ({"Service": "s3.amazonaws.com"}, {}, SILENT),
        ("*", {}, ALLOWED),
        ({"AWS": "*"}, {"ArnEquals": {"aws:SourceArn": TOPIC}}, ALLOWED),
        ({"AWS": OWNER}, {}, SILENT),  # the service asks, not the topic's account
        ({"Service": "sns.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": f"{TOPIC}-2"}}, SILENT),
        ({"Service": "sns.amazonaws.com"}, {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWNER}:*"}}, ALLOWED),
        ({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceArn": TOPIC}}, ALLOWED),
        ({"Service": "sns.amazonaws.com"}, {"StringLike": {"aws:SourceArn": "arn:aws:sns:*"}}, ALLOWED),
        ({"Service": "sns.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": OWNER}}, ALLOWED),
        ({"Service": "sns.amazonaws.com"}, {"StringEquals": {"AWS:SourceAccount": OTHER}}, SILENT),
        ({"Service": "sns.amazonaws.com"}, {"Bool": {"aws:PrincipalIsAWSService": "true"}}, ALLOWED),
    ],
)
def test_delivery_is_asked_for_by_the_service(principal: object, condition: object, verdict: Verdict) -> None:
    assert evaluate(policy({**ALLOW, "Principal": principal, "Condition": condition}), DELIVERY) == verdict


def test_plain_http_on_localhost_does_not_count_as_such() -> None:
    insecure = {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert evaluate(policy(insecure, {**ALLOW, "Sid": "all"}), DELIVERY) == Verdict("Allow", "all")


def test_proposed_statement_lets_the_topic_send_and_no_other() -> None:
    proposed = policy(json.loads(statement_for_topic(TOPIC, QUEUE)))
    assert evaluate(proposed, DELIVERY) == ALLOWED
    other = access.delivery(topic_arn=f"{TOPIC}-2", queue_arn=QUEUE, now=NOW)
    assert evaluate(proposed, other) == SILENT
    assert evaluate(proposed, CALL) == SILENT


@pytest.mark.parametrize(
    ("address", "source", "met"),
    [
        ("203.0.113.7", "203.0.113.0/24", True),
        ("203.0.113.7", "203.0.114.0/24", False),
        ("2001:db8::7", "2001:db8::/32", True),
        ("2001:db8::7", "203.0.113.0/24", False),
        ("203.0.113.7", "2001:db8::/32", False),
        ("", "0.0.0.0/0", False),
    ],
)
def test_source_ip_is_compared_with_networks(address: str, source: str, met: bool) -> None:
    caller = access.CallerAccess(context={"aws:sourceip": (address,)} if address else {})
    request = access.call(
        account=OTHER, region="us-east-1", action="sqs:SendMessage", resource=QUEUE, now=NOW, caller=caller
    )
    inside = changed("Condition", {"IpAddress": {"aws:SourceIp": source}})
    outside = changed("Condition", {"NotIpAddress": {"aws:SourceIp": source}})
    assert evaluate(inside, request).allowed is met
    assert evaluate(outside, request).allowed is not met


@pytest.mark.parametrize(
    ("verdict", "owner", "owner_only", "permitted"),
    [
        (DENIED, True, False, False),
        (DENIED, False, False, False),
        (SILENT, True, True, True),
        (SILENT, False, False, False),
        (ALLOWED, False, False, True),
        (ALLOWED, False, True, False),
    ],
)
def test_deny_binds_everyone_and_the_owner_needs_no_permission(
    verdict: Verdict, owner: bool, owner_only: bool, permitted: bool
) -> None:
    assert verdict.permits(owner=owner, owner_only=owner_only) is permitted
