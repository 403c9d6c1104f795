"""Users and roles of templates and plans, which are declared where policies are enforced."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.aws.identity import Identity, Role
from emulator.configuration.settings import Settings
from emulator.declared.configuration import declared_by
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, Mistakes
from emulator.infrastructure.files import with_texts
from tests import boto
from tests.infrastructure.test_terraform import refers, resource, written
from tests.server import running_server

ACCOUNT = "111111111111"
SEND = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    ],
}
TEMPLATE: dict[str, Any] = {
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
    "Shop": {
        "Type": "AWS::IAM::User",
        "Properties": {
            "UserName": "shop",
            "Path": "/services/",
            "Tags": [{"Key": "team", "Value": "shop"}],
            "Policies": [{"PolicyName": "send", "PolicyDocument": SEND}],
            "ManagedPolicyArns": [
                {"Ref": "Managed"},
                "arn:aws:iam::aws:policy/AmazonSNSFullAccess",
                "arn:aws:iam::aws:policy/AmazonS3FullAccess",
            ],
            "PermissionsBoundary": {"Ref": "Managed"},
        },
    },
    "Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": {"Ref": "Shop"}}},
    "Worker": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "worker", "AssumeRolePolicyDocument": TRUST}},
    "Managed": {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"ManagedPolicyName": "all", "PolicyDocument": SEND, "Roles": [{"Ref": "Worker"}]},
    },
    "Both": {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": "both",
            "PolicyDocument": SEND,
            "Users": [{"Ref": "Shop"}],
            "Roles": ["worker", "elsewhere"],
        },
    },
    "OfUser": {
        "Type": "AWS::IAM::UserPolicy",
        "Properties": {"PolicyName": "of-user", "PolicyDocument": SEND, "UserName": {"Ref": "Shop"}},
    },
    "OfRole": {
        "Type": "AWS::IAM::RolePolicy",
        "Properties": {"PolicyName": "of-role", "PolicyDocument": SEND, "RoleName": {"Ref": "Worker"}},
    },
}
OUTPUTS = {
    "Key": {"Value": {"Ref": "Key"}},
    "Secret": {"Value": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}},
    "Role": {"Value": {"Fn::GetAtt": ["Worker", "Arn"]}},
    "User": {"Value": {"Fn::GetAtt": ["Shop", "Arn"]}},
    "RoleId": {"Value": {"Fn::GetAtt": ["Worker", "RoleId"]}},
}
SHOP_POLICIES = ["send", "both", "of-user", "all", "AmazonSNSFullAccess"]


def declared(
    resources: dict[str, Any] | None = None, plan: dict[str, Any] | None = None, *, enforced: bool = True
) -> tuple[Declarations, list[str]]:
    """What a template or a plan declares, and its mistakes."""
    text = json.dumps({"Resources": resources})
    templates = [] if resources is None else [{"file": "t.json", "text": text, "stack": "s"}]
    plans = [] if plan is None else [{"file": "p.json", "text": json.dumps(plan)}]
    document = with_texts(Document("", {}), templates, plans)
    mistakes = Mistakes(document)
    found = declared_by(
        document, mistakes, Settings(enforce_policies=enforced, account_id=ACCOUNT), "http://localhost:4566"
    )
    return found, mistakes.lines()


def only_user(found: Declarations) -> Identity:
    assert found.principals is not None
    [user] = found.principals.by_key.values()
    return user


def role(found: Declarations, name: str) -> Role:
    assert found.principals is not None
    return found.principals.roles[ACCOUNT, name]


def names(identity: Identity) -> list[str]:
    return [each.name for each in identity.policies]


def test_resources_of_a_template_become_a_user_and_a_role() -> None:
    found, mistakes = declared(TEMPLATE)
    assert mistakes == []
    user, worker = only_user(found), role(found, "worker")
    assert user.arn("us-east-1") == f"arn:aws:iam::{ACCOUNT}:user/services/shop"
    assert (names(user), user.tags, user.boundary is not None) == (SHOP_POLICIES, {"team": "shop"}, True)
    assert names(worker.identity) == ["both", "of-role", "all"]
    assert worker.trust is not None
    assert json.loads(worker.trust) == TRUST
    assert found.notices[:2] == [
        "Both is left out: there is no role elsewhere among those that are declared",
        f"the user shop has the access key {next(iter(found.principals.by_key))}",  # type: ignore[union-attr]
    ]
    assert (
        found.notices[2]
        == "shop goes without the policy arn:aws:iam::aws:policy/AmazonS3FullAccess, which is not known"
    )


def test_without_enforced_policies_they_are_skipped() -> None:
    broken = {**TEMPLATE, "Worker": {"Type": "AWS::IAM::Role", "Properties": {"Policies": 1}}}
    found, mistakes = declared(broken, enforced=False)
    assert (found.principals, mistakes) == (None, [])
    assert "AWS::IAM::User (Shop)" in found.notices[0]


@pytest.mark.parametrize(
    ("properties", "mistake"),
    [
        ({"Policies": [{"PolicyName": "x", "PolicyDocument": {"Statement": []}}]}, "This is no policy of an identity"),
        ({"Policies": {"PolicyName": "x"}}, "a list is wanted"),
        ({"Policies": [{"PolicyName": "x"}]}, "PolicyName and PolicyDocument are wanted"),
        ({"AssumeRolePolicyDocument": SEND}, "This is no trust policy"),
        ({"RoleName": "worker"}, "There is another role worker"),
    ],
)
def test_mistakes_of_a_role(properties: dict[str, Any], mistake: str) -> None:
    _, mistakes = declared({**TEMPLATE, "Other": {"Type": "AWS::IAM::Role", "Properties": properties}})
    assert len(mistakes) == 1
    assert mistake in mistakes[0]
    assert mistakes[0].startswith("t.json:")


@pytest.mark.parametrize("kind", ["Policy", "ManagedPolicy", "RolePolicy"])
def test_policy_without_a_document_is_a_mistake(kind: str) -> None:
    _, mistakes = declared({"P": {"Type": f"AWS::IAM::{kind}", "Properties": {"PolicyName": "x"}}})
    assert len(mistakes) == 1
    assert "has a PolicyDocument" in mistakes[0]


def plan_of(values: list[Any], configured: list[Any]) -> dict[str, Any]:
    return {
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": {"resources": values}},
        "configuration": {"root_module": {"resources": configured}},
    }


def test_resources_of_a_plan_become_a_user_and_a_role() -> None:
    text = json.dumps(SEND)
    values = [
        resource("aws_iam_user", "shop", name="shop", path="/services/", tags={"team": "shop"}),
        resource(
            "aws_iam_role",
            "worker",
            name="worker",
            assume_role_policy=json.dumps(TRUST),
            inline_policy=[{"name": "inside", "policy": text}],
            managed_policy_arns=["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"],
        ),
        resource("aws_iam_user_policy", "send", name="send", policy=text, user="shop"),
        resource("aws_iam_role_policy", "receive", name="receive", policy=text),
        resource("aws_iam_policy", "all", name="all", policy=text),
        resource("aws_iam_user_policy_attachment", "a", user="shop"),
        resource(
            "aws_iam_role_policy_attachment",
            "b",
            role="worker",
            policy_arn="arn:aws:iam::aws:policy/AmazonSQSFullAccess",
        ),
        resource("aws_iam_policy_attachment", "c", name="c", users=[], roles=["worker"]),
        resource("aws_iam_access_key", "key"),
    ]
    arn = refers("aws_iam_policy.all.arn", "aws_iam_policy.all")
    configured = [
        written("aws_iam_user", "shop", permissions_boundary=arn),
        written("aws_iam_role_policy", "receive", role=refers("aws_iam_role.worker.id", "aws_iam_role.worker")),
        written("aws_iam_user_policy_attachment", "a", policy_arn=arn),
        written("aws_iam_policy_attachment", "c", policy_arn=arn),
        written("aws_iam_access_key", "key", user=refers("aws_iam_user.shop.name", "aws_iam_user.shop")),
    ]
    found, mistakes = declared(plan=plan_of(values, configured))
    assert mistakes == []
    user, worker = only_user(found), role(found, "worker")
    assert user.arn("us-east-1") == f"arn:aws:iam::{ACCOUNT}:user/services/shop"
    assert (names(user), user.tags, user.boundary is not None) == (["send", "all"], {"team": "shop"}, True)
    assert names(worker.identity) == ["inside", "receive", "AmazonSQSReadOnlyAccess", "AmazonSQSFullAccess", "all"]
    assert worker.trust == json.dumps(TRUST)
    skipped, _ = declared(plan=plan_of(values, configured), enforced=False)
    assert skipped.principals is None
    assert "aws_iam_user (aws_iam_user.shop)" in skipped.notices[0]


def test_user_of_a_deployed_stack_may_do_what_its_policies_say() -> None:
    template = {"Resources": TEMPLATE, "Outputs": OUTPUTS}
    owner = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "secret"}
    verified = ("--verify-signatures", f"--credentials={ACCOUNT}:secret")
    with running_server("--enforce-policies", *verified) as server:

        def client(service: str, keys: dict[str, str] = owner) -> Any:
            return boto3.client(service, endpoint_url=server.url, region_name=boto.REGION, config=boto.CONFIG, **keys)

        cloudformation = client("cloudformation")
        cloudformation.create_stack(
            StackName="shop", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        [stack] = cloudformation.describe_stacks(StackName="shop")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        assert outputs["User"] == f"arn:aws:iam::{ACCOUNT}:user/services/shop"
        assert outputs["Role"] == f"arn:aws:iam::{ACCOUNT}:role/worker"
        assert (outputs["RoleId"][:4], len(outputs["RoleId"]), len(outputs["Secret"])) == ("AROA", 21, 40)
        sqs = client("sqs", {"aws_access_key_id": outputs["Key"], "aws_secret_access_key": outputs["Secret"]})
        url = f"{server.url}/{ACCOUNT}/orders"
        sqs.send_message(QueueUrl=url, MessageBody="one")
        with pytest.raises(ClientError, match="because no identity-based policy allows"):
            sqs.receive_message(QueueUrl=url)
        cloudformation.delete_stack(StackName="shop")
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            sqs.send_message(QueueUrl=url, MessageBody="one")
