"""Faults of deliveries: a deliverer that is wrapped in them, and the order in which things are told."""

import pytest

from emulator.faults.faults import Faults
from emulator.faults.rule import Rule
from emulator.foundation.events import Event, Observer
from emulator.foundation.ids import Ids
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.service import SnsService
from emulator.timing.clock import Clocks
from tests.recorder import Recorder, into
from tests.sns.world import ACCOUNT, NOW, QUEUE, RecordingSink, World, message
from tests.state.world import topic_arn


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


@pytest.mark.parametrize(
    ("headers", "fails"),
    [
        ({"x-amz-sns-topic-arn": topic_arn("topic"), "x-amz-sns-message-id": "id"}, True),
        ({"x-amz-sns-topic-arn": topic_arn("topic")}, True),
        ({"x-amz-sns-topic-arn": "no ARN", "x-amz-sns-message-id": "id"}, False),
        ({}, False),
    ],
)
def test_attempt_of_a_state_document_fails_where_its_headers_name_a_topic(headers: dict[str, str], fails: bool) -> None:
    faults = Faults(Clocks(frozen_at=NOW), Observer(), lambda: None, stall_seconds=0)
    faults.add(Rule(fail_delivery=503))
    assert faults.of_attempts is not None
    message = HttpMessage("http://localhost:1/", {"x-amz-sns-message-type": "Notification", **headers}, b"")
    answer = faults.of_attempts.attempt(message)
    assert (answer is not None and answer.status == 503) == fails
