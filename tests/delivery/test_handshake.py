"""From Subscribe to Unsubscribe, with a real subscriber."""

import urllib.error
import urllib.request
from typing import Any

import pytest

from tests import boto, patience
from tests.account_clock import AccountClock
from tests.actions.sns.refusals import Refusal, invalid, refusal
from tests.control.calls import call
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import OK, Connection, Request, Subscriber, answering, in_turn
from tests.server import RunningServer, running_server


def visit(url: str) -> str:
    with urllib.request.urlopen(url, timeout=patience.SECONDS) as answer:
        return str(answer.read().decode())


def attributes_of(sns: Any, arn: str) -> dict[str, str]:
    return dict(sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"])


def test_visit_of_the_link_confirms_without_a_signature(sns: Any, topic_arn: str, subscriber: Subscriber) -> None:
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    document = visit(subscriber.next().document["SubscribeURL"])
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    assert f"<SubscriptionArn>{subscription['SubscriptionArn']}</SubscriptionArn>" in document
    shown = attributes_of(sns, subscription["SubscriptionArn"])
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("false", "false")


def test_signed_confirmation_was_authenticated(sns: Any, subscribe: Subscribe) -> None:
    assert attributes_of(sns, subscribe())["ConfirmationWasAuthenticated"] == "true"


def test_subscriber_may_confirm_while_it_answers(
    sns: Any, topic_arn: str, subscriber: Subscriber, server: RunningServer
) -> None:
    def confirm(connection: Connection, request: Request) -> bool:
        if request.kind == "SubscriptionConfirmation":
            visit(request.document["SubscribeURL"])
        return OK(connection, request)

    subscriber.behave = confirm
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    subscriber.next()
    settle(server, topic_arn)
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert subscriber.next().document["Message"] == "hello"


def settle(server: RunningServer, topic_arn: str) -> None:
    account = topic_arn.split(":")[4]
    status, left = call(f"{server.url}/_emulator/settle?timeout={patience.SECONDS}&account={account}", {})
    assert status == 200, left


def test_nothing_comes_before_the_confirmation(
    sns: Any, topic_arn: str, subscriber: Subscriber, server: RunningServer
) -> None:
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    assert subscriber.next().kind == "SubscriptionConfirmation"
    sns.publish(TopicArn=topic_arn, Message="too early")
    settle(server, topic_arn)
    assert subscriber.requests.empty()


def test_confirmation_is_tried_again_by_the_policy(
    sns: Any, topic_arn: str, subscriber: Subscriber, clock: AccountClock, server: RunningServer
) -> None:
    clock.freeze()
    subscriber.behave = in_turn(answering(503), OK)
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    first = subscriber.next()
    url = f"{server.url}/_emulator/settle?account={clock.account}"
    status, left = call(url, {})
    assert (status, [delivery["attempts"] for delivery in left["under_way"]]) == (408, [1])
    clock.advance(20)
    assert subscriber.next().body == first.body
    assert call(url, {}) == (200, {"under_way": []})


def test_subscribing_again_asks_again_with_the_same_token(sns: Any, topic_arn: str, subscriber: Subscriber) -> None:
    tokens = set()
    for _ in range(2):
        sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        tokens.add(subscriber.next().document["Token"])
    assert len(tokens) == 1


def test_pending_subscriptions_are_listed_with_their_tokens(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber, clock: AccountClock
) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    document = subscriber.next().document
    url = f"{server.url}/_emulator/subscriptions/pending?account={clock.account}"
    [pending] = call(url)[1]["subscriptions"]
    expires_at = pending.pop("expires_at")
    assert expires_at.endswith("Z")
    assert pending == {
        "subscription": arn,
        "topic": topic_arn,
        "protocol": "http",
        "endpoint": subscriber.url,
        "token": document["Token"],
        "subscribe_url": document["SubscribeURL"],
    }
    visit(pending["subscribe_url"])
    assert call(url)[1] == {"subscriptions": []}


def test_pending_subscriptions_leave_the_list_after_two_days(
    server: RunningServer, sns: Any, topic_arn: str, subscriber: Subscriber, clock: AccountClock
) -> None:
    sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
    token = subscriber.next().document["Token"]
    clock.advance(172_801)
    assert call(f"{server.url}/_emulator/subscriptions/pending?account={clock.account}")[1] == {"subscriptions": []}
    assert refusal(sns.confirm_subscription, TopicArn=topic_arn, Token=token) == invalid("Token")


def test_external_url_stands_in_every_link(subscriber: Subscriber) -> None:
    with running_server("--external-url", "http://messages.example.test:99") as server:
        sns = boto.client("sns", server.url)
        topic_arn = sns.create_topic(Name="topic")["TopicArn"]
        sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        document = subscriber.next().document
        sns.confirm_subscription(TopicArn=topic_arn, Token=document["Token"])
        sns.publish(TopicArn=topic_arn, Message="hello")
        notification = subscriber.next().document
    for link in (document["SubscribeURL"], document["SigningCertURL"], notification["UnsubscribeURL"]):
        assert link.startswith("http://messages.example.test:99/")


def test_auto_confirm_skips_the_handshake(subscriber: Subscriber) -> None:
    with running_server("--auto-confirm") as server:
        sns = boto.client("sns", server.url)
        topic_arn = sns.create_topic(Name="topic")["TopicArn"]
        arn = sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)["SubscriptionArn"]
        assert arn.startswith(f"{topic_arn}:")
        sns.publish(TopicArn=topic_arn, Message="hello")
        assert subscriber.next().document["Message"] == "hello"


class TestFarewell:
    def test_owner_who_unsubscribes_is_not_asked(
        self, sns: Any, subscriber: Subscriber, subscribe: Subscribe, server: RunningServer, topic_arn: str
    ) -> None:
        sns.unsubscribe(SubscriptionArn=subscribe())
        settle(server, topic_arn)
        assert subscriber.requests.empty()

    def test_visit_of_the_unsubscribe_link_is_reported_and_can_be_undone(
        self, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
    ) -> None:
        arn = subscribe(FilterPolicy='{"store":["a"]}', FilterPolicyScope="MessageBody")
        sns.publish(TopicArn=topic_arn, Message='{"store":"a"}')
        visit(subscriber.next().document["UnsubscribeURL"])
        assert sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"] == []
        request = subscriber.next()
        document = request.document
        assert request.headers["x-amz-sns-message-type"] == document["Type"] == "UnsubscribeConfirmation"
        assert request.headers["x-amz-sns-subscription-arn"] == arn
        assert document["Message"] == (
            f"You have chosen to deactivate subscription {arn}.\n"
            "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
        )
        for _ in range(2):
            assert f"<SubscriptionArn>{arn}</SubscriptionArn>" in visit(document["SubscribeURL"])
        assert attributes_of(sns, arn)["FilterPolicy"] == '{"store":["a"]}'
        sns.publish(TopicArn=topic_arn, Message='{"store":"a"}')
        assert subscriber.next().kind == "Notification"

    def test_token_that_restores_ends_with_the_topic(
        self, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
    ) -> None:
        sns_link(sns, topic_arn, subscriber, subscribe)
        token = subscriber.next().document["Token"]
        sns.delete_topic(TopicArn=topic_arn)
        sns.create_topic(Name="topic")
        assert refusal(sns.confirm_subscription, TopicArn=topic_arn, Token=token) == invalid("Token")

    def test_token_restores_nothing_after_two_days(
        self, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe, clock: AccountClock
    ) -> None:
        sns_link(sns, topic_arn, subscriber, subscribe)
        token = subscriber.next().document["Token"]
        clock.advance(172_801)
        assert refusal(sns.confirm_subscription, TopicArn=topic_arn, Token=token) == invalid("Token")

    def test_endpoint_that_has_subscribed_anew_keeps_its_new_subscription(
        self, sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe
    ) -> None:
        sns_link(sns, topic_arn, subscriber, subscribe)
        token = subscriber.next().document["Token"]
        anew = subscribe()
        assert sns.confirm_subscription(TopicArn=topic_arn, Token=token)["SubscriptionArn"] == anew

    def test_protected_subscription_is_ended_by_owners_only(
        self, sns: Any, topic_arn: str, subscriber: Subscriber, server: RunningServer, account: str
    ) -> None:
        sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        token = subscriber.next().document["Token"]
        arn = sns.confirm_subscription(TopicArn=topic_arn, Token=token, AuthenticateOnUnsubscribe="true")[
            "SubscriptionArn"
        ]
        with pytest.raises(urllib.error.HTTPError) as refused:
            visit(f"{server.url}/?Action=Unsubscribe&SubscriptionArn={arn}")
        with refused.value as answer:
            assert answer.code == 403
            assert "<Code>AuthorizationError</Code>" in answer.read().decode()
        stranger = boto.client("sns", server.url, account=f"9{account[1:]}")
        assert refusal(stranger.unsubscribe, SubscriptionArn=arn) == Refusal(
            "AuthorizationError",
            f"User: arn:aws:iam::9{account[1:]}:user/emulator is not authorized to perform: SNS:Unsubscribe "
            f"on resource: {arn}",
            403,
        )
        sns.unsubscribe(SubscriptionArn=arn)
        assert sns.list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"] == []

    def test_unsigned_request_cannot_protect(
        self, sns: Any, topic_arn: str, subscriber: Subscriber, server: RunningServer
    ) -> None:
        sns.subscribe(TopicArn=topic_arn, Protocol="http", Endpoint=subscriber.url)
        link = subscriber.next().document["SubscribeURL"]
        visit(f"{link}&AuthenticateOnUnsubscribe=true")
        [arn] = [each["SubscriptionArn"] for each in sns.list_subscriptions()["Subscriptions"]]
        visit(f"{server.url}/?Action=Unsubscribe&SubscriptionArn={arn}")
        assert sns.list_subscriptions()["Subscriptions"] == []


def sns_link(sns: Any, topic_arn: str, subscriber: Subscriber, subscribe: Subscribe) -> None:
    """Subscribe, and visit the link that ends the subscription."""
    subscribe()
    sns.publish(TopicArn=topic_arn, Message="hello")
    visit(subscriber.next().document["UnsubscribeURL"])
