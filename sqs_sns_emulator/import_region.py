"""Sets a region for clients that modules make while pytest imports them.

boto3 refuses to make a client of SQS or SNS without a region, and during the import no fixture is active yet. boto3
needs credentials only for the first request.
"""

import os
from collections.abc import Callable
from configparser import ConfigParser, Error
from pathlib import Path

_VARIABLE = "AWS_DEFAULT_REGION"  # the one that boto3 reads
_OTHER_SDKS = "AWS_REGION"
_DEFAULT = "us-east-1"


def set_if_missing(region: str | None) -> Callable[[], None]:
    """Set ``region``, or (None) the one that other SDKs would use, if boto3 finds none. Returns what undoes it."""
    before = os.environ.get(_VARIABLE)
    if before or _is_configured():
        return lambda: None
    os.environ[_VARIABLE] = region or os.environ.get(_OTHER_SDKS) or _DEFAULT

    def undo() -> None:
        if before is None:
            os.environ.pop(_VARIABLE, None)
        else:
            os.environ[_VARIABLE] = before

    return undo


def _is_configured() -> bool:
    """Whether the profile that boto3 would use has a region in the configuration file."""
    profile = os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or "default"
    file = Path(os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
    configuration = ConfigParser(interpolation=None, strict=False)
    try:
        configuration.read(file, encoding="utf-8")
    except (OSError, UnicodeDecodeError, Error):
        return True  # boto3 will report what is wrong with the file
    return any(configuration.has_option(section, "region") for section in (profile, f"profile {profile}"))
