"""HTTP requests without an SDK: what no SDK would send, and answers before any SDK has parsed them."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from tests import patience

JSON = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSION = "2012-11-05"

Headers = dict[str, str]


class Answer(NamedTuple):
    status: int
    headers: Headers  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        """The members; of an action without any the body is empty."""
        return json.loads(self.body or b"{}")

    def text_of(self, name: str) -> str | None:
        """The text of the first element of this name; None if there is no such element."""
        return ElementTree.fromstring(self.body).findtext(f".//{{*}}{name}")

    @property
    def json_error(self) -> tuple[int, str, str, str]:
        """Status, ``__type``, query error and message."""
        return self.status, self.json["__type"], self.headers["x-amzn-query-error"], self.json["message"]

    @property
    def xml_error(self) -> tuple[int, str | None, str | None]:
        """Status, code and message."""
        return self.status, self.text_of("Code"), self.text_of("Message")


def credentials(account: str, region: str = "us-east-1", service: str = "sqs") -> Headers:
    """The header of a signed request; nobody verifies the signature."""
    scope = f"{account}/20260101/{region}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}


@dataclass(frozen=True, slots=True)
class RawCaller:
    """Requests of one account to one server."""

    url: str
    account: str

    def send(self, method: str, path: str, headers: Headers, body: bytes = b"") -> Answer:
        """Exactly this request; ``Host`` in ``headers`` replaces the real one."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=patience.SECONDS)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def json(self, action: str, document: object, *, path: str = "/", headers: Headers | None = None) -> Answer:
        """An AWS JSON request; a ``document`` of bytes is sent as it is."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        target = {"Content-Type": JSON, "X-Amz-Target": f"AmazonSQS.{action}"}
        return self.send("POST", path, credentials(self.account) | target | (headers or {}), body)

    def query(self, params: dict[str, str] | bytes, *, path: str = "/", headers: Headers | None = None) -> Answer:
        """A query request with a form; ``params`` of bytes are sent as they are."""
        body = params if isinstance(params, bytes) else urlencode({"Version": VERSION} | params).encode()
        return self.send("POST", path, credentials(self.account) | {"Content-Type": FORM} | (headers or {}), body)

    def get(self, path: str, params: dict[str, str], *, headers: Headers | None = None) -> Answer:
        """A query request by GET."""
        target = f"{path}?{urlencode(params)}" if params else path
        return self.send("GET", target, credentials(self.account) | (headers or {}))
