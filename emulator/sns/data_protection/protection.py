"""Applies a data protection policy to the messages that a topic receives and delivers.

Inbound: the audit is made; then a deny refuses the message; then sensitive data is masked or removed. Outbound: for
each subscriber, a deny withholds the message, or sensitive data is masked or removed.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-operations.html
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from emulator.aws.sns_errors import SnsAuthorizationError, SnsInvalidParameter
from emulator.sns.data_protection.identifiers import Findings
from emulator.sns.data_protection.policy import (
    PARAMETER,
    Audit,
    Deidentify,
    Deny,
    Direction,
    Statement,
    parse_policy,
)
from emulator.sns.json_document import same_json
from emulator.sns.notification import Notification
from emulator.sns.subscription import Subscription
from emulator.timing.turns import Work

AUDIT_RECORDS_KEPT = 1_000  # per topic


class Detection(NamedTuple):
    """Sensitive data in a text: its kind, its start offset, and its end offset (exclusive)."""

    identifier: str
    start: int
    end: int


class AuditRecord(Struct, frozen=True):
    """What the audit of one published message found."""

    message_id: str
    audited_at: float  # seconds since the epoch
    caller_principal: str
    resource_arn: str  # the topic's
    detections: tuple[Detection, ...]  # for each text of the message, the default one first


class DataProtection:
    """The data protection of one topic. Principals are ARNs; only their account is compared."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self.audit_records: deque[AuditRecord] = deque(maxlen=AUDIT_RECORDS_KEPT)
        self._statements = parse_policy(policy)

    def searching(self, texts: Iterable[str], publisher: str) -> Work[Findings]:
        """Find, in portions, what ``admit`` and ``release`` look for in the ``texts`` of a message."""
        findings = Findings()
        inbound = self._concerning("Inbound", publisher)
        outbound = [statement for statement in self._statements if statement.direction == "Outbound"]
        for text in texts:
            yield from _searching(inbound, text, findings)
            kept, _ = _deidentified(inbound, text, findings)
            yield
            yield from _searching(outbound, kept, findings)
        return findings

    def admit(self, notification: Notification, publisher: str, findings: Findings | None = None) -> Notification:
        """The message as the topic accepts it. AuthorizationError if a statement denies it, or if nothing of it is
        left.

        ``publisher`` is the principal that called Publish. ``findings`` are those of its texts, if they are known.
        """
        findings = findings or Findings()
        self._audit(self._concerning("Inbound", publisher), notification, publisher, findings)
        return self.admitted(notification, publisher, findings)

    def admitted(self, notification: Notification, publisher: str, findings: Findings) -> Notification:
        """As ``admit``, without an audit of it."""
        statements = self._concerning("Inbound", publisher)
        if _denied(statements, notification, findings):
            raise _refusal(publisher, notification)

        def kept_of(text: str) -> str:
            kept, everything = _deidentified(statements, text, findings)
            if everything:
                raise _refusal(publisher, notification)
            return kept

        return _rewritten(notification, kept_of)

    def release(
        self, notification: Notification, subscriptions: Iterable[Subscription], findings: Findings | None = None
    ) -> Iterator[tuple[Notification | None, list[Subscription]]]:
        """The message as subscribers get it, by subscribing principal; None if a statement denies it to that
        principal.
        """
        findings = findings or Findings()
        groups: dict[str, list[Subscription]] = {}
        for subscription in subscriptions:
            groups.setdefault(subscription.principal, []).append(subscription)
        for principal, group in groups.items():
            statements = self._concerning("Outbound", principal)
            denied = _denied(statements, notification, findings)
            released = partial(_released, statements, findings)
            yield None if denied else _rewritten(notification, released), group

    def _concerning(self, direction: Direction, principal: str) -> list[Statement]:
        account = principal.split(":")[4]
        return [statement for statement in self._statements if statement.concerns(direction, account)]

    def _audit(
        self, statements: Iterable[Statement], notification: Notification, publisher: str, findings: Findings
    ) -> None:
        for statement in statements:
            operation = statement.operation
            if not isinstance(operation, Audit) or not operation.sampled:
                continue
            texts = _texts(notification)
            found = tuple(each for text in texts for each in _detections(statement, text, findings))
            if operation.findings if found else operation.no_findings:
                self.audit_records.append(
                    AuditRecord(
                        notification.message_id, notification.published_at, publisher, notification.topic_arn, found
                    )
                )


def protection_of(policy: str, *, fifo: bool) -> DataProtection | None:
    """The data protection that a policy text describes; None for an empty text."""
    if not policy:
        return None
    if fifo:
        raise SnsInvalidParameter.of(PARAMETER, "is not supported for FIFO topics")
    return DataProtection(policy)


def check_same_protection(existing: DataProtection | None, wanted: DataProtection | None) -> None:
    """Raise InvalidParameter unless the existing topic has the data protection that CreateTopic asks for."""
    if wanted is not None and (existing is None or not same_json(existing.policy, wanted.policy)):
        raise SnsInvalidParameter.of(PARAMETER, "Topic already exists with a different data protection policy")


def _texts(notification: Notification) -> list[str]:
    """The distinct texts of a message, the default one first."""
    return list(dict.fromkeys((notification.message, *notification.by_protocol.values())))


def _rewritten(notification: Notification, rewrite: Callable[[str], str]) -> Notification:
    texts = {text: rewrite(text) for text in _texts(notification)}
    return replace(
        notification,
        message=texts[notification.message],
        by_protocol={protocol: texts[text] for protocol, text in notification.by_protocol.items()},
    )


def _denied(statements: Iterable[Statement], notification: Notification, findings: Findings) -> bool:
    texts = _texts(notification)
    return any(
        isinstance(statement.operation, Deny) and any(_detections(statement, text, findings) for text in texts)
        for statement in statements
    )


def _released(statements: Iterable[Statement], findings: Findings, text: str) -> str:
    return _deidentified(statements, text, findings)[0]


def _deidentified(statements: Iterable[Statement], text: str, findings: Findings) -> tuple[str, bool]:
    """``text`` without its sensitive data, and whether nothing else was in it. It is made once for a text."""
    statements = list(statements)
    known = findings.deidentified.get(text)
    if known is None or known[0] != statements:
        known = findings.deidentified[text] = statements, _without_sensitive_data(statements, text, findings)
    return known[1]


def _without_sensitive_data(statements: list[Statement], text: str, findings: Findings) -> tuple[str, bool]:
    masked = [
        (detection.start, detection.end, statement.operation.mask)
        for statement in statements
        if isinstance(statement.operation, Deidentify)
        for detection in _detections(statement, text, findings)
    ]
    kept, rest, at = [], [], 0
    for start, end, mask in sorted(masked, key=lambda span: span[:2]):
        kept.append(text[at:start])
        rest.append(text[at:start])
        if mask is not None:
            kept.append(mask * (end - max(start, at)))
        at = max(at, end)
    kept.append(text[at:])
    rest.append(text[at:])
    return "".join(kept), bool(masked) and not "".join(rest).strip()


def _detections(statement: Statement, text: str, findings: Findings) -> list[Detection]:
    return [
        Detection(identifier, start, end)
        for identifier in statement.identifiers
        for start, end in findings.of(identifier, text)
    ]


def _searching(statements: Iterable[Statement], text: str, findings: Findings) -> Work[None]:
    for statement in statements:
        for identifier in statement.identifiers:
            yield from findings.searching(identifier, text)


def _refusal(publisher: str, notification: Notification) -> SnsAuthorizationError:
    return SnsAuthorizationError(
        f"User: {publisher} is not authorized to perform: SNS:Publish on resource: {notification.topic_arn} "
        "with an explicit deny in a data protection policy"
    )
