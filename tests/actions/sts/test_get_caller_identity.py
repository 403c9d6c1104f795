"""GetCallerIdentity, which clients ask before anything else."""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from api_shapes import sts
from api_shapes.operation import Operation
from emulator.aws.principals import user_id
from tests import boto
from tests.actions.sqs.raw import FORM, Answer, RawCaller, credentials
from tests.server import RunningServer, running_server

PARAMS = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}


@pytest.fixture
def raw(server: RunningServer, account: str) -> RawCaller:
    return RawCaller(server.url, account)


def fields(answer: Answer) -> dict[str, str | None]:
    return {name: answer.text_of(name) for name in ("Account", "Arn", "UserId")}


@pytest.mark.parametrize("operation", sts.OPERATIONS.values(), ids=lambda each: each.name)
def test_shapes_are_those_of_botocore(operation: Operation[Any, Any]) -> None:
    model = ServiceModel(Loader().load_service_model("sts", "service-2"), "sts")
    modelled = model.operation_model(operation.name)
    assert (model.api_version, model.metadata["xmlNamespace"]) == (sts.API_VERSION, sts.XML_NAMESPACE)
    assert operation.result is not None
    for shape, ours in ((modelled.output_shape, operation.result), (modelled.input_shape, operation.request)):
        names = list(ours.__struct_encode_fields__)  # newer models have more members
        assert [name for name in shape.members if name in names] == names
    assert {shape.name for shape in modelled.error_shapes} >= set(operation.errors)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("Credentials", sts.Credentials),
        ("AssumedRoleUser", sts.AssumedRoleUser),
        ("Tag", sts.Tag),
        ("ProvidedContext", sts.ProvidedContext),
        ("PolicyDescriptorType", sts.PolicyDescriptor),
    ],
)
def test_structures_are_those_of_botocore(name: str, shape: Any) -> None:
    model = ServiceModel(Loader().load_service_model("sts", "service-2"), "sts")
    assert list(model.shape_for(name).members) == list(shape.__struct_encode_fields__)


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_identity_is_the_user_of_the_callers_account(
    server: RunningServer, account: str, region: str, partition: str
) -> None:
    identity = boto.client("sts", server.url, account=account, region=region).get_caller_identity()
    metadata = identity.pop("ResponseMetadata")
    arn = f"arn:{partition}:iam::{account}:user/emulator"
    assert identity == {"Account": account, "Arn": arn, "UserId": user_id(account)}
    assert metadata["RequestId"] == metadata["HTTPHeaders"]["x-amzn-requestid"]
    assert metadata["RequestId"]


def test_key_that_is_no_account_has_the_default_account() -> None:
    with running_server("--account-id", "999988887777") as server:
        identity = boto.client("sts", server.url, account="AKIAEXAMPLE").get_caller_identity()
    assert identity["Account"] == "999988887777"


def test_user_id_is_the_one_under_which_the_caller_sends(server: RunningServer, account: str, json_sqs: Any) -> None:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    json_sqs.send_message(QueueUrl=url, MessageBody="hello")
    received = json_sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["SenderId"])
    sender = received["Messages"][0]["Attributes"]["SenderId"]
    assert boto.client("sts", server.url, account=account).get_caller_identity()["UserId"] == sender


def test_arn_is_the_principal_of_policies(account: str) -> None:
    with running_server("--enforce-policies") as server:
        owner = boto.client("sqs", server.url, account="999988887777")
        url = owner.create_queue(QueueName="queue")["QueueUrl"]
        guest = boto.client("sqs", server.url, account=account)
        with pytest.raises(guest.exceptions.ClientError, match="AccessDenied"):
            guest.send_message(QueueUrl=url, MessageBody="hello")
        arn = boto.client("sts", server.url, account=account).get_caller_identity()["Arn"]
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sqs:SendMessage", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        owner.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        assert guest.send_message(QueueUrl=url, MessageBody="hello")["MessageId"]


def test_answer_has_the_namespace_of_sts(raw: RawCaller) -> None:
    answer = raw.query(PARAMS, headers=credentials(raw.account, service="sts"))
    assert answer.headers["content-type"] == "text/xml"
    assert answer.body.startswith(
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <GetCallerIdentityResult>\n'
    )
    assert answer.text_of("RequestId") == answer.headers["x-amzn-requestid"]


def test_answer_is_json_for_clients_that_ask_for_it(raw: RawCaller) -> None:
    headers = credentials(raw.account, service="sts") | {"Accept": "application/json"}
    answer = raw.query(PARAMS, headers=headers)
    assert answer.headers["content-type"] == "application/json"
    arn = f"arn:aws:iam::{raw.account}:user/emulator"
    assert answer.json == {
        "GetCallerIdentityResponse": {
            "GetCallerIdentityResult": {"Account": raw.account, "Arn": arn, "UserId": user_id(raw.account)},
            "ResponseMetadata": {"RequestId": answer.headers["x-amzn-requestid"]},
        }
    }
    refused = raw.query(PARAMS | {"Action": "GetFederationToken"}, headers=headers)
    assert (refused.status, refused.json["Error"]["Code"]) == (501, "NotImplemented")


def test_presigned_url_works(server: RunningServer, raw: RawCaller) -> None:
    url = urlsplit(
        boto.client("sts", server.url, account=raw.account).generate_presigned_url("get_caller_identity", {}, 60)
    )
    assert fields(raw.send("GET", f"{url.path}?{url.query}", {}))["Account"] == raw.account


@pytest.mark.parametrize(
    ("headers", "params"),
    [
        ({}, PARAMS),
        ({}, {"Action": "GetCallerIdentity"}),
        ({"Host": "sts.us-east-1.amazonaws.com"}, {"Action": "GetCallerIdentity"}),
    ],
    ids=["by its version", "by its action", "by its host"],
)
def test_caller_without_a_signature_has_the_default_account(
    raw: RawCaller, headers: dict[str, str], params: dict[str, str]
) -> None:
    answer = raw.send("POST", "/", {"Content-Type": FORM} | headers, urlencode(params).encode())
    assert (answer.status, fields(answer)["Account"]) == (200, "000000000000")


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({}, 400, "MissingAction"),
        ({"Action": "AssumeRoot", "RoleArn": "a"}, 501, "NotImplemented"),
        ({"Action": "Dance"}, 501, "NotImplemented"),
        ({"Action": "GetCallerIdentity", "A.1": "b"}, 400, "MalformedInput"),
    ],
)
def test_error_has_the_form_of_sts(raw: RawCaller, params: dict[str, str], status: int, code: str) -> None:
    answer = raw.query({"Version": "2011-06-15"} | params, headers=credentials(raw.account, service="sts"))
    assert answer.xml_error[:2] == (status, code)
    assert answer.body.startswith(
        b'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n    <Type>'
    )
    assert answer.text_of("RequestId") == answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize("action", ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"])
def test_actions_that_need_no_signature_are_refused_as_those_of_sts(raw: RawCaller, action: str) -> None:
    answer = raw.send("POST", "/", {"Content-Type": FORM}, urlencode(PARAMS | {"Action": action}).encode())
    assert answer.xml_error == (
        501,
        "NotImplemented",
        f"{action} of sts is not emulated: this emulator has SQS and SNS only, and some actions of STS, "
        "CloudFormation and Lambda.",
    )


def test_broken_form_is_an_error_of_sts(raw: RawCaller) -> None:
    answer = raw.query(b"Action=%zz", headers=credentials(raw.account, service="sts"))
    assert answer.xml_error[:2] == (404, "MalformedQueryString")
    assert b"https://sts.amazonaws.com/doc/2011-06-15/" in answer.body


def test_identity_stays_known_while_faults_are_ordered_for_everything(server: RunningServer, account: str) -> None:
    body = json.dumps({"error": "ServiceUnavailable", "account": account}).encode()
    raw = RawCaller(server.url, account)
    fault = raw.send("POST", "/_emulator/faults", {}, body).json["id"]
    try:
        assert boto.client("sts", server.url, account=account).get_caller_identity()["Account"] == account
    finally:
        raw.send("DELETE", f"/_emulator/faults/{fault}", {})
