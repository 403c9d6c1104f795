"""Each rule finds what is wrong, and nothing where it is right."""

import json

import pytest

from emulator.findings.search import RULES
from tests.findings.scenarios import BROKEN, SOUND, allowing
from tests.findings.workshop import ACCOUNT, REGION, URL, Workshop, queue_arn, redrive, topic_arn


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_rule_finds_what_is_wrong(workshop: Workshop, rule: str) -> None:
    BROKEN[rule](workshop)
    finding = workshop.found(rule)
    assert (finding.account, finding.region) == (ACCOUNT, REGION)
    assert finding.title
    assert all(sentence.endswith(".") for sentence in (finding.what, finding.why, finding.fix))


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_rule_finds_nothing_where_all_is_right(workshop: Workshop, rule: str) -> None:
    SOUND[rule](workshop)
    assert workshop.findings(rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        "dead-letter-queue-missing",
        "queue-policy-keeps-sns-out",
        "subscription-dead-letter-queue-missing",
        "dead-letter-queue-policy-keeps-sns-out",
        "endpoint-missing",
        "dead-letters-expire-first",
        "messages-expire-soon",
        "pending-confirmation",
    ],
)
def test_call_of_a_finding_mends_it(workshop: Workshop, rule: str) -> None:
    BROKEN[rule](workshop)
    workshop.mend(workshop.found(rule))
    assert workshop.findings(rule) == []


def test_dead_letters_are_moved_back(workshop: Workshop) -> None:
    workshop.queue("dead")
    workshop.queue("queue", RedrivePolicy=redrive("dead"), VisibilityTimeout="0")
    workshop.send("queue")
    workshop.receive("queue")
    assert "Messages" not in workshop("ReceiveMessage", QueueUrl="queue")
    finding = workshop.found("dead-letters")
    assert finding.related == (queue_arn("queue"),)
    workshop.mend(finding)
    assert len(workshop.receive("queue")) == 1


def test_visibility_timeout_that_is_proposed_has_room(workshop: Workshop) -> None:
    BROKEN["visibility-timeout-too-short"](workshop)
    finding = workshop.found("visibility-timeout-too-short")
    assert finding.what == (
        "Deleted of late after their visibility timeout: 1 message, up to 40.0 seconds after the receive. "
        "That of the queue is 30 seconds."
    )
    workshop.mend(finding)
    assert workshop.world.sqs.queues.get(ACCOUNT, REGION, "queue").attributes.visibility_timeout == 60
    assert workshop.found("visibility-timeout-too-short").call is None


def test_stuck_queue_names_the_message_that_it_waits_for(workshop: Workshop) -> None:
    BROKEN["fifo-queue-stuck"](workshop)
    queue = workshop.world.sqs.queues.get(ACCOUNT, REGION, "queue.fifo")
    what = workshop.found("fifo-queue-stuck").what
    first = next(iter(queue.contents.messages))
    assert what.startswith("No message can be received: 2 messages wait")
    assert first.id in what


def test_policy_that_denies_is_not_mended_by_another_statement(workshop: Workshop) -> None:
    workshop.queue("queue", Policy=allowing("topic", effect="Deny"))
    workshop.subscribe(workshop.topic("topic"), queue_arn("queue"))
    finding = workshop.found("queue-policy-keeps-sns-out")
    assert finding.call is None
    assert finding.fix == "Change the statement that denies it."


def test_policy_keeps_its_statements_when_it_is_mended(workshop: Workshop) -> None:
    BROKEN["queue-policy-keeps-sns-out"](workshop)
    finding = workshop.found("queue-policy-keeps-sns-out")
    assert finding.call is not None
    assert finding.call.parameters["QueueUrl"] == f"{URL}/{ACCOUNT}/queue"
    policy = json.loads(finding.call.parameters["Attributes"]["Policy"])
    sources = [each["Condition"]["ArnEquals"]["aws:SourceArn"] for each in policy["Statement"]]
    assert sources == [topic_arn("another"), topic_arn("topic")]


def test_filter_that_was_changed_is_not_judged_by_what_the_old_one_rejected(workshop: Workshop) -> None:
    BROKEN["filter-never-matches"](workshop)
    assert "MessageAttributes" in workshop.found("filter-never-matches").what
    subscription = workshop.found("filter-never-matches").resource
    scope = {"AttributeName": "FilterPolicyScope", "AttributeValue": "MessageBody"}
    workshop("SetSubscriptionAttributes", SubscriptionArn=subscription, **scope)
    assert workshop.findings("filter-never-matches") == []


def test_message_from_a_topic_that_is_deleted_late_counts(workshop: Workshop) -> None:
    workshop.queue("queue", VisibilityTimeout="30")
    topic = workshop.topic("topic")
    workshop.subscribe(topic, queue_arn("queue"))
    workshop("Publish", TopicArn=topic, Message="x")
    [message] = workshop.receive("queue")
    workshop.advance(40)
    workshop.delete("queue", message)
    assert workshop.found("visibility-timeout-too-short").resource == queue_arn("queue")
