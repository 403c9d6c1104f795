"""Message data protection: finding sensitive data in what is published, and what a topic's policy does about it."""

from emulator.sns.data_protection.protection import (
    AuditRecord,
    DataProtection,
    Detection,
    check_same_protection,
    protection_of,
)

__all__ = ["AuditRecord", "DataProtection", "Detection", "check_same_protection", "protection_of"]
