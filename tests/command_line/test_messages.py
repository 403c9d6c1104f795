"""Commands that send, publish, receive, show and delete messages."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.commands import Commands

ALL = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"], "MaxNumberOfMessages": 10}


def test_message_is_sent_with_attributes_and_its_id_is_printed(commands: Commands, json_sqs: Any, orders: str) -> None:
    attributes = ["--attribute", "store=oslo", "--attribute", "price:Number=5", "--attribute", "raw:Binary=aGk="]
    printed = commands.text("send", "orders", "one coffee", *attributes)
    [message] = json_sqs.receive_message(QueueUrl=orders, **ALL)["Messages"]
    assert printed == message["MessageId"] + "\n"
    assert message["Body"] == "one coffee"
    assert message["MessageAttributes"] == {
        "store": {"DataType": "String", "StringValue": "oslo"},
        "price": {"DataType": "Number", "StringValue": "5"},
        "raw": {"DataType": "Binary", "BinaryValue": b"hi"},
    }


def test_answer_of_send_is_that_of_aws(commands: Commands, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})
    sent = commands.json("send", "orders.fifo", "a", "--group", "g", "--deduplication", "1")
    again = commands.json("send", "orders.fifo", "a", "--group", "g", "--deduplication", "1")
    assert sent["SequenceNumber"] == again["SequenceNumber"]
    assert "MessageGroupId" in commands.error("send", "orders.fifo", "a")


def test_queue_is_named_by_name_url_or_arn(commands: Commands, json_sqs: Any, orders: str, account: str) -> None:
    arn = f"arn:aws:sqs:us-east-1:{account}:orders"
    for name in ("orders", orders, arn, f"http://elsewhere.test/{account}/orders"):
        commands.text("send", name, "hello")
    assert commands.json("peek", arn)["visible"] == 4


def test_queue_of_another_account_and_region_is_reached_by_options(commands: Commands, json_sqs: Any) -> None:
    place = ("--account", "999999999999", "--region", "eu-north-1")
    assert "there is no queue far in eu-north-1 of account 999999999999" in commands.error("send", "far", "x", *place)


@pytest.mark.parametrize(
    ("piped", "body"),
    [("hello\n", "hello"), ("hello", "hello"), ("two\nlines\n", "two\nlines"), ("dos\r\n", "dos")],
)
def test_body_comes_from_standard_input(commands: Commands, json_sqs: Any, orders: str, piped: str, body: str) -> None:
    commands.text("send", "orders", stdin=piped)
    commands.text("send", "orders", "-", stdin=piped)
    found = json_sqs.receive_message(QueueUrl=orders, **ALL)["Messages"]
    assert [message["Body"] for message in found] == [body, body]


def test_body_comes_from_a_file_as_it_is(commands: Commands, json_sqs: Any, orders: str, tmp_path: Path) -> None:
    (tmp_path / "body").write_text("hello\n")
    commands.text("send", "orders", "--file", str(tmp_path / "body"))
    [message] = json_sqs.receive_message(QueueUrl=orders)["Messages"]
    assert message["Body"] == "hello\n"


def test_each_line_is_a_message(commands: Commands, json_sqs: Any, orders: str) -> None:
    printed = commands.text("send", "orders", "--lines", stdin="a\nb\n\nc")
    answers = commands.text("send", "orders", "--lines", "--json", stdin="d\r\ne\n")
    found = json_sqs.receive_message(QueueUrl=orders, **ALL)["Messages"]
    assert [message["Body"] for message in found] == ["a", "b", "c", "d", "e"]
    ids = [*printed.split(), *(json.loads(line)["MessageId"] for line in answers.splitlines())]
    assert ids == [message["MessageId"] for message in found]


def test_refused_line_says_how_many_were_sent(commands: Commands, orders: str) -> None:
    assert (
        commands.error("send", "orders", "--lines", stdin="a\nb\n\x01\nd\n")
        .splitlines()[-1]
        .startswith("Error: message 3: InvalidMessageContents: ")
    )
    assert commands.json("peek", "orders")["visible"] == 2


@pytest.mark.parametrize(
    ("arguments", "stdin", "complaint"),
    [
        (["send", "orders"], b"\xff", "is no text in UTF-8"),
        (["send", "orders", "--lines"], b"\xff", "is no text in UTF-8"),
        (["send", "orders", "x", "--lines"], b"", "--lines takes its messages from --file or standard input"),
        (["send", "orders", "x", "--file", "-"], b"", "Give either BODY or --file."),
        (["send", "orders", "--file", "nowhere"], b"", "'nowhere': No such file or directory"),
        (["send", "orders", "x", "--attribute", "store"], b"", "'store': NAME=VALUE is wanted"),
        (["send", "orders", "x", "--attribute", "a=1", "--attribute", "a=2"], b"", "the attribute a is given twice"),
        (["send", "orders", "x", "--delay", "soon"], b"", "'soon' is no duration"),
        (["send", "no queue", "x"], b"", "'no queue' is no queue: a name, an ARN or a URL is wanted."),
        (["send", "arn:aws:sns:us-east-1:000000000000:sales", "x"], b"", "is no queue"),
        (["send", "http://localhost/orders", "x"], b"", "is no queue"),
        (["publish", "http://localhost/sales", "x"], b"", "is no topic: a name or an ARN is wanted."),
        (["send", "orders", "x", "--account", "12"], b"", "an account id is 12 digits"),
        (["send", "orders", "x", "--url", "localhost:4566"], b"", "the URL of a server is wanted"),
        (["send", "orders", "x", "--url", "http://localhost:99999"], b"", "the URL of a server is wanted"),
        (["send", "orders", "x", "--url", "http://localhost:4566/path"], b"", "the URL of a server is wanted"),
        (["receive", "orders", "--max", "0"], b"", "'--max': 0 is not in the range"),
        (["purge"], b"", "Give either names of queues or --all."),
        (["purge", "orders", "--all"], b"", "Give either names of queues or --all."),
    ],
)
def test_wrong_arguments_are_refused(commands: Commands, arguments: list[str], stdin: bytes, complaint: str) -> None:
    assert complaint in commands.error(*arguments, code=2, stdin=stdin)


def test_errors_of_aws_are_told_with_their_code(commands: Commands, orders: str) -> None:
    told = commands.error("send", "orders", "x", "--delay", "1h")
    assert told.startswith("Error: InvalidParameterValueException: Value 3600 for parameter DelaySeconds is invalid.")


def test_received_body_is_printed_and_the_message_is_in_flight(commands: Commands, orders: str) -> None:
    commands.text("send", "orders", "one coffee")
    assert commands.text("receive", "orders", "--visibility-timeout", "1h") == "one coffee\n"
    assert commands.json("peek", "orders", "--state", "in_flight")["messages"][0]["receive_count"] == 1
    assert commands.error("receive", "orders") == "Error: orders has no message that can be received\n"


def test_received_messages_are_lines_of_json_and_deleted_if_asked_for(commands: Commands, orders: str) -> None:
    commands.text("send", "orders", "--lines", stdin="".join(f"{number}\n" for number in range(13)))
    printed = commands.text("receive", "orders", "--max", "12", "--delete", "--json")
    assert [json.loads(line)["Body"] for line in printed.splitlines()] == [str(number) for number in range(12)]
    assert commands.text("receive", "orders", "--max", "5", "--wait", "20s", "--delete") == "12\n"
    assert commands.json("peek", "orders")["in_flight"] == 0


def test_follow_ends_with_the_given_number(commands: Commands, orders: str) -> None:
    commands.text("send", "orders", "--lines", stdin="a\nb\nc\n")
    assert commands.text("receive", "orders", "--follow", "--max", "2") == "a\nb\n"


def test_peek_shows_messages_and_changes_nothing(commands: Commands, orders: str) -> None:
    assert commands.text("peek", "orders") == "orders has no messages.\n"
    assert commands.text("peek", "orders", "--state", "delayed") == "orders has no messages that are delayed.\n"
    commands.text("send", "orders", "--lines", stdin="a\nb\nc\n")
    commands.text("send", "orders", "two\nlines")
    columns, *rows, more = commands.text("peek", "orders", "--limit", "3").splitlines()
    assert columns.split() == ["SENT", "STATE", "RECEIVES", "GROUP", "ID", "BODY"]
    assert [row.split()[1] for row in rows] == ["visible"] * 3
    assert more == "... and 1 more"
    assert commands.text("peek", "orders").splitlines()[-1].endswith("two\\nlines")
    assert commands.json("peek", "orders", "--limit", "1", "--state", "visible")["omitted"] == 3


def test_peek_draws_a_table_on_a_terminal(commands: Commands, orders: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.text("send", "orders", "[red]not markup[/red]")
    monkeypatch.setattr("emulator.command_line.output.is_drawn", lambda: True)
    drawn = commands.run("peek", "orders", env={"COLUMNS": "200"}).output
    assert "[red]not markup[/red]" in drawn
    assert "─" in drawn


def test_published_message_arrives_and_its_trace_says_so(
    commands: Commands, json_sqs: Any, sns: Any, orders: str, account: str
) -> None:
    topic = sns.create_topic(Name="sales")["TopicArn"]
    arn = f"arn:aws:sqs:us-east-1:{account}:orders"
    policy = json.dumps({"store": ["oslo"]})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": policy})
    arrived = commands.text("publish", "sales", "hello", "--attribute", "store=oslo", "--subject", "Hi").strip()
    missed = commands.json("publish", topic, "hello")["MessageId"]
    assert "delivered queue=orders" in commands.text("trace", arrived)
    told = commands.text("trace", missed)
    assert "    store: absent\n" in told
    assert "filtered_out" in told
    assert commands.json("trace", missed)["topic"] == topic
    assert commands.json("peek", "orders")["visible"] == 1


def test_trace_of_a_sent_message_says_where_it_is(commands: Commands, orders: str) -> None:
    sent = commands.text("send", "orders", "x" * 300).strip()
    told = commands.text("trace", sent)
    assert f"{sent} to arn:aws:sqs:us-east-1:" in told
    assert f"  {'x' * 200}...\n" in told
    assert told.endswith("  now visible, received 0 times\n")
    assert "The trace keeps the newest messages only." in commands.error("trace", "nothing/like?it")


def test_topic_that_does_not_exist_is_named_with_one_that_does(commands: Commands, sns: Any) -> None:
    sns.create_topic(Name="conspicuous-sales")
    told = commands.error("publish", "conspicuous-sale", "hello")
    assert "there is no topic conspicuous-sale" in told
    assert told.endswith("; did you mean conspicuous-sales?\n")
    told = commands.error("publish", "sales", "hello", "--group", "a", "--region", "us east")
    assert told.startswith("Error: ")


def test_queue_that_was_meant_to_be_a_topic_is_named_and_the_reverse(
    commands: Commands, sns: Any, json_sqs: Any
) -> None:
    json_sqs.create_queue(QueueName="queued-things")
    sns.create_topic(Name="told-things")
    told = commands.error("publish", "queued-things", "hello")
    assert told.startswith("Error: there is no topic queued-things")
    assert told.endswith(", but a queue of that name\n")
    for command in (["send", "told-things", "hello"], ["peek", "told-things"], ["receive", "told-things"]):
        assert commands.error(*command).endswith(", but a topic of that name\n")


def test_queue_that_is_elsewhere_is_named_with_its_place(commands: Commands, json_sqs: Any, account: str) -> None:
    json_sqs.create_queue(QueueName="only-in-one-place")
    for command in (["send", "only-in-one-place", "x"], ["peek", "only-in-one-place"], ["purge", "only-in-one-place"]):
        told = commands.error(*command, "--region", "eu-west-3")
        assert told == (
            f"Error: there is no queue only-in-one-place in eu-west-3 of account {account}; there is one in us-east-1 "
            f"of account {account}: give --region and --account\n"
        )


def test_queues_are_purged_by_name(commands: Commands, json_sqs: Any, orders: str, account: str) -> None:
    json_sqs.create_queue(QueueName="others")
    for queue in ("orders", "others"):
        commands.text("send", queue, "x")
    arn = f"arn:aws:sqs:us-east-1:{account}:orders"
    assert commands.text("purge", "orders") == f"{arn} is empty.\n"
    assert [commands.json("peek", queue)["visible"] for queue in ("orders", "others")] == [0, 1]
    purged = commands.json("purge", "--all", "--account", account)["purged"]
    assert purged == [arn, f"arn:aws:sqs:us-east-1:{account}:others"]
    assert commands.json("peek", "others")["visible"] == 0


def test_dead_letters_are_moved_back(commands: Commands, json_sqs: Any, account: str) -> None:
    dead = json_sqs.create_queue(QueueName="dead")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{account}:dead", "maxReceiveCount": 1})
    json_sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "0"})
    for number in range(3):
        commands.text("send", "source", str(number))
        commands.text("receive", "source")
        commands.run("receive", "source")
    assert commands.json("peek", dead)["visible"] == 3
    assert commands.text("redrive", "dead") == "3 messages moved.\n"
    assert commands.json("peek", "source")["visible"] == 3
    assert "must be configured as a Dead Letter Queue" in commands.error("redrive", "source")


def test_dead_letters_are_moved_to_a_given_queue_without_waiting(
    commands: Commands, json_sqs: Any, account: str
) -> None:
    json_sqs.create_queue(QueueName="dead")
    json_sqs.create_queue(QueueName="elsewhere")
    redrive = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{account}:dead", "maxReceiveCount": 1})
    json_sqs.create_queue(QueueName="source", Attributes={"RedrivePolicy": redrive})
    commands.text("send", "dead", "x")
    told = commands.text("redrive", "dead", "--to", "elsewhere", "--rate", "500", "--no-wait")
    assert told == f"The messages of arn:aws:sqs:us-east-1:{account}:dead are being moved.\n"
    commands.text("wait", "elsewhere")
    assert commands.json("redrive", "dead", "--to", "elsewhere")["Status"] == "COMPLETED"
