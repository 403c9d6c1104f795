"""Decides about a request by all policies that apply to it, and says which one decided.

A pure function of its arguments; it knows neither queues nor requests over HTTP.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from emulator.aws.identity import Identity
from emulator.aws.policy_evaluation import Verdict, evaluate_grant
from emulator.aws.policy_statements import AccessRequest, Named

PolicyKind = Literal["identity-based policy", "resource-based policy", "permissions boundary", "session policy"]

_RESOURCE: PolicyKind = "resource-based policy"
_IDENTITY: PolicyKind = "identity-based policy"
_BOUNDARY: PolicyKind = "permissions boundary"
_SESSION: PolicyKind = "session policy"


class Opinion(NamedTuple):
    """What one policy says of the request."""

    kind: PolicyKind
    policy: str  # its name
    verdict: Verdict
    grants_to: Named | None  # as what it names the caller, if it allows the request


class Decision(NamedTuple):
    """Whether the request is allowed. ``kind`` is of the policies that decided: of those that allow or deny it, or of
    those of which none allows it. ``opinion`` is the one that decided, if there is one.
    """

    allowed: bool
    kind: PolicyKind
    opinion: Opinion | None
    opinions: tuple[Opinion, ...]

    @property
    def denied_explicitly(self) -> bool:
        return not self.allowed and self.opinion is not None

    def clause(self, action: str) -> str:
        """Why the request is refused, in AWS's words. ``action`` is spelled as the service spells it there."""
        if self.denied_explicitly:
            article = "an" if self.kind == _IDENTITY else "a"
            return f"with an explicit deny in {article} {self.kind}"
        return f"because no {self.kind} allows the {action} action"


def decide(
    identity: Identity, resource_policy: str | None, request: AccessRequest, *, owner: bool, owner_only: bool = False
) -> Decision:
    """Decide about a request by ``identity`` on a resource of its own account (``owner``) or of another one.

    No policy of a resource lets another account do what is ``owner_only``.
    """
    opinions = tuple(_opinions(identity, resource_policy, request))
    for each in opinions:
        if each.verdict.effect == "Deny":
            return Decision(False, each.kind, each, opinions)
    by_resource = _allowing(opinions, _RESOURCE)
    grants_to = None if by_resource is None else by_resource.grants_to
    if owner and by_resource is not None and grants_to == "caller":
        return Decision(True, _RESOURCE, by_resource, opinions)
    by_identity = _allowing(opinions, _IDENTITY)
    if by_identity is None and not (owner and grants_to == "role"):
        return Decision(False, _IDENTITY, None, opinions)
    for kind, limits in ((_BOUNDARY, identity.boundary is not None), (_SESSION, identity.session_policies is not None)):
        if limits and _allowing(opinions, kind) is None:
            return Decision(False, kind, None, opinions)
    if not owner and (by_resource is None or owner_only):
        return Decision(False, _RESOURCE, None, opinions)
    if by_identity is None or not owner:
        return Decision(True, _RESOURCE, by_resource, opinions)
    return Decision(True, _IDENTITY, by_identity, opinions)


def _opinions(identity: Identity, resource_policy: str | None, request: AccessRequest) -> Iterator[Opinion]:
    for policy in identity.policies:
        yield Opinion(_IDENTITY, policy.name, *evaluate_grant(policy.document, request))
    if resource_policy is not None:
        yield Opinion(_RESOURCE, request.resource, *evaluate_grant(resource_policy, request))
    if identity.boundary is not None:
        yield Opinion(_BOUNDARY, identity.boundary.name, *evaluate_grant(identity.boundary.document, request))
    for policy in identity.session_policies or ():
        yield Opinion(_SESSION, policy.name, *evaluate_grant(policy.document, request))


def _allowing(opinions: tuple[Opinion, ...], kind: PolicyKind) -> Opinion | None:
    return next((each for each in opinions if each.kind == kind and each.verdict.allowed), None)
