"""What SNS keeps of text messages: for each account and region settings, opt-outs, and the sandbox."""

from collections.abc import Iterable, Iterator, Mapping

from emulator.ids import Ids
from emulator.sns.opt_outs import OptOuts
from emulator.sns.sms_attributes import DEFAULTS, check_sms_attributes
from emulator.sns.sms_sandbox import Sandbox

# Why a message does not reach a number.
UNREACHABLE_NUMBER = "the number has opted out, or is not verified in the sandbox"

Place = tuple[str, str]  # account and region


class SmsAccount:
    """The text messaging of one account in one region."""

    def __init__(self, ids: Ids) -> None:
        self.opt_outs = OptOuts()
        self.sandbox = Sandbox(ids)
        self._attributes = dict(DEFAULTS)

    def set_attributes(self, attributes: Mapping[str, str]) -> None:
        """Set all of them or, where one is bad, none; InvalidParameter then."""
        check_sms_attributes(attributes)
        self._attributes |= attributes

    def attributes(self, names: Iterable[str] = ()) -> dict[str, str]:
        """Those that are set, or those of them that are named."""
        wanted = frozenset(names)
        return {name: value for name, value in self._attributes.items() if not wanted or name in wanted}

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been set or noted yet, so that it is as in an account that was never looked at."""
        opt_outs, sandbox = self.opt_outs, self.sandbox
        lists = (opt_outs.numbers, opt_outs.opted_in, sandbox.phones)
        return self._attributes == DEFAULTS and not any(lists) and not sandbox.confining

    def reaches(self, number: str) -> bool:
        """Whether a message sent now to ``number`` would get there."""
        return number not in self.opt_outs and self.sandbox.allows(number)


class Sms:
    """The text messaging of all accounts."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._accounts: dict[Place, SmsAccount] = {}

    def of(self, account: str, region: str) -> SmsAccount:
        place = (account, region)
        if place not in self._accounts:
            self._accounts[place] = self.rebuild(account)
        return self._accounts[place]

    def rebuild(self, account: str) -> SmsAccount:
        """The text messaging of an account, which has not been entered here."""
        return SmsAccount(self._ids.of(account))

    def enter(self, account: str, region: str, messaging: SmsAccount) -> None:
        """From now on ``messaging`` is that of the account in the region."""
        self._accounts[account, region] = messaging

    def __iter__(self) -> Iterator[tuple[Place, SmsAccount]]:
        return iter(self._accounts.items())

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """Forget everything, or what is in one account, one region, or both."""
        for place in list(self._accounts):
            if account in (None, place[0]) and region in (None, place[1]):
                del self._accounts[place]
