"""A client of the query protocol, for an emulator without a server."""

from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from api_shapes import sqs
from emulator.serving.app import Emulator
from emulator.wire.http import HttpRequest, HttpResponse

ACCOUNT = "000000000000"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:sales"
FORM = b"application/x-www-form-urlencoded"


class QueryClient:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def call(self, action: str, *, region: str = "us-east-1", account: str = ACCOUNT, **params: str) -> Any:
        names = {name.replace("__", "."): value for name, value in params.items()}
        service = "sqs" if action in sqs.OPERATIONS else "sns"
        scope = f"AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/{service}/aws4_request".encode()
        headers = {b"host": b"localhost:4566", b"content-type": FORM, b"authorization": scope}
        body = urlencode({"Action": action} | names).encode()
        answer = self.emulator.gateway.answer(HttpRequest("POST", "http", "/", b"", headers, body))
        assert isinstance(answer, HttpResponse)
        return ElementTree.fromstring(answer.body)

    def subscribe(self, endpoint: str, protocol: str = "sqs", **attributes: str) -> str:
        self.call("CreateTopic", Name="sales")
        given: dict[str, str] = {}
        for at, (name, value) in enumerate(attributes.items(), 1):
            given |= {f"Attributes.entry.{at}.key": name, f"Attributes.entry.{at}.value": value}
        answer = self.call(
            "Subscribe", TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn="true", **given
        )
        return str(answer.findtext(".//{*}SubscriptionArn"))

    def publish(self, **params: str) -> str:
        return str(self.call("Publish", **{"TopicArn": TOPIC, "Message": "one"} | params).findtext(".//{*}MessageId"))
