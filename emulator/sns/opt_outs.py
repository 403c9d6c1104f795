"""Phone numbers that opted out of text messages.

The owner of a number opts out by replying STOP. The account can opt a number in again, once in 30 days.
https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html
"""

from collections.abc import Iterable, Mapping
from itertools import count

from msgspec import Struct

from emulator.aws.limits import OPT_IN_INTERVAL_SECONDS
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.foundation.changes import Ledger
from emulator.sns.changes import OptInsExpired, PhoneOptedIn, PhoneOptedOut, SmsChange
from emulator.sns.pages import page
from emulator.sns.phone_numbers import e164


class OptedOutNumber(Struct, frozen=True):
    phone_number: str
    serial: int  # in order of opting out


class OptOuts:
    """The numbers that opted out of one account's messages in one region."""

    def __init__(self, account: str, region: str, ledger: Ledger | None = None) -> None:
        self._account, self._region = account, region
        self._ledger = ledger or Ledger()
        self._numbers: dict[str, OptedOutNumber] = {}
        self._opted_in_at: dict[str, float] = {}  # oldest first; none older than OPT_IN_INTERVAL_SECONDS
        self._serials = count()

    @property
    def is_new(self) -> bool:
        """Whether there are no opt-outs, and none that are remembered."""
        return not self._numbers and not self._opted_in_at

    def __contains__(self, number: str) -> bool:
        return e164(number) in self._numbers

    @property
    def numbers(self) -> list[str]:
        """In order of opting out."""
        return list(self._numbers)

    @property
    def opted_in(self) -> dict[str, float]:
        """The numbers that were opted in within the last OPT_IN_INTERVAL_SECONDS, and when."""
        return dict(self._opted_in_at)

    def restore(self, numbers: Iterable[str], opted_in: Mapping[str, float]) -> None:
        """Take over recorded numbers. This is not recorded."""
        for number in numbers:
            self._add(e164(number))
        self._opted_in_at.update((e164(number), at) for number, at in opted_in.items())

    def opt_out(self, number: str) -> None:
        """Opt a number out, as its owner does by replying STOP."""
        key = e164(number)
        if key not in self._numbers:
            self._change(PhoneOptedOut(self._account, self._region, key))

    def opt_in(self, number: str, now: float) -> None:
        """Opt a number in; InvalidParameter if that was done less than 30 days ago."""
        if self._first_opt_in_expired(now):
            self._change(OptInsExpired(self._account, self._region, now))
        key = e164(number)
        if key not in self._numbers:
            return
        if key in self._opted_in_at:
            raise SnsInvalidParameter.of("Cannot opt in right now, latest opt in is too recent")
        self._change(PhoneOptedIn(self._account, self._region, key, now))

    def apply(self, change: SmsChange) -> None:
        """Apply a change: one that was just decided, or a recorded one."""
        match change:
            case PhoneOptedOut():
                self._add(change.number)
            case PhoneOptedIn():
                del self._numbers[change.number]
                self._opted_in_at[change.number] = change.at
            case OptInsExpired():
                while self._first_opt_in_expired(change.at):
                    del self._opted_in_at[next(iter(self._opted_in_at))]

    def _change(self, change: SmsChange) -> None:
        self.apply(change)
        if self._ledger.kept:
            self._ledger.record(change)

    def _add(self, number: str) -> None:
        self._numbers[number] = OptedOutNumber(number, next(self._serials))

    def _first_opt_in_expired(self, now: float) -> bool:
        return bool(self._opted_in_at) and next(iter(self._opted_in_at.values())) + OPT_IN_INTERVAL_SECONDS <= now

    def listed(self, token: str | None) -> tuple[list[str], str | None]:
        """The numbers of one page, and the token of the next page."""
        found, next_token = page(self._numbers.values(), token)
        return [entry.phone_number for entry in found], next_token
