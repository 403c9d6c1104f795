"""The graph of queues, topics and subscribers."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests import patience
from tests.control.calls import call
from tests.server import RunningServer


class Town:
    """Queues and topics of one account."""

    def __init__(self, server: RunningServer, account: str, sqs: Any, sns: Any) -> None:
        self.url = f"{server.url}/_emulator/topology?account={account}"
        self.account = account
        self.sqs = sqs
        self.sns = sns

    def queue(self, name: str, **attributes: str) -> str:
        self.sqs.create_queue(QueueName=name, Attributes=attributes)
        return self.arn(name)

    def arn(self, name: str, service: str = "sqs") -> str:
        return f"arn:aws:{service}:us-east-1:{self.account}:{name}"

    def subscribe(self, topic: str, protocol: str, endpoint: str, **attributes: str) -> str:
        subscribed = self.sns.subscribe(
            TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes, ReturnSubscriptionArn=True
        )
        return str(subscribed["SubscriptionArn"])

    def seen(self, **query: object) -> Any:
        status, topology = call(f"{self.url}&{urlencode(query)}" if query else self.url)
        assert status == 200
        return topology

    def drawn(self) -> list[str]:
        with urlopen(f"{self.url}&format=mermaid", timeout=patience.SECONDS) as answer:
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            return str(answer.read().decode()).splitlines()


@pytest.fixture
def town(server: RunningServer, account: str, json_sqs: Any, sns: Any) -> Town:
    return Town(server, account, json_sqs, sns)


def redrive(target: str, **more: object) -> str:
    return json.dumps({"deadLetterTargetArn": target} | more)


def test_subscriptions_lead_from_topics_to_queues_and_endpoints(town: Town) -> None:
    queue, dead = town.queue("queue"), town.queue("dead")
    topic = town.sns.create_topic(Name="topic")["TopicArn"]
    filtered = {"FilterPolicy": '{"a":["b"]}', "RawMessageDelivery": "true", "RedrivePolicy": redrive(dead)}
    to_queue = town.subscribe(topic, "sqs", queue, **filtered)
    to_mail = town.subscribe(topic, "email", "someone@example.com")
    place = {"account": town.account, "region": "us-east-1", "missing": False}
    empty = {"visible": 0, "delayed": 0, "in_flight": 0}
    common = {"source": topic, "type": "subscription"}
    assert town.seen() == {
        "cursor": None,
        "nodes": [
            {"id": topic, "type": "topic", "name": "topic", "subscriptions": 2} | place,
            {"id": queue, "type": "queue", "name": "queue"} | place | empty,
            {"id": dead, "type": "queue", "name": "dead"} | place | empty,
            {
                "id": "someone@example.com",
                "type": "email",
                "name": "someone@example.com",
                "account": None,
                "region": None,
                "missing": False,
            },
        ],
        "edges": [
            common
            | {
                "target": queue,
                "subscription": to_queue,
                "protocol": "sqs",
                "confirmed": True,
                "raw": True,
                "filter_policy": {"a": ["b"]},
            },
            {"source": topic, "target": dead, "type": "redrive", "subscription": to_queue},
            common
            | {
                "target": "someone@example.com",
                "subscription": to_mail,
                "protocol": "email",
                "confirmed": False,
                "raw": False,
            },
        ],
    }
    assert town.drawn() == [
        "flowchart LR",
        '    n0(["topic"])',
        '    n1[("queue")]',
        '    n2[("dead")]',
        '    n3["someone@example.com"]',
        '    n0 -->|"#123;#34;a#34;#58;#91;#34;b#34;#93;#125;"| n1',
        '    n0 -.->|"not delivered"| n2',
        '    n0 -.->|"pending"| n3',
    ]


@pytest.mark.parametrize(
    ("service", "protocol", "resource", "name"),
    [
        ("lambda", "lambda", "function:resize", "resize"),
        ("lambda", "lambda", "function:resize:live", "resize:live"),
        ("firehose", "firehose", "deliverystream/archive", "archive"),
    ],
)
def test_name_of_an_endpoint_that_is_an_arn_is_that_of_its_resource(
    town: Town, service: str, protocol: str, resource: str, name: str
) -> None:
    topic = town.sns.create_topic(Name="topic")["TopicArn"]
    role = {"SubscriptionRoleArn": f"arn:aws:iam::{town.account}:role/r"} if service == "firehose" else {}
    endpoint = town.arn(resource, service)
    town.subscribe(topic, protocol, endpoint, **role)
    assert town.seen()["nodes"][1:] == [
        {
            "id": endpoint,
            "type": protocol,
            "name": name,
            "account": town.account,
            "region": "us-east-1",
            "missing": False,
        }
    ]
    assert f'    n1["{name.replace(":", "#58;")}"]' in town.drawn()


def test_dead_letters_and_their_way_back_are_edges(town: Town) -> None:
    dead = town.queue("dead")
    queue = town.queue("queue", RedrivePolicy=redrive(dead, maxReceiveCount=1), VisibilityTimeout="0")
    town.sqs.send_message(QueueUrl="queue", MessageBody="body")
    for _ in range(2):
        town.sqs.receive_message(QueueUrl="queue")
    town.sqs.start_message_move_task(SourceArn=dead)
    assert town.seen()["edges"] == [
        {"source": queue, "target": dead, "type": "dead_letter", "max_receive_count": 1},
        {"source": dead, "target": queue, "type": "move_task", "status": "COMPLETED", "moved": 1, "to_move": 1},
    ]
    assert town.drawn()[-2:] == [
        '    n1 -.->|"maxReceiveCount 1"| n0',
        '    n0 ==>|"COMPLETED#58; 1 of 1 moved"| n1',
    ]


def test_queue_that_is_missing_and_one_of_another_account_are_drawn(town: Town, server: RunningServer) -> None:
    topic = town.sns.create_topic(Name="topic")["TopicArn"]
    missing = town.arn("nowhere")
    town.subscribe(topic, "sqs", missing)
    assert [(node["id"], node["missing"]) for node in town.seen()["nodes"]] == [(topic, False), (missing, True)]
    drawn = town.drawn()
    assert '    n1[("nowhere")]:::missing' in drawn
    assert drawn[-1] == "    classDef missing stroke-dasharray: 5 5"


def test_url_and_long_filter_mean_nothing_to_mermaid(town: Town) -> None:
    topic = town.sns.create_topic(Name="end")["TopicArn"]
    policy = json.dumps({"key": ["x" * 50, "y" * 100]})
    url = 'http://localhost:9/style?a="]&b=<c>#`d`;%%'
    subscription = town.subscribe(topic, "http", url, FilterPolicy=policy)
    [pending] = call(f"{town.url.replace('topology', 'subscriptions/pending')}")[1]["subscriptions"]
    town.sns.confirm_subscription(TopicArn=topic, Token=pending["token"])
    _, node, endpoint, edge = town.drawn()
    assert node == '    n0(["end"])'
    quoted = endpoint.removeprefix('    n1["').removesuffix('"]')
    assert not set(quoted) & set('"[]<>&`%:?=')
    assert quoted.startswith("http#58;//localhost#58;9/style#63;a#61;#34;#93;#38;")
    assert edge.endswith('yyy..."| n1')
    assert subscription == pending["subscription"]


def test_names_mean_nothing_to_mermaid_either(town: Town) -> None:
    for name in ("-", "_x_", "my-own_queue", "a--b"):
        town.queue(name)
    assert [line.strip() for line in town.drawn()[1:]] == [
        'n0[("#45;")]',
        'n1[("#95;x#95;")]',
        'n2[("my-own_queue")]',
        'n3[("a#45;#45;b")]',
    ]


def test_other_forms_are_refused(town: Town) -> None:
    status, answer = call(f"{town.url}&format=dot")
    assert (status, answer["error"]) == (400, "Invalid enum value 'dot' - at `$.format`; allowed: json, mermaid")


def names(topology: Any) -> list[str]:
    return [node["name"] for node in topology["nodes"]]


def test_queues_have_the_numbers_of_their_messages(town: Town) -> None:
    queue = town.queue("queue", RedrivePolicy=redrive(town.queue("dead"), maxReceiveCount=5))
    town.sqs.send_message(QueueUrl="queue", MessageBody="taken")
    town.sqs.receive_message(QueueUrl="queue")
    town.sqs.send_message(QueueUrl="queue", MessageBody="waiting")
    town.sqs.send_message(QueueUrl="queue", MessageBody="late", DelaySeconds=90)
    [node] = [node for node in town.seen()["nodes"] if node["id"] == queue]
    assert (node["visible"], node["in_flight"], node["delayed"]) == (1, 1, 1)
    assert node["oldest_sent_at"].endswith("Z")
    [_, dead] = town.seen(name="queue")["nodes"]
    assert (dead["name"], dead["visible"], "oldest_sent_at" in dead) == ("dead", 0, False)


def test_topology_of_some_has_what_they_lead_to(town: Town) -> None:
    topic = town.sns.create_topic(Name="Orders", Tags=[{"Key": "team", "Value": "a=b"}])["TopicArn"]
    town.subscribe(topic, "sqs", town.queue("bergen"))
    town.queue("orders-oslo")
    town.queue("other")
    town.sqs.tag_queue(QueueUrl="other", Tags={"team": "c"})
    assert names(town.seen(name="orders")) == ["Orders", "orders-oslo", "bergen"]
    assert names(town.seen(tag="team")) == ["Orders", "other", "bergen"]
    assert names(town.seen(tag="team=a=b")) == ["Orders", "bergen"]
    assert names(town.seen(tag="team=a")) == []
    assert names(town.seen(tag="team", name="other")) == ["other"]


def test_pages_show_every_queue_and_topic_once(town: Town) -> None:
    for number in range(3):
        town.sns.create_topic(Name=f"topic-{number}")
        town.queue(f"queue-{number}")
    shown: list[str] = []
    more: dict[str, object] = {"limit": 2}
    while True:
        page = town.seen(**more)
        shown += names(page)
        if page["cursor"] is None:
            break
        more["cursor"] = page["cursor"]
    assert sorted(shown) == sorted(f"{kind}-{number}" for kind in ("topic", "queue") for number in range(3))
