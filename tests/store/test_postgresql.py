"""The side of a store in PostgreSQL that writes."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from emulator.foundation.changes import Change, ClockSet
from emulator.sns.changes import SnsReset
from emulator.store import postgresql
from emulator.store.database import DatabaseError, Entry, LeaseLostError
from emulator.store.journal import encode
from emulator.store.postgresql import AccountSection, PostgresqlDatabase
from emulator.store.postgresql_connection import connect, make_tables
from tests.state.world import ACCOUNT, OTHER
from tests.store.shared import leases

MEMBER = "member"


@pytest.fixture
def database(postgresql_url: str) -> Iterator[PostgresqlDatabase]:
    """The database of a member."""
    with connect(postgresql_url) as connection:
        make_tables(connection, postgresql_url)
        connection.execute("INSERT INTO members VALUES (%s, '', 1, now(), now())", (MEMBER,))
    database = PostgresqlDatabase(postgresql_url, MEMBER)
    yield database
    database.close()


def entries(*changes: Change) -> list[Entry]:
    return [(change, encode(change)) for change in changes]


def clock(number: float, account: str | None = ACCOUNT) -> ClockSet:
    return ClockSet(account, number)


def kept(url: str, account: str = ACCOUNT) -> list[bytes]:
    """The changes of an account."""
    (lease,) = [each for each in leases(url) if each.account == account]
    with connect(url) as connection:
        return b"".join(AccountSection(connection, url, lease).changes()).splitlines()


def test_account_that_nobody_had_is_taken_with_its_first_change(
    database: PostgresqlDatabase, postgresql_url: str
) -> None:
    database.write(entries(clock(1), clock(2, OTHER), clock(3)))
    database.write(entries(clock(4)))
    assert kept(postgresql_url) == [encode(clock(number)) for number in (1, 3, 4)]
    assert kept(postgresql_url, OTHER) == [encode(clock(2, OTHER))]


def test_account_of_another_member_is_not_written_and_all_else_is(
    database: PostgresqlDatabase, postgresql_url: str
) -> None:
    with connect(postgresql_url) as connection:
        connection.execute("INSERT INTO accounts (account) VALUES (%s)", (OTHER,))
    with pytest.raises(LeaseLostError) as lost:
        database.write(entries(clock(1), clock(2, OTHER)))
    assert lost.value.accounts == {OTHER}
    assert (kept(postgresql_url), kept(postgresql_url, OTHER)) == ([encode(clock(1))], [])


def test_change_of_all_accounts_is_one_of_each(database: PostgresqlDatabase, postgresql_url: str) -> None:
    database.write(entries(clock(1), clock(2, OTHER)))
    database.write(entries(SnsReset(region="us-east-1")))
    for account in (ACCOUNT, OTHER):
        assert kept(postgresql_url, account)[-1] == encode(SnsReset(account, "us-east-1"))


def test_of_what_belongs_to_no_account_the_last_is_kept(database: PostgresqlDatabase, postgresql_url: str) -> None:
    database.write(entries(clock(1, None)))
    database.write(entries(clock(2, None)))
    with connect(postgresql_url) as connection:
        assert connection.execute("SELECT type, content FROM common").fetchall() == [
            ("ClockSet", encode(clock(2, None)))
        ]


@pytest.mark.parametrize("is_first", [True, False])
def test_batch_whose_confirmation_was_lost_is_not_written_twice(
    database: PostgresqlDatabase, postgresql_url: str, is_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_first:
        database.write(entries(clock(1)))
    batch = entries(clock(2))
    write = postgresql.Batch.write

    def lose(*arguments: Any, **options: Any) -> None:
        write(*arguments, **options)
        raise psycopg.OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(postgresql.Batch, "write", lose)
        with pytest.raises(DatabaseError, match="the connection is lost"):
            database.write(batch)
    database.write(batch)
    database.write(entries(clock(3)))
    wanted = [encode(clock(number)) for number in (1, 2, 3)]
    assert kept(postgresql_url) == (wanted[1:] if is_first else wanted)


def test_batch_that_was_not_written_is_written_later(
    database: PostgresqlDatabase, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise psycopg.OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(postgresql.Batch, "write", fail)
        with pytest.raises(DatabaseError):
            database.write(entries(clock(1)))
    database.write(entries(clock(1)))
    assert kept(postgresql_url) == [encode(clock(1))]


def test_snapshot_is_due_when_there_are_more_changes_than_the_state_is_large(
    database: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SMALLEST_BYTES", 100)
    database.write(entries(clock(1)))
    assert database.due() == []
    database.write(entries(*map(clock, range(10))))
    assert database.due() == [ACCOUNT]
    snapshot = database.begin_snapshot(ACCOUNT)
    snapshot.write(b"x" * 1_000)
    snapshot.finish()
    database.write(entries(*map(clock, range(10))))
    assert database.due() == []
    database.write(entries(*map(clock, range(10))))
    assert database.due() == [ACCOUNT]


def test_large_batch_and_snapshot_take_several_rows(database: PostgresqlDatabase, postgresql_url: str) -> None:
    content = b"x" * (3 << 20)
    database.write([(clock(1), content), (clock(2), b"y")])
    assert kept(postgresql_url) == [content, b"y"]
    snapshot = database.begin_snapshot(ACCOUNT)
    snapshot.write(content)
    snapshot.write(b"z")
    snapshot.finish()
    while database.delete_some():
        pass
    (lease,) = leases(postgresql_url)
    with connect(postgresql_url) as connection:
        section = AccountSection(connection, postgresql_url, lease)
        assert b"".join(section.snapshot()) == content + b"z"
        assert list(section.changes()) == []
        assert connection.execute("SELECT count(*) FROM changes").fetchone() == (0,)
