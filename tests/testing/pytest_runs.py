"""Test runs inside tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PLUGIN = "sqs_sns_emulator.pytest_plugin"

Run = Callable[..., pytest.RunResult]  # takes options of pytest


def run_in_process_of_its_own(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in the folder of ``pytester``, with our plugin, whether the project is installed or not.

    All other plugins that happen to be installed take ten times as long to start as pytest itself, so they stay out.
    """
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    plugins = [option for plugin in (PLUGIN, "xdist.plugin") for option in ("-p", plugin)]

    def run(*options: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess(*plugins, "-p", "no:cacheprovider", *options)

    return run
