"""Admits only calls with a valid signature, and those that AWS takes without one."""

from collections import ChainMap
from collections.abc import Callable

from emulator.admission.admission import Admission
from emulator.admission.browsers import LINKED_ACTIONS
from emulator.authentication.credentials import Credential
from emulator.authentication.verification import Verifier
from emulator.configuration.settings import Settings
from emulator.wire.call import Call
from emulator.wire.caller import Caller


class VerifiedAdmission(Admission):
    """Called for all calls, whose callers count as unknown until then."""

    def __init__(
        self, settings: Settings, issued: dict[str, Credential], default: Caller, now_of: Callable[[str], float]
    ) -> None:
        """``issued`` are temporary credentials, which become more."""
        super().__init__(settings)
        self._verifier = Verifier(ChainMap(issued, dict(settings.credentials)), default, now_of)

    def check(self, call: Call) -> None:
        """Raises AWS's error; else the call has the caller who has signed it."""
        if call.request.is_trusted:
            call.caller = Caller(call.caller.account, call.caller.region, signed=True)
        elif not (call.is_elsewhere or call.request.too_large or _needs_no_signature(call)):
            call.caller = self._verifier.caller_of(call.request, call.service)
        super().check(call)


def _needs_no_signature(call: Call) -> bool:
    """Whether it is one of the links in messages and mails, which are opened without one.

    https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    """
    is_signed = b"authorization" in call.request.headers or b"X-Amz-" in call.request.query
    return not is_signed and call.service == "sns" and call.action in LINKED_ACTIONS
