"""How AWS words what it refuses in a filter policy, and where in the text it says the fault is."""

from emulator.sns.filter_policy import limits
from emulator.sns.json_tree import position

TOO_COMPLEX = "Filter policy is too complex"
TOO_MANY_KEYS = f"Filter policy can not have more than {limits.MAX_KEYS} keys"


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
        return FilterPolicyError(f"{message}\n at [Source: (String){self._echo()}; {position(self.text, offset)}]")

    def _echo(self) -> str:
        omitted = len(self.text) - limits.MAX_ECHOED_CHARACTERS
        if omitted <= 0:
            return f'"{self.text}"'
        return f'"{self.text[: limits.MAX_ECHOED_CHARACTERS]}"[truncated {omitted} chars]'
