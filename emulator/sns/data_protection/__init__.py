"""Message data protection: finds sensitive data in published messages and applies the topic's policy to it."""

from emulator.sns.data_protection.identifiers import Findings
from emulator.sns.data_protection.protection import (
    AuditRecord,
    DataProtection,
    Detection,
    check_same_protection,
    protection_of,
)

__all__ = ["AuditRecord", "DataProtection", "Detection", "Findings", "check_same_protection", "protection_of"]
