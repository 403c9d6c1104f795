"""Messages on their way to queues of other accounts, where accounts may live in different processes.

Such a message is kept by the account of the topic until that of the queue has it. All that one account has for another
is a stream: it is sent in its order, one portion after the other, and each message has a number. The receiving account
keeps the number of the last message that it has taken. So nothing is lost or taken twice, whichever of them is sent
again, because an answer was lost or a process has ended.

    added ──> waiting ──> sent, again and again ──> taken or refused by the other account ──> ended
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from msgspec import Struct, field

from emulator.aws.arns import Arn
from emulator.aws.message_attribute import MessageAttribute
from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Change, Ledger
from emulator.foundation.ids import Ids
from emulator.foundation.part import Part
from emulator.sns.delivery.deliverer import Outcome, Undeliverable
from emulator.sns.delivery.queues import MessageHeader, QueueMessage

WAITING_MAX = 100_000  # messages of one stream
PORTION_MESSAGES = 100
PORTION_BYTES = 1 << 20

Purpose = Literal["notification", "dead_letter", "confirmation"]


class Transfer(Struct, frozen=True, omit_defaults=True):
    """One message for one queue."""

    number: int  # in its stream
    queue_arn: str
    subscription_arn: str
    header: MessageHeader
    body: str
    attributes: Mapping[str, MessageAttribute] = field(default_factory=dict)
    purpose: Purpose = "notification"

    def message(self) -> QueueMessage:
        return QueueMessage(self.header, self.body, self.attributes)


class Portion(Struct, frozen=True):
    """The next messages of a stream."""

    account: str  # that sends
    to: str  # the account that receives
    stream: str
    transfers: list[Transfer]


class Reply(Struct, frozen=True, omit_defaults=True):
    """The outcome of a transfer: the message's id in the queue, if that is known, or why it was refused."""

    message_id: str = ""
    refused: str | None = None


class Stream(Struct):
    """The messages of one account for another."""

    to: str  # the account that receives
    id: str  # of this stream; a new one begins after a reset or a restore
    next_number: int = 1
    waiting: dict[int, Transfer] = field(default_factory=dict)  # by number, in their order


class Taken(Struct):
    """How far an account has taken a stream."""

    account: str  # that sends
    stream: str
    number: int = 0  # of the last message that was taken or refused
    refused: dict[int, str] = field(default_factory=dict)  # of the last portion: reasons, by number


class AccountTransfers(Struct, omit_defaults=True):
    """The transfers in the state of one account."""

    streams: list[Stream] = field(default_factory=list)  # to other accounts
    taken: list[Taken] = field(default_factory=list)  # from other accounts


class TransferBegun(Change, frozen=True):
    """A message was added to a stream."""

    account: str
    to: str
    stream: str
    transfer: Transfer


class TransfersEnded(Change, frozen=True):
    """Messages left a stream: they were taken, refused or dropped."""

    account: str
    to: str
    numbers: tuple[int, ...]


class StreamSet(Change, frozen=True):
    """The stream from ``account`` to another was replaced, or (None) dropped."""

    account: str
    to: str
    stream: Stream | None


class TransfersTaken(Change, frozen=True):
    """``account`` has taken a stream up to here, or (None) forgot how far."""

    account: str
    source: str  # the account that sends
    taken: Taken | None


Send = Callable[[str, QueueMessage], Outcome]  # puts a message into a queue, which is named by its ARN


class Transfers(Part):
    """The messages on their way between accounts."""

    service = "sns"
    changes = (TransferBegun, TransfersEnded, StreamSet, TransfersTaken)
    form = AccountTransfers

    def __init__(self, ids: Ids, ledger: Ledger) -> None:
        self._ids = ids
        self._ledger = ledger
        self._streams: dict[tuple[str, str], Stream] = {}  # by the accounts that send and receive
        self._taken: dict[tuple[str, str], Taken] = {}  # likewise
        self.on_begin: Callable[[str, str], None] = _ignore  # called for each added message, with sender and receiver

    def __len__(self) -> int:
        """The number of messages that wait."""
        return sum(len(stream.waiting) for stream in self._streams.values())

    # -- The account that sends ------------------------------------------------------------

    def add(self, account: str, queue_arn: str, subscription_arn: str, message: QueueMessage, purpose: Purpose) -> bool:
        """Add a message from ``account`` to the stream to the queue's account; False if that is full."""
        to = account_of_queue(queue_arn)
        stream = self._streams.get((account, to))
        if stream is None:
            stream = self._streams[account, to] = Stream(to, self._ids.of(account).uuid())
        if len(stream.waiting) >= WAITING_MAX:
            return False
        body = message.body if isinstance(message.body, str) else message.body.render()
        transfer = Transfer(
            stream.next_number, queue_arn, subscription_arn, message.header, body, message.attributes, purpose
        )
        stream.next_number += 1
        stream.waiting[transfer.number] = transfer
        if self._ledger.kept:
            self._ledger.record(TransferBegun(account, to, stream.id, transfer))
        self.on_begin(account, to)
        return True

    def waiting(self) -> list[tuple[str, str]]:
        """Sender and receiver of each stream in which messages wait."""
        return [accounts for accounts, stream in self._streams.items() if stream.waiting]

    def under_way(self, account: str | None) -> list[tuple[str, Transfer]]:
        """Messages that wait, each with its sender: the first ones of each stream, of one sender or of all."""
        return [
            (owner, transfer)
            for (owner, _), stream in self._streams.items()
            if account in (None, owner)
            for transfer in islice(stream.waiting.values(), PORTION_MESSAGES)
        ]

    def next(self, account: str, to: str) -> Portion | None:
        """The messages to send next; None if none wait."""
        stream = self._streams.get((account, to))
        if stream is None or not stream.waiting:
            return None
        transfers, size = list[Transfer](), 0
        for transfer in islice(stream.waiting.values(), PORTION_MESSAGES):
            size += len(transfer.body)
            if transfers and size > PORTION_BYTES:
                break
            transfers.append(transfer)
        return Portion(account, to, stream.id, transfers)

    def end(self, portion: Portion) -> bool:
        """Remove a portion that was answered. False if its stream is gone, as its account was reset or moved."""
        stream = self._streams.get((portion.account, portion.to))
        if stream is None or stream.id != portion.stream:
            return False
        self._end(portion.account, stream, [each.number for each in portion.transfers if each.number in stream.waiting])
        return True

    # -- The account that receives ---------------------------------------------------------

    def take(self, portion: Portion, send: Send) -> list[Reply]:
        """Put the messages of a portion into queues by ``send``, except those taken before. Returns each outcome."""
        accounts = portion.account, portion.to
        before = self._taken.get(accounts)
        if before is None or before.stream != portion.stream:
            before = Taken(portion.account, portion.stream)
        taken = Taken(portion.account, portion.stream, before.number)
        replies = list[Reply]()
        for transfer in portion.transfers:
            if transfer.number <= before.number:
                reply = Reply(refused=before.refused.get(transfer.number))
            else:
                outcome = send(transfer.queue_arn, transfer.message())
                reply = Reply(refused=outcome.reason) if isinstance(outcome, Undeliverable) else Reply(outcome)
                taken.number = transfer.number
            if reply.refused is not None:
                taken.refused[transfer.number] = reply.refused
            replies.append(reply)
        self._taken[accounts] = taken
        if taken != before and self._ledger.kept:  # else the portion was sent again
            self._ledger.record(TransfersTaken(portion.to, portion.account, taken))
        return replies

    # -- A part of the World ---------------------------------------------------------------

    def reset(self, place: Place = EVERYWHERE) -> None:
        account, region = place
        for (owner, to), stream in [*self._streams.items()]:
            if account not in (None, owner):
                continue
            if region is None:
                self._set_stream(owner, to, None)
            else:
                self._end(owner, stream, [each.number for each in stream.waiting.values() if _region(each) == region])
        if region is None:
            for source, owner in [*self._taken]:
                if account in (None, owner):
                    self._set_taken(owner, source, None)

    def rows(self, account: str | None = None) -> dict[str, AccountTransfers]:
        """The transfers of one account, or of all, by account."""
        found: dict[str, AccountTransfers] = {}
        for owner, _ in [*self._streams, *((to, source) for source, to in self._taken)]:
            if account in (None, owner):
                found.setdefault(owner, AccountTransfers())
        for (owner, _), stream in self._streams.items():
            if owner in found:
                found[owner].streams.append(stream)
        for (_, owner), taken in self._taken.items():
            if owner in found:
                found[owner].taken.append(taken)
        return found

    def enter(self, rows: Mapping[str, AccountTransfers]) -> None:
        """Restore exported transfers. Their streams get new ids, as the old ones may have gone on since the export."""
        for owner, row in rows.items():
            for stream in row.streams:
                if self._ledger.kept:
                    stream.id = self._ids.of(owner).uuid()
                self._set_stream(owner, stream.to, stream)
                if stream.waiting:
                    self.on_begin(owner, stream.to)
            for taken in row.taken:
                self._set_taken(owner, taken.account, taken)

    def apply(self, change: Any) -> None:
        match change:
            case TransferBegun(account, to, stream_id, transfer):
                stream = self._streams.setdefault((account, to), Stream(to, stream_id))
                stream.waiting[transfer.number] = transfer
                stream.next_number = transfer.number + 1
            case TransfersEnded(account, to, numbers):
                for number in numbers:
                    del self._streams[account, to].waiting[number]
            case StreamSet(account, to, stream):
                _set(self._streams, (account, to), stream)
            case TransfersTaken(account, source, taken):
                _set(self._taken, (source, account), taken)
            case _:
                super().apply(change)

    def _set_stream(self, account: str, to: str, stream: Stream | None) -> None:
        _set(self._streams, (account, to), stream)
        if self._ledger.kept:
            self._ledger.record(StreamSet(account, to, stream))

    def _set_taken(self, account: str, source: str, taken: Taken | None) -> None:
        _set(self._taken, (source, account), taken)
        if self._ledger.kept:
            self._ledger.record(TransfersTaken(account, source, taken))

    def _end(self, account: str, stream: Stream, numbers: Sequence[int]) -> None:
        for number in numbers:
            del stream.waiting[number]
        if numbers and self._ledger.kept:
            self._ledger.record(TransfersEnded(account, stream.to, tuple(numbers)))


def account_of_queue(arn: str) -> str:
    """The account in a queue's ARN; empty if ``arn`` is not an ARN."""
    parsed = Arn.parse(arn)
    return "" if parsed is None else parsed.account


def _region(transfer: Transfer) -> str:
    arn = Arn.parse(transfer.header.topic_arn)
    return "" if arn is None else arn.region


def _set(rows: dict[tuple[str, str], Any], key: tuple[str, str], row: Any) -> None:
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row


def _ignore(_: str, __: str) -> None:
    """Nothing is sent."""
