"""Routes for text messaging from the phones' side: opt-outs, the sandbox, and the passwords sent to numbers."""

from typing import Annotated

import msgspec

from emulator.configuration.values import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.control.parameters import Account
from emulator.sns.sms import SmsAccount
from emulator.world.world import World

_Number = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]([-./ ]?[0-9]){2,14}\Z")]


class SmsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whose text messaging to show."""

    account: Account = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION


class SmsChange(SmsQuery, forbid_unknown_fields=True):
    """How to change it: numbers opt out, as by replying STOP; the account enters or leaves the sandbox."""

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


def show_sms(world: World, query: SmsQuery) -> SmsShown:
    """The text messaging of one account in one region."""
    return _shown(world.sns.sms.of(query.account, query.region))


def change_sms(world: World, body: SmsChange) -> SmsShown:
    """Opt numbers out, or put the account into the SMS sandbox or take it out; returns the result."""
    account = world.sns.sms.of(body.account, body.region)
    for number in body.opt_out:
        account.opt_outs.opt_out(number)
    if body.sandbox is not None:
        account.sandbox.confine(body.sandbox)
    return _shown(account)


def _shown(account: SmsAccount) -> SmsShown:
    numbers = [SandboxNumber(phone.number, phone.status, phone.one_time_password) for phone in account.sandbox.phones]
    return SmsShown(account.sandbox.confining, numbers, account.opt_outs.numbers)
