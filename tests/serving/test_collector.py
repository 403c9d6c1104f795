import gc
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from emulator.serving.collector import PauseLimit
from emulator.wire.http import HttpRequest, HttpResponse
from tests import boto


@pytest.fixture(autouse=True)
def nothing_frozen() -> Iterator[None]:
    """tests/conftest.py has frozen the tests, and freezes them again."""
    gc.unfreeze()
    yield
    gc.freeze()


def collection(limit: PauseLimit, generation: int = 2) -> None:
    for phase in ("start", "stop"):
        limit(phase, {"generation": generation})


def test_what_survives_a_long_full_collection_is_not_looked_at_again() -> None:
    assert gc.get_freeze_count() == 0
    collection(PauseLimit(pause_seconds=-1))
    assert gc.get_freeze_count() > 0


def test_short_collections_and_those_of_the_young_freeze_nothing() -> None:
    collection(PauseLimit(pause_seconds=60))
    collection(PauseLimit(pause_seconds=-1), generation=1)
    assert gc.get_freeze_count() == 0


def test_everything_is_looked_at_anew_once_the_heap_is_small() -> None:
    limit = PauseLimit(pause_seconds=-1, small_heap_blocks=0)
    collection(limit)
    limit._pause_seconds = 60  # noqa: SLF001 - the next ones are short
    collection(limit)
    assert gc.get_freeze_count() > 0
    limit._small_heap_blocks = 10**12  # noqa: SLF001
    collection(limit)
    assert gc.get_freeze_count() == 0


def test_messages_that_nobody_has_read_are_nothing_to_it() -> None:
    """A delivery leaves a message, its envelope and an event; a publish an entry in the trace."""
    emulator = Emulator(Settings())
    topic, queues, publishes = f"arn:aws:sns:{boto.REGION}:{boto.ACCOUNT}:t", 20, 50

    def call(action: str, **parameters: str) -> None:
        query = urlencode({"Action": action, **parameters}).encode()
        answer = emulator.gateway.answer(HttpRequest("POST", "http", "/", query, {b"host": b"localhost"}, b""))
        assert isinstance(answer, HttpResponse)
        assert answer.status == 200, answer.body

    call("CreateTopic", Name="t")
    for number in range(queues):
        call("CreateQueue", QueueName=f"q-{number}")
        endpoint = f"arn:aws:sqs:{boto.REGION}:{boto.ACCOUNT}:q-{number}"
        call("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=endpoint)

    def looked_at() -> int:
        gc.collect()
        return len(gc.get_objects())

    call("Publish", TopicArn=topic, Message="the first of all makes what is made once")
    before = looked_at()
    for number in range(publishes):
        call("Publish", TopicArn=topic, Message=f"message {number}")
    assert looked_at() - before < publishes * 2, f"{queues * publishes} messages have come"


def test_a_heap_that_takes_too_long_though_it_is_small_is_not_unfrozen_again_at_the_same_size() -> None:
    limit = PauseLimit(pause_seconds=-1, small_heap_blocks=2 * sys.getallocatedblocks())
    for pause_seconds in (-1, 60, -1, 60):  # frozen, unfrozen, frozen again because it took long; and left so
        limit._pause_seconds = pause_seconds  # noqa: SLF001
        collection(limit)
    limit._small_heap_blocks //= 2  # noqa: SLF001 - whatever was allocated meanwhile
    collection(limit)
    assert gc.get_freeze_count() > 0
