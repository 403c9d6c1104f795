"""Every rule finds what is wrong in its one example, finds nothing in the other, and its fix mends what it found."""

import json

import pytest

from emulator.architecture.model import Source
from emulator.audit.audit import audit
from emulator.audit.code import code_of, names_in
from emulator.audit.rules.table import RULES, THEMES
from emulator.audit.view import View
from tests.audit.examples import EXAMPLES, architecture, mended

_NOW = 1_800_000_000.0


def test_every_rule_has_both_examples() -> None:
    assert EXAMPLES.keys() == RULES.keys()
    assert len(RULES) >= 40
    assert sum(map(len, THEMES.values())) == len(RULES), "an id is used twice"


@pytest.mark.parametrize("rule", RULES)
def test_rule_finds_something_in_the_one_example_and_nothing_in_the_other(rule: str) -> None:
    example = EXAMPLES[rule]
    only = [RULES[rule]]
    bad = audit(architecture(example.bad, example), _NOW, rules=only).findings
    assert {finding.rule for finding in bad} == {rule}
    assert all(finding.detail and finding.fix and finding.name and finding.line for finding in bad)
    assert audit(architecture(example.good, example), _NOW, rules=only).findings == []


@pytest.mark.parametrize("rule", RULES)
def test_fix_of_a_rule_mends_what_it_found(rule: str) -> None:
    example, template = EXAMPLES[rule], EXAMPLES[rule].bad
    for _ in range(5):  # one at a time, as two fixes may be of the same resource
        found = architecture(template, example)
        findings = list(RULES[rule].find(View(found, _NOW)))
        if not findings:
            return
        template = mended(template, findings[0].fixes, found)
    pytest.fail(f"{findings[0].detail}: {json.dumps(template)}")


@pytest.mark.parametrize("source", ["aws", "cloudformation", "terraform"])
@pytest.mark.parametrize("rule", RULES)
def test_fix_is_code_in_every_language(rule: str, source: Source) -> None:
    example = EXAMPLES[rule]
    found = architecture(example.bad, example)
    for each in RULES[rule].find(View(found, _NOW)):
        code = code_of(each.fixes, source, names_in(found))
        assert code.endswith("\n")
        if source == "aws":
            assert json.loads(code)
        if source == "terraform":
            assert code.startswith(("resource ", "# remove "))
            assert code.count("{") == code.count("}")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_says_why_and_where_aws_says_so(rule: object) -> None:
    from emulator.audit.rule import Rule

    assert isinstance(rule, Rule)
    assert rule.page.startswith("https://docs.aws.amazon.com/")
    assert rule.why.endswith(".")
    assert not rule.title.endswith(".")
