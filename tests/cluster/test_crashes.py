"""Processes fail under load, and nothing is lost. ``python -m tests.cluster.crashes`` does so at length."""

import pytest

from tests import patience
from tests.cluster import crashes


@pytest.mark.parametrize(
    "kind",
    ["kill", *(pytest.param(kind, marks=pytest.mark.thorough) for kind in crashes.FAILURES if kind != "kill")],
)
def test_nothing_is_lost_when_a_process_fails(postgresql_url: str, kind: str) -> None:
    outcome = crashes.run(postgresql_url, 0.0, seed=1, failures=[kind])
    assert outcome.faults == []
    assert max(seconds for _, seconds in outcome.failures) < patience.SECONDS
    assert outcome.sent
