"""A configuration for tests: the queues and topics that each of them starts with."""

import re
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.testing import emulated_aws
from tests import patience
from tests.testing.pytest_runs import Run

pytest_plugins = ["pytester"]

CONFIG: dict[str, Any] = {
    "queues": ["jobs", {"name": "orders", "visibility_timeout": 45}],
    "topics": {"events": {"subscriptions": ["orders"]}},
    "options": {"port": 1},
}


@pytest.mark.parametrize("server", [False, True])
def test_queues_and_topics_of_a_mapping_are_there_at_the_start(*, server: bool) -> None:
    with emulated_aws(server=server, account_id="123456789012", region="eu-west-1", config=CONFIG) as aws:
        aws.sns.publish(TopicArn="arn:aws:sns:eu-west-1:123456789012:events", Message="hello")
        assert "hello" in aws.wait_for_message("orders").body
        attributes = aws.sqs.get_queue_attributes(QueueUrl="orders", AttributeNames=["VisibilityTimeout"])
    assert attributes["Attributes"] == {"VisibilityTimeout": "45"}


def test_file_is_read_and_each_use_starts_with_it(tmp_path: Path) -> None:
    file = tmp_path / "emulator.toml"
    file.write_text('queues = ["jobs"]\n[clock]\nset = 2040-01-01T00:00:00Z\nfreeze = true')
    use = emulated_aws(config=file)
    for _ in range(2):
        with use as aws:
            assert aws.clock.now().year == 2040
            aws.sqs.send_message(QueueUrl="jobs", MessageBody="x")
            assert len(aws.peek("jobs")) == 1


def test_more_can_be_declared_later() -> None:
    with emulated_aws(config=CONFIG) as aws:
        aws.declare(
            {"queues": {"late": {"dead_letter_queue": "jobs"}}, "faults": [{"service": "sqs", "error": "OverLimit"}]}
        )
        assert aws.faults.list()[0].rule["account"] == aws.account_id
        assert aws.peek("late") == []


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"queues": [1]}, "queues[0]: queues[0] is 1; a name or a table is wanted."),
        ({"ques": ["jobs"]}, "config: There is no section ques; did you mean queues?"),
        (
            {"core": {"mock_credentials": False}},
            "config: There is no section core; there are $schema, clock, "
            "event_source_mappings, faults, options, principals, queues, subscriptions, topics.",
        ),
        ("nowhere.toml", "nowhere.toml: The file cannot be read: No such file or directory."),
    ],
)
def test_mistakes_are_a_value_error_and_leave_no_use_behind(config: Any, error: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(error)}$"):
        emulated_aws(config=config).start()
    with emulated_aws():
        assert "QueueUrls" not in boto3.client("sqs").list_queues()


def test_time_may_be_frozen_when_something_is_declared() -> None:
    program = (
        "from freezegun import freeze_time\n"
        "from emulator.testing import emulated_aws\n"
        "with freeze_time('2031-01-01'), emulated_aws() as aws:\n"
        "    aws.declare({'queues': ['jobs'], 'clock': {'set': '2032-01-01T00:00:00Z'}})\n"
        "    print(aws.clock.now().year, aws.peek('jobs'))\n"
        "    try:\n"
        "        aws.declare({'clock': {'set': 'soon'}})\n"
        "    except ValueError as error:\n"
        "        print(error)"
    )
    printed = patience.run([sys.executable, "-c", program], check=True).stdout.splitlines()
    assert printed[0] == "2032 []"
    assert printed[1].endswith('set is "soon"; a time with its time zone, such as 2030-01-01T00:00:00Z is wanted.')


def test_each_test_of_the_plugin_has_its_own_queues(run_here: Run, pytester: pytest.Pytester) -> None:
    Path(pytester.path, "emulator.toml").write_text('queues = ["jobs"]\n[options]\nport = 1')
    queue = "{Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}"
    Path(pytester.path, "t.yaml").write_text(f"Parameters: {{Name: {{Type: String}}}}\nResources: {{Q: {queue}}}")
    Path(pytester.path, "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.emulator(template_parameters={'Name': 'named'})\n"
        "def test_template(emulator):\n"
        "    assert emulator.peek('named') == emulator.peek('jobs') == []\n"
        "@pytest.mark.parametrize('number', range(2))\n"
        "def test_own(emulator, number):\n"
        "    emulator.sqs.send_message(QueueUrl='jobs', MessageBody=str(number))\n"
        "    assert [message.body for message in emulator.peek('jobs')] == [str(number)]\n"
        "    assert emulator.peek('templated') == []\n"
        "@pytest.mark.emulator(config={'queues': ['other']})\n"
        "def test_marked(emulator):\n"
        "    assert emulator.peek('other') == []\n"
        "@pytest.mark.emulator(config={'queues': [3]})\n"
        "def test_wrong(emulator):\n"
        "    pass\n"
        "@pytest.mark.emulator(config='wrong.toml')\n"
        "def test_wrong_file(emulator):\n"
        "    pass\n"
    )
    pytester.path.joinpath("wrong.toml").write_text("queues = [3]\n")
    template = ("--emulator-template", "t.yaml", "--emulator-template-parameter", "Name=templated")
    result = run_here("--emulator-config", "emulator.toml", *template)
    result.assert_outcomes(passed=4, errors=2)
    wrong = "queues[[]0]: queues[[]0] is 3; a name or a table is wanted.*"
    result.stdout.fnmatch_lines([f"emulator: config: {wrong}", f"emulator: wrong.toml: {wrong}"])
    result.stdout.no_fnmatch_line("*During handling of the above exception*")
