"""What a statement of a policy allows, as far as rules ask.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

import json
import re
from typing import Any

from emulator.architecture.model import Key, Queue, Topic, account_of
from emulator.architecture.policies import Policy, Statement
from emulator.audit.fix import KEY, QUEUE, QUEUE_POLICY, TOPIC, TOPIC_POLICY, Fix, UrlOf
from emulator.aws.access import delivery
from emulator.aws.arns import Arn
from emulator.aws.conditions import wildcard
from emulator.aws.policy_evaluation import evaluate

SNS = "sns.amazonaws.com"
_ACCOUNT = re.compile(r"[0-9]{12}")
# Keys that say who a request comes from.
_NARROWING = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "kms:calleraccount",
)
_SOURCE = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner")
_OPEN_NETWORKS = ("0.0.0.0/0", "::/0")


def names_everyone(statement: Statement) -> bool:
    """Whether it is about every AWS principal."""
    return any(each.kind == "AWS" and each.name == "*" for each in statement.principals)


def services(statement: Statement) -> list[str]:
    """The services that it names."""
    return [each.name for each in statement.principals if each.kind == "Service"]


def foreign_accounts(statement: Statement, own: set[str]) -> list[str]:
    """The accounts it names that are none of ``own``."""
    found = []
    for each in statement.principals:
        account = account_of(each.name) or each.name
        if each.kind == "AWS" and _ACCOUNT.fullmatch(account) and account not in own:
            found.append(account)
    return list(dict.fromkeys(found))


def is_narrow(statement: Statement, keys: tuple[str, ...] = _NARROWING) -> bool:
    """Whether a condition limits who the request comes from."""
    return any(
        not operator.endswith("IfExists") and _is_positive(operator) and all(map(_says_who, values))
        for operator, comparisons in statement.conditions.items()
        for key, values in comparisons.items()
        if key.lower() in keys
    )


def has_source(statement: Statement) -> bool:
    """Whether a condition limits for which resource or account a service calls."""
    return is_narrow(statement, _SOURCE)


def open_sources(statement: Statement) -> list[str]:
    """The values of aws:SourceArn that leave the account open."""
    return [
        value
        for _, values in statement.compared("aws:SourceArn")
        for value in values
        if not _says_who(value) and value != "*"
    ]


def _is_positive(operator: str) -> bool:
    return "Not" not in operator and not operator.startswith("ForAllValues") and operator != "Null"


def _says_who(value: str) -> bool:
    if value in _OPEN_NETWORKS or not value.strip("*?"):
        return False
    parsed = Arn.parse(value)
    if parsed is None or parsed.service == "s3":  # ARNs of buckets have no account
        return True
    return bool(parsed.account.strip("*?"))


def wild_actions(statement: Statement) -> list[str]:
    return [each for each in statement.actions if each == "*" or each.endswith(":*")]


def allows_action(statement: Statement, *actions: str) -> list[str]:
    """Which of ``actions``, in lower case, the statement is about."""
    return [
        each
        for each in actions
        if any(wildcard(pattern.lower(), each) for pattern in statement.actions) != statement.not_actions
    ]


def is_about(statement: Statement, arn: str) -> bool:
    """Whether the resources of a statement include ``arn``."""
    return any(wildcard(each, arn) for each in statement.resources) != statement.not_resources


def why_not_delivered(queue: Queue, topic_arn: str, now: float) -> str | None:
    """Why SNS cannot send messages of a topic to a queue; None if its policy lets it."""
    text = None if queue.policy is None else json.dumps(queue.policy.document, default=str)
    verdict = evaluate(text, delivery(topic_arn=topic_arn, queue_arn=queue.arn, now=now))
    if verdict.allowed:
        return None
    if verdict.effect == "Deny":
        return f"statement {verdict.statement} of its policy denies it"
    return "it has no policy" if queue.policy is None else "no statement of its policy allows it"


# -- Fixes ---------------------------------------------------------------------------------------


def changed_statement(owner: Queue | Topic | Key, statement: Statement, **elements: Any) -> list[Fix]:
    """The policy with other ``elements`` in one statement; None removes an element."""
    blocks = _blocks(owner.policy)
    block = dict(blocks[statement.number - 1])
    for name, value in elements.items():
        if value is None:
            block.pop(name, None)
        else:
            block[name] = value
    blocks[statement.number - 1] = block
    return [policy_fix(owner, blocks)]


def without_statement(owner: Queue | Topic, statement: Statement) -> list[Fix]:
    """The policy without a statement."""
    blocks = _blocks(owner.policy)
    del blocks[statement.number - 1]
    return [policy_fix(owner, blocks)]


def added_statement(owner: Queue | Topic | Key, block: dict[str, Any]) -> list[Fix]:
    """The policy with one more statement."""
    return [policy_fix(owner, [*_blocks(owner.policy), block])]


def with_condition(owner: Queue | Topic, statement: Statement, operator: str, key: str, value: Any) -> list[Fix]:
    """The policy with one more condition in a statement."""
    block = _blocks(owner.policy)[statement.number - 1]
    given: dict[str, Any] = dict(block.get("Condition") or {})
    same = {name: each for name, each in given.get(operator, {}).items() if name.lower() != key.lower()}
    given[operator] = {**same, key: value}
    return changed_statement(owner, statement, Condition=given)


def policy_fix(owner: Queue | Topic | Key, blocks: list[dict[str, Any]]) -> Fix:
    policy = owner.policy
    document = {"Version": "2012-10-17", **({} if policy is None else policy.document), "Statement": blocks}
    if isinstance(owner, Key):
        return Fix(KEY, owner.origin.name, {"KeyPolicy": document}, owner.arn)
    is_queue = isinstance(owner, Queue)
    kind, whose = (QUEUE_POLICY, "Queues") if is_queue else (TOPIC_POLICY, "Topics")
    target: Any = UrlOf(owner.arn) if is_queue else owner.arn
    properties = {"PolicyDocument": document, whose: [target]}
    if policy is not None and policy.name:
        return Fix(kind, policy.name, properties, owner.arn)
    return Fix(kind, f"{owner.origin.name or owner.name}Policy", properties, "")


def _blocks(policy: Policy | None) -> list[dict[str, Any]]:
    if policy is None:
        return []
    given = policy.document.get("Statement")
    return list(given) if isinstance(given, list) else [given] if isinstance(given, dict) else []


def attributes_fix(element: Queue | Topic, **properties: Any) -> list[Fix]:
    """Other values of properties of a queue or a topic."""
    return [Fix(QUEUE if isinstance(element, Queue) else TOPIC, element.origin.name, properties, element.arn)]
