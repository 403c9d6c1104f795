"""AWS Lambda Powertools, in functions that the emulator calls by their URLs: batches, and messages of topics."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.parser import BaseModel, parse
from aws_lambda_powertools.utilities.parser.envelopes import SnsSqsEnvelope
from matrix_program import PATIENCE, control, report

sqs = boto3.client("sqs")
sns = boto3.client("sns")
processor = BatchProcessor(event_type=EventType.SQS)
seen: list[str] = []
parsed: list[Any] = []


class Order(BaseModel):
    drink: str
    cups: int


def take_record(record: SQSRecord) -> None:
    seen.append(record.body)
    if record.body == "tea" and record.attributes.approximate_receive_count == "1":
        raise ValueError("no tea yet")


def take_batch(event: dict[str, Any]) -> Any:
    return process_partial_response(event, take_record, processor, context=None)


def take_orders(event: dict[str, Any]) -> Any:
    parsed.extend(parse(event, model=Order, envelope=SnsSqsEnvelope))
    return {"batchItemFailures": []}


class Function(BaseHTTPRequestHandler):
    """Both functions, each at its path."""

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        handler = {"/batch": take_batch, "/orders": take_orders}[self.path]
        answer = json.dumps(handler(event)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Function)
threading.Thread(target=server.serve_forever, daemon=True).start()


def mapped_queue(name: str) -> str:
    """A queue whose messages the function with this name gets."""
    url = f"http://127.0.0.1:{server.server_port}/{name}"
    control(f"functions/000000000000/us-east-1/{name}", "PUT", url=url)
    queue: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=f"arn:aws:sqs:us-east-1:000000000000:{name}",
        FunctionName=name,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    return queue


def counts(queue: str) -> tuple[str, str]:
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return found["ApproximateNumberOfMessages"], found["ApproximateNumberOfMessagesNotVisible"]


def topics() -> None:
    queue = mapped_queue("orders")
    topic = sns.create_topic(Name="sales")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:orders")
    sns.publish(TopicArn=topic, Message=json.dumps({"drink": "coffee", "cups": 2}))
    control("settle", timeout=PATIENCE)
    assert parsed == [Order(drink="coffee", cups=2)], parsed
    assert counts(queue) == ("0", "0"), counts(queue)


def consumer() -> None:
    queue = mapped_queue("batch")
    for drink in ("coffee", "tea"):
        sqs.send_message(QueueUrl=queue, MessageBody=drink)
    control("settle", timeout=PATIENCE)
    assert sorted(seen) == ["coffee", "tea"], seen
    assert counts(queue) == ("0", "1"), counts(queue)
    control("clock", advance=30)
    control("settle", timeout=PATIENCE)
    assert sorted(seen) == ["coffee", "tea", "tea"], seen
    assert counts(queue) == ("0", "0"), counts(queue)


report(version("aws-lambda-powertools"), {"topics": topics, "consumer": consumer})
