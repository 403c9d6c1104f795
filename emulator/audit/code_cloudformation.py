"""Fixes as resources of a CloudFormation template, in YAML with short forms of functions."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from emulator.audit.fix import QUEUE, ArnOf, ArnOfNew, Fix, NameOf, UrlOf, resolved


def resources_of(fixes: list[Fix], names: Mapping[str, str]) -> dict[str, Any]:
    """The resources as a template has them, with long forms of functions. A property that is removed is None."""
    found: dict[str, Any] = {}
    for fix in fixes:
        if not fix.delete:
            body = found.setdefault(_id(fix), {"Type": fix.type, "Properties": {}})
            body["Properties"] |= resolved(fix.properties, lambda value: _reference(value, names))
    return found


def as_cloudformation(fixes: list[Fix], names: Mapping[str, str]) -> str:
    """YAML of the resources that change."""
    lines = [f"# remove the resource {fix.name}\n" for fix in fixes if fix.delete]
    for name, body in resources_of(fixes, names).items():
        removed = [key for key, value in body["Properties"].items() if value is None]
        kept = {key: value for key, value in body["Properties"].items() if value is not None}
        if kept or not removed:
            lines.append(_dump({name: {**body, "Properties": kept}}))
        lines += [f"# remove the property {key} of {name}\n" for key in removed]
    return "".join(lines)


def _id(fix: Fix) -> str:
    return re.sub("[^A-Za-z0-9]", "", fix.name) or "Resource"


def _reference(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, UrlOf):
        return {"Ref": names[value.arn]} if value.arn in names else value.arn
    if isinstance(value, NameOf):
        name = names.get(value.arn)
        return value.arn.rpartition(":")[2] if name is None else {"Fn::GetAtt": [name, "QueueName"]}
    if isinstance(value, ArnOf):
        return value.arn
    if isinstance(value, ArnOfNew):
        return {"Fn::GetAtt": [re.sub("[^A-Za-z0-9]", "", value.name), "Arn" if value.type == QUEUE else "TopicArn"]}
    if isinstance(value, str) and value.startswith("arn:") and value in names:
        service = value.split(":")[2]
        return {"Ref": names[value]} if service == "sns" else {"Fn::GetAtt": [names[value], "Arn"]}
    return value


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes functions in their short forms."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_dict(self, data: Any) -> Any:
        if len(data) == 1 and "Ref" in data:
            return self.represent_scalar("!Ref", data["Ref"])
        if len(data) == 1 and "Fn::GetAtt" in data:
            return self.represent_scalar("!GetAtt", ".".join(data["Fn::GetAtt"]))
        return super().represent_dict(data.items())


_Dumper.add_representer(dict, _Dumper.represent_dict)


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text
