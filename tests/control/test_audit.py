import json
from typing import Any

from tests.control.calls import call
from tests.server import RunningServer

POLICY = {
    "Name": "audit",
    "Version": "2021-06-01",
    "Statement": [
        {
            "DataDirection": "Inbound",
            "Principal": ["*"],
            "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
            "Operation": {
                "Audit": {
                    "SampleRate": "99",
                    "FindingsDestination": {"CloudWatchLogs": {"LogGroup": "/aws/vendedlogs/audit"}},
                }
            },
        }
    ],
}


def test_findings_of_an_audit_are_shown(server: RunningServer, sns: Any) -> None:
    topic = sns.create_topic(Name="topic", DataProtectionPolicy=json.dumps(POLICY))["TopicArn"]
    message_id = sns.publish(TopicArn=topic, Message="write to a@example.com")["MessageId"]
    status, answer = call(f"{server.url}/_emulator/data-protection/audit?topic={topic}")
    assert status == 200
    (audit,) = answer["audits"]
    assert audit["message_id"] == message_id
    (finding,) = audit["findings"]
    assert finding["identifier"].endswith("EmailAddress")
    assert (finding["start"], finding["end"]) == (9, 22)


def test_topic_without_a_policy_has_no_audits(server: RunningServer, sns: Any) -> None:
    topic = sns.create_topic(Name="topic")["TopicArn"]
    assert call(f"{server.url}/_emulator/data-protection/audit?topic={topic}") == (200, {"audits": []})


def test_topic_must_be_named_and_exist(server: RunningServer, sns: Any) -> None:
    url = f"{server.url}/_emulator/data-protection/audit"
    assert call(url) == (400, {"error": "Object missing required field `topic`"})
    topic = sns.create_topic(Name="topic")["TopicArn"]
    assert call(f"{url}?topic={topic}-not") == (404, {"error": f"No topic {topic}-not."})
