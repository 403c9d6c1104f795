"""A stack: a template with the values of its parameters, in an account and a region."""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from graphlib import CycleError, TopologicalSorter
from typing import Any

from emulator.declared.document import DocumentPath, Mistakes
from emulator.declared.wording import proposal
from emulator.infrastructure import stand_ins
from emulator.infrastructure.evaluator import Evaluator
from emulator.infrastructure.functions import NO_VALUE, Refused, truth
from emulator.infrastructure.parameters import ParameterValue
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.resource import Resource
from emulator.infrastructure.resource_type import ResourceType
from emulator.infrastructure.template import Template, TemplateResource

_QUIET_TYPES = ("AWS::CDK::Metadata",)
_ZONES = "abc"

Import = Callable[["Stack", str], Any]  # the value of an export for a stack; LookupError if there is none


class Output:
    """An output of a stack; ``export`` is the name under which other stacks import its value."""

    def __init__(self, name: str, description: str | None, export: str | None, path: DocumentPath) -> None:
        self.name = name
        self.description = description
        self.export = export
        self.path = path


class Stack:
    """Evaluates a template. Each thing is evaluated once, when it is first asked for."""

    def __init__(
        self,
        template: Template,
        place: StackPlace,
        parameters: Mapping[str, ParameterValue],
        mistakes: Mistakes,
        *,
        functions: Mapping[str, str],
        import_: Import,
        types: Mapping[str, ResourceType],
    ) -> None:
        """``functions`` are the ARNs of Lambda functions that run somewhere, by their names; ``types`` are emulated."""
        self.types = types
        self.template = template
        self.place = place
        self.parameters = parameters
        self._mistakes = mistakes
        self._functions = functions
        self._import = import_
        self._evaluator = Evaluator(self, mistakes)
        self._under_way: list[tuple[str, str]] = []  # what is being evaluated: kinds and names
        self._conditions: dict[str, bool | Refused] = {}
        self._outputs: dict[str, Any] = {}
        self.resources: dict[str, Resource] = {}
        for written in self._existing():
            self.resources[written.logical_id] = Resource(written, place, self._evaluate)
        self.outputs = {output.name: output for output in self._made_outputs()}

    def aside(self, mistakes: Mistakes) -> "Stack":
        """The same stack, for values that nothing depends on: what is wrong in them is added to other ``mistakes``."""
        other = copy(self)
        other.add_to(mistakes)
        return other

    def add_to(self, mistakes: Mistakes) -> None:
        """Add what is wrong to other ``mistakes`` from now on."""
        self._mistakes, self._evaluator = mistakes, Evaluator(self, mistakes)

    # -- Resources ---------------------------------------------------------------------------

    def _existing(self) -> Iterator[TemplateResource]:
        """The resources whose conditions hold."""
        for written in self.template.resources.values():
            if written.condition is None or self._holds(written.condition, (*written.path[:-1], "Condition")):
                yield written

    def _holds(self, condition: str, path: DocumentPath) -> bool:
        try:
            return self.condition(condition, path)
        except Refused:
            return False

    def _evaluate(self, resource: Resource, value: Any, path: DocumentPath) -> Any:
        with_name = ("resource", f"{resource.logical_id}.{path[-1]}")
        return self._guarded(*with_name, path, lambda: self._evaluator.value(value, path))

    def _guarded(self, kind: str, name: str, path: DocumentPath, evaluate: Callable[[], Any]) -> Any:
        """Evaluate something, unless it is being evaluated: then it depends on itself."""
        if (kind, name) in self._under_way:
            raise self._evaluator.refuse(path, f"The {kind} {name.partition('.')[0]} depends on itself.")
        self._under_way.append((kind, name))
        try:
            return evaluate()
        finally:
            self._under_way.pop()

    def emulated(self) -> Iterator[Resource]:
        """The resources of types that are emulated."""
        return (resource for resource in self.resources.values() if resource.type in self.types)

    def skipped(self) -> dict[str, list[str]]:
        """The logical ids of the other resources, by type."""
        found: dict[str, list[str]] = {}
        for resource in self.resources.values():
            if resource.type not in self.types and resource.type not in _QUIET_TYPES:
                found.setdefault(resource.type, []).append(resource.logical_id)
        return found

    def in_order(self) -> list[Resource]:
        """The emulated resources, each behind those on which it depends. Circles are mistakes."""
        emulated = {resource.logical_id: resource for resource in self.emulated()}
        graph = {name: resource.depends_on & emulated.keys() for name, resource in emulated.items()}
        for resource in emulated.values():
            for other in sorted(resource.depends_on - self.template.resources.keys()):
                text = f"There is no resource {other}; {proposal(other, self.template.resources)}"
                self._mistakes.add((*resource.path[:-1], "DependsOn"), text)
        try:
            return [emulated[name] for name in TopologicalSorter(graph).static_order()]
        except CycleError as error:
            circle = list(dict.fromkeys(error.args[1]))
            text = f"Circular dependency between resources: [{', '.join(sorted(circle))}]."
            self._mistakes.add(emulated[min(circle)].path[:-1], text, key=True)
            return list(emulated.values())

    # -- Outputs -----------------------------------------------------------------------------

    def _made_outputs(self) -> Iterator[Output]:
        for name, body in self.template.outputs.items():
            path: DocumentPath = (self.template.key, "Outputs", name)
            if not isinstance(body, dict) or "Value" not in body:
                self._mistakes.add(path, f"The output {name} is a mapping with Value.")
                continue
            condition = body.get("Condition")
            if isinstance(condition, str) and not self._holds(condition, (*path, "Condition")):
                continue
            export = None
            if isinstance(body.get("Export"), dict) and "Name" in body["Export"]:
                try:
                    export = self._evaluator.text(body["Export"]["Name"], (*path, "Export", "Name"))
                except Refused:
                    continue
            description = body.get("Description")
            yield Output(name, description if isinstance(description, str) else None, export, path)

    def output(self, name: str) -> Any:
        """The value of an output. Raises Refused if it cannot be evaluated."""
        if name not in self._outputs:
            path = (*self.outputs[name].path, "Value")
            value = self.template.outputs[name]["Value"]
            try:
                text = self._guarded("output", name, path, lambda: self._evaluator.text(value, path))
            except Refused as refused:
                self._outputs[name] = refused
            else:
                self._outputs[name] = text
        found = self._outputs[name]
        if isinstance(found, Refused):
            raise found
        return found

    # -- What functions can name -------------------------------------------------------------

    def reference(self, name: str, path: DocumentPath) -> Any:
        """What ``Ref`` gives."""
        if name.startswith("AWS::"):
            return self._pseudo_parameter(name, path)
        if name in self.parameters:
            return self.parameters[name]
        resource = self._named(name, path)
        if resource is None:
            return stand_ins.unknown(name)
        kind = self.types.get(resource.type)
        return stand_ins.reference(resource, self._functions) if kind is None else kind.reference(resource)

    def attribute(self, resource: str, name: str, path: DocumentPath) -> Any:
        """What ``Fn::GetAtt`` gives."""
        found = self._named(resource, path)
        if found is None:
            return stand_ins.unknown(f"{resource}-{name}")
        kind = self.types.get(found.type)
        if kind is None:
            return stand_ins.attribute(found, name, self._functions)
        if name not in kind.attributes:
            raise self._evaluator.refuse(
                path, f"{found.type} has no attribute {name}; {proposal(name, kind.attributes)}"
            )
        return kind.attributes[name](found)

    def _named(self, name: str, path: DocumentPath) -> Resource | None:
        """A resource by its logical id; None if the transform of SAM would make it. It becomes a dependency."""
        resource = self.resources.get(name)
        if resource is None:
            if name not in self.template.resources and self._is_made_by_transform(name):
                return None
            text = f"There is no parameter or resource {name}; {proposal(name, [*self.parameters, *self.resources])}"
            if name in self.template.resources:
                text = f"The resource {name} does not exist, as its condition does not hold."
            raise self._evaluator.refuse(path, text)
        if self._under_way and self._under_way[-1][0] == "resource":
            self.resources[self._under_way[-1][1].partition(".")[0]].depends_on.add(name)
        return resource

    def _is_made_by_transform(self, name: str) -> bool:
        """Whether SAM makes a resource of this name: for its APIs, or beside one of the template, such as a role."""
        if not self.template.is_serverless:
            return False
        makers = [each.logical_id for each in self.template.resources.values() if "::Serverless::" in each.type]
        return name.startswith(("Serverless", *makers))

    def condition(self, name: str, path: DocumentPath) -> bool:
        """Whether a condition of the template holds."""
        conditions = self.template.conditions
        if name not in conditions:
            raise self._evaluator.refuse(path, f"There is no condition {name}; {proposal(name, conditions)}")
        if name not in self._conditions:
            at: DocumentPath = (self.template.key, "Conditions", name)
            try:
                self._conditions[name] = self._guarded(
                    "condition", name, path, lambda: truth(self._evaluator, conditions[name], at)
                )
            except Refused as refused:
                self._conditions[name] = refused
        holds = self._conditions[name]
        if isinstance(holds, Refused):
            raise holds
        return holds

    def mapping(self, name: str, path: DocumentPath) -> Mapping[str, Any]:
        """A mapping of the template."""
        found = self.template.mappings.get(name)
        if not isinstance(found, dict):
            text = f"There is no mapping {name}; {proposal(name, self.template.mappings)}"
            raise self._evaluator.refuse(path, text)
        return found

    def imported(self, name: str, path: DocumentPath) -> Any:
        """The value that another stack exports."""
        try:
            return self._guarded("import", name, path, lambda: self._import(self, name))
        except LookupError as error:
            raise self._evaluator.refuse(path, str(error.args[0])) from None

    def zones(self, region: str) -> list[str]:
        """Names of availability zones, as every region has them."""
        return [f"{region or self.place.region}{letter}" for letter in _ZONES]

    def _pseudo_parameter(self, name: str, path: DocumentPath) -> Any:
        """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html"""
        china = self.place.partition == "aws-cn"
        values = {
            "AWS::AccountId": self.place.account,
            "AWS::NoValue": NO_VALUE,
            "AWS::NotificationARNs": [],
            "AWS::Partition": self.place.partition,
            "AWS::Region": self.place.region,
            "AWS::StackId": self.place.id,
            "AWS::StackName": self.place.name,
            "AWS::URLSuffix": "amazonaws.com.cn" if china else "amazonaws.com",
        }
        if name not in values:
            raise self._evaluator.refuse(path, f"There is no pseudo parameter {name}; {proposal(name, values)}")
        return values[name]
