"""The table of all rules."""

from emulator.audit.rule import Rule
from emulator.audit.rules import access, data, encryption, filters, ordering, reachability, reliability, transport

THEMES: dict[str, tuple[Rule, ...]] = {
    "access": access.RULES,
    "encryption": encryption.RULES,
    "transport": transport.RULES,
    "reliability": reliability.RULES,
    "ordering": ordering.RULES,
    "filters": filters.RULES,
    "reachability": reachability.RULES,
    "data": data.RULES,
}
RULES = {rule.id: rule for rules in THEMES.values() for rule in rules}
