"""Configuration files of ElasticMQ and goaws, as these projects document them, are read as they are."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from emulator.configuration.document_error import DocumentError
from emulator.declared.configuration import check_file
from emulator.declared.declarations import Declarations, DeclaredSubscription
from emulator.declared.loading import load
from tests import boto, patience
from tests.server import running_server

FOLDER = Path(__file__).parent / "moving"


def declared(file: str) -> tuple[Declarations, dict[str, Any]]:
    """What a file declares, and its options."""
    document = load(str(FOLDER / file))
    return asyncio.run(check_file(document)), document.content.get("options", {})


def queues_of(declarations: Declarations) -> dict[str, dict[str, Any]]:
    """The fields of each queue that the file gives, by name."""
    return {queue.identity.name: msgspec.to_builtins(queue.shape) for queue in declarations.queues.values()}


def complaints(folder: Path, name: str, text: str) -> list[str]:
    """The mistakes of a file, without its folder."""
    file = folder / name
    file.write_text(text)
    with pytest.raises(DocumentError) as refused:
        asyncio.run(check_file(load(str(file))))
    return [line.replace(f"{folder}/", "") for line in str(refused.value).splitlines()]


def test_elasticmq_file_with_redrive_delays_and_tags() -> None:
    declarations, options = declared("elasticmq/shop.conf")
    assert options == {"port": 9324, "host": "127.0.0.1"}
    assert queues_of(declarations) == {
        "orders": {
            "visibility_timeout": 10,
            "delay_seconds": 5,
            "receive_message_wait_time_seconds": 0,
            "dead_letter_queue": {"queue": "orders-dead-letters", "max_receive_count": 4},
            "tags": {"team": "kitchen", "cost-center": "42"},
        },
        "orders-dead-letters": {},
    }


def test_elasticmq_file_with_fifo_queues_an_account_and_statistics() -> None:
    declarations, options = declared("elasticmq/payments.conf")
    assert options == {"elasticmq_statistics": True, "region": "eu-central-1", "account_id": "000123456789"}
    assert queues_of(declarations) == {
        "payments.fifo": {
            "content_based_deduplication": True,
            "visibility_timeout": 120,
            "dead_letter_queue": {"queue": "failed-payments.fifo", "max_receive_count": 5},
        },
        "failed-payments.fifo": {},
        "receipts": {"receive_message_wait_time_seconds": 20},
    }
    assert "arn:aws:sqs:eu-central-1:000123456789:receipts" in declarations.queues


def test_elasticmq_file_with_includes_substitutions_and_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_DELAY", "2 seconds")
    queues = queues_of(declared("elasticmq/jobs.conf")[0])
    dead_letters = {"queue": "thumbnails-failed", "max_receive_count": 2}
    common = {"visibility_timeout": 3_600, "dead_letter_queue": dead_letters}
    assert queues["thumbnails"] == common | {"delay_seconds": 60}
    assert queues["mails"] == common | {"delay_seconds": 2, "tags": {"urgent": "true"}}
    assert queues["thumbnails-failed"] == {}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("queues { a { delay = [ \n }", "file.conf:2:2: Expected value."),
        ('include url("http://x/")', "file.conf:1:9: Include url(...) is not supported."),
        ("queues { a = ${b} }", "file.conf:1:14: "),
        ("queues = 5", "file.conf: queues: queues is 5; a table is wanted."),
        ("queues { a = 5 }", "file.conf: queues.a: A queue is 5; a table is wanted."),
        (
            "queues { a { delays = 5 s } }",
            "file.conf: queues.a.delays: A queue has no field delays; did you",
        ),
        ("queues { a { delay = 5 } }", "file.conf: queues.a.delay: delay has no unit, and means milliseconds; write 5"),
        ('queues { a { delay = "5" } }', "file.conf: queues.a.delay: delay has no unit"),
        ("queues { a { delay = soon } }", 'file.conf: queues.a.delay: delay is "soon"; a duration is wanted'),
        ("queues { a { delay = true } }", "file.conf: queues.a.delay: delay is true; a duration is wanted"),
        ("queues { a { delay = 1500 millis } }", 'file.conf: queues.a.delay: delay is "1500 millis"; SQS has whole'),
        ("queues { a { delay = 1 hour } }", "file.conf: queues.a.delay: "),
        (
            "queues { a { copyTo = b } }",
            "file.conf: queues.a.copyTo: copyTo copies messages to another queue, which",
        ),
        ("queues { a { moveTo = b } }", "file.conf: queues.a.moveTo: moveTo redirects messages to another queue"),
        ("queues { a { fifo = 5 } }", "file.conf: queues.a.fifo: fifo is 5; true or false is wanted."),
        ("queues { a.fifo { } }", 'file.conf: queues.a.fifo: A name with a dot is written in quotes: "a.fifo"'),
        ("queues { a { tags = 5 } }", "file.conf: queues.a.tags: tags is 5; a table is wanted."),
        (
            "queues { a { deadLettersQueue { name = a-dead } } }",
            "file.conf: queues.a.deadLettersQueue: deadLettersQueue has no maxReceiveCount.",
        ),
        (
            "queues { a { deadLettersQueue { name = b, maxReceiveCount = 3 } }, bb { } }",
            "file.conf: queues.a.deadLettersQueue: There is no queue b",
        ),
        (
            "queues { a { deadLettersQueue { name = a, maxReceiveCount = 0 } } }",
            "file.conf: queues.a.deadLettersQueue.maxReceiveCount: ",
        ),
        (
            "queues { a { deadLettersQueue { name = a, maxReceiveCount = 3, x = 1 } } }",
            "file.conf: queues.a.deadLettersQueue.x: deadLettersQueue has no field x",
        ),
        ("rest-sqs { bind-port = many }", "file.conf: rest-sqs.bind-port: "),
        ("aws { accountId = 12 345 }", "file.conf: aws.accountId: "),
        ('queues { "a b" { } }', "file.conf: queues.a b: "),
    ],
)
def test_mistakes_of_an_elasticmq_file_are_named_by_its_own_words(tmp_path: Path, text: str, mistake: str) -> None:
    found = complaints(tmp_path, "file.conf", text)
    assert found[0].startswith(mistake), found


def test_hocon_that_grows_without_bounds_is_refused(tmp_path: Path) -> None:
    lines = ["a0 = [1,1,1,1,1,1,1,1,1,1]"]
    lines += [f"a{number} = [{','.join([f'${{a{number - 1}}}'] * 10)}]" for number in range(1, 9)]
    lines.append("queues { x { tags { a = ${a8} } } }")
    assert "more than 20000 values" in complaints(tmp_path, "file.conf", "\n".join(lines))[0]
    assert complaints(tmp_path, "file.conf", "a = " + "[" * 50_000)
    assert complaints(tmp_path, "file.conf", 'include "file.conf"')


def test_goaws_file_with_defaults_topics_and_a_queue_that_only_a_subscription_names() -> None:
    declarations, options = declared("goaws/shop.yaml")
    assert options == {"region": "eu-west-1", "account_id": "100010001000", "port": 4100}
    defaults = {"receive_message_wait_time_seconds": 1, "visibility_timeout": 10}
    assert queues_of(declarations) == {
        "orders": defaults,
        "invoices": {"maximum_message_size": 1024, "receive_message_wait_time_seconds": 20, "visibility_timeout": 10},
        "audit": defaults,
    }
    assert [topic.identity.name for topic in declarations.topics.values()] == ["sales", "returns"]
    raw = {each.endpoint.address: each.shape.raw_message_delivery for each in subscriptions(declarations)}
    place = "arn:aws:sqs:eu-west-1:100010001000"
    assert raw == {f"{place}:orders": False, f"{place}:audit": True}


def test_goaws_file_with_redrive_two_ports_and_another_environment() -> None:
    declarations, options = declared("goaws/redrive.yaml")
    assert options == {"region": "us-east-1", "account_id": "000000000000", "port": 9324}
    queues = queues_of(declarations)
    assert queues.keys() == {"jobs", "jobs-dlq", "ledger.fifo"}
    assert json.loads(queues["jobs"]["redrive_policy"])["maxReceiveCount"] == 100
    assert declarations.faults == []


def test_goaws_file_with_an_http_subscription_and_latency_in_any_letter_case() -> None:
    declarations, options = declared("goaws/hooks.yaml")
    assert options == {"port": 4100}
    [subscription] = subscriptions(declarations)
    assert subscription.endpoint.address == "http://localhost:8080/hook"
    assert subscription.shape.confirmed
    [(rule, _)] = declarations.faults
    assert msgspec.to_builtins(rule) == {"latency": {"uniform": (0.005, 0.02)}}


def subscriptions(declarations: Declarations) -> list[DeclaredSubscription]:
    return list(declarations.subscriptions.values())


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("Dev: {Port: 1}\nTest: {Port: 2}\n", "goaws.yaml: There is no environment Local"),
        ("Local:\n  Port: 1\n  Prot: 2\n", "goaws.yaml:3:3: An environment has no field Prot; did you mean Port?"),
        ("Local:\n  Queues: a\n", 'goaws.yaml:2:11: Queues is "a"; a list is wanted.'),
        ("Local:\n  Queues: [a]\n", 'goaws.yaml:2:12: A queue is "a"; a table is wanted.'),
        ("Local:\n  Queues:\n    - Nam: a\n", "goaws.yaml:3:7: A queue has no field Nam; did you mean Name?"),
        ("Local:\n  Queues:\n    - Name: 5\n", "goaws.yaml:3:7: A queue has a Name, which is a text."),
        ("Local:\n  Queues:\n    - {Name: a}\n    - {Name: a}\n", "goaws.yaml:4:7: There are two queues a."),
        ("Local:\n  Queues:\n    - {Name: a, VisibilityTimeout: x}\n", "goaws.yaml:3:36: "),
        ("Local:\n  Queues:\n    - {Name: a, VisibilityTimeout: 99999}\n", "goaws.yaml:3:36: "),
        ("Local:\n  Queues:\n    - {Name: a b}\n", "goaws.yaml:3:7: "),
        ("Local:\n  Queues:\n    - {Name: a, RedrivePolicy: '{'}\n", "goaws.yaml:3:32: "),
        ("Local:\n  Topics:\n    - {Name: t, Subscriptions: [{Raw: true}]}\n", "goaws.yaml:3:33: A subscription has a"),
        ("Local:\n  Topics:\n    - {Name: t, Subscriptions: [{QueueName: 5}]}\n", "goaws.yaml:3:33: "),
        ("Local:\n  Port: many\n", "goaws.yaml:2:9: "),
        ("Local:\n  Port: 1\n  AccountId: 12\n  RandomLatency: {Min: 5, Max: 2}\n", "goaws.yaml:4:18: Min and Max"),
    ],
)
def test_mistakes_of_a_goaws_file_have_line_and_column(tmp_path: Path, text: str, mistake: str) -> None:
    found = complaints(tmp_path, "goaws.yaml", text)
    assert found[0].startswith(mistake), found


def test_our_own_file_is_not_taken_for_one_of_goaws(tmp_path: Path) -> None:
    found = complaints(tmp_path, "file.yaml", "queues: []\noption: {port: 1}\n")
    assert found[0].startswith("file.yaml:2:1: There is no option" if "option" not in found[0] else "file.yaml:2:1: ")


def test_server_has_the_queues_of_an_elasticmq_file() -> None:
    with running_server("--config", str(FOLDER / "elasticmq/payments.conf")) as server:
        sqs = boto.client("sqs", server.url, account="any", region="eu-central-1")
        url = sqs.get_queue_url(QueueName="payments.fifo")["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert found["QueueArn"] == "arn:aws:sqs:eu-central-1:000123456789:payments.fifo"
        assert json.loads(found["RedrivePolicy"])["maxReceiveCount"] == 5
        assert "payments.fifo" in patience.get(f"{server.url}/statistics/queues").decode()


def test_server_delivers_as_a_goaws_file_says() -> None:
    with running_server("--config", str(FOLDER / "goaws/shop.yaml")) as server:
        place = {"account": "any", "region": "eu-west-1"}
        sqs, sns = (boto.client(service, server.url, **place) for service in ("sqs", "sns"))
        sns.publish(TopicArn="arn:aws:sns:eu-west-1:100010001000:sales", Message="sold")
        [message] = sqs.receive_message(QueueUrl="audit")["Messages"]
        assert message["Body"] == "sold"
