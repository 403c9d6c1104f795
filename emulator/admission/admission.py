"""Which calls of AWS are performed at all, without regard to signatures: those that no web page can have made.

Old browsers send neither Origin nor Sec-Fetch-Site with the GET of an image. So a call without a signature is performed
only if it comes by POST, as SDKs and the AWS CLI send it, or if it is one of the links in messages. ``cors.py`` refuses
the POSTs of pages by their origin, and GETs with a forged signature by Sec-Fetch-Site.

A page whose own host name leads here (DNS rebinding) can add any signature, and its GETs have neither header. So a host
name that a stranger may have registered is accepted only for signed POSTs, where pages have an Origin.
"""

from emulator.admission.browsers import LINKED_ACTIONS
from emulator.admission.hosts import KnownHosts
from emulator.aws.errors import AccessDenied, MissingAuthenticationToken
from emulator.configuration.settings import Settings
from emulator.configuration.values import ANY_ORIGIN
from emulator.wire.call import Call

_PRESIGNED = ("X-Amz-Credential", "AWSAccessKeyId")  # of Signature Version 4 and 2
_SIGNED = b"AWS"  # begins the header Authorization of every version


class Admission:
    """Admits calls, or refuses them with AWS's error."""

    def __init__(self, settings: Settings) -> None:
        self._any_host = ANY_ORIGIN in settings.cors_allow_origins
        self._hosts = KnownHosts(settings, (*settings.allow_origins, *settings.cors_allow_origins))

    def check(self, call: Call) -> None:
        """Called for all calls but signed POSTs. Raises AccessDenied or MissingAuthenticationToken."""
        request = call.request
        by_post, signed = request.method == "POST", _is_signed(call)
        if by_post and signed:
            return
        host = request.headers.get(b"host", b"localhost")
        if not (self._any_host or host in self._hosts):
            name = host.decode("latin-1").lower()
            raise AccessDenied(
                f"The host {name} is not known to be this emulator's, so it takes signed POST requests only; "
                f"to allow others, give --cors-allow-origin http://{name}."
            )
        if by_post or signed or call.operation is None:
            return
        if request.method == "GET" and call.operation.service == "sns" and call.operation.name in LINKED_ACTIONS:
            return
        raise MissingAuthenticationToken


def _is_signed(call: Call) -> bool:
    """Whether the call has a signature of any version; it is not verified."""
    if call.caller.signed or call.request.headers.get(b"authorization", b"").startswith(_SIGNED):
        return True
    return any(name in call.params for name in _PRESIGNED)
