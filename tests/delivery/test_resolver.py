"""Looking up the names of endpoints."""

import asyncio
import socket
from threading import Event
from typing import Any

import pytest

from emulator.sns.delivery.answer import NoAnswer
from emulator.sns.delivery.resolver import Resolver
from tests import patience
from tests.delivery.test_misbehavior import in_event_loop

RESOLVE = "emulator.sns.delivery.resolver.socket.getaddrinfo"


def info(*addresses: str) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "fe80::1%1"])
@in_event_loop
async def test_address_needs_no_lookup(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(RESOLVE)
    assert await Resolver().resolve(address) == (address,)


@in_event_loop
async def test_name_is_looked_up_once_for_all_who_ask_and_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return info("192.0.2.1", "192.0.2.1", "192.0.2.2")

    monkeypatch.setattr(RESOLVE, look_up)
    resolver = Resolver()
    found = await asyncio.gather(*(resolver.resolve("host.test") for _ in range(10)))
    assert set(found) == {("192.0.2.1", "192.0.2.2")}
    assert await resolver.resolve("host.test") == ("192.0.2.1", "192.0.2.2")
    assert asked == ["host.test"]


@in_event_loop
async def test_name_server_that_hangs_delays_only_its_own_names(monkeypatch: pytest.MonkeyPatch) -> None:
    released = Event()

    def look_up(host: str, *_: object, **__: object) -> list[Any]:
        if host != "quick.test":
            released.wait(patience.SECONDS)
        return info("192.0.2.1")

    monkeypatch.setattr(RESOLVE, look_up)
    resolver = Resolver()
    waiting = [asyncio.ensure_future(resolver.resolve(f"{number}.test")) for number in range(40)]
    await asyncio.sleep(0)
    assert await resolver.resolve("quick.test") == ("192.0.2.1",)
    assert not any(lookup.done() for lookup in waiting)
    waiting[0].cancel()
    released.set()
    assert await asyncio.gather(*waiting[1:]) == [("192.0.2.1",)] * 39


@in_event_loop
async def test_name_that_does_not_exist_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(RESOLVE, look_up)
    with pytest.raises(NoAnswer) as failed:
        await Resolver().resolve("nowhere.test")
    assert failed.value.reason == "the host nowhere.test cannot be resolved: Name or service not known"
