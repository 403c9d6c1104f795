"""The examples of all rules: resources of a template in short forms.

``Orders: [SQS::Queue, {...}]`` is a resource of the type AWS::SQS::Queue, with its properties.
``Policy: [Policy, Orders, {...}]`` is a policy of the queue or topic, with its statements.
"""

import copy
import json
from pathlib import Path
from typing import Any, NamedTuple

from emulator.architecture.model import Architecture
from emulator.architecture.of_declarations import architecture_of
from emulator.audit.code_cloudformation import resources_of
from emulator.audit.fix import Fix
from emulator.audit.rules.table import THEMES
from emulator.configuration.settings import Settings
from emulator.declared.document import Document
from emulator.declared.yaml_document import read_yaml
from emulator.infrastructure.files import with_texts
from emulator.infrastructure.template_text import _TemplateReader

_FOLDER = Path(__file__).parent / "examples"
_VALUES_MAX = 100_000
Template = dict[str, Any]


class Example(NamedTuple):
    rule: str
    bad: Template
    good: Template
    complete: bool
    pending: bool


def _examples() -> dict[str, Example]:
    found = {}
    for theme in THEMES:
        text = (_FOLDER / f"{theme}.yaml").read_text(encoding="utf-8")
        content, _, _ = read_yaml(text, _TemplateReader(_VALUES_MAX))
        for rule, given in content.items():
            bad, good = _template(given["bad"]), _template(given["good"])
            found[rule] = Example(rule, bad, good, given.get("complete", False), given.get("pending", False))
    return found


def _template(given: dict[str, list[Any]]) -> Template:
    return {"Resources": {name: _resource(row, given) for name, row in given.items()}}


def _resource(row: list[Any], given: dict[str, list[Any]]) -> dict[str, Any]:
    kind, *rest = row
    if kind != "Policy":
        return {"Type": f"AWS::{kind}", "Properties": rest[0] if rest else {}}
    owner, *statements = rest
    service = given[owner][0].partition("::")[0]
    full = [{"Effect": "Allow", "Resource": "*", **each} for each in statements]
    document = {"Version": "2012-10-17", "Statement": full}
    whose = "Queues" if service == "SQS" else "Topics"
    name = "QueuePolicy" if service == "SQS" else "TopicPolicy"
    return {
        "Type": f"AWS::{service}::{name}",
        "Properties": {"PolicyDocument": document, whose: [{"Ref": owner}]},
    }


EXAMPLES = _examples()


def architecture(template: Template, example: Example) -> Architecture:
    """The model of a template, as complete as the example says."""
    text = json.dumps(template, indent=1)
    document = with_texts(Document("", {}), [{"stack": "stack", "file": "template.json", "text": text}], [])
    found = architecture_of(document, Settings(), "template.json")
    found.complete = example.complete
    if example.pending:
        for subscription in found.subscriptions:
            subscription.confirmed = False
    return found


def mended(template: Template, fixes: list[Fix], found: Architecture) -> Template:
    """The template with fixes made in it."""
    changed = copy.deepcopy(template)
    resources = changed["Resources"]
    for fix in fixes:
        if fix.delete:
            del resources[fix.name]
    names = {each.arn: each.origin.name for each in found.elements() if each.origin.name}
    for name, body in resources_of(fixes, names).items():
        resource = resources.setdefault(name, {"Type": body["Type"], "Properties": {}})
        assert resource["Type"] == body["Type"]
        for key, value in body["Properties"].items():
            if value is None:
                resource["Properties"].pop(key, None)
            else:
                resource["Properties"][key] = value
    return changed
