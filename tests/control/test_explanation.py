"""The explanation of a filter policy, over HTTP and on the command line."""

import json
import subprocess
from pathlib import Path

import pytest

from tests import emulator_process
from tests.control.calls import call
from tests.server import RunningServer

POLICY = {"store": ["bergen", {"prefix": "o"}], "price": [{"numeric": [">", 10]}]}


def test_key_that_failed_is_shown_with_its_value_and_conditions(server: RunningServer) -> None:
    question = {
        "policy": POLICY,
        "scope": "MessageAttributes",
        "message": "sold",
        "attributes": {
            "store": {"DataType": "String", "StringValue": "tromsø"},
            "price": {"DataType": "Number", "StringValue": "11"},
        },
    }
    status, answer = call(f"{server.url}/_emulator/filter-policy/explain", question)
    assert status == 200
    assert answer == {
        "matches": False,
        "failed": [
            {
                "key": "store",
                "value": "tromsø",
                "conditions": ["bergen", {"prefix": "o"}],
                "reason": '"troms\\u00f8" fails "bergen", prefix "o"',
            }
        ],
    }


def test_attribute_that_breaks_json_is_shown_whatever_the_policy_asks_for(server: RunningServer) -> None:
    attributes = {
        "store": {"DataType": "String", "StringValue": "bergen"},
        "note": {"DataType": "String", "StringValue": "two\nlines"},
    }
    question = {"policy": {"store": ["bergen"]}, "attributes": attributes}
    status, answer = call(f"{server.url}/_emulator/filter-policy/explain", question)
    assert (status, answer["matches"]) == (200, False)
    [failure] = answer["failed"]
    assert (failure["key"], failure["value"], failure["conditions"]) == ("note", "two\nlines", [])
    assert failure["reason"].endswith("no policy on attributes lets such a message through")
    question["attributes"] = attributes | {"note": {"DataType": "String", "StringValue": "two\\nlines"}}
    assert call(f"{server.url}/_emulator/filter-policy/explain", question) == (200, {"matches": True, "failed": []})


def test_message_that_matches_has_no_failures(server: RunningServer) -> None:
    question = {"policy": POLICY, "scope": "MessageBody", "message": json.dumps({"store": "oslo", "price": 10.5})}
    answer = call(f"{server.url}/_emulator/filter-policy/explain", question)
    assert answer == (200, {"matches": True, "failed": []})


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        ({}, "Object missing required field `policy`"),
        (
            {"policy": {"a": ["b"]}, "scope": "Message"},
            "Invalid enum value 'Message' - at `$.scope`; allowed: MessageAttributes, MessageBody",
        ),
        ({"policy": {"a": ["b"]}, "text": "b"}, "Object contains unknown field `text`"),
        (
            {"policy": {"a": ["b"]}, "attributes": {"a": {"StringValue": "b"}}},
            "Object missing required field `DataType` - at `$.attributes[...]`",
        ),
    ],
)
def test_question_that_makes_no_sense_is_refused(server: RunningServer, question: object, complaint: str) -> None:
    assert call(f"{server.url}/_emulator/filter-policy/explain", question) == (400, {"error": complaint})


@pytest.mark.parametrize(
    ("attribute", "complaint"),
    [
        ({"DataType": "Number", "StringValue": "cheap"}, "Could not cast message attribute 'a' value to number."),
        ({"DataType": "Text", "StringValue": "b"}, "The message attribute 'a' has an invalid message attribute type"),
        ({"DataType": "String"}, "The message attribute 'a' must contain non-empty message attribute value"),
        ({"DataType": "Binary", "StringValue": "b"}, "The message attribute 'a' with type 'Binary' must use field"),
        (
            {"DataType": "String", "StringValue": "b", "BinaryValue": "Yg=="},
            "The message attribute 'a' with type 'String' must use field 'String'.",
        ),
    ],
)
def test_attribute_that_publish_refuses_is_refused_in_the_words_of_aws(
    server: RunningServer, attribute: object, complaint: str
) -> None:
    question = {"policy": {"a": ["b"]}, "attributes": {"a": attribute}}
    status, answer = call(f"{server.url}/_emulator/filter-policy/explain", question)
    assert status == 400
    assert answer["error"].startswith(f"attributes: {complaint}")


@pytest.mark.parametrize(
    ("policy", "complaint"),
    [
        ('{"a": ["b"]}', "policy: this is a JSON string; give the object itself, without quotes around it"),
        (7, "policy: Filter is not an object"),
        ({"a": "b"}, 'policy: "a" must be an object or an array'),
        ({"a": []}, "policy: Empty arrays are not allowed"),
    ],
)
def test_policy_of_another_form_is_refused(server: RunningServer, policy: object, complaint: str) -> None:
    status, answer = call(f"{server.url}/_emulator/filter-policy/explain", {"policy": policy})
    assert status == 400
    assert answer["error"].startswith(complaint)


def test_failure_that_no_value_of_its_type_could_mend_has_a_hint(server: RunningServer) -> None:
    attributes = {"price": {"DataType": "String", "StringValue": "11"}}
    question = {"policy": {"price": [{"numeric": [">", 10]}]}, "attributes": attributes}
    _, answer = call(f"{server.url}/_emulator/filter-policy/explain", question)
    assert answer["failed"][0]["hint"] == "a String never matches numeric: give it the DataType Number"


def test_policy_that_is_none_is_refused_in_the_words_of_aws(server: RunningServer) -> None:
    status, answer = call(f"{server.url}/_emulator/filter-policy/explain", {"policy": {"a": [{"begins": "b"}]}})
    assert status == 400
    assert answer["error"].startswith("policy: Unrecognized match type begins")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    (tmp_path / "message.txt").write_text("sold")
    return tmp_path


def explain(files: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = ("explain", "--policy", "policy.json", "--message", "message.txt")
    return emulator_process.run(*command, *options, cwd=files)


def test_command_exits_with_0_if_the_message_matches(files: Path) -> None:
    attributes = {
        "store": {"DataType": "String", "StringValue": "oslo"},
        "price": {"DataType": "Number", "StringValue": "11"},
    }
    (files / "attributes.json").write_text(json.dumps(attributes))
    done = explain(files, "--attributes", "attributes.json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"matches": True, "failed": []}


def test_command_exits_with_1_and_says_why_if_it_does_not(files: Path) -> None:
    done = explain(files)
    assert done.returncode == 1
    assert json.loads(done.stdout)["failed"][0]["reason"] == "the message body is not a JSON object"


def test_command_exits_with_2_if_the_policy_or_the_attributes_are_wrong(files: Path) -> None:
    (files / "attributes.json").write_text('{"store": "oslo"}')
    done = explain(files, "--attributes", "attributes.json")
    assert (done.returncode, done.stdout) == (2, "")
    form = '{"DataType": "String", "StringValue": "..."}'
    assert done.stderr == f"Error: attributes: store: Expected `object`, got `str`; the form is {form}\n"
    (files / "policy.json").write_text("{")
    done = explain(files)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: policy: failed to parse JSON.")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--policy", "none.json"], "Invalid value for '--policy': 'none.json': No such file or directory"),
        (["--message", "none.txt"], "Invalid value for '--message': 'none.txt': No such file or directory"),
        (["--attributes", "none.json"], "Invalid value for '--attributes': 'none.json': No such file or directory"),
        (["--policy", "."], "'.': Is a directory"),
        (["--scope", "Body"], "'Body' is not one of 'MessageAttributes', 'MessageBody'"),
        (["--policy", "-", "--message", "-"], "--policy and --message cannot both come from standard input."),
        (["--message", "latin1.txt"], "--message: latin1.txt is no text in UTF-8"),
        (["--policy", "latin1.txt"], "--policy: latin1.txt is no text in UTF-8"),
        (["--attributes", "message.txt"], "attributes: JSON is malformed"),
        (["--attributes", "list.json"], "attributes: Expected `object`, got `array`"),
        (["--attributes", "envelope.json"], "attributes: a: Object contains unknown field `Type`; the form is"),
    ],
)
def test_command_exits_with_2_and_says_what_is_wrong_with_its_files(
    files: Path, options: list[str], complaint: str
) -> None:
    (files / "latin1.txt").write_bytes(b"s\xf8k")
    (files / "list.json").write_text("[]")
    (files / "envelope.json").write_text('{"a": {"Type": "String", "Value": "b"}}')
    done = explain(files, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_command_reads_files_that_begin_with_a_byte_order_mark(files: Path) -> None:
    for name, text in (("policy.json", '{"a": ["b"]}'), ("message.txt", '{"a": "b"}')):
        (files / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert explain(files).returncode == 0
