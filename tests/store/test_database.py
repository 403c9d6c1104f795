"""The file of a store, and everything that can be wrong with it."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.store.database import StoreError
from emulator.store.sqlite import FILE_NAME, SqliteDatabase
from tests.store.kept import killed

ROW = 1 << 20


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def database(directory: Path) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(directory, "process")
    yield database
    database.close()


def content(directory: Path) -> tuple[bytes, bytes]:
    """The snapshot and the changes that the next start reads."""
    database = SqliteDatabase(directory, "process")
    try:
        return b"".join(database.snapshot()), b"".join(database.changes())
    finally:
        database.close()


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def refusal(directory: Path) -> str:
    """Why the store is refused; its files stay as they were."""
    before = files(directory) if directory.is_dir() else {}
    with pytest.raises(StoreError) as refused:
        content(directory)
    assert not before or files(directory) == before
    text = str(refused.value)
    assert str(directory) in text
    assert "\n" not in text
    return text


def test_new_store_is_empty(directory: Path) -> None:
    assert content(directory) == (b"", b"")
    assert content(directory) == (b"", b"")


@pytest.mark.parametrize("durability", ["process", "power"])
def test_what_was_appended_is_there_after_a_kill(directory: Path, durability: "str") -> None:
    database = SqliteDatabase(directory, "power" if durability == "power" else "process")
    database.append(b"first\n")
    database.append(b"second\n" * ROW)
    assert content(killed(directory)) == (b"", b"first\n" + b"second\n" * ROW)
    database.close()


def test_appending_goes_on_after_what_is_there(directory: Path) -> None:
    for number in range(3):
        database = SqliteDatabase(directory, "process")
        assert len(list(database.changes())) == number
        database.append(b"%d" % number)
        database.close()
    assert content(directory) == (b"", b"012")


def test_snapshot_counts_when_it_is_finished(database: SqliteDatabase, directory: Path) -> None:
    database.append(b"a")
    snapshot = database.begin_snapshot()
    database.append(b"b")
    snapshot.write(b"x" * 3 * ROW)
    snapshot.write(b"y")
    assert content(killed(directory, "before")) == (b"", b"ab")
    snapshot.finish()
    assert content(killed(directory, "after")) == (b"x" * 3 * ROW + b"y", b"b")
    while database.delete_some():
        pass
    assert content(killed(directory, "at the end")) == (b"x" * 3 * ROW + b"y", b"b")


def test_what_a_snapshot_replaces_leaves_the_file(database: SqliteDatabase, directory: Path) -> None:
    for _ in range(100):
        database.append(b"x" * ROW)
    database.begin_snapshot().finish()
    while database.delete_some():
        pass
    database.close()
    assert (directory / FILE_NAME).stat().st_size < ROW


def test_unfinished_snapshot_is_forgotten(database: SqliteDatabase, directory: Path) -> None:
    database.append(b"a")
    database.begin_snapshot().write(b"unfinished")
    left = killed(directory)
    database = SqliteDatabase(left, "process")
    snapshot = database.begin_snapshot()
    snapshot.write(b"finished")
    snapshot.finish()
    database.close()
    assert content(left)[0] == b"finished"


def test_snapshot_that_failed_does_not_hinder_the_next_one(database: SqliteDatabase, directory: Path) -> None:
    database.begin_snapshot().write(b"the disk was full afterwards")
    snapshot = database.begin_snapshot()
    snapshot.write(b"finished")
    snapshot.finish()
    assert content(killed(directory))[0] == b"finished"


# -- What is refused ---------------------------------------------------------------------------


def test_second_process_is_refused(database: SqliteDatabase, directory: Path) -> None:
    database.append(b"a")
    assert "Another process uses this file" in refusal(directory)


def test_directory_that_is_a_file_is_refused(directory: Path) -> None:
    directory.write_text("no directory")
    assert "This is no directory" in refusal(directory)
    assert directory.read_text() == "no directory"


def test_directory_below_a_file_is_refused(directory: Path) -> None:
    directory.write_text("no directory")
    with pytest.raises(StoreError, match="Not a directory"):
        SqliteDatabase(directory / "below", "process")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be written here")
def test_directory_that_cannot_be_written_is_refused(directory: Path) -> None:
    directory.mkdir(mode=0o500)
    assert "cannot be used" in refusal(directory)


def damaged(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        (lambda _: b"# a text\n" * 100, "no SQLite database"),
        (lambda content: content[:50], "no SQLite database"),
        (lambda content: damaged(content, 60, b"\0\0\0\2"), "the format 2, and this version of the emulator reads 1"),
        (lambda content: damaged(content, 68, b"\0\0\0\2"), "another program"),
        (lambda content: content[: len(content) // 2], "damaged"),
    ],
    ids=["a text", "cut off in the head", "a later format", "another program", "cut off"],
)
def test_file_that_is_no_store_is_refused(
    database: SqliteDatabase, directory: Path, damage: Callable[[bytes], bytes], text: str
) -> None:
    for _ in range(20):
        database.append(b"x" * 10_000)
    database.close()
    file = directory / FILE_NAME
    file.write_bytes(damage(file.read_bytes()))
    assert text in refusal(directory)


@pytest.mark.parametrize("in_snapshot", [False, True])
def test_row_with_a_flipped_bit_is_named(database: SqliteDatabase, directory: Path, in_snapshot: bool) -> None:
    database.append(b"x" * 3_000)
    database.append(b"flip me" * 500)
    if in_snapshot:
        snapshot = database.begin_snapshot()
        for text in (b"x" * 3_000, b"flip me" * 500):
            snapshot.write(text)
        snapshot.finish()
        while database.delete_some():
            pass
    database.close()
    file = directory / FILE_NAME
    file.write_bytes(file.read_bytes().replace(b"flip me", b"flip ne", 1))
    row = "row 1 of snapshot" if in_snapshot else "row 2 of changes"
    assert f"The file is damaged: {row} is not as written" in refusal(directory)


@pytest.mark.parametrize("table", ["changes", "snapshot", "latest"])
def test_missing_rows_are_noticed(database: SqliteDatabase, directory: Path, table: str) -> None:
    snapshot = database.begin_snapshot()
    snapshot.write(b"x")
    snapshot.write(b"y")
    snapshot.finish()
    for text in (b"a", b"b", b"c"):
        database.append(text)
    database.close()
    connection = sqlite3.connect(directory / FILE_NAME)
    connection.execute(f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")
    connection.commit()
    connection.close()
    assert "damaged" in refusal(directory)


FRAME = 24 + 4_096  # a header and a page


def commit_frames(log: bytes | bytearray) -> list[int]:
    """Where in a write-ahead log the frames are that end a transaction."""
    return [at for at in range(32, len(log) - FRAME + 1, FRAME) if log[at + 4 : at + 8] != bytes(4)]


def log_of(changes: list[bytes], tmp_path: Path) -> Path:
    """What a process leaves that is killed after it has written these: the directory."""
    database = SqliteDatabase(tmp_path / "data", "process")
    for change in changes:
        database.append(change)
    left = killed(tmp_path / "data")
    database.close()
    return left


@pytest.mark.parametrize("left_behind", [0, 1, 2])
def test_frame_that_was_being_written_is_no_damage(tmp_path: Path, left_behind: int) -> None:
    """Its header was written, but not its page. What an unfinished transaction left may stand behind it."""
    changes = [b"%d\n" % number * 200 for number in range(8)]
    left = log_of(changes, tmp_path)
    log = left / f"{FILE_NAME}-wal"
    text = bytearray(log.read_bytes())
    *_, written, unfinished = commit_frames(text)
    text[written + 24 : written + FRAME] = bytes(4_096)
    text[unfinished + 4 : unfinished + 8] = bytes(4)  # it has no commit frame
    log.write_bytes(text[: written + (1 + left_behind) * FRAME])
    assert content(left)[1] == b"".join(changes[:6])


def test_flipped_bit_in_the_salts_of_a_frame_is_noticed(tmp_path: Path) -> None:
    left = log_of([b"a\n", b"b\n", b"c\n"], tmp_path)
    log = left / f"{FILE_NAME}-wal"
    text = bytearray(log.read_bytes())
    at = commit_frames(text)[-2]
    text[at + 9] ^= 1
    log.write_bytes(text)
    assert f"The file is damaged at byte {at}" in refusal(left)


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_flipped_bit_of_the_log_never_loses_a_change_in_silence(
    tmp_path_factory: pytest.TempPathFactory, place: float, bit: int
) -> None:
    directory = tmp_path_factory.mktemp("store") / "data"
    database = SqliteDatabase(directory, "process")
    changes = [b"%d\n" % number * 200 for number in range(8)]
    for change in changes:
        database.append(change)
    left = killed(directory)
    database.close()
    log = left / f"{FILE_NAME}-wal"
    text = bytearray(log.read_bytes())
    at = int(place * len(text))
    text[at] ^= 1 << bit
    log.write_bytes(text)
    try:
        found = content(left)[1]
    except StoreError as error:
        assert "damaged" in str(error)  # noqa: PT017 - either outcome is right
        return
    # A crash can have left the last transaction so, and nothing can tell that from damage.
    assert found in (b"".join(changes), b"".join(changes[:-1]))
