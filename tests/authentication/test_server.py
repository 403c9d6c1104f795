"""A server that verifies signatures, as clients see it."""

import http.client
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from emulator.configuration.options import settings_of
from emulator.serving.app import Emulator
from emulator.wire.http import HttpRequest, HttpResponse
from tests import boto, emulator_process, patience
from tests.command_line.commands import Commands
from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer, running_server

KEY, SECRET, ACCOUNT = "AKIAORDERS", "wJalrXUtnFEMI/K7MDENG", "111111111111"
SESSION = {"aws_access_key_id": "ASIASESSION", "aws_secret_access_key": "s", "aws_session_token": "to/ken=="}


@pytest.fixture(scope="module")
def verifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = tmp_path_factory.mktemp("keys") / "credentials"
    lines = [f"{name} = {value}" for name, value in SESSION.items()]
    file.write_text("\n".join(["[session]", *lines, f"aws_account_id = {ACCOUNT}"]))
    options = ("--verify-signatures", f"--credentials={KEY}:{SECRET}:{ACCOUNT}", "--credentials-file", str(file))
    with running_server(*options) as server:
        yield server


def client(
    server: RunningServer, service: str, key: str = KEY, secret: str = SECRET, protocol: str = "json", **keys: str
) -> Any:
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret, **keys}
    return boto.session(protocol).client(
        service, endpoint_url=server.url, region_name=boto.REGION, config=boto.CONFIG, **keys
    )


def test_all_services_know_the_caller_by_the_signature(verifying: RunningServer, protocol: str) -> None:
    sqs = client(verifying, "sqs", protocol=protocol)
    url = sqs.create_queue(QueueName=f"jobs-{protocol}")["QueueUrl"]
    assert urlsplit(url).path == f"/{ACCOUNT}/jobs-{protocol}"
    sqs.send_message(QueueUrl=url, MessageBody="grün & %20 +")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "grün & %20 +"
    assert ACCOUNT in client(verifying, "sns").create_topic(Name="events")["TopicArn"]
    assert client(verifying, "sts").get_caller_identity()["Account"] == ACCOUNT
    assert client(verifying, "cloudformation").list_stacks()["StackSummaries"] == []
    functions = client(verifying, "lambda")
    assert functions.list_event_source_mappings()["EventSourceMappings"] == []
    with pytest.raises(ClientError, match=r"ResourceNotFound|ValidationException|InvalidParameter"):
        functions.list_tags(Resource=f"arn:aws:lambda:us-east-1:{ACCOUNT}:event-source-mapping:x")
    assert client(verifying, "sts", **SESSION).get_caller_identity()["Account"] == ACCOUNT


def test_control_interface_calls_for_any_account(verifying: RunningServer) -> None:
    body = {"service": "sqs", "action": "CreateQueue", "account": "222222222222", "parameters": {"QueueName": "theirs"}}
    status, called = call(f"{verifying.url}/_emulator/call", body)
    assert status == 200
    assert urlsplit(called["answer"]["QueueUrl"]).path == "/222222222222/theirs"


def test_presigned_url_is_performed(verifying: RunningServer) -> None:
    url = client(verifying, "sns").generate_presigned_url("create_topic", {"Name": "a b"}, HttpMethod="GET")
    assert ask(verifying.url, url.removeprefix(verifying.url)).status == 400  # no name for a topic
    url = client(verifying, "sns").generate_presigned_url("list_topics", HttpMethod="GET")
    path = url.removeprefix(verifying.url)
    assert ask(verifying.url, path).status == 200
    assert "SignatureDoesNotMatch" in ask(verifying.url, path, "POST").body


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"secret": "another"}, "SignatureDoesNotMatch"),
        ({"key": "AKIAOTHER"}, "InvalidClientTokenId"),
        ({"aws_session_token": "none"}, "InvalidClientTokenId"),
        ({**SESSION, "aws_session_token": "another"}, "InvalidClientTokenId"),
    ],
)
@pytest.mark.parametrize("service", ["sqs", "sns", "sts", "cloudformation"])
def test_wrong_credentials_are_refused(verifying: RunningServer, service: str, keys: dict[str, str], code: str) -> None:
    operations = {"sqs": "list_queues", "sns": "list_topics", "sts": "get_caller_identity"}
    with pytest.raises(ClientError) as caught:
        getattr(client(verifying, service, **keys), operations.get(service, "list_stacks"))()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_errors_of_the_json_protocol_have_their_own_names(verifying: RunningServer) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.ListQueues"}
    answer = ask(verifying.url, "/", "POST", headers, b"{}")
    assert (answer.status, answer.headers["x-amzn-query-error"]) == (403, "MissingAuthenticationToken;Sender")
    assert '"com.amazon.coral.service#MissingAuthenticationTokenException"' in answer.body
    answer = ask(verifying.url, "/", "POST", headers | {"Authorization": "Basic eDp5"}, b"{}")
    assert (answer.status, answer.headers["x-amzn-query-error"]) == (400, "IncompleteSignature;Sender")


def test_links_in_messages_need_no_signature(verifying: RunningServer) -> None:
    answer = ask(verifying.url, "/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:1:x&Token=y")
    assert "InvalidParameter" in answer.body
    answer = ask(verifying.url, "/?Action=ListTopics")
    assert (answer.status, "MissingAuthenticationToken" in answer.body) == (403, True)
    assert ask(verifying.url, "/?Action=Unsubscribe&X-Amz-Algorithm=x").status == 400


def test_what_is_not_emulated_is_answered_as_always(verifying: RunningServer) -> None:
    answer = ask(verifying.url, "/", "POST", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}, b"{}")
    assert answer.status == 501
    assert ask(verifying.url, "/_emulator/health").status == 200


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/", "/111111111111/o%64d//./", "/a/../b/%20"])
def test_odd_requests_are_verified_as_they_were_sent(verifying: RunningServer, path: str, chunked: bool) -> None:
    """Equal headers, spaces in values, escapes in paths, and bodies in chunks."""
    body = b"Action=ListQueues&Version=2012-11-05"
    request = AWSRequest("POST", f"{verifying.url}{path}?One=&Two&Three=%c3%a9", {}, body)
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    for name, value in (("X-Amz-One", " a  b\t c "), ("x-amz-ONE", "d"), ("X-Amz-One", ""), ("X-Empty", "")):
        request.headers[name] = value
    SigV4Auth(Credentials(KEY, SECRET), "sqs", boto.REGION).add_auth(request)
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=patience.SECONDS)
    connection.putrequest("POST", f"{path}?{parts.query}", skip_host="host" in request.headers)
    for name, value in request.headers.items():
        connection.putheader(name, value)
    if chunked:
        connection.putheader("Transfer-Encoding", "chunked")
    else:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders([body[:9], body[9:]] if chunked else body, encode_chunked=chunked)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    connection.close()


def test_commands_sign_with_the_key_in_the_environment(verifying: RunningServer) -> None:
    client(verifying, "sqs").create_queue(QueueName="orders")
    commands = Commands(verifying.url)
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    assert commands.run("send", "orders", "one", env=keys).exit_code == 0
    session = {name.upper(): value for name, value in SESSION.items()}
    received = commands.run("receive", "orders", env=session)
    assert "one" in received.output
    wrong = commands.run("send", "orders", "one", env=keys | {"AWS_SECRET_ACCESS_KEY": "another"})
    assert (wrong.exit_code, "InvalidSignatureException" in wrong.output) == (1, True)
    none = commands.run("send", "orders", "one", env={"AWS_SECRET_ACCESS_KEY": None})  # type: ignore[dict-item]
    assert (none.exit_code, "AWS_SECRET_ACCESS_KEY say with which key" in none.output) == (1, True)


def test_commands_sign_by_the_clock_of_the_server() -> None:
    options = (f"--credentials={KEY}:{SECRET}", "--verify-signatures", "--clock-at=2030-01-01T00:00:00Z")
    with running_server(*options) as server:
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        result = Commands(server.url).run("send", "orders", "one", env=keys)
        assert "there is no queue orders" in result.output
        with pytest.raises(ClientError, match="Signature expired: "):
            client(server, "sqs").list_queues()


def test_credentials_name_accounts_also_where_no_signature_is_verified(tmp_path: Path) -> None:
    file = tmp_path / "emulator.yaml"
    file.write_text(f"options:\n  credentials: ['{KEY}:{SECRET}:{ACCOUNT}']\n")
    with running_server("--config", str(file)) as server:
        assert client(server, "sts", secret="any").get_caller_identity()["Account"] == ACCOUNT


def test_no_secret_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "emulator")
    settings = settings_of({"credentials": [f"{KEY}:{SECRET}:{ACCOUNT}"], "verify_signatures": True})
    request = AWSRequest("POST", "http://localhost:4566/?Action=ListQueues&Version=2012-11-05", {}, b"")
    SigV4Auth(Credentials(KEY, "another", "the-token"), "sqs", boto.REGION).add_auth(request)
    headers = {name.lower().encode(): value.encode() for name, value in request.headers.items()}
    headers |= {b"host": b"localhost:4566", b"x-amz-security-token": b""}
    signature = headers[b"authorization"].rpartition(b"=")[2].decode()
    for token in (b"", b"the-token"):
        headers[b"x-amz-security-token"] = token
        answer = Emulator(settings).gateway.answer(
            HttpRequest("POST", "http", "/", b"Action=ListQueues&Version=2012-11-05", headers, b"")
        )
        assert isinstance(answer, HttpResponse)
        assert answer.status == 403
        assert SECRET not in answer.body.decode()
    assert "InvalidClientTokenId" in caplog.text
    assert "SignatureDoesNotMatch" in caplog.text
    for each in (SECRET, "the-token", signature):
        assert each not in caplog.text


def test_no_secret_is_shown_by_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "emulator.toml"
    file.write_text(f'[options]\ncredentials = ["{KEY}:{SECRET}"]\nport = 4567\n')
    shown = emulator_process.run("--config", str(file), "--help")
    assert "default: 4567" in shown.stdout
    assert SECRET not in shown.stdout + shown.stderr
    shown = emulator_process.run("--config", str(file), "config", "show")
    assert re.search(rf"^credentials +{KEY} +\S*emulator.toml:2$", shown.stdout, re.MULTILINE)
    assert SECRET not in shown.stdout + shown.stderr
    refused = emulator_process.run("--credentials", f"{KEY}:{SECRET}:1")
    assert refused.returncode == 2
    assert "the account of the access key AKIAORDERS is 12 digits" in refused.stderr
    assert SECRET not in refused.stdout + refused.stderr


def test_no_secret_is_shown_by_the_control_interface_and_the_state(verifying: RunningServer) -> None:
    for path in ("", "/state", "/openapi.json"):
        assert SECRET not in ask(verifying.url, f"/_emulator{path}").body
    assert SECRET not in ask(verifying.url, "/_localstack/config").body


def test_server_without_the_option_takes_any_signature(server: RunningServer) -> None:
    assert boto3.client(
        "sts", endpoint_url=server.url, region_name=boto.REGION, aws_access_key_id=KEY, aws_secret_access_key="any"
    ).get_caller_identity()
