import pytest
from crm import Crm
from shop import Shop

from emulator.testing import EmulatedAccount

pytestmark = pytest.mark.emulator(templates=["template.yaml"])


def test_shop_takes_orders_while_the_crm_is_down(emulator: EmulatedAccount) -> None:
    shop = Shop()
    shop.place_order(1, "coffee")
    shop.place_order(2, "tea")
    crm = Crm()
    crm.receive()
    assert crm.orders == {1: "coffee", 2: "tea"}
    assert emulator.peek("crm-orders") == []


def test_order_comes_again_when_the_crm_stops_before_it_deletes_it(
    emulator: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_crm: Crm, _body: str) -> None:
        raise KeyboardInterrupt

    Shop().place_order(1, "coffee")
    with monkeypatch.context() as patch:
        patch.setattr(Crm, "record", stop)
        with pytest.raises(KeyboardInterrupt):
            Crm().receive()
    assert emulator.peek("crm-orders")[0].state == "in_flight"

    emulator.clock.advance(60)
    crm = Crm()
    crm.receive()
    assert crm.orders == {1: "coffee"}
    assert emulator.peek("crm-orders") == []


def test_what_is_not_an_order_goes_to_the_dead_letter_queue(emulator: EmulatedAccount) -> None:
    emulator.sqs.send_message(QueueUrl="crm-orders", MessageBody="not an order")
    for _ in range(5):
        Crm().receive()
        emulator.clock.advance(60)
    Shop().place_order(1, "coffee")
    crm = Crm()
    crm.receive()
    assert crm.orders == {1: "coffee"}
    assert [message.body for message in emulator.peek("crm-dead-letters")] == ["not an order"]
