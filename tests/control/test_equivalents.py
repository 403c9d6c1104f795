"""Calls as code to copy: what they say is what was meant, whatever the strings in them."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from hypothesis import given
from hypothesis import strategies as st

from api_shapes import sns, sqs
from emulator.control.equivalents import equivalents
from emulator.wire.caller import Caller
from tests import patience

CALLER = Caller("111111111111", "eu-north-1", signed=True)
URL = "http://localhost:4566"
HOSTILE = "'\"\\\n\t`id`$(id)${x} file:///etc/passwd \x1b[31m \u2028\u202e\U000e0001😀 ü <!-- </script> -x"
ANY_TEXT = st.text(st.characters(codec="utf-8"))
OPERATIONS = [*sqs.OPERATIONS.values(), *sns.OPERATIONS.values()]


def sending(body: str, name: str = "a") -> sqs.SendMessageRequest:
    attribute = sqs.MessageAttributeValue(data_type="Binary", binary_value=b"\xff\x00")
    return sqs.SendMessageRequest(
        queue_url=f"{URL}/111111111111/jobs", message_body=body, delay_seconds=3, message_attributes={name: attribute}
    )


def arguments_of(command: str, folder: Path) -> list[str]:
    """The arguments that a shell gives to ``aws``."""
    fake = folder / "aws"
    fake.write_text('#!/bin/sh\nprintf \'%s\\0\' "$AWS_ACCESS_KEY_ID" "$@"\n')
    fake.chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
    run = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, capture_output=True, timeout=patience.SECONDS, check=True
    )
    return run.stdout.decode().split("\0")[:-1]


def test_shell_command_gives_aws_what_was_meant(tmp_path: Path) -> None:
    key, *arguments, document = arguments_of(equivalents(sqs.SEND_MESSAGE, sending(HOSTILE), CALLER, URL).cli, tmp_path)
    assert key == "111111111111"
    assert arguments == [
        *("--endpoint-url", URL, "--region", "eu-north-1", "sqs", "send-message", "--cli-input-json"),
    ]
    assert json.loads(document) == {
        "QueueUrl": f"{URL}/111111111111/jobs",
        "MessageBody": HOSTILE,
        "DelaySeconds": 3,
        "MessageAttributes": {"a": {"DataType": "Binary", "BinaryValue": "/wA="}},
    }


def test_call_without_parameters_is_short() -> None:
    code = equivalents(sns.LIST_TOPICS, sns.ListTopicsInput(), CALLER, URL)
    assert code.cli.endswith(" sns list-topics\n")
    assert code.boto3.endswith("\nprint(sns.list_topics())\n")
    assert code.node.endswith("client.send(new ListTopicsCommand({})));\n")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.service}-{each.name}")
def test_names_are_those_of_botocore(operation: Any) -> None:
    code = equivalents(operation, _anything(operation.request), CALLER, URL)
    assert f"{operation.service}.{xform_name(operation.name)}(" in code.boto3
    assert f" {operation.service} {xform_name(operation.name, '-')} " in f"{code.cli.strip()} "


def _anything(shape: Any) -> Any:
    return shape(**dict.fromkeys(shape.__struct_fields__, "x"))


@given(ANY_TEXT, ANY_TEXT)
def test_python_says_what_was_meant(body: str, name: str) -> None:
    code = equivalents(sqs.SEND_MESSAGE, sending(body, name), CALLER, URL).boto3
    said: list[dict[str, Any]] = []

    class Client:
        def send_message(self, **arguments: Any) -> None:
            said.append(arguments)

    class Boto3:
        def client(self, *_: str, **__: str) -> Client:
            return Client()

    exec(code.removeprefix("import boto3\n"), {"boto3": Boto3(), "print": lambda _: None})
    assert said[0]["MessageBody"] == body
    assert said[0]["MessageAttributes"][name]["BinaryValue"] == b"\xff\x00"
    assert code.replace("\n", "").isprintable()


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js on the PATH")
@pytest.mark.parametrize("name", ["a", "__proto__", HOSTILE])
def test_javascript_says_what_was_meant(name: str, tmp_path: Path) -> None:
    code = equivalents(sqs.SEND_MESSAGE, sending(HOSTILE, name), CALLER, URL).node
    assert code.replace("\n", "").isprintable()
    package = tmp_path / "node_modules" / "@aws-sdk" / "client-sqs"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "main": "index.js"}')
    (package / "index.js").write_text(
        "export class SendMessageCommand { constructor(input) { this.input = input; } }\n"
        "export class SQSClient { async send(command) { return JSON.stringify(command.input); } }\n"
    )
    (tmp_path / "call.mjs").write_text(code)
    run = subprocess.run(
        ["node", "call.mjs"], cwd=tmp_path, capture_output=True, timeout=patience.SECONDS, check=True, text=True
    )
    said = json.loads(run.stdout)
    assert said["MessageBody"] == HOSTILE
    assert said["MessageAttributes"][name]["BinaryValue"] == {"type": "Buffer", "data": [255, 0]}
