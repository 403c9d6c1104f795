"""aws-sns-message-validator, which verifies signatures of version 1: an HTTP endpoint that trusts nothing else."""

import json
import os
import queue
import re
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from typing import Any

import boto3
import pytest
from matrix_program import PATIENCE, report
from sns_message_validator import SignatureVerificationFailureException, SNSMessageValidator
from sns_message_validator.exceptions import InvalidCertURLException

validator = SNSMessageValidator(cert_url_regex="^" + re.escape(os.environ["AWS_ENDPOINT_URL"]) + "/")


class Webhook(BaseHTTPRequestHandler):
    """Confirms its subscriptions and takes messages, if their signature is right."""

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        validator.validate_message(message)
        if message["Type"] == "SubscriptionConfirmation":
            urllib.request.urlopen(message["SubscribeURL"], timeout=PATIENCE).close()
        arrived.put(message)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


arrived: "queue.SimpleQueue[Any]" = queue.SimpleQueue()


def signatures() -> None:
    webhook = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=webhook.serve_forever, daemon=True).start()
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="orders")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:{webhook.server_port}/")
    assert arrived.get(timeout=PATIENCE)["Type"] == "SubscriptionConfirmation"
    sns.publish(TopicArn=topic, Message="one coffee", Subject="order")
    message = arrived.get(timeout=PATIENCE)
    assert (message["Message"], message["Subject"]) == ("one coffee", "order")

    forged = message | {"Message": "a thousand coffees"}
    with pytest.raises(SignatureVerificationFailureException):
        validator.validate_message(forged)
    elsewhere = message | {"SigningCertURL": "http://127.0.0.1:9/certificate.pem"}
    with pytest.raises(InvalidCertURLException):
        validator.validate_message(elsewhere)

    webhook.shutdown()


report(version("aws-sns-message-validator"), {"signatures": signatures})
