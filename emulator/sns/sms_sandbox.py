"""The SMS sandbox: in it, an account can send only to phone numbers that it has verified.

CreateSMSSandboxPhoneNumber ──> Pending ──VerifySMSSandboxPhoneNumber──> Verified
                                   └──────DeleteSMSSandboxPhoneNumber──────┘──> gone

https://docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html
"""

from collections.abc import Iterable
from itertools import count
from typing import Literal

from emulator.aws.limits import (
    SANDBOX_PASSWORD_DIGITS,
    SANDBOX_PASSWORD_SECONDS,
    SANDBOX_PASSWORDS_MAX,
    SANDBOX_PHONE_KEPT_SECONDS,
    SANDBOX_PHONES_MAX,
)
from emulator.aws.sns_errors import SnsResourceNotFound, SnsUserError, SnsVerification
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.sns.changes import (
    SandboxEntered,
    SandboxPhoneChanged,
    SandboxPhoneDeleted,
    SmsChange,
    StoredSandboxPhone,
)
from emulator.sns.phone_numbers import e164


class SandboxPhone:
    """A number of the sandbox, verified or not. ``one_time_password`` is what its owner would read on the phone."""

    __slots__ = ("attempted_at", "number", "one_time_password", "passwords_sent_at", "serial", "verified")

    def __init__(self, stored: StoredSandboxPhone, serial: int) -> None:
        self.number = stored.number
        self.serial = serial  # in order of creation
        self.verified = stored.verified
        self.one_time_password = stored.one_time_password
        self.attempted_at = stored.attempted_at  # when the last try to verify it was made
        self.passwords_sent_at = list(stored.passwords_sent_at)

    def stored(self) -> StoredSandboxPhone:
        """The phone in full, for a change or a state document."""
        return StoredSandboxPhone(
            number=self.number,
            one_time_password=self.one_time_password,
            verified=self.verified,
            passwords_sent_at=self.passwords_sent_at,
            attempted_at=self.attempted_at,
        )

    @property
    def status(self) -> Literal["Pending", "Verified"]:
        return "Verified" if self.verified else "Pending"

    def send_password(self, password: str, now: float) -> None:
        """Make ``password`` the current one; UserError if the number got too many recently."""
        recent = [sent_at for sent_at in self.passwords_sent_at if sent_at + SANDBOX_PASSWORD_SECONDS > now]
        if len(recent) >= SANDBOX_PASSWORDS_MAX:
            raise SnsUserError(f"A phone number can get {SANDBOX_PASSWORDS_MAX} one-time passwords within 24 hours")
        self.passwords_sent_at = [*recent, now]
        self.one_time_password = password

    def try_to_verify(self, one_time_password: str, now: float) -> bool:
        """Verify the number if this is its current password. Whether the number is verified now."""
        self.attempted_at = now
        if one_time_password == self.one_time_password:
            self.verified = True
            return True
        return False


class Sandbox:
    """The sandbox of one account in one region. ``confining`` says whether the account is in the sandbox."""

    def __init__(self, account: str, region: str, ids: Ids, ledger: Ledger | None = None) -> None:
        self._account, self._region = account, region
        self.confining = False
        self._ids = ids
        self._ledger = ledger or Ledger()
        self._phones: dict[str, SandboxPhone] = {}
        self._serials = count()

    @property
    def is_new(self) -> bool:
        """Whether the account has neither entered the sandbox nor registered a number."""
        return not self.confining and not self._phones

    @property
    def phones(self) -> Iterable[SandboxPhone]:
        """In order of creation."""
        return self._phones.values()

    def restore(self, phones: Iterable[StoredSandboxPhone], *, confining: bool) -> None:
        """Take over recorded phones. This is not recorded."""
        self.confining = confining
        for phone in phones:
            self._keep(phone)

    def confine(self, confining: bool) -> None:
        """Put the account into the sandbox, or take it out."""
        if confining != self.confining:
            self._change(SandboxEntered(self._account, self._region, confining))

    def find(self, number: str) -> SandboxPhone:
        """The phone of this number; ResourceNotFound if there is none."""
        phone = self._phones.get(e164(number))
        if phone is None:
            raise SnsResourceNotFound("Phone number does not exist in the SMS sandbox")
        return phone

    def add(self, number: str, now: float) -> None:
        """Send a one-time password to a new number, or another one to a number that is still pending."""
        phone = self._phones.get(e164(number))
        if phone is None:
            if len(self._phones) >= SANDBOX_PHONES_MAX:
                raise SnsUserError(f"The SMS sandbox can have at most {SANDBOX_PHONES_MAX} phone numbers")
            phone = self._keep(StoredSandboxPhone(number, ""))
        if not phone.verified:
            phone.send_password(_password(self._ids), now)
            self._record(phone)

    def verify(self, number: str, one_time_password: str, now: float) -> None:
        """Mark a number as verified; VerificationException if this is not its current password."""
        phone = self.find(number)
        before = phone.stored()
        verified = phone.try_to_verify(one_time_password, now)
        if phone.stored() != before:
            self._record(phone)
        if not verified:
            raise SnsVerification("The one-time password is invalid")

    def delete(self, number: str, now: float) -> None:
        phone = self.find(number)
        if phone.attempted_at is not None and now < phone.attempted_at + SANDBOX_PHONE_KEPT_SECONDS:
            raise SnsUserError("A phone number can be deleted 24 hours after the last attempt to verify it")
        self._change(SandboxPhoneDeleted(self._account, self._region, e164(number)))

    def allows(self, number: str) -> bool:
        """Whether the account can send to ``number``."""
        phone = self._phones.get(e164(number))
        return not self.confining or (phone is not None and phone.verified)

    def apply(self, change: SmsChange) -> None:
        """Apply a change: one that was just decided, or a recorded one."""
        match change:
            case SandboxEntered():
                self.confining = change.confining
            case SandboxPhoneChanged():
                self._keep(change.phone)
            case SandboxPhoneDeleted():
                del self._phones[change.number]

    def _change(self, change: SmsChange) -> None:
        self.apply(change)
        if self._ledger.kept:
            self._ledger.record(change)

    def _record(self, phone: SandboxPhone) -> None:
        if self._ledger.kept:
            self._ledger.record(SandboxPhoneChanged(self._account, self._region, phone.stored()))

    def _keep(self, stored: StoredSandboxPhone) -> SandboxPhone:
        """Store a phone, in its position if it is known, else as the newest."""
        key = e164(stored.number)
        known = self._phones.get(key)
        phone = SandboxPhone(stored, next(self._serials) if known is None else known.serial)
        self._phones[key] = phone
        return phone


def _password(ids: Ids) -> str:
    return f"{int.from_bytes(ids.random_bytes(8), 'big') % 10**SANDBOX_PASSWORD_DIGITS:0{SANDBOX_PASSWORD_DIGITS}}"
