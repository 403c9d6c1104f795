import pytest
from desk import Desk

from emulator.testing import EmulatedAccount

pytestmark = pytest.mark.emulator(templates=["template.yaml"])


def test_urgent_ticket_comes_first(emulator: EmulatedAccount) -> None:
    desk = Desk()
    desk.open("anna", "how do I print?")
    desk.open("ben", "the shop is down", urgent=True)
    assert [ticket["customer"] for _ in range(2) for ticket in desk.next_tickets()] == ["ben", "anna"]
    assert [message.state for message in emulator.peek("tickets")] == ["in_flight"]


def test_customer_with_many_tickets_does_not_delay_the_others(emulator: EmulatedAccount) -> None:
    desk = Desk()
    for number in range(60):
        desk.open("anna", f"problem {number}")
    held = [ticket for _ in range(4) for ticket in desk.next_tickets(10)]
    assert {ticket["customer"] for ticket in held} == {"anna"}
    desk.open("ben", "one question")
    assert [ticket["customer"] for ticket in desk.next_tickets()] == ["ben"]
    assert sum(message.state == "visible" for message in emulator.peek("tickets")) == 20


def test_comments_on_a_ticket_stay_in_order_when_one_comes_again(emulator: EmulatedAccount) -> None:
    desk = Desk()
    for text in ("first", "second"):
        desk.comment("7", text)
    assert [comment["text"] for comment in desk.next_comments()] == ["first", "second"]
    desk.comment("8", "another ticket")
    assert [comment["text"] for comment in desk.next_comments()] == ["another ticket"]
    assert desk.next_comments() == []  # those on ticket 7 are in flight

    emulator.clock.advance(60)
    again = [comment["text"] for comment in desk.next_comments() if comment["ticket"] == "7"]
    assert again == ["first", "second"]


def test_comment_that_is_sent_twice_is_taken_once_in_five_minutes(emulator: EmulatedAccount) -> None:
    desk = Desk()
    desk.comment("7", "hello?")
    emulator.clock.advance(299)
    desk.comment("7", "hello?")
    assert len(emulator.peek("comments.fifo")) == 1
    emulator.clock.advance(2)
    desk.comment("7", "hello?")
    assert len(emulator.peek("comments.fifo")) == 2
