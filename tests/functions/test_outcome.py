"""What answers of functions mean."""

import pytest

from emulator.functions.outcome import ANSWER_BYTES_MAX, outcome_of
from emulator.sns.delivery.answer import Answer

IDS = ["1", "2"]


@pytest.mark.parametrize(
    ("body", "failed"),
    [
        (b"", []),
        (b"null", []),
        (b"{}", []),
        (b'{"batchItemFailures":[]}', []),
        (b'{"batchItemFailures":null}', []),
        (b'{"batchItemFailures":[{"itemIdentifier":"2"}]}', ["2"]),
        (b'{"batchItemFailures":[{"itemIdentifier":"2"},{"itemIdentifier":"1"}]}', IDS),
        (b'{"batchItemFailures":[{"itemIdentifier":""}]}', IDS),
        (b'{"batchItemFailures":[{"itemIdentifier":null}]}', IDS),
        (b'{"batchItemFailures":[{"wrongName":"2"}]}', IDS),
        (b'{"batchItemFailures":[{"itemIdentifier":"unknown"}]}', IDS),
        (b'{"batchItemFailures":"2"}', IDS),
        (b'"a text"', IDS),
        (b"rubbish", IDS),
        (b"[" * 100_000, IDS),
    ],
)
def test_reported_failures(body: bytes, failed: list[str]) -> None:
    outcome = outcome_of(Answer(200, body), IDS, reports_failures=True)
    assert sorted(outcome.failed) == failed
    assert outcome.result == ("processed" if not failed else "failed" if failed == IDS else "partly_failed")


@pytest.mark.parametrize("body", [b"", b"null", b"rubbish", b'{"batchItemFailures":[{"itemIdentifier":"2"}]}', b"[[["])
def test_answer_does_not_matter_if_failures_are_not_reported(body: bytes) -> None:
    assert outcome_of(Answer(200, body), IDS, reports_failures=False).result == "processed"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(200, b'{"errorMessage":"no"}', "Unhandled"), 'Unhandled: {"errorMessage":"no"}'),
        (Answer(200, b'{"errorType":"ValueError","errorMessage":"no"}'), "ValueError: no"),
        (Answer(200, b"Task timed out after 3.00 seconds"), "Task timed out after 3.00 seconds"),
        (Answer(404, b'{"Message":"Function not found"}'), 'the function answered with 404: {"Message":"Function not'),
        (Answer(500, b""), "the function answered with 500: "),
        (Answer(200, b"x" * (ANSWER_BYTES_MAX + 1)), f"the answer exceeds {ANSWER_BYTES_MAX} bytes"),
    ],
)
@pytest.mark.parametrize("reports_failures", [False, True])
def test_function_that_fails(answer: Answer, reason: str, reports_failures: bool) -> None:
    outcome = outcome_of(answer, IDS, reports_failures=reports_failures)
    assert (outcome.result, sorted(outcome.failed)) == ("failed", IDS)
    assert outcome.answer.startswith(reason)


def test_answer_that_only_mentions_errors_is_none() -> None:
    body = b'{"found":[{"errorType":"a","errorMessage":"b"}]}'
    assert outcome_of(Answer(200, body), IDS, reports_failures=False).result == "processed"
    assert outcome_of(Answer(200, body[:-1]), IDS, reports_failures=False).result == "processed"


def test_throttled_function() -> None:
    outcome = outcome_of(Answer(429, b"too many"), IDS, reports_failures=True)
    assert (outcome.result, sorted(outcome.failed)) == ("throttled", IDS)
