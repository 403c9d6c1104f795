"""Stacks of CloudFormation, by boto3 and its waiters."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, StructureShape

from api_shapes import cloudformation as cfn
from emulator.wire.members import members
from emulator.wire.services import OPERATIONS
from tests import boto, patience
from tests.account_clock import AccountClock
from tests.server import RunningServer

TEMPLATE = """
Description: Orders
Parameters:
  Timeout: {Type: Number, Default: 40}
  Secret: {Type: String, Default: x, NoEcho: true}
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: !Ref Timeout}
  Events:
    Type: AWS::SNS::Topic
  ToOrders:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Events, Protocol: sqs, Endpoint: !GetAtt Orders.Arn}
  Worker:
    Type: AWS::Lambda::Function
Outputs:
  Url: {Value: !Ref Orders, Description: Where orders go}
  Arn: {Value: !GetAtt Orders.Arn, Export: {Name: !Sub "${AWS::StackName}-arn"}}
"""
QUEUE = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: %s}}"

Stacks = Any


@pytest.fixture
def stacks(server: RunningServer, account: str) -> Stacks:
    """A client of CloudFormation."""
    return boto.client_of_the_test("cloudformation", server.url, account)


def stack(stacks: Stacks, name: str = "orders") -> Any:
    (found,) = stacks.describe_stacks(StackName=name)["Stacks"]
    return found


def outputs(stacks: Stacks, name: str = "orders") -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack(stacks, name)["Outputs"]}


def given(**parameters: str) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def refused(call: Callable[..., Any], **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**request)
    found = error.value.response["Error"]
    return f"{found['Code']}: {found['Message']}"


def test_shapes_are_those_of_botocore() -> None:
    model = ServiceModel(Loader().load_service_model("cloudformation", "service-2"), "cloudformation")
    assert (model.api_version, model.metadata["xmlNamespace"]) == (cfn.API_VERSION, cfn.XML_NAMESPACE)
    assert set(OPERATIONS["cloudformation"]) == set(cfn.OPERATIONS)
    for name, operation in cfn.OPERATIONS.items():
        modeled = model.operation_model(name)
        _compare(operation.request, modeled.input_shape)
        assert (operation.result is None) == (modeled.output_shape is None)
        if operation.result is not None:
            _compare(operation.result, modeled.output_shape)


def _compare(shape: Any, modeled: StructureShape) -> None:
    for member in members(shape):
        if member.name in ("NextToken", "ClientRequestToken", "DisableRollback"):
            continue  # of the requests that share a type, some have these
        expected = modeled.members[member.name]
        if isinstance(expected, ListShape):
            expected = expected.member
        if isinstance(expected, StructureShape):
            _compare(member.type, expected)
        assert not member.required or member.name in modeled.required_members


def test_stack_is_made_changed_and_deleted(stacks: Stacks, json_sqs: Any, sns: Any) -> None:
    made = stacks.create_stack(StackName="orders", TemplateBody=TEMPLATE, Tags=[{"Key": "team", "Value": "a"}])
    stacks.get_waiter("stack_create_complete").wait(StackName="orders")
    found = stack(stacks)
    assert found["StackId"] == made["StackId"]
    assert (found["StackStatus"], found["Description"]) == ("CREATE_COMPLETE", "Orders")
    assert found["Parameters"] == [
        {"ParameterKey": "Timeout", "ParameterValue": "40"},
        {"ParameterKey": "Secret", "ParameterValue": "****"},
    ]
    assert found["Tags"] == [{"Key": "team", "Value": "a"}]
    url = outputs(stacks)["Url"]
    (topic,) = sns.list_topics()["Topics"]
    sns.publish(TopicArn=topic["TopicArn"], Message="hello")
    assert _timeout(json_sqs, url) == "40"

    stacks.update_stack(StackName="orders", UsePreviousTemplate=True, Parameters=given(Timeout="50"))
    stacks.get_waiter("stack_update_complete").wait(StackName="orders")
    assert (outputs(stacks)["Url"], _timeout(json_sqs, url)) == (url, "50")
    (message,) = json_sqs.receive_message(QueueUrl=url)["Messages"]
    assert "hello" in message["Body"]

    stacks.delete_stack(StackName="orders")
    stacks.get_waiter("stack_delete_complete").wait(StackName="orders")
    assert "QueueUrls" not in json_sqs.list_queues()
    assert sns.list_topics()["Topics"] == []
    assert stack(stacks, made["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    stacks.delete_stack(StackName="orders")  # again, which is no error


def _timeout(sqs: Any, url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    text: str = answer["Attributes"]["VisibilityTimeout"]
    return text


def test_events_and_resources_say_what_was_done(stacks: Stacks, sns: Any, clock: AccountClock) -> None:
    stacks.create_stack(StackName="orders", TemplateBody=TEMPLATE)
    (subscription,) = sns.list_subscriptions()["Subscriptions"]
    resources = {
        each["LogicalResourceId"]: (each["PhysicalResourceId"], each["ResourceStatus"])
        for each in stacks.describe_stack_resources(StackName="orders")["StackResources"]
    }
    assert resources == {
        "Orders": (outputs(stacks)["Url"], "CREATE_COMPLETE"),
        "Events": (subscription["TopicArn"], "CREATE_COMPLETE"),
        "ToOrders": (subscription["SubscriptionArn"], "CREATE_COMPLETE"),
        "Worker": ("Worker", "CREATE_COMPLETE"),
    }
    clock.advance(60)
    stacks.update_stack(StackName="orders", UsePreviousTemplate=True, Parameters=given(Timeout="50"))
    events = [
        (each["LogicalResourceId"], each["ResourceStatus"], each.get("ResourceStatusReason"))
        for each in stacks.describe_stack_events(StackName="orders")["StackEvents"]
    ]
    assert events[:5] == [
        ("orders", "UPDATE_COMPLETE", None),
        ("Orders", "UPDATE_COMPLETE", None),
        ("Orders", "UPDATE_IN_PROGRESS", None),
        ("orders", "UPDATE_IN_PROGRESS", "User Initiated"),
        ("orders", "CREATE_COMPLETE", None),
    ]
    assert ("Worker", "CREATE_COMPLETE", "Not emulated, and skipped") in events
    assert events[-1] == ("orders", "CREATE_IN_PROGRESS", "User Initiated")
    found = stack(stacks)
    assert (found["LastUpdatedTime"] - found["CreationTime"]).total_seconds() >= 60
    (orders,) = stacks.describe_stack_resources(PhysicalResourceId=outputs(stacks)["Url"], LogicalResourceId="Orders")[
        "StackResources"
    ]
    assert orders["ResourceStatus"] == "UPDATE_COMPLETE"
    detail = stacks.describe_stack_resource(StackName="orders", LogicalResourceId="Orders")["StackResourceDetail"]
    assert detail["PhysicalResourceId"] == outputs(stacks)["Url"]
    assert len(stacks.list_stack_resources(StackName="orders")["StackResourceSummaries"]) == 4


def test_resource_that_aws_refuses_rolls_the_stack_back(stacks: Stacks, json_sqs: Any) -> None:
    body = TEMPLATE.replace("Properties: {VisibilityTimeout: !Ref Timeout}", "Properties: {DelaySeconds: 1000}")
    stacks.create_stack(StackName="orders", TemplateBody=body)
    with pytest.raises(WaiterError):
        stacks.get_waiter("stack_create_complete").wait(StackName="orders")
    assert stack(stacks)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stack(stacks)["StackStatusReason"] == "The following resource(s) failed to create: [Orders]."
    event = stacks.describe_stack_events(StackName="orders")["StackEvents"][1]
    assert event["ResourceStatusReason"] == "DelaySeconds is 1000; an integer from 0 to 900 is wanted."
    assert "QueueUrls" not in json_sqs.list_queues()
    assert "ROLLBACK_COMPLETE state and can not be updated" in refused(
        stacks.update_stack, StackName="orders", TemplateBody=TEMPLATE
    )
    stacks.delete_stack(StackName="orders")
    stacks.create_stack(StackName="orders", TemplateBody=TEMPLATE)
    stacks.update_stack(StackName="orders", TemplateBody=body)
    assert stack(stacks)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert _timeout(json_sqs, outputs(stacks)["Url"]) == "40"
    assert stacks.get_template(StackName="orders")["TemplateBody"] == TEMPLATE


def test_queue_of_a_name_that_is_taken_lets_the_stack_fail(stacks: Stacks, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="taken")
    stacks.create_stack(StackName="orders", TemplateBody=QUEUE % "{QueueName: taken}")
    assert stack(stacks)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert stacks.describe_stack_events(StackName="orders")["StackEvents"][1]["ResourceStatusReason"] == (
        "taken already exists"
    )
    assert len(json_sqs.list_queues()["QueueUrls"]) == 1


def test_queue_of_another_name_replaces_the_one_before_and_retained_ones_stay(stacks: Stacks, json_sqs: Any) -> None:
    stacks.create_stack(StackName="orders", TemplateBody=QUEUE % "{QueueName: one}")
    stacks.update_stack(StackName="orders", TemplateBody=QUEUE % "{QueueName: two}")
    assert [url.rpartition("/")[2] for url in json_sqs.list_queues()["QueueUrls"]] == ["two"]
    body = "Resources: {Queue: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: two}}}"
    stacks.update_stack(StackName="orders", TemplateBody=body, Tags=[{"Key": "a", "Value": "b"}])
    stacks.delete_stack(StackName="orders")
    assert [url.rpartition("/")[2] for url in json_sqs.list_queues()["QueueUrls"]] == ["two"]


def test_stack_imports_what_another_exports_which_then_cannot_be_deleted(stacks: Stacks) -> None:
    stacks.create_stack(StackName="orders", TemplateBody=TEMPLATE)
    (export,) = stacks.list_exports()["Exports"]
    assert (export["Name"], export["Value"]) == ("orders-arn", outputs(stacks)["Arn"])
    redrive = "{RedrivePolicy: {deadLetterTargetArn: !ImportValue orders-arn, maxReceiveCount: 2}}"
    stacks.create_stack(StackName="jobs", TemplateBody=QUEUE % redrive)
    stacks.delete_stack(StackName="orders")
    assert stack(stacks)["StackStatus"] == "DELETE_FAILED"
    assert stack(stacks)["StackStatusReason"] == "Export orders-arn cannot be deleted as it is in use by jobs"
    stacks.delete_stack(StackName="jobs")
    stacks.delete_stack(StackName="orders")
    assert stacks.describe_stacks()["Stacks"] == []
    summaries = stacks.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [each["StackName"] for each in summaries] == ["jobs", "orders"]


def test_change_sets_do_what_deploy_does(stacks: Stacks, json_sqs: Any) -> None:
    change = {"StackName": "orders", "ChangeSetName": "first", "TemplateBody": TEMPLATE}
    made = stacks.create_change_set(ChangeSetType="CREATE", **change)
    assert stack(stacks)["StackStatus"] == "REVIEW_IN_PROGRESS"
    stacks.get_waiter("change_set_create_complete").wait(ChangeSetName=made["Id"])
    described = stacks.describe_change_set(ChangeSetName="first", StackName="orders")
    assert [each["ResourceChange"]["Action"] for each in described["Changes"]] == ["Add"] * 4
    assert stacks.get_template(StackName="orders", ChangeSetName="first")["TemplateBody"] == TEMPLATE
    stacks.execute_change_set(ChangeSetName="first", StackName="orders")
    stacks.get_waiter("stack_create_complete").wait(StackName="orders")
    assert stack(stacks)["ChangeSetId"] == made["Id"]

    stacks.create_change_set(**change | {"ChangeSetName": "same"})
    same = stacks.describe_change_set(ChangeSetName="same", StackName="orders")
    assert (same["Status"], same["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert same["StatusReason"].startswith("The submitted information didn't contain changes.")
    assert refused(stacks.execute_change_set, ChangeSetName="same", StackName="orders").startswith(
        "InvalidChangeSetStatus: "
    )
    stacks.delete_change_set(ChangeSetName="same", StackName="orders")
    assert refused(stacks.describe_change_set, ChangeSetName="same", StackName="orders") == (
        "ChangeSetNotFound: ChangeSet [same] does not exist"
    )

    smaller = TEMPLATE.replace("  Worker:\n    Type: AWS::Lambda::Function\n", "")
    update = stacks.create_change_set(
        StackName="orders", ChangeSetName="next", TemplateBody=smaller, Parameters=given(Timeout="50")
    )
    changes = stacks.describe_change_set(ChangeSetName=update["Id"])["Changes"]
    assert [(each["ResourceChange"]["Action"], each["ResourceChange"]["LogicalResourceId"]) for each in changes] == [
        ("Modify", "Orders"),
        ("Remove", "Worker"),
    ]
    stacks.execute_change_set(ChangeSetName=update["Id"])
    assert _timeout(json_sqs, outputs(stacks)["Url"]) == "50"


def test_template_is_validated_and_summarized(stacks: Stacks) -> None:
    answer = stacks.validate_template(TemplateBody=TEMPLATE)
    assert answer["Description"] == "Orders"
    assert [each["ParameterKey"] for each in answer["Parameters"]] == ["Timeout", "Secret"]
    serverless = json.dumps(
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Parameters": {"Stage": {"Type": "String", "AllowedValues": ["a", "b"]}},
            "Resources": {"Role": {"Type": "AWS::IAM::Role"}},
        }
    )
    summary = stacks.get_template_summary(TemplateBody=serverless)
    assert summary["Capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert summary["ResourceTypes"] == ["AWS::IAM::Role"]
    assert summary["Parameters"][0]["ParameterConstraints"] == {"AllowedValues": ["a", "b"]}
    assert (
        refused(stacks.create_stack, StackName="roles", TemplateBody=serverless, Parameters=given(Stage="a"))
        == "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND]"
    )
    stacks.create_stack(
        StackName="roles",
        TemplateBody=serverless,
        Parameters=given(Stage="a"),
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    assert stack(stacks, "roles")["StackStatus"] == "CREATE_COMPLETE"


def test_what_cannot_be_is_refused_and_changes_nothing(stacks: Stacks) -> None:
    body = QUEUE % "{}"
    assert refused(stacks.describe_stacks, StackName="no") == "ValidationError: Stack with id no does not exist"
    assert refused(stacks.describe_stack_events, StackName="no") == "ValidationError: Stack [no] does not exist"
    assert refused(stacks.update_stack, StackName="no", TemplateBody=body).endswith("Stack with id no does not exist")
    assert refused(stacks.create_stack, StackName="a_b", TemplateBody=body).startswith(
        "ValidationError: 1 validation error detected: Value 'a_b' at 'stackName' failed to satisfy constraint"
    )
    assert refused(stacks.create_stack, StackName="a") == (
        "ValidationError: Either Template URL or Template Body must be specified."
    )
    assert "there is no S3 here" in refused(stacks.create_stack, StackName="a", TemplateURL="https://a/b")
    assert refused(stacks.create_stack, StackName="a", TemplateBody="Resources: [").startswith(
        "ValidationError: Template format error: template:1:13: "
    )
    assert refused(stacks.create_stack, StackName="a", TemplateBody=QUEUE % "{QueueName: !Ref X}") == (
        "ValidationError: Template error: template:1:68: There is no parameter or resource X; there are Queue."
    )
    needy = f"Parameters: {{P: {{Type: String}}}}\n{body}"
    assert refused(stacks.create_stack, StackName="a", TemplateBody=needy) == (
        "ValidationError: Parameters: [P] must have values"
    )
    assert refused(stacks.create_stack, StackName="a", TemplateBody=body, Parameters=given(Q="1")) == (
        "ValidationError: Parameters: [Q] do not exist in the template"
    )
    assert (
        refused(stacks.create_change_set, StackName="a", ChangeSetName="b", TemplateBody=body)
        == "ValidationError: Stack [a] does not exist"
    )
    assert stacks.list_stacks()["StackSummaries"] == []
    stacks.create_stack(StackName="a", TemplateBody=body, EnableTerminationProtection=True)
    assert refused(stacks.create_stack, StackName="a", TemplateBody=body) == (
        "AlreadyExistsException: Stack [a] already exists"
    )
    assert refused(stacks.update_stack, StackName="a", TemplateBody=body) == (
        "ValidationError: No updates are to be performed."
    )
    assert refused(stacks.delete_stack, StackName="a").endswith(
        "cannot be deleted while TerminationProtection is enabled"
    )


def test_previous_values_are_kept(stacks: Stacks) -> None:
    stacks.create_stack(StackName="orders", TemplateBody=TEMPLATE, Parameters=given(Timeout="50"))
    previous = [{"ParameterKey": "Timeout", "UsePreviousValue": True}, *given(Secret="y")]
    stacks.update_stack(StackName="orders", UsePreviousTemplate=True, Parameters=previous)
    assert stack(stacks)["Parameters"][0] == {"ParameterKey": "Timeout", "ParameterValue": "50"}
    assert len(stacks.get_template_summary(StackName="orders")["Parameters"]) == 2


def test_what_is_not_in_a_stack_is_refused(stacks: Stacks) -> None:
    change = {"StackName": "a", "ChangeSetName": "b", "TemplateBody": QUEUE % "{}"}
    stacks.create_change_set(ChangeSetType="CREATE", **change)
    assert refused(stacks.create_change_set, ChangeSetType="CREATE", **change) == (
        "AlreadyExistsException: ChangeSet b already exists"
    )
    assert "IMPORT is not emulated" in refused(stacks.create_change_set, ChangeSetType="IMPORT", **change)
    assert refused(stacks.describe_change_set, ChangeSetName="b").startswith("ValidationError: StackName must be")
    stacks.execute_change_set(ChangeSetName="b", StackName="a")
    assert "already exists and cannot be created again" in refused(
        stacks.create_change_set, ChangeSetType="CREATE", **change
    )
    assert refused(stacks.describe_stack_resource, StackName="a", LogicalResourceId="X") == (
        "ValidationError: Resource X does not exist for stack a"
    )
    assert refused(stacks.describe_stack_resources, PhysicalResourceId="x") == (
        "ValidationError: Stack for x does not exist"
    )
    assert stacks.describe_stack_resources(StackName="a", LogicalResourceId="X")["StackResources"] == []
    elsewhere = stack(stacks, "a")["StackId"].replace("us-east-1", "eu-west-1")
    assert refused(stacks.describe_stacks, StackName=elsewhere).endswith("does not exist")


def test_topic_with_an_archive_cannot_be_deleted(stacks: Stacks) -> None:
    topic = "{TopicName: a.fifo, FifoTopic: true, ArchivePolicy: {MessageRetentionPeriod: 1}}"
    body = f"Resources: {{Topic: {{Type: AWS::SNS::Topic, Properties: {topic}}}}}"
    stacks.create_stack(StackName="orders", TemplateBody=body)
    stacks.delete_stack(StackName="orders")
    assert (stack(stacks)["StackStatus"], stack(stacks)["StackStatusReason"]) == (
        "DELETE_FAILED",
        "The topic a.fifo cannot be deleted. AWS refuses this: Invalid state: Cannot delete a topic with an "
        "ArchivePolicy",
    )
    stacks.create_stack(StackName="jobs", TemplateBody=body.replace("a.fifo", "b.fifo"))
    stacks.update_stack(StackName="jobs", TemplateBody=QUEUE % "{}")
    assert stack(stacks, "jobs")["StackStatus"] == "UPDATE_COMPLETE"
    assert stack(stacks, "jobs")["StackStatusReason"].startswith("The topic b.fifo cannot be deleted.")


def test_stacks_are_part_of_the_state_and_of_a_reset(stacks: Stacks, server: RunningServer, account: str) -> None:
    stacks.create_stack(StackName="orders", TemplateBody=TEMPLATE)
    before = stack(stacks)
    state = patience.get(f"{server.url}/_emulator/state?account={account}")
    patience.get(f"{server.url}/_emulator/reset", json.dumps({"account": account}).encode())
    assert stacks.describe_stacks()["Stacks"] == []
    put = urllib.request.Request(f"{server.url}/_emulator/state?account={account}", state, method="PUT")
    urllib.request.urlopen(put, timeout=patience.SECONDS).close()
    assert stack(stacks) == before
    stacks.update_stack(StackName="orders", UsePreviousTemplate=True, Parameters=given(Timeout="50"))
    assert stack(stacks)["StackStatus"] == "UPDATE_COMPLETE"
