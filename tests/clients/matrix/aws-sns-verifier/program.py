"""aws-sns-verifier, which verifies both signature versions and confirms subscriptions.

It accepts certificates from a host of AWS only. The emulator names that host, and the program fetches what is there
from the emulator.
"""

import json
import queue
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from typing import Any

import boto3
import pytest
from aws_sns_verifier import validate_sns_signature
from matrix_program import ENDPOINT, PATIENCE, report


class Certificates(urllib.request.HTTPSHandler):
    """Opens URLs of https://sns.us-east-1.amazonaws.com at the emulator."""

    def https_open(self, request: urllib.request.Request) -> Any:
        assert request.host == "sns.us-east-1.amazonaws.com"
        return self.parent.open(ENDPOINT + request.selector)


urllib.request.install_opener(urllib.request.build_opener(Certificates))


class Webhook(BaseHTTPRequestHandler):
    """Takes messages, if their signature is right; the validator confirms the subscription."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        validate_sns_signature(body)
        arrived.put(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


arrived: "queue.SimpleQueue[dict[str, Any]]" = queue.SimpleQueue()


def forgeries(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield message | {"Message": "a thousand coffees"}
    yield message | {"SignatureVersion": {"1": "2", "2": "1"}[message["SignatureVersion"]]}
    yield message | {"SigningCertURL": "https://sns.us-east-1.amazonaws.com.example.org/certificate.pem"}


def signatures() -> None:
    webhook = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=webhook.serve_forever, daemon=True).start()
    sns = boto3.client("sns")
    for number in ("1", "2"):
        topic = sns.create_topic(Name=f"orders-{number}", Attributes={"SignatureVersion": number})["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:{webhook.server_port}/")
        assert arrived.get(timeout=PATIENCE)["Type"] == "SubscriptionConfirmation"
        sns.publish(TopicArn=topic, Message="one coffee", Subject="order")
        message = arrived.get(timeout=PATIENCE)
        assert (message["Message"], message["SignatureVersion"]) == ("one coffee", number)
        for forged in forgeries(message):
            with pytest.raises(Exception, match="Invalid signature"):
                validate_sns_signature(forged)
    webhook.shutdown()


report(version("aws-sns-verifier"), {"signatures": signatures})
