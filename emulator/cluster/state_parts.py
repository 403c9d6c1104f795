"""The state document of a cluster: put together of those of its accounts, and taken apart again."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec

from emulator.cluster.merging import Answers, json_answer
from emulator.configuration.settings import Settings
from emulator.state.document import VERSION, State
from emulator.state.part import DocumentError, owner_of
from emulator.state.restoring import restoring_text
from emulator.state.subscriptions import StoredSubscription
from emulator.timing.turns import in_turns
from emulator.wire.http import HttpRequest, HttpResponse
from emulator.world.world import World

AskAll = Callable[[HttpRequest], Awaitable[Answers]]
AskOwner = Callable[[str, HttpRequest], Awaitable[HttpResponse]]

_STATE = "/_emulator/state"
_HEADERS = {b"host": b"localhost", b"content-type": b"application/json"}


async def export_all(accounts: list[str], ask_owner: AskOwner) -> HttpResponse:
    """The document of everything."""
    whole = State(version=VERSION)
    subscriptions: dict[str, StoredSubscription] = {}  # of which two accounts may have the same
    cancelled: dict[str, StoredSubscription] = {}
    for account in accounts:
        request = HttpRequest("GET", "http", _STATE, b"account=" + account.encode(), _HEADERS, b"")
        answer = await ask_owner(account, request)
        if answer.status != 200:
            return answer
        state = msgspec.json.decode(answer.body, type=State)
        whole.emulator = state.emulator
        subscriptions |= {each.arn: each for each in state.subscriptions}
        cancelled |= {each.arn: each for each in state.cancelled_subscriptions}
        for name in _other_lists():
            getattr(whole, name).extend(getattr(state, name))
        for name, rows in state.parts.items():
            whole.parts.setdefault(name, {}).update(rows)
    whole.subscriptions, whole.cancelled_subscriptions = [*subscriptions.values()], [*cancelled.values()]
    return json_answer(whole)


async def import_all(request: HttpRequest, settings: Settings, ask_all: AskAll, ask_owner: AskOwner) -> HttpResponse:
    """Put a document in the place of everything, account by account. It is refused as a whole if it cannot be."""
    try:
        await in_turns(restoring_text(World(settings), request.body, None))
        state = msgspec.json.decode(request.body, type=State)
    except (DocumentError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return json_answer({"message": str(error)}, 400)
    if state.account is not None:
        return await ask_owner(state.account, replace_query(request, state.account))
    for answer in await ask_all(HttpRequest("POST", "http", "/_emulator/reset", b"", _HEADERS, b"")):
        if answer.status != 200:
            return answer
    for account, part in _by_account(state).items():
        body = msgspec.json.encode(part)
        answer = await ask_owner(account, replace_query(request, account, body))
        if answer.status != 204:
            return answer
    return HttpResponse(204, b"", b"")


def replace_query(request: HttpRequest, account: str, body: bytes | None = None) -> HttpRequest:
    """The request, for one account."""
    return request.with_query(b"account=" + account.encode(), body)


def _by_account(state: State) -> dict[str, State]:
    """The documents of the accounts of which ``state`` has anything."""
    states: dict[str, State] = {}

    def of(account: str) -> State:
        if account not in states:
            states[account] = State(version=VERSION, emulator=state.emulator, account=account)
        return states[account]

    for name, part in _rows(state):
        # A subscription belongs to the account of its topic; its owners are told the other way round.
        account = owner_of(part.arn) if isinstance(part, StoredSubscription) else part.owners[0]
        getattr(of(account), name).append(part)
    for name, rows in state.parts.items():
        for account, row in rows.items():
            of(account).parts.setdefault(name, {})[account] = row
    return states


def _rows(state: State) -> Iterator[tuple[str, Any]]:
    for name in (*_other_lists(), "subscriptions", "cancelled_subscriptions"):
        yield from ((name, part) for part in getattr(state, name))


def _other_lists() -> Iterator[str]:
    """The fields of a document that are lists, but for those of subscriptions."""
    empty = State(version=VERSION)
    for name in State.__struct_fields__:
        if isinstance(getattr(empty, name), list) and not name.endswith("subscriptions"):
            yield name
