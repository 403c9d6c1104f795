"""The sample architectures: the audit finds every planted fault of one, and is silent on the other."""

from pathlib import Path

import pytest

from emulator.architecture.sources import load_architecture
from emulator.audit.audit import audit
from emulator.audit.finding import Report
from emulator.configuration.settings import Settings

_FOLDER = Path(__file__).parents[2] / "examples" / "architecture"
_NOW = 1_800_000_000.0

# By logical id, what was planted there.
_PLANTED = {
    "OrdersTopic": {
        "topic-unencrypted",
        "sha1-signature",
        "open-subscribe",
        "foreign-administrator",
        "foreign-account",
    },
    "OrdersQueue": {"managed-key-with-sns", "short-visibility", "one-receive", "public-principal", "wildcard-action"},
    "DeadLetters": {"dead-letter-retention", "dead-letter-alarm", "redrive-allow"},
    "WebSubscription": {"plain-http-subscriber", "secret-in-url", "filter-never-matches"},
    "Worker": {"loop"},
    "WorkerSource": {"whole-batches"},
    "CustomersTopic": {"sensitive-to-people", "no-data-protection"},
    "PaymentsQueue": {"confused-deputy", "queue-unencrypted", "no-dead-letter-queue", "sensitive-retention"},
    "PaymentsSubscription": {"fifo-to-standard"},
}


def _audit(name: str) -> Report:
    return audit(load_architecture(str(_FOLDER / name), Settings()), _NOW)


@pytest.mark.parametrize("name", _PLANTED)
def test_audit_finds_every_planted_fault(name: str) -> None:
    found = {finding.rule for finding in _audit("faulty.yaml").findings if finding.name == name}
    assert _PLANTED[name] <= found


def test_every_finding_of_the_sample_has_its_line() -> None:
    lines = (_FOLDER / "faulty.yaml").read_text().splitlines()
    for finding in _audit("faulty.yaml").findings:
        assert finding.line is not None
        line = lines[finding.line - 1]
        assert line.strip() == f"{finding.name}:" or line.strip().startswith(("- Sid:", "- Effect:")), line


def test_audit_is_silent_on_what_follows_the_advice_of_aws() -> None:
    report = _audit("sound.yaml")
    assert (report.findings, report.suppressed) == ([], [])


def test_no_report_has_the_password() -> None:
    assert "example-password" not in str(_audit("faulty.yaml"))
