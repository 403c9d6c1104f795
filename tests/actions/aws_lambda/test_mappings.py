"""The actions for event source mappings, as boto3 calls them."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from api_shapes import aws_lambda
from api_shapes.operation import Shape
from emulator.wire.services import OPERATIONS
from tests import boto, patience
from tests.actions.sqs.raw import credentials
from tests.server import RunningServer

REGION = boto.REGION


@pytest.fixture
def functions(server: RunningServer, account: str) -> Any:
    """A Lambda client of the test's account."""
    return boto.client_of_the_test("lambda", server.url, account)


@pytest.fixture
def queue_arn(json_sqs: Any, account: str) -> str:
    json_sqs.create_queue(QueueName="queue")
    return f"arn:aws:sqs:{REGION}:{account}:queue"


def function_arn(account: str, name: str = "f") -> str:
    return f"arn:aws:lambda:{REGION}:{account}:function:{name}"


def error_of(call: Any, **request: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as raised:
        call(**request)
    answer = raised.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


# -- Shapes ------------------------------------------------------------------------------------


MODEL = ServiceModel(Loader().load_service_model("lambda", "service-2"), "lambda")


@pytest.mark.parametrize("name", sorted(aws_lambda.OPERATIONS))
def test_shapes_are_those_of_botocore(name: str) -> None:
    operation, modelled = aws_lambda.OPERATIONS[name], MODEL.operation_model(name)
    _check(operation.request, modelled.input_shape)
    if operation.result is not None:
        _check(operation.result, modelled.output_shape)
    route = aws_lambda.ROUTES[name]
    assert (route.method, route.path, route.status) == (
        modelled.http["method"],
        modelled.http["requestUri"],
        modelled.http["responseCode"],
    )
    assert set(operation.errors) <= {error.name for error in modelled.error_shapes}
    assert name in OPERATIONS["lambda"]


def _check(shape: type[Shape], modelled: Any) -> None:
    members: Mapping[str, Any] = modelled.members
    names = {member.serialization.get("name", name) for name, member in members.items()}
    assert set(shape.__struct_encode_fields__) <= names


def test_wire_knows_all_operations() -> None:
    assert set(OPERATIONS["lambda"]) == set(aws_lambda.OPERATIONS)
    assert len(OPERATIONS["lambda"]) == len(aws_lambda.OPERATIONS)


# -- What they do ------------------------------------------------------------------------------


def test_mapping_from_its_creation_to_its_end(functions: Any, queue_arn: str, account: str) -> None:
    created = functions.create_event_source_mapping(
        EventSourceArn=queue_arn,
        FunctionName="f",
        BatchSize=5,
        MaximumBatchingWindowInSeconds=3,
        FilterCriteria={"Filters": [{"Pattern": '{"body":["a"]}'}]},
        ScalingConfig={"MaximumConcurrency": 7},
        FunctionResponseTypes=["ReportBatchItemFailures"],
        Tags={"team": "a"},
    )
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 202
    uuid = created["UUID"]
    arn = f"arn:aws:lambda:{REGION}:{account}:event-source-mapping:{uuid}"
    assert created["State"] == "Creating"
    found = functions.get_event_source_mapping(UUID=uuid)
    expected = {
        "UUID": uuid,
        "BatchSize": 5,
        "MaximumBatchingWindowInSeconds": 3,
        "EventSourceArn": queue_arn,
        "FilterCriteria": {"Filters": [{"Pattern": '{"body":["a"]}'}]},
        "ScalingConfig": {"MaximumConcurrency": 7},
        "FunctionArn": function_arn(account),
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "EventSourceMappingArn": arn,
        "LastModified": created["LastModified"],
    }
    assert {name: found[name] for name in expected} == expected
    assert functions.list_tags(Resource=arn)["Tags"] == {"team": "a"}
    updated = functions.update_event_source_mapping(
        UUID=uuid, Enabled=False, BatchSize=10, FunctionName="g", FilterCriteria={}, ScalingConfig={}
    )
    assert (updated["State"], updated["BatchSize"]) == ("Updating", 10)
    found = functions.get_event_source_mapping(UUID=uuid)
    assert (found["State"], found["FunctionArn"]) == ("Disabled", function_arn(account, "g"))
    assert not {"FilterCriteria", "ScalingConfig"} & found.keys()
    assert functions.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    assert error_of(functions.get_event_source_mapping, UUID=uuid)[0] == "ResourceNotFoundException"
    assert functions.list_event_source_mappings()["EventSourceMappings"] == []


def test_defaults(functions: Any, queue_arn: str) -> None:
    created = functions.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName="f")
    assert (created["BatchSize"], created["MaximumBatchingWindowInSeconds"]) == (10, 0)
    assert created["FunctionResponseTypes"] == []


def test_function_is_named_in_each_way(functions: Any, json_sqs: Any, account: str) -> None:
    names = {
        "f": "f",
        "g:PROD": "g:PROD",
        f"{account}:function:h": "h",
        function_arn(account, "i"): "i",
        f"{function_arn(account, 'j')}:$LATEST": "j:$LATEST",
    }
    for number, (name, wanted) in enumerate(names.items()):
        json_sqs.create_queue(QueueName=f"q{number}")
        arn = f"arn:aws:sqs:{REGION}:{account}:q{number}"
        created = functions.create_event_source_mapping(EventSourceArn=arn, FunctionName=name)
        assert created["FunctionArn"] == function_arn(account, wanted)
    listed = functions.list_event_source_mappings(FunctionName="g")["EventSourceMappings"]
    assert [each["FunctionArn"] for each in listed] == [function_arn(account, "g:PROD")]


def test_lists_by_function_by_queue_and_in_pages(functions: Any, json_sqs: Any, account: str) -> None:
    for number in range(5):
        json_sqs.create_queue(QueueName=f"q{number}")
        arn = f"arn:aws:sqs:{REGION}:{account}:q{number}"
        functions.create_event_source_mapping(EventSourceArn=arn, FunctionName="f" if number % 2 else "g")
    listed = functions.list_event_source_mappings
    arn = f"arn:aws:sqs:{REGION}:{account}:q3"
    assert [each["EventSourceArn"] for each in listed(EventSourceArn=arn)["EventSourceMappings"]] == [arn]
    assert len(listed(FunctionName="f")["EventSourceMappings"]) == 2
    pages = functions.get_paginator("list_event_source_mappings").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["EventSourceMappings"]) for page in pages] == [2, 2, 1]
    assert error_of(listed, Marker="nonsense")[:2] == ("InvalidParameterValueException", "Invalid value for marker.")
    assert error_of(listed, FunctionName="no function")[0] == "ValidationException"


def test_other_accounts_and_regions_do_not_see_a_mapping(
    server: RunningServer, functions: Any, queue_arn: str, accounts: Any
) -> None:
    uuid = functions.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName="f")["UUID"]
    for other in (
        boto.client("lambda", server.url, account=next(accounts)),
        boto.client("lambda", server.url, region="eu-west-1"),
    ):
        assert other.list_event_source_mappings()["EventSourceMappings"] == []
        assert error_of(other.get_event_source_mapping, UUID=uuid)[2] == 404


def test_tags(functions: Any, queue_arn: str) -> None:
    created = functions.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName="f")
    arn = created["EventSourceMappingArn"]
    functions.tag_resource(Resource=arn, Tags={"a": "1", "b": "2", "c": "3"})
    functions.untag_resource(Resource=arn, TagKeys=["a", "c"])
    assert functions.list_tags(Resource=arn)["Tags"] == {"b": "2"}
    many = {str(number): "x" for number in range(50)}
    assert error_of(functions.tag_resource, Resource=arn, Tags=many)[0] == "InvalidParameterValueException"
    other = arn[:-1] + ("1" if arn[-1] != "1" else "2")
    assert error_of(functions.list_tags, Resource=other)[0] == "ResourceNotFoundException"


@cache
def _session() -> boto3.Session:
    return boto3.Session()


def _unchecked(url: str, account: str) -> Any:
    """A client that sends what it is given, whatever the model says."""
    return _session().client(
        "lambda",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=account,
        aws_secret_access_key="any",
        config=boto.CONFIG.merge(Config(parameter_validation=False)),
    )


# -- What is refused ---------------------------------------------------------------------------

INVALID, NOT_FOUND, CONSTRAINT = "InvalidParameterValueException", "ResourceNotFoundException", "ValidationException"


@pytest.mark.parametrize(
    ("request_", "code", "text"),
    [
        ({"BatchSize": 0}, CONSTRAINT, "Value '0' at 'batchSize' failed to satisfy constraint: Member must have value"),
        ({"BatchSize": 10_001}, CONSTRAINT, "less than or equal to 10000"),
        ({"BatchSize": 11}, INVALID, "Maximum batch window in seconds must be greater than 0 if maximum batch size is"),
        ({"MaximumBatchingWindowInSeconds": 301}, CONSTRAINT, "less than or equal to 300"),
        ({"MaximumBatchingWindowInSeconds": -1}, CONSTRAINT, "greater than or equal to 0"),
        ({"ScalingConfig": {"MaximumConcurrency": 1}}, CONSTRAINT, "'scalingConfig.maximumConcurrency'"),
        ({"FunctionResponseTypes": ["Other"]}, CONSTRAINT, "enum value set: [ReportBatchItemFailures]"),
        ({"FunctionResponseTypes": ["ReportBatchItemFailures"] * 2}, CONSTRAINT, "have length less than or equal to 1"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}, INVALID, "Invalid filter pattern definition."),
        ({"FilterCriteria": {"Filters": [{"Pattern": "x" * 4_097}]}}, CONSTRAINT, "length less than or equal to 4096"),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 11}}, INVALID, "number of filters"),
        ({"ParallelizationFactor": 2}, INVALID, "Unsupported ParallelizationFactor parameter for given event source"),
        ({"StartingPosition": "LATEST"}, INVALID, "StartingPosition is not valid for SQS event sources."),
        ({"EventSourceArn": "nonsense"}, CONSTRAINT, "'eventSourceArn'"),
        ({"EventSourceArn": "arn:aws:kinesis:us-east-1:111111111111:stream/s"}, INVALID, "Unrecognized event source"),
        ({"EventSourceArn": "arn:aws:sqs:us-east-1:111111111111:other"}, INVALID, "AWS.SimpleQueueService.NonExistent"),
        ({"FunctionName": "no function"}, CONSTRAINT, "'functionName'"),
        ({"FunctionName": "x" * 257}, CONSTRAINT, "'functionName'"),
        (
            {"FunctionName": "arn:aws:lambda:us-east-1:999999999999:function:f"},
            NOT_FOUND,
            "Function not found: arn:aws:",
        ),
    ],
)
def test_what_create_refuses(
    server: RunningServer, account: str, functions: Any, queue_arn: str, request_: Any, code: str, text: str
) -> None:
    request = {"EventSourceArn": queue_arn, "FunctionName": "f"} | request_
    found = error_of(_unchecked(server.url, account).create_event_source_mapping, **request)
    assert found[0] == code
    assert text in found[1]
    assert found[2] == (404 if code == NOT_FOUND else 400)
    assert functions.list_event_source_mappings()["EventSourceMappings"] == []


def test_what_fifo_queues_refuse(functions: Any, json_sqs: Any, account: str) -> None:
    json_sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})
    arn = f"arn:aws:sqs:{REGION}:{account}:q.fifo"
    create = functions.create_event_source_mapping
    for request in ({"BatchSize": 11}, {"MaximumBatchingWindowInSeconds": 1}):
        assert error_of(create, EventSourceArn=arn, FunctionName="f", **request)[0] == INVALID


def test_second_mapping_of_the_same_queue_and_function_is_a_conflict(functions: Any, queue_arn: str) -> None:
    create = functions.create_event_source_mapping
    uuid = create(EventSourceArn=queue_arn, FunctionName="f")["UUID"]
    code, text, status = error_of(create, EventSourceArn=queue_arn, FunctionName="f")
    assert (code, status) == ("ResourceConflictException", 409)
    assert uuid in text
    create(EventSourceArn=queue_arn, FunctionName="g")


def test_refused_update_changes_nothing(functions: Any, queue_arn: str) -> None:
    created = functions.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName="f")
    update = functions.update_event_source_mapping
    assert error_of(update, UUID=created["UUID"], BatchSize=100)[0] == INVALID
    assert error_of(update, UUID="0" * 36, BatchSize=5)[0] == NOT_FOUND
    assert error_of(functions.delete_event_source_mapping, UUID="0" * 36)[0] == NOT_FOUND
    assert functions.get_event_source_mapping(UUID=created["UUID"])["BatchSize"] == 10


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/2015-03-31/event-source-mappings", b"{", 400, "InvalidRequestContentException"),
        ("POST", "/2015-03-31/event-source-mappings", b"[]", 400, "InvalidRequestContentException"),
        ("POST", "/2015-03-31/event-source-mappings", b'{"BatchSize":"x"}', 400, "InvalidRequestContentException"),
        ("POST", "/2015-03-31/event-source-mappings/", b"{}", 400, "ValidationException"),
        ("GET", "/2015-03-31/event-source-mappings?MaxItems=x", None, 400, "InvalidRequestContentException"),
        ("GET", "/2015-03-31/event-source-mappings?MaxItems=0", None, 400, "ValidationException"),
        ("GET", "/2015-03-31/event-source-mappings?MaxItems=10001", None, 400, "ValidationException"),
        ("PUT", "/2015-03-31/event-source-mappings", b"{}", 403, "AccessDeniedException"),
        ("GET", "/2015-03-31/event-source-mappings/a/b", None, 403, "AccessDeniedException"),
        ("GET", "/2015-03-31/functions", None, 501, "NotImplemented"),
        ("POST", "/2015-03-31/functions", b"{}", 501, "NotImplemented"),
    ],
)
def test_raw_requests(
    server: RunningServer, account: str, method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    headers = {"Content-Type": "application/json", **credentials(account, service="lambda")}
    request = urllib.request.Request(server.url + path, body, headers, method=method)
    with pytest.raises(urllib.error.HTTPError) as raised, urllib.request.urlopen(request, timeout=patience.SECONDS):
        pass
    with raised.value as answer:
        assert (answer.status, answer.headers["x-amzn-errortype"]) == (status, code)
        assert json.loads(answer.read())


def test_actions_that_are_not_emulated_say_so(functions: Any) -> None:
    code, text, status = error_of(functions.list_functions)
    assert (code, status) == ("NotImplemented", 501)
    assert "CloudFormation and Lambda" in text
