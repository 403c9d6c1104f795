"""Servers with templates and plans."""

import json
from pathlib import Path

import pytest

from tests import boto, patience
from tests.declared.test_server import COMMAND, ROOT, queues, wait_for
from tests.server import running_server

TEMPLATE = """
Parameters: {{Stage: {{Type: String}}}}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub orders-${{Stage}}
      VisibilityTimeout: {timeout}
      Tags: [{{Key: url, Value: !Ref Jobs}}]
  Jobs: {{Type: AWS::SQS::Queue, Properties: {{QueueName: jobs}}}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start commands in an empty folder, with this project's modules."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_resources_are_there_when_the_server_is_ready_and_follow_changes_of_the_files(tmp_path: Path) -> None:
    template = tmp_path / "orders.yaml"
    template.write_text(TEMPLATE.format(timeout=40))
    resource = {"address": "aws_sqs_queue.q", "type": "aws_sqs_queue", "name": "q", "values": {"name": "planned"}}
    plan = {"terraform_version": "1.9.8", "planned_values": {"root_module": {"resources": [resource]}}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    options = 'templates = ["orders.yaml"]\ntemplate_parameters = {Stage = "dev"}\nterraform_plans = ["plan.json"]'
    (tmp_path / "emulator.toml").write_text(f'queues = ["declared"]\n[options]\n{options}\nwatch = true')
    with running_server("--template-parameter", "Stage=test") as server:
        assert sorted(queues(server)) == ["declared", "jobs", "orders-test", "planned"]
        sqs = boto.client("sqs", server.url)
        url = sqs.get_queue_url(QueueName="orders-test")["QueueUrl"]
        jobs = sqs.get_queue_url(QueueName="jobs")["QueueUrl"].partition("://")[2].partition("/")[2]
        assert sqs.list_queue_tags(QueueUrl=url)["Tags"]["url"].endswith(jobs)

        def timeout() -> str:
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
            text: str = answer["Attributes"]["VisibilityTimeout"]
            return text

        assert timeout() == "40"
        template.write_text(TEMPLATE.format(timeout=1000))
        wait_for(lambda: timeout() == "1000")


def test_mistakes_are_printed_and_nothing_starts(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text(TEMPLATE.format(timeout=-1))
    (tmp_path / "plan.json").write_text("{}")
    done = patience.run([*COMMAND, "--port", "0", "--template", "orders.yaml", "--template-parameter", "Stage=a"])
    assert done.returncode == 2
    assert done.stderr == ("orders.yaml:8:26: VisibilityTimeout is -1; an integer from 0 to 43200 is wanted.\n")
    done = patience.run([*COMMAND, "--port", "0", "--template", "x.yaml", "--terraform-plan", "plan.json"])
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "x.yaml: The file cannot be read: No such file or directory.",
        "plan.json: This is no plan of Terraform, as it has no planned_values: `terraform show -json PLAN` prints one.",
    ]
