"""The resources of IAM in a plan, which are declared where policies are enforced.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from emulator.infrastructure.iam import access_key_of, planned
from emulator.infrastructure.principals import Kind, PlacedPolicy, PlannedIdentity
from emulator.infrastructure.terraform.instances import Used
from emulator.infrastructure.terraform.references import Instance
from emulator.infrastructure.terraform.resources import Resources

_TYPES: Mapping[Kind, str] = {"user": "aws_iam_user", "role": "aws_iam_role"}


def _identity(resources: Resources, used: Used, kind: Kind) -> None:
    values, at = used.resource.values, used.path
    account, name = resources.instances.principal(used)
    given = resources.given(used, {"assume_role_policy": "", "tags": "tags"} if kind == "role" else {"tags": "tags"})
    tags = given.get("tags")
    made = PlannedIdentity(
        kind,
        account,
        name,
        at,
        path=str(values.get("path") or "/"),
        tags={str(key): str(value) for key, value in tags.items()} if isinstance(tags, dict) else {},
    )
    if "assume_role_policy" in given:
        made.trust = PlacedPolicy(given["assume_role_policy"], (*at, "assume_role_policy"))
    for boundary in _arns(resources, used, "permissions_boundary"):
        made.boundary = PlacedPolicy(boundary, (*at, "permissions_boundary"))
    for index, each in enumerate(values.get("inline_policy") or ()):
        if isinstance(each, dict) and each.get("policy"):
            made.inline[str(each.get("name") or index)] = PlacedPolicy(each["policy"], (*at, "inline_policy", index))
    for arn in values.get("managed_policy_arns") or ():
        made.attached.append(PlacedPolicy(arn, (*at, "managed_policy_arns")))
    planned(resources.declaring).add(made, resources.declaring.mistakes)


def _inline(resources: Resources, used: Used, kind: Kind) -> None:
    """A policy of one user or one role."""
    account, name = resources.instances.principal(used)
    document = resources.given(used, {"policy": "policy"}).get("policy")
    for owner in _owners(resources, used, kind, kind) if document is not None else ():
        planned(resources.declaring).inline(kind, account, owner, name, document, (*used.path, "policy"))


def _managed(resources: Resources, used: Used) -> None:
    document = resources.given(used, {"policy": "policy"}).get("policy")
    if document is not None:
        arn = resources.instances.arn_of(Instance(used.scope, used.resource, "arn"))
        planned(resources.declaring).managed(arn, document, (*used.path, "policy"))


def _attachment(resources: Resources, used: Used, owners: Mapping[str, Kind]) -> None:
    """``owners`` has kinds by the attribute with their names."""
    account, _ = resources.instances.principal(used)
    for arn in _arns(resources, used, "policy_arn"):
        for attribute, kind in owners.items():
            for owner in _owners(resources, used, attribute, kind):
                planned(resources.declaring).attach(kind, account, owner, arn, (*used.path, "policy_arn"))


def _access_key(resources: Resources, used: Used) -> None:
    account, _ = resources.instances.principal(used)
    known, secret = used.resource.values.get("id"), used.resource.values.get("secret")
    key = known if isinstance(known, str) else access_key_of(used.resource.address)
    for owner in _owners(resources, used, "user", "user"):
        planned(resources.declaring).access_key(
            account, owner, key, secret if isinstance(secret, str) else None, (*used.path, "user")
        )


def _owners(resources: Resources, used: Used, attribute: str, kind: Kind) -> list[str]:
    """The names of users or roles that an attribute has, or that its expression refers to."""
    known = used.resource.values.get(attribute)
    if known:
        return [str(each) for each in (known if isinstance(known, list) else [known])]
    found: list[str] = []
    for each in resources.instances.targets(used, attribute):
        if isinstance(each, Instance) and each.resource.type == _TYPES[kind]:
            owner = Used(each.scope, each.resource, each.scope.written_of(each.resource), ())
            found.append(resources.instances.principal(owner)[1])
        elif isinstance(each, str):
            found.append(each)
    return found


def _arns(resources: Resources, used: Used, attribute: str) -> list[Any]:
    known = used.resource.values.get(attribute)
    return [known] if known else resources.instances.arns(used, attribute, ("aws_iam_policy",))


TYPES: Mapping[str, Callable[[Resources, Used], None]] = {
    "aws_iam_user": partial(_identity, kind="user"),
    "aws_iam_role": partial(_identity, kind="role"),
    "aws_iam_user_policy": partial(_inline, kind="user"),
    "aws_iam_role_policy": partial(_inline, kind="role"),
    "aws_iam_policy": _managed,
    "aws_iam_user_policy_attachment": partial(_attachment, owners={"user": "user"}),
    "aws_iam_role_policy_attachment": partial(_attachment, owners={"role": "role"}),
    "aws_iam_policy_attachment": partial(_attachment, owners={"users": "user", "roles": "role"}),
    "aws_iam_access_key": _access_key,
}
