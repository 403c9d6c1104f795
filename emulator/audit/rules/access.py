"""Rules about who may do what."""

from collections.abc import Iterator

from emulator.architecture.model import Queue, Topic, account_of
from emulator.architecture.policies import Statement
from emulator.audit.fix import SUBSCRIPTION, Fix
from emulator.audit.rule import Found, Rule
from emulator.audit.statements import (
    SNS,
    allows_action,
    changed_statement,
    foreign_accounts,
    has_source,
    is_about,
    is_narrow,
    names_everyone,
    open_sources,
    services,
    wild_actions,
    with_condition,
    without_statement,
)
from emulator.audit.view import View

_SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
_SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg"
_IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"

_ADMINISTRATION = (
    "sqs:addpermission",
    "sqs:removepermission",
    "sqs:setqueueattributes",
    "sqs:deletequeue",
    "sqs:purgequeue",
    "sns:addpermission",
    "sns:removepermission",
    "sns:settopicattributes",
    "sns:deletetopic",
)


def _usual(owner: Queue | Topic) -> list[str]:
    return ["sqs:SendMessage"] if isinstance(owner, Queue) else ["sns:Publish"]


def _public(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        if statement.allows and not statement.not_principals and names_everyone(statement) and not is_narrow(statement):
            fixes = with_condition(owner, statement, "StringEquals", "aws:PrincipalAccount", owner.account)
            text = f"{statement.shown} allows everyone {', '.join(statement.actions)}"
            yield Found(owner, text, fixes, statement.line)


def _confused_deputy(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        if statement.allows and SNS in services(statement) and not has_source(statement):
            topics = [each.topic for each in view.to_queue.get(owner.arn, ())]
            source = topics[0] if len(topics) == 1 else topics or owner.account
            key = "aws:SourceArn" if topics else "aws:SourceAccount"
            fixes = with_condition(owner, statement, "ArnEquals" if topics else "StringEquals", key, source)
            text = f"{statement.shown} lets SNS send for any topic of any account"
            yield Found(owner, text, fixes, statement.line)


def _service_without_source(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        others = [each for each in services(statement) if each != SNS]
        if statement.allows and others and not has_source(statement):
            fixes = with_condition(owner, statement, "StringEquals", "aws:SourceAccount", owner.account)
            text = f"{statement.shown} lets {', '.join(others)} act for any account"
            yield Found(owner, text, fixes, statement.line)


def _open_source(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        values = open_sources(statement)
        if statement.allows and values and not has_source(statement):
            fixes = with_condition(owner, statement, "StringEquals", "aws:SourceAccount", owner.account)
            yield Found(owner, f"{statement.shown} takes any account in {', '.join(values)}", fixes, statement.line)


def _wildcard(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        actions = wild_actions(statement)
        if statement.allows and actions and not statement.not_actions:
            fixes = changed_statement(owner, statement, Action=_usual(owner))
            yield Found(owner, f"{statement.shown} allows {', '.join(actions)}", fixes, statement.line)


def _not_action(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        if statement.allows and statement.not_actions:
            fixes = changed_statement(owner, statement, NotAction=None, Action=_usual(owner))
            text = f"{statement.shown} allows all but {', '.join(statement.actions)}"
            yield Found(owner, text, fixes, statement.line)


def _not_principal(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        if statement.allows and statement.not_principals:
            principal = {"AWS": f"arn:aws:iam::{owner.account}:root"}
            fixes = changed_statement(owner, statement, NotPrincipal=None, Principal=principal)
            text = f"{statement.shown} allows everyone but {len(statement.principals)} of all principals"
            yield Found(owner, text, fixes, statement.line)


def _other_resource(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        if not is_about(statement, owner.arn):
            fixes = changed_statement(owner, statement, Resource=owner.arn, NotResource=None)
            text = f"{statement.shown} is about {', '.join(statement.resources)}, so it has no effect here"
            yield Found(owner, text, fixes, statement.line)


def _foreign_account(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        accounts = foreign_accounts(statement, view.accounts)
        if statement.allows and accounts and not statement.not_principals and not is_narrow(statement):
            fixes = without_statement(owner, statement)
            text = f"{statement.shown} allows the account {', '.join(accounts)} {', '.join(statement.actions)}"
            yield Found(owner, text, fixes, statement.line)


def _foreign_administrator(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        foreign = foreign_accounts(statement, {owner.account}) or names_everyone(statement)
        actions = allows_action(statement, *_ADMINISTRATION)
        own = owner.arn.split(":")[2]
        actions = [each for each in actions if each.startswith(own)]
        if statement.allows and foreign and actions and _leaves_account(statement, owner):
            fixes = changed_statement(owner, statement, Action=_usual(owner), NotAction=None)
            text = f"{statement.shown} lets other accounts call {', '.join(each[4:] for each in actions)}"
            yield Found(owner, text, fixes, statement.line)


def _leaves_account(statement: Statement, owner: Queue | Topic) -> bool:
    """Whether no condition keeps the statement within the account of the owner."""
    own = (
        value == owner.account
        for key in ("aws:PrincipalAccount", "aws:SourceOwner", "aws:SourceAccount")
        for _, values in statement.compared(key)
        for value in values
    )
    return not any(own)


def _lock_out(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        everything = [each for each in wild_actions(statement) if not statement.not_actions]
        if not statement.allows and everything and names_everyone(statement) and not statement.conditions:
            fixes = without_statement(owner, statement)
            text = f"{statement.shown} denies everyone, and the owner too, {', '.join(everything)}"
            yield Found(owner, text, fixes, statement.line)


def _unknown_account(view: View) -> Iterator[Found]:
    for subscription in view.subscriptions:
        involved = {
            "topic": account_of(subscription.topic),
            "endpoint": account_of(subscription.endpoint),
            "owner": subscription.owner,
        }
        foreign = {account for account in involved.values() if account and account not in view.accounts}
        if view.accounts and foreign:
            whose = " and ".join(what for what, account in involved.items() if account in foreign)
            fixes = [Fix(SUBSCRIPTION, subscription.origin.name, {}, subscription.arn, delete=True)]
            text = f"its {whose} is of the account {', '.join(sorted(foreign))}, which has nothing else here"
            yield Found(subscription, text, fixes)


def _open_subscribe(view: View) -> Iterator[Found]:
    for owner, _, statement in view.statements():
        others = foreign_accounts(statement, {owner.account}) or names_everyone(statement)
        if not (isinstance(owner, Topic) and statement.allows and others and _leaves_account(statement, owner)):
            continue
        if allows_action(statement, "sns:subscribe") and not statement.compared("sns:Endpoint"):
            if statement.compared("sns:Protocol"):
                continue
            fixes = with_condition(owner, statement, "StringEquals", "sns:Protocol", "sqs")
            text = f"{statement.shown} lets other accounts subscribe any endpoint"
            yield Found(owner, text, fixes, statement.line)


RULES = (
    Rule(
        "public-principal",
        "Everyone may use it",
        "Elevation of privilege",
        "high",
        "The principal * without a condition is every AWS account, and strangers who are not signed in.",
        f"{_SQS_GUIDE}/sqs-security-best-practices.html",
        _public,
    ),
    Rule(
        "confused-deputy",
        "SNS may send for any topic",
        "Spoofing",
        "high",
        "Without aws:SourceArn, anyone can subscribe this queue to a topic of their own and send what they like.",
        f"{_IAM_GUIDE}/confused-deputy.html",
        _confused_deputy,
    ),
    Rule(
        "service-without-source",
        "A service may act for any account",
        "Spoofing",
        "medium",
        "Another account can let the service send here; aws:SourceArn or aws:SourceAccount says for whom it may.",
        f"{_IAM_GUIDE}/confused-deputy.html",
        _service_without_source,
    ),
    Rule(
        "open-source-arn",
        "The account in aws:SourceArn is open",
        "Spoofing",
        "high",
        "A pattern that takes any account takes the topics and buckets of strangers too.",
        f"{_IAM_GUIDE}/confused-deputy.html#cross-service-confused-deputy-prevention",
        _open_source,
    ),
    Rule(
        "wildcard-action",
        "A statement allows every action",
        "Elevation of privilege",
        "medium",
        "Who should send can also delete, purge, and change the policy: grant only the actions that are used.",
        f"{_IAM_GUIDE}/best-practices.html#grant-least-privilege",
        _wildcard,
    ),
    Rule(
        "not-action",
        "A statement allows all actions but some",
        "Elevation of privilege",
        "medium",
        "Allow with NotAction also grants the actions that nobody thought of, and those that come later.",
        f"{_IAM_GUIDE}/reference_policies_elements_notaction.html",
        _not_action,
    ),
    Rule(
        "not-principal",
        "A statement allows all principals but some",
        "Elevation of privilege",
        "high",
        "Allow with NotPrincipal grants access to everyone else, strangers who are not signed in among them.",
        f"{_IAM_GUIDE}/reference_policies_elements_notprincipal.html",
        _not_principal,
    ),
    Rule(
        "other-resource",
        "A statement is about another resource",
        "Denial of service",
        "low",
        "The policy of a queue or topic has no effect on others: what was to be allowed or denied is not.",
        f"{_IAM_GUIDE}/reference_policies_elements_resource.html",
        _other_resource,
    ),
    Rule(
        "foreign-account",
        "An account that is not part of the architecture has access",
        "Elevation of privilege",
        "medium",
        "The whole account is trusted: whoever has access there decides who sends and receives here.",
        f"{_SQS_GUIDE}/sqs-customer-managed-policy-examples.html",
        _foreign_account,
    ),
    Rule(
        "foreign-administrator",
        "Another account may administer it",
        "Elevation of privilege",
        "high",
        "Who may change the policy or delete the resource owns it in effect.",
        f"{_SQS_GUIDE}/sqs-security-best-practices.html",
        _foreign_administrator,
    ),
    Rule(
        "lock-out",
        "A statement denies everyone everything",
        "Denial of service",
        "high",
        "An unconditional Deny holds for the owner too: only the root user can remove it.",
        f"{_IAM_GUIDE}/reference_policies_evaluation-logic.html",
        _lock_out,
    ),
    Rule(
        "unknown-account",
        "A subscription crosses into an unknown account",
        "Information disclosure",
        "medium",
        "Messages cross a trust boundary, and the other account has no other part in this architecture.",
        f"{_SNS_GUIDE}/sns-send-message-to-sqs-cross-account.html",
        _unknown_account,
    ),
    Rule(
        "open-subscribe",
        "Other accounts may subscribe any endpoint",
        "Information disclosure",
        "high",
        "A subscriber gets every message: limit who subscribes what with sns:Protocol and sns:Endpoint.",
        f"{_SNS_GUIDE}/sns-using-identity-based-policies.html#sns-policy-keys",
        _open_subscribe,
    ),
)
