"""The outbox without a server."""

from emulator.aws.place import Place
from emulator.sns.delivery.outbox import Bounds, Outbox
from emulator.sns.outbox_entry import Entry


def entry(outbox: Outbox, body: str = "hello", *, account: str = "1", protocol: str = "sms") -> None:
    outbox.store(
        Entry(
            id=outbox.next_id(),
            at=0,
            account=account,
            region="us-east-1",
            kind="Notification",
            protocol=protocol,
            endpoint="+15550100",
            message_id="m",
            body=body,
        )
    )


def ids(outbox: Outbox, limit: int = 100, **wanted: str | None) -> list[str]:
    return [kept.id for kept in outbox.newest(limit, **wanted)]


def test_newest_entries_are_kept() -> None:
    outbox = Outbox(Bounds(entries=2))
    for _ in range(3):
        entry(outbox)
    assert ids(outbox) == ["2", "3"]


def test_characters_are_bounded_but_the_newest_entry_is_kept() -> None:
    outbox = Outbox(Bounds(characters=10))
    for body in ("x" * 5, "x" * 5, "x"):
        entry(outbox, body)
    assert ids(outbox) == ["2", "3"]
    entry(outbox, "x" * 11)
    assert ids(outbox) == ["4"]
    entry(outbox, "x" * 10)
    assert ids(outbox) == ["5"]


def test_newest_that_agree_come_last() -> None:
    outbox = Outbox()
    for protocol in ("sms", "email", "sms", "sms"):
        entry(outbox, protocol=protocol)
    assert ids(outbox, 2, protocol="sms", account=None) == ["3", "4"]
    assert ids(outbox, protocol="email", account="1") == ["2"]
    assert ids(outbox, protocol="email", account="2") == []


def test_clearing_an_account_makes_room() -> None:
    outbox = Outbox(Bounds(characters=10))
    entry(outbox, "x" * 5, account="1")
    entry(outbox, "x" * 5, account="2")
    outbox.clear(Place("1"))
    assert ids(outbox) == ["2"]
    entry(outbox, "x" * 5)
    assert ids(outbox) == ["2", "3"]
    outbox.clear()
    assert ids(outbox) == []
