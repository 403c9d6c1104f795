import json
from collections.abc import Mapping

import pytest

from emulator.aws.errors import InvalidParameterValue
from emulator.aws.sqs_errors import InvalidAttributeName, InvalidAttributeValue
from emulator.sqs.attributes import QueueAttributes

TARGET = "arn:aws:sqs:eu-west-1:111111111111:dead"
POLICY = (
    '{"Version":"2012-10-17","Statement":'
    '[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}'
)


def standard(**given: str) -> QueueAttributes:
    return QueueAttributes.create(given, fifo=False, region="us-east-1")


def fifo(**given: str) -> QueueAttributes:
    return QueueAttributes.create({"FifoQueue": "true", **given}, fifo=True, region="us-east-1")


# -- Defaults --------------------------------------------------------------------------------


def test_a_new_standard_queue_has_the_defaults_of_aws() -> None:
    assert standard().shown() == {
        "DelaySeconds": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_a_new_fifo_queue_has_the_fifo_attributes_besides() -> None:
    assert fifo().shown() == standard().shown() | {
        "FifoQueue": "true",
        "ContentBasedDeduplication": "false",
        "DeduplicationScope": "queue",
        "FifoThroughputLimit": "perQueue",
    }


def test_the_queue_reads_its_settings_as_numbers() -> None:
    attributes = fifo(
        DelaySeconds="1",
        MaximumMessageSize="2048",
        MessageRetentionPeriod="60",
        VisibilityTimeout="2",
        ReceiveMessageWaitTimeSeconds="3",
        ContentBasedDeduplication="true",
        DeduplicationScope="messageGroup",
    )
    assert (attributes.delay_seconds, attributes.maximum_message_size, attributes.retention_seconds) == (1, 2048, 60)
    assert (attributes.visibility_timeout, attributes.wait_time_seconds) == (2, 3)
    assert attributes.content_based_deduplication
    assert attributes.deduplicates_by_group


# -- Values ----------------------------------------------------------------------------------

RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}


@pytest.mark.parametrize(("name", "low", "high"), [(name, *ends) for name, ends in RANGES.items()])
def test_a_number_is_taken_up_to_both_ends_of_its_range(name: str, low: int, high: int) -> None:
    for value in (low, high):
        assert standard(**{name: str(value)}).values[name] == str(value)
    for value in (low - 1, high + 1):
        with pytest.raises(InvalidAttributeValue) as refusal:
            standard(**{name: str(value)})
        assert refusal.value.message == f"Invalid value for the parameter {name}."


@pytest.mark.parametrize(
    "value",
    ["", "x", "-1", "1.0", "1e1", "0x1", "+1", "٣", "²", "9" * 5_000, "0" * 20 + "901", "0" * 5_000],
    ids=lambda value: repr(value[:30]),
)
def test_what_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(InvalidAttributeValue):
        standard(DelaySeconds=value)


def test_a_number_is_kept_in_its_plain_form() -> None:
    assert standard(DelaySeconds=" 007 ").values["DelaySeconds"] == "7"


@pytest.mark.parametrize(("given", "kept"), [("true", "true"), ("True", "true"), ("FALSE", "false")])
def test_booleans_are_read_in_any_case_and_kept_in_lower_case(given: str, kept: str) -> None:
    assert standard(SqsManagedSseEnabled=given).values["SqsManagedSseEnabled"] == kept


@pytest.mark.parametrize("value", ["", "1", "yes", " true"])
def test_what_is_no_boolean_is_refused(value: str) -> None:
    with pytest.raises(InvalidAttributeValue):
        standard(SqsManagedSseEnabled=value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DeduplicationScope", "group"), ("FifoThroughputLimit", "perGroup"), ("DeduplicationScope", "")],
)
def test_a_choice_is_one_of_those_there_are(name: str, value: str) -> None:
    with pytest.raises(InvalidAttributeValue):
        fifo(**{name: value})


@pytest.mark.parametrize("name", ["Nonsense", "visibilityTimeout", "", "QueueArn", "CreatedTimestamp", "All"])
def test_an_attribute_that_cannot_be_set_is_unknown(name: str) -> None:
    with pytest.raises(InvalidAttributeName) as refusal:
        standard(**{name: "1"})
    assert refusal.value.message == f"Unknown Attribute {name}."


# -- What only FIFO queues have --------------------------------------------------------------


@pytest.mark.parametrize(("name", "value"), [("FifoQueue", "false"), ("ContentBasedDeduplication", "false")])
def test_a_standard_queue_does_not_know_fifo_attributes(name: str, value: str) -> None:
    with pytest.raises(InvalidAttributeName) as refusal:
        standard(**{name: value})
    assert refusal.value.message == f"Unknown Attribute {name}."
    with pytest.raises(InvalidAttributeName):
        standard().change({name: value})


@pytest.mark.parametrize(
    ("name", "value"), [("DeduplicationScope", "messageGroup"), ("FifoThroughputLimit", "perMessageGroupId")]
)
def test_high_throughput_attributes_of_a_standard_queue_are_explained(name: str, value: str) -> None:
    with pytest.raises(InvalidAttributeName) as refusal:
        standard(**{name: value})
    assert refusal.value.message == f"You can specify the {name} only when FifoQueue is set to true."


def test_a_fifo_queue_stays_one() -> None:
    assert fifo().change({"FifoQueue": "True"}).values["FifoQueue"] == "true"
    for value in ("false", "banana", ""):
        with pytest.raises(InvalidAttributeValue) as refusal:
            fifo().change({"FifoQueue": value})
        assert refusal.value.message == (
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
        )


@pytest.mark.parametrize("value", ["true", "false"])
def test_a_standard_queue_cannot_become_a_fifo_queue(value: str) -> None:
    with pytest.raises(InvalidAttributeName) as refusal:
        standard().change({"FifoQueue": value})
    assert refusal.value.message == "Unknown Attribute FifoQueue."


def test_throughput_per_group_needs_deduplication_per_group() -> None:
    with pytest.raises(InvalidAttributeValue):
        fifo(FifoThroughputLimit="perMessageGroupId")
    high = fifo(FifoThroughputLimit="perMessageGroupId", DeduplicationScope="messageGroup")
    with pytest.raises(InvalidAttributeValue):
        high.change({"DeduplicationScope": "queue"})
    regular = high.change({"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"})
    assert regular.values["FifoThroughputLimit"] == "perQueue"


def test_deduplication_per_group_does_not_need_throughput_per_group() -> None:
    assert fifo(DeduplicationScope="messageGroup").deduplicates_by_group


# -- Changing --------------------------------------------------------------------------------


def test_a_change_leaves_the_other_attributes_alone() -> None:
    before = standard(DelaySeconds="5")
    after = before.change({"VisibilityTimeout": "7"})
    assert after.values == before.values | {"VisibilityTimeout": "7"}
    assert before.values["VisibilityTimeout"] == "30"


def test_one_bad_attribute_refuses_the_whole_change() -> None:
    before = standard()
    with pytest.raises(InvalidAttributeValue):
        before.change({"VisibilityTimeout": "7", "DelaySeconds": "901"})
    assert before.values == standard().values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Policy", POLICY),
        ("RedrivePolicy", '{"deadLetterTargetArn":"' + TARGET + '","maxReceiveCount":1}'),
        ("RedriveAllowPolicy", '{"redrivePermission":"denyAll"}'),
        ("KmsMasterKeyId", "alias/aws/sqs"),
    ],
)
def test_what_has_no_default_is_shown_as_given_and_removed_by_an_empty_value(name: str, value: str) -> None:
    given = standard(**{name: value})
    assert given.shown()[name] == value
    removed = given.change({name: ""})
    assert name not in removed.shown()
    assert removed.redrive is None
    assert removed.redrive_allow.permission == "allowAll"


def test_policies_are_checked() -> None:
    for name in ("RedrivePolicy", "RedriveAllowPolicy"):
        with pytest.raises(InvalidParameterValue):
            standard(**{name: "{}"})
    for policy in ("x", "[]", "{}"):
        with pytest.raises(InvalidAttributeValue) as refusal:
            standard(Policy=policy)
        assert refusal.value.message == "Invalid value for the parameter Policy."


# -- Encryption ------------------------------------------------------------------------------


def encryption(attributes: QueueAttributes) -> Mapping[str, str]:
    names = ("SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds")
    return {name: value for name, value in attributes.shown().items() if name in names}


def test_a_kms_key_turns_encryption_by_sqs_off() -> None:
    attributes = standard().change({"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"})
    assert encryption(attributes) == {
        "SqsManagedSseEnabled": "false",
        "KmsMasterKeyId": "testKeyId",
        "KmsDataKeyReusePeriodSeconds": "6000",
    }


def test_a_kms_key_alone_comes_with_the_default_reuse_period() -> None:
    assert encryption(standard(KmsMasterKeyId="key")) == {
        "SqsManagedSseEnabled": "false",
        "KmsMasterKeyId": "key",
        "KmsDataKeyReusePeriodSeconds": "300",
    }


def test_clearing_the_key_does_not_turn_encryption_by_sqs_on_again() -> None:
    attributes = standard(KmsMasterKeyId="key", KmsDataKeyReusePeriodSeconds="600").change({"KmsMasterKeyId": ""})
    assert encryption(attributes) == {"SqsManagedSseEnabled": "false"}
    assert encryption(attributes.change({"KmsMasterKeyId": "key"}))["KmsDataKeyReusePeriodSeconds"] == "300"


def test_encryption_by_sqs_takes_the_place_of_a_key() -> None:
    attributes = standard(KmsMasterKeyId="key").change({"SqsManagedSseEnabled": "true"})
    assert encryption(attributes) == {"SqsManagedSseEnabled": "true"}


def test_turning_encryption_by_sqs_off_leaves_a_key_alone() -> None:
    attributes = standard(KmsMasterKeyId="key").change({"SqsManagedSseEnabled": "false"})
    assert encryption(attributes)["KmsMasterKeyId"] == "key"


def test_both_kinds_of_encryption_at_once_are_refused() -> None:
    with pytest.raises(InvalidAttributeName) as refusal:
        standard(KmsMasterKeyId="key", SqsManagedSseEnabled="True")
    assert refusal.value.message.startswith("You can use one type of server-side encryption (SSE) at one time.")


def test_a_key_and_encryption_by_sqs_turned_off_go_together() -> None:
    assert encryption(standard(KmsMasterKeyId="key", SqsManagedSseEnabled="false"))["KmsMasterKeyId"] == "key"


def test_a_reuse_period_without_a_key_is_accepted_and_not_shown() -> None:
    assert encryption(standard(KmsDataKeyReusePeriodSeconds="600")) == {"SqsManagedSseEnabled": "true"}


# -- The form of AWS -------------------------------------------------------------------------

# What is kept of a value. Everything else is kept as it was given.
FORMS = [
    ("DelaySeconds", " 007 ", "7"),
    ("SqsManagedSseEnabled", "FALSE", "false"),
    (
        "RedrivePolicy",
        json.dumps({"maxReceiveCount": "5", "other": None, "deadLetterTargetArn": TARGET}, indent=1),
        f'{{"deadLetterTargetArn":"{TARGET}","maxReceiveCount":5}}',
    ),
    (
        "RedriveAllowPolicy",
        '{"sourceQueueArns": null, "redrivePermission": "denyAll"}',
        '{"redrivePermission":"denyAll"}',
    ),
    (
        "Policy",
        POLICY.replace('"*"', '{"AWS": ["111122223333"]}', 1).replace(":[", ": [ "),
        POLICY.replace('"*"', '{"AWS":"arn:aws-cn:iam::111122223333:root"}', 1),
    ),
    ("KmsMasterKeyId", " alias/key ", " alias/key "),
]


@pytest.mark.parametrize(("name", "given", "kept"), FORMS)
def test_value_is_kept_in_the_form_of_aws_however_it_comes_in(name: str, given: str, kept: str) -> None:
    created = QueueAttributes.create({name: given}, fifo=False, region="cn-north-1")
    assert created.values[name] == kept
    changed = QueueAttributes.create({}, fifo=False, region="cn-north-1").change({name: given})
    assert changed.values[name] == kept
    restored = QueueAttributes.restore(created.values | {name: given}, fifo=False, region="cn-north-1")
    assert restored.values[name] == kept
    assert created.differing({name: given}) is None
    assert created.differing({name: kept}) is None


# -- Comparing -------------------------------------------------------------------------------


def test_only_given_attributes_are_compared() -> None:
    assert standard(DelaySeconds="5", VisibilityTimeout="7").differing({"DelaySeconds": "5"}) is None


def test_the_first_differing_attribute_is_told() -> None:
    assert standard().differing({"DelaySeconds": "0", "VisibilityTimeout": "7", "MaximumMessageSize": "1024"}) == (
        "VisibilityTimeout"
    )


def test_values_are_compared_in_their_plain_form() -> None:
    assert fifo(ContentBasedDeduplication="true").differing({"ContentBasedDeduplication": "TRUE"}) is None
    assert standard(DelaySeconds="7").differing({"DelaySeconds": "07"}) is None


def test_an_attribute_the_queue_does_not_have_differs() -> None:
    assert standard().differing({"KmsMasterKeyId": "key"}) == "KmsMasterKeyId"
    assert standard(KmsMasterKeyId="key").differing({"KmsMasterKeyId": ""}) == "KmsMasterKeyId"
    assert standard().differing({"KmsMasterKeyId": ""}) is None


def test_policies_are_compared_by_what_they_say() -> None:
    attributes = standard(
        Policy=POLICY,
        RedrivePolicy='{"deadLetterTargetArn": "' + TARGET + '", "maxReceiveCount": 3}',
        RedriveAllowPolicy='{"redrivePermission": "byQueue", "sourceQueueArns": ["a", "b"]}',
    )
    assert attributes.differing({"Policy": POLICY.replace(" ", "")}) is None
    assert (
        attributes.differing({"RedrivePolicy": '{"maxReceiveCount": "3", "deadLetterTargetArn": "' + TARGET + '"}'})
        is None
    )
    assert (
        attributes.differing({"RedriveAllowPolicy": '{"sourceQueueArns": ["b", "a"], "redrivePermission": "byQueue"}'})
        is None
    )
    assert (
        attributes.differing({"RedrivePolicy": '{"deadLetterTargetArn": "' + TARGET + '", "maxReceiveCount": 4}'})
        == "RedrivePolicy"
    )


def test_bad_values_are_refused_also_where_they_are_only_compared() -> None:
    with pytest.raises(InvalidAttributeValue):
        standard().differing({"DelaySeconds": "x"})
