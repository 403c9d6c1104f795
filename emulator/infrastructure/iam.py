"""The types of AWS::IAM, which are declared where policies are enforced.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

import base64
from collections.abc import Iterator
from hashlib import shake_256
from typing import Any

from emulator.aws.identity import Identity
from emulator.declared.document import DocumentPath
from emulator.declared.wording import shown
from emulator.infrastructure.declaring import Declaring
from emulator.infrastructure.principals import Kind, PlacedPolicy, PlannedIdentity, PlannedPrincipals
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.resource_type import ResourceType

_NAME_LENGTH = 64
_POLICY_NAME_LENGTH = 128
_KINDS: tuple[tuple[str, Kind], ...] = (("Users", "user"), ("Roles", "role"))


def access_key_of(text: str) -> str:
    """An access key id that follows from ``text``."""
    return "AKIA" + base64.b32encode(shake_256(text.encode()).digest(10)).decode()[:16]


def planned(declaring: Declaring) -> PlannedPrincipals:
    """The principals that are being put together."""
    if declaring.principals is None:
        declaring.principals = PlannedPrincipals()
    return declaring.principals


def _path(resource: Resource) -> str:
    return str(resource.property("Path") or "/")


def _arn(resource: Resource, kind: str, name: str) -> str:
    stack = resource.stack
    return f"arn:{stack.partition}:iam::{stack.account}:{kind}{_path(resource)}{name}"


# -- Users and roles ---------------------------------------------------------------------------


def _user_name(resource: Resource) -> str:
    return resource.name("UserName", _NAME_LENGTH)


def _role_name(resource: Resource) -> str:
    return resource.name("RoleName", _NAME_LENGTH)


def _user_arn(resource: Resource) -> str:
    return _arn(resource, "user", _user_name(resource))


def _role_arn(resource: Resource) -> str:
    return _arn(resource, "role", _role_name(resource))


def _role_id(resource: Resource) -> str:
    account, name = resource.stack.account, _role_name(resource)
    return Identity(account=account, name=name, path=_path(resource), session_name="").unique_id


def _declare_user(declaring: Declaring, resource: Resource) -> None:
    _declare_identity(declaring, resource, "user", _user_name(resource))


def _declare_role(declaring: Declaring, resource: Resource) -> None:
    _declare_identity(declaring, resource, "role", _role_name(resource))


def _declare_identity(declaring: Declaring, resource: Resource, kind: Kind, name: str) -> None:
    given, at = resource.properties(), resource.path
    made = PlannedIdentity(
        kind,
        resource.stack.account,
        name,
        at,
        path=_path(resource),
        tags=declaring.tags(given.get("Tags"), (*at, "Tags")),
    )
    if "AssumeRolePolicyDocument" in given:
        made.trust = PlacedPolicy(given["AssumeRolePolicyDocument"], (*at, "AssumeRolePolicyDocument"))
    if "PermissionsBoundary" in given:
        made.boundary = PlacedPolicy(given["PermissionsBoundary"], (*at, "PermissionsBoundary"))
    for each, path in _items(declaring, given, "Policies", at):
        if isinstance(each, dict) and isinstance(each.get("PolicyName"), str) and "PolicyDocument" in each:
            made.inline[each["PolicyName"]] = PlacedPolicy(each["PolicyDocument"], (*path, "PolicyDocument"))
        else:
            declaring.mistakes.add(path, f"A policy is {shown(each)}; PolicyName and PolicyDocument are wanted.")
    for each, path in _items(declaring, given, "ManagedPolicyArns", at):
        made.attached.append(PlacedPolicy(each, path))
    planned(declaring).add(made, declaring.mistakes)


def _items(
    declaring: Declaring, given: dict[str, Any], name: str, at: DocumentPath
) -> Iterator[tuple[Any, DocumentPath]]:
    """The items of a list among the properties."""
    value, path = given.get(name), (*at, name)
    if isinstance(value, list):
        yield from ((each, (*path, index)) for index, each in enumerate(value))
    elif value is not None:
        declaring.mistakes.add(path, f"{name} is {shown(value)}; a list is wanted.")


# -- Policies ----------------------------------------------------------------------------------


def _policy_name(resource: Resource) -> str:
    return resource.name("PolicyName", _POLICY_NAME_LENGTH)


def _managed_name(resource: Resource) -> str:
    return resource.name("ManagedPolicyName", _POLICY_NAME_LENGTH)


def _managed_arn(resource: Resource) -> str:
    return _arn(resource, "policy", _managed_name(resource))


def _document(declaring: Declaring, resource: Resource) -> Any:
    """The policy document; None if there is none, or if it cannot be evaluated."""
    if not resource.has("PolicyDocument"):
        declaring.mistakes.add(resource.path, f"{resource.type} has a PolicyDocument.")
    return resource.properties().get("PolicyDocument")


def _declare_policy(declaring: Declaring, resource: Resource) -> None:
    document, given, at = _document(declaring, resource), resource.properties(), resource.path
    if document is None:
        return
    for name, kind in _KINDS:
        for owner, _ in _items(declaring, given, name, at):
            planned(declaring).inline(
                kind, resource.stack.account, str(owner), _policy_name(resource), document, (*at, "PolicyDocument")
            )


def _declare_policy_of(declaring: Declaring, resource: Resource) -> None:
    """A policy of one user or one role."""
    document, given = _document(declaring, resource), resource.properties()
    kind: Kind = "user" if resource.type == "AWS::IAM::UserPolicy" else "role"
    owner = given.get("UserName" if kind == "user" else "RoleName")
    if document is not None and owner is not None:
        planned(declaring).inline(
            kind,
            resource.stack.account,
            str(owner),
            _policy_name(resource),
            document,
            (*resource.path, "PolicyDocument"),
        )


def _declare_managed_policy(declaring: Declaring, resource: Resource) -> None:
    document, given, at = _document(declaring, resource), resource.properties(), resource.path
    if document is None:
        return
    arn, principals = _managed_arn(resource), planned(declaring)
    principals.managed(arn, document, (*at, "PolicyDocument"))
    for name, kind in _KINDS:
        for owner, path in _items(declaring, given, name, at):
            principals.attach(kind, resource.stack.account, str(owner), arn, path)


# -- Access keys -------------------------------------------------------------------------------


def _key(resource: Resource) -> str:
    return access_key_of(f"{resource.stack.id} {resource.logical_id} {resource.property('Serial')}")


def _secret(resource: Resource) -> str:
    text = f"{resource.stack.id} {resource.logical_id} {resource.property('Serial')} secret"
    return base64.b64encode(shake_256(text.encode()).digest(30)).decode()


def _declare_access_key(declaring: Declaring, resource: Resource) -> None:
    given = resource.properties()
    if "UserName" in given and given.get("Status") != "Inactive":
        owner = str(given["UserName"])
        planned(declaring).access_key(
            resource.stack.account, owner, _key(resource), _secret(resource), (*resource.path, "UserName")
        )


TYPES = {
    "AWS::IAM::User": ResourceType(_user_name, {"Arn": _user_arn}, _declare_user),
    "AWS::IAM::Role": ResourceType(_role_name, {"Arn": _role_arn, "RoleId": _role_id}, _declare_role),
    "AWS::IAM::Policy": ResourceType(_policy_name, {"Id": _policy_name}, _declare_policy),
    "AWS::IAM::UserPolicy": ResourceType(_policy_name, {}, _declare_policy_of),
    "AWS::IAM::RolePolicy": ResourceType(_policy_name, {}, _declare_policy_of),
    "AWS::IAM::ManagedPolicy": ResourceType(_managed_arn, {"PolicyArn": _managed_arn}, _declare_managed_policy),
    "AWS::IAM::AccessKey": ResourceType(_key, {"SecretAccessKey": _secret}, _declare_access_key),
}
