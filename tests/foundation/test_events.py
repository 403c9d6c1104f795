"""The observer: one who always listens, and those who watch for a while."""

import pytest

from emulator.foundation.events import Event, Observer
from tests.recorder import Recorder, into

STORY, DETAIL = Event(1), Event(2)


@pytest.fixture
def listened() -> list[Event]:
    return []


@pytest.fixture
def observer(listened: list[Event]) -> Observer:
    return Observer(into(listened))


def test_watcher_hears_all_and_the_listener_no_details(observer: Observer, listened: list[Event]) -> None:
    watchers = [Recorder([]), Recorder([])]
    for watcher in watchers:
        observer.watch(watcher)
    observer.report(STORY)
    observer.stream(DETAIL)
    assert listened == [STORY]
    assert [watcher.heard for watcher in watchers] == [[STORY, DETAIL]] * 2


def test_several_events_are_reported_in_their_order(observer: Observer, listened: list[Event]) -> None:
    observer.report(DETAIL, STORY)
    watcher = Recorder([])
    observer.watch(watcher)
    observer.report(STORY, DETAIL)
    assert listened == [DETAIL, STORY, STORY, DETAIL]
    assert watcher.heard == [STORY, DETAIL]


def test_observer_is_watched_for_as_long_as_somebody_watches(observer: Observer) -> None:
    first, second = Recorder([]), Recorder([])
    assert not observer.watched
    observer.watch(first)
    observer.watch(second)
    observer.leave(first)
    assert observer.watched
    observer.report(STORY)
    observer.leave(second)
    assert not observer.watched
    assert (first.heard, second.heard) == ([], [STORY])


def test_end_is_told_to_those_who_watch_and_to_those_who_come_later(observer: Observer) -> None:
    early, late = Recorder([]), Recorder([])
    observer.watch(early)
    observer.end()
    observer.watch(late)
    assert early.ended
    assert late.ended
    observer.leave(late)
