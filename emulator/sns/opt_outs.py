"""Phone numbers whose owners want no more messages.

Owners opt out by replying STOP; the account can opt a number in again, but not often.
https://docs.aws.amazon.com/sns/latest/dg/sms_manage.html
"""

from collections.abc import Iterable, Mapping
from itertools import count

from msgspec import Struct

from emulator.aws.limits import OPT_IN_INTERVAL_SECONDS
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.pages import page
from emulator.sns.phone_numbers import e164


class OptedOutNumber(Struct, frozen=True):
    phone_number: str
    serial: int  # grows in order of opting out


class OptOuts:
    """The numbers that opted out of what one account sends in one region."""

    def __init__(self) -> None:
        self._numbers: dict[str, OptedOutNumber] = {}
        self._opted_in_at: dict[str, float] = {}  # oldest first; none longer ago than OPT_IN_INTERVAL_SECONDS
        self._serials = count()

    def __contains__(self, number: str) -> bool:
        return e164(number) in self._numbers

    @property
    def numbers(self) -> list[str]:
        """In order of opting out."""
        return list(self._numbers)

    @property
    def opted_in(self) -> dict[str, float]:
        """The numbers that were opted in again of late, and when."""
        return dict(self._opted_in_at)

    def restore(self, numbers: Iterable[str], opted_in: Mapping[str, float]) -> None:
        """Go on with what was so elsewhere."""
        for number in numbers:
            self.opt_out(number)
        self._opted_in_at.update((e164(number), at) for number, at in opted_in.items())

    def opt_out(self, number: str) -> None:
        """What the owner of a number does by replying STOP."""
        key = e164(number)
        if key not in self._numbers:
            self._numbers[key] = OptedOutNumber(key, next(self._serials))

    def opt_in(self, number: str, now: float) -> None:
        """Send to a number again; InvalidParameter where it was opted in before, less than 30 days ago."""
        self._forget_opt_ins(now)
        key = e164(number)
        if key not in self._numbers:
            return
        if key in self._opted_in_at:
            raise SnsInvalidParameter.of("Cannot opt in right now, latest opt in is too recent")
        del self._numbers[key]
        self._opted_in_at[key] = now

    def listed(self, token: str | None) -> tuple[list[str], str | None]:
        """The numbers of one page, and the token of the next."""
        found, next_token = page(self._numbers.values(), token)
        return [entry.phone_number for entry in found], next_token

    def _forget_opt_ins(self, now: float) -> None:
        while self._opted_in_at and next(iter(self._opted_in_at.values())) + OPT_IN_INTERVAL_SECONDS <= now:
            del self._opted_in_at[next(iter(self._opted_in_at))]
