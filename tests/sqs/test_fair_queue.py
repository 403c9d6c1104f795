import itertools
from collections import Counter

import pytest

from emulator.sqs.queue import Queue
from tests.sqs.snapshot import entries
from tests.sqs.world import World, bodies, receive_one, redrive, send


@pytest.fixture
def queue(world: World) -> Queue:
    return world.standard(VisibilityTimeout=1_000)


def flood(queue: Queue, tenant: str, *, sent: int, received: int, now: float = 0) -> list[str]:
    """``sent`` messages of one tenant, of which ``received`` are in flight under the handles returned."""
    send(queue, *[f"{tenant}{number}" for number in range(sent)], now=now, group=tenant)
    handles: list[str] = []
    for left in range(received, 0, -10):
        handles += [delivery.receipt_handle for delivery in queue.receive(min(10, left), None, now)]
    assert len(handles) == received
    return handles


def test_a_tenant_that_takes_too_much_waits_for_the_others(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    send(queue, "b0", "b1", now=1, group="b")
    assert bodies(queue.receive(3, None, 1)) == ["b0", "b1", "a30"]


def test_twenty_nine_in_flight_are_not_too_much(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=29)
    send(queue, "b0", now=1, group="b")
    assert bodies(queue.receive(1, None, 1)) == ["a29"]
    assert bodies(queue.receive(1, None, 1)) == ["b0"]


def test_a_tenth_of_the_messages_in_flight_is_not_too_much(queue: Queue) -> None:
    send(queue, *[f"alone{number}" for number in range(270)])
    for _ in range(27):
        queue.receive(10, None, 0)
    flood(queue, "a", sent=100, received=30)
    send(queue, "b0", now=1, group="b")
    assert bodies(queue.receive(1, None, 1)) == ["a30"]
    assert bodies(queue.receive(1, None, 1)) == ["b0"]


def test_a_share_that_grows_as_others_finish_counts_when_its_tenant_is_next(queue: Queue) -> None:
    send(queue, *[f"alone{number}" for number in range(300)])
    others = [delivery for _ in range(30) for delivery in queue.receive(10, None, 0)]
    flood(queue, "a", sent=100, received=30)
    send(queue, "b0", now=1, group="b")
    for delivery in others[:50]:
        queue.delete(delivery.receipt_handle, 1)
    assert bodies(queue.receive(1, None, 1)) == ["b0"]


def test_a_share_does_not_count_while_somebody_else_is_next(queue: Queue) -> None:
    send(queue, *[f"alone{number}" for number in range(270)])
    others = [delivery for _ in range(27) for delivery in queue.receive(10, None, 0)]
    flood(queue, "a", sent=30, received=30)
    queue.delete(others[0].receipt_handle, 1)  # from here a has more than a tenth
    send(queue, "alone", now=1)
    send(queue, "a30", now=1, group="a")
    send(queue, "b0", now=1, group="b")
    assert bodies(queue.receive(1, None, 1)) == ["alone"]  # and from here it has no longer
    assert bodies(queue.receive(1, None, 1)) == ["a30"]


def test_messages_without_a_group_go_before_a_noisy_tenant(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    send(queue, "alone", now=1)
    assert bodies(queue.receive(2, None, 1)) == ["alone", "a30"]


def test_messages_without_a_group_are_never_too_much(queue: Queue) -> None:
    send(queue, *[f"alone{number}" for number in range(100)])
    for _ in range(9):
        queue.receive(10, None, 0)
    send(queue, "a", now=1, group="a")
    assert bodies(queue.receive(10, None, 1)) == [f"alone{number}" for number in range(90, 100)]


def test_among_quiet_tenants_and_messages_without_a_group_age_decides(queue: Queue) -> None:
    for number, group in enumerate(["a", None, "b", "a", None]):
        send(queue, str(number), group=group)
    assert bodies(queue.receive(10, None, 0)) == ["0", "1", "2", "3", "4"]


def test_a_noisy_tenant_is_served_when_nobody_else_waits(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    assert bodies(queue.receive(3, None, 1)) == ["a30", "a31", "a32"]


def test_of_two_noisy_tenants_the_one_with_fewer_in_flight_comes_first(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=40)
    flood(queue, "b", sent=100, received=35)
    assert bodies(queue.receive(10, None, 1)) == [
        *["b35", "b36", "b37", "b38", "b39"],  # from here both have forty, and a's messages are older
        *["a40", "b40", "a41", "b41", "a42"],
    ]


def test_a_noisy_tenant_stays_noisy_when_its_messages_are_done(queue: Queue) -> None:
    for handle in flood(queue, "a", sent=100, received=30):
        queue.delete(handle, 1)
    send(queue, "b0", now=1, group="b")
    assert bodies(queue.receive(1, None, 1)) == ["b0"]


def test_a_tenant_is_quiet_again_when_its_backlog_is_drained(queue: Queue) -> None:
    for handle in flood(queue, "a", sent=40, received=40):
        queue.delete(handle, 1)
    send(queue, "a-new", now=2, group="a")
    send(queue, "b0", now=2, group="b")
    assert bodies(queue.receive(2, None, 2)) == ["a-new", "b0"]


def test_a_tenant_is_quiet_again_when_it_has_sent_nothing_for_five_minutes(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    send(queue, "b0", "b1", now=299, group="b")
    assert bodies(queue.receive(1, None, 299)) == ["b0"]
    assert bodies(queue.receive(1, None, 300)) == ["a30"]


def test_whoever_goes_on_sending_stays_noisy(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    send(queue, "a-new", now=200, group="a")
    send(queue, "b0", "b1", now=499, group="b")
    assert bodies(queue.receive(1, None, 499)) == ["b0"]
    assert bodies(queue.receive(1, None, 500)) == ["a30"]


def test_whoever_goes_on_sending_stays_noisy_also_with_nothing_in_flight(queue: Queue) -> None:
    for handle in flood(queue, "a", sent=100, received=30):
        queue.delete(handle, 1)
    send(queue, "a-new", now=200, group="a")
    send(queue, "b0", now=499, group="b")
    assert bodies(queue.receive(1, None, 499)) == ["b0"]


def test_a_noisy_tenant_comes_before_another_once_it_has_fewer_in_flight(queue: Queue) -> None:
    handles = flood(queue, "a", sent=100, received=40)
    flood(queue, "b", sent=100, received=35)
    for handle in handles[:10]:
        queue.delete(handle, 1)
    assert bodies(queue.receive(1, None, 1)) == ["a40"]


def test_a_tenant_quiet_after_five_minutes_is_noisy_when_it_sends_again(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    assert bodies(queue.receive(1, None, 300)) == ["a30"]
    send(queue, "a-new", now=301, group="a")
    send(queue, "b0", now=301, group="b")
    assert bodies(queue.receive(1, None, 301)) == ["b0"]


def test_a_tenant_quiet_for_five_minutes_is_quiet_though_nobody_looked_meanwhile(queue: Queue) -> None:
    for handle in flood(queue, "a", sent=100, received=30):
        queue.delete(handle, 1)
    send(queue, "a-new", now=300, group="a")
    send(queue, "b0", now=300, group="b")
    assert bodies(queue.receive(1, None, 300)) == ["a30"]


def test_messages_of_a_noisy_tenant_that_expire_return_behind_the_others(world: World) -> None:
    queue = world.standard(VisibilityTimeout=10)
    flood(queue, "a", sent=40, received=35)
    send(queue, "b0", now=10, group="b")
    assert bodies(queue.receive(2, None, 10)) == ["b0", "a0"]


def test_a_delayed_message_belongs_to_its_tenant_when_its_delay_is_over(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    send(queue, "b0", group="b", delay=10)
    assert bodies(queue.receive(1, None, 9)) == ["a30"]
    assert bodies(queue.receive(1, None, 10)) == ["b0"]


def test_moved_messages_keep_their_tenant(world: World, queue: Queue) -> None:
    dead = world.standard("dead", VisibilityTimeout=1_000)
    flood(dead, "a", sent=100, received=30)
    world.set(queue, RedrivePolicy=redrive(dead, 1))
    send(queue, "b0", "b1", group="b")
    queue.receive(2, 0, 0)
    queue.receive(2, 0, 0)
    assert bodies(dead.receive(3, None, 1)) == ["b0", "b1", "a30"]


def test_only_the_order_changes(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    send(queue, "b0", now=1, group="b")
    assert queue.counts(1) == (71, 0, 30)
    assert queue.receivable(1) == 71
    received = [body for _ in range(8) for body in bodies(queue.receive(10, None, 1))]
    assert Counter(received) == Counter(["b0", *[f"a{number}" for number in range(30, 100)]])


def test_a_visible_message_hidden_or_deleted_by_its_old_handle_leaves_its_tenant(queue: Queue) -> None:
    send(queue, "a0", "a1", "a2", group="a")
    hidden, deleted = queue.receive(2, 0, 0)
    queue.change_visibility(hidden.receipt_handle, 10, 0)
    queue.delete(deleted.receipt_handle, 0)
    assert bodies(queue.receive(10, None, 0)) == ["a2"]
    assert bodies(queue.receive(10, None, 10)) == ["a0"]


def test_a_purge_forgets_who_was_noisy(queue: Queue) -> None:
    flood(queue, "a", sent=100, received=30)
    queue.purge(1)
    send(queue, "a", now=2, group="a")
    send(queue, "b", now=2, group="b")
    assert bodies(queue.receive(2, None, 2)) == ["a", "b"]


def test_tenants_that_are_done_leave_nothing_behind(queue: Queue) -> None:
    send(queue, "a", group="first")
    queue.delete(receive_one(queue, 0).receipt_handle, 0)
    few = entries(queue)
    for number in range(1_000):
        send(queue, "a", group=f"group-{number}")
        queue.delete(receive_one(queue, 0).receipt_handle, 0)
    assert entries(queue) < few + 500


def test_a_tenant_that_turns_noisy_again_and_again_leaves_little_behind(queue: Queue) -> None:
    flood(queue, "a", sent=40, received=40)
    few = entries(queue)
    for number in itertools.count():
        send(queue, f"new{number}", group="a")
        send(queue, f"other{number}", group="b")
        for delivery in queue.receive(2, None, 0):
            queue.delete(delivery.receipt_handle, 0)
        if number == 1_000:
            break
    assert entries(queue) < few + 1_000
