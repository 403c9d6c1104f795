"""Commands about the server as a whole: its lists, its clock, its state, and waiting for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.commands import Commands


def test_ls_lists_queues_and_topics_with_counts(commands: Commands, sns: Any, orders: str, account: str) -> None:
    sns.create_topic(Name="sales")
    commands.text("send", "orders", "x")
    place = f"us-east-1  {account}"
    assert commands.text("ls", "--account", account).splitlines() == [
        "QUEUE   VISIBLE  IN FLIGHT  DELAYED  REGION     ACCOUNT",
        f"orders        1          0        0  {place}",
        "",
        "TOPIC  CONFIRMED  PENDING  REGION     ACCOUNT",
        f"sales          0        0  {place}",
    ]


def test_ls_filters_by_name_account_and_region(commands: Commands, json_sqs: Any, account: str) -> None:
    for name in ("orders-1", "orders-2", "others"):
        json_sqs.create_queue(QueueName=name)
    listed = commands.json("ls", "orders*", "--account", account)
    assert [queue["name"] for queue in listed["queues"]] == ["orders-1", "orders-2"]
    assert listed["topics"] == []
    assert commands.json("ls", "--account", account, "--region", "eu-west-3")["queues"] == []
    nothing = commands.text("ls", "no*such", "--account", account)
    assert nothing == f"No queue and no topic is named no*such in account {account}.\n"
    nothing = commands.text("ls", "--account", account, "--region", "eu-west-3")
    assert nothing == f"There are no queues and no topics in account {account} in region eu-west-3.\n"
    assert len(commands.json("ls")["queues"]) >= 3, "without options, of all accounts"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_watch_lists_again_and_again_until_interrupted(
    commands: Commands, orders: str, account: str, form: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = iter([None, KeyboardInterrupt])
    monkeypatch.setattr("emulator.command_line.ls.time.sleep", lambda _: raise_next(pauses))
    result = commands.run("ls", "--watch", "--account", account, *form)
    assert result.exit_code == 130
    assert result.output.count("orders") == (4 if form else 2)
    if form:
        assert [json.loads(line)["queues"][0]["visible"] for line in result.output.splitlines()] == [0, 0]


def test_watch_draws_a_live_table_on_a_terminal(
    commands: Commands, orders: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = iter([None, KeyboardInterrupt])
    monkeypatch.setattr("emulator.command_line.ls.time.sleep", lambda _: raise_next(pauses))
    monkeypatch.setattr("emulator.command_line.ls.is_drawn", lambda: True)
    result = commands.run("ls", "--watch", "--account", account)
    assert result.exit_code == 130
    assert "orders" in result.output


def raise_next(errors: Any) -> None:
    error = next(errors)
    if error is not None:
        raise error


def test_clock_is_shown_advanced_set_frozen_and_run(commands: Commands, account: str) -> None:
    own = ("--account", account)
    assert commands.json("clock", "freeze", *own)["frozen"] is True
    before = commands.json("clock", *own)["epoch"]
    assert commands.json("clock", "advance", "1h30m", *own)["epoch"] == pytest.approx(before + 5_400)
    told = commands.text("clock", "set", "2100-01-01T00:00:00Z", *own)
    assert told == "2100-01-01T00:00:00+00:00 (frozen)\n"
    assert commands.json("clock", "run", *own)["frozen"] is False
    assert "cannot go back" in commands.error("clock", "set", "2099-01-01T00:00:00Z", *own)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["advance"], "clock advance needs a duration, such as 1h30m."),
        (["set"], "clock set needs a time, such as 2030-01-01T00:00:00Z."),
        (["set", "tomorrow"], "'tomorrow': a time with its time zone is wanted"),
        (["set", "2030-01-01"], "a time with its time zone is wanted"),
        (["advance", "-5"], "No such option"),
        (["advance", "5 minutes"], "'5 minutes' is no duration"),
        (["freeze", "now"], "clock freeze takes no value."),
        (["stop"], "'stop' is not one of"),
    ],
)
def test_wrong_moves_of_the_clock_are_refused(commands: Commands, arguments: list[str], complaint: str) -> None:
    assert complaint in commands.error("clock", *arguments, code=2)


def test_reset_drops_what_is_in_an_account(commands: Commands, sns: Any, orders: str, account: str) -> None:
    sns.create_topic(Name="sales")
    commands.text("send", "orders", "x")
    own = ("--account", account)
    assert commands.text("reset", "--dry-run", "--service", "sns", *own) == "Would drop: topics 1.\n"
    assert commands.json("reset", "--dry-run", *own)["would_drop"]["queues"] == 1
    assert commands.text("reset", "--service", "sns", *own) == "Dropped: topics 1.\n"
    assert commands.json("reset", "--region", "us-east-1", *own)["dropped"]["queues"] == 1
    assert commands.text("reset", *own) == "Dropped: nothing.\n"


def test_state_is_exported_and_imported(commands: Commands, orders: str, account: str, tmp_path: Path) -> None:
    commands.text("send", "orders", "one coffee")
    file, own = tmp_path / "state.json", ("--account", account)
    told = commands.text("export", str(file), *own)
    assert told == f"{file}: {file.stat().st_size} bytes.\n"
    assert list(tmp_path.iterdir()) == [file]
    printed = commands.text("export", *own)
    assert json.loads(printed)["queues"] == json.loads(file.read_text())["queues"]
    commands.text("purge", "orders")
    assert commands.text("import", str(file), *own) == "Restored.\n"
    assert commands.text("receive", "orders") == "one coffee\n"
    commands.text("import", "-", *own, stdin=printed)
    assert commands.json("import", str(file), *own) == {"file": str(file), "account": account}
    assert commands.json("export", str(file), *own)["bytes"] == file.stat().st_size


def test_document_that_is_wrong_is_refused_with_where(commands: Commands, orders: str, account: str) -> None:
    own = ("--account", account)
    assert commands.error("import", "-", *own, stdin="{") == "Error: Input data was truncated\n"
    assert "Expected `object`, got `int` - at `$.queues[0]`" in commands.error(
        "import", "-", *own, stdin='{"version": 1, "emulator": "0.1.0", "queues": [1]}'
    )
    assert len(commands.json("ls", *own)["queues"]) == 1


def test_files_that_cannot_be_read_or_written_are_named(commands: Commands, account: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "state.json"
    assert "No such file or directory" in commands.error("import", str(missing), code=2)
    told = commands.error("export", str(missing), "--account", account)
    assert told == f"Error: {missing} cannot be written: No such file or directory\n"


def test_wait_says_when_the_server_is_ready(commands: Commands) -> None:
    assert commands.text("wait") == "Ready.\n"
    assert commands.json("wait")["status"] == "ok"


def test_wait_ends_when_a_queue_has_what_is_wanted(commands: Commands, orders: str) -> None:
    commands.text("wait", "orders", "--empty")
    commands.text("send", "orders", "--lines", stdin="a\nb\n")
    commands.text("wait", "orders", "--messages", "2")
    [found] = commands.json("wait", "orders", "--containing", "b")["messages"]
    assert found["body"] == "b"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "after 0 s: orders has 0 of 1 messages that can be received"),
        (["--messages", "2"], "after 0 s: orders has 0 of 2 messages that can be received"),
        (["--containing", "x"], "after 0 s: orders has 1 of 1 messages"),
        (["--empty"], "after 0 s: orders has 1 messages"),
    ],
)
def test_wait_fails_after_its_timeout(commands: Commands, orders: str, options: list[str], told: str) -> None:
    commands.text("send", "orders", "y", "--delay", "15m")
    told = told.replace("1 of 1 messages", "0 of 1 messages containing 'x'")
    assert commands.error("wait", "orders", "--timeout", "0", *options) == f"Error: {told}\n"


def test_wait_for_a_queue_that_does_not_exist_yet_fails_after_its_timeout(commands: Commands) -> None:
    assert "after 0 s: there is no queue not-there-yet" in commands.error("wait", "not-there-yet", "--timeout", "0")


@pytest.mark.parametrize("options", [["--messages", "2"], ["--containing", "x"], ["--empty"]])
def test_wait_for_messages_needs_a_queue(commands: Commands, options: list[str]) -> None:
    assert "give QUEUE too" in commands.error("wait", *options, code=2)


def test_a_queue_cannot_be_empty_and_have_messages(commands: Commands) -> None:
    assert "Give either --empty" in commands.error("wait", "orders", "--empty", "--messages", "1", code=2)


def test_findings_say_what_looks_wrong(commands: Commands, sns: Any, account: str) -> None:
    own = ("--account", account)
    assert commands.text("findings", *own) == "Nothing looks wrong.\n"
    topic = sns.create_topic(Name="sales")["TopicArn"]
    sns.publish(TopicArn=topic, Message="x")
    assert commands.text("findings", *own).splitlines() == [
        "warning: Messages are published to a topic without subscriptions (no-subscribers)",
        f"  {topic}",
        "  1 message was published, and the topic has no subscriptions.",
        "  A message is delivered to those who are subscribed when it is published, and to no one later.",
        "  Subscribe an endpoint.",
    ]
    assert commands.json("findings", "--rule", "no-subscribers", *own)["findings"][0]["resource"] == topic
    assert commands.text("findings", "--rule", "dead-letters", "--strict", *own) == "Nothing looks wrong.\n"
    assert commands.error("findings", "--strict", *own).endswith("Error: Errors and warnings: 1 of 1 finding.\n")
    assert "there is no rule `none`" in commands.error("findings", "--rule", "none")


def test_findings_of_several_pages_are_all_shown(commands: Commands, sns: Any, account: str) -> None:
    for number in range(101):
        sns.publish(TopicArn=sns.create_topic(Name=f"topic-{number}")["TopicArn"], Message="x")
    assert len(commands.json("findings", "--account", account)["findings"]) == 101
