"""What files declare is what the World then has; files as projects have them, in TOML, YAML and JSON."""

import asyncio
import json
from pathlib import Path

import pytest

from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.declared.attributes import QUEUE_FIELDS, SUBSCRIPTION_FIELDS, TOPIC_FIELDS
from emulator.declared.shapes import QueueShape, SubscriptionShape, TopicShape
from emulator.foundation.changes import Change
from emulator.timing.clock import SYSTEM_TIME
from tests.declared.worlds import DeclaredWorld

SHOP = """
queues = [
  "orders-dlq",
  "mail",
  { name = "orders", visibility_timeout = 45, dead_letter_queue = "orders-dlq", tags = { team = "shop", env = "dev" } },
]

[topics.order-events]
display_name = "Orders"
subscriptions = [
  "orders",
  { url = "https://hooks.example.com/orders", confirmed = true, dead_letter_queue = "orders-dlq" },
  { email = "orders@example.com" },
  { function = "audit" },
]

[[subscriptions]]
topic = "order-events"
queue = "mail"
raw_message_delivery = true
filter_policy.status = ["paid", "shipped"]
filter_policy.total = [{ numeric = [">", 100] }]
"""

LEDGER = """
[options]
region = "eu-central-1"
account_id = "123456789012"

[queues."ledger.fifo"]
content_based_deduplication = true
deduplication_scope = "messageGroup"
fifo_throughput_limit = "perMessageGroupId"
dead_letter_queue = { queue = "ledger-dlq.fifo", max_receive_count = 5 }
kms_master_key_id = "alias/aws/sqs"
kms_data_key_reuse_period_seconds = 600

[queues."ledger-dlq.fifo"]
message_retention_period = 1209600
redrive_allow_policy.redrivePermission = "byQueue"
redrive_allow_policy.sourceQueueArns = ["arn:aws:sqs:eu-central-1:123456789012:ledger.fifo"]

[topics."bookings.fifo"]
content_based_deduplication = true
fifo_throughput_scope = "MessageGroup"
archive_policy = { MessageRetentionPeriod = 7 }
subscriptions = ["ledger.fifo"]
"""

TWO_ACCOUNTS = """
[[queues]]
name = "inbox"
account = "222222222222"
region = "eu-west-1"
receive_message_wait_time_seconds = 20
[queues.policy]
Version = "2012-10-17"
[[queues.policy.Statement]]
Effect = "Allow"
Principal = { Service = "sns.amazonaws.com" }
Action = "sqs:SendMessage"
Resource = "arn:aws:sqs:eu-west-1:222222222222:inbox"

[[topics]]
name = "announcements"
account = "111111111111"
region = "eu-west-1"
signature_version = 2
[topics.policy]
Version = "2012-10-17"
[[topics.policy.Statement]]
Effect = "Allow"
Principal = "*"
Action = "sns:Subscribe"
Resource = "arn:aws:sns:eu-west-1:111111111111:announcements"

[[subscriptions]]
topic = "announcements"
account = "111111111111"
region = "eu-west-1"
queue = "arn:aws:sqs:eu-west-1:222222222222:inbox"
filter_policy_scope = "MessageBody"
filter_policy = { detail = { kind = ["news"] } }

[[subscriptions]]
topic = "arn:aws:sns:eu-west-1:111111111111:announcements"
sms = "+1 555 0100"

[[faults]]
service = "sqs"
action = "ReceiveMessage"
resource = "inbox"
error = "OverLimit"
first = 1

[clock]
freeze = true
"""


YAML = """
options: {strict_timing: true}
queues:
  thumbnails:
  thumbnails-dlq: {message_retention_period: 1209600}
  uploads: &worker
    visibility_timeout: 300
    dead_letter_queue: {queue: thumbnails-dlq, max_receive_count: 10}
  exports:
    <<: *worker
    delay_seconds: 5
    policy:
      Version: 2012-10-17
      Statement:
        - {Effect: Allow, Principal: "*", Action: "sqs:*", Resource: "*"}
topics:
  - files
  - name: done
    subscriptions:
      - thumbnails
      - protocol: sqs
        endpoint: exports
        raw_message_delivery: true
"""

JSON = """{
  "$schema": "./emulator.schema.json",
  "queues": ["a", {"name": "b.fifo", "fifo_queue": true}],
  "topics": {"t": {"subscriptions": ["a", "arn:aws:lambda:us-east-1:000000000000:function:f", "http://localhost:9/x"]}}
}"""


def declared(folder: Path, text: str, suffix: str = "toml", settings: Settings | None = None) -> DeclaredWorld:
    world = DeclaredWorld(folder, settings)

    async def fill() -> None:
        await world.apply(text, suffix)
        world.world.close()
        await world.world.finish()

    asyncio.run(fill())
    return world


def test_fields_of_a_file_are_all_attributes_that_aws_takes() -> None:
    for shape, fields in (
        (QueueShape, QUEUE_FIELDS),
        (TopicShape, TOPIC_FIELDS),
        (SubscriptionShape, SUBSCRIPTION_FIELDS),
    ):
        assert fields.keys() <= set(shape.__struct_fields__)


def test_queues_have_attributes_tags_and_a_dead_letter_queue_by_name(tmp_path: Path) -> None:
    world = declared(tmp_path, SHOP)
    orders = world.queue("orders")
    assert orders["VisibilityTimeout"] == "45"
    assert json.loads(orders["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:orders-dlq",
        "maxReceiveCount": 3,
    }
    assert world.world.sqs.queues.get("000000000000", "us-east-1", "orders").tags == {"team": "shop", "env": "dev"}
    assert "RedrivePolicy" not in world.queue("mail")


def test_topics_have_subscriptions_of_all_kinds(tmp_path: Path) -> None:
    world = declared(tmp_path, SHOP)
    assert world.topic("order-events")["DisplayName"] == "Orders"
    found = world.subscriptions("order-events")
    assert list(found) == [
        "arn:aws:sqs:us-east-1:000000000000:orders",
        "https://hooks.example.com/orders",
        "orders@example.com",
        "arn:aws:lambda:us-east-1:000000000000:function:audit",
        "arn:aws:sqs:us-east-1:000000000000:mail",
    ]
    mail = found["arn:aws:sqs:us-east-1:000000000000:mail"]
    assert mail["RawMessageDelivery"] == "true"
    assert json.loads(mail["FilterPolicy"]) == {"status": ["paid", "shipped"], "total": [{"numeric": [">", 100]}]}
    dead_letters = json.loads(found["https://hooks.example.com/orders"]["RedrivePolicy"])
    assert dead_letters == {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:orders-dlq"}
    confirmed = {each.endpoint: each.confirmed for each in world.world.sns.subscriptions}
    assert confirmed["https://hooks.example.com/orders"]
    assert not confirmed["orders@example.com"]


def test_fifo_queues_and_topics_are_known_by_their_names(tmp_path: Path) -> None:
    world = declared(tmp_path, LEDGER, settings=Settings(region="eu-central-1", account_id="123456789012"))
    here = ("123456789012", "eu-central-1")
    ledger = world.queue("ledger.fifo", *here)
    assert ledger["FifoQueue"] == ledger["ContentBasedDeduplication"] == "true"
    assert ledger["FifoThroughputLimit"] == "perMessageGroupId"
    assert ledger["KmsMasterKeyId"] == "alias/aws/sqs"
    assert json.loads(ledger["RedrivePolicy"])["maxReceiveCount"] == 5
    topic = world.topic("bookings.fifo", *here)
    assert topic["FifoTopic"] == "true"
    assert json.loads(topic["ArchivePolicy"]) == {"MessageRetentionPeriod": "7"}
    assert list(world.subscriptions("bookings.fifo")) == ["arn:aws:sqs:eu-central-1:123456789012:ledger.fifo"]


def test_accounts_and_regions_policies_faults_and_the_clock_are_declared(tmp_path: Path) -> None:
    world = declared(tmp_path, TWO_ACCOUNTS)
    inbox = world.queue("inbox", "222222222222", "eu-west-1")
    assert json.loads(inbox["Policy"])["Statement"][0]["Action"] == "sqs:SendMessage"
    assert world.topic("announcements", "111111111111", "eu-west-1")["SignatureVersion"] == "2"
    found = world.subscriptions("announcements")
    assert list(found) == ["arn:aws:sqs:eu-west-1:222222222222:inbox", "+15550100"]
    assert json.loads(found["arn:aws:sqs:eu-west-1:222222222222:inbox"]["FilterPolicy"]) == {
        "detail": {"kind": ["news"]}
    }
    assert all(each.confirmed for each in world.world.sns.subscriptions), "the queue's own account subscribes it"
    assert world.world.clocks.everyone.setting != SYSTEM_TIME


def test_yaml_declares_the_same_with_anchors_and_dates(tmp_path: Path) -> None:
    world = declared(tmp_path, YAML, "yaml")
    assert world.queue("exports")["VisibilityTimeout"] == world.queue("uploads")["VisibilityTimeout"] == "300"
    assert world.queue("exports")["DelaySeconds"] == "5"
    assert json.loads(world.queue("exports")["Policy"])["Version"] == "2012-10-17"
    assert world.queue("thumbnails")["VisibilityTimeout"] == "30"
    assert len(world.subscriptions("done")) == 2


def test_json_declares_the_same(tmp_path: Path) -> None:
    world = declared(tmp_path, JSON, "json")
    assert world.queue("b.fifo")["FifoQueue"] == "true"
    assert [each.protocol for each in world.world.sns.subscriptions] == ["sqs", "lambda", "http"]


def test_queues_can_be_each_others_dead_letter_queues_as_on_aws(tmp_path: Path) -> None:
    text = '[queues.a]\ndead_letter_queue = "b"\n[queues.b]\ndead_letter_queue = "a"'
    world = declared(tmp_path, text)
    assert all("RedrivePolicy" in world.queue(name) for name in "ab")


# Changes. ---------------------------------------------------------------------------------------


def changed(folder: Path, *texts: str, prune: bool = False) -> DeclaredWorld:
    world = DeclaredWorld(folder)

    async def fill() -> None:
        for text in texts:
            await world.apply(text, prune=prune)
        world.world.close()
        await world.world.finish()

    asyncio.run(fill())
    return world


BEFORE = """
[queues.a]
visibility_timeout = 45
tags = { x = "1", y = "1" }
[queues.b]
[topics.events]
display_name = "E"
subscriptions = [
  { queue = "a", filter_policy = { n = { k = ["v"] } }, filter_policy_scope = "MessageBody", dead_letter_queue = "b" },
  { email = "a@b.example" },
  { url = "http://localhost:9/", confirmed = true },
]
[topics.others]
"""
AFTER = """
[queues.a]
delay_seconds = 3
tags = { x = "2" }
dead_letter_queue = "c"
[queues.c]
[topics.events]
tracing_config = "Active"
tags = { k = "v" }
subscriptions = [{ queue = "a", filter_policy = { k = ["v"] }, raw_message_delivery = true }]
"""


def test_changed_file_makes_what_is_new_and_sets_what_changed(tmp_path: Path) -> None:
    world = changed(tmp_path, BEFORE, AFTER)
    queue = world.queue("a")
    assert (queue["VisibilityTimeout"], queue["DelaySeconds"]) == ("30", "3")
    assert "RedrivePolicy" in queue
    assert world.world.sqs.queues.get("000000000000", "us-east-1", "a").tags == {"x": "2"}
    topic = world.topic("events")
    assert "DisplayName" not in topic
    assert topic["TracingConfig"] == "Active"
    attributes = world.subscriptions()["arn:aws:sqs:us-east-1:000000000000:a"]
    assert json.loads(attributes["FilterPolicy"]) == {"k": ["v"]}
    assert attributes["FilterPolicyScope"] == "MessageAttributes"
    assert attributes["RawMessageDelivery"] == "true"
    assert "RedrivePolicy" not in attributes


def test_what_is_gone_from_the_file_stays_without_prune(tmp_path: Path) -> None:
    world = changed(tmp_path, BEFORE, AFTER)
    assert world.queue("b")
    assert world.topic("others") == {}
    assert len(world.subscriptions()) == 3


def test_what_is_gone_from_the_file_goes_with_prune(tmp_path: Path) -> None:
    world = changed(tmp_path, BEFORE, AFTER, prune=True)
    assert {queue.identity.name for queue in world.world.sqs.queues} == {"a", "c"}
    assert {topic.identity.name for topic in world.world.sns.topics} == {"events"}
    assert list(world.subscriptions()) == ["arn:aws:sqs:us-east-1:000000000000:a"]


def test_topic_that_aws_does_not_delete_stays_and_is_a_mistake(tmp_path: Path) -> None:
    text = """[topics."events.fifo"]\narchive_policy = {MessageRetentionPeriod = 1}\n[topics.other]"""
    with pytest.raises(DocumentError) as refused:
        changed(tmp_path, text, "", prune=True)
    (line,) = refused.value.lines
    assert line.endswith(
        "The topic events.fifo cannot be deleted. AWS refuses this: Invalid state: Cannot delete a topic with an "
        "ArchivePolicy"
    )


def test_file_without_anything_deletes_all_with_prune_and_nothing_without(tmp_path: Path) -> None:
    assert len([*changed(tmp_path, BEFORE, "").world.sqs.queues]) == 2
    assert not [*changed(tmp_path, BEFORE, "", prune=True).world.sqs.queues]


def test_same_file_again_changes_nothing(tmp_path: Path) -> None:
    world = DeclaredWorld(tmp_path)
    changes: list[Change] = []

    async def fill() -> None:
        await world.apply(BEFORE)
        world.world.ledger.keep(changes.append)
        await world.apply(f"# another comment\n{BEFORE}")
        world.world.close()
        await world.world.finish()

    asyncio.run(fill())
    assert changes == []


def test_changed_faults_replace_those_that_were_declared_before(tmp_path: Path) -> None:
    rules = '[[faults]]\nservice = "sqs"\nerror = "OverLimit"', '[[faults]]\nservice = "sns"\nerror = "Throttled"'
    world = DeclaredWorld(tmp_path)

    async def fill() -> list[str | None]:
        for rule in rules:
            await world.apply(rule)
        return [fault.rule.service for fault in world.world.faults]

    assert asyncio.run(fill()) == ["sns"]
