"""What the log says about files."""

from collections.abc import Iterator, Mapping

SKIPPED = "not emulated, and skipped"
NOT_EMULATED = "not-emulated"  # begins the names that stand for those of resources of other types
_SHOWN = 5  # of one type


def skipped(file: str, others: Mapping[str, list[str]]) -> Iterator[str]:
    """One line with the resources that are not emulated, by their types; nothing if there are none."""
    if others:
        kinds = "; ".join(f"{kind} ({_shortened(names)})" for kind, names in sorted(others.items()))
        yield f"{file}: {SKIPPED}: {kinds}"


def _shortened(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
