"""A call of an AWS action as code to copy: Python with boto3, version 2 of the AWS CLI, JavaScript with SDK v3.

Names and values may be anyone's, so they are quoted for the language that they stand in, and what cannot be seen is
escaped.
"""

import base64
import json
import re
import shlex
from typing import Any

import msgspec

from api_shapes.operation import Operation, Shape
from emulator.wire.caller import Caller

_SECRET = "test"
_NODE_CLIENTS = {"sqs": "SQS", "sns": "SNS"}
# As botocore tells the words of a name: "SetSMSAttributes" is set_sms_attributes.
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Equivalents(msgspec.Struct):
    """The same call as code: Python, a command of a POSIX shell, and an ES module of Node.js."""

    boto3: str
    cli: str
    node: str


def equivalents(operation: Operation[Any, Any], request: Shape, caller: Caller, url: str) -> Equivalents:
    """The call of ``operation`` at ``url`` as code."""
    members: dict[str, object] = msgspec.to_builtins(request, builtin_types=(bytes,))
    return Equivalents(
        boto3=_boto3(operation, members, caller, url),
        cli=_cli(operation, members, caller, url),
        node=_node(operation, members, caller, url),
    )


def _boto3(operation: Operation[Any, Any], members: dict[str, object], caller: Caller, url: str) -> str:
    service = operation.service
    client = {
        "endpoint_url": url,
        "region_name": caller.region,
        "aws_access_key_id": caller.account,
        "aws_secret_access_key": _SECRET,
    }
    arguments = "".join(f"    {name}={value!r},\n" for name, value in members.items())
    settings = "".join(f"    {name}={value!r},\n" for name, value in client.items())
    called = f"{service}.{_words(operation.name, '_')}(" + (f"\n{arguments})" if arguments else ")")
    return f"import boto3\n\n{service} = boto3.client(\n    {service!r},\n{settings})\nprint({called})\n"


def _cli(operation: Operation[Any, Any], members: dict[str, object], caller: Caller, url: str) -> str:
    """All parameters are given as one JSON document: an option of its own would take "file://..." as a file's name."""
    words = [
        f"AWS_ACCESS_KEY_ID={caller.account}",
        f"AWS_SECRET_ACCESS_KEY={_SECRET}",
        "aws",
        "--endpoint-url",
        url,
        "--region",
        caller.region,
        operation.service,
        _words(operation.name, "-"),
    ]
    if members:
        words += ["--cli-input-json", _json(members)]
    return f"{shlex.join(words)}\n"


def _node(operation: Operation[Any, Any], members: dict[str, object], caller: Caller, url: str) -> str:
    client, command = f"{_NODE_CLIENTS[operation.service]}Client", f"{operation.name}Command"
    return (
        f'import {{ {client}, {command} }} from "@aws-sdk/client-{operation.service}";\n\n'
        f"const client = new {client}({{\n"
        f"  endpoint: {_json(url)},\n"
        f"  region: {_json(caller.region)},\n"
        f"  credentials: {{ accessKeyId: {_json(caller.account)}, secretAccessKey: {_json(_SECRET)} }},\n"
        "});\n"
        f"console.log(await client.send(new {command}({_javascript(members)})));\n"
    )


def _words(name: str, separator: str) -> str:
    return _WORD.sub(separator, name).lower()


def _json(value: object) -> str:
    """JSON on one line; binary values are base64."""
    return _printable(json.dumps(value, ensure_ascii=False, default=_base64))


def _base64(value: object) -> str:
    assert isinstance(value, bytes), "members are JSON or bytes"
    return base64.b64encode(value).decode()


def _javascript(value: object, indentation: str = "") -> str:
    """A literal of JavaScript, a member of an object on each line."""
    inner = f"{indentation}  "
    match value:
        case dict() if value:
            lines = "".join(f"{inner}{_key(name)}: {_javascript(each, inner)},\n" for name, each in value.items())
            return f"{{\n{lines}{indentation}}}"
        case list() if value:
            return f"[{', '.join(_javascript(each, indentation) for each in value)}]"
        case bytes():
            return f'Buffer.from({_json(value)}, "base64")'
    return _json(value)


def _key(name: str) -> str:
    """The name of a member. ``__proto__`` would set the prototype of the object, unless it is computed."""
    return f"[{_json(name)}]" if name == "__proto__" else _json(name)


def _printable(text: str) -> str:
    """JSON with an escape for each character that cannot be seen, in UTF-16 as JSON has them."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
