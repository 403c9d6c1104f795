"""The text messaging of each account and region: settings, opt-outs, and the sandbox."""

from collections.abc import Iterable, Iterator, Mapping

from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.sns.changes import (
    OptInsExpired,
    PhoneOptedIn,
    PhoneOptedOut,
    SandboxEntered,
    SandboxPhoneChanged,
    SandboxPhoneDeleted,
    SmsAttributesSet,
    SmsChange,
    SmsEntered,
)
from emulator.sns.opt_outs import OptOuts
from emulator.sns.sms_attributes import DEFAULTS, check_sms_attributes, with_sms_attributes
from emulator.sns.sms_sandbox import Sandbox

# Why a message is not sent to a number.
UNREACHABLE_NUMBER = "the number has opted out, or is not verified in the sandbox"


class SmsAccount:
    """The text messaging of one account in one region."""

    def __init__(self, account: str, region: str, ids: Ids, ledger: Ledger | None = None) -> None:
        self._account, self._region = account, region
        self._ledger = ledger = ledger or Ledger()
        self.opt_outs = OptOuts(account, region, ledger)
        self.sandbox = Sandbox(account, region, ids, ledger)
        self._attributes = dict(DEFAULTS)

    @property
    def is_new(self) -> bool:
        """Whether everything is as it is for an account that never changed its text messaging."""
        return self._attributes == DEFAULTS and self.opt_outs.is_new and self.sandbox.is_new

    def set_attributes(self, attributes: Mapping[str, str]) -> None:
        """Set all the attributes; InvalidParameter, and nothing set, if one is invalid."""
        check_sms_attributes(attributes)
        changed = with_sms_attributes(self._attributes, attributes)
        if changed != self._attributes:
            self._attributes = changed
            if self._ledger.kept:
                self._ledger.record(SmsAttributesSet(self._account, self._region, dict(attributes)))

    def attributes(self, names: Iterable[str] = ()) -> dict[str, str]:
        """The attributes that are set, or those of them that are in ``names``."""
        wanted = frozenset(names)
        return {name: value for name, value in self._attributes.items() if not wanted or name in wanted}

    def reaches(self, number: str) -> bool:
        """Whether a message sent to ``number`` now would arrive."""
        return number not in self.opt_outs and self.sandbox.allows(number)

    def whole(self) -> SmsEntered:
        """The text messaging in full, for a change or a state document."""
        return SmsEntered(
            self._account,
            self._region,
            attributes=dict(self._attributes),
            opted_out=self.opt_outs.numbers,
            opted_in=self.opt_outs.opted_in,
            confining=self.sandbox.confining,
            phones=[phone.stored() for phone in self.sandbox.phones],
        )

    def restore(self, whole: SmsEntered) -> None:
        """Take over recorded text messaging; InvalidParameter if it is invalid. Only while this is new."""
        check_sms_attributes(whole.attributes)
        self._attributes = with_sms_attributes(self._attributes, whole.attributes)
        self.opt_outs.restore(whole.opted_out, whole.opted_in)
        self.sandbox.restore(whole.phones, confining=whole.confining)

    def apply(self, change: SmsChange) -> None:
        """Apply a recorded change."""
        match change:
            case SmsEntered():
                self.restore(change)
            case SmsAttributesSet():
                self._attributes = with_sms_attributes(self._attributes, change.attributes)
            case PhoneOptedOut() | PhoneOptedIn() | OptInsExpired():
                self.opt_outs.apply(change)
            case SandboxEntered() | SandboxPhoneChanged() | SandboxPhoneDeleted():
                self.sandbox.apply(change)


class Sms:
    """The text messaging of all accounts."""

    def __init__(self, ids: Ids, ledger: Ledger | None = None) -> None:
        self._ids = ids
        self._ledger = ledger or Ledger()
        self._accounts: dict[tuple[str, str], SmsAccount] = {}  # by account and region

    def of(self, account: str, region: str) -> SmsAccount:
        place = (account, region)
        if place not in self._accounts:
            self._accounts[place] = self._new(account, region)
        return self._accounts[place]

    def rebuild(self, whole: SmsEntered) -> SmsAccount:
        """The text messaging from a state document. It is not entered here yet."""
        messaging = self._new(whole.account, whole.region)
        messaging.restore(whole)
        return messaging

    def enter(self, messaging: SmsAccount) -> None:
        """Enter the text messaging of an account in a region that had none."""
        whole = messaging.whole()
        self._accounts[whole.account, whole.region] = messaging
        if self._ledger.kept and not messaging.is_new:
            self._ledger.record(whole)

    def __iter__(self) -> Iterator[tuple[tuple[str, str], SmsAccount]]:
        """Sorted by account and region; only those that were changed."""
        return ((place, messaging) for place, messaging in sorted(self._accounts.items()) if not messaging.is_new)

    def apply(self, change: SmsChange) -> None:
        """Apply a recorded change."""
        self.of(change.account, change.region).apply(change)

    def reset(self, place: Place = EVERYWHERE) -> bool:
        """Drop the text messaging of a place. Whether there was any. The reset of all of SNS is recorded, not this."""
        dropped = [key for key in self._accounts if place.covers(*key)]
        changed = any(not self._accounts[key].is_new for key in dropped)
        for key in dropped:
            del self._accounts[key]
        return changed

    def _new(self, account: str, region: str) -> SmsAccount:
        return SmsAccount(account, region, self._ids.of(account), self._ledger)
