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
from emulator.ids import Ids
from emulator.sns.phone_numbers import e164


class SandboxPhone:
    """A number that is to be verified, or is; ``one_time_password`` is what its owner would read on the phone."""

    __slots__ = ("attempted_at", "number", "one_time_password", "passwords_sent_at", "serial", "verified")

    def __init__(self, number: str, serial: int) -> None:
        self.number = number
        self.serial = serial  # grows in order of creation
        self.verified = False
        self.one_time_password = ""
        self.attempted_at: float | None = None  # when somebody last tried to verify it
        self.passwords_sent_at: list[float] = []

    @property
    def status(self) -> Literal["Pending", "Verified"]:
        return "Verified" if self.verified else "Pending"

    def send_password(self, password: str, now: float) -> None:
        """Make ``password`` the one that counts; UserError where the number got too many of late."""
        recent = [sent_at for sent_at in self.passwords_sent_at if sent_at + SANDBOX_PASSWORD_SECONDS > now]
        if len(recent) >= SANDBOX_PASSWORDS_MAX:
            raise SnsUserError(f"A phone number can get {SANDBOX_PASSWORDS_MAX} one-time passwords within 24 hours")
        self.passwords_sent_at = [*recent, now]
        self.one_time_password = password


class Sandbox:
    """The sandbox of one account in one region. ``confining`` says whether the account is confined to it."""

    def __init__(self, ids: Ids) -> None:
        self.confining = False
        self._ids = ids
        self._phones: dict[str, SandboxPhone] = {}
        self._serials = count()

    @property
    def phones(self) -> Iterable[SandboxPhone]:
        """In order of creation."""
        return self._phones.values()

    def restore(self, phone: SandboxPhone) -> None:
        """Go on with a phone as there was one elsewhere, as the newest."""
        phone.serial = next(self._serials)
        self._phones[e164(phone.number)] = phone

    def find(self, number: str) -> SandboxPhone:
        """The phone of this number; ResourceNotFound if none."""
        phone = self._phones.get(e164(number))
        if phone is None:
            raise SnsResourceNotFound("Phone number does not exist in the SMS sandbox")
        return phone

    def add(self, number: str, now: float) -> None:
        """Send a one-time password to a new number, or a new one to a number that is still pending."""
        phone = self._phones.get(e164(number))
        if phone is None:
            if len(self._phones) >= SANDBOX_PHONES_MAX:
                raise SnsUserError(f"The SMS sandbox can have at most {SANDBOX_PHONES_MAX} phone numbers")
            phone = self._phones[e164(number)] = SandboxPhone(number, next(self._serials))
        if not phone.verified:
            phone.send_password(_password(self._ids), now)

    def verify(self, number: str, one_time_password: str, now: float) -> None:
        """Mark a number as verified; VerificationException for any other than its latest password."""
        phone = self.find(number)
        phone.attempted_at = now
        if one_time_password != phone.one_time_password:
            raise SnsVerification("The one-time password is invalid")
        phone.verified = True

    def delete(self, number: str, now: float) -> None:
        phone = self.find(number)
        if phone.attempted_at is not None and now < phone.attempted_at + SANDBOX_PHONE_KEPT_SECONDS:
            raise SnsUserError("A phone number can be deleted 24 hours after the last attempt to verify it")
        del self._phones[e164(number)]

    def allows(self, number: str) -> bool:
        """Whether the account can send to ``number``."""
        phone = self._phones.get(e164(number))
        return not self.confining or (phone is not None and phone.verified)


def _password(ids: Ids) -> str:
    return f"{int.from_bytes(ids.random_bytes(8), 'big') % 10**SANDBOX_PASSWORD_DIGITS:0{SANDBOX_PASSWORD_DIGITS}}"
