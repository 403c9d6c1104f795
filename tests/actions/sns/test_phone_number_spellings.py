"""A phone number is the same however its digits are separated."""

from typing import Any

import pytest

from tests.actions.sns.refusals import Refusal, invalid, refusal
from tests.control.calls import call
from tests.server import RunningServer

NUMBER = "+15550100"
SPELLINGS = [NUMBER, "+1-555-0100", "+1 555.0100", "+1/555/0100"]


def sms(server: RunningServer, account: str, **change: object) -> dict[str, Any]:
    status, shown = call(f"{server.url}/_emulator/sms", {"account": account, **change})
    assert status == 200
    return dict(shown)


def outbox(server: RunningServer, account: str, endpoint: str) -> list[str]:
    """The endpoints of the entries for a phone."""
    query = endpoint.replace("+", "%2B").replace(" ", "%20")
    entries = call(f"{server.url}/_emulator/outbox?account={account}&endpoint={query}")[1]["entries"]
    return [entry["endpoint"] for entry in entries]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_message_to_a_phone_is_found_by_either_spelling(
    server: RunningServer, account: str, sns: Any, spelling: str
) -> None:
    sns.publish(PhoneNumber=spelling, Message="hello")
    assert [outbox(server, account, each) for each in SPELLINGS] == [[NUMBER]] * len(SPELLINGS)
    for each in SPELLINGS:
        query = f"accountId={account}&phoneNumber={each.replace('+', '%2B').replace(' ', '%20')}"
        shown = call(f"{server.url}/_aws/sns/sms-messages?{query}")[1]["sms_messages"]
        assert list(shown) == [NUMBER]


@pytest.mark.parametrize(
    "number", ["+1--5550100", "-15550100", "+15550100.", "+1 (555) 0100", "+1-555-CALL", "0-15550100"]
)
def test_what_is_no_phone_number_is_refused_as_it_was_given(sns: Any, number: str) -> None:
    words = f"PhoneNumber Reason: {number} is not valid to publish to"
    assert refusal(sns.publish, PhoneNumber=number, Message="hello") == invalid(words)
    words = "PhoneNumber Reason: input incorrectly formatted"
    assert refusal(sns.check_if_phone_number_is_opted_out, phoneNumber=number) == invalid(words)
    assert refusal(sns.opt_in_phone_number, phoneNumber=number) == invalid(words)


def test_subscription_by_a_bad_number_names_it(sns: Any, topic_arn: str) -> None:
    answer = refusal(sns.subscribe, TopicArn=topic_arn, Protocol="sms", Endpoint="+1--5550100")
    assert answer == Refusal("InvalidParameter", "Invalid SMS endpoint: +1--5550100")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_opt_out_is_of_every_spelling(
    server: RunningServer, account: str, sns: Any, topic_arn: str, spelling: str
) -> None:
    assert sms(server, account, opt_out=[spelling])["opted_out"] == [NUMBER]
    for each in SPELLINGS:
        assert sns.check_if_phone_number_is_opted_out(phoneNumber=each)["isOptedOut"] is True
        sns.publish(PhoneNumber=each, Message="hello")
    sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint=spelling)
    sns.publish(TopicArn=topic_arn, Message="hello")
    assert outbox(server, account, NUMBER) == []
    sns.opt_in_phone_number(phoneNumber=spelling)
    assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_number_verified_in_the_sandbox_is_reached_by_every_spelling(
    server: RunningServer, account: str, sns: Any, spelling: str
) -> None:
    sms(server, account, sandbox=True)
    sns.publish(PhoneNumber=spelling, Message="too early")
    sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    [number] = sms(server, account)["sandbox_numbers"]
    sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword=number["one_time_password"])
    sns.publish(PhoneNumber=spelling, Message="hello")
    assert outbox(server, account, NUMBER) == [NUMBER]


def test_state_with_another_spelling_is_the_same_subscription(
    server: RunningServer, account: str, sns: Any, topic_arn: str
) -> None:
    arn = sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint=NUMBER)["SubscriptionArn"]
    url = f"{server.url}/_emulator/state?account={account}"
    document = call(url)[1]
    document["subscriptions"][0]["endpoint"] = SPELLINGS[1]
    assert call(url, document, "PUT")[0] == 204
    assert sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint=NUMBER)["SubscriptionArn"] == arn
    assert [each["Endpoint"] for each in sns.list_subscriptions()["Subscriptions"]] == [NUMBER]
