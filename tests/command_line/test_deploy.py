"""The command ``deploy``."""

from pathlib import Path
from typing import Any

import pytest

from tests.command_line.commands import Commands

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Name: {Type: String}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}
Outputs: {Arn: {Value: !GetAtt Queue.Arn}}
"""


@pytest.fixture
def template(tmp_path: Path) -> str:
    file = tmp_path / "orders.yaml"
    file.write_text(TEMPLATE)
    return str(file)


def test_template_is_deployed_changed_and_left_alone(
    commands: Commands, template: str, account: str, json_sqs: Any
) -> None:
    arn = f"arn:aws:sqs:us-east-1:{account}:"
    assert commands.text("deploy", template, "--parameter", "Name=one") == f"orders: CREATE_COMPLETE\nArn: {arn}one\n"
    assert commands.text("deploy", template, "--parameter", "Name=one") == f"orders: no changes\nArn: {arn}one\n"
    assert commands.json("deploy", template, "--parameter", "Name=two", "--stack", "orders") == {
        "stack": "orders",
        "status": "UPDATE_COMPLETE",
        "outputs": {"Arn": f"{arn}two"},
    }
    assert [url.rpartition("/")[2] for url in json_sqs.list_queues()["QueueUrls"]] == ["two"]


def test_why_a_stack_cannot_be_deployed_is_said(commands: Commands, template: str, tmp_path: Path) -> None:
    assert commands.error("deploy", template) == "Error: ValidationError: Parameters: [Name] must have values\n"
    assert commands.error("deploy", template, "--parameter", "Name=a b").splitlines() == [
        "Error: The stack orders could not be deployed.",
        "Queue: AWS refuses this: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ]
    assert "'Name' has no value: NAME=VALUE is wanted." in commands.error(
        "deploy", template, "--parameter", "Name", code=2
    )
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    assert "is no text in UTF-8" in commands.error("deploy", str(tmp_path / "bytes.yaml"), code=2)
    assert "No such file" in commands.error("deploy", "nowhere.yaml", code=2)
