"""Requests of botocore, answered where they are about to be sent.

Before botocore sends a request it emits the event ``before-send.SERVICE.OPERATION``; a handler that returns a
response stands in for the network. A handler registered with a session would reach only clients which that session
makes later. So while there is somebody to answer, the emission itself is ours, in the one class whose instances all
sessions and clients emit through: it reaches every client, whenever and however it was made. aiobotocore's emitter
is a subclass, whose emission is a coroutine.

An answerer answers them in this process. A redirection sends those that would go to AWS to a server instead: these are
requests of clients that were made before, with AWS's endpoint and other credentials.

An emulator inside this process has no endpoint that could be configured. ``AWS_ENDPOINT_URL`` is for child processes,
and botocore here is kept from following it, so that clients call AWS's endpoints, and get queue URLs as AWS gives them.

Requests to services that are not emulated never reach AWS: another handler may answer them (another mocking library,
say), else they fail. GetCallerIdentity of STS is answered here unless another handler answers it: a library that mocks
STS has the account that goes with its other answers.
"""

import io
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError
from botocore.hooks import HierarchicalEmitter
from botocore.signers import RequestSigner

from emulator.testing.environment import IN_PROCESS_URL
from emulator.testing.in_process import Answer, Request
from emulator.wire.http import Unanswered

_SEND_EVENT = "before-send."
_SIGN_EVENT = "before-sign."
_SERVICES = ("sqs", "sns")
_IDENTITY = ("sts", "GetCallerIdentity")
_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")
_CREDENTIAL = re.compile(r"(?<=Credential=)[^/]+")  # of the Authorization header

Responses = list[tuple[Callable[..., object], Any]]  # what an emission results in: handlers, each with its response
# botocore's own
_emit: Callable[..., Any] = HierarchicalEmitter.emit
_provide: Callable[..., Any] = ConfiguredEndpointProvider.provide


class NotEmulatedError(RuntimeError):
    """A request for something of AWS that is not emulated; it was not sent."""


class Answerer(Protocol):
    def answer(self, request: Request) -> Answer: ...
    async def answer_async(self, request: Request) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Redirection:
    """Leads requests away from AWS, to the server at ``url`` and into ``account_id``."""

    url: str
    account_id: str

    def redirect(self, request: AWSPreparedRequest) -> None:
        server, old = urlsplit(self.url), urlsplit(request.url)
        request.url = urlunsplit((server.scheme, server.netloc, old.path, old.query, ""))
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            request.headers["Authorization"] = _CREDENTIAL.sub(self.account_id, _text(authorization))


def intercept(target: Answerer | Redirection | None, account_id: str = "") -> None:
    """From now on ``target`` sees to botocore's requests; None: the network does.

    Clients that have no credentials of their own sign as ``account_id``.
    """
    ConfiguredEndpointProvider.provide = _provide
    if target is None:
        HierarchicalEmitter.emit = _emit
        return
    credentials = Credentials(account_id, "emulated")

    def emit(self: HierarchicalEmitter, event_name: str, **kwargs: Any) -> Responses | Coroutine[Any, Any, Responses]:
        if event_name.startswith(_SIGN_EVENT):
            _lend(credentials, kwargs["request_signer"], kwargs["request"])
        if not event_name.startswith(_SEND_EVENT):
            return _emit(self, event_name, **kwargs)  # type: ignore[no-any-return]
        _, service, operation = event_name.split(".", 2)
        asynchronous = iscoroutinefunction(self.emit_until_response)
        request: AWSPreparedRequest = kwargs["request"]
        if isinstance(target, Redirection):
            if not _leads_to_aws(request.url):
                return _emit(self, event_name, **kwargs)  # type: ignore[no-any-return]
            if service in _SERVICES:
                target.redirect(request)
                return _emit(self, event_name, **kwargs)  # type: ignore[no-any-return]
        elif service in _SERVICES:
            return (_respond_async if asynchronous else _respond)(target, request)
        answered = _answered_async if asynchronous else _answered
        return answered(_emit(self, event_name, **kwargs), (service, operation), target, request)

    HierarchicalEmitter.emit = emit
    if not isinstance(target, Redirection):
        ConfiguredEndpointProvider.provide = _provide_for_this_process


def _provide_for_this_process(self: ConfiguredEndpointProvider) -> str | None:
    """The endpoint that is configured, but not the one that child processes are given: here AWS's own is answered."""
    url: str | None = _provide(self)
    return None if url == IN_PROCESS_URL else url


def _lend(credentials: Credentials, signer: RequestSigner, request: AWSRequest) -> None:
    """Sign ``request`` with ``credentials``, if the client has none or would have to fetch them.

    That is a client which was made before, on a machine without credentials or with those of a role.
    """
    own = signer._credentials  # noqa: SLF001 - botocore does not tell it otherwise
    if own is None or isinstance(own, RefreshableCredentials):
        request.context.setdefault("signing", {})["request_credentials"] = credentials


def _leads_to_aws(url: str) -> bool:
    return (urlsplit(url).hostname or "").endswith(_AWS)


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


def _answered(
    responses: Responses, wanted: tuple[str, str], target: Answerer | Redirection, request: AWSPreparedRequest
) -> Responses:
    """The responses of other handlers, or the one of ``target`` to what is left to it."""
    if not _is_left_to_us(responses, wanted):
        return responses
    if isinstance(target, Redirection):
        target.redirect(request)
        return responses
    return _respond(target, request)


async def _answered_async(
    others: Coroutine[Any, Any, Responses],
    wanted: tuple[str, str],
    target: Answerer | Redirection,
    request: AWSPreparedRequest,
) -> Responses:
    responses = await others
    if isinstance(target, Redirection) or not _is_left_to_us(responses, wanted):
        return _answered(responses, wanted, target, request)
    return await _respond_async(target, request)


def _is_left_to_us(responses: Responses, wanted: tuple[str, str]) -> bool:
    """Whether no other handler has answered what is emulated; NotEmulatedError where it is not, so nothing is sent."""
    if any(response is not None for _, response in responses):
        return False
    if wanted == _IDENTITY:
        return True
    service, operation = wanted
    raise NotEmulatedError(
        f"{operation} of the service {service!r} was not sent: SQS and SNS are emulated here, and nothing gets "
        "through to AWS."
    )


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
