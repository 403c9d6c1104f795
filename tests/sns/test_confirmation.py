"""Subscriptions that wait for their confirmation: tokens, requests to confirm, and how long they wait."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.aws.limits import PENDING_SUBSCRIPTION_SECONDS, PENDING_SUBSCRIPTIONS_MAX
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound, SnsSubscriptionLimitExceeded
from tests.sns.world import ACCOUNT, ENDPOINT, NOW, OTHER_ACCOUNT, OTHER_QUEUE, REGION, World, pending


def test_subscribing_a_pending_endpoint_again_gives_the_pending_subscription(world: World) -> None:
    assert pending(world) is pending(world)


def test_token_confirms_once_and_may_be_repeated(world: World) -> None:
    subscription = pending(world)
    token = subscription.token
    assert token is not None
    assert len(token) == 288
    confirm = world.sns.subscriptions.confirm
    for _ in range(2):
        assert (
            confirm(subscription.topic_arn, token, authenticated=False, reached_at=ENDPOINT, times=lambda _: NOW)
            is subscription
        )
    shown = subscription.visible(None)
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("false", "false")


def test_tokens_that_confirm_nothing_are_refused(world: World) -> None:
    subscription = pending(world)
    token = subscription.token or ""
    topic_arn, elsewhere = subscription.topic_arn, subscription.topic_arn.replace(REGION, "us-west-2")

    def refusal(topic_arn: str, token: str, now: float = NOW, signed_in: str | None = REGION) -> str:
        with pytest.raises(SnsInvalidParameter) as refused:
            world.sns.subscriptions.confirm(
                topic_arn,
                token,
                authenticated=False,
                reached_at=ENDPOINT,
                times=lambda _: now,
                signed_in=signed_in,
            )
        return refused.value.message

    assert refusal(topic_arn, "randomtoken") == "Invalid token"
    assert refusal(topic_arn, "51b2ff3edb" * 28 + "51b2ff3e") == "Invalid parameter: Token"
    assert refusal(topic_arn.replace(ACCOUNT, OTHER_ACCOUNT), token) == "Invalid parameter: Token"
    assert refusal(topic_arn, token, NOW + PENDING_SUBSCRIPTION_SECONDS) == "Invalid parameter: Token"
    for arn in ("topic", topic_arn.replace(":sns:", ":sqs:"), elsewhere):
        assert refusal(arn, token) == "Invalid parameter: Topic"
    assert refusal(elsewhere, token, signed_in=None) == "Invalid parameter: Token"
    assert refusal(topic_arn, token, signed_in="us-west-2") == "Invalid parameter: TopicArn"
    assert not subscription.confirmed


@pytest.mark.parametrize("signed_in", [REGION, None])
def test_token_confirms_whatever_the_name_in_the_arn(world: World, signed_in: str | None) -> None:
    subscription = pending(world)
    confirmed = world.sns.subscriptions.confirm(
        f"{subscription.topic_arn}-another",
        subscription.token or "",
        authenticated=False,
        reached_at=ENDPOINT,
        times=world.now_of,
        signed_in=signed_in,
    )
    assert confirmed is subscription
    assert subscription.confirmed


def test_pending_subscriptions_are_forgotten_after_48_hours(world: World) -> None:
    first = pending(world)
    topic = world.topic()
    confirmed = world.subscribe(topic)
    world.now = NOW + 10
    later = world.subscribe(topic, "a@b.c", protocol="email")
    subscriptions = world.sns.subscriptions
    before = subscriptions.of_topic(topic, NOW + PENDING_SUBSCRIPTION_SECONDS - 1)
    assert list(before.values()) == [first, confirmed, later]
    after = subscriptions.of_topic(topic, NOW + PENDING_SUBSCRIPTION_SECONDS)
    assert list(after.values()) == [confirmed, later]
    with pytest.raises(SnsNotFound):
        subscriptions.find(first.arn, region=REGION, times=world.now_of)
    assert pending(world) is not first


def test_each_account_can_have_only_so_many_pending_subscriptions(world: World) -> None:
    topic = world.topic()
    for number in range(PENDING_SUBSCRIPTIONS_MAX):
        world.subscribe(topic, f"{number}@example.com", protocol="email")
    with pytest.raises(SnsSubscriptionLimitExceeded):
        world.subscribe(topic, "one-more@example.com", protocol="email")
    assert world.subscribe(topic).confirmed
    some = next(iter(topic.subscriptions.values()))
    world.sns.subscriptions.confirm(
        topic.arn, some.token or "", authenticated=True, reached_at=ENDPOINT, times=lambda _: NOW
    )
    assert not world.subscribe(topic, "one-more@example.com", protocol="email").confirmed


def test_request_to_confirm_goes_into_anothers_queue(world: World) -> None:
    topic = world.topic()
    subscription = world.subscribe(topic, OTHER_QUEUE)
    [sent] = world.sink.sent
    assert sent.queue_arn == OTHER_QUEUE
    request = json.loads(sent.body)
    assert request["Type"] == "SubscriptionConfirmation"
    link = parse_qs(urlsplit(request["SubscribeURL"]).query)
    assert link == {"Action": ["ConfirmSubscription"], "TopicArn": [topic.arn], "Token": [subscription.token]}
    world.sns.subscriptions.confirm(
        topic.arn, request["Token"], authenticated=False, reached_at=ENDPOINT, times=lambda _: NOW
    )
    assert subscription.confirmed


def test_request_to_confirm_goes_into_anothers_fifo_queue_too(world: World) -> None:
    world.subscribe(world.fifo_topic(), f"{OTHER_QUEUE}.fifo")
    [sent] = world.sink.sent
    assert sent.group_id
    assert sent.deduplication_id
    assert len(sent.deduplication_id) <= 128
