"""Databases for the tests of stores."""

from pathlib import Path

import pytest

from tests.postgresql import Server


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The options of a server that keeps everything, in each kind of database."""
    if request.param == "SQLite":
        return "--data-dir", str(tmp_path / "data")
    server: Server = request.getfixturevalue("postgresql")
    return "--store", server.new_database()
