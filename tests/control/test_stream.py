"""A stream of events without a server."""

import asyncio

from emulator.control.stream import Bounds, Reader
from emulator.foundation.events import Event


def words(event: Event) -> tuple[str, bytes] | None:
    """The filter of this reader: events at an odd time."""
    return ("odd", b"%d" % event.at) if event.at % 2 else None


def frame(number: int, data: int) -> bytes:
    return b"id: %d\nevent: odd\ndata: %d\n\n" % (number, data)


def all_frames(reader: Reader) -> list[bytes]:
    """What is sent to a reader whose stream is at its end."""
    reader.end()

    async def read() -> list[bytes]:
        return [sent async for sent in reader.frames()]

    greeting, *rest = asyncio.run(read())
    assert greeting == b": listening\n\n"
    return rest


def test_events_come_numbered_and_unwanted_ones_are_passed_over() -> None:
    reader = Reader(words)
    for at in range(4):
        reader.observe(Event(at))
    assert all_frames(reader) == [frame(1, 1), frame(2, 3)]


def test_slow_reader_loses_the_oldest_events_and_gets_their_number() -> None:
    reader = Reader(words, Bounds(events=2))
    for at in (1, 3, 5, 7):
        reader.observe(Event(at))
    assert all_frames(reader) == [b'event: dropped\ndata: {"dropped":2}\n\n', frame(3, 5), frame(4, 7)]


def test_bytes_are_bounded_but_the_newest_event_is_kept() -> None:
    reader = Reader(words, Bounds(bytes=10))
    for at in (1, 3):
        reader.observe(Event(at))
    assert all_frames(reader) == [b'event: dropped\ndata: {"dropped":1}\n\n', frame(2, 3)]


def test_reader_that_catches_up_has_room_again() -> None:
    async def read() -> list[bytes]:
        reader = Reader(words, Bounds(bytes=2 * len(frame(1, 1))))
        frames = reader.frames()
        await anext(frames)
        sent = []
        for two in ((1, 3), (5, 7)):
            for at in two:
                reader.observe(Event(at))
            sent += [await anext(frames) for _ in two]
        return sent

    assert asyncio.run(read()) == [frame(1, 1), frame(2, 3), frame(3, 5), frame(4, 7)]


def test_silence_is_broken_by_a_comment() -> None:
    async def read() -> list[bytes]:
        reader = Reader(words, Bounds(silence_seconds=0))
        frames = reader.frames()
        sent = [await anext(frames) for _ in range(3)]
        reader.observe(Event(1))
        return [*sent, await anext(frames)]

    assert asyncio.run(read()) == [b": listening\n\n", *[b": nothing new\n\n"] * 2, frame(1, 1)]


def test_reader_that_waits_is_woken_by_an_event_and_by_the_end() -> None:
    async def read() -> list[bytes]:
        reader = Reader(words)
        frames = reader.frames()
        await anext(frames)
        waiting = asyncio.ensure_future(anext(frames))
        await asyncio.sleep(0)
        reader.observe(Event(1))
        sent = [await waiting]
        waiting_for_more = asyncio.ensure_future(anext(frames, b"over"))
        await asyncio.sleep(0)
        reader.end()
        return [*sent, await waiting_for_more]

    assert asyncio.run(read()) == [frame(1, 1), b"over"]
