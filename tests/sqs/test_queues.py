import json

import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.place import Place
from emulator.aws.sqs_errors import (
    InvalidAttributeName,
    InvalidAttributeValue,
    QueueDeletedRecently,
    QueueDoesNotExist,
    QueueNameExists,
)
from emulator.foundation.ids import Ids
from emulator.sqs.history import History
from emulator.sqs.queue import Queue
from emulator.sqs.queues import Queues, _closed
from tests.sqs.snapshot import entries, snapshot
from tests.sqs.world import ACCOUNT, REGION, World, redrive, send

# -- Creating --------------------------------------------------------------------------------


def test_a_new_queue_knows_its_name_arn_tags_and_time() -> None:
    queue = Queues(Ids(seed=1)).create("jobs", ACCOUNT, REGION, {}, {"team": "a"}, 12.5)
    assert queue.identity == ("jobs", f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs", ACCOUNT, REGION)
    assert queue.tags == {"team": "a"}
    assert (queue.created_at, queue.modified_at) == (12.5, 12.5)


@pytest.mark.parametrize("name", ["a", "A-z_0", "x" * 80])
def test_a_name_has_up_to_eighty_characters(world: World, name: str) -> None:
    assert world.standard(name).identity.name == name


@pytest.mark.parametrize("name", ["", "x" * 81, "a b", "a.b", "ä", "jobs.fifo", ".fifo", "a\n"])
def test_any_other_name_of_a_standard_queue_is_refused(world: World, name: str) -> None:
    with pytest.raises(InvalidParameterValue) as refusal:
        world.create(name)
    assert refusal.value.message == (
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    )


def test_the_suffix_counts_in_the_length_of_a_fifo_name(world: World) -> None:
    assert world.create("x" * 75 + ".fifo", FifoQueue="true").fifo
    with pytest.raises(InvalidParameterValue):
        world.create("x" * 76 + ".fifo", FifoQueue="true")


@pytest.mark.parametrize("name", ["jobs", "", ".fifo", "a.b.fifo", "jobs.fifo.fifo", "jobs.FIFO", "jobs.fifo\n"])
def test_any_other_name_of_a_fifo_queue_is_refused(world: World, name: str) -> None:
    with pytest.raises(InvalidParameterValue) as refusal:
        world.create(name, FifoQueue="true")
    assert refusal.value.message == (
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
        "must end with .fifo suffix and be 1 to 80 in length."
    )


def test_fifo_queue_given_as_false_is_an_unknown_attribute(world: World) -> None:
    with pytest.raises(InvalidAttributeName) as refusal:
        world.create("jobs", FifoQueue="false")
    assert refusal.value.message == "Unknown Attribute FifoQueue."


def test_each_account_and_region_has_queues_of_its_own(world: World) -> None:
    queues = world.queues
    here = world.standard("jobs")
    there = queues.create("jobs", ACCOUNT, "us-east-1", {}, {}, 0)
    theirs = queues.create("jobs", "222222222222", REGION, {}, {}, 0)
    assert len({here, there, theirs}) == 3
    assert list(queues.in_scope(ACCOUNT, REGION)) == [here]
    assert queues.get("222222222222", REGION, "jobs") is theirs
    assert queues.find(there.arn) is there
    assert set(queues) == {here, there, theirs}


def test_the_arn_of_a_queue_bears_the_partition_of_its_region(world: World) -> None:
    queue = world.queues.create("jobs", ACCOUNT, "cn-north-1", {}, {}, 0)
    assert queue.arn == f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:jobs"
    assert world.queues.find(queue.arn) is queue


def test_queues_are_listed_by_name(world: World) -> None:
    for name in ("b", "a", "c"):
        world.standard(name)
    assert [queue.identity.name for queue in world.queues.in_scope(ACCOUNT, REGION)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "jobs",
        "arn:aws:sns:eu-west-1:111111111111:jobs",
        "arn:aws:sqs:x:y:jobs",
        "arn:aws-cn:sqs:eu-west-1:111111111111:jobs",
    ],
)
def test_an_arn_that_is_no_queues_finds_nothing(world: World, arn: str) -> None:
    world.standard("jobs")
    assert world.queues.find(arn) is None


def test_a_missing_queue_does_not_exist(world: World) -> None:
    world.standard("jobs")
    for address in ((ACCOUNT, REGION, "Jobs"), (ACCOUNT, "us-east-1", "jobs"), ("222222222222", REGION, "jobs")):
        with pytest.raises(QueueDoesNotExist):
            world.queues.get(*address)


# -- Creating again --------------------------------------------------------------------------


def test_creating_a_queue_again_finds_it(world: World) -> None:
    queue = world.standard("jobs", DelaySeconds=5, VisibilityTimeout=7)
    send(queue, "a")
    assert world.standard("jobs") is queue
    assert world.standard("jobs", DelaySeconds=5) is queue
    assert queue.counts(0) == (0, 1, 0)


def test_creating_a_queue_again_with_another_value_is_refused(world: World) -> None:
    world.standard("jobs", DelaySeconds=5)
    with pytest.raises(QueueNameExists) as refusal:
        world.standard("jobs", VisibilityTimeout=30, DelaySeconds=6)
    assert refusal.value.message == (
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    )


def test_current_values_are_compared_and_not_those_at_creation(world: World) -> None:
    queue = world.standard("jobs", DelaySeconds=5)
    world.set(queue, DelaySeconds=6)
    assert world.standard("jobs", DelaySeconds=6) is queue
    with pytest.raises(QueueNameExists):
        world.standard("jobs", DelaySeconds=5)


def test_creating_a_fifo_queue_again_finds_it(world: World) -> None:
    queue = world.fifo("jobs", ContentBasedDeduplication="true")
    assert world.fifo("jobs") is queue
    with pytest.raises(QueueNameExists) as refusal:
        world.fifo("jobs", ContentBasedDeduplication="false")
    assert refusal.value.message.endswith("attribute ContentBasedDeduplication")


def test_a_queue_refused_for_its_attributes_is_not_created(world: World) -> None:
    empty = snapshot(world.queues)
    with pytest.raises(InvalidAttributeValue):
        world.create("jobs", DelaySeconds=901)
    assert snapshot(world.queues) == empty


# -- Dead-letter queues ----------------------------------------------------------------------


def refused(world: World, source: Queue, policy: str) -> str:
    """The reason why ``source`` cannot have this redrive policy; it is refused to a new queue just so."""
    before = snapshot(source)
    with pytest.raises(InvalidParameterValue) as refusal:
        world.set(source, RedrivePolicy=policy)
    assert snapshot(source) == before
    suffix, given = (".fifo", {"FifoQueue": "true"}) if source.fifo else ("", {})
    with pytest.raises(InvalidParameterValue):
        world.create("new" + suffix, RedrivePolicy=policy, **given)
    start = f"Value {policy} for parameter RedrivePolicy is invalid. Reason: "
    assert refusal.value.message.startswith(start)
    return refusal.value.message.removeprefix(start)


def test_a_dead_letter_queue_must_exist(world: World) -> None:
    source, gone = world.standard("source"), world.standard("gone")
    policy = redrive(gone, 1)
    world.queues.delete(gone, 0)
    assert refused(world, source, policy) == "Dead letter target does not exist."


@pytest.mark.parametrize(("account", "region"), [("222222222222", REGION), (ACCOUNT, "us-east-1")])
def test_a_dead_letter_queue_is_of_the_same_account_and_region(world: World, account: str, region: str) -> None:
    elsewhere = world.queues.create("dead", account, region, {}, {}, 0)
    assert refused(world, world.standard("source"), redrive(elsewhere, 1)) == "Dead letter target does not exist."


def test_a_dead_letter_queue_is_of_the_same_type(world: World) -> None:
    reason = "Dead-letter queue must be same type of queue as the source."
    standard, fifo = world.standard(), world.fifo()
    assert refused(world, standard, redrive(fifo, 1)) == reason
    assert refused(world, fifo, redrive(standard, 1)) == reason


def test_a_dead_letter_queue_that_denies_all_sources_is_refused(world: World) -> None:
    dead = world.standard("dead", RedriveAllowPolicy='{"redrivePermission": "denyAll"}')
    assert "allow" in refused(world, world.standard("source"), redrive(dead, 1))


def test_a_dead_letter_queue_is_open_to_the_sources_it_names(world: World) -> None:
    source, other = world.standard("source"), world.standard("other")
    allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [source.arn]})
    dead = world.standard("dead", RedriveAllowPolicy=allow)
    world.set(source, RedrivePolicy=redrive(dead, 1))
    assert "allow" in refused(world, other, redrive(dead, 1))


def test_the_sources_of_a_dead_letter_queue_are_found(world: World) -> None:
    dead = world.standard("dead")
    sources = [world.standard(name, RedrivePolicy=redrive(dead, 1)) for name in ("a", "b")]
    world.standard("c")
    assert world.queues.dead_letter_sources(dead) == sources


def test_other_attributes_can_be_set_when_the_dead_letter_queue_is_gone(world: World) -> None:
    dead = world.standard("dead")
    source = world.standard("source", RedrivePolicy=redrive(dead, 1))
    world.queues.delete(dead, 0)
    world.set(source, 1, DelaySeconds=1)
    assert source.attributes.delay_seconds == 1


# -- Changing --------------------------------------------------------------------------------


def test_a_change_is_remembered_with_its_time(world: World) -> None:
    queue = world.standard()
    world.set(queue, 5, DelaySeconds=1)
    assert (queue.created_at, queue.modified_at) == (0, 5)


def test_a_refused_change_changes_nothing(world: World) -> None:
    queue = world.standard()
    before = snapshot(queue)
    with pytest.raises(InvalidAttributeValue):
        world.set(queue, 5, DelaySeconds=1, VisibilityTimeout=-1)
    assert snapshot(queue) == before


# -- Deleting --------------------------------------------------------------------------------


def test_a_deleted_queue_is_gone_and_its_name_is_free(world: World) -> None:
    queue = world.standard("jobs")
    send(queue, "a")
    world.queues.delete(queue, 1)
    assert queue.deleted
    with pytest.raises(QueueDoesNotExist):
        world.queues.get(ACCOUNT, REGION, "jobs")
    again = world.standard("jobs", DelaySeconds=1)
    assert again is not queue
    assert again.counts(1) == (0, 0, 0)


def test_handles_of_a_deleted_queue_mean_nothing_to_its_successor(world: World) -> None:
    queue = world.standard("jobs")
    send(queue, "a")
    handle = queue.receive(1, None, 0)[0].receipt_handle
    world.queues.delete(queue, 0)
    again = world.standard("jobs")
    send(again, "b")
    again.receive(1, None, 0)
    with pytest.raises(Exception, match="not valid for this queue"):
        again.delete(handle, 0)


def test_under_strict_timing_a_name_rests_for_a_minute() -> None:
    world = World(strict_timing=True)
    world.queues.delete(world.standard("jobs"), 100)
    world.create("other", 100)
    for now in (100, 159):
        with pytest.raises(QueueDeletedRecently):
            world.create("jobs", now)
    assert world.create("jobs", 160).created_at == 160


def test_under_strict_timing_rested_names_are_forgotten() -> None:
    world = World(strict_timing=True)
    world.queues.history = History(0)  # it is bounded, but not by the queues there are
    after_first = 0
    for number in range(500):
        world.queues.delete(world.create(f"queue-{number}", number * 100), number * 100)
        after_first = after_first or entries(world.queues)
    assert entries(world.queues) == after_first


def test_queues_deleted_one_after_another_leave_nothing_behind() -> None:
    queues = Queues(Ids())
    queues.history = History(0)
    queues.delete(queues.create("jobs", ACCOUNT, REGION, {}, {}, 0), 0)
    empty = entries(queues)
    for number in range(5):
        queues.delete(queues.create("jobs", f"{number:012}", REGION, {}, {}, 0), 0)
    assert entries(queues) == empty


def test_a_reset_closes_every_queue_of_the_account_or_of_all() -> None:
    world = World(strict_timing=True)
    mine, other = world.standard("mine"), world.standard("other")
    theirs = world.queues.create("theirs", "222222222222", REGION, {}, {}, 0)
    world.queues.delete(other, 0)
    world.queues.reset(Place(ACCOUNT))
    assert (mine.deleted, theirs.deleted) == (True, False)
    assert list(world.queues) == [theirs]
    world.standard("other")
    world.queues.reset()
    assert theirs.deleted
    assert list(world.queues) == []


def test_queues_that_are_dropped_together_are_closed_and_let_go_some_at_a_time() -> None:
    world = World()
    dropped = [world.standard(f"queue-{number}") for number in range(45)]
    for queue in dropped:
        send(queue, "a")
    left = [*dropped]
    assert [len(left) for _ in _closed(left)] == [25, 5, 0]
    assert all(queue.deleted and not queue.contents.messages for queue in dropped)
