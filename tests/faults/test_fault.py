"""When a fault fires, and what it matches."""

from typing import Any

import pytest

import emulator.sns.actions
import emulator.sqs.actions  # noqa: F401 - importing them registers what they are about
from api_shapes import sns, sqs
from emulator.actions.subjects import names_of
from emulator.faults.fault import Fault, Firing
from emulator.faults.rule import RandomLatency, Rule

ACCOUNT, REGION = "111111111111", "eu-west-1"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:sales"


def firings(rule: Rule, matches: int = 12) -> list[int]:
    """Which of the matches the fault fires at, counted from 1."""
    fault = Fault("fault-1", rule)
    return [number for number in range(1, matches + 1) if fault.takes_effect()]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(cut="before"), list(range(1, 13))),
        (Rule(cut="before", first=2), [1, 2]),
        (Rule(cut="before", every=5), [5, 10]),
        (Rule(cut="before", after=10), [11, 12]),
        (Rule(cut="before", after=3, first=2), [4, 5]),
        (Rule(cut="before", after=3, every=4), [7, 11]),
        (Rule(cut="before", probability=1), list(range(1, 13))),
    ],
)
def test_fault_fires_when_its_rule_says(rule: Rule, expected: list[int]) -> None:
    assert firings(rule) == expected


def test_chance_repeats_with_its_seed_and_is_another_with_another() -> None:
    first, again, other = (firings(Rule(cut="before", probability=0.3, seed=seed), 1_000) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert 200 < len(first) < 400
    assert firings(Rule(cut="before", probability=0.3)) == firings(Rule(cut="before", probability=0.3))


def test_matches_and_firings_are_counted_and_the_last_ones_remembered() -> None:
    fault = Fault("fault-1", Rule(cut="before", every=2))
    for number in range(3_000):
        if fault.takes_effect():
            fault.note(Firing(float(number), ACCOUNT, QUEUE))
    assert (fault.matched, fault.fired, len(fault.firings)) == (3_000, 1_500, 1_000)
    assert fault.firings[-1].at == 2_999


def test_latency_is_drawn_as_the_rule_says() -> None:
    def draws(latency: float | RandomLatency, seed: int | None = None) -> list[float]:
        fault = Fault("fault-1", Rule(latency=latency, seed=seed))
        return [fault.draw_latency() for _ in range(500)]

    assert set(draws(0.25)) == {0.25}
    uniform = draws(RandomLatency(uniform=(1, 3)), seed=1)
    assert all(1 <= seconds <= 3 for seconds in uniform)
    assert 1.8 < sum(uniform) / 500 < 2.2
    assert uniform == draws(RandomLatency(uniform=(1, 3)), seed=1)
    assert 1.7 < sum(draws(RandomLatency(exponential=2))) / 500 < 2.3
    assert set(draws(RandomLatency(exponential=0))) == {0.0}


SEND = sqs.SendMessageRequest(queue_url=f"http://localhost:4566/{ACCOUNT}/orders", message_body="x")


@pytest.mark.parametrize(
    ("operation", "request_", "names"),
    [
        (sqs.SEND_MESSAGE, SEND, ("orders", QUEUE)),
        (sqs.SEND_MESSAGE, sqs.SendMessageRequest(queue_url="orders", message_body="x"), ("orders", QUEUE)),
        (sqs.CREATE_QUEUE, sqs.CreateQueueRequest(queue_name="orders"), ("orders", QUEUE)),
        (sqs.START_MESSAGE_MOVE_TASK, sqs.StartMessageMoveTaskRequest(source_arn=QUEUE), ("orders", QUEUE)),
        (sqs.LIST_QUEUES, sqs.ListQueuesRequest(queue_name_prefix="orders"), ()),
        (sns.CREATE_TOPIC, sns.CreateTopicInput(name="sales"), ("sales", TOPIC)),
        (sns.PUBLISH, sns.PublishInput(topic_arn=TOPIC, message="x"), ("sales", TOPIC)),
        (sns.PUBLISH, sns.PublishInput(phone_number="+15550100", message="x"), ()),
        (sns.UNSUBSCRIBE, sns.UnsubscribeInput(subscription_arn=f"{TOPIC}:1234"), ("sales", TOPIC)),
        (sns.UNSUBSCRIBE, sns.UnsubscribeInput(subscription_arn="nonsense"), ("nonsense",)),
    ],
)
def test_request_goes_by_name_and_arn_of_its_queue_or_topic(
    operation: Any, request_: Any, names: tuple[str, ...]
) -> None:
    assert names_of(request_, ACCOUNT, REGION) == names


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({}, True),
        ({"service": "sqs"}, True),
        ({"service": "sns"}, False),
        ({"action": "SendMessage"}, True),
        ({"action": "Send*"}, True),
        ({"action": "SendMessageBatch"}, False),
        ({"resource": "orders"}, True),
        ({"resource": "ord*"}, True),
        ({"resource": "arn:aws:sqs:*:orders"}, True),
        ({"resource": "order"}, False),
        ({"account": ACCOUNT}, True),
        ({"account": "222222222222"}, False),
    ],
)
def test_rule_matches_the_requests_it_describes(fields: dict[str, Any], matches: bool) -> None:
    fault = Fault("fault-1", Rule(cut="before", **fields))
    names = names_of(SEND, ACCOUNT, REGION)
    assert fault.matches_request(sqs.SEND_MESSAGE, ACCOUNT, names) is matches


@pytest.mark.parametrize(
    ("fields", "matches"),
    [
        ({}, True),
        ({"service": "sns"}, True),
        ({"resource": "sales"}, True),
        ({"resource": TOPIC}, True),
        ({"resource": "orders"}, False),
        ({"endpoint": "orders"}, True),
        ({"endpoint": "arn:aws:sqs:*"}, True),
        ({"endpoint": "https://*"}, False),
        ({"protocol": "sqs"}, True),
        ({"protocol": "http"}, False),
        ({"account": "222222222222"}, False),
    ],
)
def test_rule_matches_the_deliveries_it_describes(fields: dict[str, Any], matches: bool) -> None:
    fault = Fault("fault-1", Rule(drop_delivery=True, **fields))
    assert fault.matches_delivery(ACCOUNT, TOPIC, "sqs", QUEUE) is matches


def test_url_is_matched_as_a_whole() -> None:
    fault = Fault("fault-1", Rule(fail_delivery=500, endpoint="https://*.example.com/*"))
    assert fault.matches_delivery(ACCOUNT, TOPIC, "https", "https://shop.example.com/hook")
    assert not fault.matches_delivery(ACCOUNT, TOPIC, "https", "https://example.org/hook")
