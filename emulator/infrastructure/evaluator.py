"""Evaluates the intrinsic functions in the values of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from typing import Any

from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.wording import proposal
from emulator.infrastructure.functions import FUNCTIONS, NO_VALUE, Names, Refused

STEPS_MAX = 200_000  # of one stack
TEXT_MAX = 1 << 18  # characters: the longest value of any property is a message policy or a document

_PREFIX = "Fn::"
_NOT_HERE = ("Fn::Cidr", "Fn::ForEach", "Fn::GetStackOutput", "Fn::Transform")


class Evaluator:
    """Evaluates values for one stack. Mistakes are recorded, and then Refused is raised."""

    def __init__(self, names: Names, mistakes: Mistakes) -> None:
        self.names = names
        self._mistakes = mistakes
        self._left = STEPS_MAX

    def value(self, value: Any, path: DocumentPath) -> Any:
        """``value`` with its functions evaluated. NO_VALUE where it is AWS::NoValue."""
        self.spend(1, path)
        if isinstance(value, dict):
            name = function_of(value)
            return self._mapping(value, path) if name is None else self._call(name, value[name], (*path, name))
        if isinstance(value, list):
            pairs = ((index, self._tried(each, (*path, index))) for index, each in enumerate(value))
            return [each for _, each in self._complete(pairs)]
        return value

    def text(self, value: Any, path: DocumentPath) -> str:
        """A value that must be a text or a number, as text."""
        evaluated = self.value(value, path)
        if isinstance(evaluated, str):
            return evaluated
        if isinstance(evaluated, bool):
            return str(evaluated).lower()
        if isinstance(evaluated, int | float):
            return str(evaluated)
        raise self.refuse(path, f"A text is wanted here, not {_kind(evaluated)}.")

    def items(self, value: Any, path: DocumentPath) -> list[Any]:
        """A value that must be a list."""
        evaluated = self.value(value, path)
        if not isinstance(evaluated, list):
            raise self.refuse(path, f"A list is wanted here, not {_kind(evaluated)}.")
        return evaluated

    def refuse(self, path: DocumentPath, text: str) -> Refused:
        """Record a mistake, and return the exception to raise."""
        self._mistakes.add(path, text)
        return Refused()

    def bounded(self, text: str, path: DocumentPath) -> str:
        """``text``, unless it is too long."""
        self.spend(len(text) >> 6, path)
        if len(text) > TEXT_MAX:
            raise self.refuse(path, f"This makes a text of more than {TEXT_MAX} characters.")
        return text

    def spend(self, steps: int, path: DocumentPath) -> None:
        """Count work; a stack that takes too much of it is refused."""
        if self._left < steps:
            self._left = 0
            raise self.refuse(path[:1], f"The template takes more than {STEPS_MAX} steps to evaluate.")
        self._left -= steps

    def _call(self, name: str, argument: Any, path: DocumentPath) -> Any:
        function = FUNCTIONS.get(name)
        if function is not None:
            result = function(self, argument, path)
            return self.bounded(result, path) if isinstance(result, str) else result
        if name.startswith(_NOT_HERE):
            raise self.refuse(path, f"{name} cannot be evaluated here: give the file in which it was evaluated.")
        raise self.refuse(path, f"There is no function {name}; {proposal(name, FUNCTIONS)}")

    def _mapping(self, value: dict[str, Any], path: DocumentPath) -> dict[str, Any]:
        for key in value:
            if key.startswith(_PREFIX):
                raise self.refuse((*path, key), f"{key} stands alone: nothing can be beside a function.")
        return dict(self._complete((key, self._tried(each, (*path, key))) for key, each in value.items()))

    def _tried(self, value: Any, path: DocumentPath) -> Any:
        try:
            return self.value(value, path)
        except Refused as refused:
            return refused

    def _complete(self, pairs: Any) -> list[tuple[Any, Any]]:
        """The pairs that have a value; Refused, after all were evaluated, if one was refused."""
        evaluated = list(pairs)
        for _, each in evaluated:
            if isinstance(each, Refused):
                raise each
        return [(key, each) for key, each in evaluated if each is not NO_VALUE]


def function_of(value: dict[str, Any]) -> str | None:
    """The function that a mapping calls."""
    if len(value) != 1:
        return None
    (name,) = value
    return name if name == "Ref" or name.startswith(_PREFIX) else None


def _kind(value: Any) -> str:
    if value is NO_VALUE:
        return "AWS::NoValue"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "nothing"
