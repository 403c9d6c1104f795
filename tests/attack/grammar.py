"""Requests that are nearly right: pieces of HTTP and AWS, put together by choices that a fuzzer makes."""

from collections.abc import Callable, Sequence
from itertools import pairwise

# Picks one of the numbers below its argument.
Choose = Callable[[int], int]

_METHODS = (b"POST", b"POST", b"GET", b"HEAD", b"PUT", b"OPTIONS", b"DELETE", b"CONNECT", b"PRI", b"post", b"")
_TARGETS = (
    b"/",
    b"/",
    b"/000000000000/queue",
    b"/000000000000/q%75eue",
    b"/?Action=ListQueues&Version=2012-11-05",
    b"/?Action=ListTopics&Version=2010-03-31",
    b"/?Action=Unsubscribe&SubscriptionArn=a",
    b"/?X-Amz-Credential=000000000000%2Fa%2Fus-east-1%2Fsqs%2Fb&Action=CreateQueue&QueueName=made",
    b"/_emulator/health",
    b"/_emulator/clock",
    b"/_emulator/queues?account=0",
    b"/_emulator/nothing",
    b"/_localstack/health",
    b"/health",
    b"//",
    b"//host/path",
    b"/a?b?c",
    b"/?",
    b"/#a",
    b"/%",
    b"/%zz",
    b"/%00",
    b"/\xc3\xa4",
    b"*",
    b"a",
    b"?a",
    b"http://localhost/?Action=ListQueues",
    b"http://localhost:99999/",
    b"localhost:1",
    b"/" + b"a" * 65_535,
    b"/?" + b"a" * 65_530,
)
_VERSIONS = (b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/9", b"HTTP", b"")
_HEADERS = (
    b"Host: localhost",
    b"host:localhost:4566",
    b"Host: evil.example",
    b"Host:",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: Keep-Alive, x",
    b"Connection: upgrade",
    b"Upgrade: h2c",
    b"Upgrade: websocket",
    b"Expect: 100-continue",
    b"Expect: nonsense",
    b"Content-Length: 2",
    b"Content-Length: 0",
    b"Content-Length: -1",
    b"Content-Length: 99999999999999999999",
    b"Content-Length: 9000000",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: identity",
    b"Content-Type: application/x-amz-json-1.0",
    b"Content-Type: application/x-www-form-urlencoded",
    b"Content-Type: text/plain",
    b"X-Amz-Target: AmazonSQS.ListQueues",
    b"X-Amz-Target: AmazonSQS.SendMessage",
    b"X-Amz-Target: AmazonSQS.ReceiveMessage",
    b"X-Amz-Target: \xff",
    b"Authorization: AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sqs/aws4_request, Signature=0",
    b"Authorization: Basic eDp5",
    b"Origin: http://localhost:3000",
    b"Origin: http://evil.example",
    b"Sec-Fetch-Site: cross-site",
    b"Sec-Fetch-Site: none",
    b"Accept: text/html",
    b"Accept: application/json",
    b"X-Empty:",
    b": no name",
    b"no colon",
    b" folded: yes",
    b"X-Null: a\x00b",
    b"X-Long: " + b"a" * 30_000,
    b"X-Other-Long: " + b"b" * 40_000,
)
_BODIES = (
    b"",
    b"{}",
    b'{"QueueUrl": "queue"}',
    b'{"QueueUrl": "queue", "MessageBody": "b"}',
    b"Action=ListQueues",
    b"Action=SendMessage&QueueUrl=queue&MessageBody=b",
    b"\xff\xfe",
    b"[" * 2_000,
)
_TAILS = (
    b"",
    b"",
    b"",
    b"\r\n",
    b"\x00",
    b"0\r\n\r\n",
    b"2\r\n{}\r\n0\r\n\r\n",
    b"5\r\nab",
    b"GET",
    b"2\r\n{}\r\n0\r\nX-A: a\r\n\r\n",
)
_LINE_ENDS = (b"\r\n",) * 15 + (b"\n",)


def conversation(choose: Choose) -> list[bytes]:
    """Segments of one or more requests."""
    data = b"".join(_request(choose) for _ in range(1 + choose(3)))
    if choose(8) == 0 and data:
        at = choose(len(data))
        data = data[:at] + bytes([choose(256)]) + data[at + choose(2) :]
    return _cut(data, choose)


def _request(choose: Choose) -> bytes:
    end = _one(_LINE_ENDS, choose)
    line = (_mostly(3, _METHODS, choose), _mostly(11, _TARGETS, choose), _mostly(3, _VERSIONS, choose))
    lines = [b" ".join(line)]
    if choose(8):
        lines.append(_HEADERS[0])
    lines += [_one(_HEADERS, choose) for _ in range(choose(4))]
    body = _one(_BODIES, choose)
    if choose(4):
        lines.append(b"Content-Length: %d" % len(body))
    return end.join([*lines, b"", b""]) + body + _one(_TAILS, choose)


def _one(pieces: Sequence[bytes], choose: Choose) -> bytes:
    return pieces[choose(len(pieces))]


def _mostly(usual: int, pieces: Sequence[bytes], choose: Choose) -> bytes:
    """Mostly one of the first pieces, ``usual`` in number: a request that is wrong in many ways is refused at once."""
    return _one(pieces[:usual] if choose(6) else pieces, choose)


def _cut(data: bytes, choose: Choose) -> list[bytes]:
    edges = sorted({0, len(data), *(choose(len(data) + 1) for _ in range(choose(4)))})
    return [data[start:end] for start, end in pairwise(edges)]
