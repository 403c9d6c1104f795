import pytest

from tests.testing.pytest_runs import Run, run_in_process_of_its_own


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the tests in the folder of ``pytester``, as a user would."""
    return run_in_process_of_its_own(pytester, monkeypatch)
