"""What the audits of data protection policies have found."""

import msgspec

from emulator.sns.data_protection.protection import AuditRecord
from emulator.sns.notification import timestamp


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


def audited(record: AuditRecord) -> Audited:
    findings = [Finding(*detection) for detection in record.detections]
    return Audited(record.message_id, timestamp(record.audited_at), record.caller_principal, findings)
