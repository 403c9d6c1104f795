"""Intercepts the requests of botocore before they are sent.

Before botocore sends a request it emits the event ``before-send.SERVICE.OPERATION``. If a handler returns a response,
nothing is sent. A handler that is registered with a session would reach only clients that the session makes later. So
while an emulator is in use, the method that emits events is replaced, in the one class of which all sessions and
clients have an instance: this reaches every client, whenever and however it was made. aiobotocore's emitter is a
subclass whose method is a coroutine function.

An answerer answers requests in this process. A redirection sends requests that would go to AWS to a server instead:
these come from clients that were made before, with AWS's endpoint and other credentials.

An emulator inside this process has no endpoint that could be configured. ``AWS_ENDPOINT_URL`` is for child processes.
botocore in this process ignores it, so that clients call AWS's endpoints and get queue URLs as from AWS. With a server,
it ignores it for services that are not emulated.

Requests to services that are not emulated never reach AWS. Another handler may answer them, such as another mocking
library, or a server of their own, to which their client leads; else they fail. GetCallerIdentity of STS, CloudFormation
and Lambda are answered here unless another handler answers them: a library that mocks STS knows the account that fits
its other answers.
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

from emulator.testing.environment import IN_PROCESS_HOST, IN_PROCESS_URL
from emulator.testing.in_process import Answer, Request
from emulator.wire.http import Unanswered

_SEND_EVENT = "before-send."
_SIGN_EVENT = "before-sign."
_SERVICES = ("sqs", "sns")
_OF_STS = tuple(("sts", name) for name in ("AssumeRole", "GetCallerIdentity", "GetSessionToken"))
_ALSO = ("cloudformation", "lambda")
_ANSWERED_IN_PROCESS = ("sts", *_ALSO)  # wherever their clients lead
_EMULATED = (*_SERVICES, *_ANSWERED_IN_PROCESS)
# How the hosts of AWS end, in each of its partitions, and with IPv6.
_AWS = (
    *(".amazonaws.com", ".api.aws"),
    *(".amazonaws.com.cn", ".api.amazonwebservices.com.cn"),
    *(".amazonaws.eu", ".api.amazonwebservices.eu"),
    *(".c2s.ic.gov", ".api.aws.ic.gov"),
    *(".sc2s.sgov.gov", ".api.aws.scloud"),
    *(".cloud.adc-e.uk", ".api.cloud-aws.adc-e.uk"),
    *(".csp.hci.ic.gov", ".api.aws.hci.ic.gov"),
)
_ACCESS_KEY_OF_MOTO = "FOOBARKEY"
_CREDENTIAL = re.compile(r"(?<=Credential=)[^/]+")  # in the Authorization header

Responses = list[tuple[Callable[..., object], Any]]  # the result of an emission: handlers, each with its response
# botocore's own
_emit: Callable[..., Any] = HierarchicalEmitter.emit
_provide: Callable[..., Any] = ConfiguredEndpointProvider.provide


class NotEmulatedError(RuntimeError):
    """A request to an AWS service that is not emulated. It was not sent."""


class Answerer(Protocol):
    def answer(self, request: Request) -> Answer: ...
    async def answer_async(self, request: Request) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Redirection:
    """Sends requests to the server at ``url`` instead of AWS, as ``account_id``."""

    url: str
    account_id: str

    def redirect(self, request: AWSPreparedRequest) -> None:
        server, old = urlsplit(self.url), urlsplit(request.url)
        request.url = urlunsplit((server.scheme, server.netloc, old.path, old.query, ""))
        authorization = request.headers.get("Authorization")
        if authorization is not None:
            request.headers["Authorization"] = _CREDENTIAL.sub(self.account_id, _text(authorization))


def intercept(target: Answerer | Redirection | None, account_id: str = "") -> None:
    """Give botocore's requests to ``target`` from now on. None: send them as usual.

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
        elif service not in _ANSWERED_IN_PROCESS and _leads_to_a_server(request.url):
            return _emit(self, event_name, **kwargs)  # type: ignore[no-any-return]
        answered = _answered_async if asynchronous else _answered
        return answered(_emit(self, event_name, **kwargs), (service, operation), target, request)

    HierarchicalEmitter.emit = emit
    ConfiguredEndpointProvider.provide = _provider_for(target)


def _provider_for(target: Answerer | Redirection) -> Callable[[ConfiguredEndpointProvider], str | None]:
    """Gives the configured endpoint, unless it is one that is only for child processes.

    In this process AWS's endpoint is answered. Requests to services that a server does not emulate do not go to it,
    so that a library that mocks AWS can answer them.
    """
    own, leads_there = (target.url, _EMULATED) if isinstance(target, Redirection) else (IN_PROCESS_URL, ())

    def provide(self: ConfiguredEndpointProvider) -> str | None:
        url: str | None = _provide(self)
        service = self._client_name
        return None if url == own and service not in leads_there else url

    return provide


def _lend(credentials: Credentials, signer: RequestSigner, request: AWSRequest) -> None:
    """Sign ``request`` with ``credentials``, if the client has none, would have to fetch them, or has those of moto.

    Such a client was made before the test, on a machine without credentials or with those of a role; or while moto,
    which sets environment variables, mocks other services.
    """
    own = signer._credentials  # noqa: SLF001 - botocore does not tell it otherwise
    if own is None or isinstance(own, RefreshableCredentials) or own.access_key == _ACCESS_KEY_OF_MOTO:
        request.context.setdefault("signing", {})["request_credentials"] = credentials


def _leads_to_aws(url: str) -> bool:
    return (urlsplit(url).hostname or "").endswith(_AWS)


def _leads_to_a_server(url: str) -> bool:
    """Whether a client was given the endpoint of another server, such as one for S3."""
    host = urlsplit(url).hostname or ""
    return not host.endswith((*_AWS, IN_PROCESS_HOST))


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
    """The error that a connection would raise. botocore retries after it."""
    kind = ReadTimeoutError if unanswered.stalled else ConnectionClosedError
    return kind(endpoint_url=request.url)


def _answered(
    responses: Responses, wanted: tuple[str, str], target: Answerer | Redirection, request: AWSPreparedRequest
) -> Responses:
    """The responses of other handlers, or the response of ``target`` if no other handler has one."""
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
    """Whether no other handler has answered. Raises NotEmulatedError if the request is not emulated either."""
    if any(response is not None for _, response in responses):
        return False
    service, operation = wanted
    if wanted in _OF_STS or service in _ALSO:
        return True
    raise NotEmulatedError(
        f"{operation} of the service {service!r} was not sent: SQS and SNS are emulated here, and nothing gets "
        "through to AWS. Another library can answer it at the same time, such as moto: "
        "`with mock_aws(), emulated_aws():`."
    )


def _read(request: AWSPreparedRequest) -> Request:
    headers = [(name, _text(value)) for name, value in request.headers.items()]
    body = request.body or b""
    return Request(request.method, request.url, headers, body.encode() if isinstance(body, str) else bytes(body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class _Body(io.BytesIO):
    """A body as botocore reads it from a urllib3 response."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


class _AsyncBody:
    """A body as aiobotocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self) -> bytes:
        return self._body
