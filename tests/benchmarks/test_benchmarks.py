"""Every benchmark, at its smallest: it runs, and yields what its tables ask for. ``make test`` runs one of them."""

from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.results import read
from benchmarks.tables import TABLES

SMALL = {
    "throughput": ["--workloads", "send,delete", "--connections", "16", "--rounds", "1", "--seconds", "0.02"],
    "crowd": ["--sides", "emulator", "--connections", "20", "--rounds", "1", "--seconds", "0.1"],
    "startup": ["--rounds", "1"],
    "deep_queues": ["--sizes", "100", "--rounds", "1", "--cycles", "5"],
    "hostile_subscribers": ["--kinds", "headers", "--deliveries", "20", "--rounds", "1"],
    "http_delivery": ["--deliveries", "50", "--rounds", "1"],
    "large_bodies": ["--seconds", "0.1", "--rounds", "1"],
    "memory": ["--messages", "200", "--rounds", "1"],
    "in_process": ["--rounds", "1"],
    "pauses": ["--messages", "200", "--resources", "3", "--rounds", "1", "--cases", "PurgeQueue,/_emulator/queues"],
    "soak": ["--minutes", "0.01"],
    "durability": ["--workloads", "send", "--connections", "16", "--rounds", "1", "--seconds", "0.05"],
    "store_size": ["--minutes", "0.01"],
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", SMALL)
def test_benchmark_runs_and_its_table_can_be_made(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.load.workloads._FILL_SECONDS", 0.1)
    monkeypatch.setattr("benchmarks.in_process._CALLS", 5)
    run = CliRunner().invoke(import_module(f"benchmarks.{name}").main, [*SMALL[name], "--json", str(tmp_path)])
    assert run.exit_code == 0, run.output
    results = read(name, tmp_path)
    assert results is not None
    assert results.figures
    assert len(TABLES["cpu" if name == "throughput" else name](tmp_path)) > 3
