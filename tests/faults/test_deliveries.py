"""Faults of deliveries: a deliverer that is wrapped in them, and the order in which things are told."""

import pytest

from emulator.clock import Clocks
from emulator.events import Event, Observer
from emulator.faults.faults import Faults
from emulator.faults.rule import Rule
from emulator.ids import Ids
from emulator.sns.service import SnsService
from tests.recorder import Recorder, into
from tests.sns.world import ACCOUNT, NOW, QUEUE, RecordingSink, World, message


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize(
    ("rule", "arrived", "told"),
    [
        (Rule(double_delivery=True), 4, ["Disturbed", "Delivered", "Delivered"] * 2),
        (Rule(drop_delivery=True), 0, ["Disturbed"] * 2),
        (Rule(drop_delivery=True, first=1), 1, ["Disturbed", "Delivered"]),
        (Rule(delay_delivery=10), 0, ["Disturbed"] * 2),
    ],
)
def test_each_subscriber_meets_the_faults_in_its_turn(rule: Rule, arrived: int, told: list[str], watched: bool) -> None:
    events: list[Event] = []
    observer, clocks, sink = Observer(into(events)), Clocks(frozen_at=NOW), RecordingSink()
    world = World(sink, SnsService(sink, Ids(seed=1), observer))
    topic = world.topic()
    for number in range(2):
        world.subscribe_raw(topic, f"{QUEUE}-{number}")
    if watched:
        observer.watch(Recorder([]))
    fan_out = world.sns.fan_out
    faults = Faults(clocks, observer, lambda: None, stall_seconds=0)
    faults.add(rule)
    assert faults.of_deliveries is not None
    fan_out.wrap(faults.of_deliveries.wrap)
    events.clear()
    world.publish(topic, message())
    names = [type(event).__name__ for event in events]
    assert (len(sink.sent), names) == (arrived, ["Published", *told])
    late = 2 if rule.delay_delivery else 0
    clocks.of(ACCOUNT).advance(10)
    assert len(sink.sent) == arrived + late
    fan_out.wrap(None)
    world.publish(topic, message())
    assert len(sink.sent) == arrived + late + 2
