"""AssumeRole and GetSessionToken: temporary credentials, who gets them, and what may be done with them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.authentication.credentials import Credential
from emulator.aws.identities import _MOST_SESSIONS, Identities
from tests import boto
from tests.control.calls import call
from tests.server import RunningServer, running_server

OWN, OTHER = "111111111111", "222222222222"
WORKER = f"arn:aws:iam::{OWN}:role/worker"
SECRET = "wJalrXUtnFEMI"
_CONFIG = boto.CONFIG.merge(Config(parameter_validation=False))  # what is too short is to reach the server


def allow(*actions: str, **elements: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal: str, **elements: Any) -> dict[str, Any]:
    return allow("sts:AssumeRole", Principal={"AWS": principal}, **elements)


CONFIGURATION = {
    "options": {
        "enforce_policies": True,
        "verify_signatures": True,
        "credentials": [
            f"{key}:{SECRET}:{account}"
            for key, account in {"AKIASHOP": OWN, "AKIANONE": OWN, "AKIAPLAIN": OWN, "AKIAOTHER": OTHER}.items()
        ],
    },
    "queues": [{"name": "orders", "account": OWN}],
    "principals": {
        "users": {
            "shop": {
                "account": OWN,
                "access_keys": ["AKIASHOP"],
                "policies": [allow("sts:AssumeRole", "sqs:GetQueueUrl", Resource="*")],
            },
            "none": {"account": OWN, "access_keys": ["AKIANONE"]},
            "other": {
                "account": OTHER,
                "access_keys": ["AKIAOTHER"],
                "policies": [allow("sts:AssumeRole", Resource="*")],
            },
        },
        "roles": {
            "worker": {
                "account": OWN,
                "policies": [allow("sqs:*", Resource="*")],
                "assume_role_policy": trust(f"arn:aws:iam::{OWN}:root"),
            },
            "named": {"account": OWN, "assume_role_policy": trust(f"arn:aws:iam::{OWN}:user/none")},
            "foreign": {
                "account": OWN,
                "path": "/partners/",
                "assume_role_policy": trust(
                    f"arn:aws:iam::{OTHER}:root", Condition={"StringEquals": {"sts:ExternalId": "ticket"}}
                ),
            },
            "open": {"account": OWN},
        },
    },
}


@pytest.fixture(scope="module")
def verifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = tmp_path_factory.mktemp("sts") / "emulator.json"
    file.write_text(json.dumps(CONFIGURATION))
    with running_server("--config", str(file)) as server:
        yield server


def client(server: RunningServer, service: str, key: str, secret: str = SECRET, token: str | None = None) -> Any:
    return boto.session("json").client(
        service,
        endpoint_url=server.url,
        region_name=boto.REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=_CONFIG,
    )


def using(server: RunningServer, service: str, credentials: dict[str, Any]) -> Any:
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    return client(server, service, *(credentials[name] for name in names))


def assume(server: RunningServer, key: str, role: str = WORKER, **more: Any) -> dict[str, Any]:
    sts = client(server, "sts", key)
    answer: dict[str, Any] = sts.assume_role(RoleArn=role, RoleSessionName="build", **more)
    return answer


def test_session_of_a_role_calls_as_such_until_it_expires(verifying: RunningServer) -> None:
    answer = assume(verifying, "AKIASHOP", DurationSeconds=900)
    session = f"arn:aws:sts::{OWN}:assumed-role/worker/build"
    assert answer["AssumedRoleUser"]["Arn"] == session
    identity = using(verifying, "sts", answer["Credentials"]).get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (OWN, session)
    assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    sqs = using(verifying, "sqs", answer["Credentials"])
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        using(verifying, "sts", answer["Credentials"] | {"SessionToken": "another"}).get_caller_identity()
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        using(verifying, "sts", answer["Credentials"] | {"SecretAccessKey": "another"}).get_caller_identity()


def test_session_expires_by_the_clock_of_the_emulator(tmp_path: Path) -> None:
    file = tmp_path / "emulator.json"
    file.write_text(json.dumps(CONFIGURATION))
    start = datetime.now(UTC) - timedelta(minutes=10)  # signatures may be 15 minutes from the clock
    with running_server("--config", str(file), "--clock-at", start.isoformat()) as server:
        credentials = client(server, "sts", "AKIASHOP").get_session_token(DurationSeconds=900)["Credentials"]
        assert credentials["Expiration"] == start.replace(microsecond=0) + timedelta(minutes=15)
        sts = using(server, "sts", credentials)
        assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{OWN}:user/shop"
        assert call(f"{server.url}/_emulator/clock", {"advance": 1200})[0] == 200
        with pytest.raises(ClientError, match="ExpiredToken"):
            sts.get_caller_identity()


def test_session_policies_limit_a_session(verifying: RunningServer) -> None:
    policy = json.dumps(allow("sqs:GetQueueUrl", Resource="*"))
    answer = assume(verifying, "AKIASHOP", Policy=policy, Tags=[{"Key": "team", "Value": "shop"}])
    sqs = using(verifying, "sqs", answer["Credentials"])
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    with pytest.raises(ClientError, match="because no session policy allows"):
        sqs.send_message(QueueUrl=url, MessageBody="one")
    arn = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
    sqs = using(verifying, "sqs", assume(verifying, "AKIASHOP", PolicyArns=[{"arn": arn}])["Credentials"])
    assert sqs.list_queues()["QueueUrls"] == [url]
    with pytest.raises(ClientError, match="because no session policy allows"):
        sqs.purge_queue(QueueUrl=url)


@pytest.mark.parametrize(
    ("key", "role", "more", "refusal"),
    [
        ("AKIASHOP", "worker", {}, None),
        ("AKIASHOP", "open", {}, None),
        ("AKIAPLAIN", "worker", {}, None),
        ("AKIANONE", "named", {}, None),
        ("AKIAOTHER", "partners/foreign", {"ExternalId": "ticket"}, None),
        ("AKIANONE", "worker", {}, "because no identity-based policy allows the sts:AssumeRole action"),
        ("AKIASHOP", "named", {}, "because no resource-based policy allows the sts:AssumeRole action"),
        ("AKIAOTHER", "worker", {}, "because no resource-based policy allows the sts:AssumeRole action"),
        ("AKIAOTHER", "open", {}, "because no resource-based policy allows the sts:AssumeRole action"),
        ("AKIAOTHER", "partners/foreign", {}, "because no resource-based policy allows the sts:AssumeRole action"),
        ("AKIASHOP", "foreign", {}, f"on resource: arn:aws:iam::{OWN}:role/foreign"),
        ("AKIASHOP", "nobody", {}, f"on resource: arn:aws:iam::{OWN}:role/nobody"),
    ],
)
def test_trust_policy_and_the_callers_policies_decide(
    verifying: RunningServer, key: str, role: str, more: dict[str, str], refusal: str | None
) -> None:
    arn = f"arn:aws:iam::{OWN}:role/{role}"
    if refusal is None:
        assert assume(verifying, key, arn, SourceIdentity="someone", **more)["SourceIdentity"] == "someone"
        return
    with pytest.raises(ClientError) as refused:
        assume(verifying, key, arn, **more)
    error = refused.value.response["Error"]
    assert (error["Code"], error["Message"].endswith(refusal)) == ("AccessDenied", True)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"DurationSeconds": 43_201}, "ValidationError"),
        ({"RoleSessionName": "with space"}, "ValidationError"),
        ({"DurationSeconds": 899}, "ValidationError"),
        ({"RoleSessionName": "x" * 65}, "ValidationError"),
        ({"SourceIdentity": "with space"}, "ValidationError"),
        ({"RoleArn": f"arn:aws:iam::{OWN}:user/shop"}, "ValidationError"),
        ({"RoleArn": "arn:aws:sqs:us-east-1:111111111111:role/x"}, "ValidationError"),
        ({"RoleArn": "arn:aws:iam::account:role/worker"}, "ValidationError"),
        ({"Policy": "{}"}, "MalformedPolicyDocument"),
        ({"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/Unknown"}]}, "ValidationError"),
        ({"PolicyArns": [{"arn": f"arn:aws:iam::{OWN}:policy/mine"}]}, "ValidationError"),
        ({"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}] * 11}, "ValidationError"),
    ],
)
def test_bad_requests(verifying: RunningServer, changed: dict[str, Any], code: str) -> None:
    request = {"RoleArn": WORKER, "RoleSessionName": "build", **changed}
    with pytest.raises(ClientError) as refused:
        client(verifying, "sts", "AKIASHOP").assume_role(**request)
    assert refused.value.response["Error"]["Code"] == code


def test_session_token_is_not_given_for_a_session(verifying: RunningServer) -> None:
    credentials = assume(verifying, "AKIASHOP")["Credentials"]
    with pytest.raises(ClientError, match="Cannot call GetSessionToken with session credentials"):
        using(verifying, "sts", credentials).get_session_token()


def test_without_enforced_policies_every_role_can_be_assumed(server: RunningServer, account: str) -> None:
    sts = boto.client("sts", server.url, account=account)
    answer = sts.assume_role(RoleArn=f"arn:aws:iam::{OTHER}:role/any/thing", RoleSessionName="build")
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/thing/build"
    assert using(server, "sts", answer["Credentials"]).get_caller_identity()["Account"] == OTHER
    own = sts.get_session_token()["Credentials"]
    assert using(server, "sts", own).get_caller_identity()["Account"] == account


def test_of_very_many_sessions_the_expired_and_then_the_oldest_are_forgotten() -> None:
    identities = Identities()
    for number in range(_MOST_SESSIONS):
        expires_at = 10.0 if number == 5 else 1_000.0
        identities.issue(Credential(f"ASIA{number}", "s", OWN, "t", expires_at), OWN, None, 0.0)
    identities.issue(Credential("ASIANEW", "s", OWN, "t", 1_000.0), OWN, None, 20.0)
    assert "ASIA5" not in identities.issued
    identities.issue(Credential("ASIANEWER", "s", OWN, "t", 1_000.0), OWN, None, 20.0)
    assert "ASIA0" not in identities.accounts
    assert len(identities.issued) == len(identities.accounts) == _MOST_SESSIONS
