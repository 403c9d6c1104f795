import json

import pytest

from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.permissions import with_permission, without_permission
from emulator.sns.topic import Topic
from emulator.sns.topic_policy import DELEGABLE_ACTIONS
from tests.sns.world import ACCOUNT, NOW, World

FRIEND = "222222222222"


@pytest.fixture
def topic(world: World) -> Topic:
    return world.topic()


def add(topic: Topic, label: str = "test", accounts: tuple[str, ...] = (FRIEND,), *actions: str) -> None:
    policy = with_permission(topic, label=label, accounts=accounts, actions=actions or ("Publish",))
    topic.set_policy(policy, now=NOW)


def remove_permission(topic: Topic, label: str) -> None:
    topic.set_policy(without_permission(topic, label), now=NOW)


def policy(topic: Topic) -> str:
    return topic.visible_attributes(NOW)["Policy"]


def statements(topic: Topic) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(policy(topic))["Statement"]
    return found


def principal(account: str) -> str:
    return f"arn:aws:iam::{account}:root"


def test_statement_follows_the_default_one_to_the_letter(topic: Topic) -> None:
    before = policy(topic)
    add(topic)
    assert policy(topic) == before.removesuffix("]}") + (
        f',{{"Sid":"test","Effect":"Allow","Principal":{{"AWS":"{principal(FRIEND)}"}},'
        f'"Action":"SNS:Publish","Resource":"{topic.arn}"}}]}}'
    )


def test_several_actions_and_accounts_stand_in_arrays(topic: Topic) -> None:
    add(topic, "test", (ACCOUNT, FRIEND), "Publish", "Subscribe")
    assert statements(topic)[1]["Action"] == ["SNS:Publish", "SNS:Subscribe"]
    assert statements(topic)[1]["Principal"] == {"AWS": [principal(ACCOUNT), principal(FRIEND)]}


def test_what_is_given_twice_counts_once(topic: Topic) -> None:
    add(topic, "test", (FRIEND, FRIEND), "Publish", "Publish")
    assert statements(topic)[1]["Action"] == "SNS:Publish"
    assert statements(topic)[1]["Principal"] == {"AWS": principal(FRIEND)}


@pytest.mark.parametrize("action", sorted(DELEGABLE_ACTIONS))
def test_action_on_a_topic_can_be_permitted(topic: Topic, action: str) -> None:
    add(topic, "test", (FRIEND,), action)
    assert statements(topic)[1]["Action"] == f"SNS:{action}"


@pytest.mark.parametrize("action", ["SetSubscriptionAttributes", "CreateTopic", "publish", "SNS:Publish", "*", ""])
def test_action_beyond_the_topic_is_refused(topic: Topic, action: str) -> None:
    with pytest.raises(
        SnsInvalidParameter, match=r"^Invalid parameter: Policy statement action out of service scope!$"
    ):
        add(topic, "test", (FRIEND,), "Publish", action)
    assert len(statements(topic)) == 1


@pytest.mark.parametrize(
    "accounts", [("InvalidAccountId",), (FRIEND, ""), ("1" * 11,), ("1" * 13,), ("٣" * 12,), (), (FRIEND + "\n",)]
)
def test_account_is_twelve_digits(topic: Topic, accounts: tuple[str, ...]) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: A provided account ID is not valid$"):
        add(topic, "test", accounts)
    assert len(statements(topic)) == 1


def test_label_can_be_used_once(topic: Topic) -> None:
    add(topic)
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Statement already exists$"):
        add(topic, "test", (ACCOUNT,))
    assert len(statements(topic)) == 2


def test_label_must_not_be_empty(topic: Topic) -> None:
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Label$"):
        add(topic, "")


def test_policy_has_room_for_a_hundred_statements(topic: Topic) -> None:
    for number in range(99):
        add(topic, f"l{number}")
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Policy Reason: "):
        add(topic, "one too many")
    assert len(statements(topic)) == 100


def test_statement_has_room_for_two_hundred_accounts(topic: Topic) -> None:
    accounts = tuple(f"{number:012}" for number in range(201))
    with pytest.raises(SnsInvalidParameter, match=r"^Invalid parameter: Policy Reason: "):
        add(topic, "test", accounts)
    add(topic, "test", accounts[:200])


def test_policy_that_was_set_keeps_its_own_statements(topic: Topic) -> None:
    own = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic.arn}
    topic.settings["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": own})
    add(topic)
    assert json.loads(policy(topic))["Version"] == "2012-10-17"
    assert statements(topic)[0] == own
    assert statements(topic)[1]["Sid"] == "test"


def test_removing_takes_out_one_statement(topic: Topic) -> None:
    before = policy(topic)
    add(topic, "one")
    add(topic, "two")
    remove_permission(topic, "one")
    assert [statement["Sid"] for statement in statements(topic)] == ["__default_statement_ID", "two"]
    remove_permission(topic, "two")
    assert policy(topic) == before


def test_removing_an_unknown_label_changes_nothing(topic: Topic) -> None:
    before = policy(topic)
    remove_permission(topic, "ThisLabelDoesNotExist")
    assert policy(topic) == before


def test_default_statement_can_be_removed_where_another_is_left(topic: Topic) -> None:
    add(topic)
    remove_permission(topic, "__default_statement_ID")
    assert [statement["Sid"] for statement in statements(topic)] == ["test"]


def test_removing_the_only_statement_brings_the_default_policy(topic: Topic) -> None:
    before = policy(topic)
    remove_permission(topic, "__default_statement_ID")
    assert policy(topic) == before
