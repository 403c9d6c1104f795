"""Time and trouble: the clock, faults, the state and the reset."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import expect

from tests import boto
from tests.console.visitor import Visitor
from tests.control.calls import call


def clock(visitor: Visitor) -> Any:
    return call(f"{visitor.url}/_emulator/clock?account={boto.ACCOUNT}")[1]


def test_clock_is_frozen_and_advanced(visitor: Visitor) -> None:
    visitor.open("#/trouble")
    visitor.press("Freeze")
    visitor.sees("stopped")
    before = clock(visitor)
    assert before["frozen"]
    for button, seconds in (("+30 s", 30), ("+5 min", 300)):
        visitor.press(button)
        before_text = visitor.page.locator(".facts dd").first
        expect(before_text).to_contain_text(_time(before["epoch"] + seconds))
        before = clock(visitor)
    visitor.fill(Seconds="3600")
    visitor.press("Advance")
    expect(visitor.page.locator(".facts dd").first).to_contain_text(_time(before["epoch"] + 3_600))
    visitor.press("Let it run on")
    visitor.does_not_see("stopped")
    assert not clock(visitor)["frozen"]


def _time(epoch: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(epoch, UTC).strftime("%H:%M:%S")


@pytest.mark.thorough
def test_clock_goes_to_what_falls_due_next(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=600)
    visitor.open("#/trouble")
    visitor.press("Freeze")
    visitor.sees("stopped", "orders")
    visitor.press("To the next")
    visitor.does_not_see("in 10 min")
    assert visitor.bodies(url) == ["later"]


def test_fault_is_added_by_a_form_counts_and_is_removed(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.open("#/trouble?tab=faults")
    visitor.sees("There are none.")
    visitor.fill(Action="SendMessage", Queue_or_topic="ord*")
    visitor.sees('{"action":"SendMessage","resource":"ord*","error":"InternalError"}')
    visitor.press("Add")
    visitor.sees("is in force.", "matched 0 times")
    with pytest.raises(ClientError, match="Internal"):
        visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")
    visitor.sees("took effect 1 times")
    visitor.press("Remove")
    visitor.sees("There are none.")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")


@pytest.mark.thorough
def test_unsound_fault_is_refused_in_words(visitor: Visitor) -> None:
    visitor.open("#/trouble?tab=faults")
    visitor.fill(Error="NoSuchErrorAtAll")
    visitor.press("Add")
    expect(visitor.page.get_by_role("alert")).to_contain_text("NoSuchErrorAtAll")
    visitor.sees("There are none.")


@pytest.mark.thorough
def test_fault_of_deliveries_is_added_by_the_form(visitor: Visitor) -> None:
    visitor.open("#/trouble?tab=faults")
    visitor.choose("What happens", "The delivery arrives late")
    visitor.fill(Seconds="90")
    visitor.press("Add")
    visitor.sees("is in force.", '{"delay_delivery":90}')


@pytest.mark.thorough
def test_state_is_exported_and_imported(visitor: Visitor, tmp_path: Path) -> None:
    url = visitor.queue("orders")
    visitor.sqs.send_message(QueueUrl=url, MessageBody="one coffee")
    visitor.open("#/trouble?tab=state")
    with visitor.page.expect_download() as download:
        visitor.go("Download state.json")
    file = tmp_path / "kept.json"
    download.value.save_as(file)
    assert "one coffee" in file.read_text()
    visitor.sqs.delete_queue(QueueUrl=url)
    visitor.press("Import")
    visitor.sees("Choose a file first.")
    visitor.page.get_by_label("Document").set_input_files(file)
    visitor.press("Import")
    visitor.sees("kept.json is restored.")
    assert visitor.bodies(url) == ["one coffee"]


@pytest.mark.thorough
def test_document_that_is_none_is_refused_in_words(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"version": 1, "nonsense": True}))
    visitor.open("#/trouble?tab=state")
    visitor.page.get_by_label("Document").set_input_files(file)
    visitor.press("Import")
    expect(visitor.page.get_by_role("alert")).to_contain_text("nonsense")


def test_reset_says_what_it_will_drop_and_drops_it(visitor: Visitor) -> None:
    for name in ("orders", "invoices"):
        visitor.sqs.send_message(QueueUrl=visitor.queue(name), MessageBody="one coffee")
    visitor.topic("sales")
    visitor.open("#/trouble?tab=reset")
    visitor.sees("It will drop 2 queues, 2 messages, 1 topic")
    visitor.choose("Service", "SNS")
    visitor.sees("It will drop 1 topic")
    visitor.press("Reset")
    visitor.press("Yes, reset")
    visitor.sees("Dropped 1 topic", "It will drop nothing.")
    assert visitor.sns.list_topics()["Topics"] == []
    assert len(visitor.sqs.list_queues()["QueueUrls"]) == 2
