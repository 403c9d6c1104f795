import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from purchasing import receive
from stock import Stock
from web import Web

from emulator.testing import EmulatedAccount

pytestmark = pytest.mark.emulator(templates=["template.yaml"])


@pytest.fixture
def web(emulator: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """The web shop, subscribed."""
    monkeypatch.setenv("SNS_CERTIFICATES", f"{emulator.url}/")
    with Web(0) as web:
        thread = threading.Thread(target=web.serve_forever, args=[0.01])
        thread.start()
        web.subscribe(f"http://127.0.0.1:{web.server_port}/")
        emulator.settle()
        yield web
        web.shutdown()
        thread.join()


def test_each_hears_of_what_concerns_it(emulator: EmulatedAccount, web: Web) -> None:
    stock = Stock()
    assert [stock.set("coffee", pieces) for pieces in (20, 2, 0)] == [None, "low", "sold-out"]
    emulator.settle()
    assert web.hidden == {"coffee"}
    stock.set("coffee", 50)
    emulator.settle()
    assert web.hidden == set()
    assert web.received == 2
    assert receive() == ["coffee", "coffee"]
    assert emulator.peek("purchasing") == []


def test_message_that_sns_has_not_signed_is_refused(emulator: EmulatedAccount, web: Web) -> None:
    Stock().set("coffee", 0)
    emulator.settle()
    forged = {
        "Type": "Notification",
        "MessageId": "1",
        "TopicArn": f"arn:aws:sns:{emulator.region}:{emulator.account_id}:stock-changes",
        "Message": json.dumps({"item": "tea", "event": "sold-out"}),
        "Timestamp": "2030-01-01T00:00:00.000Z",
        "SignatureVersion": "2",
        "Signature": "Zm9yZ2Vk",
        "SigningCertURL": "https://example.com/certificate.pem",
    }
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{web.server_port}/", json.dumps(forged).encode())
    refused.value.close()
    assert web.hidden == {"coffee"}


def test_change_is_delivered_again_when_the_web_shop_has_failed(
    emulator: EmulatedAccount, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.clock.freeze()
    with monkeypatch.context() as patch:
        patch.setattr(web, "take", lambda _: 503)
        Stock().set("coffee", 0)
        emulator.clock.advance(50)
    emulator.clock.advance(10)  # the third retry, 60 seconds after the first attempt
    emulator.settle()
    assert web.hidden == {"coffee"}


def test_change_that_cannot_be_delivered_is_kept(
    emulator: EmulatedAccount, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "take", lambda _: 503)
    Stock().set("coffee", 0)
    emulator.clock.advance(3600)
    assert emulator.wait_for_message("undelivered").json()["Type"] == "Notification"
