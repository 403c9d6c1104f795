"""A receive parked at a real server, on a socket of its own.

No sleeping: a request that was written to the server's socket before two other requests were made and answered
has been read, too, for the server looks at all its sockets in each turn.
"""

import json
import select
import socket
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests import patience
from tests.actions.sqs.raw import FORM, JSON, VERSION, Answer, RawCaller, credentials


class ParkedReceive:
    """ReceiveMessage by ``protocol``; the server has begun to wait when this is made."""

    def __init__(self, raw: RawCaller, queue: str, protocol: str = "json", **params: Any) -> None:
        self._raw = raw
        url = urlsplit(raw.url)
        self._socket = socket.create_connection((url.hostname, url.port), patience.SECONDS)
        self._socket.sendall(_request(raw, protocol, {"QueueUrl": queue} | params))
        self._barrier()

    @property
    def waits(self) -> bool:
        """Whether there is no answer yet to whatever has happened until now."""
        self._barrier()
        readable, _, _ = select.select([self._socket], [], [], 0)
        return not readable

    def answer(self) -> Answer:
        """The answer, once it comes."""
        with self._socket:
            response = HTTPResponse(self._socket)
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())

    def hang_up(self) -> None:
        self._socket.close()
        self._barrier()

    def _barrier(self) -> None:
        for _ in range(2):
            assert self._raw.send("GET", "/_emulator/health", {}).status == 200


def bodies_of(answer: Answer) -> list[str]:
    """The bodies of the messages in an answer of either protocol."""
    if answer.headers["content-type"] == JSON:
        return [message["Body"] for message in answer.json.get("Messages", [])]
    body = answer.text_of("Body")
    return [] if body is None else [body]


def _request(raw: RawCaller, protocol: str, params: dict[str, Any]) -> bytes:
    headers = credentials(raw.account) | {"Host": urlsplit(raw.url).netloc}
    if protocol == "json":
        headers |= {"Content-Type": JSON, "X-Amz-Target": "AmazonSQS.ReceiveMessage"}
        body = json.dumps(params).encode()
    else:
        headers |= {"Content-Type": FORM}
        body = urlencode({"Action": "ReceiveMessage", "Version": VERSION} | params).encode()
    headers |= {"Content-Length": str(len(body))}
    lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body
