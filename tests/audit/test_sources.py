"""The model of files of all kinds: what is in it, and where it is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.architecture.model import Architecture
from emulator.architecture.of_attributes import masked_endpoint
from emulator.architecture.sources import load_architecture
from emulator.audit.audit import audit
from emulator.audit.rules.table import RULES
from emulator.configuration.settings import Settings

_DOCUMENTS = Path(__file__).parents[1] / "infrastructure" / "documents"
_NOW = 1_800_000_000.0
_PLACE = "us-east-1:000000000000"


def _model(file: Path, text: str) -> Architecture:
    file.write_text(text)
    return load_architecture(str(file), Settings())


def _resource(kind: str, name: str, values: dict[str, Any], **expressions: list[str]) -> tuple[Any, Any]:
    """A resource of a plan: with its values, and with its expressions, which refer to others."""
    address = f"{kind}.{name}"
    planned = {"address": address, "type": kind, "name": name, "mode": "managed", "values": values}
    written = {key: {"references": references} for key, references in expressions.items()}
    return planned, {"address": address, "type": kind, "name": name, "mode": "managed", "expressions": written}


def _plan(*resources: tuple[Any, Any]) -> str:
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": [planned for planned, _ in resources]}},
            "configuration": {"root_module": {"resources": [written for _, written in resources]}},
        }
    )


_RESOURCES = (
    _resource("aws_sqs_queue", "dead", {"name": "dead"}),
    _resource(
        "aws_sqs_queue",
        "orders",
        {"name": "orders", "visibility_timeout_seconds": 30},
        redrive_policy=["aws_sqs_queue.dead.arn", "aws_sqs_queue.dead"],
    ),
    _resource("aws_sns_topic", "news", {"name": "news"}),
    _resource(
        "aws_sns_topic_subscription",
        "orders",
        {"protocol": "sqs"},
        topic_arn=["aws_sns_topic.news.arn", "aws_sns_topic.news"],
        endpoint=["aws_sqs_queue.orders.arn", "aws_sqs_queue.orders"],
    ),
    _resource(
        "aws_lambda_function",
        "worker",
        {"function_name": "worker", "timeout": 60},
        environment=["aws_sns_topic.news.arn", "aws_sns_topic.news"],
    ),
    _resource(
        "aws_lambda_event_source_mapping",
        "orders",
        {"batch_size": 5},
        event_source_arn=["aws_sqs_queue.orders.arn", "aws_sqs_queue.orders"],
        function_name=["aws_lambda_function.worker.arn", "aws_lambda_function.worker"],
    ),
    _resource(
        "aws_cloudwatch_metric_alarm",
        "dead",
        {"namespace": "AWS/SQS", "metric_name": "ApproximateNumberOfMessagesVisible"},
        dimensions=["aws_sqs_queue.dead.name", "aws_sqs_queue.dead"],
    ),
    _resource("aws_kms_key", "main", {"policy": '{"Statement": []}'}),
    _resource("aws_kms_key", "broken", {"policy": "nonsense"}),
)


def test_plan_of_terraform_has_functions_alarms_and_keys(tmp_path: Path) -> None:
    found = _model(tmp_path / "plan.json", _plan(*_RESOURCES))
    assert found.source == "terraform"
    (function,) = found.functions
    assert (function.shown, function.timeout) == ("aws_lambda_function.worker", 60)
    assert function.sends_to == [f"arn:aws:sns:{_PLACE}:news"]
    (consumer,) = found.consumers
    assert (consumer.queue, consumer.function, consumer.batch_size) == (
        f"arn:aws:sqs:{_PLACE}:orders",
        function.arn,
        5,
    )
    assert [alarm.queue for alarm in found.alarms] == ["dead"]
    assert [key.policy is not None for key in found.keys] == [True, False]


def test_audit_of_a_plan_names_addresses_and_gives_hcl(tmp_path: Path) -> None:
    report = audit(_model(tmp_path / "plan.json", _plan(*_RESOURCES)), _NOW)
    found = {finding.rule: finding for finding in report.findings}
    assert {"loop", "missing-statement", "short-visibility", "few-receives", "whole-batches"} <= found.keys()
    assert "dead-letter-alarm" not in found
    short = found["short-visibility"]
    assert (short.name, short.language) == ("aws_sqs_queue.orders", "hcl")
    assert short.fix == (
        'resource "aws_sqs_queue" "orders" {\n  # the other arguments stay\n  visibility_timeout_seconds = 360\n}\n'
    )
    assert '"aws:SourceArn" = aws_sns_topic.news.arn' in found["missing-statement"].fix
    assert found["missing-statement"].fix.startswith('resource "aws_sqs_queue_policy" "orders_policy" {\n')
    allow = next(finding for finding in report.findings if finding.rule == "redrive-allow")
    assert "aws_sqs_queue_redrive_allow_policy" in allow.fix
    assert "queue_url            = aws_sqs_queue.dead.url\n" in allow.fix


def test_plan_of_what_is_there_has_all_values(tmp_path: Path) -> None:
    queue, topic = f"arn:aws:sqs:{_PLACE}:orders", f"arn:aws:sns:{_PLACE}:news"
    found = _model(
        tmp_path / "plan.json",
        _plan(
            _resource(
                "aws_lambda_function", "worker", {"environment": [{"variables": {"A": topic, "B": "x", "C": 7}}]}
            ),
            _resource(
                "aws_lambda_event_source_mapping",
                "one",
                {
                    "event_source_arn": queue,
                    "function_name": "worker",
                    "function_response_types": ["ReportBatchItemFailures"],
                },
            ),
            _resource("aws_lambda_event_source_mapping", "other", {"event_source_arn": queue}),
            _resource(
                "aws_cloudwatch_metric_alarm", "a", {"namespace": "AWS/SQS", "dimensions": {"QueueName": "orders"}}
            ),
            _resource("aws_cloudwatch_metric_alarm", "b", {"namespace": "AWS/EC2"}),
        ),
    )
    (function,) = found.functions
    assert (function.timeout, function.sends_to) == (3, [topic])
    (consumer,) = found.consumers
    assert consumer.function == "arn:aws:lambda:us-east-1:000000000000:function:worker"
    assert (consumer.batch_size, consumer.partial_batches) == (10, True)
    assert [alarm.queue for alarm in found.alarms] == ["orders"]


_SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Orders: {Type: AWS::SQS::Queue}
  Others: {Type: AWS::SQS::Queue}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: worker
      Policies:
        - AWSLambdaBasicExecutionRole
        - SNSPublishMessagePolicy: {TopicName: done}
      Environment: {Variables: {QUEUE: !Ref Orders, NAME: x, NOTHING: !Ref AWS::NoValue}}
      Events:
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: 1}}
        News: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}
        Other:
          Type: SNS
          Properties: {Topic: !Ref Topic, SqsSubscription: {QueueArn: !GetAtt Others.Arn, QueueUrl: !Ref Others}}
        Timer: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
"""


def test_functions_of_sam_consume_queues_and_send(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    found = _model(file, _SAM)
    (function,) = found.functions
    assert function.timeout == 3
    assert f"arn:aws:sns:{_PLACE}:done" in function.sends_to
    assert any(":sqs:" in arn for arn in function.sends_to)
    queues = [consumer.queue.split("-")[-2] for consumer in found.consumers]
    assert sorted(queues) == ["Orders", "Others", "WorkerNewsQueue"]
    assert {consumer.batch_size for consumer in found.consumers} == {1, 10}


def test_element_says_file_line_and_logical_id(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    found = _model(file, "Resources:\n\n  Orders:\n    Type: AWS::SQS::Queue\n")
    (queue,) = found.queues
    assert (queue.origin.file, queue.origin.line, queue.origin.name) == (str(file), 3, "Orders")


def test_statement_says_its_line_also_in_json(tmp_path: Path) -> None:
    document = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*"}] * 2}
    resources = {
        "Q": {"Type": "AWS::SQS::Queue"},
        "P": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Q"}], "PolicyDocument": document}},
    }
    text = json.dumps({"Resources": resources}, indent=1)
    found = _model(tmp_path / "template.json", text)
    policy = found.queues[0].policy
    assert policy is not None
    lines = text.splitlines()
    for statement in policy.statements:
        assert statement.line is not None
        assert '"Effect"' in lines[statement.line]


def test_names_in_a_configuration_file_are_those_of_the_place(tmp_path: Path) -> None:
    text = """
queues:
  dead: {}
  orders: {dead_letter_queue: {queue: dead, max_receive_count: 7}}
topics:
  - name: news
    region: eu-west-1
    subscriptions: [{queue: orders, dead_letter_queue: dead}, "https://u:p@example.com/"]
"""
    found = _model(tmp_path / "emulator.yaml", text)
    orders = next(queue for queue in found.queues if queue.name == "orders")
    assert orders.dead_letters is not None
    assert (orders.dead_letters.queue, orders.dead_letters.max_receive_count) == (f"arn:aws:sqs:{_PLACE}:dead", 7)
    to_queue, to_web = found.subscriptions
    assert to_queue.endpoint == "arn:aws:sqs:eu-west-1:000000000000:orders"
    assert to_queue.dead_letters == "arn:aws:sqs:eu-west-1:000000000000:dead"
    assert (to_web.endpoint, to_web.has_secret) == ("https://****@example.com/", True)


@pytest.mark.parametrize(
    ("endpoint", "masked"),
    [
        ("https://example.com/hook", "https://example.com/hook"),
        ("https://ann:hunter2@example.com/", "https://****@example.com/"),
        ("https://example.com/?key=hunter2&empty", "https://example.com/?key=****&empty=****"),
        ("HTTPS://ann:hunter2@example.com/", "https://****@example.com/"),
        ("http://ann:hunter2@[::1", "http://****@[::1"),
        ("http://[::1?hunter2", "http://[::1"),
        ("https://example.com/#hunter2", "https://example.com/"),
        ("ann@example.com", "ann@example.com"),
    ],
)
def test_secrets_in_urls_are_masked(endpoint: str, masked: str) -> None:
    assert masked_endpoint(endpoint) == masked


def _stands_alone(path: Path) -> bool:
    """Whether it is a document, and imports nothing of others."""
    return path.is_file() and ".expected." not in path.name and "ImportValue" not in path.read_text()


@pytest.mark.parametrize(
    "document",
    [_DOCUMENTS / "cdk", *sorted(path for path in _DOCUMENTS.rglob("*") if _stands_alone(path))],
    ids=lambda path: str(path.relative_to(_DOCUMENTS)),
)
def test_documents_of_all_tools_are_audited(document: Path) -> None:
    report = audit(load_architecture(str(document), Settings()), _NOW)
    assert report.rules == len(RULES)
    assert all(finding.name for finding in report.findings if finding.file)
