"""AWS's errors about filter policies, and the position in the text that they report."""

import re

from emulator.sns.filter_policy import limits
from emulator.sns.json_tree import Node, position

TOO_COMPLEX = "Filter policy is too complex"
TOO_MANY_KEYS = f"Filter policy can not have more than {limits.MAX_KEYS} keys"

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|(?P<between>(?<=[\w.+-])[ \t\r\n]+(?=[\w.+-]))|[ \t\r\n]+', re.DOTALL)


class FilterPolicyError(Exception):
    """A policy that AWS refuses; ``detail`` is the text after the prefix ``... FilterPolicy: ``."""

    def __init__(self, detail: str) -> None:
        # A policy may contain lone surrogates, which an answer cannot carry. AWS's Java writes "?" for them.
        self.detail = detail.encode("utf-8", "replace").decode()
        super().__init__(self.detail)


class NestedPolicyError(FilterPolicyError):
    """A policy on attributes that contains an object. Only a policy on the body can."""

    def __init__(self) -> None:
        super().__init__("Filter policy scope MessageAttributes does not support nested filter policy")


class PolicyText:
    """The text of a policy; makes the errors about it. AWS parses the text without its white space.

    An offset is the number of characters that the parser had consumed; the column in the error is one more.
    """

    def __init__(self, text: str) -> None:
        self.text = _PIECE.sub(_compacted, text)

    def fault(self, message: str, offset: int) -> FilterPolicyError:
        """An error of meaning: well-formed JSON that is no policy. AWS echoes the policy."""
        return FilterPolicyError(f"{message}\n at [Source: (String){self._echo()}; {position(self.text, offset)}]")

    def token(self, node: Node) -> str:
        """The current token of AWS's parser when it has come to a value that is no string."""
        return self.text[node.start : node.seen]

    def _echo(self) -> str:
        omitted = len(self.text) - limits.MAX_ECHOED_CHARACTERS
        if omitted <= 0:
            return f'"{self.text}"'
        return f'"{self.text[: limits.MAX_ECHOED_CHARACTERS]}"[truncated {omitted} chars]'


def _compacted(piece: re.Match[str]) -> str:
    """A string unchanged, and white space removed. Where two tokens would be joined, one blank stays."""
    text = piece[0]
    if text[0] == '"':
        return text
    return " " if piece.lastgroup == "between" else ""
