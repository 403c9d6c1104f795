"""Sources that are hostile are refused in bounded time, with file and line; what is only large is audited."""

import json
import time
from pathlib import Path

import pytest

from emulator.architecture.sources import load_architecture
from emulator.audit.audit import audit
from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from tests import patience

_NOW = 1_800_000_000.0


def _load(file: Path, text: str | bytes) -> object:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return audit(load_architecture(str(file), Settings()), _NOW)


def _bomb() -> str:
    """The billion laughs: each line has ten of the one before."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(["Resources: {}", *lines])


def _circle() -> str:
    names = ["A", "B", "C"]
    others = ["B", "C", "A"]
    return "Resources:\n" + "".join(
        f"  {name}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !GetAtt {other}.QueueName}}}}\n"
        for name, other in zip(names, others, strict=True)
    )


_POLICY = (
    "Resources: {Q: {Type: AWS::SQS::Queue}, P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Q], %s}}}"
)

REFUSED: dict[str, tuple[str, str | bytes, str]] = {
    "yaml bomb": ("t.yaml", _bomb(), "t.yaml"),
    "deep yaml": ("t.yaml", "Resources: " + "[" * 5_000 + "]" * 5_000, "deep"),
    "deep json": ("t.json", '{"Resources": ' + '{"a":' * 5_000 + "1" + "}" * 5_001, "t.json"),
    "huge file": ("t.yaml", "Resources: {}\n" + "#" * 2_000_000, "larger than"),
    "anchor in itself": ("t.yaml", "Resources: &a {Q: *a}", "t.yaml:1:"),
    "resources in a circle": ("t.yaml", _circle(), "depends on itself"),
    "include": (
        "t.yaml",
        "Resources: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: /etc/passwd}}}",
        ":1:",
    ),
    "python tag": ("t.yaml", "Resources: !!python/object/apply:os.system [echo]", "t.yaml:1:"),
    "no utf-8": ("t.yaml", b"Resources: \xff\xfe", "t.yaml:1:12"),
    "policy without statements": ("t.yaml", _POLICY % "PolicyDocument: {Statement: [7]}", "no policy: statement 1"),
    "policy of text": ("t.yaml", _POLICY % "PolicyDocument: '[]'", "no policy: it is no JSON object"),
    "condition of text": (
        "t.yaml",
        _POLICY % "PolicyDocument: {Statement: {Effect: Deny, Principal: x, Action: y, Condition: z}}",
        "no policy: statement 1 has a Condition",
    ),
    "both principals": (
        "t.yaml",
        _POLICY % "PolicyDocument: {Statement: {Effect: Deny, Principal: x, NotPrincipal: y, Action: z}}",
        "both Principal and NotPrincipal",
    ),
    "redrive policy of text": (
        "t.yaml",
        "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      RedrivePolicy: nonsense",
        "t.yaml:5:22: RedrivePolicy: it is no JSON.",
    ),
    "deep plan": (
        "p.json",
        '{"terraform_version": "1", "planned_values": ' + "[" * 50_000 + "]" * 50_000 + "}",
        "p.json",
    ),
    "plan of nothing": ("p.json", '{"terraform_version": "1"}', "no planned_values"),
    "broken state": ("s.json", '{"version": 1, "queues": [', "s.json"),
    "state of texts": ("s.json", '{"version": 1, "queues": "x"}', "s.json: Expected `array`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_source_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    file, text, expected = REFUSED[name]
    begin = time.process_time()
    with pytest.raises(DocumentError) as refused:
        _load(tmp_path / file, text)
    assert time.process_time() - begin < patience.SECONDS
    assert expected in str(refused.value)
    assert file in str(refused.value)
    assert len(str(refused.value)) < 10_000


def test_file_of_another_place_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    for text in ("Resources: !Include secret", "Resources: {Q: {Type: AWS::SQS::Queue, Properties: !Include secret}}"):
        with pytest.raises(DocumentError) as refused:
            _load(tmp_path / "t.yaml", text)
        assert "hunter2" not in str(refused.value)


def test_large_template_is_audited_in_bounded_time(tmp_path: Path) -> None:
    resources: dict[str, object] = {}
    for number in range(500):
        resources[f"Q{number}"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"q{number}"}}
        endpoint = {"Fn::GetAtt": [f"Q{number}", "Arn"]}
        topic = "arn:aws:sns:us-east-1:000000000000:t"
        resources[f"S{number}"] = {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": topic, "Protocol": "sqs", "Endpoint": endpoint},
        }
    begin = time.process_time()
    report = _load(tmp_path / "t.json", json.dumps({"Resources": resources}))
    assert time.process_time() - begin < 2 * patience.SECONDS
    assert len(getattr(report, "findings", ())) >= 500


@pytest.mark.parametrize(
    "policy",
    [
        {"price": [{"numeric": []}]},
        {"price": [{"numeric": [">"]}]},
        {"price": [{"numeric": ["?", 1]}]},
        {"price": [{"numeric": [">", "x"]}]},
        {"price": [None, True, [], {}]},
        {"price": []},
        {"price": "text"},
        {"$or": [{"a": ["b"]}, 7]},
        {"a": [{"prefix": 7}, {"suffix": None}, {"prefix": ""}]},
        {"a": {"b": {"c": {"d": [{"exists": "yes"}]}}}},
    ],
    ids=json.dumps,
)
def test_odd_filter_policies_are_looked_at(policy: object, tmp_path: Path) -> None:
    topic = "arn:aws:sns:us-east-1:000000000000:t"
    properties = {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@b.c", "FilterPolicy": policy}
    resources = {"S": {"Type": "AWS::SNS::Subscription", "Properties": properties}}
    assert _load(tmp_path / "t.json", json.dumps({"Resources": resources}))
