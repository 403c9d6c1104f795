"""The web shop: it hides what is sold out, and shows it when it is back. SNS calls it by HTTP.

It subscribes itself, and takes only what SNS has signed, for its own topic.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import boto3
from signatures import is_signed

TOPIC = "stock-changes"


class Web(HTTPServer):
    def __init__(self, port: int) -> None:
        super().__init__(("", port), Requests)
        self.hidden: set[str] = set()
        self.received = 0
        self.subscribed = False
        self._sns = boto3.client("sns")
        self._topic_arn = self._sns.create_topic(Name=TOPIC)["TopicArn"]

    def subscribe(self, url: str) -> None:
        undelivered = self._topic_arn.replace(":sns:", ":sqs:").replace(TOPIC, "undelivered")
        attributes = {
            "FilterPolicy": json.dumps({"event": ["sold-out", "back"]}),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": undelivered}),
        }
        self._sns.subscribe(TopicArn=self._topic_arn, Protocol="http", Endpoint=url, Attributes=attributes)

    def take(self, message: dict[str, Any]) -> int:
        """The HTTP status of the answer."""
        if message.get("TopicArn") != self._topic_arn or not is_signed(message):
            return 403
        if message["Type"] == "SubscriptionConfirmation":
            self._sns.confirm_subscription(TopicArn=self._topic_arn, Token=message["Token"])
            self.subscribed = True
            print("web: subscribed", flush=True)
            return 200
        change = json.loads(message["Message"])
        (self.hidden.add if change["event"] == "sold-out" else self.hidden.discard)(change["item"])
        self.received += 1
        print(f"web: {change['item']} is {change['event']}")
        return 200


class Requests(BaseHTTPRequestHandler):
    server: Web

    def do_POST(self) -> None:
        try:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = self.server.take(message)
        except (KeyError, TypeError, ValueError):
            status = 400
        self._answer(status)

    def do_GET(self) -> None:
        self._answer(200 if self.server.subscribed else 503)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing is logged for each request."""


def main(url: str, wanted: float) -> None:
    with Web(urlsplit(url).port or 80) as web:
        web.subscribe(url)
        while web.received < wanted:
            web.handle_request()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else float("inf"))
