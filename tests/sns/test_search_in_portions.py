"""Texts are searched for sensitive data in portions, with the results of a search of the whole text."""

import asyncio
import json
import re
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.sns.data_protection import detectors
from emulator.sns.data_protection.detectors import Detector, SearchedText, Span
from emulator.sns.data_protection.identifiers import DETECTORS
from emulator.testing.in_process import Answer, Request, call
from emulator.timing.turns import at_once
from tests.examples import examples
from tests.query_client import ACCOUNT, QueryClient
from tests.turns import counted

ALL = [detector for several in DETECTORS.values() for detector in several]
WORDS = [
    *("4012888888881881", "4012 8888 8888 1881", "12345", "123", "123-45-6789", "a@b.cd", "10.0.0.1", "fe80::1", "::"),
    *("DE44 5001 0517 5407 3249 31", "GB82WEST12345698765432", "212-555-0123", "+1 206 555 0100", "12/27", "K1A 0B1"),
    *("1M8GDM9AXKP042788", "52.5, 13.4", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "-----BEGIN PRIVATE KEY-----"),
    *("-----END PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----", "----"),
    *(
        "PuTTY-User-Key-File-2: ",
        "Private-MAC: ",
        "0" * 40,
        "P",
        "iban",
        "card number",
        "cvv",
        "zip code",
        "ssn",
        "vin",
    ),
    *("ssn", "expiry", "phone", "location", "secret key", " ", " ", "\n", ".", "-", "x", "A", ",", "é", "K"),
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)


def whole(pattern: str, text: str, flags: int = 0) -> list[Span]:
    return [match.span() for match in re.finditer(pattern, text, flags)]


def plain(detector: Detector, text: str) -> list[Span]:
    """What the detector finds in a search of the whole text."""
    distance = detectors.KEYWORD_DISTANCE
    words = None if detector.keywords is None else whole(detector.keywords, text, re.IGNORECASE)
    return [
        (start, end)
        for start, end in whole(detector.pattern, text)
        if (words is None or any(first <= end + distance and last + distance >= start for first, last in words))
        and detector.holds(text[start:end])
    ]


@settings(max_examples=examples(200))
@given(text=TEXTS)
def test_portions_find_what_a_search_of_the_whole_text_finds(text: str) -> None:
    patch = pytest.MonkeyPatch()
    patch.setattr(detectors, "SEARCHED_AT_ONCE", 7)
    for detector in ALL:
        assert at_once(detector.searching(SearchedText(text))) == plain(detector, text), detector.pattern
    patch.undo()


@pytest.mark.parametrize("detector", [detector for detector in ALL if detector.reach is not None])
def test_patterns_reach_as_far_as_they_say(detector: Detector) -> None:
    """What a pattern matches, and what it looks at behind that, ends before its reach, for all texts."""
    parse = vars(re)["_parser"].parse
    assert detector.reach is not None
    assert parse(detector.pattern).getwidth()[1] + 10 < detector.reach
    assert detector.keywords is None or parse(detector.keywords).getwidth()[1] < detectors.REACH


def protected(direction: str, operation: object) -> Emulator:
    """With a topic whose policy is about all identifiers, and a queue that gets its messages."""
    emulator = Emulator(Settings(clock_at=1_700_000_000.0))
    client = QueryClient(emulator)
    policy = {
        "Name": "all",
        "Version": "2021-06-01",
        "Statement": [
            {
                "DataDirection": direction,
                "Principal": ["*"],
                "DataIdentifier": [f"arn:aws:dataprotection::aws:data-identifier/{name}" for name in DETECTORS],
                "Operation": operation,
            }
        ],
    }
    client.call("CreateTopic", Name="sales", DataProtectionPolicy=json.dumps(policy))
    client.call("CreateQueue", QueueName="queue")
    client.subscribe(f"arn:aws:sqs:us-east-1:{ACCOUNT}:queue", RawMessageDelivery="true")
    return emulator


def published(emulator: Emulator, action: str = "Publish", **form: str) -> tuple[Answer, int]:
    scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/sns/aws4_request"
    headers = (("content-type", "application/x-www-form-urlencoded"), ("authorization", scope))
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:sales"
    body = urlencode({"Action": action, "TopicArn": topic} | form).encode()
    return asyncio.run(counted(call(emulator, Request("POST", "http://localhost/", headers, body))))


LONG = "mail a@b.cd and text " * 5_000
MASK = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}


@pytest.mark.parametrize("direction", ["Inbound", "Outbound"])
def test_long_message_is_searched_in_turns(direction: str) -> None:
    emulator = protected(direction, MASK)
    answer, turns = published(emulator, Message=LONG)
    assert answer.status == 200
    assert turns > 10 * len(LONG) / detectors.SEARCHED_AT_ONCE
    (message,) = emulator.world.sqs.queues.get(ACCOUNT, "us-east-1", "queue")
    assert message.content.body == LONG.replace("a@b.cd", "######")


def test_long_messages_of_a_batch_are_searched_in_turns() -> None:
    emulator = protected("Inbound", {"Deny": {}})
    entries = {
        f"PublishBatchRequestEntries.member.{number}.{name}": value
        for number, text in enumerate((LONG, "short"), 1)
        for name, value in (("Id", str(number)), ("Message", text))
    }
    answer, turns = published(emulator, "PublishBatch", **entries)
    assert answer.body.count(b"AuthorizationError") == 1
    assert turns > 10 * len(LONG) / detectors.SEARCHED_AT_ONCE
    (message,) = emulator.world.sqs.queues.get(ACCOUNT, "us-east-1", "queue")
    assert message.content.body == "short"


def test_long_message_that_is_refused_is_refused() -> None:
    emulator = protected("Inbound", MASK)
    answer, _ = published(emulator, Message=LONG, MessageStructure="json")
    assert answer.status == 400
