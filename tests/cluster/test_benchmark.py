"""The benchmark of the cluster, at its smallest."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import cluster
from benchmarks.results import Figure, read
from tests.postgresql import needs_postgresql


@pytest.mark.thorough
def test_benchmark_writes_its_results(tmp_path: Path) -> None:
    needs_postgresql()
    run = CliRunner().invoke(cluster.main, ["--seconds", "0.2", "--json", str(tmp_path)])
    assert run.exit_code == 0, run.output
    results = read("cluster", tmp_path)
    assert results is not None
    for case, side in (
        (cluster.PERFORMED, cluster.OWNER),
        (cluster.PASSED_ON, cluster.OWNER),
        (cluster.PASSED_ON, cluster.ASKED),
        (cluster.PASSED_ON, cluster.POSTGRESQL),
    ):
        assert isinstance(results.figure(case, side, "CPU per request"), Figure)
