from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from office import Office
from till import Till

from emulator.testing import EmulatedAccount

pytestmark = pytest.mark.emulator(templates=["template.yaml"])


def test_waiting_till_gets_a_price_with_its_one_request(emulator: EmulatedAccount) -> None:
    till = Till("till-7")
    emulator.clock.freeze()  # the wait would never end by itself
    with ThreadPoolExecutor() as threads:
        polled = threads.submit(till.poll)
        Office("till-7").push("coffee", 310, version=1)
        assert polled.result() == 1
    assert till.prices == {"coffee": 310}
    assert till.requests == 1


def test_wait_ends_after_twenty_seconds(emulator: EmulatedAccount) -> None:
    till = Till("till-7")
    with ThreadPoolExecutor() as threads:
        polled = threads.submit(till.poll)
        while not polled.done():  # the request may come after the first move
            emulator.clock.advance(20)
            sleep(0.01)
        assert polled.result() == 0


def test_late_price_does_not_replace_a_newer_one(emulator: EmulatedAccount) -> None:
    till = Till("till-7")
    for cents, version in ((320, 2), (310, 1)):
        Office("till-7").push("coffee", cents, version)
        till.poll()
    assert till.prices == {"coffee": 320}
    assert emulator.peek("till-7") == []


def test_till_that_was_off_gets_the_prices_of_the_last_day(emulator: EmulatedAccount) -> None:
    Office("till-7").push("coffee", 310, version=1)
    emulator.clock.advance(timedelta(hours=12))
    Office("till-7").push("tea", 250, version=1)
    emulator.clock.advance(timedelta(hours=12, minutes=1))
    till = Till("till-7")
    till.poll()
    assert till.prices == {"tea": 250}
