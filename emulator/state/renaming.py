"""Turns the document of one account into that of another."""

import re
from collections.abc import Collection, Mapping


class Renaming:
    """Replaces one account's id by another's: in ARNs, URLs, policies, and where it stands alone."""

    def __init__(self, old: str, new: str) -> None:
        self._old = re.compile(rf"(?<![0-9]){old}(?![0-9])")
        self.old, self.new = old, new

    def text(self, text: str) -> str:
        return self._old.sub(self.new, text)

    def optional(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)

    def endpoint(self, endpoint: str) -> str:
        """Only ARNs are changed: in a phone number or in a user's URL the digits mean something else."""
        return self.text(endpoint) if endpoint.startswith("arn:") else endpoint

    def settings(self, settings: Mapping[str, str], but: Collection[str] = ()) -> dict[str, str]:
        """Every value, except those named in ``but``."""
        return {name: value if name in but else self.text(value) for name, value in settings.items()}
