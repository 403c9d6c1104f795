"""How AWS words what it refuses in a filter policy, and where in the text it says the fault is."""

import re

from emulator.sns.filter_policy import limits

TOO_COMPLEX = "Filter policy is too complex"
TOO_MANY_KEYS = f"Filter policy can not have more than {limits.MAX_KEYS} keys"

_LINE_BREAK = re.compile(r"\r\n?|\n")
_REDACTED = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"


class FilterPolicyError(Exception):
    """A policy AWS would not accept; ``detail`` is its text after the prefix ``... FilterPolicy: ``."""

    def __init__(self, detail: str) -> None:
        # Names of the policy may hold lone surrogates, which no answer can carry: AWS's Java writes "?" then.
        self.detail = detail.encode("utf-8", "replace").decode()
        super().__init__(self.detail)


class PolicyText:
    """The text of a policy, able to say where in it something is wrong.

    An offset is the number of characters the parser had consumed; the column shown is one more.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def fault(self, message: str, offset: int) -> FilterPolicyError:
        """A fault of meaning: well-formed JSON, yet no policy. AWS echoes the policy."""
        return FilterPolicyError(f"{message}\n at [Source: (String){self._echo()}; {self._position(offset)}]")

    def syntax_fault(self, message: str, offset: int) -> FilterPolicyError:
        """The text is no JSON. AWS keeps the policy out of this message."""
        return FilterPolicyError(
            f"failed to parse JSON. {message}\n at [Source: {_REDACTED}; {self._position(offset)}]"
        )

    def start_marker(self, offset: int) -> str:
        """How the parser recalls, within a message, where an unclosed object or array began."""
        return f"(start marker at [Source: {_REDACTED}; {self._position(offset)}])"

    def _echo(self) -> str:
        omitted = len(self.text) - limits.MAX_ECHOED_CHARACTERS
        if omitted <= 0:
            return f'"{self.text}"'
        return f'"{self.text[: limits.MAX_ECHOED_CHARACTERS]}"[truncated {omitted} chars]'

    def _position(self, offset: int) -> str:
        line, line_start = 1, 0
        for found in _LINE_BREAK.finditer(self.text, 0, offset):
            line, line_start = line + 1, found.end()
        return f"line: {line}, column: {offset - line_start + 1}"
