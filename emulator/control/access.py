"""The route that says what policies decide about a request, and why."""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import parse_qsl

import msgspec

from emulator.actions.registry import TRAITS
from emulator.aws import access
from emulator.aws.access_decision import Decision, Opinion, PolicyKind, decide
from emulator.aws.arns import Arn
from emulator.aws.policy_evaluation import AccessRequest, evaluate_grant
from emulator.control.refusals import NotFoundError
from emulator.control.run import Run
from emulator.sqs.access import policy_of
from emulator.world.world import World

# A query of the longest parameters, escaped, is as long as the target of a request may be at most.
_CONTEXT_CHARACTERS = 4_096
_Text = Annotated[str, msgspec.Meta(pattern=r"^[ -~]+$", min_length=1, max_length=2_048)]


class AccessQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """Who asks for what. ``principal`` is an access key or the ARN of a declared principal, an account, or the ARN of
    the topic that delivers. ``action`` is such as sqs:SendMessage, ``resource`` an ARN, and ``context`` further
    condition keys as a query string, such as aws:SourceIp=10.0.0.7&aws:TagKeys=team.
    """

    principal: _Text
    action: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,64}$")]
    resource: _Text
    context: Annotated[str, msgspec.Meta(max_length=_CONTEXT_CHARACTERS)] = ""


class PolicyOpinion(msgspec.Struct):
    """What one policy says: the effect of its statement that applies, by Sid or position; null if none does."""

    type: PolicyKind
    policy: str
    effect: Literal["Allow", "Deny"] | None
    statement: str | None


class AccessExplanation(msgspec.Struct):
    """Whether the request is allowed, and why. ``decided_by`` is null if no statement decided, but the lack of one.

    ``enforced`` says whether the emulator goes by it: without ``--enforce-policies`` it does not.
    """

    allowed: bool
    reason: str
    principal: str
    action: str
    resource: str
    decided_by: PolicyOpinion | None
    policies: list[PolicyOpinion]
    context: dict[str, list[str]]
    enforced: bool


def explain_access(world: World, run: Run, query: AccessQuestion) -> AccessExplanation:
    """What policies decide about a request, by which statement, and what each policy says of it."""
    resource = Arn.parse(query.resource)
    region = (resource.region if resource is not None else "") or run.settings.region
    request, caller = _request(world, query, region)
    policy = _policy(world, query.resource)
    owner = resource is None or resource.account in (request.principal.account, "")
    owner_only = _is_owner_only(query.action)
    if caller.identity is not None:
        decision = decide(caller.identity, policy, request, owner=owner, owner_only=owner_only)
        return _explanation(query, request, decision, run)
    opinions = (
        () if policy is None else (Opinion("resource-based policy", query.resource, *evaluate_grant(policy, request)),)
    )
    effect = opinions[0].verdict.effect if opinions else None
    if request.principal.account is None:
        allowed = effect == "Allow"
    else:
        allowed = effect != "Deny" and (owner or (effect == "Allow" and not owner_only))
    decides = opinions[0] if opinions and effect is not None and (allowed or effect == "Deny") else None
    decision = Decision(allowed, "resource-based policy", decides, tuple(opinions))
    return _explanation(query, request, decision, run)


def _request(world: World, query: AccessQuestion, region: str) -> tuple[AccessRequest, access.CallerAccess]:
    given, organizations = _context(query.context), world.identities.organizations
    topic = Arn.parse(query.principal)
    if topic is not None and topic.service == "sns":
        asked = access.delivery(
            topic_arn=query.principal, queue_arn=query.resource, now=world.clocks.now_of(topic.account)
        )
        context = {**asked.context, **given}
        return AccessRequest(asked.principal, query.action, query.resource, context), access.CallerAccess()
    identity = world.identities.find(query.principal, region)
    account = query.principal if identity is None else identity.account
    if identity is None and not (len(account) == 12 and account.isascii() and account.isdigit()):
        known = ", ".join(sorted({each.arn(region) for each in world.identities.by_key.values()}))
        there_are = f"there are {known}" if known else "none is declared"
        raise NotFoundError(f"principal: no principal {query.principal} is declared; {there_are}.")
    caller = access.CallerAccess(identity, given, organizations)
    details = _tags(world, query.resource)
    request = access.call(
        account=account,
        region=region,
        action=query.action,
        resource=query.resource,
        now=world.clocks.now_of(account),
        caller=caller,
        details={key: value for key, value in details.items() if key not in given},
    )
    return request, caller


def _context(text: str) -> dict[str, tuple[str, ...]]:
    context: dict[str, tuple[str, ...]] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        context[key.lower()] = (*context.get(key.lower(), ()), value)
    return context


def _policy(world: World, resource: str) -> str | None:
    """The policy of a queue or topic that exists."""
    queue = world.sqs.queues.find(resource)
    if queue is not None:
        return policy_of(queue)
    topic = world.sns.topics.get(resource) if world.has_sns else None
    return None if topic is None else topic.policy


def _tags(world: World, resource: str) -> Mapping[str, str]:
    owner = world.sqs.queues.find(resource) or (world.sns.topics.get(resource) if world.has_sns else None)
    return {} if owner is None else access.tags_of(owner.tags)


def _is_owner_only(action: str) -> bool:
    """Whether no policy of a resource lets other accounts do this."""
    service, _, name = action.lower().partition(":")
    return any(
        traits.owner_only for (of, operation), traits in TRAITS.items() if (of, operation.lower()) == (service, name)
    )


def _explanation(query: AccessQuestion, request: AccessRequest, decision: Decision, run: Run) -> AccessExplanation:
    principal = request.principal.arn or query.principal
    return AccessExplanation(
        decision.allowed,
        _reason(decision, query.action),
        principal,
        query.action,
        query.resource,
        None if decision.opinion is None else _shown(decision.opinion),
        [_shown(each) for each in decision.opinions],
        {key: list(values) for key, values in sorted(request.context.items())},
        run.settings.enforce_policies,
    )


def _reason(decision: Decision, action: str) -> str:
    if not decision.allowed:
        return f"refused {decision.clause(action)}"
    if decision.opinion is None:
        return "allowed because the principal is not declared, and its account owns the resource"
    policy, statement = decision.opinion.policy, decision.opinion.verdict.statement
    return f"allowed by the statement {statement} of the {decision.kind} {policy}"


def _shown(opinion: Opinion) -> PolicyOpinion:
    return PolicyOpinion(opinion.kind, opinion.policy, opinion.verdict.effect, opinion.verdict.statement)
