"""The environment variables ``EMULATOR_*``: finds misspelled ones, and ignores those that Kubernetes sets."""

import re
from collections.abc import Collection, Iterator, Mapping, MutableMapping

from emulator.configuration.option import ENVIRONMENT_PREFIX

# Where the commands that talk to a server find it. They are no options of the server.
CLIENT_VARIABLES = frozenset((f"{ENVIRONMENT_PREFIX}URL", f"{ENVIRONMENT_PREFIX}CONTROL_URL"))

# The variables that Kubernetes sets in every container for a Service, here one named "emulator" or "emulator-...".
# https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
_SERVICE_LINK = (
    r"EMULATOR_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_SERVICE_PORT = r"EMULATOR_(?:\w+_)?PORT"
_SERVICE_ADDRESS = r"(?:tcp|udp|sctp)://\S+"


def drop_service_links(environment: MutableMapping[str, str], known: Collection[str]) -> None:
    """Remove the variables that Kubernetes sets for Services, such as ``EMULATOR_PORT=tcp://10.0.0.1:4566``."""
    for name, value in list(environment.items()):
        if name.startswith(ENVIRONMENT_PREFIX):
            is_port = re.fullmatch(_SERVICE_PORT, name) and re.fullmatch(_SERVICE_ADDRESS, value)
            if is_port or (re.fullmatch(_SERVICE_LINK, name) and name not in known):
                del environment[name]


def unknown_variables(environment: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    """An error text for each variable that belongs to no option. An empty variable counts as not set."""
    for name, value in sorted(environment.items()):
        if value and name.startswith(ENVIRONMENT_PREFIX) and name not in known and name not in CLIENT_VARIABLES:
            yield f"The environment variable {name} belongs to no option{_proposal(name, known)}"


def _proposal(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    # Without the prefix, which makes all of them alike.
    names = [each.removeprefix(ENVIRONMENT_PREFIX) for each in known]
    close = get_close_matches(name.removeprefix(ENVIRONMENT_PREFIX), names, n=1, cutoff=0.7)
    return f"; did you mean {ENVIRONMENT_PREFIX}{close[0]}?" if close else "; --help lists them all."
