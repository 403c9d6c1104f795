"""The command ``audit``."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.audit.formats import FORMATS
from emulator.audit.rules.table import RULES
from emulator.command_line.audit import FORMS
from tests.command_line.commands import Commands

_TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      SqsManagedSseEnabled: false
"""


@pytest.fixture
def template(tmp_path: Path) -> str:
    file = tmp_path / "template.yaml"
    file.write_text(_TEMPLATE)
    return str(file)


def _rules(report: Any) -> set[str]:
    return {finding["rule"] for finding in report["findings"]}


def test_audit_of_the_running_server(commands: Commands, account: str, orders: str) -> None:
    assert orders
    report = commands.json("audit", "--account", account)
    assert report["name"] == "the running emulator"
    assert "no-dead-letter-queue" in _rules(report)


def test_audit_of_a_template_says_file_and_line(commands: Commands, template: str) -> None:
    text = commands.text("audit", template)
    assert f"high      queue-unencrypted     orders    {template}:2  server-side encryption is switched off\n" in text
    assert text.endswith(f"1 high, 2 medium, 2 low, 0 suppressed; {len(RULES)} rules.\n")


@pytest.mark.parametrize(("severity", "code"), [("high", 1), ("medium", 1), ("low", 1)])
def test_exit_code_is_1_if_a_finding_is_as_severe_as_fail_on(
    commands: Commands, template: str, severity: str, code: int
) -> None:
    assert commands.run("audit", template, "--fail-on", severity).exit_code == code
    assert commands.run("audit", template).exit_code == 0


def test_fail_on_passes_over_what_is_less_severe(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(_TEMPLATE.replace("false", "true"))
    assert commands.run("audit", str(file), "--fail-on", "high").exit_code == 0
    assert commands.run("audit", str(file), "--fail-on", "medium").exit_code == 1


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".toml", '[[suppressions]]\nrule = "queue-unencrypted"\nresource = "ord*"\nreason = "public data"\n'),
        (".yaml", "suppressions: [{rule: queue-unencrypted, resource: Orders, reason: public, expires: 2999-01-31}]"),
    ],
)
def test_suppression_in_a_file_has_a_reason(
    commands: Commands, template: str, tmp_path: Path, suffix: str, text: str
) -> None:
    file = tmp_path / f"suppressions{suffix}"
    file.write_text(text)
    report = commands.json("audit", template, "--suppressions", str(file))
    assert "queue-unencrypted" not in _rules(report)
    (accepted,) = report["suppressed"]
    assert accepted["suppressed"].startswith("public")


def test_suppression_holds_until_its_last_day_and_for_its_resource_only(
    commands: Commands, template: str, tmp_path: Path
) -> None:
    file = tmp_path / "suppressions.yaml"
    for row in (
        "{rule: queue-unencrypted, reason: x, expires: 2020-01-31}",
        "{rule: queue-unencrypted, reason: x, resource: other}",
    ):
        file.write_text(f"suppressions: [{row}]")
        assert "queue-unencrypted" in _rules(commands.json("audit", template, "--suppressions", str(file)))


_ROW = "suppressions:\n- {rule: short-polling, reason: x, %s}"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("suppressions:\n- rule: short-polling", ":2:3: The suppression of short-polling has no reason."),
        ("suppressions:\n- {rule: short-poling}", ':2:3: There is no rule "short-poling"; did you mean short-polling?'),
        (_ROW % "expires: soon", ':2:3: expires is "soon"; a date is wanted, such as 2027-01-31.'),
        (_ROW % "until: 1", ":2:36: A suppression has no until; there are expires, reason, resource, rule"),
        ("suppressions: 1", ": suppressions is a list of tables with rule, reason, and perhaps resource and expires."),
        ("suppressions: [1]", ":1:16: suppressions[0] is 1; a table is wanted."),
        ("suppression: []", ":1:1: There is no section suppression; did you mean suppressions?"),
    ],
)
def test_wrong_suppressions_are_refused_with_file_and_line(
    commands: Commands, template: str, tmp_path: Path, text: str, error: str
) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(text)
    assert f"{file}{error}" in commands.error("audit", template, "--suppressions", str(file), code=2)


_METADATA = "    Metadata: {SqsSnsEmulator: {Suppress: [{Rule: queue-unencrypted, %s}]}}\n    Properties:\n"


def test_suppression_in_the_metadata_of_a_resource(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(_TEMPLATE.replace("    Properties:\n", _METADATA % "Reason: public"))
    assert [each["rule"] for each in commands.json("audit", str(file))["suppressed"]] == ["queue-unencrypted"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("Expires: 2999-01-01", ":4: The suppression of queue-unencrypted has no reason."),
        ("Because: x", ":4:44: A suppression has Rule, Reason and perhaps Expires, and nothing else."),
    ],
)
def test_wrong_suppression_in_metadata_is_refused(commands: Commands, tmp_path: Path, given: str, error: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(_TEMPLATE.replace("    Properties:\n", _METADATA % given))
    assert f"{file}{error}" in commands.error("audit", str(file), code=2)


def test_template_with_a_mistake_is_refused_with_file_and_line(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(_TEMPLATE.replace("false", "[!Ref Nothing]"))
    assert f"{file}:6:30: There is no parameter or resource Nothing" in commands.error("audit", str(file), code=2)


def test_missing_file_is_refused(commands: Commands, tmp_path: Path) -> None:
    assert "cannot be read: No such file" in commands.error("audit", str(tmp_path / "no.yaml"), code=2)


def test_audit_of_a_state_document(commands: Commands, account: str, orders: str, tmp_path: Path) -> None:
    assert orders
    file = tmp_path / "state.json"
    commands.text("export", str(file), "--account", account)
    report = commands.json("audit", str(file))
    assert "no-dead-letter-queue" in _rules(report)
    file.write_text('{"version": 1, "queues": [{"name": 7}]}')
    assert "Object contains unknown field `name`" in commands.error("audit", str(file), code=2)


def test_audit_of_a_configuration_file(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "emulator.toml"
    file.write_text(
        '[queues.orders]\npolicy = { Statement = { Effect = "Allow", Principal = "*", Action = "sqs:*" } }\n'
    )
    report = commands.json("audit", str(file), "--account", "111111111111", "--region", "eu-west-1")
    finding = next(each for each in report["findings"] if each["rule"] == "public-principal")
    assert finding["resource"] == "arn:aws:sqs:eu-west-1:111111111111:orders"
    assert json.loads(finding["fix"])["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": "111111111111"}
    }
    file.write_text("[queues.orders]\npolicy = { Statement = 7 }\n")
    assert f"{file}:2:1" in commands.error("audit", str(file), code=2)


def test_audit_of_a_folder_that_cdk_wrote(commands: Commands, tmp_path: Path) -> None:
    assert "*.template.json" in commands.error("audit", str(tmp_path), code=2)
    resources = {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": False}}}
    (tmp_path / "shop.template.json").write_text(json.dumps({"Resources": resources}))
    assert "queue-unencrypted" in _rules(commands.json("audit", str(tmp_path)))


def test_parameters_of_a_template(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("Parameters: {Encrypt: {Type: String}}\n" + _TEMPLATE.replace("false", "!Ref Encrypt"))
    assert "queue-unencrypted" in _rules(commands.json("audit", str(file), "--parameter", "Encrypt=false"))
    assert "queue-unencrypted" not in _rules(commands.json("audit", str(file), "--parameter", "Encrypt=true"))
    assert "NAME=VALUE is wanted" in commands.error("audit", str(file), "--parameter", "Encrypt", code=2)


@pytest.mark.parametrize(
    ("form", "begin"),
    [
        ("json", "{"),
        ("sarif", "{"),
        ("markdown", "# Audit of "),
        ("html", "<!doctype html>"),
        ("mermaid", "flowchart LR"),
        ("svg", "<svg "),
    ],
)
def test_report_in_each_form_on_standard_output_and_in_a_file(
    commands: Commands, template: str, tmp_path: Path, form: str, begin: str
) -> None:
    printed = commands.text("audit", template, "--format", form)
    assert printed.startswith(begin)
    file = tmp_path / "report"
    assert commands.text("audit", template, "--format", form, "--output", str(file)) == ""
    assert file.read_text(encoding="utf-8") == printed


def test_output_that_cannot_be_written_is_said_in_one_line(commands: Commands, template: str, tmp_path: Path) -> None:
    output = str(tmp_path / "no" / "report")
    text = commands.error("audit", template, "--format", "svg", "--output", output)
    assert text == f"Error: {output} cannot be written: No such file or directory\n"
    assert "--output wants a --format" in commands.error("audit", template, "--output", output, code=2)


def test_forms_of_the_command_are_those_of_the_table() -> None:
    assert tuple(FORMATS) == FORMS


def test_table_says_what_is_not_in_a_plan(commands: Commands, tmp_path: Path) -> None:
    queue = {"address": "aws_sqs_queue.q", "type": "aws_sqs_queue", "name": "q", "mode": "managed"}
    plan = {
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [{**queue, "values": {"name": "q"}}]}},
        "configuration": {"root_module": {"resources": [{**queue, "expressions": {"policy": {"references": []}}}]}},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    assert "aws_sqs_queue.q.policy: it is not in the plan, and is left out" in commands.text("audit", str(file))


def test_architecture_without_findings_has_no_table(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "emulator.json"
    file.write_text("{}")
    assert commands.text("audit", str(file)).startswith(f"{file}: 0 high, 0 medium, 0 low")
