"""The results of audits by data protection policies."""

import msgspec

from emulator.control.refusals import NotFoundError
from emulator.sns.data_protection.protection import AuditRecord
from emulator.sns.notification import timestamp
from emulator.world.world import World


class AuditQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which topic's audits to return."""

    topic: str  # ARN


class Finding(msgspec.Struct):
    """Sensitive data in a message: its kind, its start offset, and its end offset (exclusive)."""

    identifier: str
    start: int
    end: int


class Audited(msgspec.Struct):
    """The audit of one message. ``time`` is ISO 8601."""

    message_id: str
    time: str
    caller: str  # ARN
    findings: list[Finding]


class Audits(msgspec.Struct):
    audits: list[Audited]


def show_audits(world: World, query: AuditQuery) -> Audits:
    """The results of the audit statement of a topic's data protection policy, newest last."""
    topic = world.sns.topics.get(query.topic)
    if topic is None:
        raise NotFoundError(f"No topic {query.topic}.")
    return Audits([_audited(record) for record in topic.data_protection.audit_records] if topic.data_protection else [])


def _audited(record: AuditRecord) -> Audited:
    findings = [Finding(*detection) for detection in record.detections]
    return Audited(record.message_id, timestamp(record.audited_at), record.caller_principal, findings)
