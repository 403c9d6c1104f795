"""The sections of ``docs/`` that are made from tables in the code: ``python -m tests.reference`` writes them anew.

A section stands between a line ``<!-- made from TABLE by make reference -->`` and a line ``<!-- end -->``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from emulator.architecture.sources import load_architecture
from emulator.audit.audit import audit
from emulator.audit.formats import FORMATS
from emulator.audit.rules.table import THEMES
from emulator.configuration.option import Option
from emulator.configuration.settings import OPTIONS, Settings
from emulator.control.happenings import HAPPENINGS, Happening
from emulator.findings.search import RULES as FINDINGS
from sqs_sns_emulator import run_options
from tests.clients.matrix import table as matrix

DOCS = Path(__file__).parent.parent / "docs"

# In a help text, what is code: flags, URLs, paths, points in time, host names of AWS, and the asterisk.
_CODE = re.compile(
    r"--[a-z][a-z-]*|(?:https?|smtp)://[\w.:/-]*\w|/etc/[\w/]*\w|\d{4}-\d\d-\d\dT[\d:]+Z|sns\.[\w.-]+com|\*"
)


def options() -> Iterator[str]:
    """The table of all options, as on the command line and in the environment."""
    yield "| Flag | Variable | Default | Meaning |"
    yield "|---|---|---|---|"
    for option in OPTIONS.values():
        yield f"| `{_flag(option)}` | `{option.variable}` | {_default(option)} | {_meaning(option)} |"


def _flag(option: Option) -> str:
    flags = "`, `".join((option.flag, *option.also))
    return flags if option.metavar is None else f"{flags} {option.metavar}"


def _default(option: Option) -> str:
    if option.kind == "flag":
        return "off"
    return f"`{option.default:g}`" if isinstance(option.default, float) else _text_default(option)


def _text_default(option: Option) -> str:
    return f"`{option.default}`" if option.default else option.unset


def _meaning(option: Option) -> str:
    text = _CODE.sub(lambda code: f"`{code[0]}`", option.help)
    if option.choices:
        *others, last = (f"`{choice}`" for choice in option.choices)
        text += f" One of {', '.join(others)} and {last}."
    if option.several:
        text += " The variable separates several by spaces."
    return text if option.see is None else f"{text} See [{option.see[0]}]({option.see[1]})."


def options_of_tests() -> Iterator[str]:
    """The table of the options of a test's emulator."""
    yield "| Argument of `emulated_aws` and of the marker | Command line | Configuration file | What it does |"
    yield "|---|---|---|---|"
    yield from map(
        _row_of_tests, (run_options.REGION, run_options.ACCOUNT_ID, *run_options.CONTENTS, *run_options.SERVER)
    )
    see = "see [below](#other-processes-other-languages)"
    yield f"| `server=True` (`emulated_aws` only) | | | A server of its own, {see}. |"
    see = "see [below](#one-use-inside-another)"
    yield f"| `join=True` (`emulated_aws` only) | | | Inside another use, that one: {see}. |"
    for option in (run_options.URL, run_options.IMPORT_REGION):
        flag = f"`{option.flag}`" if option is run_options.URL else ""
        yield f"| | {flag} | `{option.ini}` | {_CODE.sub(lambda code: f'`{code[0]}`', option.help)} |"


_PLACE = {
    "region": 'region="eu-north-1"',
    "account_id": 'account_id="123456789012"',
    "templates": 'templates=["orders.yaml"]',
    "template_parameters": 'template_parameters={"Stage": "test"}',
    "terraform_plans": 'terraform_plans=["plan.json"]',
    "config": 'config="emulator.toml"` or `config={"queues": ["jobs"]}',
}


def _row_of_tests(option: run_options.Option) -> str:
    argument = _PLACE.get(option.name) or OPTIONS[option.name].in_tests
    shown = f"`{option.flag}`" if option.kind != "lines" else f"`{option.flag} {option.metavar}`, several times"
    ini = f"`{option.ini}`" if option.kind != "lines" else f"`{option.ini}`, one `{option.metavar}` a line"
    text = _CODE.sub(lambda code: f"`{code[0]}`", option.help)
    row = OPTIONS[option.name]
    if row.needs_server:
        text += " `emulated_aws` needs `server=True` for it."
    return f"| `{argument}` | {shown} | {ini} | {text} |"


def happenings() -> Iterator[str]:
    """The table of all kinds of events in the stream."""
    yield "| Kind | Fields | |"
    yield "|---|---|---|"
    yield from (f"| `{row.name}` | {_fields(row)} | {row.meaning} |" for row in HAPPENINGS.values())


def _fields(row: Happening) -> str:
    return ", ".join(f"`{field}`" for field in row.fields)


def rules() -> Iterator[str]:
    """The table of all rules of the audit."""
    yield "| Rule | Finds | STRIDE | Severity | Why |"
    yield "|---|---|---|---|---|"
    for theme, of_theme in THEMES.items():
        yield f"| **{theme}** | | | | |"
        for rule in of_theme:
            yield f"| `{rule.id}` | {rule.title} | {rule.stride} | {rule.severity} | {rule.why} [AWS]({rule.page}) |"


def sample_report() -> Iterator[str]:
    """The report of the audit's sample, with headings below that of the page."""
    sample = "examples/architecture/faulty.yaml"
    architecture = load_architecture(str(DOCS.parent / sample), Settings())
    for element in architecture.elements():
        element.origin = replace(element.origin, file=sample)
    architecture.name = sample
    report = audit(architecture, 0)
    for line in FORMATS["markdown"](report, architecture).splitlines():
        yield f"#{line}" if line.startswith("#") and not line.startswith("# remove") else line


def rules_of_findings() -> Iterator[str]:
    """The table of the rules of findings."""
    yield "| Rule | Severity | Finds | Why it matters |"
    yield "|---|---|---|---|"
    for rule in FINDINGS:
        yield f"| `{rule.id}` | {rule.severity} | {rule.title} | {_CODE.sub(lambda code: f'`{code[0]}`', rule.why)} |"


TABLES: Mapping[str, Callable[[], Iterator[str]]] = {
    "emulator/configuration/settings.py": options,
    "emulator/testing/options.py": options_of_tests,
    "emulator/control/happenings.py": happenings,
    "emulator/audit/rules": rules,
    "examples/architecture/faulty.yaml": sample_report,
    "emulator/findings": rules_of_findings,
    "tests/clients/matrix/client.py": matrix.checks,
    "tests/clients/matrix/results.json": matrix.clients,
}
PAGES = {
    "emulator/configuration/settings.py": DOCS / "configuration.md",
    "emulator/testing/options.py": DOCS / "testing.md",
    "emulator/control/happenings.py": DOCS / "observing.md",
    "emulator/audit/rules": DOCS / "audit.md",
    "examples/architecture/faulty.yaml": DOCS / "audit-report.md",
    "emulator/findings": DOCS / "findings.md",
    "tests/clients/matrix/client.py": DOCS / "clients.md",
    "tests/clients/matrix/results.json": DOCS / "clients.md",
}


def with_section(text: str, table: str) -> str:
    """The page with its section made anew; ValueError if it has no such section."""
    begin, end = f"<!-- made from {table} by make reference -->\n", "<!-- end -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no section made from {table}")
    lines = "\n".join(TABLES[table]())
    return f"{head}{begin}\n{lines}\n\n{closed}{tail}"


def main() -> None:
    for table, page in PAGES.items():
        page.write_text(with_section(page.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    main()
