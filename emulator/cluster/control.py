"""The control interface of a cluster: what is asked of one account goes to its owner, and the rest to all members.

A request that another member has passed on is about this process alone.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qsl

import msgspec

from emulator.cluster.addressed import account_in_arn
from emulator.cluster.cluster import Cluster
from emulator.cluster.merging import LOCAL, MERGES, Answers, Merge, joined_architecture, json_answer
from emulator.cluster.paging import PAGED, page_of_all
from emulator.cluster.peer_connection import PeerLostError
from emulator.cluster.peers import CLIENT, as_bytes
from emulator.cluster.state_parts import export_all, import_all
from emulator.cluster.streams import pass_events_on
from emulator.configuration.settings import Settings
from emulator.configuration.values import DEFAULT_ACCOUNT
from emulator.control.body_limit import BodyLimit
from emulator.control.guard import Guard
from emulator.control.refusals import BadRequestError, Refusal
from emulator.serving.asgi import AsgiApp, ClientGoneError, Receive, Scope, Send, send_response
from emulator.sqs.queue_urls import parse_queue_url
from emulator.wire.http import HttpRequest, HttpResponse

_METHODS = ("DELETE", "GET", "HEAD", "POST", "PUT")
_MEMBERS = "/_emulator/cluster"
_EVENTS = "/_emulator/events"
_STATE = "/_emulator/state"
_TOPOLOGY = "/_emulator/topology"
_DECLARE = "/_emulator/declare"
_SETTLE = "/_emulator/settle"
_AUDIT = "/_emulator/audit"
_ARCHITECTURE = "/_emulator/architecture"
_STATISTICS = "/statistics/"
_ONE_ACCOUNT = ("/_emulator/queues/", "/_emulator/topics/", "/_emulator/functions/")  # which is next in the path
_PEEK = "/_aws/sqs/messages"
_TOKENS = "/_aws/sns/subscription-tokens/"
_OF_THE_DEFAULT = ("/_emulator/sms", "/_aws/sns/")  # where no account is named


class ShownMember(msgspec.Struct):
    """A member of the cluster, and the accounts that live there."""

    name: str
    address: str
    here: bool
    accounts: list[str]


def cluster_control(cluster: Cluster, alone: AsgiApp, settings: Settings) -> AsgiApp:
    """The control interface of a cluster, for all but strange web pages. ``alone`` is that of this process."""
    return Guard(BodyLimit(ClusterControl(cluster, alone, settings), settings), settings, _METHODS)


class ClusterControl:
    """An ASGI application in front of that of one process."""

    def __init__(self, cluster: Cluster, alone: AsgiApp, settings: Settings) -> None:
        """``alone`` answers for this process."""
        self._cluster = cluster
        self._settings = settings
        self._alone = alone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientGoneError):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        path = scope["path"]
        if CLIENT in headers or path in LOCAL:
            await self._alone(scope, receive, send)
            return
        try:
            request = await _request_of(scope, headers, receive)
            account = account_named(request, self._settings)
            if path == _EVENTS:
                addresses = await self._addresses(account)
                await pass_events_on(addresses, request, receive, send)
            elif account is not None:
                await send_response(send, await self._ask_owner(account, request))
            elif (answer := await self._answer_of_all(request)) is not None:
                await send_response(send, answer)
            else:
                await self._alone(scope, _replayed(request), send)
        except Refusal as error:
            await send_response(send, json_answer(error.answer, error.status))
        except ConnectionError as error:
            text = f"A member of the cluster did not answer: {error}."
            await send_response(send, json_answer({"message": text}, 503))

    async def _answer_of_all(self, request: HttpRequest) -> HttpResponse | None:
        """What is asked of the whole cluster; None if this process answers for all."""
        path, method = request.path, request.method
        if path == _MEMBERS and method == "GET":
            return json_answer(await self._members())
        if path == _STATE and method in ("GET", "PUT"):
            return await self._exchange_state(request)
        if path == _AUDIT and method == "GET":
            return await self._audit(request)
        if path in PAGED and method == "GET":
            await self._load_all()
            return await page_of_all(request, await self._cluster.leases.members(), self._send)
        merge = merge_of(method, path)
        if merge is None:
            return None
        await self._load_all()
        answers = await self._ask_all(_as_data(request))
        if path == _SETTLE and all(each.status == 200 for each in answers):
            # Again, since what has arrived from one member may have something under way in another.
            answers = await self._ask_all(request)
        return merge(request, answers)

    async def _members(self) -> list[ShownMember]:
        cluster = self._cluster
        return [
            ShownMember(each.name, each.address, each.address == cluster.address, sorted(each.accounts))
            for each in await cluster.leases.members()
        ]

    async def _addresses(self, account: str | None) -> list[str]:
        """Of the owner of an account, or of all members."""
        cluster = self._cluster
        if account is not None:
            return [await cluster.find_owner(account) or cluster.address]
        return [each.address for each in await cluster.leases.members()]

    async def _exchange_state(self, request: HttpRequest) -> HttpResponse:
        accounts = await self._load_all()
        if request.method == "GET":
            return await export_all(accounts, self._ask_owner)
        return await import_all(request, self._settings, self._ask_all, self._ask_owner)

    async def _audit(self, request: HttpRequest) -> HttpResponse:
        """The audit of the architecture of all members: what one lacks another may have."""
        from emulator.audit.audit import audit

        await self._load_all()
        asked = HttpRequest("GET", request.scheme, _ARCHITECTURE, request.query, request.headers, b"")
        answers = await self._ask_all(asked)
        refusal = next((each for each in answers if each.status != 200), None)
        if refusal is not None:
            return refusal
        now = self._cluster.world.clocks.everyone.now()
        return json_answer(await asyncio.to_thread(audit, joined_architecture(answers), now))

    async def _load_all(self) -> list[str]:
        """See to it that every account of which anything is kept lives in some member. Returns these accounts."""
        accounts = sorted(await self._cluster.leases.accounts())
        for account in accounts:
            await self._cluster.find_owner(account)
        return accounts

    async def _ask_owner(self, account: str, request: HttpRequest) -> HttpResponse:
        owner = await self._cluster.find_owner(account) or self._cluster.address
        return await self._ask(owner, as_bytes(request))

    async def _ask_all(self, request: HttpRequest) -> Answers:
        asked = as_bytes(request)
        return await asyncio.gather(*(self._ask(each, asked) for each in await self._addresses(None)))

    async def _send(self, address: str, request: HttpRequest) -> HttpResponse:
        return await self._ask(address, as_bytes(request))

    async def _ask(self, address: str, request: bytes) -> HttpResponse:
        try:
            return await self._cluster.peers.send(address, request)
        except PeerLostError as error:
            raise ConnectionError(f"{address}: {error}") from None


def merge_of(method: str, path: str) -> Merge | None:
    """What is made of the answers of all members; None if this process answers for all."""
    for prefix in (path, path.rpartition("/")[0] + "/"):
        if (method, prefix) in MERGES:
            return MERGES[method, prefix]
    return None


def _as_data(request: HttpRequest) -> HttpRequest:
    """The request, for an answer in JSON where people get another."""
    if request.path != _TOPOLOGY:
        return request
    return request.with_query(b"&".join(each for each in request.query.split(b"&") if b"format=" not in each))


def account_named(request: HttpRequest, settings: Settings) -> str | None:
    """The account that a request for the control interface names. Raises BadRequestError where it names several."""
    path, given = request.path, _parameters(request)
    for prefix in _ONE_ACCOUNT:
        if path.startswith(prefix):
            return path.removeprefix(prefix).partition("/")[0]
    named = next((given[name] for name in ("account", "accountId") if given.get(name)), None)
    arn = next((given[name] for name in ("topic", "queue", "resource") if name in given), None)
    if path.startswith(_PEEK):
        url = given.get("QueueUrl") or "/".join(path.removeprefix(_PEEK).split("/")[-2:])
        return parse_queue_url(url).account or DEFAULT_ACCOUNT
    if path.startswith(_TOKENS):
        return account_in_arn(path.removeprefix(_TOKENS))
    if path == _DECLARE:
        return named or _declared_account(request.body, settings.account_id)
    if named is not None or arn is not None:
        return named or account_in_arn(arn or "")
    return settings.account_id if path.startswith(_STATISTICS) else _default_account(path)


def _default_account(path: str) -> str | None:
    return DEFAULT_ACCOUNT if path.startswith(_OF_THE_DEFAULT) else None


def _declared_account(body: bytes, default: str) -> str:
    """The one account of all that is declared."""
    try:
        content = msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return default
    accounts = {
        str(each.get("account") or default)
        for value in (content.values() if isinstance(content, dict) else ())
        if isinstance(value, list)
        for each in value
        if isinstance(each, dict)
    }
    if len(accounts) > 1:
        raise BadRequestError("In a cluster, what is declared by one request must be of one account.")
    return accounts.pop() if accounts else default


def _parameters(request: HttpRequest) -> Mapping[str, str]:
    """Those in the query, and the texts in a body, which is a small JSON object or a form."""
    given = dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))
    if request.body and request.path != _STATE:
        try:
            body = msgspec.json.decode(request.body, type=dict[str, msgspec.Raw])
        except msgspec.MsgspecError:
            return dict(parse_qsl(request.body.decode("latin-1"))) | given
        for name, value in body.items():
            if bytes(value)[:1] == b'"':
                given.setdefault(name, msgspec.json.decode(value))
    return given


async def _request_of(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> HttpRequest:
    """The request with its body."""
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ClientGoneError
        body += event.get("body", b"")
        if not event.get("more_body", False):
            break
    return HttpRequest(
        scope["method"],
        scope.get("scheme", "http"),
        scope["path"],
        scope["query_string"],
        headers,
        bytes(body),
        client=scope.get("client"),
    )


def _replayed(request: HttpRequest) -> Receive:
    """Gives the body that was read."""
    events = [{"type": "http.request", "body": request.body, "more_body": False}]

    async def receive() -> dict[str, object]:
        if events:
            return events.pop()
        await asyncio.Event().wait()
        raise AssertionError

    return receive
