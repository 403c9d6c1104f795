"""What an audit finds, as it is reported."""

from msgspec import Struct

from emulator.audit.rule import SEVERITIES, Severity, Stride


class Finding(Struct, frozen=True, omit_defaults=True):
    """A threat in an architecture. ``fix`` is code in the language of the source.

    ``file`` and ``line`` are where it is written, ``name`` is the logical id or address there. ``suppressed`` is the
    reason for which it is accepted.
    """

    rule: str
    title: str
    stride: Stride
    severity: Severity
    resource: str  # ARN, or topic, protocol and endpoint
    shown: str  # the name of the resource, for people
    detail: str
    why: str
    page: str
    fix: str
    language: str  # of the fix: json, yaml or hcl
    file: str = ""
    line: int | None = None
    name: str = ""
    suppressed: str | None = None

    @property
    def place(self) -> str:
        """Where to look, for people."""
        if self.file:
            return self.file if self.line is None else f"{self.file}:{self.line}"
        return ""


class Report(Struct, frozen=True):
    """The findings of one audit, the worst first, and how many rules were tried."""

    source: str
    name: str
    rules: int
    findings: list[Finding]
    suppressed: list[Finding]
    notices: list[str] = []

    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        return {each: sum(finding.severity == each for finding in self.findings) for each in SEVERITIES}

    def fails(self, severity: Severity) -> bool:
        """Whether a finding is at least so severe."""
        return any(SEVERITIES.index(each.severity) <= SEVERITIES.index(severity) for each in self.findings)
