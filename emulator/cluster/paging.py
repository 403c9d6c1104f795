"""Lists in pages, of which each member has a part. A cursor has the cursors of the members that have more."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, Final
from urllib.parse import parse_qs, quote

import msgspec

from emulator.cluster.leases import Member
from emulator.cluster.merging import json_answer
from emulator.control.refusals import BadRequestError
from emulator.wire.http import HttpRequest, HttpResponse

Ask = Callable[[str, HttpRequest], Awaitable[HttpResponse]]  # of the member at an address

_LIMIT, _LIMIT_MAX = 100, 1_000  # where none is given, and at most, as of each of these lists

# By path: the name of the list, and the field of its rows that is also the cursor of what comes after a row, if one is.
PAGED: Final[Mapping[str, tuple[str, str | None]]] = {
    "/_emulator/findings": ("findings", None),
    "/_emulator/messages": ("messages", None),
    "/_emulator/requests": ("requests", "number"),
}


async def page_of_all(request: HttpRequest, members: Sequence[Member], ask: Ask) -> HttpResponse:
    """A page of a list. BadRequestError for a cursor that cannot be gone on with."""
    name, field = PAGED[request.path]
    given = parse_qs(request.query.decode("latin-1"), keep_blank_values=True)
    addresses = {each.name: each.address for each in members}
    cursors = _read_cursor(given["cursor"][0], addresses) if "cursor" in given else dict.fromkeys(addresses)
    limit = given.get("limit", [str(_LIMIT)])[0]
    if field is None and limit.isdecimal() and 0 < int(limit) <= _LIMIT_MAX:
        limit = str(max(1, int(limit) // len(cursors)))
    asked = {member: _asked(request, cursor, limit) for member, cursor in cursors.items()}
    answers = await asyncio.gather(*(ask(addresses[member], each) for member, each in asked.items()))
    refusal = next((each for each in answers if each.status >= 300), None)
    if refusal is not None:
        return refusal
    pages = {member: msgspec.json.decode(each.body) for member, each in zip(asked, answers, strict=True)}
    left = {member: page["cursor"] for member, page in pages.items() if page["cursor"] is not None}
    rows = list(merge(*(_marked(member, page[name]) for member, page in pages.items()), key=_time_of, reverse=True))
    if field is not None:
        rows, more = rows[: int(limit)], rows[int(limit) :]
        shown = {member: str(row[field]) for member, row in rows}
        left |= {member: shown.get(member, cursors[member]) for member, _ in more}
    others = {key: _together([page[key] for page in pages.values()]) for key in next(iter(pages.values()))}
    return json_answer(others | {name: [row for _, row in rows], "cursor": _cursor(left) if left else None})


def _asked(request: HttpRequest, cursor: str | None, limit: str) -> HttpRequest:
    """The request, for what one member has."""
    kept = [each for each in request.query.split(b"&") if each and each.partition(b"=")[0] not in (b"cursor", b"limit")]
    if cursor is not None:
        kept.append(b"cursor=" + quote(cursor).encode())
    return request.with_query(b"&".join([*kept, b"limit=" + quote(limit).encode()]))


def _marked(member: str, rows: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for row in rows:
        yield member, row


def _time_of(marked: tuple[str, Any]) -> str:
    time: str = marked[1].get("at", "")
    return time


def _together(values: Sequence[Any]) -> Any:
    """Of what else a page says: a sum of numbers, and whether something is so anywhere."""
    if isinstance(values[0], bool):
        return any(values)
    return sum(values) if isinstance(values[0], int) else None


def _cursor(left: Mapping[str, str | None]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(left)).decode().rstrip("=")


def _read_cursor(text: str, addresses: Mapping[str, str]) -> dict[str, str | None]:
    try:
        cursors = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=dict[str, str | None])
    except (Error, ValueError):
        cursors = {}
    if not cursors:
        raise BadRequestError("cursor: It is none that this list has answered with.")
    if cursors.keys() - addresses.keys():
        raise BadRequestError("cursor: A process that had a part of this list has ended. Begin again without a cursor.")
    return cursors
