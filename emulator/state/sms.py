"""Text messaging in a state document: settings, opt-outs, and the sandbox."""

from msgspec.structs import asdict

from emulator.sns.changes import SmsEntered, StoredSandboxPhone
from emulator.sns.sms import Sms, SmsAccount
from emulator.sns.sms_attributes import check_sms_attributes
from emulator.state.part import Part, Placed, Time, at, check_unique


class StoredPhone(Part, kw_only=True):
    """A phone number in the sandbox."""

    number: str
    one_time_password: str = ""
    verified: bool = False
    passwords_sent_at: list[Time] = []
    attempted_at: Time | None = None


class StoredSms(Placed):
    """The text messaging of one account in one region. ``opted_in`` has the recently opted-in numbers, and when."""

    attributes: dict[str, str] = {}
    opted_out: list[str] = []
    opted_in: dict[str, Time] = {}
    confined_to_sandbox: bool = False
    phones: list[StoredPhone] = []


def stored_sms(messaging: SmsAccount) -> StoredSms:
    whole = messaging.whole()
    return StoredSms(
        account=whole.account,
        region=whole.region,
        attributes=whole.attributes,
        opted_out=whole.opted_out,
        opted_in=whole.opted_in,
        confined_to_sandbox=whole.confining,
        phones=[StoredPhone(**asdict(phone)) for phone in whole.phones],
    )


def rebuilt_sms(sms: Sms, stored: StoredSms) -> SmsAccount:
    """The text messaging, not entered in ``sms`` yet. Raises DocumentError or a ServiceError if it is invalid."""
    with at(".attributes"):
        check_sms_attributes(stored.attributes)
    check_unique("opted out number", stored.opted_out)
    check_unique("phone number", (phone.number for phone in stored.phones))
    return sms.rebuild(
        SmsEntered(
            stored.account,
            stored.region,
            attributes=stored.attributes,
            opted_out=stored.opted_out,
            opted_in=stored.opted_in,
            confining=stored.confined_to_sandbox,
            phones=[StoredSandboxPhone(**asdict(phone)) for phone in stored.phones],
        )
    )
