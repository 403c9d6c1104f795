"""A small client of one account: a connection for each thread, and both services."""

import http.client
import json
import re
from threading import local
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 60


class CallError(Exception):
    """The answer was an error."""


class Client:
    """Calls actions as ``account``. Any thread may use it."""

    def __init__(self, port: int, account: str) -> None:
        self.account = account
        self._port = port
        self._local = local()
        self._connections: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        """Close the connections of all threads, which have ended."""
        for connection in self._connections:
            connection.close()

    def sqs(self, action: str, **request: Any) -> dict[str, Any]:
        """Call an action of SQS. Raises CallError."""
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"AmazonSQS.{action}"}
        answer = self._call("sqs", json.dumps(request).encode(), headers)
        return dict(json.loads(answer or b"{}"))

    def sns(self, action: str, /, **request: str) -> str:
        """Call an action of SNS; the first ARN of the answer, if there is one. Raises CallError."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._call("sns", urlencode({"Action": action, **request}).encode(), headers).decode()
        found = re.search(r"Arn>([^<]+)<", answer)
        return found[1] if found else ""

    def control(self, path: str, body: dict[str, Any]) -> None:
        """Post to the control interface. Raises CallError."""
        self._call("control", json.dumps(body).encode(), {"Content-Type": "application/json"}, f"/_emulator/{path}")

    def _call(self, service: str, body: bytes, headers: dict[str, str], path: str = "/") -> bytes:
        scope = f"AWS4-HMAC-SHA256 Credential={self.account}/20260101/us-east-1/{service}/aws4_request"
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
            self._connections.append(connection)
        connection.request("POST", path, body, {"Authorization": scope, **headers})
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise CallError(f"{response.status} {answer[:300]!r}")
        return answer
