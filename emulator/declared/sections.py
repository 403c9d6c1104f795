"""The sections of a configuration file."""

SECTIONS = (
    "$schema",
    "clock",
    "event_source_mappings",
    "faults",
    "options",
    "principals",
    "queues",
    "subscriptions",
    "topics",
)
