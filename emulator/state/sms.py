"""Text messaging: settings, who has opted out, and the sandbox."""

from emulator.sns.sms import Sms, SmsAccount
from emulator.sns.sms_sandbox import SandboxPhone
from emulator.state.part import Part, Placed, Time, at, check_unique


class StoredPhone(Part):
    """A phone number in the sandbox."""

    number: str
    one_time_password: str
    verified: bool = False
    passwords_sent_at: list[Time] = []
    attempted_at: Time | None = None


class StoredSms(Placed):
    """The text messaging of one account in one region; ``opted_in`` has the numbers that were of late, and when."""

    attributes: dict[str, str] = {}
    opted_out: list[str] = []
    opted_in: dict[str, Time] = {}
    confined_to_sandbox: bool = False
    phones: list[StoredPhone] = []


def stored_sms(account: str, region: str, messaging: SmsAccount) -> StoredSms:
    return StoredSms(
        account=account,
        region=region,
        attributes=messaging.attributes(),
        opted_out=messaging.opt_outs.numbers,
        opted_in=messaging.opt_outs.opted_in,
        confined_to_sandbox=messaging.sandbox.confining,
        phones=[
            StoredPhone(
                number=phone.number,
                verified=phone.verified,
                one_time_password=phone.one_time_password,
                passwords_sent_at=phone.passwords_sent_at,
                attempted_at=phone.attempted_at,
            )
            for phone in messaging.sandbox.phones
        ],
    )


def rebuilt_sms(sms: Sms, stored: StoredSms) -> SmsAccount:
    """The text messaging, not entered in ``sms``; DocumentError or a ServiceError where it cannot be."""
    messaging = sms.rebuild(stored.account)
    with at(".attributes"):
        messaging.set_attributes(stored.attributes)
    check_unique("opted out number", stored.opted_out)
    check_unique("phone number", (phone.number for phone in stored.phones))
    messaging.opt_outs.restore(stored.opted_out, stored.opted_in)
    messaging.sandbox.confining = stored.confined_to_sandbox
    for each in stored.phones:
        phone = SandboxPhone(each.number, 0)
        phone.verified, phone.one_time_password = each.verified, each.one_time_password
        phone.passwords_sent_at, phone.attempted_at = each.passwords_sent_at, each.attempted_at
        messaging.sandbox.restore(phone)
    return messaging
