"""A document of one account, made into one of another."""

import re
from collections.abc import Collection, Mapping


class Renaming:
    """Puts one account's id in the place of another's: in ARNs, URLs, policies, and where it stands for itself."""

    def __init__(self, old: str, new: str) -> None:
        self._old = re.compile(rf"(?<![0-9]){old}(?![0-9])")
        self.old, self.new = old, new

    def text(self, text: str) -> str:
        return self._old.sub(self.new, text)

    def optional(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)

    def endpoint(self, endpoint: str) -> str:
        """ARNs alone: in a phone number or in a URL of the user's the digits have another meaning."""
        return self.text(endpoint) if endpoint.startswith("arn:") else endpoint

    def settings(self, settings: Mapping[str, str], but: Collection[str] = ()) -> dict[str, str]:
        """Every value, ``but`` of some."""
        return {name: value if name in but else self.text(value) for name, value in settings.items()}
