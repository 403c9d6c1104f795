"""Subscriptions are found by their present attributes."""

import pytest

from emulator.aws.place import Place
from emulator.foundation.changes import Change
from emulator.sns.changes import SnsReset, SubscriptionForgotten, SubscriptionRemoved
from emulator.sns.directory import Directory, Index
from emulator.sns.subscription import Subscription
from tests.plain import replaces_functions
from tests.sns.world import ACCOUNT, QUEUE, REGION, World


def pending_owner(subscription: Subscription) -> str | None:
    return None if subscription.confirmed else subscription.owner


def test_subscription_leaves_an_index_when_it_has_no_key_any_more(world: World) -> None:
    topic = world.topic()
    first = world.subscribe(topic, "a@example.com", protocol="email")
    second = world.subscribe(topic, "b@example.com", protocol="email")
    index = Index(pending_owner)
    for subscription in (first, second, first):
        index.put(subscription)
    assert list(index.get(ACCOUNT)) == [first.arn, second.arn]
    first.confirm(authenticated=True)
    index.put(first)
    assert index.first(ACCOUNT) is second
    index.discard(second)
    index.discard(second)
    assert (index.first(ACCOUNT), list(index)) == (None, [])


def test_restored_subscription_is_found_in_every_way(world: World) -> None:
    subscription = world.subscribe(world.topic(), "http://localhost:1/", protocol="http")
    directory = world.sns.subscriptions.directory
    token = subscription.token or ""
    for _ in range(2):
        world.sns.subscriptions.confirm(
            subscription.topic_arn, token, authenticated=True, reached_at="http://localhost", times=world.now_of
        )
        world.unsubscribe(subscription.arn)
        assert list(directory) == []
        assert directory.by_owner.get((ACCOUNT, REGION)) == {}
        assert directory.cancelled == [subscription]
        token = subscription.token or ""
    world.sns.subscriptions.confirm(
        subscription.topic_arn, token, authenticated=True, reached_at="http://localhost", times=world.now_of
    )
    assert directory.cancelled == []
    assert directory.get(subscription.arn) is subscription
    assert directory.by_owner.get((ACCOUNT, REGION)) == {subscription.arn: subscription}
    assert directory.by_endpoint.first((subscription.topic_arn, "http", "http://localhost:1/")) is subscription
    assert directory.by_token.first((ACCOUNT, REGION, token)) is subscription
    assert directory.pending.first(ACCOUNT) is None


def test_reset_of_an_account_leaves_what_others_have_subscribed(world: World) -> None:
    topic = world.topic()
    mine, theirs = world.subscribe(topic), world.subscribe(topic, f"{QUEUE}2", owner="222222222222")
    assert world.sns.subscriptions.directory.drop_made_in(Place("222222222222"))
    assert list(topic.subscriptions.values()) == [mine]
    assert world.sns.subscriptions.get(theirs.arn) is None
    assert not world.sns.subscriptions.directory.drop_made_in(Place("222222222222"))


def test_reset_of_an_account_records_what_it_has_subscribed_to_topics_of_others_as_changes_of_these(
    world: World,
) -> None:
    topic, other = world.topic(), "222222222222"
    live, ended = [world.subscribe(topic, f"http://localhost:{port}/", protocol="http", owner=other) for port in (1, 2)]
    world.sns.subscriptions.confirm(
        topic.arn, ended.token or "", authenticated=True, reached_at="http://localhost", times=world.now_of
    )
    world.unsubscribe(ended.arn)
    directory = world.sns.subscriptions.directory
    assert directory.cancelled == [ended]
    recorded: list[Change] = []
    directory.ledger.keep(recorded.append)
    world.sns.reset(Place(other))
    assert directory.cancelled == []
    assert recorded == [SubscriptionForgotten(ended.arn), SubscriptionRemoved(live.arn), SnsReset(other)]
    assert [change.account for change in recorded] == [ACCOUNT, ACCOUNT, other]


def test_a_deleted_topic_asks_only_for_deliveries_that_may_be_under_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic, directory = world.topic(), world.sns.subscriptions.directory
    for number in range(5):
        world.subscribe(topic, f"{QUEUE}{number}")
    other = world.subscribe(topic, "http://localhost:1/", protocol="http")
    asked: list[Subscription] = []
    monkeypatch.setattr(directory, "_forget", asked.append)
    world.sns.delete_topic(topic.arn, region=REGION, times=world.now_of)
    assert asked == [other]
    assert (len(directory), list(directory.by_owner), list(directory.by_endpoint)) == (0, [], [])
    assert (list(directory.by_token), list(directory.pending)) == ([], [])


@replaces_functions
def test_the_reset_of_an_account_looks_through_cancelled_subscriptions_once_for_all_topics(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = world.sns.subscriptions.directory
    for number in range(5):
        world.subscribe(world.topic(f"topic-{number}"))
    looks = 0

    def look(directory: Directory) -> list[Subscription]:
        nonlocal looks
        looks += 1
        return []

    monkeypatch.setattr(Directory, "cancelled", property(look))
    world.sns.reset(Place(ACCOUNT))
    assert (len(world.topics), len(directory)) == (0, 0)
    assert looks == 2  # for the topics, and for what the account has subscribed to elsewhere


def test_what_indexes_drop_together_is_freed_in_later_turns(world: World) -> None:
    topic = world.topic()
    subscriptions = [world.subscribe(topic, f"{QUEUE}{number}") for number in range(3)]
    index = world.sns.subscriptions.directory.by_endpoint
    dropped = index.discard_all(subscriptions)
    assert list(index) == []
    assert [each for each in dropped if isinstance(each, dict)] == [{each.arn: each} for each in subscriptions]
    assert index.discard_all(subscriptions) == []
