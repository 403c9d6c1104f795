"""Event source mappings that files, templates and plans declare."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import EmulatedAccount, emulated_aws

ARN = "arn:aws:{}:us-east-1:000000000000:{}"
ORDERS = ARN.format("sqs", "orders")


def function(name: str) -> str:
    return ARN.format("lambda", f"function:{name}")


def mappings(aws: EmulatedAccount) -> dict[tuple[str, str], Any]:
    found = aws.lambda_.list_event_source_mappings()["EventSourceMappings"]
    return {(each["EventSourceArn"].rpartition(":")[2], each["FunctionArn"].rpartition(":")[2]): each for each in found}


def test_configuration_declares_mappings() -> None:
    config = {
        "queues": ["orders", "mail"],
        "event_source_mappings": [
            {"queue": "mail", "function": "f"},
            {
                "queue": ORDERS,
                "function": function("g"),
                "batch_size": 20,
                "maximum_batching_window_in_seconds": 3,
                "report_batch_item_failures": True,
                "maximum_concurrency": 4,
                "filters": [{"body": ["a"]}, '{"body":["b"]}'],
                "enabled": False,
                "tags": {"team": "a"},
            },
        ],
    }
    with emulated_aws(config=config) as aws:
        found = mappings(aws)
        assert found.keys() == {("mail", "f"), ("orders", "g")}
        given = found["orders", "g"]
        assert (given["BatchSize"], given["MaximumBatchingWindowInSeconds"], given["State"]) == (20, 3, "Disabled")
        assert given["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert given["ScalingConfig"] == {"MaximumConcurrency": 4}
        assert given["FilterCriteria"] == {"Filters": [{"Pattern": '{"body": ["a"]}'}, {"Pattern": '{"body":["b"]}'}]}
        assert aws.lambda_.list_tags(Resource=given["EventSourceMappingArn"])["Tags"] == {"team": "a"}
        config["event_source_mappings"] = [{"queue": "mail", "function": "f", "batch_size": 5}]
        aws.declare(config)
        again = mappings(aws)
        assert again.keys() == found.keys()  # it stays, and is the same
        assert again["mail", "f"]["BatchSize"] == 5
        assert again["mail", "f"]["UUID"] == found["mail", "f"]["UUID"]


@pytest.mark.parametrize(
    ("mapping", "mistake"),
    [
        ({"queue": "other", "function": "f"}, "event_source_mappings[0].queue: There is no queue other; "),
        ({"queue": "orders"}, "function is missing"),
        ({"queue": "orders", "function": "f", "batch_size": 0}, "batch_size is 0"),
        ({"queue": "orders", "function": "f", "batch_size": 100}, "AWS refuses this: Maximum batch window in seconds"),
        (
            {"queue": "orders", "function": "f", "filters": ["{"]},
            "AWS refuses this: Invalid filter pattern definition.",
        ),
        ({"queue": "orders", "function": ORDERS}, f"{ORDERS} is not the ARN of a function."),
        ({"queue": "orders", "function": "f", "size": 1}, "There is no size here"),
        ("orders", "a table is wanted"),
    ],
)
def test_mistakes(mapping: Any, mistake: str) -> None:
    with pytest.raises(ValueError, match="event_source_mappings") as raised:
        emulated_aws(config={"queues": ["orders"], "event_source_mappings": [mapping]}).start()
    assert mistake in str(raised.value)


def test_second_mapping_of_a_queue_and_a_function_is_a_mistake() -> None:
    mapping = {"queue": "orders", "function": "f"}
    with pytest.raises(ValueError, match="There is another mapping of orders and this function"):
        emulated_aws(config={"queues": ["orders"], "event_source_mappings": [mapping, mapping]}).start()


TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders}}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Sales: {Type: AWS::SNS::Topic}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Order:
          Type: SQS
          Properties:
            Queue: !GetAtt Orders.Arn
            BatchSize: 5
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: {Filters: [{Pattern: '{"body":["a"]}'}]}
            ScalingConfig: {MaximumConcurrency: 3}
        Sale:
          Type: SNS
          Properties:
            Topic: !Ref Sales
            SqsSubscription: {QueueArn: !GetAtt Jobs.Arn, QueueUrl: !Ref Jobs, BatchSize: 3}
  Named:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: resize}
  Other:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Named, BatchSize: "7", Enabled: "false"}
  Stream:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s", FunctionName: !Ref Named}
  Elsewhere:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:elsewhere", FunctionName: !Ref Named}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: resize, Name: live}}
  OfAlias:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Alias}
Outputs:
  Mapping: {Value: !Ref Other}
"""


def test_template_declares_mappings_and_its_functions_are_called(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(TEMPLATE)
    events: list[Any] = []
    functions = {"Worker": lambda event, context: events.append(event)}
    with emulated_aws(templates=[tmp_path / "app.yaml"], functions=functions) as aws:
        found = mappings(aws)
        assert found.keys() == {("orders", "Worker"), ("jobs", "Worker"), ("jobs", "resize")}
        given = found["orders", "Worker"]
        assert (given["BatchSize"], given["ScalingConfig"]["MaximumConcurrency"]) == (5, 3)
        assert given["FilterCriteria"] == {"Filters": [{"Pattern": '{"body":["a"]}'}]}
        assert given["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert found["jobs", "Worker"]["BatchSize"] == 3
        assert (found["jobs", "resize"]["BatchSize"], found["jobs", "resize"]["State"]) == (7, "Disabled")
        url = aws.sqs.get_queue_url(QueueName="orders")["QueueUrl"]
        aws.sqs.send_message(QueueUrl=url, MessageBody="a")
        aws.settle()
    assert [event["Records"][0]["body"] for event in events] == ["a"]


@pytest.mark.parametrize(
    ("properties", "mistake"),
    [
        ("FilterCriteria: {Pattern: x}", "a mapping with a list of Filters is wanted"),
        ("FilterCriteria: {Filters: [x]}", 'Filters[0] is "x"; a mapping with a Pattern is wanted.'),
        ("BatchSize: many", 'BatchSize is "many"'),
        ("BatchSise: 1", "There is no BatchSise here"),
    ],
)
def test_mistakes_of_a_template(tmp_path: Path, properties: str, mistake: str) -> None:
    (tmp_path / "app.yaml").write_text(
        "Resources:\n"
        "  Queue: {Type: AWS::SQS::Queue}\n"
        "  Mapping:\n"
        "    Type: AWS::Lambda::EventSourceMapping\n"
        f"    Properties: {{EventSourceArn: !GetAtt Queue.Arn, FunctionName: f, {properties}}}\n"
    )
    with pytest.raises(ValueError, match=r"app\.yaml") as raised:
        emulated_aws(templates=[tmp_path / "app.yaml"]).start()
    assert mistake in str(raised.value)


def test_plan_declares_mappings(tmp_path: Path) -> None:
    def resource(address: str, **values: Any) -> dict[str, Any]:
        kind, _, name = address.partition(".")
        return {"address": address, "mode": "managed", "type": kind, "name": name, "values": values}

    mapping = {
        "batch_size": 4,
        "enabled": True,
        "maximum_batching_window_in_seconds": None,
        "filter_criteria": [{"filter": [{"pattern": '{"body":["a"]}'}]}],
        "function_response_types": ["ReportBatchItemFailures"],
        "scaling_config": [{"maximum_concurrency": 6}],
    }
    kind = "aws_lambda_event_source_mapping"
    references = {
        "event_source_arn": {"references": ["aws_sqs_queue.orders.arn", "aws_sqs_queue.orders"]},
        "function_name": {"references": ["aws_lambda_function.resize.arn", "aws_lambda_function.resize"]},
    }
    resources = [
        resource("aws_sqs_queue.orders", name="orders"),
        resource("aws_lambda_function.resize", function_name="resize"),
        resource(f"{kind}.orders", **mapping),
        resource(f"{kind}.named", event_source_arn=ORDERS, function_name="other", batch_size=None),
    ]
    written = [{name: each[name] for name in ("address", "mode", "type", "name")} for each in resources]
    written[2]["expressions"] = references
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"root_module": {"resources": written}},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with emulated_aws(terraform_plans=[tmp_path / "plan.json"]) as aws:
        found = mappings(aws)
    assert found.keys() == {("orders", "resize"), ("orders", "other")}
    given = found["orders", "resize"]
    assert (given["BatchSize"], given["ScalingConfig"]["MaximumConcurrency"]) == (4, 6)
    assert given["FilterCriteria"] == {"Filters": [{"Pattern": '{"body":["a"]}'}]}
    assert given["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert found["orders", "other"]["BatchSize"] == 10
