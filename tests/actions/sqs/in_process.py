"""boto3 on a gateway inside the test's own process: for settings and limits that the shared server does not have."""

import io
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from emulator.serving.gateway import Gateway
from emulator.wire.http import HttpRequest, HttpResponse
from tests import boto

ENDPOINT = "http://in.process:4566"


class Body(io.BytesIO):
    def stream(self) -> "Body":
        return self


def client(gateway: Gateway, protocol: str) -> Any:
    """An SQS client whose requests ``gateway`` answers without a network."""

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        body = request.body or b""
        response = gateway.answer(
            HttpRequest(
                method=request.method,
                scheme=url.scheme,
                path=unquote(url.path),
                query=url.query.encode(),
                headers={b"host": url.netloc.encode()}
                | {name.lower().encode(): _bytes(value) for name, value in request.headers.items()},
                body=body.encode() if isinstance(body, str) else body,
            )
        )
        assert isinstance(response, HttpResponse), "nobody waits here"
        headers = {name.decode(): value.decode() for name, value in response.headers}
        return AWSResponse(request.url, response.status, headers, Body(response.body))

    sqs = boto.client("sqs", ENDPOINT, protocol=protocol)
    sqs.meta.events.register("before-send.sqs", answer)
    return sqs


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
