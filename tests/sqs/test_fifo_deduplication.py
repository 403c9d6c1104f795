from hashlib import sha256

import pytest

from emulator.aws.accepted import Accepted
from emulator.sqs.exactly_once import sequence_number
from emulator.sqs.queue import Queue
from tests.sqs.world import World, bodies, message, receive_one, send


@pytest.fixture
def queue(world: World) -> Queue:
    """A queue with a visibility timeout of 30 seconds, without delay."""
    return world.fifo()


def test_a_duplicate_is_accepted_and_not_delivered(queue: Queue) -> None:
    first = message("a", group="g", dedup="id")
    accepted = queue.send(first, 0)
    assert accepted == Accepted(first.id, sequence_number(first.sequence))
    assert queue.send(message("b", group="g", dedup="id"), 299) == accepted
    assert queue.counts(299) == (1, 0, 0)


def test_a_deduplication_id_can_be_used_again_after_five_minutes(queue: Queue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="g", dedup="id"), 300)
    assert bodies(queue.receive(10, None, 300)) == ["a", "b"]


def test_a_duplicate_does_not_prolong_the_five_minutes(queue: Queue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="g", dedup="id"), 200)
    queue.send(message("c", group="g", dedup="id"), 300)
    assert bodies(queue.receive(10, None, 300)) == ["a", "c"]


def test_a_duplicate_of_a_deleted_message_is_still_one(queue: Queue) -> None:
    first = queue.send(message("a", group="g", dedup="id"), 0)
    queue.delete(receive_one(queue, 1).receipt_handle, 2)
    assert queue.send(message("a", group="g", dedup="id"), 3) == first
    assert queue.counts(3) == (0, 0, 0)


def test_messages_without_an_id_deduplicate_by_the_hash_of_their_body(queue: Queue) -> None:
    send(queue, "a", "a", "b", group="g")
    delivered = queue.receive(10, None, 0)
    assert bodies(delivered) == ["a", "b"]
    assert delivered[0].message.deduplication_id == sha256(b"a").hexdigest()


def test_an_explicit_id_goes_before_the_hash(queue: Queue) -> None:
    queue.send(message("a", group="g", dedup="1"), 0)
    queue.send(message("a", group="g", dedup="2"), 0)
    assert queue.counts(0).visible == 2


def test_an_explicit_id_equal_to_the_hash_is_a_duplicate(queue: Queue) -> None:
    queue.send(message("a", group="g", dedup=sha256(b"b").hexdigest()), 0)
    queue.send(message("b", group="g"), 0)
    assert bodies(queue.receive(10, None, 0)) == ["a"]


def test_ids_count_across_groups_by_default(queue: Queue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="h", dedup="id"), 0)
    assert bodies(queue.receive(10, None, 0)) == ["a"]


def test_ids_count_within_a_group_under_the_scope_message_group(world: World) -> None:
    queue = world.fifo(DeduplicationScope="messageGroup")
    for group in "ghg":
        queue.send(message(group, group=group, dedup="id"), 0)
    assert bodies(queue.receive(10, None, 0)) == ["g", "h"]


def test_after_a_change_of_scope_ids_of_other_groups_are_no_duplicates(world: World) -> None:
    queue = world.fifo(DeduplicationScope="messageGroup")
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.send(message("b", group="h", dedup="id"), 0)
    world.set(queue, 1, DeduplicationScope="queue")
    queue.send(message("c", group="i", dedup="id"), 2)
    assert bodies(queue.receive(10, None, 2)) == ["a", "b", "c"]


def test_a_purge_forgets_deduplication_ids(queue: Queue) -> None:
    queue.send(message("a", group="g", dedup="id"), 0)
    queue.purge(1)
    queue.send(message("b", group="g", dedup="id"), 1)
    assert bodies(queue.receive(10, None, 1)) == ["b"]


def test_a_purge_unlocks_every_group(queue: Queue) -> None:
    send(queue, "a", group="g")
    receive_one(queue, 0)
    queue.purge(1)
    send(queue, "b", now=1, group="g")
    assert bodies(queue.receive(10, None, 1)) == ["b"]
