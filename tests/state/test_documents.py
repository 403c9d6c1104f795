"""Documents that cannot be: each is refused, with what is wrong and where, and nothing has changed."""

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.control.refusals import BadRequestError
from emulator.control.state import restoring_state
from emulator.timing.turns import at_once
from tests.examples import examples
from tests.state.lived_in import lived_in
from tests.state.world import ACCOUNT, OTHER, World, topic_arn

Document = dict[str, Any]
Edit = Callable[[Document], object]

WHOLE = lived_in().export()
MINE = lived_in().export(ACCOUNT)
DEAD, JOBS, LINE = 0, 1, 2  # places of the queues


def refused(world: World, document: object, account: str | None = None) -> str:
    """The complaint about ``document``, after which all is as it was."""
    before = world.export()
    with pytest.raises(BadRequestError) as refusal:
        world.restore(document, account)
    assert world.export() == before
    return refusal.value.text


def put(*path: str | int, value: object) -> Edit:
    """Sets what stands at ``path``."""

    def edit(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return edit


def drop(*path: str | int) -> Edit:
    def edit(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return edit


def twice(*path: str | int) -> Edit:
    """Repeats an entry of a list."""

    def edit(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place.append(copy.deepcopy(place[path[-1]]))

    return edit


NO_ARN = "arn:aws:sqs:us-east-1:mine:jobs"
CHINESE = f"arn:aws-cn:sqs:us-east-1:{ACCOUNT}:jobs"
COLON = f"arn:aws:sqs:us-east-1:{ACCOUNT}:j:s"
DEAD_ARN, JOBS_ARN, LINE_ARN = (queue["arn"] for queue in WHOLE["queues"])
TOPIC = WHOLE["topics"][0]["arn"]
Q = "queues"
JOB, IN_LINE = (Q, JOBS, "messages"), (Q, LINE, "messages")
TASK, TOPICS, SUBSCRIPTIONS = ("move_tasks", 0), "topics", "subscriptions"
APP = ("platform_applications", 0)
NO_CHAOS = base64.b64encode(b"\xff" * 2_500).decode()
ATTEMPT = {"id": "a", "received_at": 0, "messages": [4]}
FIRST, PENDING = WHOLE[SUBSCRIPTIONS][0], WHOLE[SUBSCRIPTIONS][2]
ANOTHER = FIRST | {"arn": f"{TOPIC}:x"}

# What is done to a good document, what is wrong with it then, and where; None: the text says it.
WRONG: list[tuple[Edit, str, str | None]] = [
    # the document as such
    (put("version", value=2), "Invalid enum value 2", ".version"),
    (drop("version"), "Object missing required field `version`", None),
    (put("queue", value=[]), "Object contains unknown field `queue`", None),
    (put("account", value=ACCOUNT), "It is either of one account, or has the clock of all", ".account"),
    (put("clock", "frozen_at", value=-1), "Expected `float` >= 0", ".clock.frozen_at"),
    (put("accounts", 0, "id", value="mine"), "Expected `str` matching regex", ".accounts[0].id"),
    (put("accounts", 0, "ids", value=-1), "Expected `int` >= 0", ".accounts[0].ids"),
    (twice("accounts", 0), f"There are 2 of account {ACCOUNT}", ""),
    # queues
    (put(Q, JOBS, "arn", value=NO_ARN), f"{NO_ARN} is not an ARN of sqs", ".queues[1].arn"),
    (put(Q, JOBS, "arn", value=CHINESE), f"{CHINESE} is not an ARN of sqs", ".queues[1].arn"),
    (put(Q, JOBS, "arn", value=COLON), "Can only include alphanumeric characters", ".queues[1]"),
    (twice(Q, JOBS), f"There are 2 of queue {JOBS_ARN}", ""),
    (put(Q, JOBS, "attributes", "DelaySeconds", value="901"), "Invalid value for the parameter Delay", ".queues[1]"),
    (put(Q, JOBS, "attributes", "Colour", value="red"), "Unknown Attribute Colour", ".queues[1]"),
    (put(Q, JOBS, "attributes", "FifoQueue", value="true"), "The name of a FIFO queue can only include", ".queues[1]"),
    (
        put(Q, LINE, "attributes", "FifoThroughputLimit", value="perMessageGroupId"),
        "FifoThroughputLimit can be set to perMessageGroupId only when",
        ".queues[2]",
    ),
    (put(Q, JOBS, "handle_key", value="AAAA"), "Expected `bytes` of length >= 16", ".queues[1].handle_key"),
    (put(Q, JOBS, "handle_key", value="?"), "Invalid base64 encoded string", ".queues[1].handle_key"),
    (put("resting_names", 0, "arn", value=NO_ARN), f"{NO_ARN} is not an ARN of sqs", ".resting_names[0].arn"),
    # messages
    (drop(*JOB, 0, "body"), "Object missing required field `body`", ".queues[1].messages[0]"),
    (put(*JOB, 0, "state", value="gone"), "Invalid enum value 'gone'", ".queues[1].messages[0].state"),
    (put(*JOB, 0, "sent_at", value="now"), "Expected `float`, got `str`", ".queues[1].messages[0].sent_at"),
    (twice(*JOB, 0), "is in the queue already", ".queues[1].messages[4]"),
    (put(*JOB, 1, "sequence", value=4), "The sequence number 4 is not between", ".queues[1].messages[1]"),
    (put(Q, JOBS, "last_sequence", value=6), "The sequence number 7 is not between", ".queues[1].messages[3]"),
    (drop(*IN_LINE, 0, "group_id"), "A message in a FIFO queue has a group", ".queues[2].messages[0]"),
    (put(*JOB, 0, "deduplication_id", value="1"), "Only a message in a FIFO queue", ".queues[1].messages[0]"),
    (
        put(*JOB, 0, "attributes", value={"a": {"type": "String", "string": "x", "binary": "eA=="}}),
        "A message attribute has either `string` or `binary`",
        ".queues[1].messages[0].attributes[...]",
    ),
    (
        put(TOPICS, 2, "archive", "messages", 0, "attributes", value={"a": {"type": "String"}}),
        "A message attribute has either `string` or `binary`",
        ".topics[2].archive.messages[0].attributes[...]",
    ),
    # what else a queue remembers
    (twice(Q, JOBS, "tenants", 0), "is a tenant, once", ".queues[1].tenants"),
    (put(Q, JOBS, "chaos", value={"state": "AAAA"}), "2500 bytes are wanted, not 3", ".queues[1].chaos.state"),
    (put(Q, JOBS, "chaos", value={"state": NO_CHAOS}), "This is the state of no chaos", ".queues[1].chaos.state"),
    (put(Q, LINE, "chaos", value={"state": "AAAA"}), "A FIFO queue has no chaos", ".queues[2].chaos"),
    (
        put(Q, LINE, "tenants", value=[{"group_id": "g", "sent_at": 0}]),
        "A FIFO queue has no tenants",
        ".queues[2].tenants",
    ),
    (
        put(Q, JOBS, "used_ids", value=WHOLE[Q][LINE]["used_ids"]),
        "A standard queue has no used_ids",
        ".queues[1].used_ids",
    ),
    (put(Q, JOBS, "attempts", value=[ATTEMPT]), "A standard queue has no attempts", ".queues[1].attempts"),
    (put(Q, JOBS, "group_order", value=["g"]), "A standard queue has no group_order", ".queues[1].group_order"),
    (
        put(Q, LINE, "group_order", value=["unknown"]),
        "Each group that can be received from stands here, once",
        ".queues[2].group_order",
    ),
    (twice(Q, LINE, "used_ids", 0), "There are 2 of deduplication id", ".queues[2]"),
    (twice(Q, LINE, "attempts", 0), "There are 2 of attempt attempt", ".queues[2]"),
    (
        put(Q, LINE, "attempts", 0, "messages", value=[2]),
        "No message with the sequence number 2 is in flight",
        ".queues[2].attempts[0].messages",
    ),
    (
        put(Q, LINE, "attempts", 0, "messages", value=[99]),
        "No message with the sequence number 99 is in flight",
        ".queues[2].attempts[0].messages",
    ),
    # move tasks
    (put(*TASK, "source", value="x"), "There is no queue x in this document", ".move_tasks[0].source"),
    (put(*TASK, "status", value="FAILED"), "Only a running task has messages left", ".move_tasks[0]"),
    (put(*TASK, "rate", value=501), "Expected `int` <= 500", ".move_tasks[0].rate"),
    (put(*TASK, "left", value=[1]), "The messages that are left must be the source's", ".move_tasks[0].left"),
    (put(*TASK, "left", value=[2, 2]), "each once", ".move_tasks[0].left"),
    (twice(*TASK, "destinations", 0), "Each origin of the messages that are left", ".move_tasks[0].destinations"),
    (
        put(*TASK, "destinations", 0, "queue", value="x"),
        "There is no queue x in this document",
        ".move_tasks[0].destinations[0].queue",
    ),
    (
        put(*TASK, "destinations", 0, "queue", value=LINE_ARN),
        "A destination must be another queue than the source, of the same type",
        ".move_tasks[0].destinations",
    ),
    (
        put(*TASK, "destinations", 0, "queue", value=DEAD_ARN),
        "A destination must be another queue than the source, of the same type",
        ".move_tasks[0].destinations",
    ),
    (twice(*TASK), f"There are 2 of running task of {DEAD_ARN}", ""),
    # topics
    (twice(TOPICS, 0), f"There are 2 of topic {TOPIC}", ""),
    (put(TOPICS, 0, "arn", value=NO_ARN), f"{NO_ARN} is not an ARN of sns", ".topics[0].arn"),
    (put(TOPICS, 0, "arn", value=topic_arn("a b")), "Invalid parameter: Topic Name", ".topics[0]"),
    (put(TOPICS, 0, "settings", value={"Colour": "red"}), "Unknown attribute Colour", ".topics[0]"),
    (put(TOPICS, 0, "settings", value={"SignatureVersion": "3"}), "SignatureVersion", ".topics[0]"),
    (put(TOPICS, 0, "tags", value={"": "v"}), "'tags.1.member.key' failed", ".topics[0]"),
    (put(TOPICS, 0, "data_protection_policy", value="{}"), "DataProtectionPolicy", ".topics[0]"),
    (drop(TOPICS, 2, "settings", "ArchivePolicy"), "and only then", ".topics[2].archive"),
    (
        put(TOPICS, 2, "archive", "messages", 0, "texts", value={"sqs": "hello"}),
        "A message has a default text",
        ".topics[2].archive.messages[0].texts",
    ),
    # subscriptions
    (drop(TOPICS, 0), f"There is no topic {TOPIC}", ".subscriptions[0].arn"),
    (twice(SUBSCRIPTIONS, 0), f"There are 2 of subscription {TOPIC}:", ""),
    (put(SUBSCRIPTIONS, value=[FIRST, ANOTHER]), f"There are 2 of endpoint ('{TOPIC}', 'sqs', ", ""),
    (put(SUBSCRIPTIONS, 0, "endpoint", value="x"), "SQS endpoint ARN", ".subscriptions[0]"),
    (put(SUBSCRIPTIONS, 0, "protocol", value="fax"), "fax", ".subscriptions[0]"),
    (put(SUBSCRIPTIONS, 0, "owner", value="me"), "Expected `str` matching regex", ".subscriptions[0].owner"),
    (put(SUBSCRIPTIONS, 0, "settings", "FilterPolicy", value="{"), "FilterPolicy: failed", ".subscriptions[0]"),
    (put(SUBSCRIPTIONS, 0, "settings", "Colour", value="red"), "Unknown attribute Colour", ".subscriptions[0]"),
    (drop(SUBSCRIPTIONS, 0, "arn"), "A subscription must have its `arn`, or the ARN", ".subscriptions[0].arn"),
    (put(SUBSCRIPTIONS, 0, "topic", value="x"), "is no subscription to this topic", ".subscriptions[0].topic"),
    (put(SUBSCRIPTIONS, 2, "token", value="ab"), "Expected `str` matching regex", ".subscriptions[2].token"),
    (put(SUBSCRIPTIONS, 0, "token", value=PENDING["token"]), "There are 2 of token", ""),
    (put(SUBSCRIPTIONS, 0, "replay_status", value="Pending"), "and only then", ".subscriptions[0].replay_status"),
    # phones and devices
    (twice("sms", 0), f"There are 2 of text messaging of ('{ACCOUNT}', 'us-east-1')", ""),
    (put("sms", 0, "attributes", "Colour", value="red"), "Colour is not a valid attribute", ".sms[0].attributes"),
    (twice("sms", 0, "phones", 0), "There are 2 of phone number +15550100", ".sms[0]"),
    (twice("sms", 0, "opted_out", 0), "There are 2 of opted out number +15550101", ".sms[0]"),
    (put(*APP, "arn", value=topic_arn("app/APNS")), "is not the ARN of a platform", ".platform_applications[0].arn"),
    (put(*APP, "arn", value=topic_arn("app/FAX/a")), "FAX is not supported", ".platform_applications[0]"),
    (
        put(*APP, "arn", value=topic_arn("app/APNS/ä")),
        "Invalid parameter: ä Reason: must contain only characters",
        ".platform_applications[0]",
    ),
    (put(*APP, "settings", value={}), "cannot be empty", ".platform_applications[0]"),
    (twice(*APP), "There are 2 of platform application", ""),
    (twice(*APP, "endpoints", 0), "There are 2 of endpoint", ".platform_applications[0]"),
    (
        put(*APP, "endpoints", 0, "id", value="a/b"),
        "It is the last part of an ARN",
        ".platform_applications[0].endpoints[0].id",
    ),
    (
        put(*APP, "endpoints", 0, "settings", value={}),
        "an endpoint has a Token",
        ".platform_applications[0].endpoints[0]",
    ),
    (
        put(*APP, "endpoints", 0, "settings", "Token", value="cd" * 32),
        "already exists with the same Token",
        ".platform_applications[0].endpoints[1]",
    ),
    (put("outbox", 0, "id", value="0"), "Expected `str` matching regex", ".outbox[0].id"),
    (put("outbox", 0, "type", value="Spam"), "Invalid enum value 'Spam'", ".outbox[0].type"),
]


@pytest.fixture(scope="module")
def world() -> World:
    return lived_in()


@pytest.mark.parametrize(("edit", "problem", "place"), WRONG, ids=map(str, range(len(WRONG))))
def test_document_that_cannot_be_is_refused(world: World, edit: Edit, problem: str, place: str | None) -> None:
    document = copy.deepcopy(WHOLE)
    edit(document)
    complaint = refused(world, document)
    assert problem in complaint
    assert place is None or complaint.partition("; allowed: ")[0].endswith(f" - at `${place}`")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'{"emulator": ""}', b"\xff", b"[" * 100_000])
def test_what_is_no_document_is_refused(world: World, text: bytes) -> None:
    before = world.export()
    with pytest.raises(BadRequestError):
        at_once(restoring_state(world.control, None, text or b"{}"))
    assert world.export() == before


@pytest.mark.parametrize("part", [key for key, value in MINE.items() if isinstance(value, list) and key != "accounts"])
def test_document_of_an_account_holds_nothing_of_others(world: World, part: str) -> None:
    document = copy.deepcopy(MINE)
    document[part][0] = json.loads(json.dumps(document[part][0]).replace(ACCOUNT, OTHER))
    assert refused(world, document) == (f"This does not belong to {ACCOUNT}, whose document it is - at `$.{part}[0]`")


def test_subscription_of_an_account_needs_the_topic_of_another_that_it_is_to(world: World) -> None:
    empty = World()
    there_is_none = f"There is no topic {topic_arn('theirs', OTHER)} - at `$.subscriptions[1].arn`"
    assert refused(empty, MINE) == there_is_none
    empty.sns("CreateTopic", OTHER, Name="theirs")
    empty.restore(MINE)
    assert empty.export(ACCOUNT) == MINE


def test_endpoint_that_another_account_has_subscribed_is_refused(world: World) -> None:
    other = World()
    other.sns("CreateTopic", OTHER, Name="theirs")
    endpoint = MINE["subscriptions"][1]["endpoint"]
    other.sns("Subscribe", OTHER, TopicArn=topic_arn("theirs", OTHER), Protocol="sqs", Endpoint=endpoint)
    assert refused(other, MINE).startswith(f"Another account has subscribed {endpoint}")


def test_document_of_all_accounts_cannot_become_one_accounts(world: World) -> None:
    assert refused(world, WHOLE, OTHER) == ("A document of all accounts cannot become one account's - at `$.account`")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=5) | st.just("2" * 20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of everything in a document."""
    found: list[tuple[str | int, ...]] = [path] if path else []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found += places(inner, (*path, key))
    return found


PLACES = places(WHOLE)


@settings(max_examples=examples(300))
@given(data=st.data())
def test_any_document_is_restored_or_refused_and_never_by_half(data: st.DataObject) -> None:
    """Something of a good document is taken away, repeated, or replaced by something else, out of it or not."""
    document = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(PLACES))
        edit = data.draw(st.sampled_from(["drop", "put", "swap"]))
        try:
            if edit == "drop":
                drop(*path)(document)
            elif edit == "put":
                put(*path, value=data.draw(JSON))(document)
            else:
                put(*path, value=copy.deepcopy(found(WHOLE, data.draw(st.sampled_from(PLACES)))))(document)
        except (IndexError, KeyError, TypeError):  # the first edit took away what the second one is about
            continue
    world = World()
    world.sqs("CreateQueue", QueueName="there")
    before = world.export()
    try:
        text = msgspec.json.encode(document)
    except (UnicodeEncodeError, ValueError):
        return
    try:
        at_once(restoring_state(world.control, None, text))
    except BadRequestError:
        assert world.export() == before
    else:
        again = World()
        again.restore(world.export())
        assert again.export() == world.export()


def found(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document
