"""Test runs inside tests."""

from collections.abc import Callable
from pathlib import Path

import boto3
import cryptography.x509  # noqa: F401 - see below
import pytest

# Imported before any run in this process: pytester unloads what a run has imported, and what then comes again has other
# classes than what is kept elsewhere. Of cryptography, which signs messages, parts are kept that are not in Python.
import emulator.__main__
import emulator.testing  # noqa: F401

ROOT = Path(__file__).parent.parent.parent
PLUGIN = "sqs_sns_emulator.pytest_plugin"

Run = Callable[..., pytest.RunResult]  # takes options of pytest

# All other plugins that happen to be installed take ten times as long to start as pytest itself, so they stay out.
_PLUGINS = ("-p", PLUGIN, "-p", "xdist.plugin", "-p", "no:cacheprovider")


def run_in_process_of_its_own(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in the folder of ``pytester``, with our plugin, whether the project is installed or not."""
    _prepare(pytester, monkeypatch)

    def run(*options: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess(*_PLUGINS, *options)

    return run


def run_in_this_process(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same without a process of its own, which takes ten times as long.

    For tests of what the plugin does, not of what it imports and when.
    """
    _prepare(pytester, monkeypatch)

    def run(*options: str) -> pytest.RunResult:
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # as where nothing has been called yet
        return pytester.runpytest_inprocess(*_PLUGINS, *options)

    return run


def _prepare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
