"""What the audits of data protection policies have found."""

import msgspec

from emulator.control.refusals import NotFoundError
from emulator.sns.data_protection.protection import AuditRecord
from emulator.sns.notification import timestamp
from emulator.world import World


class AuditQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Of which topic to tell."""

    topic: str  # ARN


class Finding(msgspec.Struct):
    """Sensitive data in a message: what it is, where it begins, and the place behind its last character."""

    identifier: str
    start: int
    end: int


class Audited(msgspec.Struct):
    """One message. ``time`` is ISO 8601."""

    message_id: str
    time: str
    caller: str  # ARN
    findings: list[Finding]


class Audits(msgspec.Struct):
    audits: list[Audited]


def show_audits(world: World, query: AuditQuery) -> Audits:
    """What the audit statement of a topic's data protection policy found, the newest last."""
    topic = world.sns.topics.get(query.topic)
    if topic is None:
        raise NotFoundError(f"No topic {query.topic}.")
    return Audits([_audited(record) for record in topic.data_protection.audit_records] if topic.data_protection else [])


def _audited(record: AuditRecord) -> Audited:
    findings = [Finding(*detection) for detection in record.detections]
    return Audited(record.message_id, timestamp(record.audited_at), record.caller_principal, findings)
