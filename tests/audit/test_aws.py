"""A live account of AWS as the source: read with boto3, here from the emulator, which stands for AWS."""

import json
import sys
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from emulator.architecture import aws_account
from emulator.architecture.aws_account import (
    Account,
    AwsQueue,
    AwsSubscription,
    AwsTopic,
    read_account,
    read_for_import,
)
from emulator.architecture.aws_configuration import configuration_of
from emulator.architecture.aws_reader import ATTEMPTS_MAX, AwsError, AwsReader, RefusedReadError, reader_of_environment
from emulator.architecture.model import Architecture, Topic
from emulator.architecture.of_aws import architecture_of
from emulator.audit.audit import audit
from emulator.audit.rules.table import RULES
from tests import boto
from tests.audit.aws_clients import FUNCTION, KEY, QUEUE, Fake, clients_of_a_worker, refusing
from tests.command_line.commands import Commands
from tests.control.calls import call
from tests.server import RunningServer, running_server

_REGION = "us-east-1"


@pytest.fixture
def pauses() -> list[float]:
    """For how long the reader would have slept, in seconds."""
    return []


@pytest.fixture
def reader(server: RunningServer, account: str, pauses: list[float]) -> AwsReader:
    def make(service: str) -> Any:
        if service not in ("sqs", "sns"):
            return refusing(service)
        return boto.client_of_the_test(service, server.url, account)

    return AwsReader(make, _REGION, (BotoCoreError, ClientError), pauses.append)


@pytest.fixture
def world(json_sqs: Any, sns: Any) -> dict[str, str]:
    """Queues, a topic and subscriptions."""
    dead = json_sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = json_sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":4}}'
    url = json_sqs.create_queue(
        QueueName="orders", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "77"}, tags={"team": "shop"}
    )["QueueUrl"]
    orders = json_sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    json_sqs.send_message(QueueUrl=url, MessageBody="stays")
    topic = sns.create_topic(Name="news", Attributes={"DisplayName": "12"}, Tags=[{"Key": "team", "Value": "press"}])
    arn_of_topic = topic["TopicArn"]
    sns.subscribe(TopicArn=arn_of_topic, Protocol="sqs", Endpoint=orders, Attributes={"FilterPolicy": '{"a": ["b"]}'})
    sns.subscribe(TopicArn=arn_of_topic, Protocol="http", Endpoint="http://localhost:9/hook?key=abc")
    return {"orders": orders, "dead": arn, "topic": arn_of_topic, "url": url}


def test_account_is_read_as_the_model(reader: AwsReader, world: dict[str, str]) -> None:
    found = architecture_of(read_account(reader), "account")
    assert {queue.name: queue.visibility_timeout for queue in found.queues} == {"dead": 30, "orders": 77}
    orders = next(queue for queue in found.queues if queue.name == "orders")
    assert orders.dead_letters is not None
    assert (orders.dead_letters.queue, orders.dead_letters.max_receive_count) == (world["dead"], 4)
    assert orders.tags == {"team": "shop"}
    (topic,) = found.topics
    assert (topic.arn, topic.tags, topic.policy) == (world["topic"], {"team": "press"}, None)
    to_queue, to_web = sorted(found.subscriptions, key=lambda each: each.protocol, reverse=True)
    assert to_queue.filter_policy == {"a": ["b"]}
    assert (to_web.confirmed, to_web.endpoint) == (False, "http://localhost:9/hook?key=****")


def test_only_list_get_and_describe_are_called_and_no_message_is_read(
    reader: AwsReader, world: dict[str, str], json_sqs: Any
) -> None:
    read_account(reader)
    assert {each.operation.partition("_")[0] for each in reader.calls} <= {"list", "get", "describe"}
    counts = json_sqs.get_queue_attributes(QueueUrl=world["url"], AttributeNames=["All"])["Attributes"]
    assert (counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]) == ("1", "0")
    with pytest.raises(AssertionError):
        reader.read("sqs", "receive_message", QueueUrl=world["url"])


def test_what_the_caller_may_not_read_is_not_known(reader: AwsReader, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": "alias/orders"})
    account = read_account(reader)
    assert account.known == ["confirmations"]
    assert account.notices == [
        "consumers are not known: lambda list_event_source_mappings: AccessDenied: no lambda",
        "functions are not known: lambda list_functions: AccessDenied: no lambda",
        "alarms are not known: cloudwatch describe_alarms: AccessDenied: no cloudwatch",
        "keys are not known: kms list_aliases: AccessDenied: no kms",
    ]


def test_tags_and_data_protection_that_the_caller_may_not_read_are_not_known(
    server: RunningServer, account: str, reader: AwsReader, sns: Any
) -> None:
    for name in ("one", "two"):
        sns.create_topic(Name=name, Tags=[{"Key": "pii", "Value": "true"}])
    for operation in ("ListTagsForResource", "GetDataProtectionPolicy"):
        _fault(server, account, action=operation, error="AuthorizationError", message="not you")
    found = architecture_of(read_account(reader), "account")
    assert [(topic.tags, topic.protection_known) for topic in found.topics] == [({}, False)] * 2
    assert found.notices[:2] == [
        "tags are not known: sns list_tags_for_resource: AuthorizationError: not you",
        "data protection policies are not known: sns get_data_protection_policy: AuthorizationError: not you",
    ]
    assert len([each for each in reader.calls if each.operation == "get_data_protection_policy"]) == 1


@pytest.mark.parametrize(("known", "findings"), [(True, 1), (False, 0)])
def test_rules_find_nothing_about_data_protection_that_is_not_known(*, known: bool, findings: int) -> None:
    topic = Topic(arn="arn:aws:sns:us-east-1:111111111111:patients", tags={"pii": "true"}, protection_known=known)
    account = Architecture(source="aws", name="account", topics=[topic])
    assert len(audit(account, 0.0, rules=[RULES["no-data-protection"]]).findings) == findings


def test_call_that_an_emulator_does_not_know_is_left_out(
    world: dict[str, str], server: RunningServer, account: str
) -> None:
    assert world

    class Answering:
        """SNS of an emulator that answers with a page in HTML."""

        def __getattr__(self, name: str) -> Any:
            return getattr(boto.client_of_the_test("sns", server.url, account), name)

        def get_data_protection_policy(self, **_: Any) -> Any:
            raise ResponseParserError("Unable to parse response, invalid XML received:\n<html>")

    clients = {"sns": Answering(), "sqs": boto.client_of_the_test("sqs", server.url, account)}
    errors = (ClientError, ResponseParserError)
    reader = AwsReader(lambda name: clients.get(name) or refusing(name), _REGION, errors, _no_sleep)
    found = read_account(reader)
    assert len(found.topics) == 1
    refused = "sns get_data_protection_policy: the answer does not have AWS's form"
    assert found.notices[0] == f"data protection policies are not known: {refused}"


def test_pages_are_followed_to_their_end(
    reader: AwsReader, json_sqs: Any, sns: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws_account, "PAGE", 2)
    names = {f"queue-{number}" for number in range(5)}
    for name in names:
        json_sqs.create_queue(QueueName=name)
    for number in range(102):
        sns.create_topic(Name=f"topic-{number}")
    account = read_account(reader)
    assert {queue.arn.rpartition(":")[2] for queue in account.queues} == names
    assert len(account.topics) == 102


def _fault(server: RunningServer, account: str, **rule: Any) -> None:
    status, answer = call(f"{server.url}/_emulator/faults", {"account": account, **rule})
    assert status < 300, answer


def test_reader_is_slower_while_aws_throttles(
    server: RunningServer, account: str, reader: AwsReader, world: dict[str, str], pauses: list[float]
) -> None:
    assert world
    for operation, code in (("ListQueues", "RequestThrottled"), ("GetTopicAttributes", "Throttled")):
        _fault(server, account, action=operation, error=code, first=3)
    found = read_account(reader)
    assert len(found.queues) == 2
    assert pauses == [0.5, 1.0, 2.0, 0.5, 1.0, 2.0]


def test_reader_gives_up_if_aws_throttles_for_long(
    server: RunningServer, account: str, reader: AwsReader, pauses: list[float]
) -> None:
    _fault(server, account, action="ListQueues", error="ThrottlingException")
    with pytest.raises(AwsError, match="AWS throttled sqs list_queues 8 times"):
        read_account(reader)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0]
    assert len(reader.calls) == ATTEMPTS_MAX


def test_refusal_of_queues_ends_the_reading(server: RunningServer, account: str, reader: AwsReader) -> None:
    _fault(server, account, action="ListQueues", error="AccessDenied", message="not you")
    with pytest.raises(RefusedReadError, match="sqs list_queues: AccessDenied: not you"):
        read_account(reader)


def test_queue_that_is_deleted_while_it_is_read_is_left_out(
    server: RunningServer, account: str, reader: AwsReader, world: dict[str, str]
) -> None:
    assert world
    _fault(server, account, action="ListQueueTags", error="QueueDoesNotExist", first=1)
    assert len(read_account(reader).queues) == 1


def _no_sleep(seconds: float) -> None:
    raise AssertionError(f"{seconds} seconds")


def test_functions_alarms_and_keys_are_read() -> None:
    clients = clients_of_a_worker()
    account = read_account(AwsReader(clients.__getitem__, _REGION, (ClientError,), _no_sleep))
    assert account.known == ["confirmations", "consumers", "functions", "alarms", "keys"]
    (found,) = account.functions
    assert (found.timeout, found.sends_to) == (9, [QUEUE])
    consumers = architecture_of(account, "account").consumers
    assert [(each.queue, each.batch_size) for each in consumers] == [(QUEUE, 5)]
    assert [alarm.queue for alarm in account.alarms] == ["orders"]
    assert [(each.arn, each.aliases) for each in account.keys] == [(KEY, ["alias/orders", "arn:alias"])]
    assert {"Marker": "next"} in clients["lambda"].asked
    assert "hunter2" not in str(architecture_of(account, "account"))


def test_configuration_leaves_out_what_would_be_called() -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:news"
    web = AwsSubscription(f"{topic}:1", topic, "https", "https://u:p@example.com/", "111111111111", {})
    pending = AwsSubscription("PendingConfirmation", topic, "email", "ann@example.com", "111111111111", {})
    other = AwsSubscription("arn:x", f"{topic}-2", "email", "ann@example.com", "111111111111", {})
    account = Account(_REGION, topics=[AwsTopic(topic, {}, {}, None)], subscriptions=[web, pending, other])
    found = configuration_of(account, web=False)
    assert found.content["subscriptions"] == []
    assert found.notices == [
        f"{topic} -> https://****@example.com/ is left out: the emulator would call it; --web takes it along.",
        f"{topic} -> ann@example.com is left out: it is not confirmed.",
        f"{topic}-2 -> ann@example.com is left out: its topic is not in this account and region.",
    ]
    assert [each["endpoint"] for each in configuration_of(account, web=True).content["subscriptions"]] == [web.endpoint]


MAPPINGS: list[dict[str, Any]] = [
    {"EventSourceArn": QUEUE, "State": "Enabled", "BatchSize": 5},
    {
        "EventSourceArn": QUEUE,
        "State": "Disabling",
        "MaximumBatchingWindowInSeconds": 9,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 3},
        "FilterCriteria": {"Filters": [{"Pattern": '{"body": ["a"]}'}]},
    },
    {"EventSourceArn": QUEUE, "State": "Deleting"},
    {"EventSourceArn": f"{QUEUE}-2", "State": "Enabled"},
    {"EventSourceArn": "arn:aws:kinesis:us-east-1:111111111111:stream/s", "State": "Enabled"},
]


def test_event_source_mappings_are_part_of_the_configuration() -> None:
    clients = clients_of_a_worker()
    rows = [{"UUID": str(at), "FunctionArn": f"{FUNCTION}-{at}"} | each for at, each in enumerate(MAPPINGS)]
    clients["lambda"] = Fake(
        list_event_source_mappings=[{"EventSourceMappings": rows}], list_tags=[{"Tags": {"a": "b"}}, {}, {}]
    )
    account = read_for_import(AwsReader(clients.__getitem__, _REGION, (ClientError,), _no_sleep))
    found = configuration_of(account, web=False)
    first, second = found.content["event_source_mappings"]
    plain = {"queue": QUEUE, "enabled": True, "batch_size": 5, "maximum_batching_window_in_seconds": 0, "filters": []}
    assert first == plain | {"function": f"{FUNCTION}-0", "report_batch_item_failures": False, "tags": {"a": "b"}}
    assert second == plain | {
        "function": f"{FUNCTION}-1",
        "enabled": False,
        "batch_size": 10,
        "maximum_batching_window_in_seconds": 9,
        "report_batch_item_failures": True,
        "maximum_concurrency": 3,
        "filters": ['{"body": ["a"]}'],
        "tags": {},
    }
    left_out = f"{QUEUE}-2 -> {FUNCTION}-3 is left out: its queue is not in this account and region."
    assert found.notices == [left_out]


def test_mappings_are_left_out_where_lambda_cannot_be_asked(reader: AwsReader, world: dict[str, str]) -> None:
    found = read_for_import(reader)
    assert {queue.arn for queue in found.queues} == {world["orders"], world["dead"]}
    refused = "lambda list_event_source_mappings: AccessDenied: no lambda"
    assert found.notices == [f"event source mappings are not known: {refused}"]


def test_what_makes_no_sense_is_left_out_with_a_notice() -> None:
    topic = "arn:aws:sns:us-east-1:111111111111:news"
    queue = "arn:aws:sqs:us-east-1:111111111111:orders"
    account = Account(
        _REGION,
        queues=[AwsQueue(queue, {"VisibilityTimeout": "soon"}, {})],
        topics=[AwsTopic(topic, {"Policy": "nonsense"}, {}, None)],
        subscriptions=[AwsSubscription(f"{topic}:1", topic, "sqs", queue, "111111111111", {"FilterPolicy": "7"})],
    )
    found = architecture_of(account, "account")
    assert found.elements() == []
    assert found.notices == [
        f"{queue} is left out: VisibilityTimeout: it is no number.",
        f"{topic} is left out: Policy: it is no JSON.",
        f"{topic}:1 is left out: FilterPolicy: it is no JSON object.",
    ]


# -- The commands ---------------------------------------------------------------------------------


@pytest.fixture
def live(server: RunningServer, account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's settings lead to the emulator, in the account of the test."""
    settings = {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("live")
def test_audit_and_difference_of_an_account(commands: Commands, world: dict[str, str]) -> None:
    assert world
    report = commands.json("audit", "--from-aws", "--region", _REGION)
    assert report["source"] == "aws"
    assert "missing-statement" in {finding["rule"] for finding in report["findings"]}
    assert any(notice.startswith("functions are not known") for notice in report["notices"])
    assert commands.text("model", "diff", "@aws", "@aws", "--region", _REGION) == "Nothing differs.\n"


@pytest.mark.usefixtures("live")
def test_import_makes_the_same_world(
    commands: Commands, world: dict[str, str], server: RunningServer, account: str
) -> None:
    boto.client_of_the_test("lambda", server.url, account).create_event_source_mapping(
        EventSourceArn=world["orders"], FunctionName="worker", BatchSize=3, Tags={"team": "shop"}
    )
    before = commands.json("model", "show", "@aws", "--region", _REGION)
    with running_server() as other:
        assert server.url != other.url
        result = commands.run("import", "--from-aws", "--region", _REGION, env={"EMULATOR_URL": other.url})
        assert result.exit_code == 0, result.output
        assert "Made as on AWS: 2 queues, 1 topic, 1 subscription, 1 event source mapping." in result.output
        assert "is left out: it is not confirmed." in result.output
        assert "are not known" not in result.output, "functions, alarms and keys are not asked for"
        shown = commands.run("model", "show", "--json", env={"EMULATOR_URL": other.url})
        after = json.loads(shown.output)
    consumers = [[(each["queue"], each["batch_size"]) for each in found["consumers"]] for found in (before, after)]
    assert consumers == [[(world["orders"], 3)]] * 2
    for noun in ("queues", "topics"):
        assert sorted(after[noun], key=str) == sorted(before[noun], key=str)
    (subscription,) = after["subscriptions"]
    assert (subscription["endpoint"], subscription["filter_policy"]) == (world["orders"], {"a": ["b"]})


def test_import_wants_a_file_or_aws(commands: Commands) -> None:
    assert "Either FILE or --from-aws is wanted." in commands.error("import", code=2)


@pytest.mark.usefixtures("live")
def test_no_region_and_no_credentials_are_said_in_one_line(
    commands: Commands, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No region is given" in commands.error("audit", "--from-aws")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    result = Commands(server.url).run("audit", "--from-aws", "--region", _REGION)
    assert result.exit_code == 1
    assert "Error: sqs list_queues: Unable to locate credentials\n" in result.output


def test_boto3_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(AwsError, match="boto3 is not installed"):
        reader_of_environment(_REGION, _no_sleep)
