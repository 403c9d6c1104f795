"""How AWS words what it refuses in a filter policy, and where in the text it says the fault is."""

import re

from emulator.sns.filter_policy import limits
from emulator.sns.json_tree import Node, position

TOO_COMPLEX = "Filter policy is too complex"
TOO_MANY_KEYS = f"Filter policy can not have more than {limits.MAX_KEYS} keys"

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|(?P<between>(?<=[\w.+-])[ \t\r\n]+(?=[\w.+-]))|[ \t\r\n]+', re.DOTALL)


class FilterPolicyError(Exception):
    """A policy AWS would not accept; ``detail`` is its text after the prefix ``... FilterPolicy: ``."""

    def __init__(self, detail: str) -> None:
        # Names of the policy may hold lone surrogates, which no answer can carry: AWS's Java writes "?" then.
        self.detail = detail.encode("utf-8", "replace").decode()
        super().__init__(self.detail)


class NestedPolicyError(FilterPolicyError):
    """A policy on attributes that holds an object, which only a policy on the body can."""

    def __init__(self) -> None:
        super().__init__("Filter policy scope MessageAttributes does not support nested filter policy")


class PolicyText:
    """The text of a policy, able to say where in it something is wrong. AWS parses it without its white space.

    An offset is the number of characters the parser had consumed; the column shown is one more.
    """

    def __init__(self, text: str) -> None:
        self.text = _PIECE.sub(_compacted, text)

    def fault(self, message: str, offset: int) -> FilterPolicyError:
        """A fault of meaning: well-formed JSON, yet no policy. AWS echoes the policy."""
        return FilterPolicyError(f"{message}\n at [Source: (String){self._echo()}; {position(self.text, offset)}]")

    def token(self, node: Node) -> str:
        """What AWS's parser holds when it has come to a value that is no string."""
        return self.text[node.start : node.seen]

    def _echo(self) -> str:
        omitted = len(self.text) - limits.MAX_ECHOED_CHARACTERS
        if omitted <= 0:
            return f'"{self.text}"'
        return f'"{self.text[: limits.MAX_ECHOED_CHARACTERS]}"[truncated {omitted} chars]'


def _compacted(piece: re.Match[str]) -> str:
    """A string as it is, and of white space nothing. Where two tokens would grow together, one blank stays."""
    text = piece[0]
    if text[0] == '"':
        return text
    return " " if piece.lastgroup == "between" else ""
