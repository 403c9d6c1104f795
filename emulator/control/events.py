"""The stream of all events, filtered as its reader asks."""

from typing import NamedTuple

import msgspec

from emulator.aws.arns import Arn
from emulator.control import request_list
from emulator.control.happenings import NAMES, Fields, concerns_queue, fields_of
from emulator.control.parameters import ALL, Account
from emulator.control.pulse import Pulse
from emulator.control.refusals import BadRequestError
from emulator.control.request_list import RequestEvents
from emulator.control.run import Run
from emulator.control.stream import EventStream, Reader, Render, Source, Watching
from emulator.foundation.events import Event
from emulator.world.world import World

_encode = msgspec.json.Encoder().encode


PULSE = "pulse"
_ON_REQUEST = (PULSE, request_list.KIND)  # kinds that are sent only if they are named


class EventsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which events to send: those that match everything that is given."""

    account: Account | None = None
    queue: str | None = None  # ARN
    topic: str | None = None  # ARN
    type: str | None = None  # names of kinds, separated by commas; "all" stands for those that need not be named


def stream_events(world: World, run: Run, query: EventsQuery) -> EventStream:
    """Everything that happens from now on, as server-sent events, until the client hangs up."""
    kinds = _kinds(query.type)
    reader = Reader(_rendering(query, kinds.events))
    sources: list[Source] = [Watching(world.observer, reader)]
    if PULSE in kinds.on_request:
        sources.append(Pulse(world, reader, query.account))
    if request_list.KIND in kinds.on_request:
        sources.append(RequestEvents(run.recent, reader, query.account, query.queue or query.topic))
    return EventStream(reader, sources)


class _Kinds(NamedTuple):
    events: frozenset[type[Event]]
    on_request: frozenset[str]


def _rendering(query: EventsQuery, wanted: frozenset[type[Event]]) -> Render:
    """Renders an event's name and data if the query asks for it; BadRequestError if the query can match nothing."""
    _check_arn("queue", query.queue, "sqs")
    _check_arn("topic", query.topic, "sns")

    def render(event: Event) -> tuple[str, bytes] | None:
        if type(event) not in wanted:
            return None
        happened = fields_of(event)
        return (NAMES[type(event)], _encode(happened)) if _asked_for(happened, query) else None

    return render


def _asked_for(happened: Fields, query: EventsQuery) -> bool:
    """Whether the query asks for an event. A reset of all accounts has no account and is sent to every reader."""
    return (
        (query.account is None or happened["account"] in (query.account, None))
        and (query.queue is None or concerns_queue(happened, query.queue))
        and (query.topic is None or happened.get("topic") == query.topic)
    )


def _kinds(names: str | None) -> _Kinds:
    """The kinds that are asked for; without names, all that need not be named."""
    if names is None:
        return _Kinds(frozenset(NAMES), frozenset())
    asked = names.split(",")
    known = {*NAMES.values(), *_ON_REQUEST}
    unknown = [name for name in asked if name not in known and name != ALL]
    if unknown:
        raise BadRequestError(f"type: there is no event `{unknown[0]}`. Known: {', '.join(sorted(known))}.")
    events = frozenset(kind for kind, name in NAMES.items() if ALL in asked or name in asked)
    return _Kinds(events, frozenset(asked).intersection(_ON_REQUEST))


def _check_arn(parameter: str, text: str | None, service: str) -> None:
    found = None if text is None else Arn.parse(text)
    if text is not None and (found is None or found.service != service):
        raise BadRequestError(f"{parameter}: expected the ARN of a {parameter}.")
