"""The list of deliveries under way, with what is planned for each."""

from typing import Any

from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.conftest import Subscribe
from tests.delivery.subscriber import Subscriber, answering
from tests.server import RunningServer


def under_way(server: RunningServer, query: str) -> Any:
    status, answer = call(f"{server.url}/_emulator/deliveries?{query}")
    assert status == 200
    return answer


def test_delivery_that_failed_is_listed_with_the_attempts_to_come(
    server: RunningServer,
    account: str,
    clock: AccountClock,
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
) -> None:
    clock.freeze()
    arn = subscribe()
    subscriber.behave = answering(500)
    message_id = sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
    assert call(f"{server.url}/_emulator/settle", {"account": account})[0] == 408
    [delivery] = under_way(server, f"account={account}")["deliveries"]
    assert (delivery["subscription"], delivery["message_id"]) == (arn, message_id)
    assert (delivery["attempts"], delivery["last_status"], len(delivery["retries_at"])) == (1, 500, 2)
    clock.advance(20)
    [later] = under_way(server, f"topic={topic_arn}")["deliveries"]
    assert [later["next_attempt_at"], *later["retries_at"]] == delivery["retries_at"]
    clock.advance(20)
    [last] = under_way(server, f"topic={topic_arn}")["deliveries"]
    assert (last["attempts"], last["next_attempt_at"], last["retries_at"]) == (3, delivery["retries_at"][1], [])
    clock.advance(20)
    assert under_way(server, f"account={account}") == {"deliveries": [], "omitted": 0}


def test_list_is_bounded_and_of_one_topic_or_account(
    server: RunningServer,
    account: str,
    clock: AccountClock,
    sns: Any,
    topic_arn: str,
    subscriber: Subscriber,
    subscribe: Subscribe,
) -> None:
    clock.freeze()
    subscribe()
    subscriber.behave = answering(500)
    for number in range(5):
        sns.publish(TopicArn=topic_arn, Message=str(number))
    call(f"{server.url}/_emulator/settle", {"account": account})
    found = under_way(server, f"topic={topic_arn}&limit=2")
    assert (len(found["deliveries"]), found["omitted"]) == (2, 3)
    for other in (f"topic={topic_arn}-", f"account=9{account[1:]}"):
        assert under_way(server, other) == {"deliveries": [], "omitted": 0}
    assert call(f"{server.url}/_emulator/deliveries?limit=0")[0] == 400
