"""Requests of botocore, answered where they are about to be sent.

Before botocore sends a request it emits the event ``before-send.SERVICE.OPERATION``; a handler that returns a
response stands in for the network. A handler registered with a session would reach only clients which that session
makes later. So while there is somebody to answer, the emission itself is ours, in the one class whose instances all
sessions and clients emit through: it reaches every client, whenever and however it was made. aiobotocore's emitter
is a subclass, whose emission is a coroutine.

Requests to services that are not emulated are never sent: another handler may answer them (another mocking library,
say), else they fail.
"""

import io
from collections.abc import Callable, Coroutine, Iterator
from inspect import iscoroutinefunction
from typing import Any, Protocol

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError
from botocore.hooks import HierarchicalEmitter

from emulator.testing.in_process import Answer, Request
from emulator.wire.http import Unanswered

_EVENT = "before-send."
_SERVICES = ("sqs", "sns")

Responses = list[tuple[Callable[..., object], Any]]  # what an emission results in: handlers, each with its response
_emit: Callable[..., Any] = HierarchicalEmitter.emit  # botocore's own


class NotEmulatedError(RuntimeError):
    """A request to an AWS service other than SQS and SNS; it was not sent."""


class Answerer(Protocol):
    def answer(self, request: Request) -> Answer: ...
    async def answer_async(self, request: Request) -> Answer: ...


def intercept(answerer: Answerer | None) -> None:
    """From now on ``answerer`` answers botocore's requests; None: the network does."""
    if answerer is None:
        HierarchicalEmitter.emit = _emit
        return

    def emit(self: HierarchicalEmitter, event_name: str, **kwargs: Any) -> Responses | Coroutine[Any, Any, Responses]:
        if not event_name.startswith(_EVENT):
            return _emit(self, event_name, **kwargs)  # type: ignore[no-any-return]
        _, service, operation = event_name.split(".", 2)
        asynchronous = iscoroutinefunction(self.emit_until_response)
        if service in _SERVICES:
            return (_respond_async if asynchronous else _respond)(answerer, kwargs["request"])
        others = _emit(self, event_name, **kwargs)
        return _answered_async(others, service, operation) if asynchronous else _answered(others, service, operation)

    HierarchicalEmitter.emit = emit


def _respond(answerer: Answerer, request: AWSPreparedRequest) -> Responses:
    try:
        answer = answerer.answer(_read(request))
    except Unanswered as unanswered:
        raise _failure(request, unanswered) from None
    return [(intercept, AWSResponse(request.url, answer.status, answer.headers, _Body(answer.body)))]


async def _respond_async(answerer: Answerer, request: AWSPreparedRequest) -> Responses:
    from aiobotocore.awsrequest import AioAWSResponse

    try:
        answer = await answerer.answer_async(_read(request))
    except Unanswered as unanswered:
        raise _failure(request, unanswered) from None
    return [(intercept, AioAWSResponse(request.url, answer.status, answer.headers, _AsyncBody(answer.body)))]


def _failure(request: AWSPreparedRequest, unanswered: Unanswered) -> HTTPClientError:
    """What a client is told by its connection; botocore tries again after it."""
    kind = ReadTimeoutError if unanswered.stalled else ConnectionClosedError
    return kind(endpoint_url=request.url)


def _answered(responses: Responses, service: str, operation: str) -> Responses:
    """The responses of other handlers; NotEmulatedError if there is none, so that nothing is sent."""
    if all(response is None for _, response in responses):
        raise NotEmulatedError(
            f"{operation} of the service {service!r} was not sent: emulated_aws emulates SQS and SNS only, "
            "and lets nothing through to AWS."
        )
    return responses


async def _answered_async(responses: Coroutine[Any, Any, Responses], service: str, operation: str) -> Responses:
    return _answered(await responses, service, operation)


def _read(request: AWSPreparedRequest) -> Request:
    headers = [(name, _text(value)) for name, value in request.headers.items()]
    body = request.body or b""
    return Request(request.method, request.url, headers, body.encode() if isinstance(body, str) else bytes(body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class _Body(io.BytesIO):
    """A body as botocore reads it off a urllib3 response."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


class _AsyncBody:
    """A body as aiobotocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self) -> bytes:
        return self._body
