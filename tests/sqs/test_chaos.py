from collections import Counter

import pytest

from emulator.foundation.ids import Ids
from emulator.sqs.chaos import StandardQueueChaos
from emulator.sqs.message import Delivery
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues
from tests.sqs.world import ACCOUNT, REGION, World, bodies, redrive, send

SEEDS = range(20)


def chaotic(seed: int, **attributes: object) -> Queue:
    queue = World().standard(**attributes)
    queue.contents.set_chaos(StandardQueueChaos(seed))
    return queue


def receive_in_rounds(queue: Queue, rounds: int, limit: int = 10) -> list[list[Delivery]]:
    return [queue.receive(limit, None, 0) for _ in range(rounds)]


def test_the_same_seed_and_calls_give_the_same_chaos() -> None:
    def run(seed: int) -> list[list[str]]:
        queue = chaotic(seed)
        send(queue, *map(str, range(100)))
        return [bodies(deliveries) for deliveries in receive_in_rounds(queue, 20)]

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_messages_come_out_of_order() -> None:
    queue = chaotic(1)
    send(queue, *(f"{number:02}" for number in range(100)))
    received = [body for deliveries in receive_in_rounds(queue, 30) for body in bodies(deliveries)]
    assert received != sorted(received)


def test_a_message_is_delivered_twice_within_its_visibility_timeout() -> None:
    queue = chaotic(1)
    send(queue, *map(str, range(100)))
    received = Counter(body for deliveries in receive_in_rounds(queue, 30) for body in bodies(deliveries))
    assert max(received.values()) > 1


def test_fewer_messages_come_than_there_are_and_at_times_none() -> None:
    queue = chaotic(1)
    send(queue, *map(str, range(1_000)))
    sizes = {len(deliveries) for deliveries in receive_in_rounds(queue, 50)}
    assert 0 in sizes
    assert 10 in sizes
    assert len(sizes) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_every_message_is_received_in_the_end_and_none_after_its_deletion(seed: int) -> None:
    queue = chaotic(seed)
    send(queue, *map(str, range(50)))
    deleted: set[str] = set()
    now = 0
    while sum(queue.counts(now)):
        now += 10
        assert now < 100_000
        for delivery in queue.receive(10, None, now):
            message = delivery.message
            assert message.body not in deleted
            if message.receive_count > int(message.body) % 3:  # some are left to expire once or twice
                queue.delete(delivery.receipt_handle, now)
                deleted.add(message.body)
    assert deleted == set(map(str, range(50)))


def repeated(queue: Queue) -> tuple[Delivery, Delivery]:
    """Two deliveries of one message that is in flight."""
    send(queue, *map(str, range(100)))
    first: dict[str, Delivery] = {}
    for deliveries in receive_in_rounds(queue, 30):
        for delivery in deliveries:
            earlier = first.setdefault(delivery.message.body, delivery)
            if earlier is not delivery:
                return earlier, delivery
    raise AssertionError("no message was delivered twice")


def test_a_message_delivered_again_counts_once_in_flight_and_twice_as_received() -> None:
    queue = chaotic(1)
    first, second = repeated(queue)
    assert second.message is first.message
    assert second.message.receive_count == 2
    counts = queue.counts(0)
    assert counts.visible + counts.in_flight == 100
    assert counts.in_flight == sum(message.in_flight for message in queue)


@pytest.mark.parametrize("which", [0, 1])
def test_the_handles_of_both_deliveries_work(which: int) -> None:
    queue = chaotic(1)
    deliveries = repeated(queue)
    handle = deliveries[which].receipt_handle
    total = sum(queue.counts(0))
    queue.change_visibility(handle, 100, 1)
    assert deliveries[0].message.visible_at == 101
    queue.delete(handle, 2)
    assert sum(queue.counts(2)) == total - 1
    queue.delete(deliveries[1 - which].receipt_handle, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_message_is_never_delivered_more_often_than_its_dead_letter_queue_allows(seed: int) -> None:
    world = World()
    dead = world.standard("dead")
    queue = world.standard(VisibilityTimeout=5, RedrivePolicy=redrive(dead, 3))
    queue.contents.set_chaos(StandardQueueChaos(seed))
    send(queue, *map(str, range(20)))
    for now in range(400):
        assert all(delivery.message.receive_count <= 3 for delivery in queue.receive(10, None, now))
    assert queue.counts(400) == (0, 0, 0)
    assert dead.counts(400).visible == 20


@pytest.mark.parametrize("seed", SEEDS)
def test_chaos_reigns_among_tenants_too(seed: int) -> None:
    queue = chaotic(seed, VisibilityTimeout=1_000)
    for tenant in "abc":
        send(queue, *(f"{tenant}{number}" for number in range(60)), group=tenant)
    send(queue, *map(str, range(60)))
    received: set[str] = set()
    for _ in range(200):
        received |= set(bodies(queue.receive(10, None, 0)))
    assert len(received) == 240
    assert queue.counts(0) == (0, 0, 240)


def test_the_limit_in_flight_holds_in_chaos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.sqs.queue.IN_FLIGHT_MAX", 15)
    queue = chaotic(1)
    send(queue, *map(str, range(100)))
    for _ in range(100):
        queue.receive(10, None, 0)
        assert queue.counts(0).in_flight <= 15
    assert queue.full
    assert not any(receive_in_rounds(queue, 100))


def test_chaos_can_be_ended() -> None:
    queue = chaotic(1)
    send(queue, *(f"{number:02}" for number in range(50)))
    queue.receive(10, 0, 0)
    queue.contents.set_chaos(None)
    received = [body for deliveries in receive_in_rounds(queue, 5) for body in bodies(deliveries)]
    assert received == [f"{number:02}" for number in range(50)]


def test_with_a_seed_for_all_every_standard_queue_has_chaos_of_its_own() -> None:
    def run(seed: int | None, name: str) -> list[str]:
        queue = Queues(Ids(seed=1), chaos_seed=seed).create(name, ACCOUNT, REGION, {}, {}, 0)
        send(queue, *map(str, range(100)))
        return bodies(queue.receive(10, None, 0))

    assert run(1, "jobs") == run(1, "jobs")
    assert len({tuple(run(seed, name)) for seed in (1, 2) for name in ("jobs", "other")}) == 4
    assert run(None, "jobs") == list(map(str, range(10)))


def test_fifo_queues_know_no_chaos() -> None:
    queue = Queues(Ids(seed=1), chaos_seed=1).create("jobs.fifo", ACCOUNT, REGION, {"FifoQueue": "true"}, {}, 0)
    send(queue, *(f"{number:02}" for number in range(50)), group="g")
    received: list[str] = []
    for _ in range(5):
        for delivery in queue.receive(10, None, 0):
            received.append(delivery.message.body)
            queue.delete(delivery.receipt_handle, 0)
    assert received == [f"{number:02}" for number in range(50)]
