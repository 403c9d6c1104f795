from hashlib import sha256

import pytest
from msgspec.structs import replace

from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.sns_errors import (
    SnsBatchEntryIdsNotDistinct,
    SnsBatchRequestTooLong,
    SnsEmptyBatchRequest,
    SnsInvalidBatchEntryId,
    SnsInvalidParameter,
    SnsParameterValueInvalid,
    SnsTooManyEntriesInBatchRequest,
)
from emulator.sns.direct_message import Sending
from emulator.sns.notification import Notification
from emulator.sns.publication import Publication, check_batch, compose
from emulator.sns.topic import Topic
from tests.sns.world import ACCOUNT, NOW, REGION, World, message, set_topic_attribute

LIMIT = 262_144
SENDING = Sending("id", ACCOUNT, REGION, NOW)


def composed(topic: Topic, publication: Publication) -> Notification:
    return compose(topic, publication, SENDING)


def refusal(topic: Topic, publication: Publication) -> str:
    with pytest.raises(SnsInvalidParameter) as refused:
        composed(topic, publication)
    return refused.value.message


def test_notification_carries_what_was_published(world: World) -> None:
    attributes = {"a": MessageAttribute("String", "x")}
    publication = Publication("hello", attributes, subject="Hi", group_id="g")
    notification = compose(world.topic(), publication, replace(SENDING, trace_header="Root=1"))
    assert notification == Notification(
        message_id="id",
        topic_arn=world.topic().arn,
        published_at=NOW,
        message="hello",
        by_protocol={"default": "hello"},
        attributes=attributes,
        subject="Hi",
        group_id="g",
        trace_header="Root=1",
    )


def test_size_is_counted_in_bytes(world: World) -> None:
    topic = world.topic()
    assert composed(topic, message("ä" * (LIMIT // 2)))
    assert refusal(topic, message("ä" * (LIMIT // 2) + "x")) == "Invalid parameter: Message too long"


def test_attributes_count_with_name_type_and_value(world: World) -> None:
    topic = world.topic()
    attributes = {"name": MessageAttribute("String", "value"), "b": MessageAttribute("Binary", None, b"123")}
    room = LIMIT - len("nameStringvaluebBinary123")
    assert composed(topic, Publication("x" * room, attributes))
    assert refusal(topic, Publication("x" * (room + 1), attributes)) == "Invalid parameter: Message too long"


def test_topic_sets_its_own_maximum(world: World) -> None:
    topic = world.topic(MaximumMessageSize="1024")
    assert composed(topic, message("x" * 1024))
    assert refusal(topic, message("x" * 1025)) == "Invalid parameter: Message too long"
    set_topic_attribute(topic, "MaximumMessageSize", "1048576", now=NOW)
    assert composed(topic, message("x" * 1_048_576))


@pytest.mark.parametrize("subject", ["Hi", "x" * 100, "Ünï ✓", "ä" * 100])
def test_subject_of_up_to_100_characters_is_fine(world: World, subject: str) -> None:
    assert composed(world.topic(), message(subject=subject)).subject == subject


@pytest.mark.parametrize("subject", ["", "x" * 101, "a\nb", "a\tb", "a\x7fb", "a\u2028b", "a\u0085b"])
def test_subject_that_is_empty_too_long_or_unprintable_is_refused(world: World, subject: str) -> None:
    assert refusal(world.topic(), message(subject=subject)) == "Invalid parameter: Subject"


def test_bad_attribute_is_refused(world: World) -> None:
    with pytest.raises(SnsParameterValueInvalid):
        composed(world.topic(), Publication("hello", {"a": MessageAttribute("String", "")}))


def structured(text: str) -> Publication:
    return Publication(text, {}, structure="json")


def test_structure_gives_protocols_their_own_text(world: World) -> None:
    notification = composed(world.topic(), structured('{"default":"d","sqs":"q \\u00e4","http":5,"email":null}'))
    assert notification.message_for("sqs") == "q ä"
    for other in ("http", "email", "lambda"):
        assert notification.message_for(other) == "d"


def test_last_of_equal_keys_counts(world: World) -> None:
    notification = composed(world.topic(), structured('{"default":"1","default":"2"}'))
    assert notification.message_for("sqs") == "2"


def test_half_a_surrogate_pair_becomes_a_question_mark(world: World) -> None:
    notification = composed(world.topic(), structured('{"default":"\\ud83d\\ude00 \\ud83d"}'))
    assert notification.message_for("sqs") == "😀 ?"


@pytest.mark.parametrize("text", ['{"sqs":"x"}', '{"default":{"a":1}}', '{"default":5}', "{}", "[]", '"default"', "5"])
def test_structure_needs_a_default_text(world: World, text: str) -> None:
    complaint = "Invalid parameter: Message Structure - No default entry in JSON message body"
    assert refusal(world.topic(), structured(text)) == complaint


@pytest.mark.parametrize("text", ["{", "hello", '{"default":NaN}', "[" * 100_000, '{"default":' + "9" * 5000 + "}"])
def test_structure_that_is_no_json_is_refused(world: World, text: str) -> None:
    complaint = "Invalid parameter: Message Structure - JSON message body failed to parse"
    assert refusal(world.topic(), structured(text)) == complaint


def test_without_structure_json_is_text_like_any_other(world: World) -> None:
    assert composed(world.topic(), message('{"default":"d"}')).message_for("sqs") == '{"default":"d"}'


def test_fifo_topic_needs_a_message_group(world: World) -> None:
    topic = world.fifo_topic(ContentBasedDeduplication="true")
    complaint = "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    assert refusal(topic, message()) == refusal(topic, message(group="")) == complaint


@pytest.mark.parametrize("bad", ["a b", "ä", "x" * 129, "a\n"])
def test_ids_are_of_printable_ascii(world: World, bad: str) -> None:
    topic = world.fifo_topic()
    good = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~aZ9"
    assert composed(topic, message(group=good, deduplication="x" * 128)).group_id == good
    assert refusal(topic, message(group=bad, deduplication="d")).startswith("Invalid parameter: MessageGroupId Reason:")
    assert refusal(topic, message(group="g", deduplication=bad)).startswith(
        "Invalid parameter: MessageDeduplicationId Reason:"
    )
    assert refusal(world.topic(), message(group=bad)).startswith("Invalid parameter: MessageGroupId Reason:")


def test_content_is_hashed_as_published_unless_an_id_is_given(world: World) -> None:
    topic = world.fifo_topic(ContentBasedDeduplication="true")
    document = '{"default":"d","sqs":"q"}'
    publication = replace(structured(document), group_id="g")
    assert composed(topic, publication).deduplication_id == sha256(document.encode()).hexdigest()
    assert composed(topic, message(group="g", deduplication="mine")).deduplication_id == "mine"


def test_batch_ids_are_checked(world: World) -> None:
    topic = world.topic()

    def check(*ids: str) -> None:
        check_batch(topic, [(entry_id, message()) for entry_id in ids])

    check("a", "B_9-", "x" * 80)
    with pytest.raises(SnsEmptyBatchRequest):
        check()
    with pytest.raises(SnsTooManyEntriesInBatchRequest, match=r"^The batch request contains more entries than perm"):
        check(*"aaaaaaaaaaa")
    with pytest.raises(SnsBatchEntryIdsNotDistinct, match=r"^Two or more batch entries in the request have the same"):
        check("a", "b", "a")
    for bad in ("message.id", "msg@123#test", "", "a\n"):
        with pytest.raises(SnsInvalidBatchEntryId) as refused:
            check("a", bad)
        complaint = "The Id of a batch entry in the batch request contains an impermissible character"
        assert refused.value.message == f"{complaint}: {bad}"
    with pytest.raises(SnsInvalidBatchEntryId) as refused:
        check("x" * 81)
    complaint = "The Id of a batch entry in the batch request is too long"
    assert refused.value.message == f"{complaint}: {'x' * 81}"


def test_batch_is_limited_as_a_whole(world: World) -> None:
    topic = world.topic()
    half = message("x" * (LIMIT // 2))
    check_batch(topic, [("a" * 80, half), ("b", half)])
    with pytest.raises(SnsBatchRequestTooLong):
        check_batch(topic, [("a", half), ("b", half), ("c", message("x"))])
