"""The findings in the console: what looks wrong, why, and how it is mended."""

import json

import pytest
from playwright.sync_api import expect

from tests.console.visitor import Visitor


def test_finding_says_what_why_and_how_and_is_mended_by_a_click(visitor: Visitor) -> None:
    url = visitor.queue("orders")
    visitor.topic("sales", {"orders": None})
    visitor.open("#/findings")
    finding = visitor.rows("Findings").filter(has_text="queue-policy-keeps-sns-out")
    expect(finding).to_contain_text("the queue's policy does not allow sqs:SendMessage")
    expect(finding).to_contain_text("On AWS the queue would not get the topic's messages.")
    expect(finding.get_by_role("link", name="orders")).to_be_visible()
    finding.get_by_text("The call that mends it").click()
    finding.get_by_role("button", name="Mend it").click()
    expect(finding).to_have_count(0)
    policy = visitor.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    assert "sns.amazonaws.com" in json.dumps(policy)


@pytest.mark.thorough
def test_findings_are_filtered_by_severity(visitor: Visitor) -> None:
    visitor.open("#/findings")
    visitor.sees("Nothing looks wrong.")
    topic = visitor.topic("sales")
    visitor.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="someone@example.com")
    expect(visitor.rows("Findings").first).to_contain_text("someone@example.com")
    visitor.choose("Severity", "errors")
    visitor.sees("Nothing looks wrong that way.")
