"""Text messaging, from the phones' side: who opts out, who is in the sandbox, and the passwords sent to them."""

from typing import Annotated

import msgspec

from emulator.control.bodies import Account
from emulator.settings import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.sns.sms import Sms, SmsAccount

_Number = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{3,15}$")]


class SmsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose text messaging to show."""

    account: Account = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION


class SmsChange(SmsQuery, forbid_unknown_fields=True):
    """What happens to it: numbers opt out, as by replying STOP; the account enters or leaves the sandbox."""

    opt_out: list[_Number] = []
    sandbox: bool | None = None


class SandboxNumber(msgspec.Struct):
    """``one_time_password`` is what VerifySMSSandboxPhoneNumber asks for."""

    phone_number: str
    status: str
    one_time_password: str


class SmsShown(msgspec.Struct):
    sandbox: bool
    sandbox_numbers: list[SandboxNumber]
    opted_out: list[str]


def show_sms(sms: Sms, wanted: SmsQuery) -> SmsShown:
    """The text messaging of one account in one region."""
    return _shown(sms.of(wanted.account, wanted.region))


def change_sms(sms: Sms, change: SmsChange) -> SmsShown:
    """Do what ``change`` says; what is then, comes back."""
    account = sms.of(change.account, change.region)
    for number in change.opt_out:
        account.opt_outs.opt_out(number)
    if change.sandbox is not None:
        account.sandbox.confining = change.sandbox
    return _shown(account)


def _shown(account: SmsAccount) -> SmsShown:
    numbers = [SandboxNumber(phone.number, phone.status, phone.one_time_password) for phone in account.sandbox.phones]
    return SmsShown(account.sandbox.confining, numbers, account.opt_outs.numbers)
