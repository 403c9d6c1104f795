"""The sections of a template.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.declared.document import Document, DocumentPath, Mistakes
from emulator.declared.wording import proposal, shown

SERVERLESS = "AWS::Serverless-2016-10-31"
_TRANSFORMS = (SERVERLESS, "AWS::LanguageExtensions")  # those that change nothing that is emulated, or are done here
_SECTIONS = (
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
)
_RESOURCE_KEYS = (
    "Condition",
    "Connectors",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "IgnoreGlobals",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")


class TemplateResource:
    """A resource as the template has it. ``path`` leads to its properties."""

    def __init__(self, logical_id: str, body: Mapping[str, Any], path: DocumentPath) -> None:
        self.logical_id = logical_id
        self.type: str = body["Type"]
        self.properties: dict[str, Any] = body.get("Properties") or {}
        self.condition: str | None = body.get("Condition")
        depends = body.get("DependsOn") or []
        self.is_retained = str(body.get("DeletionPolicy")).startswith("Retain")
        self.depends_on: list[str] = [depends] if isinstance(depends, str) else depends
        metadata = body.get("Metadata")
        self.metadata: dict[str, Any] = metadata if isinstance(metadata, dict) else {}
        self.path = path


class Template:
    """A template whose form was checked. ``key`` is the first step of all paths into it."""

    def __init__(self, document: Document, key: str, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._content = document.content
        self.key = key
        self.file = document.file
        for name in document.content:
            if name not in _SECTIONS:
                text = f"A template has no section {name}; {proposal(name, _SECTIONS)}"
                mistakes.add((key, name), text, key=True)
        self.parameters = self._section("Parameters")
        self.mappings = self._section("Mappings")
        self.conditions = self._section("Conditions")
        self.outputs = self._section("Outputs")
        self.transforms = list(self._transforms())
        self.resources = {resource.logical_id: resource for resource in self._resources()}

    @property
    def description(self) -> str | None:
        text = self._content.get("Description")
        return text if isinstance(text, str) else None

    @property
    def is_serverless(self) -> bool:
        return SERVERLESS in self.transforms

    def _section(self, name: str) -> dict[str, Any]:
        value = self._content.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._mistakes.add((self.key, name), f"{name} is {shown(value)}; a mapping is wanted.")
            return {}
        return value

    def _transforms(self) -> Iterator[str]:
        given = self._content.get("Transform") or []
        for each in given if isinstance(given, list) else [given]:
            if each in _TRANSFORMS:
                yield each
            else:
                name = each if isinstance(each, str) else "AWS::Include"
                text = f"The transform {name} cannot be done here: give the template that comes out of it."
                self._mistakes.add((self.key, "Transform"), text)

    def _resources(self) -> Iterator[TemplateResource]:
        resources = self._section("Resources")
        if not resources and self._content.get("Resources") is None:
            self._mistakes.add((self.key,), "A template has the section Resources.")
        for logical_id, body in resources.items():
            path: DocumentPath = (self.key, "Resources", logical_id)
            if self._is_sound(logical_id, body, path):
                yield TemplateResource(logical_id, body, (*path, "Properties"))

    def _is_sound(self, logical_id: str, body: Any, path: DocumentPath) -> bool:
        before = len(self._mistakes)
        if not _LOGICAL_ID.fullmatch(logical_id):
            text = f"{logical_id} is no logical id: one has only letters and digits."
            if logical_id.startswith("Fn::"):
                text = f"{logical_id} cannot be evaluated here: give the template that comes out of it."
            self._mistakes.add(path, text, key=True)
        elif not isinstance(body, dict):
            self._mistakes.add(path, f"{logical_id} is {shown(body)}; a mapping with Type is wanted.")
        else:
            self._check_resource(body, path)
        return len(self._mistakes) == before

    def _check_resource(self, body: dict[str, Any], path: DocumentPath) -> None:
        for key in body:
            if key not in _RESOURCE_KEYS:
                self._mistakes.add((*path, key), f"A resource has no {key}; {proposal(key, _RESOURCE_KEYS)}", key=True)
        if not isinstance(body.get("Type"), str):
            self._mistakes.add(path, "Type is missing: it says what the resource is, such as AWS::SQS::Queue.")
        if not isinstance(body.get("Properties") or {}, dict):
            self._mistakes.add((*path, "Properties"), "Properties is a mapping.")
        if not isinstance(body.get("Condition"), str | None):
            self._mistakes.add((*path, "Condition"), "Condition is the name of a condition.")
        depends = body.get("DependsOn") or []
        if not isinstance(depends, str) and not _are_texts(depends):
            self._mistakes.add((*path, "DependsOn"), "DependsOn is a logical id, or a list of them.")


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
