"""What a queue counts."""

import pytest
from msgspec import Struct

from emulator.aws.sqs_errors import ReceiptHandleIsInvalid
from emulator.foundation.ids import Ids
from emulator.sqs.message import Message
from emulator.sqs.message_content import Content, Recipe
from emulator.sqs.move_tasks import MoveTasks
from emulator.sqs.queue import Queue
from tests.sqs.world import World, message, receive_one, redrive, send


def test_messages_sent_are_counted_with_their_bytes() -> None:
    queue = World().standard()
    send(queue, "abc", "ä")
    assert (queue.totals.sent, queue.totals.measured, queue.totals.measured_bytes) == (2, 2, 5)


class Abc(Struct, frozen=True):
    """The recipe of a body."""

    def render(self) -> str:
        return "abc"

    def recorded(self, beside: Recipe | None) -> object:
        return self


def test_size_of_a_body_that_is_rendered_counts_once_it_is_received() -> None:
    queue = World().standard(VisibilityTimeout="10")
    queue.send(Message("id", Content(Abc(), "AIDA", origin="publish")), 0)
    assert (queue.totals.sent, queue.totals.measured) == (1, 0)
    for now in (1, 100):
        assert receive_one(queue, now).message.body == "abc"
    assert (queue.totals.measured, queue.totals.measured_bytes) == (1, 3)


def test_duplicate_counts_as_deduplicated_and_not_as_sent() -> None:
    queue = World().fifo()
    for _ in range(3):
        queue.send(message("body", group="g", dedup="d"), 0)
    assert (queue.totals.sent, queue.totals.deduplicated) == (1, 2)


def test_message_counts_as_received_as_often_as_it_is() -> None:
    queue = World().standard()
    send(queue, "a", "b")
    queue.receive(10, 30, 0)
    queue.receive(10, 30, 30)
    assert queue.totals.received == 4


def test_repeated_attempt_counts_as_received_again() -> None:
    queue = World().fifo()
    send(queue, "a", "b", group="g")
    for _ in range(2):
        queue.receive(10, 30, 0, "attempt")
    assert queue.totals.received == 4


def test_repeated_deletion_counts_again_and_a_refused_one_does_not() -> None:
    queue = World().standard()
    send(queue, "a")
    handle = receive_one(queue, 0).receipt_handle
    for _ in range(2):
        queue.delete(handle, 1)
    with pytest.raises(ReceiptHandleIsInvalid):
        queue.delete("nonsense", 1)
    assert queue.totals.deleted == 2


@pytest.mark.parametrize("fifo", [False, True])
def test_message_that_a_redrive_policy_moves_is_not_sent(fifo: bool) -> None:
    world = World()
    make = world.fifo if fifo else world.standard
    dead = make("dead")
    queue = make(RedrivePolicy=redrive(dead, 1))
    send(queue, "a", group="g" if fifo else None)
    queue.receive(1, 0, 0)
    queue.receive(1, 0, 1)
    assert dead.counts(1).visible == 1
    assert dead.totals.sent == 0


def test_message_that_a_move_task_brings_is_sent() -> None:
    world = World()
    dead = world.standard("dead")
    queue = world.standard(RedrivePolicy=redrive(dead, 1))
    send(dead, "a")
    MoveTasks(world.queues, Ids(seed=2)).start(dead, queue, None, 1)
    assert queue.totals.sent == 1


def oldest_sent_at(queue: Queue, now: float) -> float | None:
    queue.advance(now)
    return queue.contents.oldest_sent_at


def test_oldest_message_is_the_oldest_of_any_state() -> None:
    queue = World().standard()
    assert oldest_sent_at(queue, 0) is None
    send(queue, "a", now=1)
    send(queue, "b", now=2, delay=100)
    handle = receive_one(queue, 3).receipt_handle
    assert oldest_sent_at(queue, 4) == 1
    queue.delete(handle, 5)
    assert oldest_sent_at(queue, 6) == 2
    assert oldest_sent_at(queue, 200) == 2
    queue.purge(201)
    assert oldest_sent_at(queue, 202) is None
