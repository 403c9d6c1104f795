"""A topic's data protection: what happens to messages on their way in and on their way out.

In: the audit is made, then a deny refuses the message, then what is sensitive is masked or taken out.
Out: for each subscription a deny withholds the message, or what is sensitive is masked or taken out.
https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-operations.html
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from emulator.aws.errors import SnsAuthorizationError
from emulator.sns.data_protection.detectors import Span
from emulator.sns.data_protection.identifiers import find
from emulator.sns.data_protection.policy import Audit, Deidentify, Deny, Direction, Operation, Statement, parse_policy
from emulator.sns.notification import Notification
from emulator.sns.principals import caller_principal
from emulator.sns.subscription import Subscription

AUDIT_RECORDS_KEPT = 1_000  # per topic


class Detection(NamedTuple):
    """Sensitive data in a message: what it is, and the place of its first character and behind its last."""

    identifier: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What the audit of one published message found."""

    message_id: str
    audited_at: float  # seconds since the epoch
    caller_principal: str
    resource_arn: str  # the topic's
    detections: tuple[Detection, ...]


class DataProtection:
    """A data protection policy at work. ``audit_records`` are the latest ones."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self.audit_records: deque[AuditRecord] = deque(maxlen=AUDIT_RECORDS_KEPT)
        self._statements = parse_policy(policy)

    def admit(self, notification: Notification, publisher: str) -> Notification:
        """What a topic accepts of a message that an account publishes; AuthorizationError where it denies it."""
        principal = caller_principal(publisher, notification.topic_arn)
        texts = _texts(notification)
        for statement, operation in self._statements_for("Inbound", publisher):
            if isinstance(operation, Audit) and operation.sampled:
                self._audit(statement, operation, notification, principal)
        for statement, operation in self._statements_for("Inbound", publisher):
            if isinstance(operation, Deny) and any(_detections(statement, text) for text in texts):
                raise _denied(principal, notification.topic_arn)
        admitted = self._deidentified("Inbound", publisher, notification)
        if admitted is not notification and not any(_harmless(self._redacted(publisher, text)) for text in texts):
            raise _denied(principal, notification.topic_arn)
        return admitted

    def release(
        self, notification: Notification, subscriptions: Iterable[Subscription]
    ) -> Iterator[tuple[Notification, list[Subscription]]]:
        """What each of the subscriptions gets of a message; those that get nothing are left out."""
        by_owner: dict[str, list[Subscription]] = {}
        for subscription in subscriptions:
            by_owner.setdefault(subscription.owner, []).append(subscription)
        texts = _texts(notification)
        for owner, group in by_owner.items():
            denied = any(
                isinstance(operation, Deny) and any(_detections(statement, text) for text in texts)
                for statement, operation in self._statements_for("Outbound", owner)
            )
            if not denied:
                yield self._deidentified("Outbound", owner, notification), group
