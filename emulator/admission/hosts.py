"""The host names that are accepted as this emulator's: those that no stranger can register.

A web page whose own host name is rebound to this machine (DNS rebinding) has the same origin as the emulator as far as
the browser knows. But its host name is one that its owner registered, and the browser sends it in the header Host.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from emulator.configuration.settings import Settings
from emulator.wire.headers import KEPT_BYTES

# Names below these cannot be registered in public (RFC 2606, 6762, 8375; .internal is reserved by ICANN; .svc ends
# Kubernetes names without a cluster domain; .localdomain is in many /etc/hosts). The last one is LocalStack's domain,
# which resolves to this machine.
_LOCAL_DOMAINS = (
    ".localhost",
    ".localdomain",
    ".local",
    ".test",
    ".internal",
    ".home.arpa",
    ".svc",
    ".localhost.localstack.cloud",
)
# AWS's own endpoints, which people map to the emulator: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html.
_AWS_ENDPOINT = re.compile(
    r"(?:[a-z0-9-]+\.)?(?:sqs|sns|sts|lambda|queue)(?:-fips)?(?:\.[a-z0-9-]+)?\.(?:amazonaws\.com(?:\.cn)?|api\.aws)"
)


class KnownHosts:
    """The names that are this emulator's. ``origins`` are URLs whose hosts are known besides the configured ones."""

    def __init__(self, settings: Settings, origins: tuple[str, ...]) -> None:
        named = [f"//{settings.host}", settings.external_url or "", *origins]
        self._names = {urlsplit(url).hostname for url in named}
        self._knows_often = lru_cache(maxsize=1024)(self._knows)

    def __contains__(self, host: bytes) -> bool:
        """Whether ``host``, a header Host, cannot be that of a stranger."""
        return self._knows_often(host) if len(host) <= KEPT_BYTES else self._knows(host)

    def _knows(self, host: bytes) -> bool:
        """Containers use names without a dot."""
        try:
            name = (urlsplit(f"//{host.decode('latin-1').lower()}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if not name:
            return False
        return (
            name in self._names
            or "." not in name
            or f".{name}".endswith(_LOCAL_DOMAINS)
            or _is_address(name)
            or _AWS_ENDPOINT.fullmatch(name) is not None
        )


def _is_address(name: str) -> bool:
    from ipaddress import ip_address  # most callers use a name without a dot, or sign their requests

    try:
        ip_address(name)
    except ValueError:
        return False
    return True
