"""The command ``model``."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.commands import Commands

_BEFORE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders, VisibilityTimeout: 30}
  Old:
    Type: AWS::SQS::Queue
    Properties: {QueueName: old}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: worker, Timeout: 10}
"""
_AFTER = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: news, Subscription: [{Protocol: email, Endpoint: ann@example.com}]}
  Orders:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders, VisibilityTimeout: 60}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: worker, Timeout: 20}
"""


@pytest.fixture
def before(tmp_path: Path) -> str:
    file = tmp_path / "before.yaml"
    file.write_text(_BEFORE)
    return str(file)


@pytest.fixture
def after(tmp_path: Path) -> str:
    file = tmp_path / "after.yaml"
    file.write_text(_AFTER)
    return str(file)


def test_diff_shows_what_is_added_removed_and_changed(commands: Commands, before: str, after: str) -> None:
    assert commands.text("model", "diff", before, after).splitlines() == [
        "- queue old",
        "~ queue orders",
        "    visibility_timeout: 30 -> 60",
        "+ topic news",
        "+ subscription news -> ann@example.com",
        "~ function Worker",
        "    timeout: 10 -> 20",
    ]


def test_exit_code_is_1_on_request_if_something_differs(commands: Commands, before: str, after: str) -> None:
    assert commands.run("model", "diff", before, after, "--exit-code").exit_code == 1
    same = commands.run("model", "diff", before, before, "--exit-code")
    assert (same.exit_code, same.output) == (0, "Nothing differs.\n")


def test_diff_as_json(commands: Commands, before: str, after: str) -> None:
    changed = next(each for each in commands.json("model", "diff", before, after) if each["what"] == "changed")
    assert changed["changes"] == [{"field": "visibility_timeout", "before": 30, "after": 60}]


def test_template_that_was_deployed_differs_in_nothing_from_the_server(
    commands: Commands, account: str, tmp_path: Path
) -> None:
    file = tmp_path / "template.yaml"
    policy = (
        "{Queues: [!Ref Orders], PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 'sqs:*',"
        " Resource: !GetAtt Orders.Arn}]}}"
    )
    mapping = "{EventSourceArn: !GetAtt Orders.Arn, FunctionName: !GetAtt Worker.Arn, BatchSize: 4}"
    source = f"  Source: {{Type: AWS::Lambda::EventSourceMapping, Properties: {mapping}}}\n"
    file.write_text(f"{_AFTER}{source}  Policy: {{Type: AWS::SQS::QueuePolicy, Properties: {policy}}}\n")
    commands.text("deploy", str(file), "--stack", "shop", "--account", account)
    difference = ("model", "diff", "@server", str(file), "--account", account)
    assert commands.text(*difference) == "Nothing differs.\n"
    file.write_text(file.read_text().replace("sqs:*", "sqs:SendMessage").replace("BatchSize: 4", "BatchSize: 5"))
    changed = commands.text(*difference)
    assert changed.startswith("~ queue orders\n    policy: ")
    assert changed.endswith("~ consumer Source\n    batch_size: 4 -> 5\n")


def test_show_prints_the_model(commands: Commands, before: str) -> None:
    model = json.loads(commands.text("model", "show", before))
    assert [queue["arn"].rpartition(":")[2] for queue in model["queues"]] == ["orders", "old"]
    (function,) = model["functions"]
    assert (function["timeout"], function["origin"]["name"]) == (10, "Worker")
    assert "\n" not in commands.text("model", "show", before, "--json").strip()


def test_show_of_the_running_server(commands: Commands, account: str, orders: str) -> None:
    assert orders
    model: Any = json.loads(commands.text("model", "show", "--account", account))
    assert len(model["queues"]) == 1


def test_order_and_short_forms_in_a_policy_say_nothing(commands: Commands, tmp_path: Path) -> None:
    texts = []
    for number, actions in enumerate(
        ('["sqs:SendMessage", "sqs:ReceiveMessage"]', '["sqs:ReceiveMessage", "sqs:SendMessage"]')
    ):
        file = tmp_path / f"{number}.json"
        statement = f'{{"Effect": "Allow", "Principal": "*", "Action": {actions}}}'
        rest = f'"Version": "2008-10-17", "Statement": [{statement}]' if number else f'"Statement": {statement}'
        file.write_text(f'{{"queues": {{"orders": {{"policy": {{{rest}}}}}}}}}')
        texts.append(str(file))
    assert commands.text("model", "diff", *texts) == "Nothing differs.\n"
