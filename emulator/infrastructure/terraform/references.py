"""Values that are unknown while Terraform plans, from what their expressions refer to.

The plan has the references of each expression, and not the expression. So an expression that refers to one thing is
taken to be that thing.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from emulator.infrastructure.terraform.plan import Index, PlannedResource, WrittenResource
from emulator.infrastructure.terraform.scope import Scope, index_of

DEPTH_MAX = 30  # of references that lead to others
STEPS_MAX = 50_000  # of one plan

_REFERENCE = re.compile(r"(?P<kind>[\w-]+)\.(?P<name>[\w-]+)(?:\[(?P<index>[^\]]*)\])?(?:\.(?P<rest>.*))?")


class Instance(NamedTuple):
    """A resource to which an expression refers, and which attribute of it."""

    scope: Scope
    resource: PlannedResource
    attribute: str  # empty if the expression leaves open which


class UnreadDocument(NamedTuple):
    """A policy document that is known only after it was applied, to which an expression refers."""

    user: "User"
    written: WrittenResource


class User(NamedTuple):
    """What has an expression: an instance in a module, and the expression of its ``for_each``."""

    scope: Scope
    key: Index = None
    for_each: Any = None


Target = Instance | UnreadDocument | str | int | float | bool | list[Any] | dict[str, Any]


class References:
    """Follows references through variables, outputs and ``for_each``."""

    def __init__(self, variables: dict[str, Any]) -> None:
        """``variables`` are the values of the root module's."""
        self._variables = variables
        self._steps = STEPS_MAX

    def targets(self, user: "User", expression: Any, depth: int = 0) -> list[Target]:
        """What an expression of ``user`` refers to, as far as that is known."""
        self._steps -= 1
        if not isinstance(expression, dict) or depth > DEPTH_MAX or self._steps < 0:
            return []
        if "constant_value" in expression:
            value = expression["constant_value"]
            return [] if value is None else [value]
        found: list[Target] = []
        for reference in _longest(expression.get("references")):
            found += [each for each in self._follow(user, reference, depth + 1) if each not in found]
        return found

    def _follow(self, user: "User", reference: str, depth: int) -> list[Target]:
        scope, index = user.scope, user.key
        data = reference.startswith("data.")
        parts = _REFERENCE.match(reference.removeprefix("data."))
        if parts is None:
            return []
        kind, name, rest = parts["kind"], parts["name"], parts["rest"] or ""
        at = index if parts["index"] is None else index_of(parts["index"])
        if not data and kind == "var":
            return self._variable(scope, name, depth)
        if not data and kind == "module":
            return self._output(scope, name, at, rest, depth)
        if not data and kind in ("each", "count"):
            return self._key_or_value(user, name, rest, depth)
        if not data and kind in ("local", "path", "terraform", "self"):
            return []
        return self._resource(scope, ("data" if data else "managed", kind, name), at, rest)

    def _key_or_value(self, user: "User", name: str, rest: str, depth: int) -> list[Target]:
        """``each.key``, ``count.index``, or ``each.value``: the instance with the same key of what for_each is."""
        if name != "value":
            return [] if user.key is None else [user.key]
        found = self.targets(user, user.for_each, depth)
        return [
            each._replace(attribute=rest or each.attribute) if isinstance(each, Instance) else each for each in found
        ]

    def _variable(self, scope: Scope, name: str, depth: int) -> list[Target]:
        if scope.parent is None or scope.call is None:
            value = self._variables.get(name)
            return [] if value is None else [value]
        expression = scope.call.expressions.get(name)
        if expression is not None:
            return self.targets(User(scope.parent, scope.index, scope.call.for_each_expression), expression, depth)
        declared = scope.written.variables.get(name)
        default = declared.get("default") if isinstance(declared, dict) else None
        return [] if default is None else [default]

    def _output(self, scope: Scope, name: str, index: Index, output: str, depth: int) -> list[Target]:
        inner = _instance(scope.modules.get(name, {}), index)
        if inner is None:
            return []
        name = output.partition(".")[0].partition("[")[0]
        outputs = inner.written.outputs
        found: list[Target] = []
        for each in [outputs[name]] if name in outputs else [] if name else outputs.values():
            found += [target for target in self.targets(User(inner), each.expression, depth) if target not in found]
        return found

    def _resource(self, scope: Scope, key: tuple[str, str, str], index: Index, attribute: str) -> list[Target]:
        resource = _instance(scope.resources.get(key, {}), index)
        written = scope.written_named(key)
        if key[:2] == ("data", "aws_iam_policy_document") and written is not None:
            known = None if resource is None else resource.values.get("json")
            return (
                [known]
                if isinstance(known, str)
                else [UnreadDocument(User(scope, index, written.for_each_expression), written)]
            )
        if resource is None:
            return []
        value = resource.values.get(attribute)
        return [value] if isinstance(value, str | int | float) else [Instance(scope, resource, attribute)]


def _longest(references: Any) -> Iterator[str]:
    """The references without those that are the beginning of another: ``a.b`` beside ``a.b.arn``."""
    given = [each for each in references if isinstance(each, str)] if isinstance(references, list) else []
    for each in given:
        if not any(other != each and other.startswith((f"{each}.", f"{each}[")) for other in given):
            yield each


def _instance(instances: dict[Index, Any], index: Index) -> Any:
    """The instance with this index; else the one that has none, or the only one."""
    if index in instances:
        return instances[index]
    if None in instances:
        return instances[None]
    return next(iter(instances.values())) if len(instances) == 1 else None
