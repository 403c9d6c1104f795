"""Templates and plans that are broken at random are refused with their mistakes, or accepted, and nothing else."""

import asyncio
import copy
from random import Random
from typing import Any

import pytest

from emulator.configuration.document_error import DocumentError
from emulator.declared.configuration import check_file
from emulator.declared.document import Document
from emulator.infrastructure.files import load_of_any_kind
from emulator.infrastructure.terraform.plan import plan_of
from tests.infrastructure.test_documents import documents

VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    3.5,
    10**30,
    "",
    "x",
    "a.b",
    "\u00b2",
    "arn:aws:sqs:us-east-1:000000000000:q",
    [],
    {},
    [1],
    ["a", "b"],
    {"Condition": "x"},
    {"Fn::Base64": []},
    {"Fn::Equals": [1]},
    {"Fn::FindInMap": [1, 2, 3]},
    {"Fn::GetAtt": "Orders"},
    {"Fn::GetAtt": []},
    {"Fn::If": ["x", 1]},
    {"Fn::ImportValue": {"a": 1}},
    {"Fn::Join": [",", 3]},
    {"Fn::Select": ["\u00b2", ["a"]]},
    {"Fn::Select": [{"Ref": "x"}, 3]},
    {"Fn::Split": [",", {}]},
    {"Fn::Sub": ["${a}", {"a": {"Ref": "AWS::NoValue"}}]},
    {"Fn::Sub": []},
    {"Ref": "AWS::NoValue"},
    {"Ref": 3},
    {"constant_value": {"a": 1}},
    {"references": ["module.q[each.key].x", "var.x", "each.value.a", "data.aws_iam_policy_document.x.json"]},
)
KEYS = ("Condition", "Fn::X", "Properties", "Ref", "Type", "x")
DOCUMENTS = {
    folder: [next(iter(load_of_any_kind(str(file)).beside.items())) for file in documents(folder)]
    for folder in ("cloudformation", "sam", "cdk", "terraform")
}


def broken(chance: Random, content: Any, times: int) -> Any:
    """``content`` with other values, other keys and gaps at random places."""
    content = copy.deepcopy(content)
    for _ in range(times):
        node = content
        while isinstance(node, dict | list) and node:
            key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
            inner = node[key]
            if not isinstance(inner, dict | list) or not inner or chance.random() < 0.25:
                _break(chance, node, key)
                break
            node = inner
    return content


def _break(chance: Random, node: Any, key: Any) -> None:
    kind = chance.random()
    if kind < 0.7:
        node[key] = copy.deepcopy(chance.choice(VALUES))
    elif kind < 0.85 and isinstance(node, dict):
        node[chance.choice(KEYS)] = node.pop(key)
    else:
        del node[key]


@pytest.mark.parametrize("folder", DOCUMENTS)
@pytest.mark.parametrize("count", [25, pytest.param(4000, marks=pytest.mark.thorough)])
def test_broken_document_is_refused_or_accepted(folder: str, count: int) -> None:
    chance = Random(f"{folder} {count}")
    refused = 0
    for _ in range(count):
        key, document = chance.choice(DOCUMENTS[folder])
        content = broken(chance, document.content, chance.choice((1, 1, 2, 5, 20)))
        if not isinstance(content, dict):
            continue
        beside = Document("", {}, beside={key: document._replace(content=content)})
        try:
            if folder == "terraform":
                plan_of(beside.beside[key])
            asyncio.run(check_file(beside))
        except DocumentError:
            refused += 1
    assert refused > count / 10
