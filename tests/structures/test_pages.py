"""The messages of a queue, by number and by age."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from emulator.sqs.message import Message
from emulator.sqs.message_content import Content
from emulator.structures.pages import Pages
from tests.sqs.snapshot import entries


def filled(ages: list[int]) -> tuple[Pages[Message], list[Message]]:
    """With one message for each of ``ages``, in this order; the numbers are those of the list, from 1."""
    messages, added = Pages[Message](), []
    for sent_at in ages:
        message = Message(str(sent_at), Content("body", "sender"), sent_at=float(sent_at))
        messages.append(message)
        added.append(message)
    return messages, added


def age_and_number(message: Message) -> tuple[float, int]:
    return message.sent_at, message.sequence


@given(st.lists(st.integers(0, 9), max_size=600), st.data())
def test_they_are_found_by_number_and_by_age_whichever_are_removed(ages: list[int], data: st.DataObject) -> None:
    messages, left = filled(ages)
    for message in data.draw(st.permutations(left))[: data.draw(st.integers(0, len(left)))]:
        messages.remove(message)
        left.remove(message)
    assert list(messages) == left
    assert len(messages) == len(left)
    assert messages.oldest() is min(left, key=age_and_number, default=None)
    for sequence in range(len(ages) + 2):
        found = messages.get(sequence)
        assert found is next((message for message in left if message.sequence == sequence), None)
        assert (sequence in messages) == (found is not None)


@given(st.lists(st.integers(0, 9), max_size=600), st.integers(0, 9))
def test_those_sent_until_a_time_come_by_age(ages: list[int], until: int) -> None:
    messages, added = filled(ages)
    taken = []
    while (message := messages.sent_until(until)) is not None:
        messages.remove(message)
        taken.append(message)
    assert taken == sorted((message for message in added if message.sent_at <= until), key=age_and_number)
    assert messages.earliest == min((float(age) for age in ages if age > until), default=float("inf"))


def in_order(sequence: int) -> float:
    return sequence


def the_newest_first(sequence: int) -> float:
    return -sequence


def keeps_one_of_many(sent_at: Callable[[int], float]) -> int:
    """How many entries are held where 20,000 messages came and all but the first have gone."""
    messages = Pages[Message]()
    for sequence in range(1, 20_001):
        message = Message("m", Content("body", "sender"), sent_at=sent_at(sequence))
        messages.append(message)
        if sequence > 1:
            messages.remove(message)
    return entries(messages)


def test_nothing_is_kept_of_messages_that_have_gone() -> None:
    assert keeps_one_of_many(in_order) < 100
    assert keeps_one_of_many(the_newest_first) < 400
