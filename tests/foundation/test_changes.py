"""The ledger hands changes on only while something keeps them."""

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Change, Ledger


class Tagged(Change, frozen=True):
    name: str


def test_a_ledger_hands_changes_on_while_they_are_kept() -> None:
    ledger = Ledger()
    kept: list[Change] = []
    assert not ledger.kept
    ledger.record(Tagged("before"))
    ledger.keep(kept.append)
    assert ledger.kept
    ledger.record(Tagged("meanwhile"))
    ledger.keep(None)
    assert not ledger.kept
    ledger.record(Tagged("after"))
    assert kept == [Tagged("meanwhile")]


def test_a_place_covers_what_is_in_its_account_and_region() -> None:
    assert EVERYWHERE.covers("1", "here")
    assert EVERYWHERE.everywhere
    assert Place("1").covers("1", "there")
    assert not Place("1").covers("2", "there")
    assert Place(region="here").covers("2", "here")
    assert not Place("1", "here").covers("1", "there")
    assert not Place("1", "here").everywhere
