"""Outcomes as a table for people, as JSON, and as JUnit XML."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from emulator.conformance.runner import Outcome
from emulator.foundation.wording import count

# XML 1.0 allows no control characters, but a difference may contain what an endpoint sent.
_UNPRINTABLE = {code: "�" for code in range(32) if chr(code) not in "\t\n\r"}


def table(outcomes: Sequence[Outcome]) -> str:
    """The score of each operation, followed by every difference."""
    rows = [("operation", "passed", "of"), *_scores(outcomes)]
    passed = sum(outcome.verdict == "passed" for outcome in outcomes)
    rows.append(("all", str(passed), str(len(outcomes))))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f"{name:<{widths[0]}}  {ok:>{widths[1]}}  {of:>{widths[2]}}" for name, ok, of in rows]
    for outcome in outcomes:
        if outcome.verdict == "failed":
            lines += ["", f"{outcome.case.id} ({outcome.protocol}, {outcome.case.certainty})"]
            lines += [f"  {outcome.case.sentence}", *(f"  {line}" for line in outcome.difference.splitlines())]
            lines.append(f"  {outcome.case.source}")
    lines += _left(outcomes)
    share = 100 * passed / len(outcomes) if outcomes else 0
    return "\n".join([*lines, "", f"{passed} of {count(len(outcomes), 'case')} as on AWS: {share:.1f} %"])


def _scores(outcomes: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in outcomes:
        name = f"{outcome.case.service}/{outcome.case.operation}"
        total[name] += 1
        passed[name] += outcome.verdict == "passed"
    return [(name, str(passed[name]), str(total[name])) for name in sorted(total)]


def _left(outcomes: Sequence[Outcome]) -> list[str]:
    left = [line for outcome in outcomes for line in outcome.left]
    return ["", "Could not be removed:", *(f"  {line}" for line in left)] if left else []


def as_json(outcomes: Sequence[Outcome]) -> str:
    passed = sum(outcome.verdict == "passed" for outcome in outcomes)
    document = {
        "passed": passed,
        "failed": len(outcomes) - passed,
        "cases": [
            {
                "id": outcome.case.id,
                "sentence": outcome.case.sentence,
                "source": outcome.case.source,
                "certainty": outcome.case.certainty,
                "protocol": outcome.protocol,
                "verdict": outcome.verdict,
                "difference": outcome.difference or None,
                "seconds": round(outcome.seconds, 4),
                "not_removed": outcome.left,
            }
            for outcome in outcomes
        ],
    }
    return json.dumps(document, indent=2)


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """https://github.com/testmoapp/junitxml"""
    suites = Element("testsuites", name="SQS and SNS conformance")
    for protocol in sorted({outcome.protocol for outcome in outcomes}):
        chosen = [outcome for outcome in outcomes if outcome.protocol == protocol]
        failures = sum(outcome.verdict == "failed" for outcome in chosen)
        suite = SubElement(suites, "testsuite", name=protocol, tests=str(len(chosen)), failures=str(failures))
        for outcome in chosen:
            service, operation, name = outcome.case.id.split("/")
            row = SubElement(
                suite, "testcase", classname=f"{service}.{operation}", name=name, time=f"{outcome.seconds:.4f}"
            )
            if outcome.verdict == "failed":
                message = outcome.difference.translate(_UNPRINTABLE)
                failure = SubElement(row, "failure", message=message.splitlines()[0])
                failure.text = f"{outcome.case.sentence}\n{message}\n{outcome.case.source}"
    return tostring(suites, encoding="unicode", xml_declaration=True)


FORMATS: dict[str, Callable[[Sequence[Outcome]], str]] = {"table": table, "json": as_json, "junit": as_junit}
