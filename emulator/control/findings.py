"""The route that shows what looks wrong."""

from typing import Annotated

import msgspec
from starlette.requests import Request

from emulator.aws.place import Place
from emulator.control.aws_address import aws_url
from emulator.control.parameters import Account, Cursor
from emulator.control.refusals import BadRequestError
from emulator.control.run import Run
from emulator.findings.search import RULES, Finding, search
from emulator.timing.turns import in_turns
from emulator.world.world import World

_RULES = frozenset(rule.id for rule in RULES)


class FindingsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which findings to return: those of one account, one region and one rule, of all that are given."""

    account: Account | None = None
    region: str | None = None
    rule: Annotated[str, msgspec.Meta(extra_json_schema={"enum": sorted(_RULES)})] | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100


class FoundFindings(msgspec.Struct):
    """A page of findings. A page may have a few more than ``limit``; ``cursor`` is null on the last one."""

    findings: list[Finding]
    cursor: str | None


async def list_findings(world: World, run: Run, query: FindingsQuery, request: Request) -> FoundFindings:
    """What looks wrong with topics, subscriptions and queues, why that is wrong, and how to mend it."""
    if query.rule is not None and query.rule not in _RULES:
        raise BadRequestError(f"rule: there is no rule `{query.rule}`. Known: {', '.join(sorted(_RULES))}.")
    rules = _RULES if query.rule is None else frozenset((query.rule,))
    place, url = Place(query.account, query.region), aws_url(run.settings, request)
    found = await in_turns(search(world, place, url, rules, int(query.cursor or 0), query.limit))
    return FoundFindings(found.findings, None if found.next is None else str(found.next))
