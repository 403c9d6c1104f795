"""A document may leave open what the emulator can make itself: ids, times, keys, numbers, defaults."""

import copy
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.state.test_documents import MINE, WHOLE, Document
from tests.state.world import ACCOUNT, OTHER, World, queue_arn, topic_arn

NOW = 1_900_000_000.0  # the frozen time of the worlds here

# What may be left out, by its place; * is any place in a list or a name.
OPTIONAL = re.compile(
    r"""
    emulator|clock|accounts\.\*\.(?:clock|ids|request_ids)
    |queues\.\*\.(?:
        attributes|attributes\.\*|created_at|modified_at|handle_key|tags|purged_at|last_sequence|tenants|group_order
        |used_ids|attempts|tenants\.\*\.(?:sent_at|noisy_until)|attempts\.\*\.(?:received_at|messages)
        |messages\.\*\.(?:id|sequence|sender_id|sent_at|visible_at|receive_count|first_received_at|deduplication_id
            |trace_header|attributes)
    )
    |(?:queues|topics)\.\*\.used_ids\.\*\.(?:used_at|message_id|sequence_number)
    |resting_names\.\*\.deleted_at
    |move_tasks\.\*\.(?:id|started_at|to_move|goes_to|destinations|failure_reason|blocked_groups)
    |topics\.\*\.(?:tags|data_protection_policy|deleted_subscriptions|sequence|used_ids|archive)
    |topics\.\*\.archive\.(?:beginning|replays|messages)
    |topics\.\*\.archive\.messages\.\*\.(?:id|published_at|deduplication_id|sequence_number|subject|trace_header)
    |subscriptions\.\*\.(?:owner|pending_since|token|replay_status|authenticated|protected
        |settings\.(?:RawMessageDelivery|FilterPolicyScope))
    |sms\.\*\.phones\.\*\.(?:one_time_password|verified|passwords_sent_at|attempted_at)
    |platform_applications\.\*\.endpoints\.\*\.id
    |outbox\.\*\.(?:id|at|message_id|subject|details|attributes|published|structure)
    """,
    re.VERBOSE,
)

Path = tuple[str | int, ...]


def optional_places(value: object, path: Path = ()) -> list[Path]:
    """The paths of all that a document has and need not have, the inner ones before the outer ones."""
    found: list[Path] = []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found += optional_places(inner, (*path, key))
    place = ".".join("*" if isinstance(step, int) or step in _NAMES else str(step) for step in path)
    return [*found, path] if OPTIONAL.fullmatch(place) else found


_NAMES = WHOLE["queues"][2]["attributes"].keys()


def without(document: Document, places: list[Path]) -> Document:
    left = copy.deepcopy(document)
    for path in places:
        place: Any = left
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
    return left


def bodies(document: Document) -> list[list[str]]:
    return [[message["body"] for message in queue.get("messages", [])] for queue in document["queues"]]


def empty_world(name: str) -> World:
    """One that takes the document: that of one account has a subscription to a topic of another."""
    world = World()
    if name == "mine":
        world.sns("CreateTopic", OTHER, Name="theirs")
    return world


DOCUMENTS = {"whole": (WHOLE, optional_places(WHOLE)), "mine": (MINE, optional_places(MINE))}


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=examples(100))
@given(data=st.data())
def test_any_optional_fields_may_be_left_out(name: str, data: st.DataObject) -> None:
    """And what they are completed to is a document that the emulator gives and takes again as it is."""
    document, places = DOCUMENTS[name]
    dropped = data.draw(st.lists(st.sampled_from(places), unique=True))
    poorer = without(document, [path for path in places if path in set(dropped)])
    world = empty_world(name)
    world.restore(poorer)
    restored = world.export(ACCOUNT if name == "mine" else None)
    assert bodies(restored) == bodies(document)
    assert [topic["arn"] for topic in restored["topics"]] == [topic["arn"] for topic in document["topics"]]
    again = empty_world(name)
    again.restore(restored)
    assert again.export(ACCOUNT if name == "mine" else None) == restored


@pytest.mark.parametrize("name", DOCUMENTS)
def test_all_optional_fields_may_be_left_out(name: str) -> None:
    document, places = DOCUMENTS[name]
    assert len(places) > 100
    world = empty_world(name)
    world.restore(without(document, places))
    assert bodies(world.export(ACCOUNT if name == "mine" else None)) == bodies(document)


def restored(**parts: object) -> Document:
    world = World()
    world.restore({"version": 1, **parts})
    document: Document = world.export()
    return document


def test_document_of_a_version_is_an_empty_state() -> None:
    assert "queues" not in restored()


def test_message_needs_nothing_but_its_body() -> None:
    [queue] = restored(queues=[{"arn": queue_arn("jobs"), "messages": [{"body": "a"}, {"body": "b"}]}])["queues"]
    first, second = queue["messages"]
    assert (first["sequence"], second["sequence"], queue["last_sequence"]) == (1, 2, 2)
    assert first["id"] != second["id"]
    assert first["sent_at"] == first["visible_at"] == queue["created_at"] == NOW
    assert queue["attributes"]["VisibilityTimeout"] == "30"


def test_message_is_delayed_or_in_flight_as_its_queue_says() -> None:
    attributes = {"DelaySeconds": "7", "VisibilityTimeout": "5"}
    states = [{"body": state, "state": state} for state in ("delayed", "in_flight")]
    [queue] = restored(queues=[{"arn": queue_arn("jobs"), "attributes": attributes, "messages": states}])["queues"]
    delayed, in_flight = queue["messages"]
    assert delayed["visible_at"] == NOW + 7
    assert (in_flight["visible_at"], in_flight["receive_count"]) == (NOW + 5, 1)


def test_messages_with_numbers_make_room_for_those_without() -> None:
    numbers = [{"body": "a", "sequence": 3, "state": "in_flight", "group_id": "g"}, {"body": "b", "group_id": "g"}]
    numbers.append({"body": "c", "sequence": 4, "state": "in_flight", "group_id": "h"})
    attempts = [{"id": "x", "messages": [3, 4]}]
    [queue] = restored(queues=[{"arn": queue_arn("a.fifo"), "messages": numbers, "attempts": attempts}])["queues"]
    assert [message["sequence"] for message in queue["messages"]] == [3, 4, 5]
    assert queue["attempts"][0]["messages"] == [3, 5]


def test_fifo_queue_is_known_by_its_name_and_deduplicates_by_content_if_it_says_so() -> None:
    attributes = {"ContentBasedDeduplication": "true"}
    message = {"body": "a", "group_id": "g"}
    [queue] = restored(queues=[{"arn": queue_arn("a.fifo"), "attributes": attributes, "messages": [message]}])["queues"]
    assert queue["attributes"]["FifoQueue"] == "true"
    assert queue["messages"][0]["deduplication_id"].startswith("ca978112ca1bbdcafac231b39a23dc4d")


def test_subscription_needs_no_arn_but_that_of_its_topic() -> None:
    topic = topic_arn("sales")
    subscription = {"topic": topic, "protocol": "email", "endpoint": "a@example.com", "confirmed": False}
    document = restored(topics=[{"arn": topic}], subscriptions=[subscription])
    [stored] = document["subscriptions"]
    assert stored["arn"].startswith(f"{topic}:")
    assert stored["owner"] == ACCOUNT
    assert len(stored["token"]) > 64
    assert "topic" not in stored


def test_subscription_of_an_account_is_its_own() -> None:
    world = World()
    world.sns("CreateTopic", OTHER, Name="theirs")
    endpoint = {"protocol": "sqs", "endpoint": queue_arn("jobs")}
    subscription = {"topic": topic_arn("theirs", OTHER), **endpoint}
    world.restore({"version": 1, "account": ACCOUNT, "subscriptions": [subscription]})
    [stored] = world.export(ACCOUNT)["subscriptions"]
    assert stored["owner"] == ACCOUNT


def test_times_are_those_of_the_clock_in_the_document() -> None:
    queues = [{"arn": queue_arn("jobs", account)} for account in (ACCOUNT, OTHER)]
    accounts = [{"id": OTHER, "clock": {"frozen_at": 7.0}}]
    mine, theirs = restored(clock={"frozen_at": 5.0}, accounts=accounts, queues=queues)["queues"]
    assert (mine["created_at"], theirs["created_at"]) == (5.0, 7.0)


def test_ids_that_are_made_are_not_made_again_by_a_seed() -> None:
    world = World()
    world.restore({"version": 1, "queues": [{"arn": queue_arn("jobs"), "messages": [{"body": "a"}]}]})
    sent = world.told("SendMessage", QueueUrl="jobs", MessageBody="b")
    ids = [message["id"] for message in world.export()["queues"][0]["messages"]]
    assert len(set(ids)) == 2
    assert sent["MessageId"] == ids[1]


def test_entries_of_the_outbox_are_numbered_behind_the_others() -> None:
    entry = {"account": ACCOUNT, "region": "us-east-1", "type": "Notification", "protocol": "sms"}
    entry |= {"endpoint": "+15550100", "body": "hello"}
    first, second = restored(outbox=[{**entry, "id": "7"}, entry])["outbox"]
    assert (first["id"], second["id"]) == ("7", "8")
    assert second["at"] == NOW


def test_message_that_had_no_number_cannot_be_meant_by_one() -> None:
    messages = [{"body": "a", "state": "in_flight", "group_id": "g"}]
    attempts = [{"id": "x", "messages": [1]}]
    [queue] = restored(queues=[{"arn": queue_arn("a.fifo"), "messages": messages, "attempts": attempts}])["queues"]
    assert "messages" not in queue["attempts"][0]


def test_what_was_completed_is_given_and_taken_again() -> None:
    world = World()
    world.restore({"version": 1, "queues": [{"arn": queue_arn("jobs"), "messages": [{"body": "a"}]}]})
    document = world.export()
    other = World()
    other.restore(document)
    assert other.export() == document
