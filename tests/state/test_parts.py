"""A new part of the world touches two files, even if the document shows it: its own, and the list of the world."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from emulator.aws.place import EVERYWHERE, Place
from emulator.configuration.settings import Settings
from emulator.control.refusals import BadRequestError
from emulator.control.state import restoring_state
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.part import Part
from emulator.state.exporting import export
from emulator.timing.turns import at_once
from emulator.world.world import World
from tests.state.world import ACCOUNT, NOW, OTHER, topic_arn

# -- The file of the part ----------------------------------------------------------------------


class Notes(Struct, frozen=True):
    texts: list[str]


class NotesWritten(Change, frozen=True):
    account: str
    notes: Notes


class Notebook(Part):
    """What each account has noted."""

    changes = (NotesWritten,)
    form = Notes

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._notes: dict[str, Notes] = {}

    def write(self, account: str, notes: Notes) -> None:
        self._notes[account] = notes
        if self._ledger.kept:
            self._ledger.record(NotesWritten(account, notes))

    def reset(self, place: Place = EVERYWHERE) -> None:
        self._notes = {owner: notes for owner, notes in self._notes.items() if not place.covers(owner, "")}

    def rows(self, account: str | None = None) -> Mapping[str, Notes]:
        return {owner: notes for owner, notes in self._notes.items() if account in (None, owner)}

    def enter(self, rows: Mapping[str, Notes]) -> None:
        for owner, notes in rows.items():
            self.write(owner, notes)

    def apply(self, change: NotesWritten) -> None:
        self.write(change.account, change.notes)


# -- The list of the world ---------------------------------------------------------------------


class NotingWorld(World):
    def __init__(self) -> None:
        super().__init__(Settings(clock_at=NOW, seed=1))
        self.notebook = Notebook(self.ledger)

    def parts(self) -> Iterator[Part]:
        yield from super().parts()
        yield self.notebook


# ----------------------------------------------------------------------------------------------


@pytest.fixture
def world() -> NotingWorld:
    return NotingWorld()


def exported(world: World, account: str | None = None) -> Any:
    return json.loads(msgspec.json.encode(export(world, account)))


def restored(document: object, account: str | None = None) -> NotingWorld:
    world = NotingWorld()
    at_once(restoring_state(world, account, msgspec.json.encode(document)))
    return world


def test_document_shows_the_part_and_restores_it(world: NotingWorld) -> None:
    assert "parts" not in exported(world)
    world.notebook.write(ACCOUNT, Notes(["one", "two"]))
    world.notebook.write(OTHER, Notes(["three"]))
    document = exported(world)
    assert document["parts"] == {"Notebook": {ACCOUNT: {"texts": ["one", "two"]}, OTHER: {"texts": ["three"]}}}
    assert exported(restored(document)) == document


def test_recorded_changes_of_the_part_make_the_same_state(world: NotingWorld) -> None:
    recorded: list[Change] = []
    world.ledger.keep(recorded.append)
    world.notebook.write(ACCOUNT, Notes(["one"]))
    other = NotingWorld()
    for change in recorded:
        other.apply(other.read_change(msgspec.json.encode(change)))
    assert exported(other) == exported(world)
    world.reset(Place(ACCOUNT))
    assert "parts" not in exported(world)


def test_document_of_one_account_has_its_row_and_can_become_another_accounts(world: NotingWorld) -> None:
    world.notebook.write(ACCOUNT, Notes([topic_arn("topic"), f"1{ACCOUNT}"]))
    world.notebook.write(OTHER, Notes(["three"]))
    document = exported(world, ACCOUNT)
    assert document["parts"] == {"Notebook": {ACCOUNT: {"texts": [topic_arn("topic"), f"1{ACCOUNT}"]}}}
    moved = exported(restored(document, OTHER), OTHER)
    assert moved["parts"] == {"Notebook": {OTHER: {"texts": [topic_arn("topic", OTHER), f"1{ACCOUNT}"]}}}


@pytest.mark.parametrize(
    ("parts", "account", "problem"),
    [
        ({"Diary": {}}, None, "There is no part Diary - at `$.parts`"),
        ({"SqsService": {}}, None, "There is no part SqsService - at `$.parts`"),
        ({"Notebook": {ACCOUNT: {}}}, None, f"missing required field `texts` - at `$.parts.Notebook.{ACCOUNT}`"),
        (
            {"Notebook": {ACCOUNT: {"texts": [1]}}},
            None,
            f"Expected `str`, got `int` - at `$.parts.Notebook.{ACCOUNT}.texts[0]`",
        ),
        ({"Notebook": {"me": {"texts": []}}}, None, "Expected `str` matching regex"),
        ({"Notebook": {OTHER: {"texts": []}}}, ACCOUNT, f"does not belong to {ACCOUNT}, whose document it is - at"),
    ],
)
def test_part_that_is_not_there_or_not_of_its_form_is_refused(
    world: NotingWorld, parts: object, account: str | None, problem: str
) -> None:
    world.notebook.write(ACCOUNT, Notes(["one"]))
    before = exported(world)
    document = exported(world, account) | {"parts": parts}
    with pytest.raises(BadRequestError) as refused:
        at_once(restoring_state(world, None, msgspec.json.encode(document)))
    assert problem in str(refused.value)
    assert exported(world) == before
