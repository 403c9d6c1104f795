import pytest

from emulator.aws.sns_errors import SnsInvalidParameter, SnsInvalidState
from emulator.sns import archive
from emulator.sns.topic import Topic
from tests.sns.world import FIFO_QUEUE, NOW, REGION, World, message, set_topic_attribute

DAY = 86_400
ONE_DAY = '{"MessageRetentionPeriod":"1"}'


def replayed(world: World, topic: Topic, start: str) -> list[str]:
    """What a new subscriber gets out of the archive."""
    subscription = world.subscribe_raw(
        topic, FIFO_QUEUE, ReplayPolicy=f'{{"PointType":"Timestamp","StartingPoint":"{start}"}}'
    )
    bodies = world.bodies()
    world.sink.sent.clear()
    world.unsubscribe(subscription.arn)
    return bodies


def beginning(world: World, topic: Topic) -> str:
    topic.advance(world.now)
    return topic.visible_attributes(world.now)["BeginningArchiveTime"]


@pytest.mark.parametrize("period", ["1", '"1"', "365", '"365"'])
def test_policy_names_one_to_365_days_as_a_string_or_a_number(world: World, period: str) -> None:
    topic = world.fifo_topic(ArchivePolicy=f'{{ "MessageRetentionPeriod" : {period} }}')
    days = period.strip('"')
    assert topic.visible_attributes(NOW)["ArchivePolicy"] == f'{{"MessageRetentionPeriod":"{days}"}}'
    assert world.fifo_topic(ArchivePolicy=f'{{"MessageRetentionPeriod":"{days}"}}') is topic


BAD_DAYS = ("0", "366", '"366"', "-1", "1.5", "true", "null", '""', '"a"', '"²"', f'"{"9" * 5000}"')
BAD_POLICIES = [
    "{",
    "[]",
    "30",
    "null",
    '{"Other":"1"}',
    '{"MessageRetentionPeriod":"1","Other":1}',
    *(f'{{"MessageRetentionPeriod":{days}}}' for days in BAD_DAYS),
]


@pytest.mark.parametrize("policy", BAD_POLICIES)
def test_bad_policy_is_refused_and_changes_nothing(world: World, policy: str) -> None:
    topic = world.fifo_topic()
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: ArchivePolicy: "):
        set_topic_attribute(topic, "ArchivePolicy", policy, now=NOW)
    assert topic.archive is None
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Attributes Reason: ArchivePolicy: "):
        world.topic("other.fifo", FifoTopic="true", ArchivePolicy=policy)


def test_standard_topics_have_no_archive(world: World) -> None:
    with pytest.raises(
        SnsInvalidParameter, match=r"^Invalid parameter: ArchivePolicy: can only be set for FIFO topics$"
    ):
        set_topic_attribute(world.topic(), "ArchivePolicy", ONE_DAY, now=NOW)


def test_archive_begins_with_its_policy_and_moves_on_with_the_retention_period(world: World) -> None:
    topic = world.fifo_topic()
    assert "BeginningArchiveTime" not in topic.visible_attributes(NOW)
    set_topic_attribute(topic, "ArchivePolicy", ONE_DAY, now=NOW + 0.1239)
    assert beginning(world, topic) == "2023-11-14T22:13:20.123Z"
    world.now = NOW + DAY
    assert beginning(world, topic) == "2023-11-14T22:13:20.123Z"
    world.now = NOW + DAY + 60
    assert beginning(world, topic) == "2023-11-14T22:14:20.000Z"


def test_messages_stay_for_the_retention_period(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    for seconds in (0, 60):
        world.now = NOW + seconds
        world.publish(topic, message(f"at {seconds}", group="g", deduplication=str(seconds)))
    world.now = NOW + DAY
    assert replayed(world, topic, beginning(world, topic)) == ["at 0", "at 60"]
    world.now = NOW + DAY + 1
    assert replayed(world, topic, beginning(world, topic)) == ["at 60"]
    world.now = NOW + DAY + 61
    assert replayed(world, topic, beginning(world, topic)) == []


def test_longer_period_does_not_bring_back_what_is_gone(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy='{"MessageRetentionPeriod":"3"}')
    world.publish(topic, message("old", group="g", deduplication="1"))
    world.now = NOW + 2 * DAY
    world.publish(topic, message("new", group="g", deduplication="2"))
    for days in (1, 3):
        set_topic_attribute(topic, "ArchivePolicy", f'{{"MessageRetentionPeriod":{days}}}', now=world.now)
    assert beginning(world, topic) == "2023-11-15T22:13:20.000Z"
    assert replayed(world, topic, beginning(world, topic)) == ["new"]


def test_empty_policy_deletes_the_archive(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    world.publish(topic, message("lost", group="g", deduplication="1"))
    set_topic_attribute(topic, "ArchivePolicy", "{}", now=NOW)
    assert not topic.visible_attributes(NOW).keys() & {"ArchivePolicy", "BeginningArchiveTime"}
    set_topic_attribute(topic, "ArchivePolicy", ONE_DAY, now=NOW)
    assert replayed(world, topic, beginning(world, topic)) == []


@pytest.mark.parametrize("policy", ["", " "])
def test_empty_text_is_no_policy_and_the_archive_stays(world: World, policy: str) -> None:
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    world.publish(topic, message("kept", group="g", deduplication="1"))
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: ArchivePolicy: failed to parse JSON"):
        set_topic_attribute(topic, "ArchivePolicy", policy, now=NOW)
    assert replayed(world, topic, beginning(world, topic)) == ["kept"]


def test_duplicates_are_archived_once(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    for text in ("first", "again"):
        world.publish(topic, message(text, group="g", deduplication="d"))
    assert replayed(world, topic, beginning(world, topic)) == ["first"]


def test_topic_with_an_archive_cannot_be_deleted(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    with pytest.raises(SnsInvalidState):
        world.sns.delete_topic(topic.arn, region=REGION, times=world.now_of)
    assert world.topics.get(topic.arn) is topic
    set_topic_attribute(topic, "ArchivePolicy", "{}", now=NOW)
    world.sns.delete_topic(topic.arn, region=REGION, times=world.now_of)
    assert world.topics.get(topic.arn) is None


def test_reset_empties_topics_with_an_archive_too(world: World) -> None:
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    world.sns.reset()
    assert world.topics.get(topic.arn) is None


def test_oldest_messages_go_when_the_archive_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_CAPACITY", 2 * 2_000)
    topic = world.fifo_topic(ArchivePolicy=ONE_DAY)
    for second in range(3):
        world.now = NOW + second
        world.publish(topic, message(f"{second}".ljust(900), group="g", deduplication=str(second)))
    assert [body.strip() for body in replayed(world, topic, beginning(world, topic))] == ["1", "2"]
