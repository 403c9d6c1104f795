"""Raw ASGI under uvicorn.

python -m benchmarks.ceilings.raw_asgi PORT fixed|work
"""

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from benchmarks.ceilings.answers import CONTENT_TYPE, FIXED, minimal_work

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]


async def body_of(receive: Receive) -> bytes:
    event = await receive()
    body: bytes = event["body"]
    while event.get("more_body"):
        event = await receive()
        body += event["body"]
    return body


async def fixed(_: Event, receive: Receive, send: Send) -> None:
    await body_of(receive)
    headers = [(b"content-type", CONTENT_TYPE), (b"content-length", b"%d" % len(FIXED))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": FIXED})


async def work(_: Event, receive: Receive, send: Send) -> None:
    request = await body_of(receive)
    id, answer = minimal_work(request) if request else (b"", b"")  # a GET only checks that the server is up
    headers = [(b"content-type", CONTENT_TYPE), (b"x-amzn-requestid", id), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


if __name__ == "__main__":
    port, application = int(sys.argv[1]), {"fixed": fixed, "work": work}[sys.argv[2]]
    uvicorn.run(
        application, port=port, loop="uvloop", http="httptools", lifespan="off", access_log=False, log_level="warning"
    )
