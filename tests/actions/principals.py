"""A configuration with principals, and callers of the server that has it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import boto
from tests.server import RunningServer, running_server

OWN, OTHER = "111111111111", "222222222222"
QUEUE = f"arn:aws:sqs:us-east-1:{OWN}:orders"
TOPIC = f"arn:aws:sns:us-east-1:{OWN}:events"
USER = f"arn:aws:iam::{OWN}:user/services/shop"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/worker/build-42"


def allow(*actions: str, resource: str = "*", **elements: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **elements}
    return {"Version": "2012-10-17", "Statement": statement}


CONFIGURATION = {
    "options": {
        "enforce_policies": True,
        "access_keys": {
            "AKIASHOP": OWN,
            "AKIANONE": OWN,
            "AKIAROOTLESS": OWN,
            "ASIABUILD": OWN,
            "ASIALIMITED": OWN,
            "AKIAFOREIGN": OTHER,
            "AKIATAGGED": OWN,
        },
    },
    "queues": [
        {
            "name": "orders",
            "account": OWN,
            "tags": {"team": "shop"},
            "policy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "foreign",
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
                        "Action": "sqs:SendMessage",
                        "Resource": QUEUE,
                        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-example"}},
                    },
                    {
                        "Sid": "no-purge",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sqs:PurgeQueue",
                        "Resource": QUEUE,
                    },
                ],
            },
        }
    ],
    "topics": [{"name": "events", "account": OWN}],
    "principals": {
        "users": {
            "shop": {
                "account": OWN,
                "path": "/services/",
                "access_keys": ["AKIASHOP"],
                "policies": {
                    "send": allow("sqs:Send*", "sqs:GetQueue*", "sqs:PurgeQueue", resource=QUEUE),
                    "topics": json.dumps(allow("sns:Publish", "sns:Subscribe", "sns:ListTopics")),
                    "queues": allow("sqs:CreateQueue", resource="arn:aws:sqs:*:*:${aws:username}-*"),
                },
            },
            "none": {"account": OWN, "access_keys": ["AKIANONE"]},
            "foreign": {"account": OTHER, "access_keys": ["AKIAFOREIGN"], "policies": [allow("sqs:*")]},
            "tagged": {
                "account": OWN,
                "access_keys": ["AKIATAGGED"],
                "tags": {"team": "shop"},
                "policies": [
                    allow("sqs:*", Condition={"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}),
                    allow("sqs:CreateQueue", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}),
                ],
            },
        },
        "roles": {
            "worker": {
                "account": OWN,
                "policies": [allow("sqs:*")],
                "permissions_boundary": allow("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage"),
            }
        },
        "sessions": [
            {"role": "worker", "name": "build-42", "account": OWN, "access_keys": ["ASIABUILD"]},
            {
                "role": "worker",
                "name": "limited",
                "account": OWN,
                "access_keys": ["ASIALIMITED"],
                "policies": [allow("sqs:ReceiveMessage")],
            },
        ],
        "organizations": {"o-example": [OWN, OTHER]},
    },
}


@contextmanager
def server_with_principals(folder: Path) -> Iterator[RunningServer]:
    """Its configuration is written to ``folder``."""
    file = folder / "emulator.json"
    file.write_text(json.dumps(CONFIGURATION))
    with running_server("--config", str(file)) as server:
        yield server


def client(server: RunningServer, service: str, key: str, protocol: str = "json") -> Any:
    return boto.client(service, server.url, account=key, protocol=protocol)


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]
