"""Long polls without HTTP: in which order they are served, and what becomes of those whose client has gone."""

import asyncio

from tests.sqs.parked import NOW, World, in_event_loop, settle

# -- First come, first served --------------------------------------------------------------


@in_event_loop
async def test_waiters_are_served_in_order_of_arrival() -> None:
    world = World()
    parked = [await world.park() for _ in range(4)]
    for body in ("one", "two"):
        world.send(body)
    await settle()
    assert [each.done() for each in parked] == [True, True, False, False]
    world.send("three")
    await settle()
    world.send("four")
    await settle()
    assert [each.result() for each in parked] == [["one"], ["two"], ["three"], ["four"]]


@in_event_loop
async def test_waiters_woken_in_vain_keep_their_places() -> None:
    world = World()
    greedy = await world.park(limit=10)
    parked = [await world.park() for _ in range(3)]
    for body in "abcd":
        world.send(body)
    await settle()
    assert greedy.result() == ["a", "b", "c", "d"]
    for number, body in enumerate(("one", "two", "three")):
        assert not parked[number].done()
        world.send(body)
        await settle()
        assert parked[number].result() == [body]


@in_event_loop
async def test_receive_that_does_not_wait_may_be_quicker() -> None:
    world = World()
    first, second = await world.park(), await world.park()
    world.send("one")
    assert len(world.receive()) == 1
    await settle()
    assert not first.done()
    world.send("two")
    await settle()
    assert first.result() == ["two"]
    assert not second.done()


@in_event_loop
async def test_one_message_wakes_one_of_many() -> None:
    world = World()
    parked = [await world.park() for _ in range(50)]
    world.send("hello")
    world.queue.set_attributes(world.queue.attributes, NOW)  # a change while the first is about to take its message
    await settle()
    assert [each.done() for each in parked] == [True] + [False] * 49
    assert world.takes == 1
    for each in parked:
        each.cancel()
    await settle()


# -- Clients that hang up ------------------------------------------------------------------


@in_event_loop
async def test_client_that_has_gone_gets_nothing() -> None:
    world = World()
    gone, patient = await world.park(), await world.park()
    gone.cancel()
    world.send("hello")
    await settle()
    assert gone.cancelled()
    assert patient.result() == ["hello"]


@in_event_loop
async def test_client_that_goes_while_it_is_woken_leaves_the_message_to_the_next() -> None:
    for turns in range(4):  # of the event loop, which a hang-up takes to reach the request
        world = World()
        gone, patient = await world.park(), await world.park()
        world.send("hello")
        for _ in range(turns):  # the first is awake, and about to take the message
            await asyncio.sleep(0)
        gone.cancel()
        await settle()
        assert gone.cancelled(), turns
        assert patient.result() == ["hello"]


@in_event_loop
async def test_message_nobody_was_there_for_stays_as_it_was() -> None:
    world = World()
    gone = await world.park()
    world.send("hello")
    gone.cancel()
    await settle()
    (delivery,) = world.receive()
    assert delivery.message.receive_count == 1
    assert delivery.message.first_received_at == NOW


@in_event_loop
async def test_nothing_is_left_in_the_alarm_when_the_queue_is_deleted() -> None:
    world = World()
    world.send("late", delay=900)
    parked = await world.park()
    assert world.clock.alarm.seconds_left() == 900
    world.queues.delete(world.queue, world.clock.now())
    await settle()
    assert parked.done()
    assert world.clock.alarm.seconds_left() is None
