"""How many examples a test tries."""

from hypothesis import settings

_OF_FULL = 100  # what Hypothesis tries where a test says nothing


def examples(full: int) -> int:
    """The share of ``full`` that the profile asks for; tests/conftest.py names the profiles."""
    return max(1, full * settings().max_examples // _OF_FULL)


def is_quick() -> bool:
    """Whether the profile asks for fewer examples than ``full``: a test may then leave out what is much the same."""
    return settings().max_examples < _OF_FULL
