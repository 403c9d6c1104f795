"""Requests to services that are not emulated: SDKs can read what is wrong, and do not try again."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.serving.asgi import MAX_REQUEST_BYTES
from emulator.wire.http import HttpRequest, HttpResponse
from tests import boto
from tests.actions.sqs.raw import FORM, RawCaller, credentials
from tests.control.scrape import scraped
from tests.server import RunningServer

ONLY = "is not emulated: this emulator has SQS and SNS only"

# Of each protocol some operations, with the least they take.
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("iam", "ListUsers", {}),
    ("cloudformation", "ListStackSets", {}),
    ("rds", "DescribeDBInstances", {}),
    ("elbv2", "DescribeLoadBalancers", {}),
    ("ses", "ListIdentities", {}),
    ("ec2", "DescribeRegions", {}),
    ("s3", "ListBuckets", {}),
    ("s3", "CreateBucket", {"Bucket": "bucket"}),
    ("s3", "GetObject", {"Bucket": "bucket", "Key": "a/b%c"}),
    ("s3", "PutObject", {"Bucket": "bucket", "Key": "key", "Body": b"%zz\xff"}),
    ("s3", "DeleteObjects", {"Bucket": "bucket", "Delete": {"Objects": [{"Key": "key"}]}}),
    ("cloudfront", "ListDistributions", {}),
    ("route53", "ListHostedZones", {}),
    ("dynamodb", "ListTables", {}),
    ("dynamodb", "GetItem", {"TableName": "table", "Key": {"id": {"S": "1"}}}),
    ("kms", "ListKeys", {}),
    ("logs", "PutLogEvents", {"logGroupName": "a", "logStreamName": "b", "logEvents": []}),
    ("secretsmanager", "GetSecretValue", {"SecretId": "secret"}),
    ("ssm", "GetParameter", {"Name": "name"}),
    ("events", "PutEvents", {"Entries": [{"Source": "a"}]}),
    ("stepfunctions", "ListStateMachines", {}),
    ("kinesis", "ListStreams", {}),
    ("cloudwatch", "ListMetrics", {}),
    ("lambda", "ListFunctions", {}),
    ("lambda", "Invoke", {"FunctionName": "function", "Payload": b'{"a": "100%"}'}),
    ("apigateway", "GetRestApis", {}),
    ("scheduler", "ListSchedules", {}),
    ("eks", "ListClusters", {}),
    ("iotsecuretunneling", "ListTunnels", {}),
    ("eventbridgev2", "ListEventBuses", {}),
    ("sts", "GetFederationToken", {"Name": "name"}),
    ("sts", "DecodeAuthorizationMessage", {"EncodedMessage": "message"}),
]


@pytest.fixture
def raw(server: RunningServer, account: str) -> RawCaller:
    return RawCaller(server.url, account)


def refusal_of(client: Any, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(ClientError) as refused:
        getattr(client, xform_name(operation))(**params)
    response: dict[str, Any] = refused.value.response
    return response


@pytest.mark.parametrize(("service", "operation", "params"), CALLS, ids=lambda value: str(value)[:30])
def test_client_reads_what_is_wrong_and_does_not_try_again(
    server: RunningServer, service: str, operation: str, params: dict[str, Any]
) -> None:
    client = boto.session("json").client(
        service,
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False, connect_timeout=60, read_timeout=60),
    )
    response = refusal_of(client, operation, params)
    assert response["Error"]["Code"] == "NotImplemented"
    assert ONLY in response["Error"]["Message"]
    metadata = response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (501, 0)
    assert metadata["RequestId"] == metadata["HTTPHeaders"]["x-amzn-requestid"]


@pytest.mark.parametrize("operation", ["HeadBucket", "HeadObject"])
def test_answer_to_head_has_no_body(server: RunningServer, operation: str) -> None:
    params = {"Bucket": "bucket"} | ({"Key": "key"} if operation == "HeadObject" else {})
    response = refusal_of(boto.client("s3", server.url), operation, params)
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == ("501", 501)


@pytest.mark.parametrize("signature", ["s3", "s3v4"])
def test_presigned_url_of_s3_is_answered_as_s3_does(server: RunningServer, raw: RawCaller, signature: str) -> None:
    client = boto.session("json").client(
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(signature_version=signature),
    )
    url = urlsplit(client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"}))
    answer = raw.send("GET", f"{url.path}?{url.query}", {})
    assert answer.xml_error[:2] == (501, "NotImplemented")
    assert answer.headers["content-type"] == "application/xml"
    assert answer.text_of("Resource") == "/bucket/key"
    assert answer.text_of("RequestId") == answer.headers["x-amz-request-id"]
    # A SigV2 signature also comes in a header.
    assert raw.send("GET", "/bucket/key", {"Authorization": "AWS key:signature"}).xml_error[:2] == answer.xml_error[:2]


def test_ec2_has_a_form_of_its_own(raw: RawCaller) -> None:
    params = {"Action": "DescribeRegions", "Version": "2016-11-15"}
    answer = raw.query(params, headers=credentials(raw.account, service="ec2"))
    root = ElementTree.fromstring(answer.body)
    assert (root.tag, root.findtext("Errors/Error/Code")) == ("Response", "NotImplemented")
    assert root.findtext("RequestID") == answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize(("service", "action"), [("iam", {"Action": "ListUsers"}), ("cloudfront", {}), ("route53", {})])
def test_other_xml_has_the_form_of_the_query_protocol(raw: RawCaller, service: str, action: dict[str, str]) -> None:
    answer = raw.query(action | {"Version": "2010-05-08"}, headers=credentials(raw.account, service=service))
    root = ElementTree.fromstring(answer.body)
    assert (root.tag, root.findtext("Error/Code")) == ("ErrorResponse", "NotImplemented")
    assert root.findtext("RequestId") == answer.headers["x-amzn-requestid"]


def test_object_that_is_larger_than_any_request_of_ours_is_refused_alike(raw: RawCaller) -> None:
    answer = raw.send("PUT", "/bucket/key", credentials(raw.account, service="s3"), b"a" * (MAX_REQUEST_BYTES + 1))
    assert answer.xml_error[:2] == (501, "NotImplemented")


def test_unsigned_request_is_known_by_its_target(raw: RawCaller) -> None:
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
    answer = raw.send("POST", "/", target, b"{}")
    assert (answer.status, answer.headers["content-type"]) == (501, "application/x-amz-json-1.0")
    assert answer.json["__type"].endswith("#NotImplemented")
    assert answer.json["message"].startswith(f"ListTables of DynamoDB_20120810 {ONLY}")


def test_json_answers_have_the_version_of_the_request(raw: RawCaller) -> None:
    headers = {"X-Amz-Target": "TrentService.ListKeys", "Content-Type": "application/x-amz-json-1.1"}
    assert raw.send("POST", "/", headers, b"{}").headers["content-type"] == "application/x-amz-json-1.1"


def test_unsigned_request_is_known_by_its_rpc_path(raw: RawCaller) -> None:
    path = "/service/GraniteServiceVersion20100801/operation/ListMetrics"
    headers = {"Smithy-Protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
    answer = raw.send("POST", path, headers, b"\xa0")
    assert (answer.status, answer.headers["content-type"]) == (501, "application/cbor")
    assert answer.headers["smithy-protocol"] == "rpc-v2-cbor"
    assert b"GraniteServiceVersion20100801 " + ONLY.encode() in answer.body


@pytest.mark.parametrize("target", ["garbage", "AmazonSNS.Publish", ".", "a.", ".b", "ä.b"])
def test_target_that_names_no_other_service_is_an_unknown_operation(raw: RawCaller, target: str) -> None:
    headers = {"X-Amz-Target": target.encode().decode("latin-1"), "Content-Type": "application/x-amz-json-1.0"}
    assert raw.send("POST", "/", headers, b"{}").json_error[2] == "UnknownOperationException;Sender"


@pytest.mark.parametrize("service", ["", "<b>", "a" * 65, "-", "1a"])
def test_scope_that_names_no_service_tells_nothing(raw: RawCaller, service: str) -> None:
    headers = credentials(raw.account, service=service) | {"Content-Type": FORM}
    assert raw.send("POST", "/", headers, b"Action=Dance").xml_error[:2] == (400, "InvalidAction")
    assert raw.send("POST", "/", headers, b"Action=ListQueues").status == 200


def test_version_of_sqs_or_sns_tells_more_than_the_scope_of_another_service(raw: RawCaller) -> None:
    headers = credentials(raw.account, service="execute-api")
    assert raw.query({"Action": "ListQueues"}, headers=headers).status == 200
    answer = raw.query({"Action": "ListQueues", "Version": "2010-05-08"}, headers=headers)
    assert answer.xml_error[:2] == (501, "NotImplemented")


def test_unsigned_request_without_a_sign_of_its_service_is_answered_as_before(server: RunningServer) -> None:
    client = boto.session("json").client(
        "s3", endpoint_url=server.url, region_name="us-east-1", config=Config(signature_version=UNSIGNED)
    )
    response = refusal_of(client, "GetObject", {"Bucket": "bucket", "Key": "key"})
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == ("MissingAction", 400)


def test_names_from_requests_are_escaped(raw: RawCaller) -> None:
    headers = credentials(raw.account, service="iam")
    answer = raw.query({"Action": "<script>&", "Version": "2010-05-08"}, headers=headers)
    assert answer.xml_error[2] is not None
    assert answer.xml_error[2].startswith("<script>& of iam is not emulated")


def test_requests_are_counted_under_their_service(server: RunningServer, raw: RawCaller) -> None:
    before = scraped(server.url)["emulator_requests_total"]
    raw.send("GET", "/", credentials(raw.account, service="glacier"))
    for action in ("GetFederationToken", "GetCallerIdentity"):
        raw.query({"Action": action, "Version": "2011-06-15"}, headers=credentials(raw.account, service="sts"))
    after = scraped(server.url)["emulator_requests_total"]
    for labels in (
        ("-", "NotImplemented", "glacier", "501"),
        ("-", "NotImplemented", "sts", "501"),
        ("GetCallerIdentity", "", "sts", "200"),
    ):
        assert after[labels] - before.get(labels, 0) == 1


def answered(headers: dict[bytes, bytes], body: bytes = b"{}") -> HttpResponse:
    request = HttpRequest("POST", "http", "/", b"", {b"host": b"localhost"} | headers, body)
    response = Emulator(Settings()).gateway.answer(request)
    assert isinstance(response, HttpResponse)
    return response


def test_request_is_logged_with_its_service(caplog: pytest.LogCaptureFixture) -> None:
    scope = credentials("111122223333", "eu-west-1", "dynamodb")["Authorization"].encode()
    with caplog.at_level(logging.INFO, "emulator.observation.request_log"):
        response = answered({b"authorization": scope, b"x-amz-target": b"DynamoDB_20120810.ListTables"})
    assert "NotImplemented" in json.loads(response.body)["__type"]
    [record] = caplog.records
    logged = vars(record)
    assert (logged["action"], logged["status"]) == ("dynamodb.ListTables", 501)
    assert (logged["account"], logged["region"]) == ("111122223333", "eu-west-1")
