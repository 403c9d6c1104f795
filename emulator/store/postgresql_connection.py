"""Connections to PostgreSQL, with psycopg 3, which is optional; and the tables.

Each account has rows of its own: its owner among the processes that share the database, and its snapshot and changes.
``epoch`` counts its owners. A process writes only in the epoch in which it became the owner, so one that was stopped
and comes back can write nothing of an account that another one has taken since.

https://www.psycopg.org/psycopg3/docs/
"""

from typing import TYPE_CHECKING, Any, LiteralString

from emulator.store.database import StoreError

if TYPE_CHECKING:
    from psycopg import Connection

FORMAT = 1
MISSING = (
    "--store needs the library psycopg, which is not installed: pip install 'sqs-sns-emulator[postgresql]' installs it."
)

_APPLICATION = "sqs-sns-emulator"
_SCHEMA_LOCK = 0x53515345  # "SQSE": of those who make the tables
_CONNECT_SECONDS = 10
# A server that is gone without a word is noticed within some ten seconds.
_OPTIONS = {
    "application_name": _APPLICATION,
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# A process that is stopped within a transaction must not hold up for long the one that takes its accounts.
_SETTINGS: tuple[LiteralString, ...] = (
    "SET search_path TO sqs_sns_emulator",
    "SET idle_in_transaction_session_timeout TO '2s'",
    "SET lock_timeout TO '2s'",
)
# One that is stopped while it makes the tables only holds up others that start.
_SETTINGS_OF_START: tuple[LiteralString, ...] = (
    "SET LOCAL lock_timeout TO 0",
    "SET LOCAL idle_in_transaction_session_timeout TO '30s'",
)
_TABLES: tuple[LiteralString, ...] = (
    "CREATE SCHEMA sqs_sns_emulator",
    "CREATE TABLE sqs_sns_emulator.format (version integer NOT NULL)",
    "INSERT INTO sqs_sns_emulator.format VALUES (1)",
    # While a member lives, its connection holds the advisory lock ``lock``.
    "CREATE TABLE sqs_sns_emulator.members (name text PRIMARY KEY, address text NOT NULL, lock bigint NOT NULL, "
    "heartbeat timestamptz NOT NULL, expires timestamptz NOT NULL)",
    # ``generation`` is of the snapshot that counts, ``rows`` and ``bytes`` its size, ``next_change`` the first change
    # after it.
    "CREATE TABLE sqs_sns_emulator.accounts (account text PRIMARY KEY, "
    "owner text REFERENCES sqs_sns_emulator.members ON DELETE SET NULL, epoch bigint NOT NULL DEFAULT 1, "
    "generation bigint NOT NULL DEFAULT 0, rows bigint NOT NULL DEFAULT 0, bytes bigint NOT NULL DEFAULT 0, "
    "next_change bigint NOT NULL DEFAULT 1)",
    "CREATE TABLE sqs_sns_emulator.changes (account text, number bigint, content bytea NOT NULL, "
    "PRIMARY KEY (account, number))",
    "CREATE TABLE sqs_sns_emulator.snapshots (account text, generation bigint, number bigint, "
    "content bytea NOT NULL, PRIMARY KEY (account, generation, number))",
    # What belongs to no account: of each type of change the last one.
    "CREATE TABLE sqs_sns_emulator.common (type text PRIMARY KEY, content bytea NOT NULL)",
    # The content is not worth compressing for a database that is on the same machine or near.
    "ALTER TABLE sqs_sns_emulator.changes ALTER COLUMN content SET STORAGE EXTERNAL",
    "ALTER TABLE sqs_sns_emulator.snapshots ALTER COLUMN content SET STORAGE EXTERNAL",
)


class UnreachableError(Exception):
    """The database cannot be reached, and perhaps can be later."""


def connect(url: str) -> "Connection[Any]":
    """A connection, on which each statement is a transaction. UnreachableError, or StoreError if it is refused."""
    psycopg = imported()
    try:
        connection: Connection[Any] = psycopg.connect(url, autocommit=True, **_options(url))
        for setting in _SETTINGS:
            connection.execute(setting)
    except psycopg.Error as error:
        raise failure(url, error) from None
    return connection


def imported() -> Any:
    """The library; StoreError where it is not installed."""
    try:
        import psycopg
    except ImportError:
        raise StoreError(MISSING) from None
    return psycopg


def make_tables(connection: "Connection[Any]", url: str) -> None:
    """Make the tables if they are missing. StoreError if they are of another format, or cannot be made.

    UnreachableError if the connection is lost meanwhile, as on a machine that is too busy for the database's limits.
    """
    psycopg = imported()
    try:
        with connection.transaction():
            for setting in _SETTINGS_OF_START:
                connection.execute(setting)
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            if connection.execute("SELECT to_regclass('sqs_sns_emulator.format')").fetchone() == (None,):
                for statement in _TABLES:
                    connection.execute(statement)
        row = connection.execute("SELECT version FROM sqs_sns_emulator.format").fetchone()
    except psycopg.Error as error:
        text = f"{described(url)}: The tables cannot be made: {_text(error)}."
        raise (UnreachableError(text) if connection.closed else StoreError(text)) from None
    version = None if row is None else row[0]
    if version != FORMAT:
        raise StoreError(
            f"{described(url)}: The tables have the format {version}, and this version of the emulator reads {FORMAT}."
        )


def described(url: str) -> str:
    """The database without the password."""
    try:
        parts = imported().conninfo.conninfo_to_dict(url)
    except Exception:  # noqa: BLE001 - whatever is wrong, the text may hold a password
        return "the database"
    host, port = parts.get("host") or "localhost", parts.get("port") or 5432
    return f"postgresql://{host}:{port}/{parts.get('dbname') or ''}"


def failure(url: str, error: Exception) -> UnreachableError | StoreError:
    """What an error of a connection means. libpq gives no code, only a text."""
    text = f"{described(url)}: {_text(error)}."
    refused = "FATAL" in text and not any(each in text for each in ("starting up", "shutting down", "recovery mode"))
    if refused or isinstance(error, imported().ProgrammingError):
        return StoreError(text)
    return UnreachableError(text)


def _options(url: str) -> dict[str, Any]:
    """What the URL does not say itself."""
    try:
        given = imported().conninfo.conninfo_to_dict(url)
    except imported().ProgrammingError as error:
        raise StoreError(f"The URL of the database is wrong: {_text(error)}.") from None
    return {name: value for name, value in _OPTIONS.items() if name not in given}


def _text(error: Exception) -> str:
    """The text of an error in one line."""
    lines = [line.strip() for line in str(error).splitlines()]
    return " ".join(line for line in lines if line and not line.startswith(("Is the server", "DETAIL"))).rstrip(".")
